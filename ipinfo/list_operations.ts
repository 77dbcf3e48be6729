/**
 * The operations of `ipinfo` on lists as sets of addresses: joined, counted, compared with a file.
 *
 * @module
 */
import { formatNetwork, type IpNetwork } from "../address/network.ts";
import { RangeSet } from "../address/range_set.ts";
import { type AddressRange, rangeNetworks } from "../address/range.ts";
import { count } from "../text/units.ts";
import type { FileSet, FileTable } from "./list_file.ts";
import { type GivenRange, withInputs } from "./merged_inputs.ts";
import { addRange, type Reading, readNetwork, readRange } from "./reading.ts";
import { networkRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";

/**
 * Returns the operation that joins all networks and ranges into the fewest networks. If `named`, each
 * result says which inputs it has addresses of; then all inputs are kept.
 */
export function mergeAll(reading: Reading, named: boolean): Operation {
  const given: GivenRange[] = [];
  const join = collect(reading, (set) => {
    const networks = networksOf(set);
    return named ? withInputs(networks, given) : networkResults(networks);
  });
  if (!named) return join;
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
        text: `IPv${version}  ${amount} in ${count(ranges, "range")}`,
        json: { version, addresses: `${addresses}`, ranges },
      };
    }
  });
}

/** Returns the operation that gives the parts of each input that are in a set. */
export function intersect({ set, exit }: FileSet, reading: Reading): Operation {
  return onRanges(reading, exit, (range) => set.inside(range));
}

/** Returns the operation that gives the parts of each input that are not in a set. */
export function subtract({ set, exit }: FileSet, reading: Reading): Operation {
  return onRanges(reading, exit, (range) => set.outside(range));
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
        return [{ text: `${text}  no match`, json: matchRecord(null, null), negative: true }];
      }
      const found = formatNetwork(tables[version].at(index));
      const label = labels[version].get(index) ?? null;
      return [{
        text: `${text}  ${found}${label === null ? "" : `  ${label}`}`,
        json: matchRecord(found, label),
      }];
    },
  };
}

function* networksOf(set: RangeSet): Generator<IpNetwork> {
  for (const range of set.ranges()) yield* rangeNetworks(range);
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
  parts: (range: AddressRange) => Iterable<AddressRange>,
): Operation {
  return {
    exit,
    *take({ text }) {
      for (const part of parts(readRange(text, reading))) {
        yield* networkResults(rangeNetworks(part));
      }
    },
  };
}

/** Returns the record of a match, `null` for none, and the name behind it. */
function matchRecord(match: string | null, label: string | null): Record<string, string | null> {
  return { match, "match_label": label };
}
