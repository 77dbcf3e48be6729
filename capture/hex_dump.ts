/**
 * Pasted bytes: the hex dumps of xxd, hexdump, od, tcpdump, tshark and Wireshark, C arrays, and bare
 * hexadecimal digits.
 *
 * A dump with offsets needs no guess about the text beside it: the next row's offset says how many
 * bytes a row has, and the last row has its text in the same column as the others.
 *
 * @module
 */
import { MAX_PACKET } from "../packet/captured_packet.ts";
import { arraysIn, failedAt, streamsIn } from "./hex_digits.ts";
import { t } from "../text/messages.ts";

/**
 * Returns the packets in a text of hex dumps, in order; none if it has no byte. A new packet begins
 * where the offset is 0 again, with each array of a program, or behind an empty line.
 *
 * @throws {HexDumpError} For what is no hexadecimal, and for offsets that contradict the bytes.
 */
export function parseHexDump(text: string): Uint8Array<ArrayBuffer>[] {
  const lines = linesOf(text);
  return dumpIn(lines) ?? digitsIn(lines);
}

/** Returns the lines of a text, without characters that web pages put into what is copied from them. */
export function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, "").replace(INVISIBLE, "").replace(BLANKS, " ").split(
    /\r\n|\r|\n/,
  );
}

/**
 * Returns the packets of a dump whose first offset is 0, or `null` if the lines are none.
 *
 * @throws {HexDumpError} For offsets that contradict the bytes.
 */
export function dumpIn(lines: readonly string[]): Uint8Array<ArrayBuffer>[] | null {
  const rows = lines.flatMap((line, i) => rowOf(line, i + 1) ?? []);
  return isDump(rows) ? dumpsOf(rows, lines) : null;
}

/**
 * Returns the packets of lines of bare digits, or of arrays of C.
 *
 * @throws {HexDumpError} For what is no hexadecimal.
 */
export function digitsIn(lines: readonly string[]): Uint8Array<ArrayBuffer>[] {
  return lines.some((line) => line.includes("{")) ? arraysIn(lines) : streamsIn(lines);
}

/** Returns the bytes of the rows of one packet, whose offsets are hexadecimal and begin with 0. */
export function bytesOfRows(
  rows: readonly Row[],
  lines: readonly string[],
): Uint8Array<ArrayBuffer> {
  return new Dump(rows, lines, { base: 16, isSwapped: false }).bytes();
}

/** Characters without a width that web pages leave in what is copied from them. */
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;
/** Blanks other than the ordinary ones, tabs among them. */
const BLANKS = /[\t\u00a0\u2000-\u200a\u202f\u3000]/g;

/** A line that begins with an offset. */
export interface Row {
  /** The number of the line, from 1. */
  readonly line: number;
  /** The digits of the offset. */
  readonly offset: string;
  /** True if these digits are an offset for certain: written `0x`, with a colon, or long. */
  readonly plain: boolean;
  /** The groups of hexadecimal digits behind it, up to the first word that is none. */
  readonly groups: readonly Group[];
}

/** Hexadecimal digits without a blank between. */
export interface Group {
  /** The digits of the bytes, in the order of the bytes. */
  readonly digits: string;
  /** The column in which they begin. */
  readonly column: number;
  /** The number of blanks before them. */
  readonly gap: number;
  /** The number of columns that it takes. */
  readonly width: number;
}

const OFFSET = /^( *)(0x)?([0-9a-f]{4,16})(:? |:?$)/i;

function rowOf(line: string, number: number): Row | null {
  const match = line.match(OFFSET);
  if (match === null) return null;
  const [start, , prefix, offset = "", end = ""] = match;
  const groups: Group[] = [];
  // The blank behind the offset counts as one before the first group.
  const words = /(?<! )( +)([^ ]+)/g;
  words.lastIndex = start.length - (end.endsWith(" ") ? 1 : 0);
  for (const { 1: blanks = "", 2: word = "", index } of line.matchAll(words)) {
    if (!/^([0-9a-f]{2})+$/i.test(word)) break;
    groups.push({
      digits: word,
      column: index + blanks.length,
      gap: blanks.length,
      width: word.length,
    });
  }
  const wide = (groups[0]?.gap ?? 0) > 1;
  return {
    line: number,
    offset,
    plain: prefix !== undefined || end.startsWith(":") || offset.length > 5 || wide,
    groups,
  };
}

/** Returns whether the rows are those of a dump: the first has the offset 0, and not by chance. */
function isDump([first, second]: readonly Row[]): boolean {
  if (first === undefined || !/^0+$/.test(first.offset)) return false;
  return first.plain || (second !== undefined && /^0+[1-9a-f]0?$/i.test(second.offset));
}

/** Returns the packets of a dump with offsets, or `null` if it is none after all. */
function dumpsOf(rows: readonly Row[], lines: readonly string[]): Uint8Array<ArrayBuffer>[] | null {
  const packets: Row[][] = [];
  for (const row of rows) {
    if (/^0+$/.test(row.offset) && row.groups.length > 0) packets.push([]);
    packets.at(-1)?.push(row);
  }
  const whole = packets.filter(([first]) => !isDerived(first!.line, lines));
  const found = whole.map((packet) => new Dump(packet, lines, conventionOf(packet, lines)).bytes());
  return found.some((bytes) => bytes.length > 0) ? found : null;
}

/**
 * Returns whether the dump that begins at `line` is one that tshark reassembled from several packets:
 * those have a heading that is not that of the frame.
 */
function isDerived(line: number, lines: readonly string[]): boolean {
  const heading = lines[line - 2]?.match(/^(\S.*) \(\d+ bytes?\):$/);
  return heading !== null && heading !== undefined && heading[1] !== "Frame";
}

/** The convention of a dump. */
interface Convention {
  /** The base of the offsets. */
  readonly base: number;
  /** True if the groups are 16-bit words in the order of a little-endian host (`hexdump`, `od -x`). */
  readonly isSwapped: boolean;
}

function conventionOf(rows: readonly Row[], lines: readonly string[]): Convention {
  const first = rows[0]!;
  const isSwapped = /^[0-7]{7} /.test(lines[first.line - 1]!) &&
    first.groups.every(({ digits }) => digits.length === 4);
  return { base: baseOf(rows, (row) => isStarred(row, lines)), isSwapped };
}

/** The rows of one packet. */
class Dump {
  readonly #rows: readonly Row[];
  readonly #lines: readonly string[];
  readonly #base: number;
  readonly #swapped: boolean;

  constructor(rows: readonly Row[], lines: readonly string[], { base, isSwapped }: Convention) {
    this.#rows = rows;
    this.#lines = lines;
    this.#base = base;
    this.#swapped = isSwapped;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    let hex = "";
    let previous = "";
    /** The column behind the bytes of the widest row; what begins there is text. `null` if no row tells. */
    let bytesEnd: number | null = null;
    for (const [i, row] of this.#rows.entries()) {
      const offset = parseInt(row.offset, this.#base);
      if (offset > MAX_PACKET) {
        throw failedAt(row.line, t`offset 0x${offset.toString(16)} is too large`);
      }
      hex += this.#repeated(row, previous, offset - hex.length / 2);
      if (offset !== hex.length / 2) {
        const [found, expected] = [offset, hex.length / 2].map((each) => each.toString(16));
        throw failedAt(row.line, t`offset 0x${found} where 0x${expected} was expected`);
      }
      const next = this.#rows[i + 1];
      const size = next && !isStarred(next, this.#lines)
        ? parseInt(next.offset, this.#base) - offset
        : next === undefined
        ? null
        : previous.length / 2 || null;
      const taken = size === null ? lastGroups(row, bytesEnd) : firstGroups(row, size);
      previous = taken.map(({ digits }) => this.#swapped ? swap(digits) : digits).join("");
      // A row of words ends with a whole word, also where the data ends in the middle of it.
      if (size !== null && next?.groups.length === 0) previous = previous.slice(0, 2 * size);
      const last = taken.at(-1);
      if (size !== null && last) {
        bytesEnd = Math.max(bytesEnd ?? 0, last.column + last.width);
      }
      hex += previous;
    }
    return Uint8Array.fromHex(hex);
  }

  /** Returns the `missing` bytes of the rows that `*` stands for. */
  #repeated(row: Row, previous: string, missing: number): string {
    if (!isStarred(row, this.#lines) || previous === "" || missing <= 0) return "";
    return previous.repeat(Math.ceil(2 * missing / previous.length)).slice(0, 2 * missing);
  }
}

/** Returns whether the line before `row` says that rows like the one above were left out. */
function isStarred(row: Row, lines: readonly string[]): boolean {
  return lines[row.line - 2]?.trim() === "*";
}

/**
 * Returns the base of the offsets: the first one in which they agree with the bytes of the rows.
 *
 * @param isStarred Returns whether rows were left out before a row.
 */
function baseOf(rows: readonly Row[], isStarred: (row: Row) => boolean): number {
  const [first, second] = rows;
  if (first === undefined || second === undefined) return 16;
  // Only od has other offsets than hexadecimal ones, of seven digits; hexdump has seven before words.
  if (first.offset.length !== 7) return 16;
  const bases = first.groups.every(({ digits }) => digits.length === 2) ? [8, 10, 16] : [16, 8, 10];
  const steps = rows.slice(1).map((row, i) => ({
    from: rows[i]!,
    to: row,
    starred: isStarred(row),
  }));
  const agrees = (base: number, exactly: boolean) =>
    steps.every(({ from, to, starred }) => {
      const count = bytesIn(from.groups);
      const size = parseInt(to.offset, base) - parseInt(from.offset, base);
      if (starred) return size > count && size % count === 0;
      return exactly ? size === count : size > 0 && size <= count; // more is text that looks like digits
    });
  return bases.find((base) => agrees(base, true)) ?? bases.find((base) => agrees(base, false)) ??
    16;
}

/** Returns the number of bytes that groups have. */
export function bytesIn(groups: readonly Group[]): number {
  return groups.reduce((sum, { digits }) => sum + digits.length / 2, 0);
}

/** Returns the first groups of a row, `size` bytes together or all if there are fewer. */
function firstGroups({ groups }: Row, size: number): Group[] {
  const taken: Group[] = [];
  let count = 0;
  for (const group of groups) {
    if (count >= size) break;
    taken.push(group);
    count += group.digits.length / 2;
  }
  return taken;
}

/**
 * Returns the groups of the last row that are bytes and not text: those left of where bytes end in the
 * other rows, or if there are none, those before a wide gap other than the one in the middle of 16 bytes.
 */
function lastGroups({ groups }: Row, bytesEnd: number | null): Group[] {
  const taken: Group[] = [];
  for (const group of groups) {
    if (bytesEnd !== null && group.column >= bytesEnd) break;
    const isMiddle = group.gap === 2 && bytesIn(taken) === 8;
    if (bytesEnd === null && taken.length > 0 && group.gap > 1 && !isMiddle) break;
    if (taken.length > 0 && group.digits.length > taken[0]!.digits.length) break;
    taken.push(group);
  }
  return taken;
}

function swap(digits: string): string {
  return digits.slice(2) + digits.slice(0, 2);
}
