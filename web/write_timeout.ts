/**
 * A limit for how long a peer may read nothing.
 *
 * @module
 */
import { IdleWatch } from "../net/idle.ts";
import { type Channel, closeQuietly } from "../net/stream.ts";
import { msg, numbered } from "../text/messages.ts";

/** The peer has read nothing for too long. */
export class SlowReaderError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "SlowReaderError";

  /** An error that names the limit, in milliseconds. */
  constructor(milliseconds: number) {
    super(numbered(msg("the client has read nothing for # s"), milliseconds / 1000));
  }
}

/**
 * Returns `channel`, which closes itself when a write has moved no byte for `milliseconds`; that write
 * rejects with a `SlowReaderError`.
 */
export function withWriteTimeout(channel: Channel, milliseconds: number): Channel {
  let late = false;
  const watch = new IdleWatch<Channel>(milliseconds, () => {
    late = true;
    closeQuietly(channel);
  });
  return {
    read: (buffer) => channel.read(buffer),
    async write(bytes) {
      watch.touch(channel);
      try {
        return await channel.write(bytes);
      } catch (error) {
        throw late ? new SlowReaderError(milliseconds) : error;
      } finally {
        watch.delete(channel);
      }
    },
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
}
