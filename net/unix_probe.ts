/**
 * Whether somebody listens at a Unix socket, found out without a connection that its server would have to accept.
 *
 * @module
 */
import { intAt, IS_LINUX, openCLibrary } from "./c_library.ts";

const CALLS = {
  __errno_location: { parameters: [], result: "pointer" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

/** `AF_UNIX`, `SOCK_DGRAM` and `SOCK_CLOEXEC` of Linux's sys/socket.h. */
const AF_UNIX = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0o2000000;

/** Bytes of `sockaddr_un` before its path, and of the whole. */
const PATH_AT = 2, ADDRESS_SIZE = 110;

/** `EPROTOTYPE` and `ECONNREFUSED` of Linux's errno.h. */
const EPROTOTYPE = 91, ECONNREFUSED = 111;

/**
 * Returns whether a socket is open at `path`; `null` where that cannot be found out this way: on other systems than
 * Linux, without the permission `--allow-ffi`, for which nobody is asked, and where the file may not be used.
 *
 * It connects a socket for datagrams to what is one for connections: Linux refuses that with EPROTOTYPE where a
 * socket is open, and with ECONNREFUSED where only its file is left (`unix_find_bsd` in net/unix/af_unix.c).
 */
export function isUnixSocketOpen(path: string): boolean | null {
  const name = new TextEncoder().encode(path);
  if (!IS_LINUX || PATH_AT + name.length >= ADDRESS_SIZE) return null;
  const library = openCLibrary(CALLS);
  if (library === null) return null;
  const { socket, connect, close, __errno_location: errnoLocation } = library.symbols;
  const address = new Uint8Array(ADDRESS_SIZE);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(name, PATH_AT);
  const errno = errnoLocation()!;
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  try {
    if (fd === -1) return null;
    if (connect(fd, address, PATH_AT + name.length + 1) === 0) return true; // one for datagrams
    const code = intAt(errno);
    return code === EPROTOTYPE ? true : code === ECONNREFUSED ? false : null;
  } finally {
    if (fd !== -1) close(fd);
    library.close();
  }
}
