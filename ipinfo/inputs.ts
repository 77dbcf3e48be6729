/**
 * The inputs of `ipinfo`: operands, and lines of lists.
 *
 * @module
 */
import { BITS } from "../address/ip.ts";
import { addressOf } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import type { Input, LineRule } from "./list.ts";
import { isMaskOperand } from "./masks.ts";
import { t } from "../text/messages.ts";

/** The treatment of a mask behind an address: one text, two addresses, or an error. */
export type MaskRule = "join" | "keep" | "refuse";

/**
 * Returns `operands` as texts of one address each: a mask that follows an address is joined to it by a
 * slash, four octets in binary by dots.
 *
 * @throws {UserError} For a mask behind an address, if the rule is to refuse that.
 */
export function joinOperands(operands: readonly string[], rule: MaskRule): string[] {
  const joined: string[] = [];
  for (const operand of operands) {
    const before = joined.at(-1);
    if (rule === "join" && before !== undefined) checkPrefixOperand(operand, before);
    if (before === undefined || rule === "keep" || !isMaskOperand(operand, before)) {
      joined.push(operand);
      continue;
    }
    if (rule === "refuse") {
      throw new UserError(t`${operand} behind ${before} may be its mask, or another address`, {
        hint: t`write ${before}/${operand.replace("/", "")}, or give ${operand} first`,
      });
    }
    joined[joined.length - 1] = `${before}/${operand.replace("/", "")}`;
  }
  return joinOctets(joined);
}

/**
 * Refuses an operand that can only be meant as a prefix of the one before it, but is none of it: another
 * reading would show 0.0.0.26 for `10.0.0.0/24 26`.
 */
function checkPrefixOperand(operand: string, before: string): void {
  const [, digits] = operand.match(/^\/?([0-9]{1,3})$/) ?? [];
  if (digits === undefined || Number(digits) > BITS[6] || !/[.:]/.test(before)) return;
  const [address, prefix] = before.split("/");
  const version = addressOf(address!)?.version;
  if (version === undefined) return;
  if (prefix !== undefined) {
    throw new UserError(t`${operand} stands behind ${before}, which has its prefix`, {
      hint: Number(digits) > Number(prefix)
        ? t`netkit ipinfo --split /${digits} ${before} divides it`
        : t`write ${address}/${digits} if that is meant`,
    });
  }
  if (Number(digits) > BITS[version]) {
    throw new UserError(t`${operand} is no prefix of ${before}: it is 0 to ${BITS[version]}`, {
      hint: t`give ${operand} first if it is an address`,
    });
  }
}

/** Returns `operands` with each four of eight binary digits as one. */
function joinOctets(operands: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < operands.length; i++) {
    const four = operands.slice(i, i + 4);
    const octets = four.length === 4 && four.every((each) => /^[01]{8}$/.test(each));
    joined.push(octets ? four.join(".") : operands[i]!);
    if (octets) i += 3;
  }
  return joined;
}

/** Yields the operands, and for `-` the entries of standard input, in groups. */
export async function* readInputs(
  operands: readonly string[],
  io: Io,
  rule: LineRule = "entry",
): AsyncGenerator<readonly Input[]> {
  for (const text of operands) {
    if (text === "-" || rule === "raw") {
      yield* (await import("./list.ts")).readList(text === "-" ? null : text, rule, io);
    } else if (rule === "entry") yield [await inputOf(text)];
    else yield [{ text, label: "", fault: null, line: null }];
  }
}

/** Matches words behind an address that are a part of one, or of its prefix, and no name. */
const NO_NAME = /^[\d.:%/-]|:|\/\d/;

/**
 * Resolves to the input that an operand is; one with blanks in it is read like a line of a list, but what may
 * be the rest of an address is no name for it, and a number alone has none.
 */
async function inputOf(operand: string): Promise<Input> {
  const isLine = /^\S+\s+\S.*\S$/.test(operand);
  const entry = isLine ? (await import("./list_line.ts")).parseListLine(operand) : null;
  const label = entry?.label ?? "";
  const isRest = NO_NAME.test(label) || label !== "" && /^\d+$/.test(entry!.text);
  const fault = isRest && operand.endsWith(label)
    ? new ParseError(t`one address`, operand, t`"${label}" stands behind it`, {
      at: [operand.length - label.length, operand.length],
    })
    : null;
  return { text: operand, label: "", ...entry, fault: entry?.fault ?? fault, line: null };
}
