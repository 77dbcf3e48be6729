/**
 * The sockets of systems on which a program lists them: lsof, or netstat and tasklist of Windows.
 *
 * @module
 */
import { output, run } from "../system/programs.ts";
import { LSOF_ARGUMENTS, parseLsof, parsePs } from "./lsof.ts";
import { NETSTAT_ARGUMENTS, parseNetstat, parseTasklist, TASKLIST_ARGUMENTS } from "./netstat.ts";
import { type KernelSocket, processesOf, type SocketSystem } from "./socket.ts";

/** Resolves to the sockets that lsof can see: without root, those of the user's own processes. */
export async function readLsofSockets(system: SocketSystem): Promise<KernelSocket[]> {
  // It ends with 1 when there is nothing to tell.
  const { text } = await run(system, "lsof", LSOF_ARGUMENTS, { ask: true });
  const sockets = parseLsof(text);
  const pids = processesOf(sockets).map(({ pid }) => pid);
  if (pids.length === 0) return sockets;
  const commands = parsePs(
    await output(system, "ps", ["-ww", "-o", "pid=,command=", "-p", pids.join(",")])
      .catch(() => ""), // then there are but names
  );
  return sockets.map((socket) => ({
    ...socket,
    processes: socket.processes.map((process) => {
      const line = commands.get(process.pid);
      return line === undefined ? process : { ...process, words: [line] };
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
