/**
 * A wire between network cards, in user space: a frame from one of them comes out at all others, unless it
 * is late or lost.
 *
 * @module
 */
import type { Segment } from "../../tcp/segment.ts";
import { segmentIn } from "./segment.ts";

/**
 * The fate of a frame: lost, held until `release`, so many milliseconds late, or `null` if it is one like
 * all others.
 */
export type Fate = "lost" | "held" | number | null;

/** A card at a wire. */
export interface Plug {
  /** Puts a frame on the wire. */
  send(frame: Uint8Array<ArrayBuffer>): void;
}

/** A wire. */
export class Wire implements Disposable {
  /** The milliseconds that a frame takes. */
  delay = 0;
  /** The judge of segments of TCP; `null` if each goes its way. */
  fate: ((segment: Segment) => Fate) | null = null;
  readonly #cards: ((frame: Uint8Array<ArrayBuffer>) => void)[] = [];
  #held: (() => void)[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** Plugs a card in, which takes frames by `receive`. */
  plug(receive: (frame: Uint8Array<ArrayBuffer>) => void): Plug {
    this.#cards.push(receive);
    return {
      send: (frame) => {
        const segment = this.fate === null ? null : segmentIn(frame);
        const fate = segment === null ? null : this.fate!(segment);
        if (fate === "lost") return;
        const others = this.#cards.filter((each) => each !== receive);
        const deliver = () => others.forEach((each) => each(frame));
        if (fate === "held") this.#held.push(() => this.#after(this.delay, deliver));
        else this.#after(this.delay + (fate ?? 0), deliver);
      },
    };
  }

  /** Lets the frames go on that are held. */
  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  #after(milliseconds: number, work: () => void): void {
    if (milliseconds === 0) return work();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Makes it a wire without delay and loss again. */
  mend(): void {
    this.delay = 0;
    this.fate = null;
    this.#held = [];
  }

  /** Drops all frames that are on their way. */
  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.mend();
  }
}
