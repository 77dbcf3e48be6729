/**
 * Numbers of the page with their units.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />

/** Returns an amount of bytes with its unit: `5 B`, `1.2 MiB`. @param {number} bytes */
export function formatBytes(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${Math.round(bytes)} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** Returns a number as it is written in the language of the page. @param {number} count */
export function formatCount(count) {
  return count.toLocaleString(document.documentElement.lang);
}

/** Returns a duration in its largest unit: `5 s`, `12 min`. @param {number} milliseconds */
export function formatAge(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}
