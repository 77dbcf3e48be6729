/**
 * Bytes that move: channels, sources, transforms, and the loop that joins them.
 *
 * A chunk is lent: it is a view of a buffer that is filled again at the next `next()`. Code that keeps a
 * chunk calls `slice()`.
 *
 * The folder, file by file:
 *
 * - `stream.ts`, `connection.ts`: channels, connections and listeners as interfaces.
 * - `endpoint.ts`, `endpoint_errors.ts`: `HOST:PORT` and `unix:PATH`, and what is wrong with one.
 * - `listen.ts`, `unix_socket.ts`, `unix_probe.ts`, `tls_channel.ts`, `socket_calls.ts`, `c_library.ts`: the
 *   server's side of a connection; `node_listen.ts`, `descriptor_accept.ts` and `inherited.ts` for a descriptor that
 *   was handed over, and for resets, `node_tls_server.ts` where clients show certificates, `self_signed.ts` makes the
 *   server's own, `alpn.ts`.
 * - `connect.ts`, `dial.ts`, `dns.ts`, `race.ts`, `tls.ts`, `starttls.ts`: the client's side; `node_socket.ts`,
 *   `link_socket.ts`, `node_tls.ts`, `tls_stream.ts` and `node_errors.ts` do by `node:` modules what Deno's own cannot.
 * - `peer_certificate.ts`, `distinguished_name.ts`: the certificate of a peer, as it is shown.
 * - `datagram.ts`, `udp.ts`: UDP of a server for many; `udp_channel.ts`, `udp_listen.ts`, `udp_inbox.ts`:
 *   UDP with one peer, as a client and as a listening side.
 * - `udp_group.ts`: binding, and multicast.
 * - `idle.ts`, `waiting.ts`, `permission.ts`: limits on silence, waiting that ends, the permission to use
 *   the network.
 *
 * @module
 */

/** The used part of `Deno.Conn`: TCP, TLS and Unix connections are channels as they come. */
export interface Channel {
  /** Reads into `buffer`; resolves to the number of bytes, or `null` when the peer has ended its half. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes`; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends this half: the peer reads the end of the stream, and can still answer. */
  closeWrite(): Promise<void>;
  /** Ends both halves; a read or write under way rejects. */
  close(): void;
}

/** Chunks over time, each lent until the next one is asked for. */
export type Source = AsyncIterable<Uint8Array>;

/** A service: from what is received to what is answered. */
export type Transform = (source: Source) => Source;

/** An input: a channel, standard input. */
export type Readable = Pick<Channel, "read">;

/** An output: a channel, standard output. */
export type Writable = Pick<Channel, "write">;

/** Writes all of `bytes` to `output`: a single `write` may write less. */
export async function writeAll(output: Writable, bytes: Uint8Array): Promise<void> {
  let written = await output.write(bytes);
  while (written < bytes.length) written += await output.write(bytes.subarray(written));
}

/** Returns the bytes of both, one after the other, in a new array. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Closes `channel`, which may be closed already: by its other user, or by the system after a reset. */
export function closeQuietly(channel: Pick<Channel, "close">): void {
  try {
    channel.close();
  } catch {
    // Nothing is left to close.
  }
}

/** A function that is called after each read (0 bytes at the end of the peer's half) and each write. */
export type Observer = (event: "read" | "write", data: Uint8Array) => void;

const NOTHING = new Uint8Array();

/** Returns `channel` such that `observer` is called after each read and write. */
export function tapped(channel: Channel, observer: Observer): Channel {
  return {
    async read(buffer) {
      const count = await channel.read(buffer);
      observer("read", count === null ? NOTHING : buffer.subarray(0, count));
      return count;
    },
    async write(bytes) {
      const count = await channel.write(bytes);
      observer("write", bytes.subarray(0, count));
      return count;
    },
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
}
