/**
 * A port's report as labelled rows, and sockets as rows of a table.
 *
 * @module
 */
import { formatRange, type PortRange } from "../address/port_class.ts";
import { width } from "../text/layout.ts";
import { describeProcess, describeSockets, formatCommand, formatLeft } from "../sockets/text.ts";
import { isInUse, type PortReport } from "./report.ts";
import {
  formatSocketAddress,
  type KernelSocket,
  processesOf,
  type SocketProcess,
} from "../sockets/socket.ts";

/** A row of a report. */
export interface ReportRow {
  /** What it is about; empty if that is as in the row above. */
  readonly label: string;
  /** The text. */
  readonly text: string;
  /** Whether what is too long is cut off: command lines can be a page. */
  readonly cut: boolean;
}

/** How many processes are named: a server can have hundreds of workers. */
const MOST_PROCESSES = 8;

/**
 * Returns the rows of a report.
 *
 * @param nextFree The next free port, `null` if it was not looked for or there is none.
 * @param columns Room for the text; a folder is told only where it fits.
 */
export function reportRows(
  report: PortReport,
  nextFree: number | null,
  { platform, columns }: { readonly platform: string; readonly columns: number },
): ReportRow[] {
  const sockets = report.sockets ?? [];
  const freeing = report.free === false ? howToFree(report, platform) : null;
  return [
    row(`${report.port}/${report.protocol}`, describePort(report)),
    ...verdict(report, columns),
    ...(sockets.length > 0 ? [row("", describeSockets(sockets))] : []),
    ...(halfFree(report) ? [row("", "of IPv6 only: a server can have it on IPv4")] : []),
    ...(freeing === null ? [] : [row("to free it", freeing)]),
    ...(nextFree === null ? [] : [row("next free", `${nextFree}`)]),
    ...report.cautions.map(({ says }) => row("caution", says)),
  ];
}

function row(label: string, text: string, cut = false): ReportRow {
  return { label, text, cut };
}

/** Whether a port is held for IPv6 alone, as by a server that sets IPV6_V6ONLY. */
function halfFree({ bind, free }: PortReport): boolean {
  return free === false && bind?.["0.0.0.0"] === "ok" && bind["::"] === "EADDRINUSE";
}

/** Returns who holds it or that it is free, as rows. */
function verdict(report: PortReport, columns: number): ReportRow[] {
  const { bind, free, sockets } = report;
  if (free === null) {
    return [row("unknown", "no socket is on it; whether it can be bound was not tried")];
  }
  if (free) {
    const bound = Object.keys(bind!).filter((hostname) => bind![hostname] === "ok")
      .map((hostname) => hostname.includes(":") ? `[${hostname}]` : hostname);
    const missing = bound.length < Object.keys(bind!).length ? " (there is no other here)" : "";
    const last = bound.pop()!;
    const others = bound.length === 0 ? "" : `${bound.join(", ")} and `;
    return [row("free", `bound ${others}${last} just now${missing}`)];
  }
  if (bind && !isInUse(bind) && sockets?.length === 0) {
    const codes = new Set(Object.values(bind).filter((code) => code !== "ok"));
    return [row("refused", `nobody holds it, but it cannot be bound (${[...codes].join(", ")})`)];
  }
  const processes = processesOf(sockets ?? []);
  if (processes.length === 0) {
    return [row("held by", withoutProcess(report)), ...suspectRows(report, columns)];
  }
  return holders(processes, columns).map((text, i) => row(i === 0 ? "held by" : "", text, true));
}

/** What is to be said where a process is not known. */
export const UNSEEN =
  "the processes of other users are named for root only, those of other containers not at all";

/** Returns who holds sockets of which no process is known. */
function withoutProcess({ sockets }: Pick<PortReport, "sockets">): string {
  if (sockets === null) return "somebody: the sockets of this machine may not be seen (try -A)";
  if (sockets.length === 0) {
    return "a socket that is bound, but neither listens nor is connected: no table names its process";
  }
  if (sockets.every(({ id, state }) => id === null && state !== "LISTEN")) {
    return "the kernel alone: the process has closed it";
  }
  const users = new Set(sockets.flatMap(({ user }) => user === null ? [] : [user]));
  const whose = users.size === 0 ? "" : ` of user ${[...users].join(", ")}`;
  return `a process${whose} that may not be seen: ${UNSEEN}`;
}

/** Returns who may hold a port that nobody is known to hold. */
function suspectRows({ suspects }: PortReport, columns: number): ReportRow[] {
  return holders(suspects, columns).map((text, i) => row(i === 0 ? "perhaps" : "", text, true));
}

/** Returns the first of `processes` in words, and how many more there are. */
function holders(processes: readonly SocketProcess[], columns: number): string[] {
  const named = processes.slice(0, MOST_PROCESSES).map((each) => describeHolder(each, columns));
  const more = processes.length - named.length;
  return more > 0 ? [...named, `and ${more} processes more`] : named;
}

/** Returns a process with its command line, and with its folder if that fits into `columns`. */
function describeHolder(process: SocketProcess, columns: number): string {
  const command = formatCommand(process);
  const text = describeProcess(process) + (command === null ? "" : `: ${command}`);
  const folder = process.folder === null ? "" : `  (in ${process.folder})`;
  return width(text + folder) <= columns ? text + folder : text;
}

/** The process that all others come from: killing it ends the system or the container. */
const INIT = 1;

/** Returns the command that would free a port, or what else does; `null` if there is nothing. */
function howToFree({ sockets }: PortReport, platform: string): string | null {
  const pids = processesOf(sockets ?? []).map(({ pid }) => pid);
  if (pids.includes(INIT)) {
    return "stop the service or its .socket unit: process 1 is init, which nobody kills";
  }
  if (pids.length > 0) {
    return platform === "windows"
      ? `taskkill ${pids.map((pid) => `/PID ${pid}`).join(" ")}`
      : `kill ${pids.join(" ")}`;
  }
  const left = (sockets ?? []).flatMap(({ secondsLeft }) => secondsLeft ?? []);
  const waits = left.length > 0 && left.length === sockets?.length;
  return waits ? `wait ${formatLeft([Math.max(...left)])}` : null;
}

/** Ports next to each other of which the same is to be said. */
export interface PortRun {
  /** The ports. */
  readonly range: PortRange;
  /** Their protocol. */
  readonly protocol: PortReport["protocol"];
  /** Whether they are free, in words. */
  readonly state: "free" | "held" | "refused" | "not tried";
  /** Who holds them, `null` if nobody does. */
  readonly holder: string | null;
}

/** Joins reports of ports in ascending order where the same is to be said of neighbours. */
export function joinRuns(reports: readonly PortReport[]): PortRun[] {
  const runs: PortRun[] = [];
  for (const report of reports) {
    const { port, protocol, free, bind, sockets } = report;
    const held = (sockets ?? []).length > 0 || (bind !== null && isInUse(bind));
    const state = free === null ? "not tried" : free ? "free" : held ? "held" : "refused";
    const processes = processesOf(sockets ?? []);
    const holder = state !== "held"
      ? null
      : holders(processes, 0).join("; ") || withoutProcess(report);
    const last = runs.at(-1);
    const joins = last?.state === state && last.holder === holder && last.protocol === protocol &&
      last.range[1] === port - 1;
    if (joins) runs[runs.length - 1] = { ...last, range: [last.range[0], port] };
    else runs.push({ range: [port, port], protocol, state, holder });
  }
  return runs;
}

/** What a column of the list of sockets shows. */
export type SocketColumn = readonly [
  heading: string,
  cell: (socket: KernelSocket) => string | null,
];

/** The columns of the list of sockets. */
export const SOCKET_COLUMNS: readonly SocketColumn[] = [
  ["Port", ({ local, protocol }) => `${local.port}/${protocol}`],
  ["Address", ({ local }) => local.hostname],
  ["Peer", ({ remote }) => remote && formatSocketAddress(remote)],
  ["State", ({ state, remote }) => remote === null && state !== "CLOSED" ? null : state],
  ["Process", ({ processes }) => processes[0]?.name ?? null],
  ["PID", ({ processes }) => processes.map(({ pid }) => pid).join(" ")],
  ["User", ({ processes, user }) => processes[0]?.user ?? user],
  ["Command", ({ processes: [first] }) => first ? formatCommand(first) : null],
];

/** Returns what a port is: its range, its name, and what it is used for. */
function describePort({ portClass, name, practice }: PortReport): string {
  const parts = [
    `${portClass.name} (${formatRange(portClass.range)})`,
    name && `IANA ${name}`,
    practice && `in practice ${practice}`,
  ];
  return parts.filter((part) => part !== null).join("; ");
}
