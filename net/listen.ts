/**
 * Listening sockets: the edge to the system on the server's side.
 *
 * @module
 */
import { isGroup } from "../address/zone.ts";
import { ExplainedError } from "../text/reason.ts";
import type { Connection, Listener, ServerTls, TlsConnection } from "./connection.ts";
import { type Endpoint, formatAddress, formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import type { Channel } from "./stream.ts";
import { t } from "../text/messages.ts";

/**
 * The length of the listen queue, in connections. Deno's 511 overflow when a thousand arrive at once,
 * and a client that is dropped tries again a second later. Linux takes its own limit if that is less:
 * net.core.somaxconn, 4096 since 5.4.
 */
const BACKLOG = 4096;

/**
 * Listens at `endpoint`; with `tls`, connections speak TLS.
 *
 * The file of a Unix socket on which nobody listens any more is replaced.
 *
 * @param resets Whether connections have a `reset`, of TCP and without TLS: by a call of the C library, or by
 * `node:net`, which accepts no more once it has run out of descriptors.
 * @throws As `Deno.listen` does, for example `AddrInUse`.
 */
export async function listen(
  endpoint: Endpoint,
  tls: ServerTls | null = null,
  resets = false,
): Promise<Listener> {
  try {
    if (endpoint.transport === "unix") return await listenAtPath(endpoint.path);
    if (isGroup(endpoint.hostname)) {
      const words = t`TCP has no multicast and no broadcast`;
      throw new ExplainedError({ words, cannotStart: true });
    }
    return await (resets ? listenResetting(endpoint) : listenTcp(endpoint, tls));
  } catch (error) {
    const { explainEndpoint } = await import("./endpoint_errors.ts");
    throw explainEndpoint(error, endpoint);
  }
}

async function listenTcp(endpoint: TcpEndpoint, tls: ServerTls | null): Promise<Listener> {
  const { hostname, port } = endpoint;
  if (tls !== null && tls.clientCa === undefined) {
    const [{ TlsChannel }, { sendAtOnce }] = await Promise.all([
      import("./tls_channel.ts"),
      import("./socket_calls.ts"),
    ]);
    const { cert, key, alpn = [] } = tls;
    const listener = Deno.listenTls({
      ...{ hostname, port, tcpBacklog: BACKLOG, cert, key },
      ...(alpn.length === 0 ? {} : { alpnProtocols: [...alpn] }),
    });
    sendAtOnce(listener.addr as Deno.NetAddr); // where it is not possible, README says so
    return listening(listener, "TLS", (conn) => {
      const channel = new TlsChannel(conn);
      return new TcpConnection(conn, hostname, channel, channel);
    }, hostname);
  }
  if (tls === null) return listenPlain(endpoint, (conn) => new TcpConnection(conn, hostname, conn));
  const secured = await (await import("./node_tls_server.ts")).nodeTls(tls);
  return listenPlain(endpoint, (conn) => {
    const channel = secured(conn);
    return new TcpConnection(conn, hostname, channel, channel);
  }, "TLS");
}

/** Listens by TCP of Deno's, whose connections become what `connectionOf` makes of them. */
function listenPlain(
  { hostname, port }: TcpEndpoint,
  connectionOf: (conn: Deno.TcpConn) => Connection,
  layer: "TCP" | "TLS" = "TCP",
): Listener {
  const listener = Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
  return listening(listener, layer, (conn) => {
    conn.setNoDelay(true);
    return connectionOf(conn);
  }, hostname);
}

/** Listens by TCP such that connections can be reset. */
async function listenResetting(endpoint: TcpEndpoint): Promise<Listener> {
  const { canReset, reset } = await import("./socket_calls.ts");
  if (!canReset()) {
    const { listenByNode } = await import("./node_listen.ts");
    return await listenByNode(endpoint, connectionsThatFit());
  }
  return listenPlain(endpoint, (conn) => {
    const ends = { local: conn.localAddr, remote: conn.remoteAddr };
    const { peer, host } = new TcpConnection(conn, endpoint.hostname, conn);
    return { channel: conn, peer, host, reset: () => reset(ends) };
  });
}

async function listenAtPath(path: string): Promise<Listener> {
  const { listenUnix } = await import("./unix_socket.ts");
  const name = formatEndpoint({ transport: "unix", path });
  let count = 0;
  const named = (channel: Deno.UnixConn) => ({ channel, peer: `${name}#${++count}` });
  return listening(await listenUnix(path), "Unix", named);
}

/** A TCP connection. The text of its peer is made when it is asked for: ten thousand connections wait idly. */
class TcpConnection implements Connection {
  readonly channel: Channel;
  declare readonly tls?: TlsConnection;
  readonly #remote: Deno.NetAddr;
  /** The host at which the server listens: a link-local peer is on the same link. */
  readonly #hostname: string;

  constructor(
    { remoteAddr }: Deno.Conn<Deno.NetAddr>,
    hostname: string,
    channel: Channel,
    tls?: TlsConnection,
  ) {
    this.channel = channel;
    if (tls !== undefined) this.tls = tls;
    this.#remote = remoteAddr;
    this.#hostname = hostname;
  }

  get peer(): string {
    return formatAddress(this.#remote, this.#hostname);
  }

  get host(): string {
    return this.#remote.hostname;
  }
}

/** Makes a listener of Deno's, which listens at `hostname`. */
function listening<C extends Deno.Conn>(
  listener: Pick<Deno.Listener<C> | Deno.TlsListener, "accept" | "close" | "addr">,
  layer: "TCP" | "TLS" | "Unix",
  connectionOf: (conn: C) => Connection,
  hostname = "",
): Listener {
  const address = formatAddress(listener.addr, hostname);
  const protocol = layer === "Unix" ? layer : `${layer} over IPv${address[0] === "[" ? 6 : 4}`;
  return {
    address,
    protocol,
    secure: layer === "TLS",
    async accept(): Promise<Connection | null> {
      let conn;
      try {
        conn = await listener.accept() as C;
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return null; // closed
        throw error;
      }
      try {
        return connectionOf(conn);
      } catch (error) {
        conn.close(); // it was reset since
        throw error;
      }
    },
    close() {
      try {
        listener.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error; // closed already
      }
    },
  };
}

/**
 * Returns a free TCP port of an endpoint's host above its port, or `null` if the next hundred are
 * taken. Tried by binding: it is free now, which is no promise.
 */
export function nextFreePort({ hostname, port }: TcpEndpoint): number | null {
  for (let next = port + 1; next <= Math.min(port + 100, 65535); next++) {
    try {
      Deno.listen({ hostname, port: next }).close();
      return next;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) return null;
    }
  }
  return null;
}

/** Descriptors kept free for files, pipes and what the runtime opens. */
const RESERVED_DESCRIPTORS = 16;

/** The connections at once where the system does not tell its limit: macOS allows 10,240 descriptors. */
const USUAL_CONNECTIONS = 10_000;

/**
 * Returns how many connections fit into the open-file limit of this process beside what is open
 * already (proc_pid_limits(5), proc_pid_fd(5)).
 */
export function connectionsThatFit(): number {
  try {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    const soft = limits.match(/^Max open files\s+(\d+)/m)?.[1];
    if (soft === undefined) return USUAL_CONNECTIONS; // unlimited
    const open = [...Deno.readDirSync("/proc/self/fd")].length;
    return Math.max(1, Number(soft) - open - RESERVED_DESCRIPTORS);
  } catch {
    return USUAL_CONNECTIONS; // no Linux, or not allowed to look
  }
}
