/**
 * The inputs that merged networks or ranges have come of.
 *
 * @module
 */
import type { AddressRange } from "../address/range.ts";
import type { Input } from "./list.ts";
import { originOf, type Result } from "./results.ts";

/** A range of addresses, and the input that names it. */
export interface GivenRange {
  /** The addresses. */
  readonly range: AddressRange;
  /** The input. */
  readonly input: Input;
}

/** Yields results, which are in order, with the inputs that have addresses in each. */
export function* withInputs(
  results: Iterable<Result & { readonly range: AddressRange }>,
  given: readonly GivenRange[],
): Generator<Result> {
  const sorted = given.toSorted((a, b) => compare(a.range, b.range));
  let next = 0;
  let open: GivenRange[] = []; // those that may reach into the next result
  for (const result of results) {
    const { first, last } = result.range;
    while (next < sorted.length && !isBehind(sorted[next]!.range, last)) {
      open.push(sorted[next++]!);
    }
    open = open.filter(({ range }) =>
      range.last.version === first.version && range.last.value >= first.value
    );
    const inputs = open.map(({ input }) => originOf(input));
    yield { text: result.text, json: { ...result.json, inputs } };
  }
}

function compare({ first: one }: AddressRange, { first: other }: AddressRange): number {
  return one.version - other.version ||
    (one.value < other.value ? -1 : one.value > other.value ? 1 : 0);
}

/** Whether `range` begins behind the address `last`, in the order of the sets: IPv4 first. */
function isBehind({ first }: AddressRange, last: AddressRange["last"]): boolean {
  return first.version > last.version ||
    (first.version === last.version && first.value > last.value);
}
