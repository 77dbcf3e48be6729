/**
 * Bytes as programs and languages print them: lists of numbers, strings with escapes, base64.
 *
 * @module
 */
import { withoutComments } from "./hex_digits.ts";

/** Bytes that a text may stand for. */
export interface ListReading {
  /** The bytes of each packet. */
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  /** The certainty of the form alone: 2 for explicit notation (`0x5e`, `\x5e`), 1 for a list, 0 for neither. */
  readonly shape: 0 | 1 | 2;
}

/** A number of a list, with the casts, types and suffixes that languages put around it. */
const CAST = /\(\s*(?:unsigned\s+|signed\s+)?(?:byte|char|u?int8(?:_t)?|u8)\s*\)/gi;
const SUFFIX = /(?<=[0-9a-f])(?:_?[ui]8|uy)$/i;
const CALL = /\.toU?Byte\(\)/g;

/** Returns the arrays of bytes with `0x` in a program. */
export function hexadecimalArrays(lines: readonly string[]): ListReading | null {
  const found = numberArrays(lines);
  return found?.shape === 2 ? found : null;
}

/** Returns the arrays of numbers in a program or in JSON, written in decimal, also with `0o` or `0b`. */
export function decimalArrays(lines: readonly string[]): ListReading | null {
  const found = numberArrays(lines);
  return found?.shape === 1 ? found : null;
}

function numberArrays(lines: readonly string[]): ListReading | null {
  const text = lines.map(withoutComments).join("\n").replace(CAST, "").replace(CALL, "");
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let explicit = true;
  for (
    const { 0: whole, 1: content = "", index } of text.matchAll(/[{[<(]([^{}[\]<>()]*)[}\]>)]/g)
  ) {
    // The size of an array, as in `pkt[59]` or `Uint8Array(59)`, is no content.
    const isSize = /^[[(]/.test(whole) && /[\w\]]$/.test(text.slice(0, index)) &&
      !/[\s,]/.test(content.trim());
    const bytes = isSize ? null : numbersIn(content);
    if (bytes === null) continue;
    packets.push(bytes);
    explicit &&= itemsOf(content).every((item) => /^0x/i.test(item));
  }
  return packets.length === 0 ? null : { packets, shape: explicit ? 2 : 1 };
}

/** A line of an assembler: a label, a directive, bytes. */
const DIRECTIVE = /^\s*(?:\w+:?\s+)?(?:\.byte|\.db|db|dc\.b)\s+(.*)$/i;

/** Returns the bytes in the lines of an assembler: `.byte 0x5e`, `db 05eh`. */
export function assemblerLines(lines: readonly string[]): ListReading | null {
  const lists = lines.flatMap((line) => withoutComments(line).match(DIRECTIVE)?.[1] ?? []);
  const bytes = numbersIn(lists.join(",").replace(/\b0?([0-9a-f]{2})h\b/gi, "0x$1"));
  return bytes === null ? null : { packets: [bytes], shape: 2 };
}

/** Returns the bytes of text in which all but letters and digits is written as `%5e` (RFC 3986, 2.1). */
export function percentText(lines: readonly string[]): ListReading | null {
  const text = lines.join("").trim();
  if (!/^(?:%[0-9a-f]{2}|[\w.~+-])+$/i.test(text) || !text.includes("%")) return null;
  const hex = text.replace(
    /%([0-9a-f]{2})|(.)/gi,
    (_, digits: string | undefined, plain: string) => digits ?? plain.charCodeAt(0).toString(16),
  );
  return { packets: [Uint8Array.fromHex(hex)], shape: 2 };
}

/** Returns the bytes in brackets that Go and Node.js print: `[00 5e]`, `<Buffer 00 5e>`. */
export function hexArrays(lines: readonly string[]): ListReading | null {
  const text = lines.join("\n");
  const packets = [...text.matchAll(/[[<](?:Buffer )?((?:[0-9a-f]{2}\s+)+[0-9a-f]{2})\s*[\]>]/gi)]
    .map(([, content]) => Uint8Array.fromHex(content!.replace(/\s/g, "")));
  return packets.length === 0 ? null : { packets, shape: 1 };
}

/** Returns the bytes of a text that is one list of decimal numbers without brackets. */
export function decimalList(lines: readonly string[]): ListReading | null {
  const text = lines.join("\n");
  const items = itemsOf(text);
  if (!items.every((item) => /^(?:0|[1-9][0-9]{0,2})$/.test(item))) return null;
  const bytes = numbersIn(text);
  return bytes === null ? null : { packets: [bytes], shape: 1 };
}

/** Returns the bytes of a text that is one list of octal numbers of three digits. */
export function octalList(lines: readonly string[]): ListReading | null {
  const items = itemsOf(lines.join("\n"));
  if (items.length === 0 || !items.every((item) => /^\\?[0-3][0-7]{2}$/.test(item))) return null;
  const bytes = Uint8Array.from(items, (item) => parseInt(item.replace("\\", ""), 8));
  return { packets: [bytes], shape: 1 };
}

function itemsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((item) => item !== "");
}

/** Returns the bytes of a list of numbers, or `null` if there is anything else in it. */
function numbersIn(text: string): Uint8Array<ArrayBuffer> | null {
  const values = itemsOf(text).map((item) => valueOf(item.replace(SUFFIX, "")));
  return values.length === 0 || values.some((value) => !(value >= -128 && value <= 255))
    ? null
    : Uint8Array.from(values); // a negative byte of Java is taken modulo 256
}

function valueOf(item: string): number {
  if (/^-?(?:0|[1-9][0-9]{0,2})$/.test(item)) return Number(item);
  return /^0(?:x[0-9a-f]{1,2}|o[0-7]{1,3}|b[01]{1,8})$/i.test(item) ? Number(item) : NaN;
}

/** Characters that `\` and a letter stand for in C, Python, Go, Rust, Java and JavaScript. */
const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** Returns the bytes of quoted strings with escapes; strings with nothing between are one packet. */
export function escapedStrings(lines: readonly string[]): ListReading | null {
  const text = lines.join("\n");
  const packets: number[][] = [];
  let end = -1;
  for (const [start, behind] of quotedIn(text)) {
    const content = text.slice(start + 1, behind - 1);
    if (end === -1 && !content.includes("\\")) continue; // a word in quotes before the bytes
    const bytes = unescaped(content);
    if (bytes === null) return null;
    const joins = end !== -1 &&
      /^[\s\\+.]*[bB]?$/.test(text.slice(end, Math.min(start, end + 100)));
    if (joins) packets.at(-1)!.push(...bytes);
    else packets.push(bytes);
    end = behind;
  }
  if (packets.length === 0) return null;
  return { packets: packets.map((bytes) => Uint8Array.from(bytes)), shape: 2 };
}

/** Yields where each quoted string begins, and where it has ended; none goes on in another line. */
function* quotedIn(text: string): Generator<readonly [start: number, behind: number]> {
  for (let at = 0; at < text.length; at++) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") continue;
    const start = at++;
    while (at < text.length && text[at] !== quote && text[at] !== "\n") {
      at += text[at] === "\\" ? 2 : 1;
    }
    if (text[at] === quote) yield [start, at + 1];
  }
}

function unescaped(content: string): number[] | null {
  const bytes: number[] = [];
  const pattern =
    /\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\([0-7]{1,3})|\\([abefnrtv])|\\(["'\\`$\n])|([\x20-\x7e])|([^])/gi;
  for (const [, hex, code, octal, letter, quoted, plain, other] of content.matchAll(pattern)) {
    if (other !== undefined) return null;
    if (hex ?? code) bytes.push(parseInt((hex ?? code)!, 16));
    else if (octal) bytes.push(parseInt(octal, 8) & 0xff);
    else if (letter) bytes.push(ESCAPES[letter]!);
    else if (quoted !== "\n") bytes.push((quoted ?? plain)!.charCodeAt(0));
  }
  return bytes;
}

/** Returns the bytes of base64 (RFC 4648, sections 4 and 5), between `-----BEGIN X-----` or not. */
export function base64Text(lines: readonly string[]): ListReading | null {
  const text = lines.filter((line) => !line.startsWith("-----")).join("").replace(/[\s"']/g, "");
  const bytes = bytesOfBase64(text);
  return bytes === null ? null : { packets: [bytes], shape: 0 };
}

/** Returns the bytes of long quoted base64 in other text: values of JSON. */
export function embeddedBase64(lines: readonly string[]): ListReading | null {
  const packets = [...lines.join("\n").matchAll(/"([A-Za-z0-9+/_-]{20,}={0,2})"/g)]
    .flatMap(([, text]) => bytesOfBase64(text!) ?? []);
  return packets.length === 0 ? null : { packets, shape: 0 };
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length < 16 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  const usual = text.replaceAll("-", "+").replaceAll("_", "/").replace(/={1,2}$/, "");
  const padding = "=".repeat((4 - usual.length % 4) % 4);
  // Without its padding it is that for addresses; with a part of it, it is damaged.
  if (text.endsWith("=") && text.length !== usual.length + padding.length) return null;
  try {
    return Uint8Array.fromBase64(usual + padding);
  } catch {
    return null; // bits that are left over
  }
}

/** Hexadecimal digits in a word, or in pairs: so many that they are no ordinary word or number. */
const RUN = /(?:(?<![0-9a-z_])|(?<=\\x))(?:[0-9a-f]{2}){14,}(?![0-9a-z_])/gi;
const PAIRS = /(?<![0-9a-z_:-])(?:[0-9a-f]{2}[ :-]){13,}[0-9a-f]{2}(?![0-9a-z_])/gi;

/** Returns long runs of hexadecimal digits in other text: arguments of functions, values of JSON. */
export function embeddedRuns(lines: readonly string[]): ListReading | null {
  const all = lines.some((line) => line.includes('"frame_raw"'))
    ? lines.filter((line) => line.includes('"frame_raw"')) // the other values are parts of it
    : lines;
  const runs = all.flatMap((line) => line.match(RUN) ?? line.match(PAIRS) ?? []);
  return runs.length === 0 ? null : {
    packets: runs.map((run) => Uint8Array.fromHex(run.replace(/[ :-]/g, ""))),
    shape: 0,
  };
}

/** Returns the bytes of lines that are nothing but groups of digits; other lines stand between packets. */
export function linesOfGroups(lines: readonly string[]): ListReading | null {
  const packets: string[] = [];
  let isNew = true;
  for (const line of lines) {
    const isGroups = /^\W*(?:[0-9a-f]{2})+(?:[ :-](?:[0-9a-f]{2})+)*\W*$/i.test(line.trim());
    if (isGroups && isNew) packets.push("");
    isNew = !isGroups;
    if (isGroups) packets.push(packets.pop()! + line.replace(/[^0-9a-f]/gi, ""));
  }
  return packets.length === 0
    ? null
    : { packets: packets.map((hex) => Uint8Array.fromHex(hex)), shape: 0 };
}
