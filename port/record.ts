/**
 * Ports and sockets as records for programs: tables of fields, which are their documentation, too.
 *
 * @module
 */
import { type Field, recordOf } from "../cli/record.ts";
import { formatSocketAddress, type KernelSocket, type SocketProcess } from "../sockets/socket.ts";
import { formatCommand } from "../sockets/text.ts";
import type { Manager } from "./managers.ts";
import { describeKernelUse } from "./kernel_sockets.ts";
import type { PortReport } from "./report.ts";
import { waysToFree } from "./rows.ts";

/** A report, and the next free port as it was found; `null` if it was not looked for. */
export interface PortAnswer {
  /** The report. */
  readonly report: PortReport;
  /** The next free port. */
  readonly nextFree: number | null;
  /** The operating system. */
  readonly platform: string;
}

/** The fields of a process. */
const PROCESS_FIELDS: readonly Field<SocketProcess>[] = [
  { name: "pid", type: "number", says: "the process's number", of: ({ pid }) => pid },
  { name: "command", type: "string", says: "its name", of: ({ name }) => name },
  {
    name: "command_line",
    type: "string or null",
    says: "as it could be typed into a shell; null if not known",
    of: formatCommand,
  },
  { name: "user", type: "string or null", says: "its user", of: ({ user }) => user },
  {
    name: "folder",
    type: "string or null",
    says: "the folder that it works in",
    of: ({ folder }) => folder,
  },
  {
    name: "program_deleted",
    type: "boolean",
    says: "whether its program was deleted or replaced since it started",
    of: ({ deleted }) => deleted,
  },
  {
    name: "fds",
    type: "array",
    says: "its descriptors that are the socket",
    of: ({ descriptors }) => descriptors,
  },
  {
    name: "services",
    type: "array",
    says: "the services of Windows that it runs",
    of: ({ services = [] }) => services,
  },
];

function processRecord(process: SocketProcess): Record<string, unknown> {
  return recordOf(PROCESS_FIELDS, process);
}

/** The fields of a socket: an element of `sockets`, and of the list. */
const SOCKET_FIELDS: readonly Field<KernelSocket>[] = [
  {
    name: "protocol",
    type: "string",
    says: "tcp or udp",
    of: ({ protocol }) => protocol,
  },
  {
    name: "local",
    type: "string",
    says: "its own address and port",
    of: ({ local }) => formatSocketAddress(local),
  },
  {
    name: "peer",
    type: "string or null",
    says: "the peer's address and port; null if it is not connected",
    of: ({ remote }) => remote && formatSocketAddress(remote),
  },
  {
    name: "state",
    type: "string or null",
    says:
      "LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING, " +
      "LAST-ACK, TIME-WAIT or CLOSED; of UDP UNCONNECTED or ESTABLISHED; null if it is told only " +
      "in a word of another language",
    of: ({ state }) => state,
  },
  {
    name: "time_left_s",
    type: "number or null",
    says: "seconds until the kernel forgets it",
    of: ({ secondsLeft }) => secondsLeft,
  },
  {
    name: "pid",
    type: "number or null",
    says: "the first process that holds it; null if not known",
    of: ({ processes: [first] }) => first?.pid ?? null,
  },
  {
    name: "command",
    type: "string or null",
    says: "the name of that process",
    of: ({ processes: [first] }) => first?.name ?? null,
  },
  {
    name: "user",
    type: "string or null",
    says: "the user of that process, or of the socket",
    of: ({ processes: [first], user }) => first?.user ?? user,
  },
  {
    name: "processes",
    type: "array",
    says: "all processes that hold it, with the fields of suspects",
    of: ({ processes }) => processes.map(processRecord),
  },
];

/** Returns a socket's record. */
export function socketRecord(socket: KernelSocket): Record<string, unknown> {
  return recordOf(SOCKET_FIELDS, socket);
}

/** The fields of a port. */
export const PORT_FIELDS: readonly Field<PortAnswer>[] = [
  { name: "port", type: "number", says: "the port, an object a line", of: (a) => a.report.port },
  { name: "protocol", type: "string", says: "tcp or udp", of: (a) => a.report.protocol },
  {
    name: "class",
    type: "string",
    says: "system, registered or dynamic (RFC 6335)",
    of: ({ report }) => report.portClass.name,
  },
  {
    name: "iana",
    type: "string or null",
    says: "its registered name",
    of: ({ report }) => report.name,
  },
  {
    name: "practice",
    type: "string or null",
    says: "its use in practice",
    of: ({ report }) => report.practice,
  },
  {
    name: "free",
    type: "boolean or null",
    says: "whether a server could have it now; null if nothing speaks against it, with --no-bind",
    of: ({ report }) => report.free,
  },
  {
    name: "bind",
    type: "object or null",
    says: 'the results of binding 0.0.0.0, :: and so on: "ok" or a code like "EADDRINUSE"',
    of: ({ report }) => report.bind,
  },
  {
    name: "ephemeral",
    type: "array",
    says: "first and last port of outgoing connections",
    of: ({ report }) => report.ephemeral,
  },
  {
    name: "in_ephemeral",
    type: "boolean",
    says: "whether it is one of these",
    of: ({ report }) => report.cautions.some(({ kind }) => kind === "ephemeral"),
  },
  {
    name: "privileged",
    type: "boolean",
    says: "whether only root may bind it",
    of: ({ report }) => report.privileged,
  },
  {
    name: "browser_blocked",
    type: "boolean",
    says: "whether browsers refuse it",
    of: ({ report }) => report.browserBlocked,
  },
  {
    name: "cautions",
    type: "array",
    says: "the reasons against it: objects with kind and says",
    of: ({ report }) => report.cautions,
  },
  {
    name: "next_free",
    type: "number or null",
    says: "the next good free port, if one port alone was asked for and is held",
    of: ({ nextFree }) => nextFree,
  },
  {
    name: "sockets",
    type: "array or null",
    says: "the sockets on it; null if they may not be seen; the list has one a line",
    of: ({ report }) => report.sockets?.map(socketRecord) ?? null,
    inner: SOCKET_FIELDS,
  },
  {
    name: "kernel",
    type: "string or null",
    says: "the use that the kernel itself makes of it, where no process holds it",
    of: ({ report: { kernel } }) => kernel && describeKernelUse(kernel),
  },
  {
    name: "address",
    type: "string or null",
    says: "the address that was asked for; null for all",
    of: ({ report }) => report.hostname,
  },
  {
    name: "free_address",
    type: "string or null",
    says: "a loopback address on which a server could have it, though it is held on others",
    of: ({ report: { versions } }) =>
      versions && (versions[4].freeAddress ?? versions[6].freeAddress),
  },
  {
    name: "ipv4",
    type: "string or null",
    says:
      "whether a server of IPv4 could have it: free, held, refused, or missing where this machine " +
      "has no IPv4; null if that was not tried",
    of: ({ report: { versions } }) => versions && versions[4].state,
  },
  {
    name: "ipv6",
    type: "string or null",
    says: "the same of a server of IPv6 alone",
    of: ({ report: { versions } }) => versions && versions[6].state,
  },
  {
    name: "elsewhere",
    type: "string or null",
    says: "the other system that holds it, as Windows does for WSL in mirrored mode",
    of: ({ report }) => report.elsewhere,
  },
  {
    name: "to_free",
    type: "array",
    says: "the commands that would free it, or the ways to do so; none where that is not known",
    of: ({ report, platform }) => waysToFree(report, platform),
  },
  {
    name: "managers",
    type: "array",
    says: "of listening processes: pid, and kind (unit, container, engine, session or init) with " +
      "unit and of_user or with engine, id and name",
    of: ({ report: { managers } }) => [...managers].map(managerRecord),
  },
  {
    name: "suspects",
    type: "array",
    says: "processes that may hold it, where a socket in no table does",
    of: ({ report }) => report.suspects.map(processRecord),
    inner: PROCESS_FIELDS,
  },
];

function managerRecord([pid, manager]: readonly [number, Manager]): Record<string, unknown> {
  if (manager.kind !== "unit") return { pid, ...manager };
  return { pid, kind: manager.kind, unit: manager.unit, of_user: manager.ofUser };
}

/** Returns a port's record. */
export function portRecord(answer: PortAnswer): Record<string, unknown> {
  return recordOf(PORT_FIELDS, answer);
}
