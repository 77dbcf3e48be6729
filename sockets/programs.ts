/**
 * The sockets of systems on which programs list them: lsof and netstat, or netstat and
 * tasklist of Windows.
 *
 * @module
 */
import { output, run } from "../system/programs.ts";
import { LSOF_ARGUMENTS, parseLsof, parsePs } from "./lsof.ts";
import {
  NETSTAT_ARGUMENTS,
  parseCommandLines,
  parseNetstat,
  parseTasklist,
  POWERSHELL_ARGUMENTS,
  TASKLIST_ARGUMENTS,
} from "./netstat.ts";
import { parseSockstat, sockstatArguments } from "./sockstat.ts";
import { netstatArguments, parseBsdNetstat } from "./bsd_netstat.ts";
import type { PortProtocol } from "./port_names.ts";
import { type KernelSocket, processesOf, type SocketAddress, type SocketSystem } from "./socket.ts";

/**
 * Resolves to the sockets of macOS or BSD. Without root lsof tells of those of the user's own processes;
 * the others are in netstat's list, and on BSD their processes in that of sockstat.
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
  const owners = await readOwners(system);
  const listed = lists.flat().map((socket) =>
    socket.processes.length > 0 ? socket : { ...socket, ...owners.get(keyOf(socket)) }
  );
  const seen = await own;
  if (!Array.isArray(seen) && listed.length === 0) throw seen;
  const sockets: KernelSocket[] = Array.isArray(seen) ? seen : [];
  const keys = new Set(sockets.map(keyOf));
  return await withCommands(system, [
    ...sockets,
    ...listed.filter((socket) => !keys.has(keyOf(socket))),
  ]);
}

/** The part of a socket that sockstat adds. */
type Owned = Pick<KernelSocket, "processes" | "user">;

/** Resolves to the processes that sockstat of BSD names, by the keys of their sockets. */
async function readOwners(system: SocketSystem): Promise<ReadonlyMap<string, Owned>> {
  const owners = new Map<string, Owned>();
  const words = sockstatArguments(system.platform);
  if (words === null) return owners;
  const text = await output(system, "sockstat", words).catch(() => "");
  for (const socket of parseSockstat(text)) {
    const key = keyOf(socket);
    const processes = [...owners.get(key)?.processes ?? [], ...socket.processes];
    owners.set(key, { processes, user: socket.user });
  }
  return owners;
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

/** Milliseconds that PowerShell may take: command lines are not worth a longer wait. */
const POWERSHELL_TIME = 5000;

/** Resolves to the sockets that netstat of Windows lists, with the processes and their command lines. */
export async function readWindowsSockets(system: SocketSystem): Promise<KernelSocket[]> {
  const [sockets, tasks, commands] = await Promise.all([
    output(system, "netstat", NETSTAT_ARGUMENTS, { ask: true }),
    output(system, "tasklist", TASKLIST_ARGUMENTS).catch(() => ""), // then there are but numbers
    output(system, "powershell", POWERSHELL_ARGUMENTS, { timeout: POWERSHELL_TIME })
      .catch(() => ""), // then there are but names
  ]);
  return parseNetstat(sockets, parseTasklist(tasks), parseCommandLines(commands));
}
