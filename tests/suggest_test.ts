import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { didYouMean, nearest } from "../cli/suggest.ts";
import { codePoint } from "./code_points.ts";

const COMMANDS = ["serve", "client", "arp", "ipinfo", "port", "frame", "trace"];

const SLIPS: readonly (readonly [given: string, meant: string])[] = [
  ["serv", "serve"],
  ["server", "serve"],
  ["SERVE", "serve"],
  ["sevre", "serve"],
  ["esrve", "serve"],
  ["servee", "serve"],
  ["clinet", "client"],
  ["ap", "arp"],
  ["arpp", "arp"],
  ["rap", "arp"],
  ["ip-info", "ipinfo"],
  ["prot", "port"],
  ["trcae", "trace"],
];

for (const [given, meant] of SLIPS) {
  Deno.test(`nearest() takes "${given}" for "${meant}"`, () => {
    assertEquals(nearest(given, COMMANDS), meant);
  });
}

for (const given of ["", "x", "listen", "fetch", "evers", "ip", "-", "--", "__proto__"]) {
  Deno.test(`nearest() takes "${given}" for nothing`, () => {
    assertEquals(nearest(given, COMMANDS), null);
  });
}

Deno.test("nearest() returns the nearest of several, and the first of equals", () => {
  assertEquals(nearest("--hosts", ["--hops", "--host", "--ghosts"]), "--host");
  assertEquals(nearest("batter", ["patter", "latter"]), "patter");
});

for (
  const [given, name] of [
    ["--kill", "--all"],
    ["--timeout", "--time"],
    ["--ssl", "--tls"],
    ["bat", "cat"],
    ["--ipv", "--udp"],
  ] as const
) {
  Deno.test(`nearest() takes "${given}" for a word of its own, not for "${name}"`, () => {
    assertEquals(nearest(given, [name]), null);
  });
}

Deno.test("nearest() returns null without names", () => assertEquals(nearest("serve", []), null));

Deno.test("nearest() finds every name with one letter left out, doubled or swapped", () => {
  const name = fc.stringMatching(/^[a-z]{4,32}$/);
  fc.assert(fc.property(name, fc.nat(), fc.constantFrom(0, 1, 2), (name, place, slip) => {
    const at = place % (name.length - 1);
    const [a, b] = [name[at]!, name[at + 1]!];
    const typed = [b, a + a + b, b + a][slip]!;
    assertEquals(nearest(name.slice(0, at) + typed + name.slice(at + 2), [name]), name);
  }));
});

Deno.test("nearest() does not look at input too long for a slip, however many names there are", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `${"long".repeat(25_000)}${i}`);
  assertEquals(nearest("a".repeat(1_000_000), names), null);
  assertEquals(nearest(names[0]!, names), null);
});

Deno.test("nearest() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), fc.array(fc.string()), (given, names) => {
    const found = nearest(given, names);
    return found === null || names.includes(found);
  }));
});

Deno.test("didYouMean() asks, or returns null", () => {
  assertEquals(didYouMean("--prot", ["--port"]), "did you mean --port?");
  assertEquals(didYouMean("--nothing", ["--port"]), null);
});
