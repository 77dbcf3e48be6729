/**
 * The options of `ipinfo` that work with networks.
 *
 * @module
 */
import { BITS } from "../address/ip.ts";
import { ParseError } from "../address/parse_error.ts";
import { splitBits } from "../address/subnets.ts";
import { anyText, flag, type JsonField, option, type Options, repeated } from "../cli/command.ts";

/** A length of a prefix, `/26`, or a number of parts, `4`. */
export type Size = { readonly prefix: number } | { readonly parts: bigint };

/** The options. */
export const SUBNET_OPTIONS = {
  split: option({
    value: "N|/P",
    summary: "divide each network into N parts, or into networks with prefix P",
    parse: parseSize,
  }, null),
  hosts: option({
    value: "N,N,...",
    summary: "divide the network for so many hosts each, the largest first",
    parse: parseHosts,
  }, null),
  range: flag("the fewest networks for ranges FIRST-LAST, given in place of ADDRESS"),
  merge: flag("the fewest networks for all the given ones"),
  exclude: repeated({
    value: "NETWORK",
    summary: "what is left of each network without this one (may be repeated)",
    parse: anyText,
  }),
  contains: option({
    value: "NETWORK",
    summary: "whether each network contains this address or network (exit 1 if not)",
    parse: anyText,
  }, null),
  overlaps: option({
    value: "NETWORK",
    summary: "whether each network overlaps this one (exit 1 if not)",
    parse: anyText,
  }, null),
  next: option({
    value: "/P",
    summary: "the first network with prefix P in the first one that is free of the others",
    parse: parseNext,
  }, null),
  list: flag("all addresses of each network"),
  map: flag("draw how the first network is divided by the others"),
} satisfies Options;

/** The fields of the results in JSON. */
export const SUBNET_FIELDS: readonly JsonField[] = [
  { name: "free", type: "boolean", says: "with --map: whether none of the given ones is there" },
  { name: "hosts", type: "string", says: "with --hosts: how many were asked for" },
  { name: "other", type: "string", says: "with --contains or --overlaps: what it was compared to" },
  { name: "answer", type: "boolean", says: "with --contains or --overlaps: whether it is so" },
];

/** The values of `SUBNET_OPTIONS`. */
export interface SubnetValues {
  /** Into what each network is divided. */
  readonly split: Size | null;
  /** For how many hosts. */
  readonly hosts: readonly bigint[] | null;
  /** Whether operands are ranges. */
  readonly range: boolean;
  /** Whether all are joined. */
  readonly merge: boolean;
  /** What is left out. */
  readonly exclude: readonly string[];
  /** What may be contained. */
  readonly contains: string | null;
  /** What may overlap. */
  readonly overlaps: string | null;
  /** The prefix of what is looked for. */
  readonly next: number | null;
  /** Whether all addresses are listed. */
  readonly list: boolean;
  /** Whether a network is drawn. */
  readonly map: boolean;
}

function parseSize(text: string): Size {
  if (text.startsWith("/")) return { prefix: parseNext(text) };
  if (!/^[1-9][0-9]{0,38}$/.test(text)) {
    throw new ParseError("a number of parts or a prefix length", text, "it is neither", {
      hint: "write it like 4 or /26",
    });
  }
  const parts = BigInt(text);
  if (splitBits(parts) === null) {
    const above = 2n ** BigInt(parts.toString(2).length);
    throw new ParseError("a number of parts", text, "networks divide into powers of two", {
      hint: `write ${above / 2n} or ${above}`,
    });
  }
  return { parts };
}

function parseHosts(text: string): bigint[] {
  return text.split(",").map((count) => {
    if (/^[1-9][0-9]{0,38}$/.test(count)) return BigInt(count);
    throw new ParseError("a list of numbers of hosts", text, `"${count}" is not a number above 0`, {
      hint: "write it like 60,20,10",
    });
  });
}

function parseNext(text: string): number {
  const [, digits] = text.match(/^\/?(0|[1-9][0-9]{0,2})$/) ?? [];
  if (digits !== undefined && Number(digits) <= BITS[6]) return Number(digits);
  throw new ParseError("a prefix length", text, "a prefix length is /0 to /128");
}
