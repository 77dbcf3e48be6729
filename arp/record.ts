/**
 * The rows of a neighbour table for programs.
 *
 * @module
 */
import type { NeighbourRow } from "./classify.ts";

/** A field of a row for programs. */
export interface RecordField {
  /** Its name. */
  readonly name: string;
  /** Its type, in the words of JSON. */
  readonly type: string;
  /** What it means. */
  readonly says: string;
  /** Returns its value. */
  readonly of: (row: NeighbourRow) => string | number | boolean | null | readonly string[];
}

/** The fields in their order. */
export const RECORD_FIELDS: readonly RecordField[] = [
  {
    name: "address",
    type: "string or null",
    says: "the IPv4 or IPv6 address; without it, see name",
    of: (row) => row.address,
  },
  {
    name: "mac",
    type: "string or null",
    says: "the MAC address, lower case, with colons",
    of: (row) => row.mac,
  },
  {
    name: "hardware_type",
    type: "string or null",
    says: "such as ether",
    of: (row) => row.hardwareType,
  },
  {
    name: "interface",
    type: "string or null",
    says: "the interface; on Windows its IPv4 address",
    of: (row) => row.interface,
  },
  {
    name: "interface_index",
    type: "number or null",
    says: "the number of the interface",
    of: (row) => row.interfaceIndex,
  },
  {
    name: "state",
    type: "string or null",
    says: "reachable, stale, incomplete, permanent, delay, probe, failed or noarp",
    of: (row) => row.state,
  },
  {
    name: "kind",
    type: "string or null",
    says: "dynamic, static, own, gateway, multicast or broadcast",
    of: (row) => row.kind,
  },
  { name: "name", type: "string or null", says: "the name of the host", of: (row) => row.name },
  {
    name: "expires_s",
    type: "number or null",
    says: "seconds until the entry expires",
    of: (row) => row.expiresSeconds,
  },
  {
    name: "age_s",
    type: "number or null",
    says: "seconds since the neighbour was last reachable",
    of: (row) => row.ageSeconds,
  },
  {
    name: "vendor",
    type: "string or null",
    says: "with --vendor: who has made the network card",
    of: (row) => row.vendor,
  },
  {
    name: "flags",
    type: "array of strings",
    says: "what else the source says, such as published or router; in CSV with blanks between",
    of: (row) => row.flags,
  },
  {
    name: "gateway",
    type: "boolean",
    says: "whether a default route leads there",
    of: (row) => row.gateway,
  },
  {
    name: "own",
    type: "boolean",
    says: "whether the address is one of this machine",
    of: (row) => row.own,
  },
  {
    name: "source",
    type: "string",
    says: "the program or file that has told it",
    of: (row) => row.source,
  },
];

/** Returns a row as an object with the fields of `RECORD_FIELDS`. */
export function recordOf(row: NeighbourRow): Record<string, unknown> {
  return Object.fromEntries(RECORD_FIELDS.map(({ name, of }) => [name, of(row)]));
}
