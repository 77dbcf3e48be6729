/**
 * The chosen connection: its steps, as the terminal's ladder has them, made of its packets.
 *
 * @module
 */
import { type Bundle, Fold } from "../../ladder/fold.ts";
import type { WalkedEnd } from "../../ladder/state_diagram.ts";
import type { CapturedPacket } from "../../packet/captured_packet.ts";
import { type DissectedPacket, dissectFully } from "../../packet/dissect.ts";
import type { Step, TcpConnection } from "../../tcp/connection.ts";
import { FLAG, hostAddressOf, portOf, type Segment, segmentOf } from "../../tcp/segment.ts";
import type { Flight } from "../../tcp/passage.ts";
import type { Both, Side } from "../../tcp/side.ts";
import type { State } from "../../tcp/state.ts";
import { Tracker, type TrackerEvent } from "../../tcp/tracker.ts";
import type { ConnectionRow, RecordedPacket } from "../recording.ts";
import { languageInUse } from "../../text/messages.ts";
import type { RungText } from "./rung_text.ts";
import { type RungTexts, textsOf } from "./texts.ts";

/** A rung: a segment, or the fold of many, which may be open: then the rungs of its segments follow it. */
export type Rung =
  | { readonly kind: "step"; readonly index: number }
  | {
    readonly kind: "fold";
    /** The places of its first and last segment. */
    readonly first: number;
    readonly last: number;
    readonly bundle: Bundle;
    readonly isOpen: boolean;
  };

/** Returns the number of rungs at the beginning of two lists that are the same. */
export function sameRungs(before: readonly Rung[], after: readonly Rung[]): number {
  const most = Math.min(before.length, after.length);
  for (let place = 0; place < most; place++) {
    const [one, other] = [before[place]!, after[place]!];
    if (one === other) continue;
    const isSame = one.kind === "fold"
      ? other.kind === "fold" && one.bundle === other.bundle && one.isOpen === other.isOpen
      : other.kind === "step" && one.index === other.index;
    if (!isSame) return place;
  }
  return most;
}

/** A connection as its packets come. */
export class ConnectionModel {
  /** The steps so far. */
  readonly steps: Step[] = [];
  /** Their words, as they were when they came: what comes later may make others of them. */
  readonly #texts: RungTexts[] = [];
  /** Whether its end was told. */
  isOver = false;
  /** Packets that were taken. */
  taken = 0;
  /** Its number in the list. */
  readonly number: number;
  /** The flights whose second part is still to come, by their numbers. */
  readonly #flights = new Map<number, Flight>();
  readonly #packets = new Map<number, CapturedPacket>();
  readonly #tracker: Tracker;
  readonly #fold = new Fold(false);
  readonly #rungs: Rung[] = [];
  /** The places of steps that the fold holds back. */
  #held: number[] = [];
  /** A rung for each step, for those who want to see every one. */
  readonly #each: Rung[] = [];
  /** The places of the steps at which an end moves, or its state is known for the first time. */
  readonly #turns: number[] = [];
  readonly #isKnown: [boolean, boolean] = [false, false];

  /** Makes the model of the connection in a row of the list. */
  constructor({ number, client, server, here }: ConnectionRow) {
    this.number = number;
    const host = hostAddressOf(client);
    const other = hostAddressOf(server);
    this.#tracker = new Tracker({
      number,
      here: (address) => address === host ? here[0] : address === other ? here[1] : false,
      server: portOf(server),
      measured: true,
    });
  }

  /** The connection; `null` before its first packet. */
  get connection(): TcpConnection | null {
    return this.steps[0]?.connection ?? this.#tracker.last;
  }

  /** Returns the words of the step at `index` in the language in use; `undefined` where there is none. */
  textAt(index: number): RungText | undefined {
    return this.#texts[index]?.[languageInUse() === "en" ? "en" : "zh"];
  }

  /** Adds its next packets. */
  async add(packets: readonly RecordedPacket[]): Promise<void> {
    for (const packet of packets) {
      const dissected = await dissectFully(packet);
      const segment = segmentOf(dissected);
      this.taken++;
      if (segment === null) continue;
      if (!this.#packets.has(segment.number)) this.#packets.set(segment.number, packet);
      this.#take(this.#feed(segment, packet));
    }
  }

  /** Follows a segment, or the part of its passage that happens now. */
  #feed(segment: Segment, { passage }: RecordedPacket): TrackerEvent[] {
    if (passage === undefined) return this.#tracker.feed(segment);
    const { leg, flight, fate, sent, arrived, source, destination } = passage;
    const known = this.#flights.get(flight) ?? { fate, sent, arrived };
    if (leg === "sent") this.#flights.set(flight, known);
    else this.#flights.delete(flight);
    return this.#tracker.feed({ ...segment, source, destination }, { leg, flight: known });
  }

  /** Tells what was held back; `isEnd` if no more packets will come. */
  release(isEnd: boolean): void {
    this.#take(isEnd ? this.#tracker.finish() : this.#tracker.release(false));
  }

  /** Resolves to the packet of a step with its layers. */
  async packetOf(step: Step): Promise<DissectedPacket | null> {
    const packet = this.#packets.get(step.segment.number);
    return packet === undefined ? null : await dissectFully(packet);
  }

  /** Returns its packets in the order of their numbers. */
  packets(): CapturedPacket[] {
    return [...this.#packets.values()];
  }

  /** Returns the rungs; the folds that begin at the places `open` are open, and with `all` every one. */
  rungs(open: ReadonlySet<number>, all: boolean): Rung[] {
    if (all) return [...this.#each];
    if (open.size === 0) return [...this.#rungs, ...this.#heldRungs()];
    return [...this.#rungs, ...this.#heldRungs()].flatMap((rung) => {
      if (rung.kind === "step" || !open.has(rung.first)) return [rung];
      const { first, last } = rung;
      const inside = Array.from(
        { length: last - first + 1 },
        (_, i): Rung => ({ kind: "step", index: first + i }),
      );
      return [{ ...rung, isOpen: true }, ...inside];
    });
  }

  /** Returns the states of both ends behind the step at `index`; before the first step for -1. */
  statesAt(index: number): Both<State> {
    const step = this.steps[Math.max(0, index)];
    if (step === undefined) return ["?", "?"];
    if (index < 0) return step.before;
    return [step.moves[0].at(-1) ?? step.before[0], step.moves[1].at(-1) ?? step.before[1]];
  }

  /** Returns the way of both ends up to the step at `index`. */
  pathsAt(index: number): Both<WalkedEnd> {
    const side = (side: Side): WalkedEnd => {
      const path: State[] = [];
      const resetSteps = new Set<number>();
      for (const turn of this.#turns) {
        if (turn > index) break;
        const step = this.steps[turn]!;
        const moves = step.moves[side];
        if (path.length === 0 && step.before[side] !== "?") path.push(step.before[side]);
        for (const state of moves) {
          if (step.segment.flags & FLAG.rst) resetSteps.add(path.length);
          path.push(state);
        }
      }
      return { path, resetSteps, state: this.statesAt(index)[side] };
    };
    return [side(0), side(1)];
  }

  #take(events: readonly TrackerEvent[]): void {
    for (const event of events) {
      if (event.kind === "end") {
        this.isOver = true;
        continue;
      }
      const index = this.steps.push(event.step) - 1;
      this.#texts.push(textsOf(event.step));
      this.#held.push(index);
      this.#each.push({ kind: "step", index });
      if (this.#isTurn(event.step)) this.#turns.push(index);
      for (const rung of this.#fold.add(event.step)) {
        if (rung.kind === "step") {
          this.#rungs.push({ kind: "step", index: this.#held.shift()! });
          continue;
        }
        const [there, back] = rung.bundle.counts;
        const places = this.#held.splice(0, there + back);
        this.#rungs.push(foldOf(places, rung.bundle));
      }
    }
  }

  /** Whether an end moves at a step, or its state before it is the first one that is known. */
  #isTurn({ before, moves }: Step): boolean {
    let isTurn = false;
    for (const side of [0, 1] as const) {
      if (moves[side].length === 0 && (this.#isKnown[side] || before[side] === "?")) continue;
      this.#isKnown[side] = isTurn = true;
    }
    return isTurn;
  }

  /** Returns the rungs of the steps that are held back: what comes next may still change them. */
  #heldRungs(): Rung[] {
    if (this.#held.length < FEWEST) {
      return this.#held.map((index): Rung => ({ kind: "step", index }));
    }
    const counts: [number, number] = [0, 0];
    const bytes: [number, number] = [0, 0];
    for (const index of this.#held) {
      const { from, segment } = this.steps[index]!;
      counts[from]++;
      bytes[from] += segment.length;
    }
    return [foldOf(this.#held, { counts, bytes, marks: new Map() })];
  }
}

/** The fewest segments of a fold, as in `ladder/fold.ts`. */
const FEWEST = 4;

function foldOf(places: readonly number[], bundle: Bundle): Rung {
  return { kind: "fold", first: places[0]!, last: places.at(-1)!, bundle, isOpen: false };
}
