/**
 * Calls of the C library on sockets, found by their addresses, that Deno lacks: shutting down a socket that a
 * closed connection of TLS leaves behind, resetting one, and sending at once.
 *
 * `TlsConn.close()` in the middle of a handshake, or with bytes that the peer does not take, leaves the
 * socket open until the peer goes (Deno 2.9.6): the task of the handshake, or of the last bytes, keeps
 * it, and nothing in Deno ends that task. `shutdown(2)` does: the task sees the end and lets go.
 *
 * `connect(2)` without an address family dissolves a TCP connection with an RST on Linux (`tcp_disconnect`);
 * `SO_LINGER` would not do, since Deno ends each connection that it closes with a FIN first.
 *
 * `TlsConn` has no `setNoDelay`. But accepted sockets inherit `TCP_NODELAY` from the listening one, on
 * Linux (`tcp_create_openreq_child` copies the socket) and on macOS (`syncache`).
 *
 * @module
 */
import { formatIpv6Octets } from "../address/ipv6.ts";
import { withoutZone } from "../address/zone.ts";
import { IS_LINUX, openCLibrary } from "./c_library.ts";
import { formatAddress } from "./endpoint.ts";

/** The two ends of a TCP connection. */
export interface Ends {
  /** This machine's. */
  readonly local: Deno.NetAddr;
  /** The peer's. */
  readonly remote: Deno.NetAddr;
}

const CALLS = {
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
} as const;

/** Both directions: `SHUT_RDWR` of sys/socket.h. */
const SHUT_RDWR = 2;

/** `IPPROTO_TCP` and `TCP_NODELAY` of netinet/in.h and netinet/tcp.h. */
const [IPPROTO_TCP, TCP_NODELAY] = [6, 1];

/** The value 1 as an `int`. */
const ON = Uint32Array.of(1);

/** Bytes of the largest socket address: `sockaddr_storage`. */
const ADDRESS_SIZE = 128;

/** Bytes of `sockaddr_in`, with the port at 2 and the address at 4, and of `sockaddr_in6`: 2 and 8. */
const [IPV4_SIZE, IPV6_SIZE] = [16, 28];

/** The descriptors that are looked at; more than that a process has only if it was set up to. */
const MOST_DESCRIPTORS = 65_536;

/** Milliseconds for which connections are collected, to look through the descriptors once for all. */
const COLLECTING_TIME = 20;

type Calls = Deno.DynamicLibrary<typeof CALLS>["symbols"];

/** The calls; `null` where they cannot be had, `undefined` as long as nobody has asked. */
let calls: Calls | null | undefined;

/** An act on a socket, by its descriptor. */
type Act = (calls: Calls, fd: number) => void;

/** The connections whose sockets are looked for, with what is done with them, and who is told then. */
const wanted = new Map<string, { readonly act: Act; readonly tell: (() => void)[] }>();

/** An address without a family: `AF_UNSPEC` of sys/socket.h is 0. */
const NO_ADDRESS = new Uint8Array(IPV4_SIZE);

/**
 * Shuts the sockets of the connection between `ends` down in both directions, if there is one. Resolves,
 * within an instant, to whether that is possible here: on Linux and macOS, with the permission
 * `--allow-ffi`, for which nobody is asked.
 */
export async function shutDown(ends: Ends): Promise<boolean> {
  return await doWith(ends, ({ shutdown }, fd) => shutdown(fd, SHUT_RDWR));
}

/** Whether `reset` is possible here: on Linux, with the permission `--allow-ffi`, for which nobody is asked. */
export function canReset(): boolean {
  return IS_LINUX && openCalls() !== null;
}

/** Breaks the TCP connection between `ends` off with a reset (RST), if there is one. */
export async function reset(ends: Ends): Promise<void> {
  await doWith(ends, ({ connect }, fd) => connect(fd, NO_ADDRESS, NO_ADDRESS.length));
}

function openCalls(): Calls | null {
  if (calls === undefined) calls = openCLibrary(CALLS)?.symbols ?? null;
  return calls;
}

/** Does `act` with the socket between `ends`, if there is one; resolves to whether that is possible here. */
async function doWith(ends: Ends, act: Act): Promise<boolean> {
  const calls = openCalls();
  if (calls === null) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  if (wanted.size === 0) setTimeout(doAll, COLLECTING_TIME, calls);
  const key = keyOf(ends);
  const found = wanted.get(key);
  if (found === undefined) wanted.set(key, { act, tell: [resolve] });
  else found.tell.push(resolve);
  await promise;
  return true;
}

/**
 * Turns Nagle's algorithm (RFC 9293, section 3.7.4) off for the connections that the socket listening at
 * `local` accepts from now on. Returns whether that is possible here, as for `shutDown`.
 */
export function sendAtOnce(local: Deno.NetAddr): boolean {
  const library = openCLibrary(CALLS);
  if (library === null) return false;
  const { getsockname, getpeername, setsockopt } = library.symbols;
  const isIt = (fd: number) =>
    addressOf(getsockname, fd) === addressText(local) &&
    addressOf(getpeername, fd) === null; // a connection at the same port has a peer
  let fd = 0;
  while (fd < MOST_DESCRIPTORS && !isIt(fd)) fd++;
  const done = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, ON.byteLength) === 0;
  library.close();
  return done;
}

/** Looks through the descriptors of this process for what is wanted, and does what is wanted with it. */
function doAll(calls: Calls): void {
  const keys = new Set(wanted.keys());
  for (let fd = 0; fd < MOST_DESCRIPTORS && keys.size > 0; fd++) {
    const remote = addressOf(calls.getpeername, fd);
    if (remote === null) continue;
    const key = `${addressOf(calls.getsockname, fd)} ${remote}`;
    if (keys.delete(key)) wanted.get(key)!.act(calls, fd);
  }
  const all = [...wanted.values()].flatMap(({ tell }) => tell);
  wanted.clear();
  for (const resolve of all) resolve();
}

const address = new Uint8Array(ADDRESS_SIZE);
const size = new Uint32Array(1);

/** Returns the IP address and port that a call tells of a socket, or `null` if there is none. */
export function addressOf(
  call: (fd: number, address: Uint8Array<ArrayBuffer>, size: Uint32Array<ArrayBuffer>) => number,
  fd: number,
): string | null {
  size[0] = ADDRESS_SIZE;
  if (call(fd, address, size) !== 0) return null;
  const hostname = size[0] === IPV4_SIZE
    ? address.subarray(4, 8).join(".")
    : size[0] === IPV6_SIZE
    ? formatIpv6Octets(address, 8)
    : null;
  const port = address[2]! << 8 | address[3]!;
  return hostname === null ? null : formatAddress({ transport: "tcp", hostname, port });
}

function keyOf({ local, remote }: Ends): string {
  return `${addressText(local)} ${addressText(remote)}`;
}

/** Returns an address as `addressOf` does: without a zone. */
function addressText({ hostname, port }: Deno.NetAddr): string {
  return formatAddress({ transport: "tcp", hostname: withoutZone(hostname), port });
}
