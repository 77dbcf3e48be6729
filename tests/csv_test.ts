import { assertEquals } from "@std/assert";
import { type CsvField, formatCsv } from "../cli/csv.ts";

const FIELDS: readonly (readonly [field: CsvField, text: string])[] = [
  ["plain", "plain"],
  ["", ""],
  [null, ""],
  [0, "0"],
  [false, "false"],
  ["a,b", '"a,b"'],
  ['say "a"', '"say ""a"""'],
  ["中文", "中文"],
  ["a\r\nb\tc", "a\\x0d\\nb\\tc"],
  ["\x1b[2J\u202e", "\\x1b[2J\\u202e"],
  ["=1+1", "=1+1"],
];

for (const [field, text] of FIELDS) {
  Deno.test(`formatCsv() writes ${JSON.stringify(field)} as ${text}`, () => {
    assertEquals(formatCsv([[field, "end"]]), `${text},end\r\n`);
  });
}

Deno.test("formatCsv() writes a line a row, and nothing for no rows", () => {
  assertEquals(formatCsv([["a", "b"], [1, 2]]), "a,b\r\n1,2\r\n");
  assertEquals(formatCsv([]), "");
});
