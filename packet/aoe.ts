/**
 * ATA over Ethernet: a disk on the link.
 *
 * @module
 */
import { field, type FieldSpec, gap, type HeaderTable, headerTable } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

const COMMANDS: Readonly<Record<number, string>> = {
  0: "ATA",
  1: "configuration",
  2: "mask",
  3: "reservation",
};

/** Returns the table of a message with or without an error. */
function tableWith(error: FieldSpec): HeaderTable {
  return headerTable(
    field("aoe.version", 4, "decimal", "1"),
    field("aoe.response", 1, "decimal", "1: an answer"),
    field("aoe.flags_error", 1, "decimal", "1: an error"),
    gap(2),
    error,
    field("aoe.major", 16, "hex", "the shelf; 0xffff: all"),
    field("aoe.minor", 8, "hex", "the disk in it; 0xff: all"),
    field("aoe.cmd", 8, "decimal", "the command", { names: COMMANDS }),
    field("aoe.tag", 32, "hex", "the request that it belongs to"),
  );
}

const PLAIN = tableWith(gap(8));
const FAILED = tableWith(field("aoe.error", 8, "decimal", "which error"));

/** ATA over Ethernet. */
export const AOE: Protocol = {
  name: "aoe",
  title: "ATA over Ethernet",
  model: "link",
  table: (bytes, start) => (bytes[start] ?? 0) & 0x04 ? FAILED : PLAIN,
  others: [FAILED],
  refusal: (bytes, start) => bytes[start]! >> 4 === 1 ? null : t`the version is not 1`,
  line({ start }, bytes, line) {
    const command = COMMANDS[bytes[start + 5]!] ?? `command ${bytes[start + 5]}`;
    const kind = bytes[start]! & 0x08 ? "response" : "request";
    line.what = `AoE ${command} ${kind}, disk ${u16(bytes, start + 2)}.` +
      `${bytes[start + 4]}`;
  },
};
