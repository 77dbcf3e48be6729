/**
 * Syslog: a line for the log of another machine (RFC 5424, RFC 3164).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { bytesField, type Field, field, headerTable, latin1, text } from "./field.ts";
import type { Layer, Protocol } from "./protocol.ts";

const LEVELS: Readonly<Record<number, string>> = {
  0: "emergency",
  1: "alert",
  2: "critical",
  3: "error",
  4: "warning",
  5: "notice",
  6: "information",
  7: "debug",
};
const FACILITY = field("syslog.facility", 24, "decimal", "the kind of program");
const LEVEL = field("syslog.level", 24, "decimal", "how serious it is", { names: LEVELS });
const MESSAGE = text("syslog.msg", "the line");

/** Returns the number in `<>` at the beginning and the bytes that it takes, or `null`. */
function priorityAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { value: number; size: number } | null {
  const start = latin1(bytes.subarray(at, Math.min(end, at + 5)));
  const match = start.match(/^<([0-9]{1,3})>/);
  return match === null ? null : { value: Number(match[1]), size: match[0].length };
}

function rest({ start, body }: Layer, bytes: Uint8Array): Field[] {
  const priority = priorityAt(bytes, start, body);
  if (priority === null) return [];
  const { value, size } = priority;
  const at = { bit: 0, pos: start, size };
  return [
    { name: FACILITY.name, spec: { ...FACILITY, bits: 8 * size }, value: value >> 3, ...at },
    { name: LEVEL.name, spec: { ...LEVEL, bits: 8 * size }, value: value & 7, ...at },
    bytesField(MESSAGE, bytes, start + size, body - start - size),
  ];
}

/** Syslog; what does not begin with a priority is content. */
export const SYSLOG: Protocol = {
  name: "syslog",
  title: "Syslog",
  model: "application",
  table: headerTable(),
  size: (_bytes, start, end) => end - start,
  read(cursor) {
    if (priorityAt(cursor.bytes, cursor.at, cursor.bound) !== null) cursor.header(SYSLOG);
    return 0;
  },
  rest,
  others: [FACILITY, LEVEL, MESSAGE],
  line({ start, body }, bytes, line) {
    const priority = priorityAt(bytes, start, body);
    if (priority === null) return;
    const message = latin1(bytes.subarray(start + priority.size, body));
    line.what = `Syslog ${LEVELS[priority.value & 7]}: ${escapeLine(message.trimEnd())}`;
  },
};
