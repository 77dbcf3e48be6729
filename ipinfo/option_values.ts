/**
 * The values that options of `ipinfo` take: sizes of networks, numbers of hosts, names of forms.
 *
 * @module
 */
import { BITS } from "../address/ip.ts";
import { ParseError } from "../address/parse_error.ts";
import { splitBits } from "../address/network.ts";
import { t } from "../text/messages.ts";

/** The length of a prefix, `/26`, or a number of parts, `4`. */
export type Size = { readonly prefix: number } | { readonly parts: bigint };

/**
 * Returns the size that `text` means: a prefix, `/26`, or a number of parts that is a power of two.
 *
 * @throws {ParseError} For anything else.
 */
export function parseSize(text: string): Size {
  if (text.startsWith("/")) return { prefix: parsePrefixLength(text) };
  if (!/^[1-9][0-9]{0,38}$/.test(text)) {
    throw new ParseError(t`a number of parts or a prefix length`, text, t`it is neither`, {
      hint: t`write it like 4 or /26`,
    });
  }
  const parts = BigInt(text);
  if (splitBits(parts) === null) {
    const above = 2n ** BigInt(parts.toString(2).length);
    throw new ParseError(t`a number of parts`, text, t`networks divide into powers of two`, {
      hint: t`write ${above / 2n} or ${above}`,
    });
  }
  return { parts };
}

/** A number of hosts that a network is asked for, and the name of the network. */
export interface HostRequest {
  /** The name, `null` if it has none. */
  readonly name: string | null;
  /** The number of hosts, at least 1. */
  readonly hosts: bigint;
}

/**
 * Returns the requests in `text`: numbers of hosts with commas between them, each with a name before it
 * or without (`sales:60,hr:20,10`).
 *
 * @throws {ParseError} If one is not a number above 0.
 */
export function parseHosts(text: string): HostRequest[] {
  return text.split(/[,，]/).map((part) => {
    const [, name, count = ""] = part.trim().match(/^(?:(.*)[:：=])?(.*)$/s)!;
    if (/^[1-9][0-9]{0,38}$/.test(count)) {
      return { name: name === undefined || name === "" ? null : name, hosts: BigInt(count) };
    }
    throw new ParseError(
      t`a list of numbers of hosts`,
      text,
      t`"${count}" is not a number above
      0`,
      {
        hint: t`write it like 60,20,10 or sales:60,hr:20`,
      },
    );
  });
}

/**
 * Returns the prefix length that `text`, with a slash or without, means: 0 to 128.
 *
 * @throws {ParseError} For anything else.
 */
export function parsePrefixLength(text: string): number {
  const [, digits] = text.match(/^\/?(0|[1-9][0-9]{0,2})$/) ?? [];
  if (digits !== undefined && Number(digits) <= BITS[6]) return Number(digits);
  throw new ParseError(t`a prefix length`, text, t`a prefix length is /0 to /128`);
}

/**
 * Returns the number of a part or an address that `text` means: from 1, or from -1 backwards.
 *
 * @throws {ParseError} For anything else.
 */
export function parseNumber(text: string): bigint {
  if (/^-?[1-9][0-9]{0,38}$/.test(text)) return BigInt(text);
  throw new ParseError(t`a number of a part`, text, t`it counts from 1, or from -1 backwards`);
}

/** The names of the forms of an address. */
export const FORM_NAMES = [
  "address",
  "network",
  "integer",
  "hex",
  "binary",
  "exploded",
  "reverse",
] as const;

/** The name of a form of an address. */
export type FormName = typeof FORM_NAMES[number];

/**
 * Returns the form that has the name `text`.
 *
 * @throws {ParseError} If none has it.
 */
export function parseForm(text: string): FormName {
  const found = FORM_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new ParseError(t`a form`, text, t`choose ${FORM_NAMES.join(", ")}`, { names: FORM_NAMES });
}
