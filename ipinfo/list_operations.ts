/**
 * The operations of `ipinfo` on lists as sets of addresses: joined, counted, compared with a file.
 *
 * @module
 */
import { formatNetwork, type IpNetwork } from "../address/network.ts";
import { RangeSet } from "../address/range_set.ts";
import { type AddressRange, rangeNetworks, rangeOf } from "../address/range.ts";
import { formatIp } from "../address/ip_text.ts";
import { escapeLine } from "../text/escape.ts";
import { count } from "../text/units.ts";
import type { FileSet, FileTable } from "./list_file.ts";
import { type GivenRange, withInputs } from "./merged_inputs.ts";
import { addRange, type Reading, readNetwork, readRange } from "./reading.ts";
import { networkRecord } from "./record.ts";
import type { Options } from "./options.ts";
import type { Operation, Result } from "./results.ts";
import { t } from "../text/messages.ts";

/** The forms of results: JSON or not, ranges or networks. */
export type Forms = Pick<Options, "json" | "asRanges">;

/**
 * Returns the operation that joins all networks and ranges into the fewest networks or ranges. In JSON,
 * each result says which inputs it has addresses of; then all inputs are kept.
 */
export function mergeAll(reading: Reading, { json, asRanges }: Forms): Operation {
  const given: GivenRange[] = [];
  const join = collect(reading, (set) => {
    const results = partResults(set.ranges(), asRanges);
    return json ? withInputs(results, given) : results;
  });
  if (!json) return join;
  return {
    ...join,
    take(input) {
      given.push({ range: readRange(input.text, reading), input });
      return join.take(input);
    },
  };
}

/** Returns the operation that counts the addresses in all networks and ranges, each of them once. */
export function countAll(reading: Reading): Operation {
  return collect(reading, function* (set) {
    for (const version of [4, 6] as const) {
      const { addresses, ranges } = set.count(version);
      if (ranges === 0) continue;
      const amount = count(addresses, "address", "addresses");
      yield {
        text: t`IPv${version}  ${amount} in ${count(ranges, "range")}`,
        json: { version, addresses: `${addresses}`, ranges },
      };
    }
  });
}

/** Returns the operation that gives the parts of each input that are in a set. */
export function intersect({ set, exit }: FileSet, reading: Reading, forms: Forms): Operation {
  return onRanges(reading, exit, forms, (range) => set.inside(range));
}

/** Returns the operation that gives the parts of each input that are not in a set. */
export function subtract({ set, exit }: FileSet, reading: Reading, forms: Forms): Operation {
  return onRanges(reading, exit, forms, (range) => set.outside(range));
}

/** Returns the operation that finds the longest prefix of a table for each address or network. */
export function match({ tables, labels, exit }: FileTable, reading: Reading): Operation {
  return {
    exit,
    take({ text }) {
      const network = readNetwork(text, reading);
      const { version } = network.address;
      const index = tables[version].search(network.address, network.prefix);
      if (index === null) {
        return [{ text: t`${text}  no match`, json: matchRecord(null, null), negative: true }];
      }
      const found = formatNetwork(tables[version].at(index));
      const label = labels[version].get(index) ?? null;
      return [{
        text: `${text}  ${found}${label === null ? "" : `  ${escapeLine(label)}`}`,
        json: matchRecord(found, label),
      }];
    },
  };
}

/** A result that consists of addresses in a row. */
interface PartResult extends Result {
  /** The addresses. */
  readonly range: AddressRange;
}

/** Yields a result for each range, or for each of its networks. */
function* partResults(
  ranges: Iterable<AddressRange>,
  asRanges: boolean,
): Generator<PartResult> {
  for (const range of ranges) {
    if (asRanges) {
      const [first, last] = [formatIp(range.first), formatIp(range.last)];
      const addresses = `${range.last.value - range.first.value + 1n}`;
      yield { range, text: `${first}-${last}`, json: { first, last, addresses } };
      continue;
    }
    for (const network of rangeNetworks(range)) {
      yield {
        range: rangeOf(network),
        text: formatNetwork(network),
        get json() {
          return { network: networkRecord(network) };
        },
      };
    }
  }
}

/** Yields a result for each network. */
export function* networkResults(networks: Iterable<IpNetwork>): Generator<Result> {
  for (const network of networks) {
    yield {
      text: formatNetwork(network),
      get json() {
        return { network: networkRecord(network) };
      },
    };
  }
}

const NONE: readonly Result[] = [];

/** Returns the operation that takes all inputs into a set and answers from it. */
function collect(reading: Reading, answer: (set: RangeSet) => Iterable<Result>): Operation {
  const set = new RangeSet();
  return {
    take({ text }) {
      addRange(set, text, reading);
      return NONE;
    },
    end() {
      set.join();
      return answer(set);
    },
  };
}

/** Returns the operation that gives some of the addresses of each input, as the fewest networks. */
function onRanges(
  reading: Reading,
  exit: number,
  { asRanges }: Forms,
  parts: (range: AddressRange) => Iterable<AddressRange>,
): Operation {
  return {
    exit,
    *take({ text }) {
      yield* partResults(parts(readRange(text, reading)), asRanges);
    },
  };
}

/** Returns the record of a match, `null` for none, and the name behind it. */
function matchRecord(match: string | null, label: string | null): Record<string, string | null> {
  return { match, "match_label": label };
}
