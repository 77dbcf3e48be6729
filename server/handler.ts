/**
 * How a connection is answered: by any service through iterators, by the upper-case service on a
 * shorter way.
 *
 * @module
 */
import { type Channel, type Transform, writeAll } from "../net/stream.ts";
import type { ReadQueue } from "./read_queue.ts";
import { asciiUpperCase, upperCase } from "./upper.ts";
import { upperKernel } from "./upper_kernel.ts";
import { type OnEnd, UpperSession } from "./upper_session.ts";
import type { Connection } from "../net/connection.ts";
import { Receiver } from "./receiver.ts";

/** With whom it is talked. */
export interface ConnectionInfo {
  /** The number of the connection. */
  readonly number: number;
  /** What was accepted. */
  readonly connection: Connection;
  /** The client's address. */
  readonly peer: string;
}

/**
 * Answers what arrives on `channel` until its peer has ended and everything is answered, then calls
 * `onEnd`. Closing `channel` is the caller's; it ends the conversation.
 */
export type Handler = (channel: Channel, onEnd: OnEnd, who: ConnectionInfo) => void;

/** Bytes of the buffer into which a connection reads that does not resume the shorter way. */
const BUFFER_SIZE = 16 * 1024;

/** Returns how connections are answered by `transform`, fairly by way of `readQueue`. */
export function handlerFor(transform: Transform, readQueue: ReadQueue): Handler {
  const kernel = transform === upperCase || transform === asciiUpperCase ? upperKernel() : null;
  if (kernel === null) {
    return (channel, onEnd) => void converse(channel, transform, readQueue, onEnd);
  }
  const unicode = transform === upperCase;
  const shared = { kernel, unicode, readQueue };
  return (channel, onEnd) => void new UpperSession(channel, shared, onEnd);
}

/** The plain way. Never rejects. */
async function converse(
  channel: Channel,
  transform: Transform,
  readQueue: ReadQueue,
  onEnd: OnEnd,
): Promise<void> {
  const receiver = new Receiver(channel, new Uint8Array(BUFFER_SIZE), readQueue);
  let bytesOut = 0;
  let error: unknown = null;
  readQueue.enter();
  try {
    for await (const chunk of transform(receiver)) {
      await writeAll(channel, chunk);
      bytesOut += chunk.length;
    }
  } catch (thrown) {
    error = thrown;
  }
  readQueue.leave();
  onEnd(error, receiver.bytes, bytesOut);
}
