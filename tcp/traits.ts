/**
 * Traits: what segments have in their headers that tells hosts apart. They are evidence, and prove nothing.
 *
 * @module
 */
import type { Segment } from "./segment.ts";

/** A trait: TTL or hop limit, identification of IPv4, or window. */
export type Trait = "ttl" | "id" | "window";

/** The traits of a segment; `null` for what it does not have. */
export type Traits = Readonly<Record<Trait, number | null>>;

/** A range of numbers, both ends included. */
export type Range = readonly [least: number, greatest: number];

/** The traits of several segments; `null` for what none of them has. */
export type TraitRanges = Readonly<Record<Trait, Range | null>>;

/** The traits of no segment. */
export const NO_TRAITS: TraitRanges = { ttl: null, id: null, window: null };

/** Returns the traits of `segment`; what it does not tell is that of `before`. */
export function traitsOf({ ttl, id, window }: Segment, before: Traits | null = null): Traits {
  return { ttl: ttl ?? before?.ttl ?? null, id: id ?? before?.id ?? null, window };
}

/** Returns the ranges that hold `ranges` and the traits of one more segment. */
export function widen(ranges: TraitRanges, traits: Traits): TraitRanges {
  const widened = (range: Range | null, value: number | null): Range | null => {
    if (value === null) return range;
    return range === null ? [value, value] : [Math.min(range[0], value), Math.max(range[1], value)];
  };
  return {
    ttl: widened(ranges.ttl, traits.ttl),
    id: widened(ranges.id, traits.id),
    window: widened(ranges.window, traits.window),
  };
}

/** Whether `value` is known, and outside of the range. */
export function isOutside(range: Range | null, value: number | null): boolean {
  return range !== null && value !== null && (value < range[0] || value > range[1]);
}
