/**
 * Dumps with offsets of any width, start and base, in which each offset proves the row before it.
 *
 * @module
 */
import { HexDumpError } from "./hex_digits.ts";
import { bytesIn, bytesOfRows, type Group, type Row } from "./hex_dump.ts";

/** The notations of the bytes in a row. */
export const UNITS = ["hex", "swapped", "decimal", "octal", "octal words"] as const;

/** A notation of bytes. */
export type Unit = typeof UNITS[number];

/** The packets of a dump. */
export interface OffsetReading {
  /** The bytes of each packet. */
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  /** The base of the offsets. */
  readonly base: number;
  /** The first offset of the first packet. */
  readonly start: number;
  /**
   * True if every offset is the one before it and the bytes of that row, and that is no chance: the
   * offsets are marked or long, or there are several.
   */
  readonly isProof: boolean;
  /** The number of rows. */
  readonly rows: number;
  /** Reads more lines in the same way; `null` if they contradict it. */
  readonly again: (lines: readonly string[]) => OffsetReading | null;
}

/** A word of a line. */
interface Word {
  readonly text: string;
  readonly column: number;
  readonly gap: number;
}

/** The bases of offsets, the usual one first. */
const BASES = [16, 8, 10];

/** The most words before the offset of the first row: time, severity, interface. */
const MAX_PREFIX = 8;

/** Returns the readings of `lines` as a dump whose bytes are written in `unit`. */
export function offsetReadings(lines: readonly string[], unit: Unit): OffsetReading[] {
  const words = lines.map(wordsOf);
  const readings: (OffsetReading & { readonly prefix: number })[] = [];
  for (let prefix = 0; prefix < MAX_PREFIX; prefix++) {
    for (const base of BASES) {
      const reading = new Chain(words, lines, unit, base, prefix).read();
      if (reading !== null) readings.push({ ...reading, prefix });
    }
  }
  // A reading that begins in a later line or column is a part of one that finds more.
  const proofs = readings.filter(({ isProof }) => isProof);
  const most = Math.max(...proofs.map(({ rows }) => rows));
  const best = proofs.find(({ rows }) => rows === most);
  if (best === undefined) return readings;
  return proofs.filter(({ rows, prefix }) => rows === most && prefix === best.prefix);
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  for (
    const { 0: whole, 1: blanks = "", 2: text = "", index } of line.matchAll(/(?<! )( *)([^ ]+)/g)
  ) {
    words.push({ text, column: index + whole.length - text.length, gap: blanks.length });
  }
  return words;
}

/** A row whose offset is a number. */
interface NumberedRow extends Row {
  readonly at: number;
}

/** Rows, each of which begins where the one before it has ended. */
class Chain {
  readonly #words: readonly (readonly Word[])[];
  readonly #lines: readonly string[];
  readonly #unit: Unit;
  readonly #base: number;
  readonly #prefix: number;
  readonly #packets: NumberedRow[][] = [];
  #exact = true;
  #steps = 0;

  constructor(
    words: readonly (readonly Word[])[],
    lines: readonly string[],
    unit: Unit,
    base: number,
    prefix: number,
  ) {
    this.#words = words;
    this.#lines = lines;
    this.#unit = unit;
    this.#base = base;
    this.#prefix = prefix;
  }

  /** Returns the packets, or `null` if the rows do not agree, or are too few to prove anything. */
  read(): OffsetReading | null {
    let hasHeading = false;
    for (let line = 0; line < this.#words.length; line++) {
      const row = this.#rowAt(line, hasHeading);
      if (row === "broken") return null;
      hasHeading = row === null && this.#lines[line]!.trim() !== "*";
    }
    if (this.#steps === 0) return null;
    const packets = this.#bytes();
    if (packets === null || !packets.some(({ length }) => length > 0)) return null;
    const first = this.#packets[0]![0]!;
    const rows = this.#packets.reduce((sum, packet) => sum + packet.length, 0);
    // Bytes can look like short offsets, in other columns more easily than in the first.
    const isFirst = this.#prefix === 0;
    // Nor does an offset that is as long as the words behind it prove much: it may be one of them.
    const isLikeWords = this.#words.some(({ [this.#prefix]: offset, [this.#prefix + 1]: word }) =>
      offset?.text === first.offset && word?.text.length === first.offset.length
    );
    const enough = isLikeWords ? 3 : isFirst ? 1 : 2;
    const isLong = first.offset.length >= 4 && this.#steps >= enough;
    const isProof = this.#exact && (first.plain || isLong || (isFirst && this.#steps >= 3));
    return {
      packets,
      base: this.#base,
      start: first.at,
      isProof,
      rows,
      again: (lines) => this.#again(lines),
    };
  }

  #again(lines: readonly string[]): OffsetReading | null {
    return new Chain(lines.map(wordsOf), lines, this.#unit, this.#base, this.#prefix).read();
  }

  /** Returns the bytes of the packets, or `null` if text beside the rows does not end where it should. */
  #bytes(): Uint8Array<ArrayBuffer>[] | null {
    try {
      return this.#packets.map((rows) => {
        const start = rows[0]!.at;
        const rebased = rows.map((row) => ({ ...row, offset: (row.at - start).toString(16) }));
        return bytesOfRows(rebased, this.#lines);
      });
    } catch (error) {
      if (error instanceof HexDumpError) return null;
      throw error;
    }
  }

  /** Adds the row of a line to the packets; `null` if the line has none. */
  #rowAt(line: number, hasHeading: boolean): NumberedRow | "broken" | null {
    const packet = this.#packets.at(-1);
    const last = packet?.at(-1);
    const own = this.#candidate(line, this.#prefix);
    if (last === undefined) {
      if (own === null || own.groups.length === 0) return null;
      this.#packets.push([own]);
      return own;
    }
    const next = this.#nextRow(line, last, own);
    if (next !== null) {
      packet!.push(next);
      return next;
    }
    const start = packet![0]!.at;
    if (own === null || own.groups.length === 0) return null;
    if (own.at === start || own.at === 0 || hasHeading) {
      this.#packets.push([own]);
      return own;
    }
    return own.plain || own.offset.length === last.offset.length ? "broken" : null;
  }

  /** Returns the row of a line that follows `last`, rather one that begins exactly where `last` ends. */
  #nextRow(line: number, last: NumberedRow, own: NumberedRow | null): NumberedRow | null {
    const size = bytesIn(last.groups);
    const isStarred = this.#lines[line - 1]?.trim() === "*";
    let inexact: NumberedRow | null = null;
    for (let prefix = -1; prefix < MAX_PREFIX; prefix++) {
      const row = prefix === -1 ? own : this.#candidate(line, prefix);
      const step = row === null ? 0 : row.at - last.at;
      if (row === null || step <= 0 || (step > size && !isStarred)) continue;
      if (step === size || isStarred || row.groups.length === 0) {
        this.#steps++;
        return row;
      }
      inexact ??= row;
    }
    if (inexact !== null) {
      this.#steps++;
      this.#exact = false;
    }
    return inexact;
  }

  /** Returns the row of a line whose offset is the word at `prefix`, or `null`. */
  #candidate(line: number, prefix: number): NumberedRow | null {
    const words = this.#words[line]!;
    const word = words[prefix];
    const match = word?.text.match(/^(0x)?([0-9a-f]{2,16})h?([:|]?)$/i);
    if (!match) return null;
    const [, mark, offset = "", colon] = match;
    if (this.#base < 16 && !(this.#base === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(offset)) return null;
    const at = parseInt(offset, this.#base);
    const width = this.#packets[0]?.[0]?.offset.length ?? offset.length;
    const isPlain = mark !== undefined || colon !== "";
    // A byte is no offset of four digits; only marked offsets grow longer.
    if (offset.length !== width && !(isPlain && offset.length > width)) return null;
    if (!Number.isSafeInteger(at)) return null;
    const next = words[prefix + 1]?.text ?? "";
    const skipped = /^(?:[:|]|<.*>:)$/.test(next) ? 2 : 1;
    return {
      line: line + 1,
      offset,
      at,
      plain: isPlain,
      groups: this.#groups(words, prefix + skipped),
    };
  }

  #groups(words: readonly Word[], from: number): Group[] {
    const groups: Group[] = [];
    for (let i = from; i < words.length; i++) {
      const { text, column, gap } = words[i]!;
      const digits = digitsOf(text, this.#unit);
      if (digits === null) break;
      groups.push({ digits, column, gap, width: text.length });
    }
    return groups;
  }
}

/** Returns the bytes of a word in hexadecimal digits, or `null` if it is none in this notation. */
function digitsOf(word: string, unit: Unit): string | null {
  switch (unit) {
    case "hex":
      return /^(?:0x)?([0-9a-f]{2})+$/i.test(word) ? word.replace(/^0x/i, "") : null;
    case "swapped":
      return /^([0-9a-f]{2}){2,8}$/i.test(word) ? word.match(/../g)!.reverse().join("") : null;
    case "decimal":
      return /^(?:0|[1-9][0-9]{0,2})$/.test(word) && Number(word) <= 255
        ? byteOf(Number(word))
        : null;
    case "octal":
      return /^[0-3][0-7]{2}$/.test(word) ? byteOf(parseInt(word, 8)) : null;
    case "octal words": {
      if (!/^[01][0-7]{5}$/.test(word)) return null;
      const value = parseInt(word, 8);
      return byteOf(value & 0xff) + byteOf(value >> 8);
    }
  }
}

function byteOf(value: number): string {
  return value.toString(16).padStart(2, "0");
}
