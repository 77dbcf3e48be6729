/**
 * The sockets of one port, read again and again at little cost.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { readSockets } from "../sockets/sockets.ts";
import type { KernelSocket, SocketProcess, SocketSystem } from "../sockets/socket.ts";

/**
 * Returns a function that reads the sockets of a port, and those of its peers on this machine. On
 * Linux processes are looked for only when there is a socket that is new.
 *
 * @param isHere Whether an address is one of this machine.
 */
export function portReader(
  system: SocketSystem,
  protocol: PortProtocol,
  port: number,
  isHere: (hostname: string) => boolean,
): () => Promise<readonly KernelSocket[]> {
  const belongs = ({ local, remote }: KernelSocket) =>
    local.port === port || (remote?.port === port && isHere(remote.hostname));
  if (system.platform !== "linux") {
    const query = { protocols: [protocol], range: null };
    return async () => (await readSockets(system, query)).filter(belongs);
  }
  const lookups = new Map<string, Lookup>();
  const tables = new Tables(system, protocol, port, belongs);
  return async () => {
    const sockets = await tables.read();
    await lookForProcesses(system, sockets, lookups);
    return sockets.map((socket) => ({
      ...socket,
      processes: lookups.get(socket.id ?? "")?.processes ?? [],
    }));
  };
}

/** Returns `read` with a meter: `work` resolves to the milliseconds of work done so far. */
export function metered<T>(
  read: () => Promise<T>,
  system: { readonly platform: string; cpuTime(): Promise<number> },
): { read: () => Promise<T>; work: () => Promise<number> } {
  if (system.platform === "linux") return { read, work: () => system.cpuTime() };
  // There other programs do the work, while this process waits for them.
  let waited = 0;
  return {
    async read() {
      const started = performance.now();
      const result = await read();
      waited += performance.now() - started;
      return result;
    },
    work: () => Promise.resolve(waited),
  };
}

/** The readings of which one reads a table on which the port has been quiet: that is most of the work. */
const QUIET_TURNS = 4;

/** The tables of IPv4 and IPv6, of which one may be read more rarely than the other. */
class Tables {
  readonly #read: (version: IpVersion) => Promise<KernelSocket[]>;
  #turn = 0;
  /** The versions of which there were sockets. */
  #busy: readonly IpVersion[] = [];

  constructor(
    system: SocketSystem,
    protocol: PortProtocol,
    port: number,
    belongs: (socket: KernelSocket) => boolean,
  ) {
    this.#read = async (version) => {
      const { readTables } = await import("../sockets/linux.ts");
      const isWanted = (local: number, remote: number) => local === port || remote === port;
      return (await readTables(system, [protocol], isWanted, [version])).filter(belongs);
    };
  }

  /** Resolves to the sockets; those in a table that was quiet are seen up to three readings later. */
  async read(): Promise<KernelSocket[]> {
    const all = this.#busy.length === 0 || this.#turn++ % QUIET_TURNS === 0;
    const six = all || this.#busy.includes(6) ? await this.#read(6) : [];
    // The peer of a connection that is IPv4 in IPv6 is in the table of IPv4.
    const mapped = six.some(({ remote }) => remote?.hostname.startsWith("::ffff:"));
    const four = all || mapped || this.#busy.includes(4) ? await this.#read(4) : [];
    this.#busy = [
      ...(four.length > 0 ? [4 as const] : []),
      ...(six.length > 0 ? [6 as const] : []),
    ];
    return [...four, ...six];
  }
}

/** The result of looking for the processes of a socket, and how often that was done. */
interface Lookup {
  readonly processes: readonly SocketProcess[];
  readonly looks: number;
}

/** The most times to look for a socket's process: a descriptor is made a moment after its socket. */
const MOST_LOOKS = 3;

/** Completes `lookups` for `sockets`, and forgets those of others. */
async function lookForProcesses(
  system: SocketSystem,
  sockets: readonly KernelSocket[],
  lookups: Map<string, Lookup>,
): Promise<void> {
  const { allPids, findOwners, withProcesses } = await import("../sockets/linux.ts");
  const isKnown = (id: string) => {
    const known = lookups.get(id);
    return known !== undefined && (known.processes.length > 0 || known.looks >= MOST_LOOKS);
  };
  const fresh = sockets.filter(({ id }) => id !== null && !isKnown(id));
  if (fresh.length > 0) {
    const ids = new Set(fresh.map(({ id }) => id!));
    const owners = findOwners(system, ids, allPids(system));
    for (const { id, processes } of await withProcesses(system, fresh, owners)) {
      lookups.set(id!, { processes, looks: (lookups.get(id!)?.looks ?? 0) + 1 });
    }
  }
  const present = new Set(sockets.map(({ id }) => id));
  for (const id of lookups.keys()) if (!present.has(id)) lookups.delete(id);
}
