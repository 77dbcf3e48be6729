/**
 * Times of packets as text.
 *
 * @module
 */

/** Returns nanoseconds since 1970 in UTC, to the nanosecond: `2026-11-22T06:20:43.382075798Z` (RFC 3339). */
export function formatTimestamp(time: bigint): string {
  const billion = 1_000_000_000n;
  const fraction = (time % billion + billion) % billion;
  const milliseconds = Number((time - fraction) / 1_000_000n);
  // Beyond the year 275760 there are no dates; a damaged file may have them.
  if (Math.abs(milliseconds) > 8.64e15) return `${time} ns`;
  const seconds = new Date(milliseconds).toISOString().slice(0, -5);
  return `${seconds}.${String(fraction).padStart(9, "0")}Z`;
}
