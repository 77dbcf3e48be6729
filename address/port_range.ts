/**
 * Ranges of ports as text: `20-25`.
 *
 * @module
 */
import { ParseError, within } from "./parse_error.ts";
import { parsePort } from "./port.ts";
import type { PortRange } from "./port_class.ts";
import { msg, t } from "../text/messages.ts";

/** Whether `text` is a range of ports, also if it is not written as it has to be. */
export function isRange(text: string): boolean {
  const plain = text.normalize("NFKC");
  return /^\d+ *[-–—~:.]+ *\d+$/.test(plain) && !/^\d+\.\d+$/.test(plain);
}

const RANGE = msg("a range of ports");

/**
 * Returns the range that `text`, a part of the operand `whole`, means: `A-B`.
 *
 * @throws {ParseError} For anything else, the port 0, and a range that ends before it begins.
 */
export function parseRange(text: string, whole: string): PortRange {
  const [, first = "", dash = "", last = ""] = text.match(/^([^-]*)(-)(.*)$/s) ?? [];
  if (dash === "") {
    throw new ParseError(RANGE, whole, t`a range is written with a hyphen`, {
      hint: t`write ${whole.replace(text, text.normalize("NFKC").replace(/\D+/, "-"))}`,
    });
  }
  const offset = whole.indexOf(text);
  const range: PortRange = [
    within(RANGE, whole, offset, () => parseRealPort(first)),
    within(RANGE, whole, offset + first.length + 1, () => parseRealPort(last)),
  ];
  if (range[0] > range[1]) {
    throw new ParseError(RANGE, whole, t`it ends before it begins`, {
      hint: t`write ${whole.replace(text, `${range[1]}-${range[0]}`)}`,
    });
  }
  return range;
}

/**
 * Returns a port to which something can connect: any but 0.
 *
 * @throws {ParseError} For anything else.
 */
export function parseRealPort(text: string): number {
  const port = parsePort(text);
  if (port > 0) return port;
  const reason = t`0 asks the system to choose a free port; nothing can connect to 0`;
  throw new ParseError(t`a port`, text, reason, {
    hint: t`a free one is printed by: netkit port --free`,
  });
}
