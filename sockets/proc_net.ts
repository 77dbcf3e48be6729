/**
 * The socket tables of Linux as text: /proc/net/tcp, tcp6, udp and udp6 (proc_net(5), and the kernel's
 * Documentation/networking/proc_net_tcp.rst).
 *
 * @module
 */
import { ipv4, ipv6 } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { MAX_PORT } from "../address/port.ts";
import type { PortProtocol } from "./port_names.ts";
import type { KernelSocket, SocketAddress, SocketProcess, SocketState } from "./socket.ts";

/** The states of TCP by the kernel's numbers (include/net/tcp_states.h); there is no 0. */
const STATES: readonly (SocketState | null)[] = [
  null,
  "ESTABLISHED",
  "SYN-SENT",
  "SYN-RECEIVED",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "TIME-WAIT",
  "CLOSED",
  "CLOSE-WAIT",
  "LAST-ACK",
  "LISTEN",
  "CLOSING",
  "SYN-RECEIVED", // TCP_NEW_SYN_RECV
];

/** The number of `CLOSED`, which a UDP socket without a peer has, too. */
const CLOSED = 7;

/** The number of the timer that ends TIME-WAIT, and FIN-WAIT-2 after its process has gone. */
const TIME_WAIT_TIMER = "03";

/** Ticks of the kernel's timers in a second, as user space sees them (USER_HZ, the same everywhere). */
const TICKS = 100;

/**
 * A row: its number, both ends, the state, queues, the timer with its ticks, retransmissions, the
 * user, probes and the inode. It is looked for in the whole table: thousands of lines are no strings of their own.
 */
const ROW =
  /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) [0-9A-F]+:[0-9A-F]+ ([0-9A-F]{2}):([0-9A-F]+) [0-9A-F]+ +(\d+) +\d+ (\d+)/gm;

/** The form of addresses in /proc/net. */
export interface TableForm {
  /** Whether the words of an address stand there as a processor with the low byte first prints them. */
  readonly littleEndian: boolean;
  /** Returns the zone of a link-local address of this machine, `null` if that is not known. */
  readonly zoneOf: (hostname: string) => string | null;
}

/** The processes of a socket of which none is known yet. */
const NONE: readonly SocketProcess[] = [];

/** Returns the sockets in the text of /proc/net/tcp or another of these; lines that are no rows are left out. */
export function parseProcNet(
  text: string,
  protocol: PortProtocol,
  form: TableForm,
  isWanted: (localPort: number, remotePort: number) => boolean = () => true,
): KernelSocket[] {
  const sockets: KernelSocket[] = [];
  const hostnames = new Map<string, string>(); // many rows have the same
  const hostnameOf = (hex: string) => {
    const known = hostnames.get(hex);
    if (known !== undefined) return known;
    const hostname = decodeAddress(hex, form);
    hostnames.set(hex, hostname);
    return hostname;
  };
  for (const row of text.matchAll(ROW)) {
    const local = row[1]!; // by index: of thousands of rows, taking all apart at once took half the time
    const port = parseInt(row[2]!, 16);
    const remote = row[3]!;
    const peersPort = parseInt(row[4]!, 16);
    const code = parseInt(row[5]!, 16);
    const inode = row[9]!;
    if (!isWanted(port, peersPort) || (local.length !== 8 && local.length !== 32)) continue;
    const version = local.length === 8 ? 4 : 6;
    const own = { hostname: hostnameOf(local), port };
    const peers = { hostname: hostnameOf(remote), port: peersPort };
    const zone = version === 6 && isLinkLocal(own.hostname) ? form.zoneOf(own.hostname) : null;
    sockets.push({
      protocol,
      version,
      local: inZone(own, zone),
      remote: isNowhere(peers) ? null : inZone(peers, zone),
      state: protocol === "udp" && code === CLOSED ? "UNCONNECTED" : STATES[code] ?? null,
      secondsLeft: row[6] === TIME_WAIT_TIMER ? parseInt(row[7]!, 16) / TICKS : null,
      user: row[8]!,
      id: inode === "0" ? null : inode,
      processes: NONE,
    });
  }
  return sockets;
}

function decodeAddress(hex: string, { littleEndian }: TableForm): string {
  const words = hex.match(/.{8}/g) ?? [];
  const inOrder = littleEndian ? words.map(reverseBytes) : words;
  const value = BigInt(`0x${inOrder.join("")}`);
  return formatIp(hex.length === 8 ? ipv4(value) : ipv6(value));
}

function reverseBytes(word: string): string {
  return word.slice(6, 8) + word.slice(4, 6) + word.slice(2, 4) + word.slice(0, 2);
}

function isNowhere({ hostname, port }: SocketAddress): boolean {
  return port === 0 && (hostname === "0.0.0.0" || hostname === "::");
}

/** Whether an address is link-local, fe80::/10 (RFC 4291, section 2.5.6): it needs a zone. */
function isLinkLocal(hostname: string): boolean {
  return /^fe[89ab]/.test(hostname);
}

function inZone(address: SocketAddress, zone: string | null): SocketAddress {
  if (zone === null || !isLinkLocal(address.hostname)) return address;
  return { hostname: `${address.hostname}%${zone}`, port: address.port };
}

/**
 * Returns a function that finds the zones of this machine's link-local addresses, from /proc/net/if_inet6: lines
 * of address, index, prefix, scope, flags and name. Two interfaces may have the same address; then
 * nobody can tell.
 */
export function parseZones(text: string): (hostname: string) => string | null {
  const zones = new Map<string, string | null>();
  for (const line of text.split("\n")) {
    const [, hex, name] = line.match(/^([0-9a-f]{32}) \S+ \S+ \S+ \S+ +(\S+)$/) ?? [];
    if (hex === undefined || name === undefined) continue;
    const hostname = formatIp(ipv6(BigInt(`0x${hex}`)));
    zones.set(hostname, zones.has(hostname) ? null : name);
  }
  return (hostname) => zones.get(hostname) ?? null;
}

/** Returns the inode of a socket to which a link in /proc/PID/fd leads, or `null` for other files. */
export function parseSocketLink(target: string): string | null {
  if (!target.startsWith("socket:[") || !target.endsWith("]")) return null;
  const inode = target.slice("socket:[".length, -1);
  return /^\d+$/.test(inode) ? inode : null;
}

/** Returns the words of a command line in /proc/PID/cmdline, where a NUL ends each; none for a kernel thread. */
export function parseCommandLine(text: string): string[] | null {
  let end = text.length; // a pattern for what stands at the end would try every NUL before
  while (text[end - 1] === "\0") end--;
  return end === 0 ? null : text.slice(0, end).split("\0");
}

/** Returns the effective user's number in the text of /proc/PID/status (proc_pid_status(5)), or `null`. */
export function parseEffectiveUser(status: string): string | null {
  return status.match(/^Uid:\t\d+\t(\d+)/m)?.[1] ?? null;
}

/** Returns the names of users by their numbers, from the text of /etc/passwd (passwd(5)). */
export function parseUsers(text: string): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [name, , number] = line.split(":");
    if (name && number && /^\d+$/.test(number) && !users.has(number)) users.set(number, name);
  }
  return users;
}

/** Returns two numbers in the text of a file in /proc/sys as a range of ports, or `null`. */
export function parsePortRange(text: string): readonly [number, number] | null {
  const [, first, last] = text.match(/^\s*(\d+)\s+(\d+)\s*$/) ?? [];
  if (first === undefined || Number(last) > MAX_PORT || Number(first) > Number(last)) return null;
  return [Number(first), Number(last)];
}
