/**
 * Times of packets as text.
 *
 * @module
 */

/** The first millisecond of the year 0, and the last one of the year 9999: RFC 3339 has no other dates. */
const FIRST = -62_167_219_200_000;
const LAST = 253_402_300_799_999;

/**
 * Returns nanoseconds since 1970 in UTC, to the nanosecond: `2026-11-22T06:20:43.382075798Z` (RFC 3339);
 * `null` for years of more than four digits, which a damaged file may have.
 */
export function formatTimestamp(time: bigint): string | null {
  const billion = 1_000_000_000n;
  const fraction = (time % billion + billion) % billion;
  const milliseconds = Number((time - fraction) / 1_000_000n);
  if (milliseconds < FIRST || milliseconds > LAST) return null;
  const seconds = new Date(milliseconds).toISOString().slice(0, -5);
  return `${seconds}.${String(fraction).padStart(9, "0")}Z`;
}
