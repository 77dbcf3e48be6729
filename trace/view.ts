/**
 * The view of a trace: captured packets in, printed lines out.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import type { DissectedPacket } from "../packet/dissect.ts";
import type { LadderPicture } from "../ladder/svg.ts";
import { isOfKinds, type Kind } from "../ladder/kind.ts";
import type { PacketPassage, Passage } from "../tcp/passage.ts";
import { portOf, type Segment, segmentOf } from "../tcp/segment.ts";
import type { Here, Step, TcpConnection } from "../tcp/connection.ts";
import { MAX_OPEN, Tracker, type TrackerEvent } from "../tcp/tracker.ts";
import { count } from "../text/units.ts";
import type { Form } from "./form.ts";
import { formFor } from "./forms.ts";
import type { LocalProcesses } from "./local_processes.ts";
import type { Options } from "./options.ts";
import { t } from "../text/messages.ts";

/** The output that the user wants of a trace. */
export interface Output {
  /** The options of the command. */
  readonly options: Options;
  /** The picture of `--svg`; `null` without it. */
  readonly picture: LadderPicture | null;
  /** The recording for a page; `null` without one. */
  readonly recording?: PacketKeeper | null;
}

/** A packet, with its passage where captures of both ends were merged. */
export type RecordablePacket = CapturedPacket & { readonly passage?: PacketPassage };

/** A keeper of packets and of the connections that they belong to. */
export interface PacketKeeper {
  /** Adds a packet of a connection; its bytes are copied. */
  add(packet: RecordablePacket, connection: TcpConnection): void;
  /** Notes the end of a connection; `isCut` if the capture ended, and not the connection. */
  end(connection: TcpConnection, isCut: boolean): void;
  /** Takes a connection out. */
  drop(connection: TcpConnection): void;
}

/** Returns the view of the connections at `port`, captured at `here`, in the form that fits the terminal. */
export function viewFor(
  { options, picture, recording = null }: Output,
  port: number | null,
  here: Here,
  io: Io,
  processes: LocalProcesses | null = null,
): TraceView {
  const { json, stats, only, conn } = options;
  const measured = json || stats || recording !== null || (only?.includes("slow") ?? false);
  const form = recording !== null
    ? NO_FORM
    : formFor(options, io, (connection) => processes?.of(connection) ?? [null, null]);
  return new TraceView({ here, port, conn, only, picture, recording, measured, processes, form });
}

/** The shown connections, and the form in which they are shown. */
export interface TraceViewOptions {
  /** Where the capture was taken. */
  readonly here: Here;
  /** The port of one side; `null` for every port. */
  readonly port: number | null;
  /** The number of the connection that is shown; `null` for all. */
  readonly conn: number | null;
  /** The kinds of connections that are shown; `null` for all. */
  readonly only: readonly Kind[] | null;
  /** Whether the statistics of each connection are kept. */
  readonly measured: boolean;
  /** The processes at the ends of new connections; `null` where nobody looks. */
  readonly processes?: LocalProcesses | null;
  /** The form. */
  readonly form: Form;
  /** The picture that is drawn at the same time; `null` for none. */
  readonly picture: LadderPicture | null;
  /** The recording that is made at the same time; `null` for none. */
  readonly recording: PacketKeeper | null;
}

/** The form of connections that are shown elsewhere. */
const NO_FORM: Form = { isHolding: false, step: () => [], rest: () => [], end: () => [] };

/** The connections in a stream of packets, as lines. */
export class TraceView {
  /** The number of packets that were read. */
  packets = 0;
  /** The number of connections whose end was shown. */
  shown = 0;
  /** The number of TCP segments of the port. */
  segments = 0;
  readonly #options: TraceViewOptions;
  readonly #tracker: Tracker;
  readonly #others = new Map<string, number>();
  readonly #ended = new WeakSet<TcpConnection>();
  #finished = 0;
  /** The number of the last connection whose processes are looked for. */
  #noted = 0;

  /** Makes a view that has seen no packet. */
  constructor(options: TraceViewOptions) {
    this.#options = options;
    const { here, port, measured } = options;
    this.#tracker = new Tracker({ here, server: port, measured });
  }

  /** The number of connections that are over. */
  get finished(): number {
    return this.#finished;
  }

  /** The number of connections so far. */
  get connections(): number {
    return this.#tracker.count;
  }

  /** The number of connections that are open. */
  get open(): number {
    return this.#tracker.open;
  }

  /** Whether `rest` would have something to tell. */
  get isHolding(): boolean {
    return this.#tracker.isHolding || this.#options.form.isHolding;
  }

  /** Returns the lines that are due after `packet`. */
  consume(packet: DissectedPacket): string[] {
    this.packets++;
    const segment = segmentOf(packet);
    if (segment === null || !this.#isWanted(segment)) {
      this.#count(packet, segment);
      return [];
    }
    return this.follow(segment, null, packet);
  }

  /**
   * Returns the lines that are due after `segment`, or after the part of its passage that happens now;
   * `packet` is the one that it was in, for the recording.
   */
  follow(
    segment: Segment,
    passage: Passage | null = null,
    packet: RecordablePacket | null = null,
  ): string[] {
    this.segments++;
    const events = this.#tracker.feed(segment, passage);
    if (packet !== null) this.#keep(packet);
    return this.#tell(events);
  }

  /**
   * Returns the lines that were held back because the next packet could have changed them.
   *
   * @param isLong Whether it has been silent for so long that a fold of segments is over, too.
   */
  rest(isLong: boolean): string[] {
    return [...this.#tell(this.#tracker.release(isLong)), ...this.#options.form.rest(isLong)];
  }

  /** Returns the last lines: no more packets will come. */
  finish(): string[] {
    const rest = this.rest(true);
    return [...rest, ...this.#tell(this.#tracker.finish(), true)];
  }

  /** Returns the kinds of the packets that have no segment to show: `42 packets: 40 UDP, 2 ARP`. */
  describeOthers(): string {
    const kinds = [...this.#others].map(([name, packets]) => `${packets} ${name}`).join(t`, `);
    const packets = count(this.packets, "packet");
    return kinds === "" ? packets : t`${packets}: ${kinds}`;
  }

  /** Returns a warning if connections were dropped, `null` if none was. */
  describeDropped(): string | null {
    const { dropped } = this.#tracker;
    if (dropped === 0) return null;
    return t`warning: over ${MAX_OPEN} connections were open at once; the ${
      count(dropped, "connection")
    }
      silent for longest ended here, and what followed of them is not shown`;
  }

  #isWanted({ source, destination }: Segment): boolean {
    const { port } = this.#options;
    return port === null || portOf(source) === port || portOf(destination) === port;
  }

  #count({ layers }: DissectedPacket, segment: Segment | null): void {
    const names = segment ? ["tcp"] : layers
      .filter(({ name, quoted }) => !quoted && name !== "data" && name !== "padding")
      .map(({ name }) => name);
    const name = (names.at(-1) ?? "unknown").toUpperCase();
    this.#others.set(name, (this.#others.get(name) ?? 0) + 1);
  }

  #tell(events: readonly TrackerEvent[], isEnd = false): string[] {
    if (events.length === 0) return [];
    return events.flatMap((each) => {
      const { connection } = each.kind === "step" ? each.step : each;
      if (each.kind === "end" && !this.#ended.has(connection)) {
        this.#ended.add(connection); // it may be taken up again, and end once more
        this.#finished++;
      }
      if (this.#options.conn !== null && connection.number !== this.#options.conn) return [];
      return each.kind === "step" ? this.#step(each.step) : this.#end(connection, isEnd);
    });
  }

  #keep(packet: RecordablePacket): void {
    const { recording, conn } = this.#options;
    const connection = this.#tracker.last;
    if (recording === null || connection === null) return;
    if (conn === null || connection.number === conn) recording.add(packet, connection);
  }

  #step(step: Step): string[] {
    if (step.connection.number > this.#noted) {
      this.#noted = step.connection.number;
      this.#options.processes?.note(step.connection);
    }
    this.#options.picture?.step(step);
    return this.#options.form.step(step);
  }

  #end(connection: TcpConnection, isEnd: boolean): string[] {
    const { form, picture, recording, only } = this.#options;
    const isWanted = only === null || isOfKinds(only, connection);
    if (isWanted) this.shown++;
    for (const each of [picture, recording]) {
      if (isWanted) each?.end(connection, isEnd);
      else each?.drop(connection);
    }
    return form.end(connection, isEnd);
  }
}
