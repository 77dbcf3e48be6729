/**
 * Bytes written as hexadecimal digits alone, without offsets: streams of digits, C arrays, escapes.
 *
 * @module
 */
import { MAX_PACKET } from "../packet/captured_packet.ts";
import { t } from "../text/messages.ts";

/** Thrown for text that is no hex dump, or a damaged one; says the line. */
export class HexDumpError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "HexDumpError";
  /** The line, from 1 on; `null` where it is none of a single line. */
  readonly line: number | null;

  /** Says what is wrong, and in which line. */
  constructor(message: string, line: number | null = null) {
    super(message);
    this.line = line;
  }
}

/** Returns what to say beside `error` where a file was to be a capture or a dump: its first line is neither. */
export function hintForFile(error: Error): string | null {
  return error instanceof HexDumpError && error.line === 1
    ? t`it is neither a capture (pcap, pcapng) nor a hex dump`
    : null;
}

/**
 * Returns the bytes that hexadecimal digits stand for; blanks, colons and the like may be between them.
 *
 * @throws {HexDumpError} For anything else, and for an odd number of digits.
 */
export function parseHexDigits(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.split("\n").map((line, i) => digitsIn(line, i + 1)).join("");
  if (digits.length % 2 === 1) throw new HexDumpError(oddDigits(digits));
  return Uint8Array.fromHex(digits);
}

/** Returns the error for a line of text. */
export function failedAt(line: number, reason: string): HexDumpError {
  return new HexDumpError(t`line ${line}: ${reason}`, line);
}

/** Returns the bytes in the braces of a program, an array each. */
export function arraysIn(lines: readonly string[]): Uint8Array<ArrayBuffer>[] {
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let hex: string | null = null;
  lines.forEach((line, i) => {
    for (const part of withoutComments(line).split(/([{}])/)) {
      if (part === "{") hex = "";
      else if (part === "}") {
        if (hex) packets.push(bytesOf(hex, packets.length + 1));
        hex = null;
      } else if (hex !== null) hex += digitsIn(part, i + 1);
    }
  });
  if (hex) packets.push(bytesOf(hex, packets.length + 1));
  return packets;
}

/** Returns the bytes of bare digits; an empty line stands between packets. */
export function streamsIn(lines: readonly string[]): Uint8Array<ArrayBuffer>[] {
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let hex = "";
  const end = () => {
    if (hex !== "") packets.push(bytesOf(hex, packets.length + 1));
    hex = "";
  };
  lines.forEach((line, i) => {
    if (line.trim() === "") end();
    else hex += digitsIn(withoutComments(line), i + 1);
    if (hex.length > 2 * MAX_PACKET) {
      throw failedAt(i + 1, t`more than ${MAX_PACKET} bytes without an empty line between`);
    }
  });
  end();
  return packets;
}

/** Returns a line without the comments of C and of scripts; one that is not closed stays. */
export function withoutComments(line: string): string {
  if (/^\s*#/.test(line)) return "";
  const lastEnd = line.lastIndexOf("*/");
  const opening = /\/[/*]/g;
  let kept = "";
  let at = 0;
  for (let match; (match = opening.exec(line)) !== null;) {
    if (match[0] === "//") return kept + line.slice(at, match.index);
    if (match.index + 2 > lastEnd) continue;
    kept += `${line.slice(at, match.index)} `;
    at = line.indexOf("*/", match.index + 2) + 2;
    opening.lastIndex = at;
  }
  return kept + line.slice(at);
}

/** Returns the digits of a line: without `0x`, `\x`, and what stands between bytes. */
function digitsIn(line: string, number: number): string {
  const plain = line.replace(/\b0x(?=[0-9a-f]\b)/gi, "0").replace(/\\x|\b0x/gi, " ");
  const words = plain.replace(/[\s,;:.\-\\"'()[\]]|\bb(?=")/g, " ").split(" ").filter(Boolean);
  const bare = words.join("");
  const stray = bare.match(/[^0-9a-f]/iu);
  if (stray !== null) throw failedAt(number, t`"${stray[0]}" is not a hexadecimal digit`);
  const odd = words.length > 1
    ? words.find((word) => word.length === 1 || word.length === 3)
    : null;
  if (odd) {
    throw failedAt(
      number,
      t`"${odd}" has no two digits for each byte: bytes in decimal or
      octal?`,
    );
  }
  return bare;
}

/** The places where a program has left out bytes: `... 9 more items` of Node.js, `0,...>>` and `0 ...]` of others. */
const LEFT_OUT =
  /(?:\.\.\.|…) ?[0-9]+ more (?:bytes?|items?)|(?<=(?<![\w-])(?:0x)?[0-9a-f]{1,3},? ?)(?:\.\.\.|…) ?(?:>>|\])/i;

/** Refuses what a program has printed only the beginning of. */
export function refuseTruncated(lines: readonly string[]): void {
  lines.forEach((line, i) => {
    const cut = line.match(LEFT_OUT);
    if (cut) {
      throw failedAt(
        i + 1,
        t`"${cut[0]}" stands for bytes that are not there: the program has left them out`,
      );
    }
  });
}

function bytesOf(hex: string, packet: number): Uint8Array<ArrayBuffer> {
  if (hex.length % 2 === 1) {
    throw new HexDumpError(t`packet ${packet}: ${oddDigits(hex)}`);
  }
  return Uint8Array.fromHex(hex);
}

function oddDigits(hex: string): string {
  return t`odd number of hex digits, ${hex.length}`;
}
