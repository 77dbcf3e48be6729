/**
 * A port's report as labelled rows.
 *
 * @module
 */
import { formatRange } from "../address/port_class.ts";
import { type KernelSocket, processesOf, type SocketProcess } from "../sockets/socket.ts";
import { describeSockets } from "../sockets/text.ts";
import { count } from "../text/units.ts";
import { describeProcesses, describeUnknownHolder, holdersOf } from "./holders.ts";
import { describeKernelUse } from "./kernel_sockets.ts";
import { describeManager } from "./managers.ts";
import { remediesOf } from "./remedies.ts";
import type { LabelledRow } from "./labelled_rows.ts";
import { isInUse } from "./binding.ts";
import type { PortReport } from "./report.ts";
import { msg, t, translate } from "../text/messages.ts";

/**
 * Returns the rows of a report.
 *
 * @param nextFree The next free port, `null` if it was not looked for or there is none.
 * @param platform The operating system.
 */
export function reportRows(
  report: PortReport,
  nextFree: number | null,
  platform: string,
): LabelledRow[] {
  const sockets = report.sockets ?? [];
  return [
    row(`${report.port}/${report.protocol}`, describePort(report)),
    ...verdict(report, platform),
    ...(sockets.length > 0 ? [row("", describeSockets(sockets))] : []),
    ...partlyFree(report),
    ...versionRows(report),
    ...waysToFree(report, platform).map((text, i) => row(i === 0 ? t`to free it` : "", text)),
    ...(nextFree === null ? [] : [row(t`next free`, `${nextFree}`)]),
    ...report.cautions.map(({ says }) => row(t`caution`, says)),
  ];
}

function row(label: string, text: string, short = false): LabelledRow {
  return { label, text, short };
}

/** Returns a row that tells where a server can have a port that is held on some addresses only. */
function partlyFree(
  { hostname, free, heldElsewhere, versions, sockets }: PortReport,
): LabelledRow[] {
  if (hostname !== null) {
    const held = heldElsewhere.join(", ");
    return free && held !== "" ? [row("", t`held on ${held} only: ${hostname} is free`)] : [];
  }
  const freeAddress = versions?.[4].freeAddress ?? null;
  const held = new Set(
    (sockets ?? []).filter(({ remote }) => remote === null).map(({ local }) => local.hostname),
  );
  if (freeAddress === null || held.size === 0) return [];
  return [row("", t`held on ${[...held].join(", ")} only: ${freeAddress} is free`)];
}

/** Whether a server could have a port, and the kinds of ports, in words. */
const WORDS: readonly string[] = [
  msg("free"),
  msg("held"),
  msg("refused"),
  msg("missing"),
  msg("system"),
  msg("registered"),
  msg("dynamic"),
];

/** Returns one of the words in the user's language. */
function inWords(name: string): string {
  return WORDS.includes(name) ? translate(name) : name;
}

/** Returns rows on servers of IPv4 and of IPv6, where a port is not free for both. */
function versionRows({ free, versions }: PortReport): LabelledRow[] {
  if (free !== false || versions === null) return [];
  const { 4: four, 6: six } = versions;
  if (four.state === six.state) {
    return four.state === "held" ? [row("", t`both for IPv4 and IPv6`)] : [];
  }
  const alone = six.freeAddress === null ? "" : t` for a server that takes IPv6 alone
    (IPV6_V6ONLY)`;
  return [row("IPv4", inWords(four.state)), row("IPv6", `${inWords(six.state)}${alone}`)];
}

/** Returns the holders of a port, or that it is free, as rows. */
function verdict(report: PortReport, platform: string): LabelledRow[] {
  const { bind, free, sockets } = report;
  if (free === null) {
    return [row(t`unknown`, t`no socket is on it; whether it can be bound was not tried`)];
  }
  if (free) {
    const bound = Object.keys(bind!).filter((hostname) => bind![hostname] === "ok")
      .map((hostname) => hostname.includes(":") ? `[${hostname}]` : hostname);
    const missing = bound.length < Object.keys(bind!).length ? t` (there is no other here)` : "";
    const last = bound.pop()!;
    const others = bound.length === 0 ? "" : t`${bound.join(", ")} and `;
    return [row(t`free`, t`bound ${others}${last} just now${missing}`)];
  }
  if (bind && !isInUse(bind) && sockets?.length === 0) {
    const codes = new Set(Object.values(bind).filter((code) => code !== "ok"));
    if (report.hostname !== null && codes.has("EADDRNOTAVAIL")) {
      return [row(t`refused`, t`${report.hostname} is no address of this machine`)];
    }
    return [row(t`refused`, t`nobody holds it, but it cannot be bound (${[...codes].join(", ")})`)];
  }
  if (report.kernel) return [row(t`held by`, describeKernelUse(report.kernel))];
  const processes = holdersOf(sockets ?? []);
  if (processes.length === 0) {
    return [row(t`held by`, describeUnknownHolder(report, platform)), ...suspectRows(report)];
  }
  return [
    ...describeProcesses(processes, { folders: true }).map((text, i) =>
      row(i === 0 ? t`held by` : "", text, true)
    ),
    ...managerRows(report, processes),
    ...otherProcesses(sockets ?? [], processes),
  ];
}

/** Returns the managers of the holders, each once. */
function managerRows({ managers }: PortReport, holders: readonly SocketProcess[]): LabelledRow[] {
  const texts = holders.flatMap(({ pid, services = [] }) =>
    describeManager(managers.get(pid)) ??
      (services.length > 0 ? `${countedNoun(services)} ${services.join(", ")}` : [])
  );
  return [...new Set(texts)].map((text) => row("", text));
}

function countedNoun({ length }: readonly string[]): string {
  return length === 1 ? t`the service` : t`the services`;
}

/** Returns a row that counts the processes which have but connections at the port. */
function otherProcesses(
  sockets: readonly KernelSocket[],
  holders: readonly SocketProcess[],
): LabelledRow[] {
  const others = processesOf(sockets).length - holders.length;
  if (others === 0) return [];
  return [
    row("", t`${count(others, "other process has", "other processes have")} its connections`),
  ];
}

/** Returns the processes that may hold a port that nobody is known to hold. */
function suspectRows({ suspects }: PortReport): LabelledRow[] {
  return describeProcesses(suspects, { folders: true }).map((text, i) =>
    row(i === 0 ? "suspects" : "", text, true)
  );
}

/** Returns the commands that would free a port, or the other ways to do so. */
export function waysToFree(report: PortReport, platform: string): string[] {
  const { port, bind, free, kernel, managers, excluded } = report;
  if (free !== false) return [];
  if (kernel) return kernel.ending === null ? [] : [kernel.ending];
  const sockets = report.sockets ?? [];
  if (excluded && sockets.length === 0 && bind && !isInUse(bind)) {
    return [t`net stop winnat, start the server, net start winnat (as an administrator)`];
  }
  return remediesOf({ port, sockets, managers, platform });
}

/** Returns the kind of a port: its range, its name, and what it is used for. */
function describePort({ hostname, portClass, name, practice }: PortReport): string {
  const parts = [
    hostname && t`at ${hostname}`,
    t`${inWords(portClass.name)} (${formatRange(portClass.range)})`,
    name && `IANA ${name}`,
    practice && t`in practice ${translate(practice)}`,
  ];
  return parts.filter((part) => part !== null).join(t`; `);
}
