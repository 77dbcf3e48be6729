/**
 * A full-duplex conversation: input goes to the peer and the answers of the peer to output, both at once.
 *
 * Life of a conversation: sending and receiving start together; each half ends on its own; the peer's
 * end, the time to wait, an error or the signal ends the whole, and `talk` closes channel and input.
 *
 * @module
 */
import { abortable } from "@std/async/abortable";
import { delay } from "@std/async/delay";
import {
  type Channel,
  closeQuietly,
  type Readable,
  type Writable,
  writeAll,
} from "../net/stream.ts";

/** The bytes of the local side: typed, piped or redirected. */
export interface TalkInput extends Readable {
  /** Ends a read under way. */
  close(): void;
}

/** The limits of a conversation, and what is called when the peer ends. */
export interface TalkOptions {
  /** Breaks the conversation off with its reason. */
  readonly signal: AbortSignal;
  /** Milliseconds to wait for the peer once all input is sent; as long as it takes if not given. */
  readonly wait?: number | null;
  /** Goes on sending to a peer that has ended its half, until the end of input. */
  readonly keepOpen?: boolean;
  /**
   * Asked when the peer has ended its half before the input has: milliseconds without input after which
   * sending ends as well, 0 for at once and `Infinity` for the end of input; if not given, the latter with
   * `keepOpen` and else the former. A peer that no longer takes it ends the conversation in order.
   */
  readonly patience?: () => Promise<number>;
  /**
   * Called when the peer has ended its half and all of it is written, with whether sending goes on; the
   * conversation waits for it.
   */
  readonly onPeerEnd?: (goesOn: boolean) => Promise<void> | void;
  /** Sends nothing and does not read `input`; this half ends when the peer's has. */
  readonly receiveOnly?: boolean;
  /** The most bytes of input that are read, and sent, at once; 64 KiB if not given. */
  readonly sendSize?: number;
}

/**
 * The end of a conversation: the peer ended first; it ended after this side had (`both`); or the time to
 * wait for it was over.
 */
export type TalkEnd = "peer" | "both" | "wait";

/** Bytes of the buffer for each direction. */
const BUFFER_SIZE = 64 * 1024;

/** Error names with which reading from an input that has been closed rejects. */
const CLOSED = new Set(["BadResource", "Interrupted"]);

/**
 * Error names with which sending fails when the peer no longer takes anything. It may still have
 * something to say: what receiving comes to decides how the conversation ends.
 */
const REFUSED = new Set([
  "BrokenPipe",
  "ConnectionAborted",
  "ConnectionReset",
  "NotConnected",
  "UnexpectedEof",
]);

/** Thrown when reading from or writing to the local side fails; `cause` is the error. */
export class LocalSideError extends Error {
  /** The name of the class. */
  override readonly name = "LocalSideError";
  /** The operation that failed. */
  readonly doing: "read" | "write";

  /** Wraps `cause`. */
  constructor(doing: "read" | "write", cause: unknown) {
    super(`cannot ${doing}`, { cause });
    this.doing = doing;
  }
}

/**
 * Sends `input` to `channel` and writes what arrives to `output`, until the peer has ended its half.
 *
 * The end of `input` ends this half only; answers are received however late they come, or for `wait`
 * milliseconds. The peer's end ends the conversation, whatever `input` still has to say, unless it is
 * to be kept open: `input` is closed then. Resolves to the end that it came to. No more than one buffer is read ahead in either direction.
 *
 * @throws {LocalSideError} When `input` or `output` fails. Errors of `channel` come as they are; a reset
 * is always an error, also one that only sending came to know. In each case `channel` is closed.
 *
 * @example A line sent to an echo server, and its answer
 * ```ts
 * import { talk } from "./duplex.ts";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * listener.accept().then(async (conn) => { // a server that sends everything back
 *   await conn.readable.pipeTo(conn.writable);
 *   listener.close();
 * });
 * const question: (Uint8Array | null)[] = [new TextEncoder().encode("hello\n"), null];
 * const input = {
 *   read(buffer: Uint8Array) {
 *     const part = question.shift() ?? null;
 *     if (part !== null) buffer.set(part);
 *     return Promise.resolve(part && part.length);
 *   },
 *   close() {},
 * };
 * let answer = "";
 * const output = {
 *   write(bytes: Uint8Array) {
 *     answer += new TextDecoder().decode(bytes);
 *     return Promise.resolve(bytes.length);
 *   },
 * };
 * const end = await talk(await Deno.connect(listener.addr), input, output, {
 *   signal: new AbortController().signal,
 * });
 * console.assert(answer === "hello\n" && end === "both", answer, end);
 * ```
 */
export async function talk(
  channel: Channel,
  input: TalkInput,
  output: Writable,
  options: TalkOptions,
): Promise<TalkEnd> {
  const { signal, wait = null, keepOpen = false, receiveOnly = false } = options;
  const end = Promise.withResolvers<TalkEnd>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let endedHere = false; // the input has
  let sent = false;
  let refusal: unknown = null;
  end.promise.catch(() => {}); // what fails after the end concerns nobody

  const pieces = { read: 0, sent: 0 }; // of the input
  const onInput = (isOver: boolean) => {
    if (isOver) endedHere = true;
    else pieces.read++;
  };
  const onSent = () => void pieces.sent++;
  const size = options.sendSize ?? BUFFER_SIZE;
  const all = receiveOnly ? Promise.resolve() : send(channel, input, size, { onInput, onSent });
  const sending = all.then(() => {
    sent = true;
    if (wait !== null && !over) timer = setTimeout(end.resolve, wait, "wait");
  }, (error) => {
    if (nameOf(error) === "LocalSideError" || !REFUSED.has(nameOf(error))) end.reject(error);
    else refusal = error;
  });
  receive(channel, output).then(async () => {
    const by = endedHere ? "both" : "peer";
    const always = keepOpen ? Infinity : 0;
    const patience = endedHere ? always : await options.patience?.() ?? always;
    await options.onPeerEnd?.(patience > 0);
    if (patience > 0) await quiet(sending, pieces, patience);
    // The system tells of a reset once: when sending was told, receiving just finds the end, and may
    // be here first.
    if (!sent && !keepOpen) await delay(0);
    const failed = refusal !== null && (keepOpen || nameOf(refusal) === "ConnectionReset");
    if (failed) throw refusal;
    end.resolve(by);
  }).catch(end.reject);

  try {
    return await abortable(end.promise, signal);
  } finally {
    over = true;
    clearTimeout(timer);
    closeQuietly(channel);
    closeQuietly(input);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/**
 * Resolves with `sending`, or when there was no input for so many milliseconds: while a piece waits for a
 * peer that is slow, the input is not asked for more.
 */
async function quiet(
  sending: Promise<void>,
  pieces: { readonly read: number; readonly sent: number },
  milliseconds: number,
): Promise<void> {
  if (milliseconds === Infinity) return await sending;
  const stop = new AbortController();
  const over = sending.then(() => true);
  try {
    for (let before = -1; before !== pieces.sent || pieces.sent < pieces.read;) {
      before = pieces.sent;
      const late = delay(milliseconds, { signal: stop.signal }).then(() => false, () => false);
      if (await Promise.race([over, late])) return;
    }
  } finally {
    stop.abort();
  }
}

async function send(
  channel: Channel,
  input: Readable,
  size: number,
  { onInput, onSent }: {
    readonly onInput: (isOver: boolean) => void;
    readonly onSent: () => void;
  },
): Promise<void> {
  const buffer = new Uint8Array(size);
  for (;;) {
    let count;
    try {
      count = await input.read(buffer);
    } catch (error) {
      if (error instanceof Error && CLOSED.has(error.name)) return;
      throw new LocalSideError("read", error);
    }
    onInput(count === null);
    if (count === null) return await channel.closeWrite();
    await writeAll(channel, buffer.subarray(0, count));
    onSent();
  }
}

async function receive(channel: Channel, output: Writable): Promise<void> {
  const buffer = new Uint8Array(BUFFER_SIZE);
  for (;;) {
    const count = await channel.read(buffer);
    if (count === null) return;
    try {
      await writeAll(output, buffer.subarray(0, count));
    } catch (error) {
      throw new LocalSideError("write", error);
    }
  }
}
