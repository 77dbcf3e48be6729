/**
 * The addresses of sockets of other processes, which Linux tells to those who may trace these:
 * pidfd_getfd(2) copies a descriptor, getsockname(2) tells its address, and the copy is closed.
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
    [Symbol.dispose]: () => library.close(),
  };
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
