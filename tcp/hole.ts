/**
 * A hole in a capture: something that an end has sent, that has arrived, and that was not captured.
 *
 * It may be the FIN of that end, unless more payload follows it.
 *
 * @module
 */
import { isBefore, later, Ranges } from "./sequence.ts";

/** The hole in what one end has sent. */
export class Hole {
  /** The number before which nothing is missing, `null` before the first segment. */
  #whole: number | null = null;
  /** The number behind what is missing, `null` if nothing is. */
  #end: number | null = null;
  /** Ranges that were captured behind it; `null` without any. */
  #beyond: Ranges | null = null;
  /** The number behind the FIN, if that was captured; `null` if not. */
  #last: number | null = null;

  /** Whether something is missing that may be a FIN. */
  get isOpen(): boolean {
    return this.#end !== null;
  }

  /** Adds a captured segment, from its number up to, and without, `end`. */
  add(seq: number, end: number): void {
    if (this.#end !== null && isBefore(this.#end, end)) this.#end = null; // no FIN is before payload
    if (this.#whole === null) this.#whole = end;
    else if (isBefore(this.#whole, seq)) {
      if (seq !== end) (this.#beyond ??= new Ranges()).add(seq, end);
    } else if (isBefore(this.#whole, end)) {
      this.#whole = this.#consume(later(this.#whole, end));
    }
  }

  /**
   * Notes a captured FIN, of which `end` is the number behind it: what is further on was never sent, whoever
   * has acknowledged it. A third party may have sent a FIN as well; the first number is the true one.
   */
  noteFin(end: number): void {
    if (this.#last === null || isBefore(end, this.#last)) this.#last = end;
    if (this.#end !== null && isBefore(this.#last, this.#end)) this.#end = null;
  }

  /**
   * Notes that SND.NXT is at most `next`: what is further on was not yet sent, whoever has acknowledged it.
   *
   * @param sent The number behind all that was captured.
   */
  noteNext(next: number, sent: number | null): void {
    if (this.#end === null || !isBefore(next, this.#end)) return;
    this.#end = null;
    this.#whole = sent;
  }

  /** Notes that all before `seq` should have been captured. */
  noteArrived(seq: number): void {
    if (this.#whole === null || !isBefore(this.#whole, seq)) return;
    if (this.#last !== null && isBefore(this.#last, seq)) return;
    this.#whole = this.#consume(later(this.#consume(this.#whole), seq));
    if (this.#whole === seq) this.#end = seq;
  }

  /** Returns the first missing number from `from` on. */
  #consume(from: number): number {
    return this.#beyond === null ? from : this.#beyond.consume(from);
  }
}
