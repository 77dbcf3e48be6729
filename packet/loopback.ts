/**
 * The loopback of BSD and macOS: the address family, and the packet.
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import type { Protocol } from "./protocol.ts";

/** The value of AF_INET, the same on every system. */
const AF_INET = 2;
/** The values of AF_INET6: Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);

/** The loopback. */
export const LOOPBACK: Protocol = {
  name: "null",
  title: "BSD loopback",
  model: "link",
  table: headerTable(
    field(
      "null.family",
      32,
      "bytes",
      "the address family, in the byte order of the capturing host",
    ),
  ),
  next(bytes, start) {
    const family = bytes[start]! || bytes[start + 3]!; // in either byte order
    if (family === AF_INET) return keyOf(SPACE.ethertype, 0x0800);
    return AF_INET6.has(family) ? keyOf(SPACE.ethertype, 0x86dd) : 0;
  },
};
