/**
 * Connections to servers: the edge to the system on the client's side.
 *
 * @module
 */
import { type Endpoint, formatAddress, formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { lookUp, prepareLookUp } from "./dns.ts";
import { race } from "./race.ts";
import type { SourceAddress } from "../address/source_address.ts";
import { isLinkLocal, withZone } from "../address/zone.ts";
import { ExplainedError } from "../text/reason.ts";
import { type Channel, closeQuietly } from "./stream.ts";
import { secure, type TlsOptions } from "./tls.ts";
import { abortable } from "@std/async/abortable";
import type { Connection } from "./connection.ts";

/** A step on the way to a connection, reported when it is done; at `start` everything is loaded. */
export type ConnectStep = "start" | "look-up" | "connect" | "handshake";

/** The protocol, the limits and the local address of a connection to be made. */
export interface ConnectOptions {
  /** Milliseconds after which connecting rejects with a `TimeoutError`. */
  readonly timeout: number;
  /** Ends connecting with its reason; the connection itself does not mind. */
  readonly signal: AbortSignal;
  /** The local address; the system's choice if not given. */
  readonly source?: SourceAddress | null;
  /** Speaks TLS; not given, it is plain TCP. */
  readonly tls?: TlsOptions | null;
  /** Speaks UDP: milliseconds to wait after the last datagram, and a function that is called for each lost one. */
  readonly udp?: { readonly wait: number; readonly onLoss?: () => void } | null;
  /** Called after each step. */
  readonly onStep?: (step: ConnectStep) => void;
}

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
  const { udp, tls = null, source = null, signal, onStep } = options;
  if (endpoint.transport === "unix") {
    onStep?.("start");
    const channel = await Deno.connect({ transport: "unix", path: endpoint.path });
    onStep?.("connect");
    return { channel, peer: formatEndpoint(endpoint) };
  }
  await prepareLookUp(endpoint.hostname);
  if (udp) {
    const { openUdp } = await import("./udp_channel.ts");
    const onLookUp = () => onStep?.("look-up");
    onStep?.("start");
    return await abortable(openUdp(endpoint, { ...udp, source, signal, onLookUp }), signal);
  }
  const { hostname } = endpoint;
  let channel: Channel;
  let peer: string;
  if (source) {
    ({ channel, peer } = await connectFrom(source, endpoint, signal, onStep));
    if (tls) channel = await secureByNode(channel, hostname, tls, signal);
  } else {
    onStep?.("start");
    const conn = await connectTcp(endpoint, signal, onStep);
    channel = conn;
    peer = formatAddress(conn.remoteAddr, hostname);
    if (tls?.insecure) channel = await secureByNode(conn, hostname, tls, signal);
    else if (tls) {
      channel = await secure(conn, hostname, tls, signal).catch(async (error) => {
        if (tls.ca === null || !isOfAuthority(error)) throw error;
        const again = await connectTcp(endpoint, signal, undefined);
        return await secureByNode(again, hostname, tls, signal);
      });
    }
  }
  if (tls) onStep?.("handshake");
  return { channel, peer };
}

/**
 * Whether TLS of Deno's has refused a server's certificate because it may sign others (CA:TRUE), as the one
 * that `openssl req -x509` makes. That of `node:tls` takes it, but does not notice a stream that is cut off
 * (RFC 8446, section 6.1): so it comes second.
 */
function isOfAuthority(error: unknown): boolean {
  return error instanceof Error && /CaUsedAsEndEntity/.test(error.message);
}

async function secureByNode(
  channel: Channel,
  hostname: string,
  tls: TlsOptions,
  signal: AbortSignal,
): Promise<Channel> {
  const { secureChannel } = await import("./node_tls.ts");
  return await secureChannel(channel, hostname, tls, signal);
}

/** Connects by TCP, the same way whatever is reported of it: a name is resolved, its addresses raced. */
async function connectTcp(
  { hostname, port }: TcpEndpoint,
  signal: AbortSignal,
  onStep: ConnectOptions["onStep"],
): Promise<Deno.TcpConn> {
  const connectAt = async (hostname: string, signal: AbortSignal) => {
    const conn = await Deno.connect({ hostname, port, signal });
    if (!isSelf(conn.localAddr, conn.remoteAddr)) return conn;
    conn.close();
    throw selfConnected();
  };
  const addresses = await lookUpFor(hostname, null, signal, onStep);
  const conn = await race(addresses, signal, connectAt, closeQuietly);
  onStep?.("connect");
  try {
    conn.setNoDelay(true);
  } catch {
    // It was reset already, and the first read will tell.
  }
  return conn;
}

/** Whether a connection leads to itself: a port of its own choice that nobody listens on (RFC 9293, 3.5). */
function isSelf(local: Deno.NetAddr, remote: Deno.NetAddr): boolean {
  return local.port === remote.port && local.hostname === remote.hostname;
}

/** Returns the error for a connection to itself: nobody listens there. */
function selfConnected(): Error {
  return new Deno.errors.ConnectionRefused("Connection refused: the socket has reached itself");
}

async function lookUpFor(
  hostname: string,
  version: 4 | 6 | null,
  signal: AbortSignal,
  onStep: ConnectOptions["onStep"],
): Promise<string[]> {
  const addresses = await abortable(lookUp(hostname, version), signal);
  onStep?.("look-up");
  return addresses;
}

/** Connects by TCP from `source`. */
async function connectFrom(
  source: SourceAddress,
  endpoint: TcpEndpoint,
  signal: AbortSignal,
  onStep: ConnectOptions["onStep"],
): Promise<Connection> {
  const { hostname, port } = endpoint;
  if (isLinkLocal(source.hostname)) return await connectOnLink(source, endpoint, signal, onStep);
  const { connectSocket, peerOf, socketChannel } = await import("./node_socket.ts");
  onStep?.("start");
  const socket = await race(
    await lookUpFor(hostname, source.version, signal, onStep),
    signal,
    (address, signal) => connectSocket(address, port, source, signal),
    (late) => void late.destroy(),
  );
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === remoteAddress && localPort === remotePort) {
    socket.destroy();
    throw selfConnected();
  }
  onStep?.("connect");
  return { channel: socketChannel(socket), peer: peerOf(socket) };
}

/**
 * Connects by TCP from `source`, which is link-local, to a host on the same link. `node:net` binds no
 * address with a zone; so the system chooses, and the connection holds if it has chosen `source`.
 */
async function connectOnLink(
  source: SourceAddress,
  endpoint: TcpEndpoint,
  signal: AbortSignal,
  onStep: ConnectOptions["onStep"],
): Promise<Connection> {
  const refused = (words: string) => new ExplainedError({ words, cannotStart: true });
  const { hostname } = endpoint;
  if (source.port !== 0) throw refused("a link-local source cannot have a port");
  if (
    !isLinkLocal(hostname) || withZone("fe80::", hostname) !== withZone("fe80::", source.hostname)
  ) {
    throw refused(`${source.hostname} reaches only hosts on its link: [fe80::…%INTERFACE]:PORT`);
  }
  onStep?.("start");
  const channel = await connectTcp(endpoint, signal, onStep);
  const chosen = withZone(channel.localAddr.hostname, source.hostname);
  if (chosen === source.hostname) {
    return { channel, peer: formatAddress(channel.remoteAddr, hostname) };
  }
  channel.close();
  throw refused(`the system connects from ${chosen}, not from ${source.hostname}`);
}
