/**
 * Processes that hold, or may hold, a port by a socket in no table: one that is bound, but neither
 * listens nor is connected. Linux tells its inode and its process; its address it tells only those who
 * may copy its descriptor.
 *
 * @module
 */
import { allPids, linkOf, readProcesses, socketsOf, textOf } from "./linux.ts";
import type { PortProtocol } from "./port_names.ts";
import { parseEffectiveUser } from "./proc_net.ts";
import type { KernelSocket, SocketProcess, SocketSystem } from "./socket.ts";

/** The tables in /proc/net that name sockets by their inodes. */
const TABLES = "tcp tcp6 udp udp6 udplite udplite6 raw raw6 icmp icmp6 unix netlink packet".split(
  " ",
);

/**
 * Resolves to the processes in this network namespace with a socket that is in none of the kernel's
 * tables, with the descriptors of such sockets: that a port is held by one of these is likely, and not
 * certain. None on other systems.
 */
export async function findSuspects(system: SocketSystem): Promise<readonly SocketProcess[]> {
  if (system.platform !== "linux") return [];
  const here = linkOf(system, "/proc/self/ns/net");
  const held = allPids(system)
    .filter((pid) => linkOf(system, `/proc/${pid}/ns/net`) === here)
    .map((pid) => ({ pid, sockets: socketsOf(system, pid) }));
  // Read after the descriptors, or a socket that was made in between would be suspected.
  const listed = new Set(
    (await Promise.all(TABLES.map((table) => textOf(system, `/proc/net/${table}`))))
      .flatMap((text) => text?.match(/\b\d+\b/g) ?? []),
  );
  const suspects = held.flatMap(({ pid, sockets }) => {
    const descriptors = sockets.filter(([, inode]) => !listed.has(inode)).map(([fd]) => fd);
    return descriptors.length === 0 ? [] : [{ pid, descriptors }];
  });
  const processes = await readProcesses(system, suspects.map(({ pid }) => pid));
  return suspects.map(({ pid, descriptors }) => ({ ...processes.get(pid)!, descriptors }));
}

/** The result of looking at the sockets of suspects. */
export interface Conviction {
  /** The sockets that are bound to the port, with their processes; `id` is their descriptor. */
  readonly sockets: readonly KernelSocket[];
  /** The suspects whose sockets could not all be looked at. */
  readonly unclear: readonly SocketProcess[];
}

/** Milliseconds that may be spent on looking. */
const TIME_LIMIT = 500;

/** The numbers of protocols (IANA, Protocol Numbers). */
const PROTOCOLS: Readonly<Record<PortProtocol, number>> = { tcp: 6, udp: 17 };

/**
 * Resolves to the sockets of `suspects` that are bound to `port`, looked at one by one. Where that is
 * not possible all suspects stay unclear.
 */
export async function convict(
  system: SocketSystem,
  suspects: readonly SocketProcess[],
  protocol: PortProtocol,
  port: number,
): Promise<Conviction> {
  using foreign = suspects.length === 0 ? null : await system.foreignSockets?.() ?? null;
  if (foreign === null) return { sockets: [], unclear: suspects };
  const end = performance.now() + TIME_LIMIT;
  const sockets: KernelSocket[] = [];
  const unclear: SocketProcess[] = [];
  for (const process of suspects) {
    let isClear = true;
    for (const descriptor of process.descriptors) {
      const found = performance.now() > end ? null : foreign.look(process.pid, descriptor);
      if (found === null) isClear = false;
      if (found?.protocol !== PROTOCOLS[protocol] || found.local?.port !== port) continue;
      sockets.push({
        protocol,
        version: found.local.hostname.includes(":") ? 6 : 4,
        local: found.local,
        remote: null,
        state: "CLOSED",
        secondsLeft: null,
        user: process.user,
        id: `${process.pid}/${descriptor}`,
        processes: [{ ...process, descriptors: [descriptor] }],
      });
    }
    if (!isClear) unclear.push(process);
  }
  return { sockets, unclear: sockets.length > 0 ? [] : unclear };
}

/**
 * Resolves to whether root sees the sockets of every process of this PID namespace (Linux): what no process
 * has then is the kernel's own, or of a process outside of it. Root without CAP_SYS_PTRACE does not.
 */
export async function seesAllProcesses(system: SocketSystem): Promise<boolean> {
  if (system.platform !== "linux") return false;
  if (parseEffectiveUser(await textOf(system, "/proc/self/status") ?? "") !== "0") return false;
  return allPids(system).every((pid) => !isHidden(system, pid));
}

/** Whether the links of a process, as those of its descriptors, may not be read (proc(5): a right to trace it). */
function isHidden(system: SocketSystem, pid: number): boolean {
  try {
    system.readLink(`/proc/${pid}/cwd`);
    return false;
  } catch (error) {
    return error instanceof Error && ["PermissionDenied", "NotCapable"].includes(error.name);
  }
}
