import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeTable, NEIGHBOUR_FORMATS, readNeighbours } from "../net/neighbour_formats.ts";
import { compareNeighbours, type Neighbour, neighbour } from "../net/neighbours.ts";

const testdata = new URL("testdata/arp/", import.meta.url);

/** The texts of testdata/arp, and the entries that they hold. */
const tables = [...Deno.readDirSync(testdata)].map((file) => file.name)
  .filter((file) => file.endsWith(".out")).map((file) => file.slice(0, -".out".length)).sort()
  .map((name) => ({
    name,
    bytes: Deno.readFileSync(new URL(`${name}.out`, testdata)),
    neighbours: Deno.readTextFileSync(new URL(`${name}.jsonl`, testdata)).split("\n")
      .filter((line) => line !== "").map(parseRow),
  }));

function parseRow(line: string): Neighbour {
  const { expires_s: expiresSeconds, ...known } = JSON.parse(line);
  return { ...known, expiresSeconds };
}

/** The format in which each of them must be recognised. */
const FORMAT_BY_PREFIX: Readonly<Record<string, string>> = {
  nettools: "arp of net-tools or BusyBox",
  busybox: "arp of net-tools or BusyBox",
  "ip-neigh": "ip -j neigh",
  "proc-net-arp": "/proc/net/arp",
  "written-macos": "arp of macOS or BSD",
  "written-freebsd": "arp of macOS or BSD",
  "written-netbsd": "arp of macOS or BSD",
  "written-windows": "arp of Windows",
};

function formatOf(name: string): string | undefined {
  if (/empty-arp|nomatch|windows-empty/.test(name)) return "an empty table";
  return Object.entries(FORMAT_BY_PREFIX).find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** Returns the only entry of `text`. */
function only(text: string): Neighbour {
  const { neighbours } = readNeighbours(text)!;
  assertEquals(neighbours.length, 1);
  return neighbours[0]!;
}

for (const { name, bytes, neighbours } of tables) {
  Deno.test(`readNeighbours() reads every entry of ${name}`, () => {
    const table = readNeighbours(decodeTable(bytes));
    assertEquals(table?.neighbours, neighbours);
    assertEquals(table?.format, formatOf(name));
  });
}

Deno.test("readNeighbours() knows each table by one format only", () => {
  for (const { name, bytes } of tables) {
    const text = decodeTable(bytes);
    const names = NEIGHBOUR_FORMATS.filter((each) => each.recognise(text)).map((each) => each.name);
    assertEquals(names, [formatOf(name)!], name);
  }
});

Deno.test("readNeighbours() pads the octets that macOS shortens", () => {
  const { mac } = only("? (192.0.2.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]\n");
  assertEquals(mac, "00:00:5e:00:53:01");
});

Deno.test("readNeighbours() keeps the longer addresses of InfiniBand", () => {
  const text = "? (192.0.2.1) at A0:00:01:00:FE:80:00:00:00 [infiniband] on ib0\n";
  assertEquals(only(text).mac, "a0:00:01:00:fe:80:00:00:00");
});

Deno.test("readNeighbours() finds the interface where net-tools leaves the address empty", () => {
  assertEquals(
    only("? (198.51.100.2) at  [ether] PERM on ib0\n"),
    neighbour("198.51.100.2", { interface: "ib0", state: "permanent", kind: "static" }),
  );
});

Deno.test("readNeighbours() passes over the netmask of net-tools", () => {
  const text = "? (192.0.2.0) at <from_interface> netmask 255.255.255.0 PERM PUB on v0\n";
  assertEquals(
    only(text),
    neighbour("192.0.2.0", { interface: "v0", kind: "static", flags: ["published"] }),
  );
});

Deno.test("readNeighbours() takes no word of a cut line for the interface", () => {
  assertEquals(
    only("? (192.0.2.1) at 00:00:5e:00:53:01 [ether] PERM on").interface,
    null,
  );
});

Deno.test("readNeighbours() takes an address without ATF_COM for incomplete, whatever MAC is there", () => {
  const heading =
    "IP address       HW type     Flags       HW address            Mask     Device\n";
  const line = "192.0.2.1        0x1         0x0         00:00:5e:00:53:01     *        v0\n";
  assertEquals(
    only(heading + line),
    neighbour("192.0.2.1", { interface: "v0", state: "incomplete" }),
  );
});

Deno.test("readNeighbours() reads an empty hardware address in /proc/net/arp", () => {
  const heading =
    "IP address       HW type     Flags       HW address            Mask     Device\n";
  const line = "203.0.113.9      0x300       0x6                               *        gre1\n";
  assertEquals(
    only(heading + line),
    neighbour("203.0.113.9", { interface: "gre1", state: "permanent", kind: "static" }),
  );
});

Deno.test("readNeighbours() leaves open what the JSON of ip does not say", () => {
  assertEquals(only('[{"dst":"192.0.2.9"}]'), neighbour("192.0.2.9", {}));
  assertEquals(only('[{"dst":"192.0.2.9","lladdr":"198.51.100.1"}]'), neighbour("192.0.2.9", {}));
});

Deno.test("readNeighbours() takes the address that heads a section of Windows with or without a blank", () => {
  const row = "\n  192.0.2.1  00-00-5e-00-53-01  dynamic\n";
  for (const heading of ["Interface: 192.0.2.10 --- 0xb", "接口：192.0.2.10 --- 0xB"]) {
    assertEquals(only(heading + row).interface, "192.0.2.10", heading);
  }
});

for (
  const text of [
    "arp: command not found",
    "192.0.2.200 (192.0.2.200) -- no entry",
    "? (192.0.2.1) at 00:00:5e:00:53:01 [ethernet] stored in bucket 12", // AIX
    "? (192.0.2.256) at 00:00:5e:00:53:01 [ether] on v0",
    "? (192.0.2.1) at 00:00:5e:00:53 on en0",
    "192.0.2.1 dev v0 lladdr 00:00:5e:00:53:01 REACHABLE",
    "192.0.2.1        0x1         0x2         00:00:5e:00:53:01     *        v0", // no heading
    "Option -j is unknown, try ip -help",
    '[{"dst":"192.0.2.1","dev":"v0"},{"dst":"192.',
    "[1,2]",
    "[null]",
    '[{"name":"v0"}]',
    "{}",
    "null",
  ]
) {
  Deno.test(`readNeighbours() does not recognise: ${text}`, () => {
    assertEquals(readNeighbours(text), null);
  });
}

for (
  const text of ["", "\r\n", "arp: in 3 entries no match found.\n", "No match found in 3 entries\n"]
) {
  Deno.test(`readNeighbours() takes ${JSON.stringify(text)} for an empty table`, () => {
    assertEquals(readNeighbours(text)?.neighbours, []);
  });
}

Deno.test("readNeighbours() reads the whole lines of a table that is cut at any byte", () => {
  for (const { name, bytes } of tables) {
    const whole = readNeighbours(decodeTable(bytes))!.neighbours;
    for (let end = 0; end < bytes.length; end++) {
      const cut = readNeighbours(decodeTable(bytes.subarray(0, end)))?.neighbours ?? [];
      const kept = Math.max(0, cut.length - 1);
      assertEquals(cut.slice(0, kept), whole.slice(0, kept), `${name}, ${end} bytes`);
    }
  }
});

Deno.test("readNeighbours() does not throw, whatever it reads", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
    readNeighbours(decodeTable(bytes));
  }));
  fc.assert(fc.property(fc.json(), (text) => {
    readNeighbours(text);
  }));
});

Deno.test("readNeighbours() gives whole entries for tables with bytes overwritten", () => {
  const mutated = fc.record({
    bytes: fc.constantFrom(
      ...tables.map((table) => table.bytes).filter((bytes) => bytes.length > 0),
    ),
    changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
  });
  fc.assert(
    fc.property(mutated, ({ bytes, changes }) => {
      const changed = bytes.slice();
      for (const [at, byte] of changes) changed[at % changed.length] = byte;
      for (const { address, mac, name } of readNeighbours(decodeTable(changed))?.neighbours ?? []) {
        assert(address.includes(".") || address.includes(":"), address);
        assert(mac === null || /^[0-9a-f]{2}(:[0-9a-f]{2}){5,19}$/.test(mac), mac ?? "");
        assert(name !== "?");
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("readNeighbours() comes through 10 MB of one line", () => {
  for (const unit of ["x", " ", "0", "1.", "00:", " 0x", "[", '{"a":[', "\u4e2d"]) {
    const text = unit.repeat(10_000_000 / unit.length);
    for (const start of ["", "[", "? (192.0.2.1) at ", "Interface: 192.0.2.1 "]) {
      assertEquals(readNeighbours(start + text)?.neighbours ?? [], [], start + unit);
    }
  }
});

Deno.test("readNeighbours() takes linear time for lines that nearly are entries", () => {
  for (
    const line of [
      "",
      "? (192.0.2.1) at ",
      `? (192.0.2.1) at ${"[".repeat(900)}`,
      `? (192.0.2.1) at ${"00:".repeat(300)}`,
      `? (192.0.2.1) at <x> ${"PERM ".repeat(150)}`,
      `192.0.2.1 ${"9.".repeat(450)} 0x1`,
      `${"9".repeat(900)} 0x1`,
      `${"ARP ".repeat(200)}1`,
    ]
  ) {
    const text = `${line}\n`.repeat(1_000_000 / (line.length + 1));
    assertEquals(readNeighbours(text)?.neighbours ?? [], [], line);
  }
});

Deno.test("decodeTable() reads UTF-8, else GBK, without the byte order mark", () => {
  assertEquals(decodeTable(new TextEncoder().encode("\ufeff动态")), "动态");
  assertEquals(decodeTable(new Uint8Array([0xb6, 0xaf, 0xcc, 0xac])), "动态");
  assertEquals(decodeTable(new Uint8Array([0xff, 0x0d, 0x0a])), "\ufffd\r\n");
});

Deno.test("decodeTable() does not mind a character of UTF-8 that is cut off at the end", () => {
  assertEquals(decodeTable(new TextEncoder().encode("动态").subarray(0, 5)), "动");
});

Deno.test("compareNeighbours() orders by interface, then by the number that an address is", () => {
  const ordered = [
    ["eth0", "9.0.0.1"],
    ["eth0", "10.0.0.1"],
    ["eth0", "192.0.2.2"],
    ["eth0", "192.0.2.10"],
    ["eth0", "::1"],
    ["eth0", "::ffff:192.0.2.1"],
    ["eth0", "2001:db8::7"],
    ["eth0", "2001:db8::10"],
    ["eth0", "2001:db8:0:0:0:0:0:11"],
    ["eth0", "2001:DB8::a:0"],
    ["eth0", "fe80::"],
    ["eth0", "fe80::1%eth0"],
    ["eth1", "192.0.2.1"],
    [null, "192.0.2.1"],
  ] as const;
  const neighbours = ordered.map(([name, address]) => neighbour(address, { interface: name }));
  fc.assert(
    fc.property(fc.shuffledSubarray(neighbours, { minLength: neighbours.length }), (shuffled) => {
      assertEquals(shuffled.toSorted(compareNeighbours), neighbours);
    }),
  );
});

Deno.test("compareNeighbours() keeps a fixed order among entries of one address", () => {
  const first = neighbour("192.0.2.1", { mac: "00:00:5e:00:53:01" });
  const second = neighbour("192.0.2.1", { mac: "00:00:5e:00:53:02" });
  assertEquals([second, first].toSorted(compareNeighbours), [first, second]);
  assertEquals(compareNeighbours(first, first), 0);
});
