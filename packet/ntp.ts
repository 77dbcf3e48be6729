/**
 * NTP: the time from other clocks (RFC 5905).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { FieldList } from "./field_list.ts";
import type { Protocol } from "./protocol.ts";

const MODES: Readonly<Record<number, string>> = {
  1: "symmetric active",
  2: "symmetric passive",
  3: "client",
  4: "server",
  5: "broadcast",
  6: "control",
  7: "private",
};

const FLAGS = [
  field("ntp.flags.li", 2, "decimal", "3: the clock is not right yet"),
  field("ntp.flags.vn", 3, "decimal", "the version"),
  field("ntp.flags.mode", 3, "decimal", "what the sender is", { names: MODES }),
];

/** The messages about the program itself have other fields. */
const CONTROL: HeaderTable = headerTable(...FLAGS);

const TIME: HeaderTable = headerTable(
  ...FLAGS,
  field("ntp.stratum", 8, "decimal", "steps to the reference clock; 0: a refusal"),
  field("ntp.ppoll", 8, "decimal", "seconds between questions, as a power of 2"),
  field(
    "ntp.precision",
    8,
    "decimal",
    "the clock's precision: 2 to the power of it less 256, in s",
  ),
  field("ntp.rootdelay", 32, "bytes", "the round trip to the reference clock, in 1/65536 s"),
  field("ntp.rootdispersion", 32, "bytes", "the error that may have grown, in 1/65536 s"),
  field("ntp.refid", 32, "bytes", "the reference clock, or the address of the next server"),
  field(
    "ntp.reftime",
    64,
    "bytes",
    "when the clock was set; seconds since 1900, and 1/2^32 of one",
  ),
  field("ntp.org", 64, "bytes", "when the question left, by the client's clock"),
  field("ntp.rec", 64, "bytes", "when it arrived, by the server's clock"),
  field("ntp.xmt", 64, "bytes", "when this message left"),
);

const KEY = field("ntp.keyid", 32, "bytes", "which key");
const SIGNATURE = raw("ntp.mac", "proves who sent it");

function modeOf(bytes: Uint8Array, start: number): number {
  return (bytes[start] ?? 0) & 7;
}

/** NTP. */
export const NTP: Protocol = {
  name: "ntp",
  title: "NTP",
  model: "application",
  table: (bytes, start) => modeOf(bytes, start) >= 6 ? CONTROL : TIME,
  size: (_bytes, start, end) => end - start,
  others: [TIME, KEY, SIGNATURE],
  rest({ body }, bytes, at) {
    const list = new FieldList(bytes, at, body);
    if (list.left === 20 || list.left === 24) {
      list.take(KEY);
      list.bytes(SIGNATURE, list.left);
    }
    return list.fields;
  },
  line({ start }, bytes, line) {
    const mode = modeOf(bytes, start);
    const version = bytes[start]! >> 3 & 7;
    const stratum = mode === 4 || mode === 5 ? `, stratum ${bytes[start + 1]}` : "";
    line.what = `NTP v${version} ${MODES[mode] ?? `mode ${mode}`}${stratum}`;
  },
};
