/**
 * Times and amounts of a conversation, as they are measured.
 *
 * @module
 */
import type { ConnectStep } from "../net/dial.ts";
import type { Observer } from "../net/stream.ts";

/** Measured values; times are milliseconds since the start, `null` for a step that was not reached. */
export interface Measured {
  /** Until the name was resolved. */
  readonly lookUp: number | null;
  /** Until the connection was there. */
  readonly connect: number | null;
  /** Until TLS was agreed. */
  readonly handshake: number | null;
  /** Until the first byte was received. */
  readonly firstByte: number | null;
  /** Until now. */
  readonly total: number;
  /** Bytes sent. */
  readonly sent: number;
  /** Bytes received. */
  readonly received: number;
}

/** A measurement of one conversation, which starts when it is made. */
export class Measurement {
  /** Datagrams that were lost on this side. */
  lost = 0;
  readonly #now: () => number;
  #start: number;
  readonly #steps: Partial<Record<ConnectStep, number>> = {};
  #firstByte: number | null = null;
  #sent = 0;
  #received = 0;

  /** Starts measuring by the clock `now`, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  /** Keeps the time of a step that is done; of repeated steps the last one counts, `start` starts anew. */
  readonly step = (step: ConnectStep): void => {
    if (step === "start") this.#start = this.#now();
    this.#steps[step] = this.#elapsed();
  };

  /** Counts the bytes that are sent and received. */
  readonly observe: Observer = (event, data) => {
    if (event === "write") {
      this.#sent += data.length;
    } else {
      if (data.length > 0) this.#firstByte ??= this.#elapsed();
      this.#received += data.length;
    }
  };

  /** Counts a datagram that was lost. */
  readonly lose = (): void => {
    this.lost++;
  };

  /** Returns the values up to now. */
  result(): Measured {
    return {
      lookUp: this.#steps["look-up"] ?? null,
      connect: this.#steps.connect ?? null,
      handshake: this.#steps.handshake ?? null,
      firstByte: this.#firstByte,
      total: this.#elapsed(),
      sent: this.#sent,
      received: this.#received,
    };
  }

  #elapsed(): number {
    return this.#now() - this.#start;
  }
}
