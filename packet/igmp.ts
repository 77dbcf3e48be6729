/**
 * IGMP: which groups a host listens to (RFC 1112, RFC 2236, RFC 9776).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { type Field, field, gap, type HeaderTable, headerTable, raw, readTable } from "./field.ts";
import { type GroupRecord, readSources, RECORD_TYPES, recordFields } from "./group_records.ts";
import { u16, u32 } from "./numbers.ts";
import type { Layer, Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0x11: "query",
  0x12: "report v1",
  0x13: "DVMRP",
  0x14: "PIMv1",
  0x16: "report v2",
  0x17: "leave",
  0x22: "report v3",
};

const TYPE = field("igmp.type", 8, "hex", "what it says", { names: TYPES });
const TIME = field("igmp.max_resp", 8, "decimal", "tenths of a second within which to answer");
const CHECKSUM = field("igmp.checksum", 16, "hex", "covers the whole message");
const GROUP = field("igmp.maddr", 32, "ipv4", "the group; 0.0.0.0 in a query for all");

const PLAIN: HeaderTable = headerTable(TYPE, TIME, CHECKSUM, GROUP);
/** The byte at the second place is reserved in version 1. */
const V1: HeaderTable = headerTable(
  TYPE,
  field("igmp.reserved", 8, "bytes", "reserved"),
  CHECKSUM,
  GROUP,
);
/** The part that queries of version 3 have besides. */
const V3_QUERY: HeaderTable = headerTable(
  gap(4),
  field("igmp.s", 1, "decimal", "1: routers keep their timers"),
  field("igmp.qrv", 3, "decimal", "how often an answer is repeated"),
  field("igmp.qqic", 8, "decimal", "seconds between queries"),
  field("igmp.num_src", 16, "decimal", "how many sources follow"),
);
const V3_REPORT: HeaderTable = headerTable(
  TYPE,
  field("igmp.reserved", 8, "bytes", "reserved"),
  CHECKSUM,
  field("igmp.reserved", 16, "bytes", "reserved"),
  field("igmp.num_grp_recs", 16, "decimal", "how many groups follow"),
);
const OTHER: HeaderTable = headerTable(TYPE);

const QUERY = 0x11;
const REPORT = 0x22;

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  switch (bytes[start] ?? 0) {
    case REPORT:
      return V3_REPORT;
    case 0x12:
      return V1;
    case QUERY:
      return bytes[start + 1] === 0 ? V1 : PLAIN;
    case 0x16:
    case 0x17:
      return PLAIN;
    default:
      return OTHER;
  }
}

const RECORD: GroupRecord = {
  head: headerTable(
    field("igmp.record_type", 8, "decimal", "what changes", { names: RECORD_TYPES }),
    field("igmp.aux_data_len", 8, "decimal", "4-byte words of auxiliary data"),
    field("igmp.num_src", 16, "decimal", "how many sources follow"),
    field("igmp.maddr", 32, "ipv4", "the group"),
  ),
  source: headerTable(field("igmp.saddr", 32, "ipv4", "a source")),
  auxiliary: raw("igmp.aux_data", "auxiliary data"),
};

function rest({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  if (bytes[start] === REPORT) return recordFields(RECORD, bytes, at, body);
  if (bytes[start] !== QUERY || at + V3_QUERY.size > body) return [];
  const fields = readTable(V3_QUERY, bytes, at);
  at += V3_QUERY.size;
  readSources(fields, RECORD, u16(bytes, at - 2), bytes, at, body);
  return fields;
}

/** IGMP. */
export const IGMP: Protocol = {
  name: "igmp",
  title: "IGMP",
  model: "network",
  table: tableAt,
  size: (_bytes, start, end) => end - start,
  rest,
  others: [PLAIN, V1, V3_QUERY, V3_REPORT, RECORD.head, RECORD.source, RECORD.auxiliary],
  checksum: { offset: 2, covers: "content" },
  line({ start }, bytes, line) {
    const type = bytes[start]!;
    const group = type === REPORT ? 0 : u32(bytes, start + 4);
    const about = tableAt(bytes, start) === OTHER || group === 0
      ? ""
      : ` for ${formatQuickIpv4(group)}`;
    line.what = `IGMP ${TYPES[type] ?? `type ${type}`}${about}`;
  },
};
