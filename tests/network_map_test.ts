import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ipv4 } from "../address/ip.ts";
import {
  addressCount,
  formatNetwork,
  type IpNetwork,
  networkOf,
  parseNetwork,
} from "../address/network.ts";
import { overlaps } from "../address/subnets.ts";
import { UserError } from "../cli/errors.ts";
import { formatMap, partsOf } from "../ipinfo/network_map.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

async function map(...args: string[]): Promise<string> {
  const io = fakeIo({ columns: 66 });
  await run(ipinfo, ["--map", ...args], io);
  return io.out();
}

Deno.test("ipinfo --map draws what is used and what is free", async () => {
  assertEquals(
    await map("10.0.0.0/24", "10.0.0.128/27", "10.0.0.0/26"),
    `10.0.0.0/24
[AAAAAAAAAAAAAAAA................BBBBBBBB........................]
A  10.0.0.0/26          25 %    10.0.0.0 - 10.0.0.63
.  10.0.0.64/26   free  25 %    10.0.0.64 - 10.0.0.127
B  10.0.0.128/27        12.5 %  10.0.0.128 - 10.0.0.159
.  10.0.0.160/27  free  12.5 %  10.0.0.160 - 10.0.0.191
.  10.0.0.192/26  free  25 %    10.0.0.192 - 10.0.0.255
`,
  );
});

Deno.test("ipinfo --map of IPv6 leaves the ends out", async () => {
  assertEquals(
    await map("2001:db8::/32", "2001:db8::/33"),
    `2001:db8::/32
[${"A".repeat(32)}${".".repeat(32)}]
A  2001:db8::/33             50 %
.  2001:db8:8000::/33  free  50 %
`,
  );
});

Deno.test("ipinfo --map --json has an object for each part", async () => {
  const lines = (await map("--json", "10.0.0.0/31", "10.0.0.1")).trim().split("\n");
  const parts = lines.map((line) => JSON.parse(line));
  assertEquals(parts.map(({ network, free }) => [network.address, free]), [
    ["10.0.0.0", true],
    ["10.0.0.1", false],
  ]);
});

Deno.test("ipinfo --map refuses parts that overlap or lie outside", async () => {
  await assertRejects(
    () => map("10.0.0.0/24", "10.0.0.0/26", "10.0.0.0/27"),
    UserError,
    "10.0.0.0/26 and 10.0.0.0/27 overlap",
  );
  await assertRejects(() => map("10.0.0.0/24", "11.0.0.0/26"), UserError, "11.0.0.0/26 is not in");
});

Deno.test("partsOf() and formatMap() cover the whole network, at every width", () => {
  const whole = parseNetwork("255.255.255.0/24");
  const index = fc.nat(255);
  fc.assert(fc.property(index, fc.integer({ min: 24, max: 32 }), index, (i, prefix, columns) => {
    const part = networkOf(ipv4(2n ** 32n - 256n + BigInt(i)), prefix);
    const parts = partsOf(whole, [part]);
    const sum = parts.reduce((sum, { network }) => sum + addressCount(network), 0n);
    assertEquals(sum, addressCount(whole));
    assertEquals(parts.filter(({ free }) => !free).map((each) => each.network), [part]);
    const [title, bar] = formatMap(whole, parts, columns + 20).split("\n");
    assertEquals([title, bar!.length], [formatNetwork(whole), columns + 20]);
    assert(/^\[\.*A+\.*\]$/.test(bar!), bar);
  }));
});

Deno.test("ipinfo --map draws parts that are smaller than a column, and says so", async () => {
  const [, bar, note, ...rows] = (await map(
    "2001:db8::/32",
    "2001:db8:1::/48",
    "2001:db8:8000::/48",
  )).split("\n");
  assertEquals(bar, `[.A${".".repeat(30)}B${".".repeat(31)}]`);
  assertEquals(note, "not to scale: a part smaller than a column takes a whole one");
  assertEquals(rows.filter((row) => /^[AB]/.test(row)).map((row) => row.split(/\s+/)), [
    ["A", "2001:db8:1::/48", "1/2^16"],
    ["B", "2001:db8:8000::/48", "1/2^16"],
  ]);
});

Deno.test("formatMap() shows every part in its order, whatever their sizes", () => {
  const whole = parseNetwork("10.0.0.0/8");
  const host = fc.tuple(fc.nat(2 ** 24 - 1), fc.integer({ min: 9, max: 32 }));
  fc.assert(fc.property(fc.array(host, { maxLength: 12 }), fc.integer({ min: 30, max: 120 }), (
    list,
    columns,
  ) => {
    const given: IpNetwork[] = [];
    for (const [offset, prefix] of list) {
      const each = networkOf(ipv4(0x0a00_0000n + BigInt(offset)), prefix);
      if (!given.some((other) => overlaps(each, other))) given.push(each);
    }
    const parts = partsOf(whole, given);
    const bar = formatMap(whole, parts, columns).split("\n")[1]!;
    assertEquals(bar.length, columns);
    const letters = parts.map(({ letter }) => letter).join("");
    assertEquals(bar.slice(1, -1).replace(/(.)\1*/g, "$1"), letters.replace(/\.+/g, "."));
  }));
});

Deno.test("ipinfo --map of more parts than columns draws their shares", async () => {
  const hosts = Array.from({ length: 200 }, (_, i) => `10.0.0.${i}`);
  const bar = (await map("10.0.0.0/24", ...hosts)).split("\n")[1]!;
  assert(/^\[[A-Za-z0-9]{50}\.{14}\]$/.test(bar), bar);
});
