import ouiData from "oui-data" with { type: "json" };
import { assert, assertEquals } from "@std/assert";
import { loadVendors, vendorOf } from "../arp/mac_vendors.ts";

/** What to do when oui-data is newer than the committed table. */
const STALE = "run: deno task vendors";

const TABLE = new Map(Object.entries({
  "00005E": "ICANN, IANA Department",
  "0050C2": "IEEE Registration Authority",
  "0050C2123": "Small Cards Inc",
  "8C1CDA": "IEEE Registration Authority",
  "8C1CDA7": "Middling Cards Ltd",
  "020701": "Somebody who had it before the bit meant anything",
}));

for (
  const [mac, vendor] of [
    ["00:00:5e:00:53:01", "ICANN, IANA Department"],
    ["00:50:c2:12:3f:ff", "Small Cards Inc"],
    ["00:50:c2:12:4f:ff", "IEEE Registration Authority"],
    ["8c:1c:da:7f:ff:ff", "Middling Cards Ltd"],
    ["8c:1c:da:80:00:00", "IEEE Registration Authority"],
    ["00:00:00:00:00:00", null],
    ["02:07:01:00:00:00", null],
    [`00:00:5e${":00".repeat(17)}`, null],
  ] as const
) {
  Deno.test(`vendorOf() ${mac} is ${vendor}`, () => assertEquals(vendorOf(mac, TABLE), vendor));
}

Deno.test("loadVendors() loads all of IEEE's table, as oui-data has it", async () => {
  const table = await loadVendors();
  assertEquals(vendorOf("00:00:5e:00:53:01", table), "ICANN, IANA Department");
  assertEquals(vendorOf("00:00:0c:07:ac:01", table), "Cisco Systems, Inc");
  const lengths = new Set(table.keys().map(({ length }) => length));
  for (const length of [6, 7, 9]) assert(lengths.has(length), `${length}`);
  const wrong = Object.entries(ouiData)
    .filter(([prefix, maker]) => table.get(prefix) !== maker.split("\n", 1)[0]);
  assertEquals([wrong.slice(0, 5), table.size], [[], Object.keys(ouiData).length], STALE);
});
