/**
 * A conversation in one of the modes of communication: full-duplex, half-duplex, simplex either way.
 *
 * A TCP connection is always full-duplex; the mode is the discipline of this side.
 *
 * @module
 */
import type { ClientEvent } from "./events.ts";
import { type Channel, type Observer, tapped, type Writable } from "../net/stream.ts";
import { talk, type TalkEnd, type TalkInput, type TalkOptions } from "./duplex.ts";
import type { Mode } from "./options.ts";
import type { Turn, Turns } from "./turns.ts";

/** The most bytes in a datagram over IPv4: 65,535 less the headers of IP (20) and UDP (8), RFC 768. */
const MAX_DATAGRAM = 65_507;

/** The mode of a conversation, its limits, and the functions that are called as it goes on. */
export interface ConversationOptions extends Omit<TalkOptions, "sendSize" | "receiveOnly"> {
  /** The mode. */
  readonly mode: Mode;
  /** Whether a write is a message of its own, as with UDP: each line is one, then. */
  readonly messages: boolean;
  /** Milliseconds that the peer has for its answer in half-duplex, or `null`. */
  readonly turnTimeout: number | null;
  /** Milliseconds for which nothing may move, or `null`. */
  readonly idleTimeout: number | null;
  /** Sends each line feed as CRLF. */
  readonly crlf: boolean;
  /** The side that speaks first in half-duplex. */
  readonly first: "local" | "peer";
  /** Called with what arrives out of turn in half-duplex, before it is written. */
  readonly onOutOfTurn: (bytes: Uint8Array) => void;
  /** Called when the turn changes in half-duplex. */
  readonly onTurn: (turn: Turn) => void;
  /** Called with what is sent and received. */
  readonly observers: readonly Observer[];
  /** Called with everything that is done with the channel. */
  readonly onEvent: ((event: ClientEvent) => void) | null;
  /** Shows what is sent and received; the conversation waits until it has. */
  readonly show: ((...moved: Parameters<Observer>) => Promise<void>) | null;
}

/** The end of a conversation in order. */
export interface ConversationEnd {
  /** The side or the time that ended it. */
  readonly by: TalkEnd;
  /** Bytes received and not written, because only sending was asked for. */
  readonly dropped: number;
}

/** Thrown when the peer was silent for too long: it did not answer in its turn, or nothing moved at all. */
export class SilenceError extends Error {
  /** The name of the class. */
  override readonly name = "SilenceError";
  /** The missing thing: the answer of a turn, or any byte at all. */
  readonly missing: "answer" | "traffic";

  /** Makes the error for the missing thing. */
  constructor(missing: "answer" | "traffic") {
    super(`no ${missing}`);
    this.missing = missing;
  }
}

/**
 * Talks to `channel` as `talk` does, in the mode that was chosen.
 *
 * In `receive`, nothing is sent, not even the end of this half, and `input` is not read: many a peer takes
 * that end for the end of everything and leaves (`nc -l`, `ncat -l`, `socat`). In `send`, what arrives is read and
 * dropped: if nobody read it, both sides would stop when the buffers between them are full.
 *
 * @throws {SilenceError} After a time-out. Otherwise as `talk` does.
 */
export async function converse(
  channel: Channel,
  input: TalkInput,
  output: Writable,
  options: ConversationOptions,
): Promise<ConversationEnd> {
  const { mode } = options;
  const silence = new AbortController();
  const end = (missing: SilenceError["missing"]) => () => silence.abort(new SilenceError(missing));
  let dropped = 0;
  const turns: Turns | null = mode === "half"
    ? (await import("./turns.ts")).takeTurns(input, output, {
      unit: options.messages ? "message" : "line",
      timeout: options.turnTimeout,
      onTimeout: end("answer"),
      onOutOfTurn: options.onOutOfTurn,
      onTurn: options.onTurn,
      first: options.first,
    })
    : null;
  // Parts that few conversations need are loaded for those.
  let from = turns?.input ?? input;
  if (!turns && options.messages) from = (await import("./line_input.ts")).lineByLine(input);
  if (options.crlf) from = (await import("./crlf.ts")).crlf(from);
  const to = mode === "send"
    ? { write: (bytes: Uint8Array) => Promise.resolve((dropped += bytes.length, bytes.length)) }
    : turns?.output ?? output;
  try {
    const by = await talk(
      await withTaps(channel, options, end("traffic")),
      from,
      to,
      {
        ...options,
        async onPeerEnd(goesOn) {
          if (goesOn) turns?.peerEnded();
          await options.onPeerEnd?.(goesOn);
        },
        receiveOnly: mode === "receive",
        ...(options.messages ? { sendSize: MAX_DATAGRAM } : {}),
        signal: AbortSignal.any([options.signal, silence.signal]),
      },
    );
    return { by, dropped };
  } finally {
    turns?.close();
  }
}

/** Returns `channel` with all that was asked for, and nothing around it otherwise. */
async function withTaps(
  channel: Channel,
  options: ConversationOptions,
  onIdle: () => void,
): Promise<Channel> {
  const { idleTimeout, observers, onEvent, show } = options;
  let result = channel;
  for (const observer of observers) result = tapped(result, observer);
  if (onEvent) result = (await import("./events.ts")).withEvents(result, onEvent);
  if (show) result = shown(result, show);
  if (idleTimeout !== null) {
    const { withIdleTimeout } = await import("./idle_channel.ts");
    result = withIdleTimeout(result, idleTimeout, onIdle);
  }
  return result;
}

function shown(channel: Channel, show: NonNullable<ConversationOptions["show"]>): Channel {
  return {
    async read(buffer) {
      const count = await channel.read(buffer);
      await show("read", buffer.subarray(0, count ?? 0));
      return count;
    },
    async write(bytes) {
      const count = await channel.write(bytes);
      await show("write", bytes.subarray(0, count));
      return count;
    },
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
}
