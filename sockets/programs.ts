/**
 * The sockets of systems on which programs list them: lsof and netstat, or netstat and
 * tasklist of Windows.
 *
 * @module
 */
import { output, run } from "../system/programs.ts";
import { LSOF_ARGUMENTS, parseLsof, parsePs } from "./lsof.ts";
import { NETSTAT_ARGUMENTS, parseNetstat, parseTasklist, TASKLIST_ARGUMENTS } from "./netstat.ts";
import { netstatArguments, parseBsdNetstat } from "./bsd_netstat.ts";
import type { PortProtocol } from "./port_names.ts";
import { type KernelSocket, processesOf, type SocketAddress, type SocketSystem } from "./socket.ts";

/**
 * Resolves to the sockets of macOS or BSD. Without root lsof tells of those of the user's own processes;
 * the others are in netstat's list.
 *
 * @throws As the system does if there is neither.
 */
export async function readUnixSockets(
  system: SocketSystem,
  protocols: readonly PortProtocol[],
): Promise<KernelSocket[]> {
  // lsof ends with 1 when there is nothing to tell.
  const own = run(system, "lsof", LSOF_ARGUMENTS, { ask: true })
    .then(({ text }) => parseLsof(text), (error: unknown) => error);
  const lists = await Promise.all(
    protocols.map((protocol) =>
      run(system, "netstat", netstatArguments(system.platform, protocol))
        .then(({ text }) => parseBsdNetstat(text), () => [])
    ),
  );
  const listed = lists.flat();
  const seen = await own;
  if (!Array.isArray(seen) && listed.length === 0) throw seen;
  const sockets: KernelSocket[] = Array.isArray(seen) ? seen : [];
  const keys = new Set(sockets.map(keyOf));
  return await withCommands(system, [
    ...sockets,
    ...listed.filter((socket) => !keys.has(keyOf(socket))),
  ]);
}

/** Returns a key that a socket has in both lists: they write zones and IPv4 in IPv6 differently. */
function keyOf({ protocol, version, local, remote }: KernelSocket): string {
  const plain = (address: SocketAddress | null) =>
    address && [
      address.hostname.toLowerCase().split("%", 1)[0]!.replace(/^::ffff:/, ""),
      address.port,
    ];
  return JSON.stringify([protocol, remote ? null : version, plain(local), plain(remote)]);
}

/** Resolves to `sockets` with the command lines and users of their processes. */
async function withCommands(
  system: SocketSystem,
  sockets: readonly KernelSocket[],
): Promise<KernelSocket[]> {
  const pids = processesOf(sockets).map(({ pid }) => pid);
  if (pids.length === 0) return [...sockets];
  const commands = parsePs(
    await output(system, "ps", ["-ww", "-o", "pid=,user=,command=", "-p", pids.join(",")])
      .catch(() => ""), // then there are but names
  );
  return sockets.map((socket) => ({
    ...socket,
    processes: socket.processes.map((process) => {
      const found = commands.get(process.pid);
      if (found === undefined) return process;
      const program = found.command.split(" ", 1)[0]!.split("/").at(-1)!;
      return {
        ...process,
        name: process.name === "?" ? program : process.name,
        user: process.user ?? found.user,
        words: [found.command],
      };
    }),
  }));
}

/** Resolves to the sockets that netstat of Windows lists. */
export async function readWindowsSockets(system: SocketSystem): Promise<KernelSocket[]> {
  const [sockets, tasks] = await Promise.all([
    output(system, "netstat", NETSTAT_ARGUMENTS, { ask: true }),
    output(system, "tasklist", TASKLIST_ARGUMENTS).catch(() => ""), // then there are but numbers
  ]);
  return parseNetstat(sockets, parseTasklist(tasks));
}
