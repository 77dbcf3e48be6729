import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { formatSource, parseSource } from "../address/source_address.ts";

const SOURCES: [text: string, hostname: string, port: number, formatted?: string][] = [
  ["127.0.0.2", "127.0.0.2", 0],
  ["127.0.0.2:5000", "127.0.0.2", 5000],
  ["::1", "::1", 0],
  ["0:0::1", "::1", 0, "::1"],
  ["[::1]", "::1", 0, "::1"],
  ["[::1]:5000", "::1", 5000],
  ["[2001:DB8::1]:65535", "2001:db8::1", 65535, "[2001:db8::1]:65535"],
];

for (const [text, hostname, port, formatted = text] of SOURCES) {
  Deno.test(`parseSource() reads ${text}`, () => {
    const source = parseSource(text);
    assertEquals(source, { hostname, version: hostname.includes(":") ? 6 : 4, port });
    assertEquals(formatSource(source), formatted);
  });
}

Deno.test("parseSource() reads a port alone, also by the name of a service", () => {
  for (const text of [":5000", ":ntp"]) {
    const port = text === ":ntp" ? 123 : 5000;
    const source = parseSource(text);
    assertEquals(source, { hostname: null, version: null, port });
    assertEquals(formatSource(source), `:${port}`);
  }
  assertEquals(parseSource("127.0.0.2:http").port, 80);
});

const NO_SOURCES = [
  "",
  ":",
  ":70000",
  "localhost",
  "eth0:80",
  "127.0.0.1:",
  "127.0.0.1:70000",
  "127.0.0.256",
  "127.0.0.1:80:90",
  "[127.0.0.1]:80",
  "[::1",
  "[]:80",
  "[::1]x",
];

for (const text of NO_SOURCES) {
  Deno.test(`parseSource() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseSource(text), ParseError);
  });
}
