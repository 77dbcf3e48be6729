/**
 * The times of pasted lines: with a date, without one, in seconds since 1970 or since the first, since the
 * line before, or none.
 *
 * @module
 */

/** Nanoseconds of a second, and of a day. */
const [SECOND, DAY] = [1_000_000_000n, 86_400_000_000_000n];

/** The clock of a list. */
export class PastedClock {
  readonly #times: bigint[] = [];
  #last = 0n;
  #days = 0n;
  #hasDate = false;

  /** Reads the time in `words`, the first of a line; that of the line before if they tell none. */
  read(words: readonly string[]): void {
    const date = words.find((word) => /^\d{4}-\d\d-\d\d$/.test(word));
    const clock = words.map((word) => word.match(/^(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?$/))
      .find((match) => match !== null);
    const seconds = words.map((word) => word.match(/^(\d{1,12})\.(\d{3,9})$/))
      .find((match) => match !== null);
    if (clock) {
      const [, hours, minutes, rest, fraction] = clock;
      const whole = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
      const time = whole * SECOND + nanoseconds(fraction);
      this.#hasDate ||= date !== undefined;
      this.#last = date ? BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n + time : time;
    } else if (seconds) {
      this.#last = BigInt(seconds[1]!) * SECOND + nanoseconds(seconds[2]);
    }
    this.#times.push(this.#last);
  }

  /**
   * Returns the times of all lines in nanoseconds since 1970. Where the first is 0 and later ones are less
   * than those before, each counts from the line before it (`tcpdump -ttt`, `tshark -t d`).
   */
  times(): bigint[] {
    const isLess = (time: bigint, i: number) => i > 0 && time < this.#times[i - 1]!;
    if (this.#times[0] === 0n && !this.#hasDate && this.#times.some(isLess)) {
      let sum = 0n;
      return this.#times.map((time) => sum += time);
    }
    return this.#times.map((time, i) => {
      if (!this.#hasDate && i > 0 && time + DAY / 2n < this.#times[i - 1]!) this.#days++; // midnight
      return time + this.#days * DAY;
    });
  }
}

function nanoseconds(fraction: string | undefined): bigint {
  return BigInt((fraction ?? "").padEnd(9, "0"));
}
