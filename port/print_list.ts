/**
 * `port` without an operand: the list of the sockets of this machine.
 *
 * @module
 */
import { type Column, formatColumns } from "../cli/columns.ts";
import { EXIT } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { formatJson } from "../cli/json.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { formatSocketAddress, type KernelSocket, type SocketProcess } from "../sockets/socket.ts";
import { readSockets } from "../sockets/sockets.ts";
import { seesAllProcesses } from "../sockets/suspects.ts";
import { formatCommand } from "../sockets/text.ts";
import { count } from "../text/units.ts";
import { cannotSee } from "./context.ts";
import type { Options } from "./options.ts";
import { socketRecord } from "./record.ts";
import { describeTotals } from "./totals.ts";
import { hasUnseenProcess, reasonUnseen } from "./holders.ts";
import { listed, msg, t } from "../text/messages.ts";

/** The columns of the list. */
const COLUMNS: readonly Column<KernelSocket>[] = [
  [msg("Port"), ({ local, protocol }) => `${local.port}/${protocol}`],
  [msg("Address"), ({ local }) => local.hostname],
  [msg("Peer"), ({ remote }) => remote && formatSocketAddress(remote)],
  [msg("State"), ({ state, remote }) => remote === null && state !== "CLOSED" ? null : state],
  [msg("Process"), ({ processes }) => processes[0]?.name ?? null],
  [msg("PID"), ({ processes }) => joined(processes)],
  [msg("User"), ({ processes, user }) => processes[0]?.user ?? user],
  [msg("Command"), ({ processes: [first] }) => first ? formatCommand(first) : null],
];

/** Returns the numbers of processes with blanks between; most sockets have one process. */
function joined(processes: readonly SocketProcess[]): string {
  return processes.length === 1
    ? `${processes[0]!.pid}`
    : processes.map(({ pid }) => pid).join(" ");
}

/** Prints the list; resolves to the exit code. */
export async function printList(
  { udp, all, json, process, pid }: Pick<Options, "udp" | "all" | "json" | "process" | "pid">,
  io: Io,
): Promise<number> {
  const protocols: PortProtocol[] = udp ? ["udp"] : ["tcp", "udp"];
  const sockets = await readSockets(io, { protocols, range: null }).catch((error) => {
    throw cannotSee(error, io);
  });
  const chosen = process !== null || pid !== null;
  const found = chosen ? sockets.filter((each) => isOf(each, { process, pid })) : sockets;
  const shown = all || json ? found : found.filter(({ remote }) => remote === null);
  if (json) {
    const records = shown.map((socket) => `${formatJson(socketRecord(socket))}\n`);
    await print(io.stdout, records.join(""));
    return chosen && found.length === 0 ? EXIT.failed : EXIT.ok;
  }
  await print(io.stdout, formatColumns(COLUMNS, shown, io));
  // A socket that is not seen may be of the process that was asked for.
  const unseen = (chosen ? sockets : shown).some(hasUnseenProcess);
  const left = chosen
    ? t`sockets of unknown processes are left out`
    : shown.some(({ processes }) => processes.length > 0)
    ? '"-"'
    : t`no process is named`; // there is no column for them
  const notes = [
    ...(shown.length === 0 ? [nothingOf({ process, pid }, found)] : []),
    ...(all ? describeTotals(shown) : []),
    ...(unseen ? [t`${left}: ${reasonUnseen(await seesAllProcesses(io))}`] : []),
  ];
  for (const note of notes) await sayFolded(io, note);
  return chosen && found.length === 0 ? EXIT.failed : EXIT.ok;
}

/** A choice of processes; `null` stands for any. */
type Choice = Pick<Options, "process" | "pid">;

/** Whether a process of the choice holds a socket. */
function isOf({ processes }: KernelSocket, { process, pid }: Choice): boolean {
  return processes.some((each) =>
    (pid === null || each.pid === pid) && (process === null || isCalled(each, process))
  );
}

/** Bytes of a process's name, as Linux keeps it (`TASK_COMM_LEN` without the NUL). */
const NAME_LENGTH = 15;

/** Whether the name of a process, or of its program, begins with `name`, in any case of its letters. */
function isCalled({ name, words }: SocketProcess, wanted: string): boolean {
  const program = words?.[0]?.split(/[/\\]/).at(-1) ?? "";
  const [start, own] = [wanted.toLowerCase(), name.toLowerCase()];
  return own.startsWith(start) || program.toLowerCase().startsWith(start) ||
    (own.length >= NAME_LENGTH && start.startsWith(own));
}

/** Returns the reason why a list is empty. */
function nothingOf({ process, pid }: Choice, found: readonly KernelSocket[]): string {
  if (process === null && pid === null) return t`nothing listens`;
  const of = listed([
    ...(process === null ? [] : [t`called ${process}`]),
    ...(pid === null ? [] : [t`with the number ${pid}`]),
  ], "and");
  return found.length > 0
    ? t`no process ${of} waits for peers; --all lists ${count(found.length, "other socket")} of
      it`
    : t`no process ${of} has a socket of TCP or UDP that can be seen`;
}
