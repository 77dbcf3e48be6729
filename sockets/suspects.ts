/**
 * Processes that may hold a port by a socket in no table: one that is bound, but neither listens nor
 * is connected. Linux tells its inode and its process, but not that it is bound, and where.
 *
 * @module
 */
import { allPids, linkOf, readProcesses, socketsOf, textOf } from "./linux.ts";
import type { SocketProcess, SocketSystem } from "./socket.ts";

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
