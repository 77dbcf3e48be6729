/**
 * Numbers with their units, and with the nouns that they count.
 *
 * @module
 */
import { counted } from "./messages.ts";

/**
 * Returns a number and its noun in the user's language, in the plural unless it is one: `1 connection`,
 * `2 connections`. The nouns are messages for the catalogues.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { count } from "./units.ts";
 *
 * assertEquals(count(1, "connection"), "1 connection");
 * assertEquals(count(2, "process", "processes"), "2 processes");
 * ```
 */
export function count(n: number | bigint, noun: string, plural = `${noun}s`): string {
  return counted(n, noun, plural);
}

/** Returns the local time of day of `milliseconds` since 1970, `12:00:04.410`. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Returns a duration with its unit: `87 ms`, `4.59 s`, `2 min 5 s`, `3 h 0 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** Returns an amount of bytes with its unit: `5 B`, `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = bytes;
  while (unit < units.length - 1 && (unit === 0 ? value >= 1024 : value >= 1023.95)) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}
