/**
 * The mobility header of IPv6: a host keeps its address while it moves (RFC 6275).
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "binding refresh request",
  1: "home test init",
  2: "care-of test init",
  3: "home test",
  4: "care-of test",
  5: "binding update",
  6: "binding acknowledgment",
  7: "binding error",
};

/** The mobility header. */
export const MOBILITY: Protocol = {
  name: "mipv6",
  title: "mobility header",
  model: "network",
  table: headerTable(
    field("mip6.proto", 8, "decimal", "what the next header is; 59: none"),
    field("mip6.hlen", 8, "decimal", "bytes of this header in units of 8, without the first 8"),
    field("mip6.mhtype", 8, "decimal", "the type of message", { names: TYPES }),
    field("mip6.reserved", 8, "hex", "reserved"),
    field("mip6.csum", 16, "hex", "covers addresses and header"),
  ),
  size: (bytes, start) => (bytes[start + 1]! + 1) * 8,
  next: (bytes, start) => keyOf(SPACE.ipv6, bytes[start]!),
  checksum: { offset: 4, covers: "content", pseudo: 135 },
  line({ start }, bytes, line) {
    const type = bytes[start + 2]!;
    line.what = `mobility: ${TYPES[type] ?? `type ${type}`}`;
  },
};
