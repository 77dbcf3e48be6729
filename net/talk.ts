/**
 * A full-duplex conversation: what is read goes to the peer, what the peer answers is written, both
 * at once.
 *
 * @module
 */
import { type Channel, closeQuietly, type Readable, type Writable, writeAll } from "./stream.ts";

/** What comes from the near side. */
export interface TalkInput extends Readable {
  /** Ends a read under way. */
  close(): void;
}

/** Bytes of the buffer for each direction. */
const BUFFER_SIZE = 64 * 1024;

/** Error names with which reading from an input that has been closed rejects. */
const CLOSED = new Set(["BadResource", "Interrupted"]);

/** Thrown when reading from or writing to the near side fails; `cause` is the error. */
export class NearSideError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "NearSideError";
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
 * The end of `input` ends this half only; answers are received however late they come. The peer's end
 * ends the conversation, whatever `input` still has to say: `input` is closed then. No more than one
 * buffer is read ahead in either direction.
 *
 * @param signal Breaks the conversation off with its reason.
 * @throws {NearSideError} When `input` or `output` fails. Errors of `channel` come as they are. In each
 * case `channel` is closed.
 */
export async function talk(
  channel: Channel,
  input: TalkInput,
  output: Writable,
  signal: AbortSignal,
): Promise<void> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  send(channel, input).catch((error) => {
    // The peer no longer takes anything, but it may still have something to say: its own end, or the
    // reset, decides how this ends.
    if (error instanceof NearSideError) reject(error);
  });
  const receiving = receive(channel, output);
  try {
    await Promise.race([receiving, broken]);
  } finally {
    signal.removeEventListener("abort", stop);
    closeQuietly(channel);
    closeQuietly(input);
    broken.catch(() => {});
    receiving.catch(() => {});
  }
}

async function send(channel: Channel, input: Readable): Promise<void> {
  const buffer = new Uint8Array(BUFFER_SIZE);
  for (;;) {
    let count;
    try {
      count = await input.read(buffer);
    } catch (error) {
      if (error instanceof Error && CLOSED.has(error.name)) return;
      throw new NearSideError("read", error);
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
      throw new NearSideError("write", error);
    }
  }
}
