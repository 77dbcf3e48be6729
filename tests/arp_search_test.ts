import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatMac } from "../address/mac.ts";
import { ParseError } from "../address/parse_error.ts";
import { parseRowQuery } from "../arp/search.ts";
import { row } from "./arp_rows.ts";

const TABLE = [
  row("192.168.1.1", { mac: "00:1c:42:00:00:09", name: "gateway.example.test" }),
  row("192.168.1.10", { mac: "00:1c:42:00:00:10", name: "decade" }),
  row("192.168.2.1", { mac: null }),
  row("fe80::1", { mac: "00:1c:42:00:00:09" }),
  row("fe80::1%eth1", { mac: "00:00:5e:00:53:01", interface: "eth1" }),
  row("2001:db8::1", { mac: "de:ca:de:00:00:01", name: "WWW.example.test." }),
];

const CASES: readonly (readonly [text: string, by: string, found: readonly number[]])[] = [
  ["192.168.1.1", "address", [0]],
  ["3232235777", "address", [0]],
  ["0xc0a80101", "address", [0]],
  ["::ffff:192.168.1.1", "address", [0]],
  ["192.168.1.100", "address", []],
  ["2001:0DB8:0:0:0:0:0:1", "address", [5]],
  ["FE80::1", "address", [3, 4]],
  ["fe80::1%eth0", "address", [3]],
  ["fe80::1%eth1", "address", [4]],
  ["fe80::1%eth2", "address", []],
  ["192.168.1.0/24", "network", [0, 1]],
  ["192.168.1.7/255.255.255.0", "network", [0, 1]],
  ["192.168.0.0/16", "network", [0, 1, 2]],
  ["fe80::/10", "network", [3, 4]],
  ["::/0", "network", [3, 4, 5]],
  ["192.168.1.1-192.168.1.9", "range", [0]],
  ["192.168.1.2-192.168.2.1", "range", [1, 2]],
  ["192.168.1.1-10", "range", [0, 1]],
  ["192.168.1.*", "range", [0, 1]],
  ["192.168.*.*", "range", [0, 1, 2]],
  ["2001:db8::-2001:db8::ff", "range", [5]],
  ["00:1c:42:00:00:09", "MAC address", [0, 3]],
  ["0:1c:42:0:0:9", "MAC address", [0, 3]],
  ["00-1C-42-00-00-09", "MAC address", [0, 3]],
  ["001c.4200.0009", "MAC address", [0, 3]],
  ["001c-4200-0009", "MAC address", [0, 3]],
  ["001C42-000009", "MAC address", [0, 3]],
  ["001c42000009", "MAC address", [0, 3]],
  ["00:1c:42:00:00:90", "MAC address", []],
  ["00:1c:42", "MAC prefix", [0, 1, 3]],
  ["0:1C:42", "MAC prefix", [0, 1, 3]],
  ["00-1c-42", "MAC prefix", [0, 1, 3]],
  ["001c42", "MAC prefix", [0, 1, 3]],
  ["001c.42", "MAC prefix", [0, 1, 3]],
  ["001c.4200", "MAC prefix", [0, 1, 3]],
  ["00:1c:42:00:00", "MAC prefix", [0, 1, 3]],
  ["de:ca:de", "MAC prefix", [5]],
  ["decade", "name", [1]],
  ["DECADE", "name", [1]],
  ["gateway.example.test", "name", [0]],
  ["gateway", "name", []],
  ["www.example.test", "name", [5]],
  ["de-ca", "name", []],
];

for (const [text, by, found] of CASES) {
  Deno.test(`parseRowQuery() takes ${text} for the ${by} of ${found.length} rows`, () => {
    const wanted = parseRowQuery(text);
    assertEquals(wanted.by, by);
    assertEquals(TABLE.flatMap((row, i) => wanted.matches(row) ? [i] : []), [...found]);
  });
}

for (
  const text of ["", "192.168.1", "192.168.01.1", "192.168.1.0/33", "00:1c", "1:2:3:4:5:6:7", "::g"]
) {
  Deno.test(`parseRowQuery() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseRowQuery(text), ParseError, text);
  });
}

/** The spellings of a MAC address. */
const SPELLINGS: readonly ((octets: readonly string[]) => string)[] = [
  (octets) => octets.join(":"),
  (octets) => octets.join("-").toUpperCase(),
  (octets) => octets.map((octet) => octet.replace(/^0/, "")).join(":"),
  (octets) => octets.join("").replace(/(....)(?=.)/g, "$1."),
  (octets) => octets.join(""),
];

Deno.test("parseRowQuery() finds a MAC in any spelling and no other, and by its first octets", () => {
  const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
  fc.assert(fc.property(mac, mac, fc.constantFrom(...SPELLINGS), (one, other, spell) => {
    const octets = formatMac(one).split(":");
    const wanted = parseRowQuery(spell(octets));
    assertEquals(wanted.by, "MAC address");
    const rowOf = (octets: Uint8Array) => row("192.0.2.1", { mac: formatMac(octets) });
    assertEquals(wanted.matches(rowOf(one)), true);
    assertEquals(wanted.matches(rowOf(other)), formatMac(one) === formatMac(other));
    for (const count of [3, 4, 5]) {
      const prefix = parseRowQuery(octets.slice(0, count).join(":"));
      assertEquals(prefix.by, "MAC prefix");
      assertEquals(prefix.matches(rowOf(one)), true);
    }
  }));
});

for (const text of ["192.0.2.9-192.0.2.7", "192.0.2.9-7", "192.0.2.1-fe80::1"]) {
  Deno.test(`parseRowQuery() refuses the range ${text}`, () => {
    assertThrows(() => parseRowQuery(text), ParseError, "it ends before it begins");
  });
}
