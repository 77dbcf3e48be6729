/**
 * The time of a packet in a list.
 *
 * @module
 */
import { formatTimestamp } from "../capture/timestamp.ts";

/** The forms of times. */
export const TIME_FORMS = ["relative", "delta", "absolute", "epoch"] as const;

/** A form of times. */
export type TimeForm = typeof TIME_FORMS[number];

/** The times of packets one after the other, in one form. */
export class PacketTimes {
  readonly #form: TimeForm;
  #first: bigint | null = null;
  #last = 0n;

  /** Makes the times of a list that has no packet yet. */
  constructor(form: TimeForm) {
    this.#form = form;
  }

  /**
   * Returns the time of the next packet, in seconds to the microsecond: since the first one, since the last
   * one, or since 1970; or as a date in UTC.
   */
  text(time: bigint): string {
    const last = this.#first === null ? time : this.#last;
    this.#first ??= time;
    this.#last = time;
    switch (this.#form) {
      case "absolute":
        return formatTimestamp(time)?.replace(/(\.\d{6})\d{3}Z$/, "$1Z") ?? epochOf(time);
      case "epoch":
        return epochOf(time);
      case "delta":
        return secondsOf(time - last);
      default:
        return secondsOf(time - this.#first);
    }
  }
}

/** Returns nanoseconds as seconds, with the first six digits of the fraction. */
function epochOf(time: bigint): string {
  const billion = 1_000_000_000n;
  const fraction = (time % billion + billion) % billion;
  return `${(time - fraction) / billion}.${String(fraction).padStart(9, "0").slice(0, 6)}`;
}

/** Returns a difference of times in nanoseconds as seconds, to the microsecond. */
function secondsOf(time: bigint): string {
  const microseconds = Math.round(Number(time) / 1000);
  const size = Math.abs(microseconds);
  const seconds = `${microseconds < 0 ? "-" : ""}${Math.floor(size / 1e6)}`;
  return `${seconds}.${String(size % 1e6).padStart(6, "0")}`.padStart(10);
}
