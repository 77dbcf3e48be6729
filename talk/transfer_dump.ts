/**
 * A dump of a conversation: bytes in hexadecimal beside their characters, as `hexdump -C` shows them.
 *
 * @module
 */

import { formatTime } from "../text/units.ts";

/** Bytes in a line: 16 fit 80 columns. */
const ROW = 16;

/** A dump of both directions of a conversation, each with offsets of its own. */
export class HexDump {
  readonly #offsets = { read: 0, write: 0 };

  /**
   * Returns the lines for `bytes`, which were written (`>`) or read (`<`) at `time`, in milliseconds
   * since 1970. 0 bytes read are the end of the peer's half.
   */
  format(event: "read" | "write", bytes: Uint8Array, time: number): string {
    const offset = this.#offsets[event];
    this.#offsets[event] += bytes.length;
    const arrow = event === "write" ? ">" : "<";
    return [`${arrow} ${formatTime(time)}  ${bytes.length} B`, ...hexLines(bytes, offset)].join(
      "\n",
    );
  }
}

/**
 * Returns the lines of `bytes`, the first of which is number `offset` of its stream:
 * `00000010  68 65 6c 6c 6f 0a                                 |hello.|`. A byte that is no printable
 * ASCII character is a dot.
 */
function hexLines(bytes: Uint8Array, offset = 0): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    lines.push(hexLine(bytes.subarray(at, at + ROW), offset + at));
  }
  return lines;
}

function hexLine(bytes: Uint8Array, offset: number): string {
  let hex = "";
  let text = "";
  bytes.forEach((byte, i) => {
    if (i > 0) hex += i === ROW / 2 ? "  " : " ";
    hex += byte.toString(16).padStart(2, "0");
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  });
  return `${offset.toString(16).padStart(8, "0")}  ${hex.padEnd(3 * ROW)}  |${text}|`;
}
