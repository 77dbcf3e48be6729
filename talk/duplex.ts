/**
 * A full-duplex conversation: what is read goes to the peer, what the peer answers is written, both
 * at once.
 *
 * @module
 */
import {
  type Channel,
  closeQuietly,
  type Readable,
  type Writable,
  writeAll,
} from "../net/stream.ts";

/** What comes from the local side. */
export interface TalkInput extends Readable {
  /** Ends a read under way. */
  close(): void;
}

/** How a conversation goes. */
export interface TalkOptions {
  /** Breaks the conversation off with its reason. */
  readonly signal: AbortSignal;
  /** Milliseconds to wait for the peer once all input is sent; as long as it takes if not given. */
  readonly wait?: number | null;
  /** Goes on sending to a peer that has ended its half, until the end of input. */
  readonly keepOpen?: boolean;
  /** Called when the peer has ended its half. */
  readonly onPeerEnd?: () => void;
  /** The most bytes of input that are read, and sent, at once; 64 KiB if not given. */
  readonly sendSize?: number;
}

/** What ended a conversation: the peer, or the time to wait for it. */
export type TalkEnd = "peer" | "wait";

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
  /** The class, as it is told apart by name. */
  override readonly name = "LocalSideError";
  /** Whether reading or writing failed. */
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
 * to be kept open: `input` is closed then. Resolves to which of these it was. No more than one buffer is read ahead in either direction.
 *
 * @throws {LocalSideError} When `input` or `output` fails. Errors of `channel` come as they are; a reset
 * is always an error, also one that only the sending side was told of. In each case `channel` is closed.
 */
export async function talk(
  channel: Channel,
  input: TalkInput,
  output: Writable,
  options: TalkOptions,
): Promise<TalkEnd> {
  const { signal, wait = null, keepOpen = false } = options;
  const end = Promise.withResolvers<TalkEnd>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let sent = false;
  let refusal: unknown = null;
  const stop = () => end.reject(signal.reason);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  const sending = send(channel, input, options.sendSize ?? BUFFER_SIZE).then(() => {
    sent = true;
    if (wait !== null && !over) timer = setTimeout(end.resolve, wait, "wait");
  }, (error) => {
    if (nameOf(error) === "LocalSideError" || !REFUSED.has(nameOf(error))) end.reject(error);
    else refusal = error;
  });
  receive(channel, output).then(async () => {
    options.onPeerEnd?.();
    if (keepOpen) await sending;
    // The system tells of a reset once: when sending was told, receiving just finds the end, and may
    // be here first.
    if (!sent && !keepOpen) await new Promise((resolve) => setTimeout(resolve, 0));
    const failed = refusal !== null && (keepOpen || nameOf(refusal) === "ConnectionReset");
    if (failed) throw refusal;
    end.resolve("peer");
  }).catch(end.reject);

  try {
    return await end.promise;
  } finally {
    over = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    closeQuietly(channel);
    closeQuietly(input);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

async function send(channel: Channel, input: Readable, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (;;) {
    let count;
    try {
      count = await input.read(buffer);
    } catch (error) {
      if (error instanceof Error && CLOSED.has(error.name)) return;
      throw new LocalSideError("read", error);
    }
    if (count === null) return await channel.closeWrite();
    await writeAll(channel, buffer.subarray(0, count));
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
