/**
 * The JSON output of `netkit arp`: its fields, in tables that make the objects and document them.
 *
 * @module
 */
import type { Field } from "../cli/record.ts";
import type { Change } from "./changes.ts";
import type { NeighbourRow } from "./classify.ts";
import type { UnreadLines } from "./merge.ts";

/** A field of the JSON object for a `T`, whose values are of type `V`. */
export interface RecordField<T, V> extends Field<T> {
  /** Returns its value. */
  readonly of: (value: T) => V;
}

/** The value of a field of a row. */
export type RowValue = string | number | boolean | null | readonly string[];

/** The value of a field that `--watch` adds; as an object, MAC address and state before the change. */
export type ChangeValue = string | null | Pick<NeighbourRow, "mac" | "state">;

/** The fields of a row, in their order. */
export const ROW_FIELDS: readonly RecordField<NeighbourRow, RowValue>[] = [
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
    says: "with --vendor: the maker of the network card",
    of: (row) => row.vendor,
  },
  {
    name: "flags",
    type: "array of strings",
    says: "other marks of the source, such as published or router; in CSV with blanks between",
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
    says: "the program or file that has the entry",
    of: (row) => row.source,
  },
  {
    name: "vlan",
    type: "number or null",
    says: "the number of the VLAN",
    of: (row) => row.vlan,
  },
];

/** A change and the time of the reading that has shown it. */
export interface TimedChange {
  /** The time, in milliseconds since 1970. */
  readonly time: number;
  /** The change. */
  readonly change: Change;
}

/** The fields that `--watch` adds to those of a row. */
export const CHANGE_FIELDS: readonly RecordField<TimedChange, ChangeValue>[] = [
  {
    name: "time",
    type: "string",
    says: "with --watch: the time of the reading (ISO 8601)",
    of: ({ time }) => new Date(time).toISOString(),
  },
  {
    name: "event",
    type: "string",
    says: "with --watch: present, appeared, vanished or changed",
    of: ({ change }) => change.event,
  },
  {
    name: "before",
    type: "object or null",
    says: "with --watch: mac and state before the change",
    of: ({ change: { before } }) => before && { mac: before.mac, state: before.state },
  },
];

/** Rows and lines that are not in the output. */
export interface Omissions {
  /** The number of multicast and broadcast rows that are hidden. */
  readonly hidden: number;
  /** The sources of which lines were not understood. */
  readonly unread: readonly UnreadLines[];
}

/** The fields of the last object, which is there only if one of them has something. */
export const OMISSION_FIELDS: readonly RecordField<Omissions, number | readonly object[]>[] = [
  {
    name: "hidden",
    type: "number",
    says: "in a last object, if there are any: multicast and broadcast rows that --all shows",
    of: ({ hidden }) => hidden,
  },
  {
    name: "not_understood",
    type: "array of objects",
    says: "in that object: source, number of lines with an address that were not understood, " +
      "number of the first one",
    of: ({ unread }) => unread.map(({ source, count, first }) => ({ source, lines: count, first })),
  },
];
