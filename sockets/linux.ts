/**
 * The sockets of Linux and their processes, read from /proc.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import type { PortProtocol } from "./port_names.ts";
import { isIn } from "../address/port_class.ts";
import {
  parseCommandLine,
  parseEffectiveUser,
  parseProcNet,
  parseSocketLink,
  parseUsers,
  parseZones,
  type TableForm,
} from "./proc_net.ts";
import type {
  ForeignSockets,
  KernelSocket,
  SocketProcess,
  SocketQuery,
  SocketSystem,
} from "./socket.ts";

/** Whether this machine has the low byte of a word first, which shows in /proc/net. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Resolves to the sockets of a query, with the processes that hold them. */
export async function readLinuxSockets(
  system: SocketSystem,
  query: SocketQuery,
): Promise<KernelSocket[]> {
  const { protocols, range, owned = null } = query;
  const sockets = await readTables(
    system,
    protocols,
    (port) => range === null || isIn(port, range),
  );
  const inodes = new Set<string>();
  for (const { id, local } of sockets) {
    if (id !== null && (owned === null || isIn(local.port, owned))) inodes.add(id);
  }
  using foreign = inodes.size < MANY ? null : await system.foreignSockets?.() ?? null;
  return await withProcesses(
    system,
    sockets,
    findOwners(system, inodes, allPids(system), foreign),
  );
}

/** The number of sockets from which on it is worth it to call the C library for their descriptors: that takes 10 ms. */
const MANY = 2000;

/** Resolves to the sockets whose ports are wanted, without the processes. */
export async function readTables(
  system: Pick<SocketSystem, "readTextFile">,
  protocols: readonly PortProtocol[],
  isWanted: (localPort: number, remotePort: number) => boolean,
  versions: readonly IpVersion[] = [4, 6],
): Promise<KernelSocket[]> {
  const form: TableForm = {
    littleEndian: LITTLE_ENDIAN,
    zoneOf: parseZones(await textOf(system, "/proc/net/if_inet6") ?? ""),
  };
  const files = protocols.flatMap((protocol) =>
    versions.map((version) => ({
      protocol,
      path: `/proc/net/${protocol}${version === 6 ? 6 : ""}`,
    }))
  );
  const sockets = await Promise.all(files.map(async ({ protocol, path }) => {
    // There is no table of version 6 where that is off.
    const text = path.endsWith("6")
      ? await textOf(system, path) ?? ""
      : await system.readTextFile(path);
    return parseProcNet(text, protocol, form, isWanted);
  }));
  return sockets.flat();
}

/** The processes that hold a socket, by its inode. */
export type Owners = ReadonlyMap<string, readonly Owner[]>;

/** A process, and its descriptors that are one socket. */
export interface Owner {
  /** The number of the process. */
  readonly pid: number;
  /** The descriptors. */
  readonly descriptors: number[];
}

/**
 * Returns the processes that hold the sockets with these `inodes`.
 *
 * @param pids The processes to look at; all that can be seen if not given.
 * @param foreign A faster look at the descriptors of processes, for many of them.
 */
export function findOwners(
  system: SocketSystem,
  inodes: ReadonlySet<string>,
  pids: readonly number[] = allPids(system),
  foreign: ForeignSockets | null = null,
): Owners {
  const owners = new Map<string, Owner[]>();
  if (inodes.size === 0) return owners;
  const add = (pid: number) => (descriptor: number, inode: string) => {
    if (inodes.has(inode)) addOwner(owners, pid, descriptor, inode);
  };
  for (const pid of pids) forEachSocket(system, pid, add(pid), foreign);
  const left = inodes.difference(owners);
  if (left.size === 0) return owners;
  // Rare: a thread that has a table of descriptors of its own (unshare(2), CLONE_FILES).
  for (const pid of pids) {
    const seen = new Set<string>(); // threads have most descriptors in common
    forEachSocketOfThreads(system, pid, (descriptor, inode) => {
      if (!left.has(inode) || seen.has(`${descriptor} ${inode}`)) return;
      seen.add(`${descriptor} ${inode}`);
      addOwner(owners, pid, descriptor, inode);
    });
  }
  return owners;
}

function addOwner(
  owners: Map<string, Owner[]>,
  pid: number,
  descriptor: number,
  inode: string,
): void {
  const others = owners.get(inode);
  const last = others?.at(-1);
  if (others === undefined) owners.set(inode, [{ pid, descriptors: [descriptor] }]);
  else if (last?.pid === pid) last.descriptors.push(descriptor);
  else others.push({ pid, descriptors: [descriptor] });
}

/** Does something with a descriptor that is a socket, and its inode. */
type Use = (descriptor: number, inode: string) => void;

/** Calls `use` with the descriptors that the threads of a process have beside its first one. */
function forEachSocketOfThreads(system: SocketSystem, pid: number, use: Use): void {
  for (const thread of namesIn(system, `/proc/${pid}/task`)) {
    if (thread !== `${pid}`) forEachSocketIn(system, `/proc/${pid}/task/${thread}/fd`, use);
  }
}

/** Returns the numbers of all processes that can be seen, ascending. */
export function allPids(system: SocketSystem): number[] {
  return system.listFolder("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .sort((a, b) => a - b);
}

/** Returns the descriptors of a process that are sockets, with their inodes; none if it hides them. */
export function socketsOf(
  system: SocketSystem,
  pid: number,
): [descriptor: number, inode: string][] {
  const found: [descriptor: number, inode: string][] = [];
  forEachSocket(system, pid, (descriptor, inode) => void found.push([descriptor, inode]));
  return found;
}

/** Calls `use` with the descriptors of a process that are sockets. */
function forEachSocket(
  system: SocketSystem,
  pid: number,
  use: Use,
  foreign: ForeignSockets | null = null,
): void {
  const folder = `/proc/${pid}/fd`;
  if ((foreign?.list(folder, use) ?? forEachSocketIn(system, folder, use)) > 0) return;
  // Where its first thread has ended, another one's are those of the process.
  for (const thread of namesIn(system, `/proc/${pid}/task`)) {
    if (forEachSocketIn(system, `/proc/${pid}/task/${thread}/fd`, use) > 0) return;
  }
}

/** Calls `use` with the descriptors in a folder that are sockets; returns how many descriptors are in it. */
function forEachSocketIn(system: SocketSystem, folder: string, use: Use): number {
  const names = namesIn(system, folder);
  for (const name of names) {
    const inode = parseSocketLink(linkOf(system, `${folder}/${name}`) ?? "");
    if (inode !== null) use(Number(name), inode);
  }
  return names.length;
}

/** Returns the names in a folder; none if it is another user's, or has gone with its process. */
function namesIn(system: SocketSystem, folder: string): readonly string[] {
  try {
    return system.listFolder(folder);
  } catch {
    return [];
  }
}

/** Resolves to `sockets` with the facts about the processes that hold them. */
export async function withProcesses(
  system: SocketSystem,
  sockets: readonly KernelSocket[],
  owners: Owners,
): Promise<KernelSocket[]> {
  const users = await readUsers(system);
  const pids = new Set<number>();
  for (const each of owners.values()) for (const { pid } of each) pids.add(pid);
  const processes = await readProcesses(system, pids, users);
  return sockets.map((socket) => ({
    ...socket,
    user: socket.user === null ? null : users.get(socket.user) ?? socket.user,
    processes: (owners.get(socket.id ?? "") ?? []).map(({ pid, descriptors }) => ({
      ...processes.get(pid)!,
      descriptors,
    })),
  }));
}

async function readUsers(system: SocketSystem): Promise<ReadonlyMap<string, string>> {
  return parseUsers(await textOf(system, "/etc/passwd") ?? "");
}

/** The facts about a process, whatever it holds. */
export type KnownProcess = Omit<SocketProcess, "descriptors">;

/** Resolves to the facts about processes, by their numbers. */
export async function readProcesses(
  system: SocketSystem,
  pids: Iterable<number>,
  users?: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<number, KnownProcess>> {
  const names = users ?? await readUsers(system);
  return new Map(
    await Promise.all(
      [...new Set(pids)].map(async (pid) => [pid, await readProcess(system, pid, names)] as const),
    ),
  );
}

async function readProcess(
  system: SocketSystem,
  pid: number,
  users: ReadonlyMap<string, string>,
): Promise<KnownProcess> {
  const folder = `/proc/${pid}`;
  const [name, commandLine, status] = await Promise.all(
    ["comm", "cmdline", "status"].map((file) => textOf(system, `${folder}/${file}`)),
  );
  const user = parseEffectiveUser(status ?? "");
  return {
    pid,
    name: name?.replace(/\n$/, "") ?? "?",
    words: parseCommandLine(commandLine ?? ""),
    user: user === null ? null : users.get(user) ?? user,
    folder: linkOf(system, `${folder}/cwd`),
    deleted: linkOf(system, `${folder}/exe`)?.endsWith(" (deleted)") ?? false,
  };
}

/** Resolves to a text file, or to `null` if it cannot be read. */
export async function textOf(
  system: Pick<SocketSystem, "readTextFile">,
  path: string,
): Promise<string | null> {
  try {
    return await system.readTextFile(path, { ask: false });
  } catch {
    return null;
  }
}

/** Returns the target of a link, or `null` if that cannot be read. */
export function linkOf(system: SocketSystem, path: string): string | null {
  try {
    return system.readLink(path);
  } catch {
    return null;
  }
}
