/**
 * The sockets of Windows: `netstat -ano` in any language, and the names of processes from `tasklist`.
 *
 * The words for states are those of the user's language, so they are not relied on: a TCP socket
 * without a peer listens, and one without a process is in TIME-WAIT.
 *
 * @module
 */
import { MAX_PORT } from "../address/port.ts";
import type { PortRange } from "../address/port_class.ts";
import type { KernelSocket, SocketAddress, SocketState } from "./socket.ts";

/** The arguments with which netstat tells what `parseNetstat` reads. */
export const NETSTAT_ARGUMENTS = ["-ano"] as const;

/** The arguments with which tasklist tells what `parseTasklist` reads. */
export const TASKLIST_ARGUMENTS = ["/svc", "/fo", "csv", "/nh"] as const;

/** The arguments with which PowerShell tells what `parseCommandLines` reads, in UTF-8. */
export const POWERSHELL_ARGUMENTS = [
  "-NoProfile",
  "-NonInteractive",
  "-Command",
  "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-CimInstance Win32_Process | " +
  "Select-Object ProcessId, CommandLine | ConvertTo-Json -Compress",
] as const;

/** The states in the words of netstat in English, which several other languages keep. */
const STATES: Readonly<Record<string, SocketState>> = {
  SYN_SENT: "SYN-SENT",
  SYN_RECEIVED: "SYN-RECEIVED",
  ESTABLISHED: "ESTABLISHED",
  FIN_WAIT_1: "FIN-WAIT-1",
  FIN_WAIT_2: "FIN-WAIT-2",
  CLOSE_WAIT: "CLOSE-WAIT",
  CLOSING: "CLOSING",
  LAST_ACK: "LAST-ACK",
  TIME_WAIT: "TIME-WAIT",
};

/** Protocol, local and foreign address; for TCP a state in any words, and the process, as the rest. */
const ROW = /^\s*(TCP|UDP)\s+(\S+)\s+(\S+)\s(.*)$/;

/** The number of no process: that of sockets in TIME-WAIT. */
const NOBODY = 0;

/**
 * Returns the sockets in the output of `netstat -ano`; lines that are no rows are left out.
 *
 * @param processes The processes by their numbers, see `parseTasklist`.
 * @param commands Their command lines, see `parseCommandLines`.
 */
export function parseNetstat(
  text: string,
  processes: ReadonlyMap<number, WindowsProcess>,
  commands: ReadonlyMap<number, string> = new Map(),
): KernelSocket[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, protocol, own = "", peers = "", rest = ""] = line.match(ROW) ?? [];
    const local = parseAddress(own);
    const remote = parseAddress(peers);
    const words = rest.trim().split(/\s+/);
    const digits = words.pop()!;
    if (!local || !remote || !/^\d{1,10}$/.test(digits)) return [];
    const word = words.join(" ");
    const pid = Number(digits);
    const command = commands.get(pid);
    const connected = remote.port !== 0;
    const process = {
      pid,
      name: processes.get(pid)?.name ?? "?",
      words: command === undefined ? null : [command],
      user: null,
      folder: null,
      deleted: false,
      descriptors: [],
      services: processes.get(pid)?.services ?? [],
    };
    return [{
      protocol: protocol === "TCP" ? "tcp" as const : "udp" as const,
      version: local.hostname.includes(":") ? 6 as const : 4 as const,
      local,
      remote: connected ? remote : null,
      state: stateOf(protocol === "TCP", connected, word, pid),
      secondsLeft: null,
      user: null,
      id: null,
      processes: pid === NOBODY ? [] : [process],
    }];
  });
}

function stateOf(tcp: boolean, connected: boolean, word: string, pid: number): SocketState | null {
  if (!tcp) return "UNCONNECTED";
  if (!connected) return "LISTEN";
  if (pid === NOBODY) return STATES[word] ?? "TIME-WAIT";
  return STATES[word] ?? null;
}

/** Reads `HOST:PORT`, `[HOST]:PORT`, or `*:*`, which is UDP's peer. */
function parseAddress(text: string): SocketAddress | null {
  if (text === "*:*") return { hostname: "*", port: 0 };
  const [, bracketed, plain, digits] =
    text.match(/^(?:\[([0-9a-f:.]+(?:%\w+)?)\]|([\d.]+)):(\d{1,5})$/i) ?? [];
  const hostname = bracketed ?? plain;
  if (hostname === undefined || Number(digits) > MAX_PORT) return null;
  return { hostname: hostname.toLowerCase(), port: Number(digits) };
}

/**
 * Returns the processes by their numbers from the output of `tasklist /svc /fo csv /nh`: fields in
 * quotes, the name, the number, and the services with commas between. A process without services has
 * the word of the language for "not applicable", as process 0 has it.
 */
export function parseTasklist(text: string): ReadonlyMap<number, WindowsProcess> {
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const [, name, pid, services = ""] =
      line.match(/^"((?:[^"]|"")*)","(\d+)"(?:,"([^"]*)"\s*$)?/) ?? [];
    return name === undefined
      ? []
      : [{ pid: Number(pid), name: name.replaceAll('""', '"'), services }];
  });
  const none = rows.find(({ pid }) => pid === NOBODY)?.services ?? "N/A";
  return new Map(rows.map(({ pid, name, services }) => [pid, {
    name,
    services: services === "" || services === none
      ? []
      : services.split(",").map((each) => each.trim()),
  }]));
}

/**
 * Returns the command lines of processes by their numbers from the output of PowerShell: objects in JSON
 * with `ProcessId` and `CommandLine`, which is null for processes of others. None for another text.
 */
export function parseCommandLines(text: string): ReadonlyMap<number, string> {
  let rows: unknown;
  try {
    rows = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return new Map();
  }
  return new Map(
    [rows].flat().flatMap((row): [number, string][] => {
      const { ProcessId: pid, CommandLine: line } = (row ?? {}) as Record<string, unknown>;
      return typeof pid === "number" && typeof line === "string" && line !== ""
        ? [[pid, line]]
        : [];
    }),
  );
}

/** A process of Windows. */
export interface WindowsProcess {
  /** The name of its program. */
  readonly name: string;
  /** The services that it runs. */
  readonly services: readonly string[];
}

/**
 * Returns the ports for outgoing connections from the output of `netsh int ipv4 show dynamicport tcp`
 * in any language: its only numbers on their own lines are the first port and how many there are.
 */
export function parseDynamicPorts(text: string): PortRange | null {
  const numbers = [...text.matchAll(/[:：]\s*(\d{1,5})\s*$/gm)].map(([, digits]) => Number(digits));
  const [first, count] = numbers;
  if (numbers.length !== 2 || first! + count! - 1 > MAX_PORT || count! < 1) return null;
  return [first!, first! + count! - 1];
}

/**
 * Returns the ports that nobody may bind from the output of `netsh int ipv4 show excludedportrange
 * protocol=tcp` in any language: lines of two numbers.
 */
export function parseExcludedPorts(text: string): PortRange[] {
  return text.split(/\r?\n/)
    .flatMap((line) => {
      const match = line.trim().match(/^(\d{1,5})[ \t]+(\d{1,5})[ \t]*\*?$/);
      return match === null ? [] : [match];
    })
    .map(([, first, last]): PortRange => [Number(first), Number(last)])
    .filter(([first, last]) => first <= last && last <= MAX_PORT);
}
