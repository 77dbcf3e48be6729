/**
 * The sockets of other processes on Linux: their addresses, which it tells to those who may trace these
 * (pidfd_getfd(2) copies a descriptor, getsockname(2) tells its address, and the copy is closed), and
 * their inodes, of many descriptors in half of the time that Deno takes for that.
 *
 * @module
 */
import { formatIpv6Octets } from "../address/ipv6.ts";
import type { ForeignSocket, ForeignSockets } from "../cli/io.ts";
import { openCLibrary } from "../net/c_library.ts";

const CALLS = {
  syscall: { parameters: ["i64", "i64", "i64", "i64"], result: "i64" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** The calls that list descriptors; `getdents64` is not in every C library. */
const LISTING = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** The C library, open for these calls. */
type Listing = Deno.DynamicLibrary<typeof LISTING>;

/** The numbers of system calls, the same on every processor (asm-generic/unistd.h). */
const [PIDFD_OPEN, PIDFD_GETFD] = [434n, 438n];

/** `SOL_SOCKET` and `SO_PROTOCOL` of asm-generic/socket.h. */
const [SOL_SOCKET, SO_PROTOCOL] = [1, 38];

/** `AF_INET` and `AF_INET6` of sys/socket.h. */
const [AF_INET, AF_INET6] = [2, 10];

/** Bytes of the largest socket address: `sockaddr_storage`. */
const ADDRESS_SIZE = 128;

/** Opens the C library; returns `null` on other systems, and without the permission `--allow-ffi`. */
export function openForeignSockets(): ForeignSockets | null {
  if (Deno.build.os !== "linux") return null;
  const library = openCLibrary(CALLS);
  if (library === null) return null;
  const { symbols } = library;
  let listing: Listing | null | undefined;
  return {
    look(pid, descriptor) {
      const process = Number(symbols.syscall(PIDFD_OPEN, BigInt(pid), 0n, 0n));
      if (process < 0) return null;
      const copy = Number(
        symbols.syscall(PIDFD_GETFD, BigInt(process), BigInt(descriptor), 0n),
      );
      symbols.close(process);
      if (copy < 0) return null;
      try {
        return describe(symbols, copy);
      } finally {
        symbols.close(copy);
      }
    },
    list(folder, use) {
      if (listing === undefined) listing = openCLibrary(LISTING); // not again where it is null
      return listing && listSockets(listing.symbols, folder, use);
    },
    [Symbol.dispose]() {
      library.close();
      listing?.close();
    },
  };
}

/** The entries of a folder as getdents64(2) has them: the length of an entry, and its name, ended by a NUL. */
const [ENTRY_LENGTH, ENTRY_NAME] = [16, 19];

/** Bytes of the name of a descriptor, which is a number of 31 bits, with its NUL, and some to spare. */
const NAME_SIZE = 12;

/** Bytes of entries that are asked for at once. */
const ENTRIES_SIZE = 32 * 1024;

/** The target of a link in /proc/PID/fd that is a socket, in front of its inode. */
const SOCKET = new TextEncoder().encode("socket:[");

/** Calls `use` with the descriptors in a folder that are sockets; returns how many descriptors there are. */
function listSockets(
  { open, getdents64, readlinkat, close }: Listing["symbols"],
  folder: string,
  use: (descriptor: number, inode: string) => void,
): number {
  const directory = open(new TextEncoder().encode(`${folder}\0`), 0);
  if (directory < 0) return 0;
  const entries = new Uint8Array(ENTRIES_SIZE);
  const lengths = new Uint16Array(entries.buffer); // an entry begins at a multiple of 8
  const target = new Uint8Array(64); // longer ones are no sockets
  const name = new Uint8Array(NAME_SIZE); // a view of each name in `entries` would cost more than its copy
  const [entriesSize, targetSize] = [BigInt(entries.length), BigInt(target.length)];
  let descriptors = 0;
  try {
    for (;;) {
      const size = getdents64(directory, entries, entriesSize);
      if (size <= 0) break;
      for (let at = 0; at < size; at += lengths[(at + ENTRY_LENGTH) / 2]!) {
        const descriptor = numberAt(entries, at + ENTRY_NAME);
        if (descriptor === null) continue; // . and ..
        descriptors++;
        for (let i = 0; i < NAME_SIZE; i++) name[i] = entries[at + ENTRY_NAME + i]!;
        const length = readlinkat(directory, name, target, targetSize);
        if (length <= SOCKET.length || !beginsWith(target, SOCKET)) continue;
        const inode = numberAt(target, SOCKET.length);
        if (inode !== null) use(descriptor, `${inode}`);
      }
    }
  } finally {
    close(directory);
  }
  return descriptors;
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let i = 0; i < start.length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}

/** Returns the decimal number that begins at `at`, `null` if none does. */
function numberAt(bytes: Uint8Array, at: number): number | null {
  let value = 0;
  let end = at;
  for (let byte = bytes[at]!; byte >= 0x30 && byte <= 0x39; byte = bytes[++end]!) {
    value = value * 10 + byte - 0x30;
  }
  return end === at ? null : value;
}

/** Returns the protocol and the own address of a descriptor of this process. */
function describe(
  { getsockname, getsockopt }: Deno.DynamicLibrary<typeof CALLS>["symbols"],
  descriptor: number,
): ForeignSocket {
  const protocol = new Int32Array(1);
  getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, protocol, Uint32Array.of(protocol.byteLength));
  const address = new Uint8Array(ADDRESS_SIZE);
  const failed = getsockname(descriptor, address, Uint32Array.of(ADDRESS_SIZE)) !== 0;
  const family = new Uint16Array(address.buffer, 0, 1)[0];
  const port = address[2]! << 8 | address[3]!;
  const hostname = failed
    ? null
    : family === AF_INET
    ? address.subarray(4, 8).join(".")
    : family === AF_INET6
    ? formatIpv6Octets(address, 8)
    : null;
  return { protocol: protocol[0]!, local: hostname === null ? null : { hostname, port } };
}
