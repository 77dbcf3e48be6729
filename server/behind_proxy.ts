/**
 * Connections behind a proxy: the header of the PROXY protocol, before a connection is handled.
 *
 * It is loaded with `--proxy-protocol`.
 *
 * @module
 */
import { IdleWatch } from "../net/idle.ts";
import { type Channel, closeQuietly } from "../net/stream.ts";
import type { Connection } from "../net/connection.ts";
import { type Admitted, refused, withoutPort } from "./admit.ts";
import { ProxyHeaderError } from "./proxy_header.ts";
import { readProxyHeader, withPrefix } from "./proxy_protocol.ts";
import { t } from "../text/messages.ts";

/**
 * Milliseconds that a proxy may take for its header; the specification asks for "at least 3 seconds",
 * which covers a retransmission of TCP.
 */
const HEADER_TIMEOUT = 5000;

/** The PROXY headers that a server waits for. */
export class HeaderWatch {
  /** Milliseconds that each may take. */
  readonly milliseconds: number;
  readonly #late = new WeakSet<Channel>();
  readonly #watch: IdleWatch<Channel>;

  /** Closes each channel on which no whole header has come in `milliseconds`. */
  constructor(milliseconds: number = HEADER_TIMEOUT) {
    this.milliseconds = milliseconds;
    this.#watch = new IdleWatch(milliseconds, (channel) => {
      this.#late.add(channel);
      closeQuietly(channel);
    });
  }

  /** Begins to wait for the header of `channel`. */
  add(channel: Channel): void {
    this.#watch.touch(channel);
  }

  /** Ends the waiting. */
  delete(channel: Channel): void {
    this.#watch.delete(channel);
  }

  /** Whether `channel` was closed because its header was late. */
  isLate(channel: Channel): boolean {
    return this.#late.has(channel);
  }
}

/**
 * Resolves to the connection as it goes on behind its PROXY header, with the client's own address, or
 * with the reason why it does not. Never rejects; leaves closing to the caller.
 *
 * @param headers The headers that are waited for; closes the channels of those that are late.
 */
export async function behindProxy(
  connection: Connection,
  headers: HeaderWatch,
): Promise<Admitted> {
  const { channel } = connection;
  headers.add(channel);
  try {
    const { source, rest, local } = await readProxyHeader(channel);
    const { peer, host } = connection;
    const behind = { channel: withPrefix(channel, rest), local };
    if (source !== null) return { ...behind, peer: source, host: withoutPort(source), proxy: peer };
    return { ...behind, peer, ...(host === undefined ? {} : { host }) };
  } catch (error) {
    const reason = headers.isLate(channel)
      ? t`no PROXY header in ${headers.milliseconds / 1000} s`
      : error instanceof ProxyHeaderError
      ? error.message
      : t`gone before its PROXY header`;
    return refused(connection, reason);
  } finally {
    headers.delete(channel);
  }
}
