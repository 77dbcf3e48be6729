/**
 * Sockets and ports as records for programs.
 *
 * @module
 */
import { formatCommand } from "../sockets/text.ts";
import type { PortReport } from "./report.ts";
import { formatSocketAddress, type KernelSocket, type SocketProcess } from "../sockets/socket.ts";

/** Returns a socket's record. */
export function socketRecord(socket: KernelSocket): Record<string, unknown> {
  const [first] = socket.processes;
  return {
    proto: socket.protocol,
    local: formatSocketAddress(socket.local),
    remote: socket.remote && formatSocketAddress(socket.remote),
    state: socket.state,
    time_left_s: socket.secondsLeft,
    pid: first?.pid ?? null,
    command: first?.name ?? null,
    user: first?.user ?? socket.user,
    processes: socket.processes.map(processRecord),
  };
}

function processRecord(process: SocketProcess): Record<string, unknown> {
  return {
    pid: process.pid,
    command: process.name,
    command_line: formatCommand(process),
    user: process.user,
    folder: process.folder,
    program_deleted: process.deleted,
    fds: process.descriptors,
  };
}

/** Returns a port's record; `nextFree` as it was found, `null` if it was not looked for. */
export function portRecord(report: PortReport, nextFree: number | null): Record<string, unknown> {
  return {
    port: report.port,
    proto: report.protocol,
    class: report.portClass.name,
    iana: report.name,
    practice: report.practice,
    free: report.free,
    bind: report.bind,
    ephemeral: report.ephemeral,
    in_ephemeral: report.cautions.some(({ kind }) => kind === "ephemeral"),
    privileged: report.privileged,
    browser_blocked: report.browserBlocked,
    cautions: report.cautions,
    next_free: nextFree,
    sockets: report.sockets?.map(socketRecord) ?? null,
    suspects: report.suspects.map(processRecord),
  };
}
