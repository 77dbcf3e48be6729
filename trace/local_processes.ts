/**
 * The processes at the local ends of connections that are captured live, as far as /proc of Linux tells.
 *
 * A look for each new connection, in the background, in slices: segments come first. A process that has gone
 * before, or that is another user's, stays unknown.
 *
 * @module
 */
import { allPids, readTables, socketsOf, textOf } from "../sockets/linux.ts";
import { formatSocketAddress, type KernelSocket, type SocketSystem } from "../sockets/socket.ts";
import type { Here, TcpConnection } from "../tcp/connection.ts";
import { hostAddressOf, portOf } from "../tcp/segment.ts";
import type { Both, Side } from "../tcp/side.ts";

/** A process at an end of a connection. */
export interface LocalProcess {
  /** Its number. */
  readonly pid: number;
  /** Its name, which it chooses itself. */
  readonly name: string;
}

/** Processes whose descriptors are looked at before segments have their turn again. */
const SLICE = 8;

/** The most connections that wait for a look; with more, the others are passed over. */
const MAX_WAITING = 64;

/** The most processes that are remembered, to be looked at first. */
const MAX_KNOWN = 16;

/** The processes at the ends of connections. */
export class LocalProcesses {
  readonly #system: SocketSystem;
  readonly #here: Here;
  readonly #found = new WeakMap<TcpConnection, [LocalProcess | null, LocalProcess | null]>();
  /** Processes that held a socket before, the last one first. */
  #known: number[] = [];
  #waiting: TcpConnection[] = [];
  #running: Promise<void> | null = null;

  /** Makes the processes of the hosts for which `here` is true. */
  constructor(system: SocketSystem, here: Here) {
    this.#system = system;
    this.#here = here;
  }

  /** Looks for the processes of a new connection in the background. */
  note(connection: TcpConnection): void {
    if (this.#system.platform !== "linux" || this.#waiting.length === MAX_WAITING) return;
    this.#waiting.push(connection);
    this.#running ??= this.#run();
  }

  /** Returns the processes at both ends as far as they were found; `null` for one that was not. */
  of(connection: TcpConnection): Both<LocalProcess | null> {
    return this.#found.get(connection) ?? [null, null];
  }

  /** Resolves when nothing is being looked for. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const connections = this.#waiting;
        this.#waiting = [];
        await this.#look(connections);
      }
    } catch {
      // A process that cannot be read stays unknown.
    } finally {
      this.#running = null;
    }
  }

  async #look(connections: readonly TcpConnection[]): Promise<void> {
    const local = connections.flatMap(({ ends }) => ends.map(({ address }) => address))
      .filter((address) => this.#here(hostAddressOf(address)));
    const ports = new Set(local.map(portOf));
    const sockets = await readTables(this.#system, ["tcp"], (port) => ports.has(port));
    const wanted = new Map<string, { connection: TcpConnection; side: Side }[]>();
    for (const connection of connections) {
      this.#found.set(connection, [null, null]);
      for (const side of [0, 1] as const) {
        const inode = local.includes(connection.ends[side].address)
          ? inodeOf(sockets, connection, side)
          : null;
        if (inode === null) continue;
        wanted.set(inode, [...wanted.get(inode) ?? [], { connection, side }]);
      }
    }
    await this.#findOwners(wanted);
  }

  async #findOwners(
    wanted: Map<string, { connection: TcpConnection; side: Side }[]>,
  ): Promise<void> {
    // The process that was started last is asked first: it may be gone soon.
    const pids = new Set([...this.#known, ...allPids(this.#system).reverse()]);
    let looked = 0;
    for (const pid of pids) {
      if (wanted.size === 0) return;
      if (++looked % SLICE === 0) await turn();
      const own = new Set(socketsOf(this.#system, pid).map(([, inode]) => inode));
      const held = [...wanted].filter(([inode]) => own.has(inode));
      if (held.length === 0) continue;
      const name = (await textOf(this.#system, `/proc/${pid}/comm`))?.replace(/\n$/, "") ?? "?";
      this.#known = [pid, ...this.#known.filter((each) => each !== pid)].slice(0, MAX_KNOWN);
      for (const [inode, ends] of held) {
        wanted.delete(inode);
        for (const { connection, side } of ends) this.#found.get(connection)![side] = { pid, name };
      }
    }
  }
}

/** Resolves when what has come meanwhile had its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Returns the socket of a side, or the one that listens at its port: of it the other was born. */
function inodeOf(
  sockets: readonly KernelSocket[],
  { ends }: TcpConnection,
  side: Side,
): string | null {
  const [own, other] = [ends[side].address, ends[1 - side]!.address];
  const port = portOf(own);
  const connected = sockets.find(({ local, remote }) =>
    remote !== null && textOfAddress(local) === own && textOfAddress(remote) === other
  );
  // One that is not accepted yet is nobody's.
  const listener = sockets.find(({ local, state, id }) =>
    local.port === port && state === "LISTEN" && id !== null
  );
  return connected?.id ?? listener?.id ?? null;
}

/** Returns an address as captures have it: IPv4 in its own form, without a zone. */
function textOfAddress({ hostname, port }: KernelSocket["local"]): string {
  return formatSocketAddress({
    hostname: hostname.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*/, ""),
    port,
  });
}
