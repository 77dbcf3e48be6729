/**
 * Pasted text, read in the way that gives the most plausible packets: dumps with offsets of any start and
 * base, words in either order, decimal, octal, literals of programming languages, base64.
 *
 * Each reading that is possible is scored by its packets (checksums, lengths, known types) and by its form
 * (offsets that grow by the bytes of the rows). The best is taken. Nothing is taken when two readings are
 * equally good, or when the only evidence would be that a text can be read in that way at all.
 *
 * @module
 */
import { HexDumpError, refuseTruncated } from "./hex_digits.ts";
import { digitsIn, dumpIn, linesOf } from "./hex_dump.ts";
import {
  assemblerLines,
  base64Text,
  decimalArrays,
  decimalList,
  embeddedBase64,
  embeddedRuns,
  escapedStrings,
  hexadecimalArrays,
  hexArrays,
  linesOfGroups,
  type ListReading,
  octalList,
  percentText,
} from "./number_lists.ts";
import { offsetWords } from "./offset_words.ts";
import { offsetReadings, UNITS } from "./offset_rows.ts";
import type { PasteForm } from "./paste_forms.ts";
import { type Evidence, evidenceOfAll, isAllRows, isIncidental, isOtherText } from "./plausible.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The packets of a pasted text. */
export interface Paste {
  /** The bytes of each packet, in the order of the text. */
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  /** The way it was read, in words, where that is not the usual one: `null` for plain hexadecimal. */
  readonly says: string | null;
}

/** A possible reading. */
interface Reading {
  readonly form: PasteForm;
  readonly says: string;
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  /** Points for the form. */
  readonly shape: number;
  /** True for what needs no word: hexadecimal with offsets from 0, or plain digits. */
  readonly isUsual?: boolean;
  /** The least strength of evidence without which it is no reading. */
  readonly needs?: number;
  /** True if a program may have left out bytes with dots: without offsets nothing else shows it. */
  readonly mayBeCut?: boolean;
  /** Reads more lines in the same way; `null` if that cannot be. */
  readonly again: (lines: readonly string[]) => Packets | null;
}

type Packets = readonly Uint8Array<ArrayBuffer>[];

/** The most characters of a text of which all readings are tried; of a longer one, those of its beginning. */
const MAX_TRIED = 128 * 1024;

/** Points of evidence, by its strength, beside those of the form: a known EtherType alone may be chance. */
const POINTS = [0, 0, 2, 6];

/**
 * Returns the packets of a text.
 *
 * @param form The notation of the bytes; the most plausible one if `null`.
 * @throws {HexDumpError} When it is none, damaged, or can be read in two ways that are equally good.
 */
export function readPaste(text: string, form: PasteForm | null = null): Paste {
  const lines = linesOf(text).map(plainLine);
  const sample = text.length > MAX_TRIED ? beginningOf(lines) : lines;
  const best = bestReading(sample, form);
  if (best === null) return { packets: [], says: null };
  if (best.reading.mayBeCut) refuseTruncated(lines);
  const packets = sample === lines ? best.reading.packets : best.reading.again(lines);
  if (packets === null) {
    throw new HexDumpError(t`it begins as ${best.reading.says}, but does not go on like that`);
  }
  const because = best.evidence.says === "" ? "" : t`; ${best.evidence.says}`;
  return {
    packets,
    says: best.reading.isUsual ? null : t`read as ${best.reading.says}${because}`,
  };
}

/** Returns whole packets from the beginning of long text: lines up to an empty one, or one with offset 0. */
function beginningOf(lines: readonly string[]): readonly string[] {
  let size = 0;
  let end = 0;
  for (const [i, line] of lines.entries()) {
    size += line.length + 1;
    if (i > 0 && /^\s*(?:$|(?:0x)?0+\b)/.test(line)) end = i;
    if (size > MAX_TRIED && (end > 0 || size > 2 * MAX_TRIED)) return lines.slice(0, end || i + 1);
  }
  return lines;
}

/** A reading with the evidence for it. */
interface Scored {
  readonly reading: Reading;
  readonly evidence: Evidence;
}

/** Returns the best reading of `lines`; `null` if there are no bytes in them. */
function bestReading(lines: readonly string[], form: PasteForm | null): Scored | null {
  const { usual, failure } = usualReading(lines);
  if (usual?.form === (form ?? "hex")) {
    const evidence = evidenceOfAll(usual.packets);
    // Nothing can be better than a dump with right checksums.
    if (evidence.strength === 3 && usual.shape >= 3) return { reading: usual, evidence };
  }
  const readings = [...usual ? [usual] : [], ...offsetForms(lines), ...listForms(lines)]
    .filter((reading) => form === null || reading.form === form);
  const scored = distinct(readings)
    .map((reading) => ({ reading, evidence: evidenceOfAll(reading.packets) }))
    .filter(({ reading, evidence }) => form !== null || evidence.strength >= (reading.needs ?? 0))
    .sort((a, b) => pointsOf(b) - pointsOf(a));
  const size = lines.reduce((sum, line) => sum + line.replaceAll(" ", "").length, 0);
  const isWhole = form !== null || isAllRows(lines); // beside short rows are more offsets and letters than bytes
  const [best, second] = scored.filter((each) => isWhole || !isBeside(each, size));
  if (best === undefined) {
    if (scored[0] !== undefined) throw notDump(scored[0].reading);
    refuseTruncated(lines);
    if (failure !== null && form === null && isOtherText(lines)) throw notDump(null);
    if (failure !== null && (form === null || form === "hex")) throw failure;
    if (form === null) return null;
    throw new HexDumpError(t`there are no bytes in it that are written as ${form}`);
  }
  if (second === undefined || pointsOf(second) < pointsOf(best)) return best;
  const [one, other] = [summaryOf(best.reading), summaryOf(second.reading)];
  throw new HexDumpError(
    t`it can be read in two ways: as ${one}, or as ${other}: say which with --as`,
  );
}

/** Whether a reading is of a small part of a text of `size` characters, with too little to speak for it. */
function isBeside({ reading: { packets, shape, form }, evidence }: Scored, size: number): boolean {
  const isCertain = shape >= 3 || evidence.strength > 0;
  return evidence.strength < 2 &&
    isIncidental(packets, size, { isCertain, isString: form === "string" });
}

/** Returns the error for a text that is about something else, apart from what could be read. */
function notDump(part: Reading | null): HexDumpError {
  const what = t`it is neither a capture (pcap, pcapng) nor a hex dump`;
  if (part === null || part.form === "string") return new HexDumpError(what);
  const { says, packets, form } = part;
  const size = packets.reduce((sum, { length }) => sum + length, 0);
  return new HexDumpError(
    t`${what}: too little of it reads as one (${says}: ${size} B); paste that alone, or give frame --as ${form}`,
  );
}

function pointsOf({ reading, evidence }: Scored): number {
  return POINTS[evidence.strength]! + reading.shape;
}

function summaryOf({ says, packets, form }: Reading): string {
  return t`${says} (--as ${form}: ${packets[0]!.subarray(0, 4).toHex()}…)`;
}

/** Returns a line without the marks of quoted mail and of tables, and with ASCII in place of fullwidth characters. */
function plainLine(line: string): string {
  const plain = line.replace(
    /[\uff01-\uff5e]/g,
    (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0),
  )
    .replace(/^\s*(?:>\s?)+/, "");
  // A table of hexyl: the offset, two halves of bytes, their letters.
  if (plain.startsWith("│")) {
    return plain.slice(1).replace("│", ": ").replace("┊", " ").replace("│", " | ");
  }
  // WinDbg: the halves of an address, and of the bytes.
  const address = plain.match(/^([0-9a-f]{8})`([0-9a-f]{8} .*)$/i);
  return address === null
    ? plain
    : `${address[1]}${address[2]!.replace(/(?<= [0-9a-f]{2})-/i, " ")}`;
}

/** Returns the reading as a dump with offsets from 0, or as plain digits; else the reason why not. */
function usualReading(
  lines: readonly string[],
): { readonly usual: Reading | null; readonly failure: HexDumpError | null } {
  try {
    const dumped = dumpIn(lines);
    const packets = dumped ?? digitsIn(lines);
    if (packets.length === 0) return { usual: null, failure: null };
    const says = dumped ? t`a hex dump` : t`hexadecimal digits`;
    const shape = dumped ? dumpShape(packets, lines) : digitShape(lines);
    const again = (more: readonly string[]) => dumped ? dumpIn(more) : digitsIn(more);
    return { usual: { form: "hex", says, packets, shape, isUsual: true, again }, failure: null };
  } catch (error) {
    if (!(error instanceof HexDumpError)) throw error;
    return { usual: null, failure: error };
  }
}

/**
 * Returns the points of a dump: more where the offsets prove the rows, and half a point for the custom,
 * which decides between the two orders of bytes in a word unless words have four bytes or more.
 */
function dumpShape(packets: readonly Uint8Array[], lines: readonly string[]): number {
  const key = keyOf(packets);
  const isProven = (["hex", "swapped"] as const).some((unit) =>
    offsetReadings(lines, unit).some((each) => each.isProof && keyOf(each.packets) === key)
  );
  const isWide = lines.some((line) =>
    /(?::|(?<! ) ) *(?:[0-9a-f]{8}){1,2} +(?:[0-9a-f]{8}){1,2}(?: |$)/i.test(line)
  );
  return (isProven ? 3 : 1) + (isWide ? 0 : 0.5);
}

/** Returns the points of plain digits: those that are no decimal numbers are hexadecimal for certain. */
function digitShape(lines: readonly string[]): number {
  if (lines.some((line) => /\\x|\b0x/i.test(line))) return 3;
  const words = lines.flatMap((line) => line.match(/[0-9a-f]+/gi) ?? []);
  return words.some((word) => /[a-f]/i.test(word) || word.length > 3 || /^0[0-9]/.test(word))
    ? 1.5
    : 1;
}

function offsetForms(lines: readonly string[]): Reading[] {
  return UNITS.flatMap((unit) =>
    offsetReadings(lines, unit).map(({ packets, base, start, isProof, again }) => ({
      form: unit === "octal words" ? "octal" : unit,
      packets,
      says: offsetWords(unit, base, start),
      shape: isProof ? 3 : 1,
      needs: isProof ? 0 : 3,
      again: (more: readonly string[]) => again(more)?.packets ?? null,
    }))
  );
}

/** The readings without offsets, by the functions that find them. */
const LISTS: readonly (readonly [
  find: (lines: readonly string[]) => ListReading | null,
  form: PasteForm,
  says: string,
  needs: number,
])[] = [
  [decimalList, "decimal", msg("decimal bytes"), 0],
  [octalList, "octal", msg("octal bytes"), 0],
  [base64Text, "base64", "base64", 2],
  [decimalArrays, "decimal", msg("arrays of decimal bytes"), 0],
  [hexadecimalArrays, "hex", msg("arrays of hexadecimal bytes"), 0],
  [escapedStrings, "string", msg("strings with escapes"), 0],
  [assemblerLines, "hex", msg("lines of an assembler"), 0],
  [percentText, "string", msg("text with percent signs"), 2],
  [hexArrays, "hex", msg("hexadecimal bytes in brackets"), 0],
  [embeddedRuns, "hex", msg("hexadecimal digits in other text"), 3],
  [embeddedBase64, "base64", msg("base64 in other text"), 3],
  [linesOfGroups, "hex", msg("lines of hexadecimal digits, without the other lines"), 3],
];

function listForms(lines: readonly string[]): Reading[] {
  return LISTS.flatMap(([find, form, says, needs]) => {
    const found = find(lines);
    if (found === null) return [];
    const again = (more: readonly string[]) => find(more)?.packets ?? null;
    const { packets, shape } = found;
    return [{
      form,
      says: translate(says),
      needs,
      packets,
      shape: shape === 2 ? 3 : shape,
      mayBeCut: true,
      again,
    }];
  });
}

/** Returns the readings that give different bytes, of equal ones the one with the best form. */
function distinct(readings: readonly Reading[]): Reading[] {
  const byBytes = new Map<string, Reading>();
  for (const reading of readings) {
    const key = keyOf(reading.packets);
    const known = byBytes.get(key);
    if (known === undefined) byBytes.set(key, reading);
    else if (!known.isUsual && known.shape < reading.shape) byBytes.set(key, reading);
    else if (known.shape < reading.shape) byBytes.set(key, { ...known, shape: reading.shape });
  }
  return [...byBytes.values()];
}

function keyOf(packets: readonly Uint8Array[]): string {
  return packets.map((packet) => packet.toHex()).join(" ");
}
