/**
 * Half-duplex: two sides that speak in turns, a line each, like people with walkie-talkies.
 *
 * @module
 */
import { joined, type Writable, writeAll } from "../net/stream.ts";
import type { TalkInput } from "./duplex.ts";

/** The side that may speak; `rest` is the peer's turn when the input here has ended. */
export type Turn = "local" | "peer" | "rest";

/** The rules of taking turns, and the functions that are called. */
export interface TurnOptions {
  /** The length of a turn: a line, or one write (a datagram) whether it ends a line or not. */
  readonly unit: "line" | "message";
  /** Milliseconds that the peer has for its turn, or `null`. */
  readonly timeout: number | null;
  /** Called when that time is over. */
  readonly onTimeout: () => void;
  /** Called with bytes that arrive while it is not the peer's turn, before they are written. */
  readonly onOutOfTurn: (bytes: Uint8Array) => void;
  /** The side that speaks first; the local one if not given. */
  readonly first?: "local" | "peer";
  /** Called when the turn changes. */
  readonly onTurn?: (turn: Turn) => void;
}

/** Both ways of the local side. */
export interface Turns {
  /** Gives one line, and nothing more until an answer was written to `output`. */
  readonly input: TalkInput;
  /** Writes what arrives; a whole line gives the turn back. */
  readonly output: Writable;
  /** Leaves all further turns to the local side: the peer has ended its half. */
  peerEnded(): void;
  /** Ends waiting for the peer. */
  close(): void;
}

const LF = 0x0a;

/**
 * Returns `input` and `output` in turns: what a full-duplex conversation sends and
 * receives through them alternates.
 *
 * Nothing that arrives is lost: bytes out of turn are reported, and written like the rest. After the end
 * of `input` the peer may send as it likes, and after the end of the peer the input goes on without turns.
 */
export function takeTurns(input: TalkInput, output: Writable, options: TurnOptions): Turns {
  let turn: Turn = options.first ?? "local";
  let rest = new Uint8Array();
  let unanswered = false; // a line without its end was sent
  let alone = false; // the peer has ended its half
  let closed = false;
  let wake = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  function pass(to: Turn): void {
    turn = to;
    clearTimeout(timer);
    const waits = options.timeout !== null && !alone &&
      (to === "peer" || (to === "rest" && unanswered));
    if (waits) timer = setTimeout(options.onTimeout, options.timeout);
    unanswered = false;
    options.onTurn?.(to);
    wake();
  }

  async function read(buffer: Uint8Array): Promise<number | null> {
    while (turn === "peer" && !closed) await new Promise<void>((resolve) => wake = resolve);
    if (closed) return null;
    let count: number | null = Math.min(rest.length, buffer.length);
    if (count > 0) {
      buffer.set(rest.subarray(0, count));
      rest = rest.slice(count);
    } else {
      count = await input.read(buffer);
    }
    if (count === null) {
      pass("rest");
      return null;
    }
    const end = buffer.subarray(0, count).indexOf(LF) + 1;
    if (end > 0 && end < count) {
      rest = joined(buffer.subarray(end, count), rest);
      count = end;
    }
    unanswered = count > 0;
    // The answer may be there before the write of the line has returned.
    if (!alone && (end > 0 || (options.unit === "message" && count > 0))) pass("peer");
    return count;
  }

  async function write(bytes: Uint8Array): Promise<number> {
    const end = options.unit === "message" ? bytes.length : bytes.indexOf(LF) + 1;
    const asked = turn === "rest" ? bytes.length : turn === "local" ? 0 : end || bytes.length;
    if (asked > 0) await writeAll(output, bytes.subarray(0, asked));
    if (turn === "rest" && end > 0) clearTimeout(timer);
    if (turn === "peer" && (end > 0 || options.unit === "message")) pass("local");
    if (asked < bytes.length) {
      const stray = bytes.subarray(asked);
      options.onOutOfTurn(stray);
      await writeAll(output, stray);
    }
    return bytes.length;
  }

  function peerEnded(): void {
    alone = true;
    clearTimeout(timer);
    if (turn === "peer") pass("local");
  }

  function close(): void {
    closed = true;
    clearTimeout(timer);
    wake();
  }

  return {
    input: {
      read,
      close() {
        close();
        input.close();
      },
    },
    output: { write },
    peerEnded,
    close,
  };
}
