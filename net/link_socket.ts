/**
 * TCP connections from a chosen link-local address (RFC 4007), by calls of the C library: neither Deno nor
 * `node:net` binds an address with a zone.
 *
 * @module
 */
import type { Socket } from "node:net";
import { parseIpv6 } from "../address/ipv6.ts";
import { intAt, IS_LINUX, openCLibrary } from "./c_library.ts";
import { systemError } from "./node_errors.ts";
import { socketMaker } from "./node_socket.ts";

const CALLS = {
  __errno_location: { parameters: [], result: "pointer" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

type Library = Deno.DynamicLibrary<typeof CALLS>;

/** `AF_INET6`, `SOCK_STREAM`, `SOCK_CLOEXEC`, `SOCK_NONBLOCK`, `SOL_SOCKET`, `SO_ERROR` and `POLLOUT` of Linux. */
const AF_INET6 = 10, SOCK_STREAM = 1, SOCK_CLOEXEC = 0o2000000, SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1, SO_ERROR = 4, POLLOUT = 4;

/** Bytes of `sockaddr_in6`: the port stands at 2, the address at 8, the index of the interface at 24. */
const ADDRESS_SIZE = 28;

/** `EINPROGRESS`: the connection is being made. */
const EINPROGRESS = 115;

/** Milliseconds after which it is looked whether connecting is still wanted. */
const LOOK_TIME = 50;

/** An address and a port; the address has a zone. */
export interface LinkEnd {
  /** The link-local address: `fe80::1%eth0`. */
  readonly hostname: string;
  /** The port; 0 lets the system choose. */
  readonly port: number;
}

/**
 * Connects from `source` to `peer`. Returns `null` where that is not possible: on other systems than Linux, and
 * without the permission `--allow-ffi`, for which nobody is asked.
 *
 * @throws Errors named as Deno's, or the reason of `signal`.
 */
export function connectOnLink(
  source: LinkEnd,
  peer: LinkEnd,
  signal: AbortSignal,
): Promise<Socket> | null {
  const library = IS_LINUX ? openCLibrary(CALLS) : null;
  return library && connect(library, source, peer, signal).finally(() => library.close());
}

async function connect(
  library: Library,
  source: LinkEnd,
  peer: LinkEnd,
  signal: AbortSignal,
): Promise<Socket> {
  const { __errno_location: errnoLocation, bind, close, getsockopt, poll, socket } = library
    .symbols;
  const socketOf = await socketMaker();
  signal.throwIfAborted();
  const errno = errnoLocation()!;
  const fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd === -1) throw systemError("socket", intAt(errno));
  try {
    if (bind(fd, addressOf(source, library), ADDRESS_SIZE) !== 0) {
      throw systemError("bind", intAt(errno));
    }
    if (library.symbols.connect(fd, addressOf(peer, library), ADDRESS_SIZE) !== 0) {
      const number = intAt(errno);
      if (number !== EINPROGRESS) throw systemError("connect", number);
    }
    while (await poll(Int32Array.of(fd, POLLOUT), 1n, LOOK_TIME) === 0) signal.throwIfAborted();
    signal.throwIfAborted();
    const failed = Int32Array.of(0);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, failed, Uint32Array.of(failed.byteLength));
    if (failed[0] !== 0) throw systemError("connect", failed[0]!);
    return socketOf(fd);
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Returns an address as the calls take it; an interface that there is not has no index, which they refuse. */
function addressOf({ hostname, port }: LinkEnd, { symbols }: Library): Uint8Array<ArrayBuffer> {
  const [address = "", zone = ""] = hostname.split("%");
  const bytes = new Uint8Array(ADDRESS_SIZE);
  const view = new DataView(bytes.buffer);
  new Uint16Array(bytes.buffer, 0, 1)[0] = AF_INET6;
  view.setUint16(2, port);
  const { value } = parseIpv6(address);
  view.setBigUint64(8, value >> 64n);
  view.setBigUint64(16, value & 0xffff_ffff_ffff_ffffn);
  const index = symbols.if_nametoindex(new TextEncoder().encode(`${zone}\0`));
  new Uint32Array(bytes.buffer, 24, 1)[0] = index || Number(zone) || 0;
  return bytes;
}
