/**
 * The flows of two captures: the segments between the same two endpoints, also where an address translation
 * stands between both captures.
 *
 * @module
 */
import { flowKey } from "./flow.ts";
import { FLAG, type Segment } from "./segment.ts";

/** The segments between the same two endpoints in both captures, by the names of the first. */
export interface Flow {
  /** The endpoints. */
  readonly ends: readonly [string, string];
  /** The segments that each capture has. */
  readonly captures: readonly [readonly Segment[], readonly Segment[]];
  /** The names in the second capture, in the order of `ends`; `null` if they are the same. */
  readonly others: readonly [string, string] | null;
}

function keyOf({ source, destination }: Segment): string {
  return flowKey(source, destination);
}

function endsOf(key: string): [string, string] {
  const [one, other] = key.split(" ");
  return [one!, other!];
}

/** Returns the flows of both captures, in an order of their own. */
export function flowsOf(first: readonly Segment[], second: readonly Segment[]): Flow[] {
  const [here, there] = [Map.groupBy(first, keyOf), Map.groupBy(second, keyOf)];
  const renamed = translationsIn(here, there);
  const keys = new Set([...here.keys(), ...there.keys()]);
  for (const other of renamed.values()) keys.delete(flowKey(...other));
  return [...keys].sort().map((key) => {
    const ends = endsOf(key);
    const others = renamed.get(key) ?? null;
    const theirs = others === null
      ? there.get(key) ?? []
      : (there.get(flowKey(...others)) ?? []).map((segment) => renamedOf(segment, others, ends));
    return { ends, captures: [here.get(key) ?? [], theirs], others };
  });
}

/** Returns `segment` with the endpoints `to` in place of `from`. */
export function renamedOf(
  segment: Segment,
  from: readonly [string, string],
  to: readonly [string, string],
): Segment {
  const [source, destination] = segment.source === from[0] ? to : [to[1], to[0]];
  return { ...segment, source, destination };
}

/**
 * Returns, by the key of a flow that only the first capture has, the names of both of its ends in the
 * second: those of a flow with the same SYN, whose numbers nobody else has.
 */
function translationsIn(
  here: ReadonlyMap<string, readonly Segment[]>,
  there: ReadonlyMap<string, readonly Segment[]>,
): Map<string, [string, string]> {
  const synOf = (segments: readonly Segment[]) =>
    segments.find(({ flags }) => (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn);
  const nameOf = ({ seq, options: { timestamp } }: Segment) => `${seq} ${timestamp?.value}`;
  const alone = (one: typeof here, other: typeof here) =>
    [...one].filter(([key]) => !other.has(key)).flatMap(([, segments]) => synOf(segments) ?? []);
  const syns = new Map(alone(there, here).map((syn) => [nameOf(syn), syn]));
  const renamed = new Map<string, [string, string]>();
  for (const syn of alone(here, there)) {
    const twin = syns.get(nameOf(syn));
    if (twin === undefined) continue;
    const isForth = endsOf(keyOf(syn))[0] === syn.source;
    renamed.set(
      keyOf(syn),
      isForth ? [twin.source, twin.destination] : [twin.destination, twin.source],
    );
    syns.delete(nameOf(syn));
  }
  return renamed;
}
