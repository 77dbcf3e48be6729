/**
 * The time of every line that arrives, and the round-trip time since the line that it answers.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type { Output } from "../cli/io.ts";
import { formatDuration, formatTime } from "../text/units.ts";

/** Lines sent that may wait for their answers; of further ones the time is not kept. */
const LONGEST_QUEUE = 65_536;

/** Columns of a round-trip time. */
const COLUMNS = 9;

const LF = 0x0a;

/**
 * Puts the time of day before each line that arrives, and the time since the line was sent that it
 * answers: the first line answers the first one, as servers answer that keep order. `-` stands where
 * no line was waiting for an answer.
 */
export class LineTimes {
  readonly #sent: number[] = [];
  #taken = 0;
  #unkept = 0;
  #atStart = true;
  readonly #encoder = new TextEncoder();

  /** Keeps the time of the lines in `bytes`, sent at `now` in milliseconds of any clock. */
  sent(bytes: Uint8Array, now: number): void {
    for (let i = bytes.indexOf(LF); i !== -1; i = bytes.indexOf(LF, i + 1)) {
      if (this.#unkept > 0 || this.#sent.length - this.#taken >= LONGEST_QUEUE) this.#unkept++;
      else this.#sent.push(now);
    }
  }

  /**
   * Returns `bytes` with the times before each line that starts in it.
   *
   * @param now When they arrived, by the clock of `sent`.
   * @param time The same moment in milliseconds since 1970.
   */
  received(bytes: Uint8Array, now: number, time: number): Uint8Array {
    const parts: Uint8Array[] = [];
    const stampOf = (roundTrip: string) =>
      this.#encoder.encode(`${formatTime(time)}  ${roundTrip.padStart(COLUMNS)}  `);
    let unasked: Uint8Array | null = null; // the same for all lines: a server may send nothing but lines
    for (let at = 0; at < bytes.length;) {
      if (this.#atStart) {
        const sent = this.#answered();
        parts.push(sent === null ? unasked ??= stampOf("-") : stampOf(formatDuration(now - sent)));
      }
      const feed = bytes.indexOf(LF, at);
      const end = feed === -1 ? bytes.length : feed + 1;
      parts.push(bytes.subarray(at, end));
      this.#atStart = feed !== -1;
      at = end;
    }
    return concat(parts);
  }

  /** Returns `output` with the times before each line that is written to it. */
  around(output: Pick<Output, "write">, clock: { now(): number }): Pick<Output, "write"> {
    return {
      write: async (bytes) => {
        let rest = this.received(bytes, performance.now(), clock.now());
        while (rest.length > 0) rest = rest.subarray(await output.write(rest));
        return bytes.length;
      },
    };
  }

  /** Returns when the oldest line was sent that has no answer yet. */
  #answered(): number | null {
    const sent = this.#sent[this.#taken];
    if (sent === undefined) {
      if (this.#unkept > 0) this.#unkept--;
      return null;
    }
    if (++this.#taken === LONGEST_QUEUE) {
      this.#sent.splice(0, this.#taken);
      this.#taken = 0;
    }
    return sent;
  }
}
