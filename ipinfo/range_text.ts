/**
 * Ranges of addresses as text: `10.0.0.5-10.0.0.30`.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import { ParseError, within } from "../address/parse_error.ts";
import { type AddressRange, addressRange } from "../address/range.ts";
import { msg, t } from "../text/messages.ts";

const WHAT = msg("a range");

/**
 * Returns the range that `text`, FIRST-LAST, means; blanks may stand around the dash.
 *
 * @throws {ParseError} For anything else, also for a range backwards, across versions or across zones.
 */
export function parseRange(text: string, integers: IpVersion = 4): AddressRange {
  const dash = text.indexOf("-");
  if (dash === -1) {
    throw new ParseError(WHAT, text, t`a range is two addresses with - between`, {
      hint: t`write it like 10.0.0.1-10.0.0.9`,
    });
  }
  const left = text.slice(0, dash).trimEnd();
  const right = text.slice(dash + 1).trimStart();
  const start = text.length - right.length;
  checkNotShort(text, left, right, start);
  const first = within(WHAT, text, 0, () => parseIp(left, integers));
  const last = within(WHAT, text, start, () => parseIp(right, integers));
  const range = addressRange(first, last);
  if (range === null) {
    const mixed = first.version !== last.version;
    const reason = mixed ? t`it mixes IPv4 and IPv6` : t`the first address is above the last`;
    throw new ParseError(WHAT, text, reason);
  }
  if (first.zone !== null && last.zone !== null && first.zone !== last.zone) {
    throw new ParseError(WHAT, text, t`its ends are in two zones`);
  }
  return range;
}

/** Whether `text` is a range, and not a network or an address. */
export function isRange(text: string): boolean {
  if (!text.includes("-")) return false; // nearly all texts, at once
  try {
    return parseRange(text).first !== null;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/** Refuses `10.0.0.5-30`, whose end is the last octet to some programs and an integer to others. */
function checkNotShort(text: string, left: string, right: string, start: number): void {
  if (!left.includes(".") || !/^(\.?[0-9]{1,3}){1,3}$/.test(right) || !isAddress(left)) return;
  const octets = right.replace(/^\./, "").split(".");
  const whole = [...left.split(".").slice(0, 4 - octets.length), ...octets].join(".");
  const reason = t`the last address is not whole`;
  throw new ParseError(WHAT, text, reason, {
    at: [start, text.length],
    ...(isRange(`${left}-${whole}`) ? { hint: t`write ${left}-${whole}` } : {}),
  });
}

function isAddress(text: string): boolean {
  try {
    return formatIp(parseIp(text)) === text;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}
