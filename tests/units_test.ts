import { assertEquals } from "@std/assert";
import { count, formatBytes, formatDuration } from "../text/units.ts";

const BYTES: readonly (readonly [bytes: number, text: string])[] = [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1024 * 1023.9, "1023.9 KiB"],
  [1024 * 1023.95, "1.0 MiB"],
  [1024 ** 3, "1.0 GiB"],
  [1024 ** 5, "1024.0 TiB"],
];

for (const [bytes, text] of BYTES) {
  Deno.test(`formatBytes() writes ${bytes} as ${text}`, () => {
    assertEquals(formatBytes(bytes), text);
  });
}

const TIMES: readonly (readonly [milliseconds: number, text: string])[] = [
  [0.004, "0.00 ms"],
  [0.5, "0.50 ms"],
  [1, "1 ms"],
  [999.4, "999 ms"],
  [999.5, "1.00 s"],
  [59_994, "59.99 s"],
  [59_996, "1 min 0 s"],
  [3_599_400, "59 min 59 s"],
  [3_599_600, "1 h 0 min"],
  [86_400_000, "24 h 0 min"],
];

for (const [milliseconds, text] of TIMES) {
  Deno.test(`formatDuration() writes ${milliseconds} ms as ${text}`, () => {
    assertEquals(formatDuration(milliseconds), text);
  });
}

Deno.test("count() writes a noun in the singular only where there is one", () => {
  assertEquals(
    [0, 1, 2, 1n, 20n].map((n) => count(n, "connection")),
    ["0 connections", "1 connection", "2 connections", "1 connection", "20 connections"],
  );
  assertEquals(count(1, "process", "processes"), "1 process");
  assertEquals(count(3, "process", "processes"), "3 processes");
});
