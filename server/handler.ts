/**
 * Handlers of connections: one for any transform, through iterators, and one for the upper-case service,
 * whose kernel works where the bytes were read.
 *
 * @module
 */
import { type Channel, type Transform, writeAll } from "../net/stream.ts";
import type { ReadQueue } from "./read_queue.ts";
import { asciiUpperCase, upperCase } from "./upper.ts";
import { upperKernel } from "./upper_kernel.ts";
import { type EndReceiver, UpperSession } from "./upper_session.ts";
import type { Connection } from "../net/connection.ts";
import { ChunkReader } from "./chunk_reader.ts";

/** A connection as its handler knows it. */
export interface ConnectionInfo {
  /** The number of the connection. */
  readonly number: number;
  /** The connection as it was accepted. */
  readonly connection: Connection;
  /** The client's address. */
  readonly peer: string;
}

/** A connection whose handler tells it of the end. */
export interface Conversation extends ConnectionInfo, EndReceiver {}

/**
 * Answers the bytes that arrive on `channel` until its peer has ended and everything is answered, then calls
 * `end`. Closing `channel` is the caller's; it ends the conversation.
 */
export type Handler = (channel: Channel, conversation: Conversation) => void;

/** Bytes of the buffer into which a connection is read that a transform answers. */
const BUFFER_SIZE = 16 * 1024;

/**
 * Returns the handler that answers with `transform`; `readQueue` lets its connections read in turn. The
 * upper-case service is done by the kernel, where there is one (`upper_session.ts`).
 */
export function handlerFor(transform: Transform, readQueue: ReadQueue): Handler {
  const kernel = transform === upperCase || transform === asciiUpperCase ? upperKernel() : null;
  if (kernel === null) {
    return (channel, conversation) => void converse(channel, transform, readQueue, conversation);
  }
  const unicode = transform === upperCase;
  const shared = { kernel, unicode, readQueue };
  return (channel, conversation) => void new UpperSession(channel, shared, conversation);
}

/** Answers with any transform. Never rejects. */
async function converse(
  channel: Channel,
  transform: Transform,
  readQueue: ReadQueue,
  receiver: EndReceiver,
): Promise<void> {
  const reader = new ChunkReader(channel, new Uint8Array(BUFFER_SIZE), readQueue);
  let bytesOut = 0;
  let error: unknown = null;
  readQueue.enter();
  try {
    for await (const chunk of transform(reader)) {
      await writeAll(channel, chunk);
      bytesOut += chunk.length;
    }
  } catch (thrown) {
    error = thrown;
  }
  readQueue.leave();
  receiver.end(error, reader.bytes, bytesOut);
}
