/**
 * The sockets of TCP and UDP in the kernel of this machine, read on any system.
 *
 * In this folder: `socket.ts` says what is known of a socket and its processes. Linux is read by
 * `linux.ts`, from tables that `proc_net.ts` parses; other systems by `programs.ts`, which runs lsof
 * (`lsof.ts`) with netstat (`bsd_netstat.ts`) and sockstat (`sockstat.ts`), or netstat of Windows (`netstat.ts`). `suspects.ts` finds sockets that are in no table,
 * `port_names.ts` has the names of ports, `text.ts` writes sockets and processes in words.
 *
 * @module
 */
import { isWanted, type KernelSocket, type SocketQuery, type SocketSystem } from "./socket.ts";

/**
 * Resolves to the sockets of a query, with the processes that hold them.
 *
 * @throws As the system does where they cannot be read.
 */
export async function readSockets(
  system: SocketSystem,
  query: SocketQuery,
): Promise<readonly KernelSocket[]> {
  const sockets = await readAll(system, query);
  return sockets.filter((socket) => isWanted(socket, query)).sort(inOrder);
}

async function readAll(system: SocketSystem, query: SocketQuery): Promise<KernelSocket[]> {
  switch (system.platform) {
    case "linux":
    case "android": {
      const { readLinuxSockets } = await import("./linux.ts");
      return await readLinuxSockets(system, query);
    }
    case "windows": {
      const { readWindowsSockets } = await import("./programs.ts");
      return await readWindowsSockets(system);
    }
    default: {
      const { readUnixSockets } = await import("./programs.ts");
      return await readUnixSockets(system, query.protocols);
    }
  }
}

/** Orders sockets by protocol and port, those that wait for peers first. */
function inOrder(a: KernelSocket, b: KernelSocket): number {
  return compare(a.protocol, b.protocol) || a.local.port - b.local.port ||
    Number(a.remote !== null) - Number(b.remote !== null) || a.version - b.version ||
    compare(a.local.hostname, b.local.hostname);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1; // nearly all are the same
}
