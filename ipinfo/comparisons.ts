/**
 * The operations of `ipinfo` that compare each input with a network or a list: in it, containing it,
 * overlapping it.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import { formatQuickIpv4, quickIpv4, unpackQuick } from "../address/ipv4.ts";
import { formatNetwork, type IpNetwork, namedNetwork } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import type { RangeSet } from "../address/range_set.ts";
import { type AddressRange, rangeOf } from "../address/range.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { escapeLine } from "../text/escape.ts";
import { type FileSet, readSet } from "./list_file.ts";
import { isRange } from "./range_text.ts";
import { readAddress, type Reading, readRange } from "./reading.ts";
import { networkRecord } from "./record.ts";
import type { Operation } from "./results.ts";
import { t } from "../text/messages.ts";

/** A relation between an input and the network or list that it is compared with. */
export type Relation = "in" | "contains" | "overlaps";

/** Returns the words of a positive and of a negative answer, behind an input. */
const ANSWERS: Readonly<
  Record<Relation, (other: string) => readonly [yes: string, no: string]>
> = {
  in: (other) => [t` is in ${other}`, t` is not in ${other}`],
  contains: (other) => [t` contains ${other}`, t` does not contain ${other}`],
  overlaps: (other) => [t` overlaps ${other}`, t` does not overlap ${other}`],
};

/**
 * Resolves to the operation that says for each input whether it is in `other`, contains all of it, or
 * overlaps it. `other` is a network, an address, a range, or else the path of a list.
 *
 * @throws {UserError} If the list cannot be read, or is empty.
 */
export async function compare(
  relation: Relation,
  other: string,
  reading: Reading,
  io: Io,
): Promise<Operation> {
  const { set, exit } = await setOf(other, reading, io);
  const holds = testOf(relation, set);
  const [yes, no] = ANSWERS[relation](escapeLine(other));
  let isNegative = false;
  return {
    get exit() {
      return isNegative ? Math.max(exit, EXIT.failed) : exit;
    },
    quick: relation === "in" && !reading.strict ? quick : null,
    take({ text }) {
      const { subject, range, network } = readSubject(text, relation, reading);
      const answer = holds(range);
      return [{
        text: subject + (answer ? yes : no),
        get json() {
          return { network: network && networkRecord(network), other, answer };
        },
        negative: !answer,
      }];
    },
  };

  /** Returns the answer for plain IPv4, whose addresses are numbers here: there can be millions. */
  function quick(text: string): string | null {
    const parsed = quickIpv4(text);
    if (parsed === -1) return null;
    const { first, last, prefix } = unpackQuick(parsed);
    const answer = set.includesIpv4(first, last);
    if (!answer) isNegative = true;
    return formatQuickIpv4(first) + (prefix === null ? "" : `/${prefix}`) + (answer ? yes : no);
  }
}

/** Returns the test of a relation between a range and the addresses of `set`. */
function testOf(relation: Relation, set: RangeSet): (range: AddressRange) => boolean {
  if (relation === "in") return (range) => set.includes(range);
  if (relation === "overlaps") return (range) => !set.inside(range).next().done;
  const bounds = { 4: set.bounds(4), 6: set.bounds(6) };
  const isMixed = bounds[4] !== null && bounds[6] !== null;
  return ({ first, last }) => {
    const inner = bounds[first.version];
    return inner !== null && !isMixed && first.value <= inner.first.value &&
      inner.last.value <= last.value;
  };
}

/** An input: its name in an answer, its addresses, and the network if it is one. */
interface Subject {
  readonly subject: string;
  readonly range: AddressRange;
  readonly network: IpNetwork | null;
}

/** Returns the meaning of an input: a network, a range that is named as given, or a single address. */
function readSubject(text: string, relation: Relation, reading: Reading): Subject {
  if (isRange(text)) {
    return { subject: escapeLine(text), range: readRange(text, reading), network: null };
  }
  const parsed = readAddress(text, reading);
  const network = namedNetwork(parsed);
  const isAddress = parsed.network === null && relation === "in";
  return {
    subject: isAddress ? formatIp(parsed.address) : formatNetwork(network),
    range: rangeOf(network),
    network,
  };
}

/** Resolves to the addresses of a network or range, or else of the list in a file. */
async function setOf(other: string, reading: Reading, io: Io): Promise<FileSet> {
  try {
    return await readSet(null, [other], reading, io);
  } catch (error) {
    if (!(error instanceof ParseError) || looksLikeAddress(other)) throw error;
  }
  const found = await readSet(other, [], reading, io);
  if (found.set.bounds(4) === null && found.set.bounds(6) === null) {
    throw new UserError(t`there is no address in ${other}`);
  }
  return found;
}

/** Whether `text` has only characters of addresses, so that it is no name of a file. */
function looksLikeAddress(text: string): boolean {
  return /^[0-9a-f:.]+(\/[0-9.]*)?$/i.test(text) && /[.:]/.test(text) && /[0-9]/.test(text);
}
