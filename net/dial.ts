/**
 * The one way to a server, whatever the options are: a name is resolved, its addresses are raced (RFC 8305),
 * and each try is told.
 *
 * @module
 */
import { abortable } from "@std/async/abortable";
import type { SourceAddress } from "../address/source_address.ts";
import { isLinkLocal, withoutZone, withZone } from "../address/zone.ts";
import { ExplainedError } from "../text/reason.ts";
import { isAddress, placesOf, prepareLookUp } from "./dns.ts";
import { formatAddress, formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { race } from "./race.ts";
import { type Channel, closeQuietly } from "./stream.ts";
import { t } from "../text/messages.ts";

/** A step on the way to a connection, reported when it is done; at `start` everything is loaded. */
export type ConnectStep = "start" | "look-up" | "connect" | "handshake";

/** An event on the way to a server that is looked for by its name. */
export type DialEvent =
  /** A name was resolved, to these addresses in the system's order. */
  | { readonly event: "resolve"; readonly name: string; readonly addresses: readonly string[] }
  /** One of the addresses is tried. */
  | { readonly event: "try"; readonly peer: string }
  /** A try has failed. */
  | { readonly event: "fail"; readonly peer: string; readonly error: unknown }
  /** A try was ended, because another one was first. */
  | { readonly event: "cancel"; readonly peer: string };

/** The local address of a connection to be made, its limits, and what is called meanwhile. */
export interface DialOptions {
  /** Ends dialing with its reason. */
  readonly signal: AbortSignal;
  /** The local address; the system's choice if not given. */
  readonly source?: SourceAddress | null;
  /** The version of IP of the addresses that are tried; any if not given. */
  readonly version?: 4 | 6 | null;
  /** Called after each step. */
  readonly onStep?: ((step: ConnectStep) => void) | undefined;
  /** Called with each event. */
  readonly onEvent?: ((event: DialEvent) => void) | undefined;
}

/** A way to connect to one address. */
export interface Way<T> {
  /** Connects; rejects with the reason of `signal`, or as the system does. */
  connect(address: string, signal: AbortSignal): Promise<T>;
  /** Closes what `connect` has given, but nobody needs. */
  close(late: T): void;
}

/**
 * Resolves to what `way` gives for the first address of `endpoint` that answers. No more than one result
 * of `way` stays open.
 *
 * @throws The error of the first address, or the reason of the signal.
 */
export async function dial<T>(
  { hostname, port }: TcpEndpoint,
  { signal, source = null, version = null, onStep, onEvent }: DialOptions,
  way: Way<T>,
): Promise<T> {
  await prepareLookUp(hostname);
  onStep?.("start");
  const addresses = await abortable(placesOf(hostname, source?.version ?? version), signal);
  onStep?.("look-up");
  if (isAddress(hostname)) return await way.connect(hostname, signal);
  onEvent?.({ event: "resolve", name: hostname, addresses });
  const connectOrTell = async (address: string, signal: AbortSignal) => {
    const peer = formatEndpoint({ transport: "tcp", hostname: address, port });
    onEvent?.({ event: "try", peer });
    try {
      return await way.connect(address, signal);
    } catch (error) {
      const isTooLate = signal.aborted && (error as Error).name !== "TimeoutError";
      onEvent?.(isTooLate ? { event: "cancel", peer } : { event: "fail", peer, error });
      throw error;
    }
  };
  return await race(addresses, signal, connectOrTell, (late) => way.close(late));
}

/** A TCP connection as it comes from `dialTcp`. */
export interface TcpDialed {
  /** Its bytes. */
  readonly channel: Channel;
  /** The peer's address for people. */
  readonly peer: string;
  /** The IP address of this side. */
  readonly local: string;
  /** The connection of Deno's, if it is one. */
  readonly conn: Deno.TcpConn | null;
}

/**
 * Connects by TCP, the same way whatever is reported of it.
 *
 * @throws As `dial` does. A connection to itself is refused: nobody listens there.
 */
export async function dialTcp(endpoint: TcpEndpoint, options: DialOptions): Promise<TcpDialed> {
  const { source = null, onStep } = options;
  const way = source === null
    ? byDeno(endpoint)
    : source.hostname !== null && isLinkLocal(source.hostname)
    ? await onLink({ hostname: source.hostname, port: source.port }, endpoint)
    : await byNode(source, endpoint);
  const dialed = await dial(endpoint, options, way);
  onStep?.("connect");
  return dialed;
}

/** Connections of Deno's own, from an address that the system chooses. */
function byDeno({ hostname, port }: TcpEndpoint): Way<TcpDialed> {
  return {
    async connect(address, signal) {
      const conn = await Deno.connect({ hostname: address, port, signal });
      const { localAddr, remoteAddr } = conn;
      if (localAddr.port === remoteAddr.port && localAddr.hostname === remoteAddr.hostname) {
        conn.close();
        throw selfConnected();
      }
      try {
        conn.setNoDelay(true);
      } catch {
        // It was reset already, and the first read will tell.
      }
      const peer = formatAddress(remoteAddr, hostname);
      return { channel: conn, conn, peer, local: localAddr.hostname };
    },
    close: ({ channel }) => closeQuietly(channel),
  };
}

/**
 * Returns the error for a connection that leads to itself: from a port of the system's choice to the same
 * one, on which nobody listens (RFC 9293, section 3.5).
 */
function selfConnected(): Error {
  return new Deno.errors.ConnectionRefused("Connection refused: the socket has reached itself");
}

/** Connections of `node:net`, which can come from a chosen address. It takes 20 ms to load. */
async function byNode(source: SourceAddress, { port }: TcpEndpoint): Promise<Way<TcpDialed>> {
  const { connectSocket, peerOf, socketChannel } = await import("./node_socket.ts");
  return {
    async connect(address, signal) {
      const socket = await connectSocket(address, port, source, signal);
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      if (localAddress === remoteAddress && localPort === remotePort) {
        socket.destroy();
        throw selfConnected();
      }
      const local = localAddress ?? "";
      return { channel: socketChannel(socket), conn: null, peer: peerOf(socket), local };
    },
    close: ({ channel }) => closeQuietly(channel),
  };
}

/**
 * Connections from `from`, which is link-local, to a host on the same link: by calls of the C library. Where
 * none can be made the system chooses the address, and the connection holds if it has chosen that.
 */
async function onLink(
  from: { readonly hostname: string; readonly port: number },
  endpoint: TcpEndpoint,
): Promise<Way<TcpDialed>> {
  const { hostname: source, port } = from;
  const refused = (words: string) => new ExplainedError({ words, cannotStart: true });
  const way = byDeno(endpoint);
  const { connectOnLink } = await import("./link_socket.ts");
  const { socketChannel } = await import("./node_socket.ts");
  return {
    async connect(address, signal) {
      const isOnLink = isLinkLocal(address) &&
        withZone("fe80::", address) === withZone("fe80::", source);
      if (!isOnLink) {
        throw refused(
          t`${source} reaches only hosts on its link: [fe80::…%INTERFACE]:PORT`,
        );
      }
      const to = { hostname: address, port: endpoint.port };
      const socket = await connectOnLink(from, to, signal);
      if (socket !== null) {
        const peer = formatEndpoint({ ...to, transport: "tcp" });
        return { channel: socketChannel(socket), conn: null, peer, local: withoutZone(source) };
      }
      if (port !== 0) throw refused(t`a link-local source cannot have a port`);
      const dialed = await way.connect(address, signal);
      const chosen = withZone(dialed.conn!.localAddr.hostname, source);
      if (chosen === source) return dialed;
      way.close(dialed);
      throw refused(t`the system connects from ${chosen}, not from ${source}`);
    },
    close: way.close,
  };
}
