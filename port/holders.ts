/**
 * The holders of a port in words: the processes that have its sockets, or the reason why none is known.
 *
 * @module
 */
import {
  holdingSockets,
  isListener,
  type KernelSocket,
  processesOf,
  type SocketProcess,
} from "../sockets/socket.ts";
import { describeProcess, formatCommand } from "../sockets/text.ts";
import { count } from "../text/units.ts";
import { t } from "../text/messages.ts";

/** The most processes that are named: a server can have hundreds of workers. */
const MOST_PROCESSES = 8;

/** Returns the processes that hold a port: those that listen, or all if none does. */
export function holdersOf(sockets: readonly KernelSocket[]): SocketProcess[] {
  return processesOf(holdingSockets(sockets));
}

/** Returns the first of `processes` in words, with or without their folders, and the number of the others. */
export function describeProcesses(
  processes: readonly SocketProcess[],
  { folders }: { readonly folders: boolean },
): string[] {
  const named = processes.slice(0, MOST_PROCESSES).map((each) =>
    describeWithCommand(folders ? each : { ...each, folder: null })
  );
  const more = processes.length - named.length;
  return more > 0 ? [...named, t`and ${count(more, "more process", "more processes")}`] : named;
}

/** Returns a process with its command line and its folder. */
function describeWithCommand(process: SocketProcess): string {
  const command = formatCommand(process);
  return describeProcess(process) + (command === null ? "" : t`: ${command}`) +
    (process.folder === null ? "" : t`  (in ${process.folder})`);
}

/** Whether a socket has a process that is not seen: one that its process has closed has none. */
export function hasUnseenProcess(socket: KernelSocket): boolean {
  return socket.processes.length === 0 && (socket.id !== null || isListener(socket));
}

/** Returns the reason why a process is not known, where all processes of this PID namespace are seen or not. */
export function reasonUnseen(seesAll: boolean): string {
  return seesAll
    ? t`the kernel has sockets of its own (VXLAN, NFS), and the processes of other containers are
      not seen`
    : t`the processes of other users are named for root only, those of other containers not at all`;
}

/** A port of which no process is known, as `PortReport` has it. */
export interface UnknownHolder {
  /** The number of the port. */
  readonly port: number;
  /** Its sockets, or `null` if they may not be seen. */
  readonly sockets: readonly KernelSocket[] | null;
  /** The holder on another system that shares the ports of this one, or `null`. */
  readonly elsewhere: string | null;
  /** Whether all processes of this PID namespace are seen. */
  readonly seesAll: boolean;
}

/** Returns the holder of a port of which no process is known: another system, or what its sockets tell. */
export function describeUnknownHolder(
  { port, sockets, elsewhere, seesAll }: UnknownHolder,
  platform: string,
): string {
  if (elsewhere !== null) return elsewhere;
  const unix = platform !== "linux" && platform !== "android" && platform !== "windows";
  const asRoot = unix ? t` (sudo lsof -nP -i :${port} names it)` : "";
  if (sockets === null) {
    return t`unknown: the sockets of this machine may not be seen (try -A)`;
  }
  if (sockets.length === 0 && unix) {
    return t`a socket in no list: another user's, or one that is bound and does not listen${asRoot}`;
  }
  if (sockets.length === 0) {
    return t`a socket that is bound, but neither listens nor is connected: no table names its
      process`;
  }
  if (sockets.every(({ id, state }) => id === null && state !== "LISTEN")) {
    return t`the kernel alone: the process has closed it`;
  }
  const users = new Set(sockets.flatMap(({ user }) => user === null ? [] : [user]));
  const whose = users.size === 0 ? "" : t` of user ${[...users].join(", ")}`;
  const reason = reasonUnseen(seesAll);
  return seesAll
    ? t`a socket${whose} that no process here has: ${reason}`
    : t`a process${whose} that may not be seen: ${reason}${asRoot}`;
}
