/**
 * The PROXY protocol on a channel: its header is read, and what follows is received as if there were none.
 *
 * @module
 */
import type { Channel, Readable } from "../net/stream.ts";
import {
  headerLength,
  parseHeader,
  type ProxyHeader,
  ProxyHeaderError,
  V1_LONGEST,
  V2_LONGEST,
} from "./proxy_header.ts";
import { t } from "../text/messages.ts";

/** A header, and the bytes that came with it. */
export interface ReceivedProxyHeader extends ProxyHeader {
  /** Bytes behind the header that were read with it: the start of the conversation. The caller's. */
  readonly rest: Uint8Array;
}

/**
 * Reads the header at the start of `channel`, in version 1 or 2, however it is cut.
 *
 * It reads at most 107 bytes, or just the header where that is longer, and it stops as soon as the
 * bytes cannot be a header. It sets no time limit: closing the channel ends it.
 *
 * @param options.maxLength The most bytes of a header of version 2; 4096 if not given.
 * @throws {ProxyHeaderError} If there is no header, or it is damaged or cut short.
 * @throws As the channel's `read` does.
 */
export async function readProxyHeader(
  channel: Readable,
  options: { readonly maxLength?: number } = {},
): Promise<ReceivedProxyHeader> {
  let buffer = new Uint8Array(V1_LONGEST);
  let count = 0;
  for (;;) {
    const length = headerLength(buffer.subarray(0, count), options.maxLength ?? V2_LONGEST);
    if (length !== null && length <= count) {
      const rest = buffer.subarray(length, count);
      return { ...parseHeader(buffer.subarray(0, length)), rest };
    }
    if (length !== null && length > buffer.length) {
      const longer = new Uint8Array(length);
      longer.set(buffer);
      buffer = longer;
    }
    const received = await channel.read(buffer.subarray(count));
    if (received === null) {
      const what = count === 0
        ? t`no PROXY header: nothing was sent`
        : t`cut short after ${count} bytes`;
      throw new ProxyHeaderError(what);
    }
    count += received;
  }
}

/**
 * Returns `channel` with `rest` in front of what it receives; all else is that of `channel`. Once
 * `rest` is used up, nothing stands between the two.
 *
 * @param rest Is read from until it is used up, and may not be changed before.
 */
export function withPrefix(channel: Channel, rest: Uint8Array): Channel {
  if (rest.length === 0) return channel;
  const direct = (buffer: Uint8Array) => channel.read(buffer);
  const prefixed: Channel = {
    read(buffer) {
      const count = Math.min(buffer.length, rest.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      if (rest.length === 0) prefixed.read = direct;
      return Promise.resolve(count);
    },
    write: (bytes) => channel.write(bytes),
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
  return prefixed;
}
