/**
 * TFTP: a file for a machine that starts (RFC 1350). The first packet of a transfer, to port 69.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import {
  bytesField,
  type Field,
  field,
  type FieldSpec,
  headerTable,
  latin1,
  text,
} from "./field.ts";
import { u16 } from "./numbers.ts";
import type { Layer, Protocol } from "./protocol.ts";

const OPCODES: Readonly<Record<number, string>> = { 1: "read", 2: "write" };
const TABLE = headerTable(
  field("tftp.opcode", 16, "decimal", "what is wanted", { names: OPCODES }),
);
const NAMES: Readonly<Record<number, FieldSpec>> = {
  1: text("tftp.source_file", "the file"),
  2: text("tftp.destination_file", "the file"),
};
const MODE = text("tftp.type", "octet: as it is");

/** Returns the end of the text at `at`, behind the zero that ends it. */
function textEnd(bytes: Uint8Array, at: number, end: number): number {
  const zero = bytes.subarray(at, end).indexOf(0);
  return zero === -1 ? end : at + zero + 1;
}

function rest({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const fields: Field[] = [];
  for (const spec of [NAMES[u16(bytes, start)]!, MODE]) {
    const end = textEnd(bytes, at, body);
    if (end > at) {
      const value = latin1(bytes.subarray(at, end)).replace(/\0$/, "");
      fields.push({ ...bytesField(spec, bytes, at, end - at), text: value });
    }
    at = end;
  }
  return fields;
}

/** TFTP; what neither reads nor writes is content. */
export const TFTP: Protocol = {
  name: "tftp",
  title: "TFTP",
  model: "application",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  read(cursor) {
    if (cursor.has(2) && NAMES[cursor.u16(0)] !== undefined) cursor.header(TFTP);
    return 0;
  },
  rest,
  others: [...Object.values(NAMES), MODE],
  line({ start, body }, bytes, line) {
    const end = textEnd(bytes, start + 2, body);
    const name = latin1(bytes.subarray(start + 2, end)).replace(/\0$/, "");
    line.what = `TFTP ${OPCODES[u16(bytes, start)]} ${escapeLine(name)}`;
  },
};
