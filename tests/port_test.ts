import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../address/parse_error.ts";
import { MAX_PORT, parsePort } from "../address/port.ts";
import { codePoint } from "./code_points.ts";

for (const port of [0, 1, 80, 8000, 65535]) {
  Deno.test(`parsePort() reads ${port}`, () => assertEquals(parsePort(`${port}`), port));
}

interface Refused {
  readonly text: string;
  readonly reason: string;
  readonly at: readonly [number, number];
  readonly hint: string | null;
}

const decimal = "a port is a decimal number";

const REFUSED: readonly Refused[] = [
  { text: "", reason: "it is empty", at: [0, 0], hint: null },
  { text: "65536", reason: "ports are 16 bits, 0-65535", at: [0, 5], hint: null },
  { text: "9".repeat(400), reason: "ports are 16 bits, 0-65535", at: [0, 400], hint: null },
  { text: "80x", reason: decimal, at: [2, 3], hint: null },
  { text: "-1", reason: decimal, at: [0, 1], hint: null },
  { text: "+1", reason: decimal, at: [0, 1], hint: null },
  { text: "80.5", reason: decimal, at: [2, 3], hint: null },
  { text: "8e3", reason: decimal, at: [1, 2], hint: null },
  { text: "0x50", reason: decimal, at: [1, 2], hint: null },
  { text: " 80", reason: decimal, at: [0, 1], hint: null },
  { text: "80 ", reason: decimal, at: [2, 3], hint: null },
  { text: "80\n", reason: decimal, at: [2, 3], hint: null },
  { text: "８０００", reason: decimal, at: [0, 1], hint: "write it in ASCII digits: 8000" },
  { text: "80００", reason: decimal, at: [2, 3], hint: "write it in ASCII digits: 8000" },
  { text: "٨٠", reason: decimal, at: [0, 1], hint: null },
  { text: "080", reason: "a leading zero is ambiguous", at: [0, 1], hint: "write 80" },
  { text: "000", reason: "a leading zero is ambiguous", at: [0, 1], hint: "write 0" },
];

for (const { text, reason, at, hint } of REFUSED) {
  const name = text.length > 20 ? `${text.length} digits` : JSON.stringify(text);
  Deno.test(`parsePort() refuses ${name}: ${reason}`, () => {
    const error = assertThrows(() => parsePort(text), ParseError);
    assertEquals(
      { input: error.input, reason: error.reason, at: error.at, hint: error.hint },
      { input: text, reason, at, hint },
    );
  });
}

Deno.test("parsePort() reads what it is given in decimal, for every port", () => {
  for (let port = 0; port <= MAX_PORT; port++) assertEquals(parsePort(`${port}`), port);
});

Deno.test("parsePort() returns a port that is written as its input, or throws a ParseError", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    try {
      return String(parsePort(text)) === text;
    } catch (error) {
      return error instanceof ParseError;
    }
  }));
});
