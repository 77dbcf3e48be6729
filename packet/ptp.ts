/**
 * PTP: clocks on a network agree to better than a microsecond (IEEE 1588, version 2).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { messageSize } from "./message_size.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0x0: "sync",
  0x1: "delay request",
  0x2: "path delay request",
  0x3: "path delay response",
  0x8: "follow-up",
  0x9: "delay response",
  0xa: "path delay follow-up",
  0xb: "announce",
  0xc: "signalling",
  0xd: "management",
};

const TABLE: HeaderTable = headerTable(
  field("ptp.v2.majorsdoid", 4, "hex", "the profile"),
  field("ptp.v2.messagetype", 4, "hex", "the type of message", { names: TYPES }),
  field("ptp.v2.minorversionptp", 4, "decimal", "the minor version"),
  field("ptp.v2.versionptp", 4, "decimal", "2"),
  field("ptp.v2.messagelength", 16, "decimal", "bytes of the message"),
  field("ptp.v2.domainnumber", 8, "decimal", "the group of clocks"),
  field("ptp.v2.minorsdoid", 8, "decimal", "the profile, closer"),
  field("ptp.v2.flags", 16, "hex", "0x0200: the time follows in a second message"),
  field("ptp.v2.correction.ns", 48, "bytes", "nanoseconds that switches have added"),
  field("ptp.v2.correction.subns", 16, "decimal", "parts of a nanosecond"),
  field("ptp.v2.messagetypespecific", 32, "decimal", "depends on the message"),
  field("ptp.v2.clockidentity", 64, "bytes", "the clock that sent it"),
  field("ptp.v2.sourceportid", 16, "decimal", "the port of that clock"),
  field("ptp.v2.sequenceid", 16, "decimal", "the number of the message"),
  field("ptp.v2.controlfield", 8, "decimal", "the kind, in version 1"),
  field("ptp.v2.logmessageperiod", 8, "signed", "2 to this power seconds between two"),
);

/** PTP, version 2; what is of another version is content. */
export const PTP: Protocol = {
  name: "ptp",
  title: "PTP",
  model: "application",
  table: TABLE,
  ...messageSize(TABLE, (bytes, start) => u16(bytes, start + 2)),
  read(cursor) {
    if ((cursor.u8(1) & 0x0f) === 2) cursor.header(PTP);
    return 0;
  },
  line({ start }, bytes, line) {
    const type = bytes[start]! & 0x0f;
    line.what = `PTP ${TYPES[type] ?? `type ${type}`} ${u16(bytes, start + 30)}`;
  },
};
