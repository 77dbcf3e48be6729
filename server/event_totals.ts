/**
 * The totals of a server's events, from which a reader of its log can prove that nothing is missing.
 *
 * @module
 */
import type { DatagramTotals, ServerEvent, StopEvent, TotalsEvent } from "./events.ts";

/** A log of a server. */
export interface ServerLog {
  /** The number of events that it has dropped. */
  readonly dropped: number;
  /** Writes `event`; returns at once. */
  write(event: ServerEvent): void;
  /** Writes the last event; resolves when everything is written, or nobody reads it. */
  end(event: ServerEvent): Promise<void>;
}

/** A log whose last event has the totals of the others. */
export interface TotalledLog {
  /** Writes `event`; returns at once. */
  write(event: ServerEvent): void;
  /** Writes the totals; resolves when everything is written, or nobody reads it. */
  end(): Promise<void>;
}

/** Returns `log` with the totals of its events as its last event. */
export function withTotals(log: ServerLog): TotalledLog {
  const totals = new EventTotals();
  return {
    write(event) {
      totals.tell(event);
      log.write(event.event === "stop" ? withoutDatagrams(event) : event);
    },
    end: () => log.end(totals.event(log.dropped)),
  };
}

function withoutDatagrams({ datagrams: _inTotals, ...event }: StopEvent): StopEvent {
  return event;
}

/** The totals of the events of a server so far. */
class EventTotals {
  #accepted = 0;
  #refused = 0;
  #requests = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #datagrams: DatagramTotals | null = null;
  readonly #ended = { close: 0, reset: 0, error: 0 };

  /** Counts `event`. */
  tell(event: ServerEvent): void {
    switch (event.event) {
      case "accept":
        this.#accepted++;
        break;
      case "refuse":
        this.#refused++;
        break;
      case "request":
        this.#requests++;
        break;
      case "stop":
        this.#datagrams = event.datagrams ?? null;
        break;
      case "close":
      case "reset":
      case "error":
        this.#ended[event.event]++;
        this.#bytesIn += event.bytesIn;
        this.#bytesOut += event.bytesOut;
    }
  }

  /** Returns the last event of a log that has dropped `linesDropped` lines. */
  event(linesDropped: number): TotalsEvent {
    const { close, reset, error } = this.#ended;
    return {
      event: "totals",
      accepted: this.#accepted,
      closed: close,
      reset,
      errors: error,
      refused: this.#refused,
      requests: this.#requests,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      ...(this.#datagrams === null ? {} : { datagrams: this.#datagrams }),
      linesDropped,
    };
  }
}
