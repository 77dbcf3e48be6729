/**
 * The sockets that lsof(8) tells in its output for other programs, `lsof -F`: on macOS and BSD.
 *
 * @module
 */
import { MAX_PORT } from "../address/port.ts";
import type { KernelSocket, SocketAddress, SocketProcess, SocketState } from "./socket.ts";

/**
 * The arguments with which lsof tells what `parseLsof` reads: numbers instead of names, names of
 * processes in full, and a line for each field: process, command, user, descriptor, device, type,
 * protocol, name and TCP state.
 */
export const LSOF_ARGUMENTS = ["+c0", "-nP", "-iTCP", "-iUDP", "-FpcLfdtPnT"] as const;

/** States of TCP as lsof spells them on its systems. */
const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: "LISTEN",
  SYN_SENT: "SYN-SENT",
  SYN_RECEIVED: "SYN-RECEIVED",
  SYN_RCVD: "SYN-RECEIVED",
  SYN_RECV: "SYN-RECEIVED",
  ESTABLISHED: "ESTABLISHED",
  FIN_WAIT_1: "FIN-WAIT-1",
  FIN_WAIT1: "FIN-WAIT-1",
  FIN_WAIT_2: "FIN-WAIT-2",
  FIN_WAIT2: "FIN-WAIT-2",
  CLOSE_WAIT: "CLOSE-WAIT",
  CLOSING: "CLOSING",
  LAST_ACK: "LAST-ACK",
  TIME_WAIT: "TIME-WAIT",
  CLOSED: "CLOSED",
  CLOSE: "CLOSED",
};

/** The fields of a process or of a file, by their letters. */
type Fields = ReadonlyMap<string, string>;

/**
 * Returns the sockets in the output of lsof with `LSOF_ARGUMENTS`. A socket that several processes
 * hold is there once. Files that are no sockets are left out.
 *
 * @example
 * ```ts
 * import { parseLsof } from "./lsof.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "p561\ncsshd\nLroot\nf3\nd0x1f\ntIPv4\nPTCP\nn*:22\nTST=LISTEN\n";
 * assertEquals(parseLsof(text)[0]?.local, { hostname: "0.0.0.0", port: 22 });
 * ```
 */
export function parseLsof(text: string): KernelSocket[] {
  const sockets = new Map<string, KernelSocket>();
  let process: Fields = new Map();
  for (const set of setsOf(text)) {
    if (set.has("p")) process = set;
    const socket = set.has("f") ? socketOf(set, process) : null;
    if (!socket) continue;
    const key = socket.id === null ? `${sockets.size}` : `${socket.protocol} ${socket.id}`;
    const before = sockets.get(key);
    sockets.set(key, before ? withMore(before, socket.processes[0]!) : socket);
  }
  return [...sockets.values()];
}

/** Returns the sets of fields: one for each process, begun by its number, and one for each file. */
function setsOf(text: string): Fields[] {
  const sets: Map<string, string>[] = [];
  for (const line of text.split("\n")) {
    const letter = line.slice(0, 1);
    if (letter === "p" || letter === "f") sets.push(new Map());
    // There are several of T: the state, and queues.
    const key = letter === "T" ? line.slice(0, 3) : letter;
    sets.at(-1)?.set(key, line.slice(key.length === 3 ? 4 : 1));
  }
  return sets;
}

function socketOf(file: Fields, process: Fields): KernelSocket | null {
  const protocol = file.get("P");
  const pid = Number(process.get("p"));
  const name = parseName(file.get("n") ?? "", file.get("t") === "IPv6" ? 6 : 4);
  if ((protocol !== "TCP" && protocol !== "UDP") || !Number.isInteger(pid) || !name) return null;
  const descriptor = Number(file.get("f"));
  return {
    protocol: protocol === "TCP" ? "tcp" : "udp",
    version: file.get("t") === "IPv6" ? 6 : 4,
    ...name,
    state: protocol === "TCP"
      ? STATES[file.get("TST") ?? ""] ?? null
      : name.remote
      ? "ESTABLISHED"
      : "UNCONNECTED",
    secondsLeft: null,
    user: process.get("L") ?? null,
    id: file.get("d") ?? null,
    processes: [{
      pid,
      name: unescape(process.get("c") ?? "?"),
      words: null,
      user: process.get("L") ?? null,
      folder: null,
      deleted: false,
      descriptors: Number.isInteger(descriptor) ? [descriptor] : [],
    }],
  };
}

/** Adds a process, or descriptors of one that is known, to a socket. */
function withMore(socket: KernelSocket, more: SocketProcess): KernelSocket {
  const same = socket.processes.find(({ pid }) => pid === more.pid);
  const others = socket.processes.filter((each) => each !== same);
  const descriptors = [...same?.descriptors ?? [], ...more.descriptors];
  return { ...socket, processes: [...others, { ...more, descriptors }] };
}

/** Reads `LOCAL` or `LOCAL->REMOTE`. */
function parseName(
  text: string,
  version: 4 | 6,
): Pick<KernelSocket, "local" | "remote"> | null {
  const [own = "", peers] = text.split("->");
  const local = parseAddress(own, version);
  const remote = peers === undefined ? null : parseAddress(peers, version);
  // A socket without a port is not bound yet.
  return local && local.port > 0 && (peers === undefined || remote) ? { local, remote } : null;
}

/** Reads `HOST:PORT`, where an asterisk stands for any host or no port. */
function parseAddress(text: string, version: 4 | 6): SocketAddress | null {
  const [, bracketed, plain = "", digits = ""] = text.match(/^(?:\[([^\]]+)\]|([^:]+)):(\S+)$/) ??
    [];
  const any = version === 6 ? "::" : "0.0.0.0";
  const hostname = bracketed === undefined ? plain === "*" ? any : plain : unscoped(bracketed);
  const port = digits === "*" ? 0 : /^\d{1,5}$/.test(digits) ? Number(digits) : NaN;
  return hostname !== "" && port <= MAX_PORT ? { hostname, port } : null;
}

/**
 * Returns an address with its zone. Systems of the KAME family keep the index of the interface in the second group of a link-local
 * address: `fe80:4::1` is fe80::1 on interface 4.
 */
function unscoped(hostname: string): string {
  const [, head, index, rest] = hostname.match(/^(fe[89ab][0-9a-f]):([1-9a-f][0-9a-f]*)::(.*)$/i) ??
    [];
  return index === undefined ? hostname : `${head}::${rest}%${parseInt(index, 16)}`;
}

/** Returns a name without lsof's escapes: it writes other than plain characters as `\x20`, `\n`, `^A`; the first is met in names. */
function unescape(text: string): string {
  const bytes = text.replace(
    /(?:\\x[0-9a-f]{2})+/g,
    (run) =>
      new TextDecoder().decode(
        Uint8Array.from(run.split("\\x").slice(1), (hex) => parseInt(hex, 16)),
      ),
  );
  return bytes.replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
}

/** A process as ps lists it. */
export interface PsProcess {
  /** The name of its user. */
  readonly user: string;
  /** Its command line. */
  readonly command: string;
}

/** Returns the processes by their numbers in the output of `ps -o pid=,user=,command=`. */
export function parsePs(text: string): ReadonlyMap<number, PsProcess> {
  const rows = text.split("\n").flatMap((line) => {
    const [, pid, user = "", command] = line.match(/^ *(\d+) +(\S+) +(\S.*)$/) ?? [];
    return command === undefined ? [] : [[Number(pid), { user, command: command.trim() }] as const];
  });
  return new Map(rows);
}
