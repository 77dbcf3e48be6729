/**
 * A port's report as labelled rows.
 *
 * @module
 */
import { formatRange } from "../address/port_class.ts";
import { processesOf } from "../sockets/socket.ts";
import { describeSockets, formatLeft } from "../sockets/text.ts";
import { describeProcesses, describeUnknownHolder } from "./holders.ts";
import type { LabelledRow } from "./labelled_rows.ts";
import { isInUse, type PortReport } from "./report.ts";

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
): LabelledRow[] {
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

function row(label: string, text: string, cut = false): LabelledRow {
  return { label, text, cut };
}

/** Whether a port is held for IPv6 alone, as by a server that sets IPV6_V6ONLY. */
function halfFree({ bind, free }: PortReport): boolean {
  return free === false && bind?.["0.0.0.0"] === "ok" && bind["::"] === "EADDRINUSE";
}

/** Returns the holders of a port, or that it is free, as rows. */
function verdict(report: PortReport, columns: number): LabelledRow[] {
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
    return [row("held by", describeUnknownHolder(sockets)), ...suspectRows(report, columns)];
  }
  return describeProcesses(processes, columns).map((text, i) =>
    row(i === 0 ? "held by" : "", text, true)
  );
}

/** Returns the processes that may hold a port that nobody is known to hold. */
function suspectRows({ suspects }: PortReport, columns: number): LabelledRow[] {
  return describeProcesses(suspects, columns).map((text, i) =>
    row(i === 0 ? "perhaps" : "", text, true)
  );
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

/** Returns the kind of a port: its range, its name, and what it is used for. */
function describePort({ portClass, name, practice }: PortReport): string {
  const parts = [
    `${portClass.name} (${formatRange(portClass.range)})`,
    name && `IANA ${name}`,
    practice && `in practice ${practice}`,
  ];
  return parts.filter((part) => part !== null).join("; ");
}
