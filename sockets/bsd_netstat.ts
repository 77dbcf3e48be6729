/**
 * The sockets that netstat(1) of macOS and BSD lists: those of all users, also without root. macOS tells
 * the process of each, too.
 *
 * @module
 */
import { MAX_PORT } from "../address/port.ts";
import type { PortProtocol } from "./port_names.ts";
import type { KernelSocket, SocketAddress, SocketState } from "./socket.ts";

/** The arguments with which netstat lists what `parseBsdNetstat` reads; -W keeps addresses whole. */
export function netstatArguments(platform: string, protocol: PortProtocol): readonly string[] {
  const form = platform === "darwin" ? "-anvW" : platform === "freebsd" ? "-anW" : "-an";
  return [form, "-p", protocol];
}

/** States of TCP as netstat spells them (tcp_fsm.h, `tcpstates`). */
const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: "LISTEN",
  SYN_SENT: "SYN-SENT",
  SYN_RCVD: "SYN-RECEIVED",
  ESTABLISHED: "ESTABLISHED",
  CLOSE_WAIT: "CLOSE-WAIT",
  FIN_WAIT_1: "FIN-WAIT-1",
  CLOSING: "CLOSING",
  LAST_ACK: "LAST-ACK",
  FIN_WAIT_2: "FIN-WAIT-2",
  TIME_WAIT: "TIME-WAIT",
  CLOSED: "CLOSED",
};

/** Protocol, version, queues, both addresses, and the columns that differ. */
const ROW = /^(tcp|udp)(4|6|46)?[ \t]+\d+[ \t]+\d+[ \t]+(\S+)[ \t]+(\S+)(?:[ \t]+(\S.*))?$/;

/**
 * Returns the sockets in the output of netstat; lines that are no rows are left out. The column of the
 * process is found by its heading: `pid` until macOS 15, and `process:pid` from macOS 26.
 */
export function parseBsdNetstat(text: string): KernelSocket[] {
  const sockets: KernelSocket[] = [];
  let columns: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, headings] = line.startsWith("Proto ") ? line.split("(state)") : [];
    if (headings !== undefined) columns = headings.trim().split(/ +/);
    const row = line.match(ROW);
    if (!row) continue;
    const [, protocol = "", digits = "", own = "", peers = "", more = ""] = row;
    const version = digits.includes("6") || own.includes(":") ? 6 : 4;
    const local = parseAddress(own, version);
    const remote = parseAddress(peers, version);
    if (!local || !remote || local.port === 0) continue; // what has no port is not bound yet
    const tcp = protocol === "tcp";
    const [, word = "", rest = ""] = tcp ? more.match(/^(\S+)\s*(.*)$/) ?? [] : [, "", more];
    const state = tcp ? STATES[word] ?? null : remote.port === 0 ? "UNCONNECTED" : "ESTABLISHED";
    const process = state === "TIME-WAIT" ? null : processIn(rest, columns);
    sockets.push({
      protocol: tcp ? "tcp" : "udp",
      version,
      local,
      remote: remote.port === 0 ? null : remote,
      state,
      secondsLeft: null,
      user: null,
      id: null,
      processes: process === null ? [] : [{
        ...process,
        words: null,
        user: null,
        folder: null,
        deleted: false,
        descriptors: [],
      }],
    });
  }
  return sockets;
}

/** Reads `HOST.PORT`, where an asterisk stands for any host or no port. */
function parseAddress(text: string, version: 4 | 6): SocketAddress | null {
  const [, host, digits] = text.match(/^(\*|[0-9a-f.:]+(?:%\w+)?)\.(\*|\d{1,5})$/i) ?? [];
  if (host === undefined || Number(digits) > MAX_PORT) return null;
  const hostname = host !== "*" ? host : version === 6 ? "::" : "0.0.0.0";
  return { hostname, port: digits === "*" ? 0 : Number(digits) };
}

/** Returns the process in the columns of a row behind its state, `null` if they tell of none. */
function processIn(
  text: string,
  columns: readonly string[],
): { readonly pid: number; readonly name: string } | null {
  const joined = columns.indexOf("process:pid");
  const [, name = "?", digits] = joined >= 0
    ? text.match(new RegExp(`^(?:\\d+\\s+){${joined}}(\\S.*?):(\\d+)(?:\\s|$)`)) ?? []
    : [, "?", text.split(/\s+/)[columns.indexOf("pid")]];
  const pid = Number(digits ?? 0);
  return Number.isInteger(pid) && pid > 0 ? { pid, name } : null;
}
