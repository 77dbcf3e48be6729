/**
 * Connections to servers: the edge to the system on the client's side.
 *
 * Two engines speak TLS behind it, both rustls below. Deno's own (`tls.ts`) does whatever it can, also after
 * STARTTLS. `node:tls` (`node_tls.ts`) does the rest: any certificate (`--insecure`), one by its fingerprint, those
 * of a file (`--ca`), since Deno takes none that may sign others, as `openssl req -x509` makes it, one that is only
 * looked at (`--check`), showing one of this side, and connections from a chosen address. Both agree on an
 * application protocol (ALPN), and notice a connection that was cut off.
 *
 * @module
 */
import { type DialOptions, dialTcp, type TcpDialed } from "./dial.ts";
import { type Endpoint, formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import type { TlsOptions } from "./tls.ts";
import type { Connection } from "./connection.ts";
import type { UdpDialOptions } from "./udp_channel.ts";

/** The protocol, the limits and the local address of a connection to be made. */
export interface ConnectOptions extends DialOptions {
  /** Milliseconds after which connecting rejects with a `TimeoutError`. */
  readonly timeout: number;
  /** Speaks TLS; not given, it is plain TCP. */
  readonly tls?: TlsOptions | null;
  /** Speaks UDP; not given, it is TCP. */
  readonly udp?: UdpConnectOptions | null;
}

/** The limits of UDP, which has no connections, and what is asked of the system about its peer. */
export type UdpConnectOptions = Omit<UdpDialOptions, keyof DialOptions>;

/**
 * Connects to `endpoint`. Of several addresses, the one that answers is taken.
 *
 * @throws As `Deno.connect` and `Deno.startTls` do, a `TimeoutError` after `timeout`, or the reason of
 * `signal`.
 *
 * @example A connection of this program to itself
 * ```ts
 * import { connect } from "./connect.ts";
 * import { parseEndpoint } from "./endpoint.ts";
 * import { listen } from "./listen.ts";
 *
 * const listener = await listen(parseEndpoint("127.0.0.1:0"));
 * const { signal } = new AbortController();
 * const client = await connect(parseEndpoint(listener.address), { timeout: 1000, signal });
 * const server = await listener.accept();
 * console.assert(client.peer === listener.address);
 * client.channel.close();
 * server?.channel.close();
 * listener.close();
 * ```
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions): Promise<Connection> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException("timed out", "TimeoutError")),
    options.timeout,
  );
  const signal = AbortSignal.any([late.signal, options.signal]);
  try {
    signal.throwIfAborted();
    return await open(endpoint, { ...options, signal });
  } catch (error) {
    const { explainEndpoint } = await import("./endpoint_errors.ts");
    throw explainEndpoint(error, endpoint);
  } finally {
    clearTimeout(timer);
  }
}

async function open(endpoint: Endpoint, options: ConnectOptions): Promise<Connection> {
  const { udp, tls = null, signal, onStep } = options;
  if (endpoint.transport === "unix") {
    onStep?.("start");
    const channel = await Deno.connect({ transport: "unix", path: endpoint.path });
    onStep?.("connect");
    return { channel, peer: formatEndpoint(endpoint) };
  }
  if (udp) {
    const { dialUdp } = await import("./udp_channel.ts");
    return await dialUdp(endpoint, { ...options, ...udp });
  }
  const isByNode = tls !== null && (tls.ca !== null || tls.insecure || tls.inspect !== undefined ||
    Boolean(tls.fingerprint ?? tls.own));
  if (isByNode) await (await import("./node_tls.ts")).prepareTls();
  const { channel, conn, peer } = await dialForTls(endpoint, tls, options);
  if (!tls) return { channel, peer };
  const { hostname } = endpoint;
  const secured = conn === null || isByNode
    ? await (await import("./node_tls.ts")).secureChannel(channel, hostname, tls, signal)
    : await (await import("./tls.ts")).secure(conn, hostname, tls, signal);
  onStep?.("handshake");
  return { ...secured, peer };
}

/** Connects, and asks for TLS first where it is not spoken from the start. */
async function dialForTls(
  endpoint: TcpEndpoint,
  tls: TlsOptions | null,
  options: DialOptions,
): Promise<TcpDialed> {
  const dialed = await dialTcp(endpoint, options);
  const protocol = tls?.starttls ?? null;
  if (protocol === null) return dialed;
  const { askForTls } = await import("./starttls.ts");
  await askForTls(dialed.channel, protocol, dialed.local, options.signal);
  return dialed;
}
