/**
 * MAC addresses (EUI-48, IEEE 802) in any spelling, written in one.
 *
 * @module
 */
import { ParseError } from "./parse_error.ts";
import { t } from "../text/messages.ts";

/** The number of octets in a MAC address. */
export const MAC_LENGTH = 6;

/** Each octet in two digits. */
const OCTETS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** The number of hexadecimal digits in a group, by the number of groups. */
const DIGITS_BY_GROUPS: Readonly<Record<number, number>> = { 1: 12, 2: 6, 3: 4, 6: 2 };

/**
 * Returns the six octets of a MAC address in the order in which they are written.
 *
 * A group has two digits (`00:00:5E:00:53:01`, `00-00-5e-00-53-01`), one where the leading zero was
 * left out (`0:0:5e:0:53:1`, as macOS and Solaris print), four (`0000.5e00.5301`, `0000-5e00-5301`),
 * six (`00005e-005301`) and twelve digits without a separator.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatMac, parseMac } from "./mac.ts";
 *
 * assertEquals(formatMac(parseMac("0000.5e00.5301")), "00:00:5e:00:53:01");
 * ```
 *
 * @throws {ParseError} For anything else, the longer addresses of InfiniBand and EUI-64 among it.
 */
export function parseMac(text: string): Uint8Array<ArrayBuffer> {
  if (text === "") throw refused(text, t`it is empty`);
  const stray = text.search(/[^0-9a-f:.-]/i);
  if (stray !== -1) throw refused(text, t`its digits are hexadecimal`, [stray, stray + 1]);
  const separator = text.match(/[:.-]/)?.[0] ?? "";
  const groups = separator === "" ? [text] : text.split(separator);
  const mixed = groups.findIndex((group) => /[:.-]/.test(group));
  if (mixed !== -1) throw refused(text, t`its separators differ`, span(groups, mixed));

  const digits = DIGITS_BY_GROUPS[groups.length];
  if (digits === undefined || (separator === "." && digits !== 4)) {
    throw refused(text, t`a MAC address has six octets`);
  }
  const odd = groups.findIndex((group) =>
    group.length !== digits && !(digits === 2 && group.length === 1)
  );
  if (odd !== -1) {
    throw refused(text, t`"${groups[odd]}" is not ${digits} digits`, span(groups, odd));
  }
  return Uint8Array.fromHex(groups.map((group) => group.padStart(digits, "0")).join(""));
}

/**
 * Returns the octets in lower case, two digits each, with colons: `00:00:5e:00:53:01`.
 *
 * Any number of octets is written, so that longer hardware addresses (InfiniBand has 20) look the same.
 */
export function formatMac(octets: Uint8Array): string {
  if (octets.length > LONGEST_ADDRESS) return formatMany(octets);
  let text = "";
  for (let i = 0; i < octets.length; i++) {
    text += i === 0 ? OCTETS[octets[i]!] : `:${OCTETS[octets[i]!]}`;
  }
  return text;
}

/** The octets of the longest hardware address (InfiniBand, RFC 4391). */
const LONGEST_ADDRESS = 20;

const LATIN = new TextDecoder("latin1");

/** Does the same for data: a string for each octet would take longer. */
function formatMany(octets: Uint8Array): string {
  const text = new Uint8Array(3 * octets.length - 1).fill(COLON);
  for (let i = 0; i < octets.length; i++) {
    const pair = OCTETS[octets[i]!]!;
    text[3 * i] = pair.charCodeAt(0);
    text[3 * i + 1] = pair.charCodeAt(1);
  }
  return LATIN.decode(text);
}

const COLON = 0x3a;

function refused(text: string, reason: string, at?: readonly [number, number]): ParseError {
  return new ParseError(t`a MAC address`, text, reason, {
    ...(at ? { at } : {}),
    hint: t`write it like 00:00:5e:00:53:01`,
  });
}

/** Returns where a group stands in the text that was split into `groups` at single characters. */
function span(groups: readonly string[], index: number): readonly [start: number, end: number] {
  const start = groups.slice(0, index).reduce((sum, group) => sum + group.length + 1, 0);
  return [start, start + groups[index]!.length];
}
