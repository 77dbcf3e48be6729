/**
 * A limit on the silence of a channel.
 *
 * @module
 */
import { IdleWatch } from "../net/idle.ts";
import type { Channel } from "../net/stream.ts";

/**
 * Returns `channel`, with `onIdle` called when nothing was received or sent for `milliseconds`.
 *
 * The clock runs only while a read is under way: the time that this side takes over the bytes that have
 * arrived, such as a person reading a page, is not held against the peer.
 */
export function withIdleTimeout(
  channel: Channel,
  milliseconds: number,
  onIdle: () => void,
): Channel {
  const watch = new IdleWatch<Channel>(milliseconds, onIdle);
  let reading = false;
  let ended = false;
  return {
    async read(buffer) {
      reading = true;
      watch.touch(channel);
      try {
        const count = await channel.read(buffer);
        ended ||= count === null;
        return count;
      } finally {
        reading = false;
        if (!ended) watch.delete(channel);
      }
    },
    async write(bytes) {
      const count = await channel.write(bytes);
      if (reading || ended) watch.touch(channel);
      return count;
    },
    closeWrite: () => channel.closeWrite(),
    close() {
      ended = reading = false;
      watch.delete(channel);
      channel.close();
    },
  };
}
