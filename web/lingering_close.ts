/**
 * A lingering close: the end of a connection on which the peer still sends, so that it gets the last answer.
 *
 * @module
 */
import { IdleWatch } from "../net/idle.ts";
import { type Channel, closeQuietly } from "../net/stream.ts";

/** Milliseconds, and bytes, for which the peer is still read. */
const TIMEOUT = 1000;
const LIMIT = 4 * 1024 * 1024;

/**
 * Ends this half of `channel`, and drops the bytes that arrive until the peer ends, too, or for a second. Closing
 * while bytes arrive would make the system reset the connection, and the peer lose the last answer (RFC
 * 9112, section 9.6). Never rejects; closing is the caller's.
 */
export async function linger(channel: Channel): Promise<void> {
  const watch = new IdleWatch<Channel>(TIMEOUT, closeQuietly);
  watch.touch(channel);
  const buffer = new Uint8Array(16 * 1024);
  try {
    await channel.closeWrite();
    for (let left = LIMIT; left > 0;) {
      const count = await channel.read(buffer);
      if (count === null) break;
      left -= count;
    }
  } catch {
    // It has gone, or the time is over.
  } finally {
    watch.delete(channel);
  }
}
