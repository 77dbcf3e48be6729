import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { UNKNOWN_FORMAT } from "../arp/unknown.ts";
import { NEIGHBOUR_FORMATS, readNeighbours } from "../arp/formats.ts";
import { decodeOutput } from "../text/code_pages.ts";
import { linesOf, type Neighbour, neighbour } from "../arp/neighbour.ts";
import { sortNeighbours } from "../arp/order.ts";

/** What readNeighbours() calls a text that says that there is nothing. */
const EMPTY = "an empty table";

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
  const row = JSON.parse(line);
  return {
    address: row.address,
    mac: row.mac,
    hardwareType: row.hardware_type,
    interface: row.interface,
    interfaceIndex: row.interface_index,
    vlan: row.vlan ?? null,
    state: row.state,
    kind: row.kind,
    name: row.name,
    expiresSeconds: row.expires_s,
    ageSeconds: row.age_s,
    flags: row.flags,
  };
}

/** The format in which each of them must be read; the first that fits the name. */
const FORMAT_BY_NAME: readonly (readonly [name: RegExp, format: string])[] = [
  [/^unknown-rows-in-nettools/, `arp of net-tools or BusyBox, ${UNKNOWN_FORMAT}`],
  [/^unknown-/, UNKNOWN_FORMAT],
  [/^written-hpux/, "arp of HP-UX"],
  [/^written-arp-scan/, "arp-scan"],
  [/^written-key-values/, "names and values with ="],
  [/^written-announced/, "a report of nmap or z/OS"],
  [/^written-nettools-comment-arp-a/, "arp of net-tools or BusyBox"],
  [/^toybox|empty-arp|noentry|nomatch|windows-empty|^ip-neigh-empty|et_EE.utf8-arp-v/, EMPTY],
  [/^ip-neigh-.*j/, "ip -j neigh"],
  [/^ip-neigh-br/, "ip -br neigh"],
  [/ip-neigh/, "ip neigh"],
  [/^proc-net-arp/, "/proc/net/arp"],
  [/^nettools210-(?:.*-)?arp(?:-[en])?$|^nettools210-.*-(?:arp-e|arp-n)$/, "arp -e of net-tools"],
  [/^nettools210-arp-an|^(?:nettools|busybox)/, "arp of net-tools or BusyBox"],
  [/^written-nettools/, "arp -e of net-tools"],
  [/^written-.*-ndp/, "ndp of macOS or BSD"],
  [/^written-macos-/, "arp -l of macOS"],
  [/^written-(?:macos|freebsd|netbsd|dragonfly)/, "arp of macOS or BSD"],
  [/^written-openbsd/, "arp of OpenBSD"],
  [/^written-illumos-ipv6/, "netstat -p of Solaris"],
  [/^written-solaris-host/, "arp HOST of Solaris"],
  [/^written-(?:illumos|solaris8)/, "arp of Solaris"],
  [/^written-aix/, "arp of AIX"],
  [/^written-records/, "a list of records"],
  [/^written-json/, "JSON"],
  [/^written-xml/, "XML"],
  [/^written-snmpwalk/, "snmpwalk of ipNetToMediaTable"],
  [/^written-netsh/, "netsh show neighbors"],
  [/^written-get-netneighbor/, "Get-NetNeighbor"],
  [/^written-windows/, "arp of Windows"],
];

function formatOf(name: string): string | undefined {
  return FORMAT_BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
}

/** Returns the only entry of `text`. */
function only(text: string): Neighbour {
  const { neighbours } = readNeighbours(text)!;
  assertEquals(neighbours.length, 1);
  return neighbours[0]!;
}

for (const { name, bytes, neighbours } of tables) {
  Deno.test(`readNeighbours() reads every entry of ${name}`, () => {
    const table = readNeighbours(decodeOutput(bytes));
    assertEquals(table?.neighbours, neighbours);
    if (name !== "written-mixed") assertEquals(table?.formats.join(", "), formatOf(name));
  });
}

for (const format of NEIGHBOUR_FORMATS) {
  Deno.test(`readNeighbours() knows ${format.fixture} by ${format.name} and by nothing else`, () => {
    const { bytes } = tables.find(({ name }) => name === format.fixture)!;
    const lines = linesOf(decodeOutput(bytes));
    const first = lines.findIndex((_, at) => format.read(lines, at) !== null);
    for (const at of lines.keys()) {
      const names = NEIGHBOUR_FORMATS.filter((each) => each.read(lines, at)).map(({ name }) =>
        name
      );
      assert(names.every((name) => name === format.name), lines[at]);
      if (at <= first) assertEquals(names, at === first ? [format.name] : []);
    }
  });
}

Deno.test("readNeighbours() knows each line by one format only", () => {
  for (const { name, bytes } of tables) {
    const lines = linesOf(decodeOutput(bytes));
    for (const [at, line] of lines.entries()) {
      const formats = NEIGHBOUR_FORMATS.filter((format) => format.read(lines, at));
      assert(formats.length <= 1, `${name}: ${line}: ${formats.map((format) => format.name)}`);
    }
  }
});

Deno.test("readNeighbours() reads a MAC address in any spelling beside an address", () => {
  for (
    const mac of [
      "0000.5e00.5301",
      "0000-5e00-5301",
      "00005E-005301",
      "00005e005301",
      "00:00:5E:00:53:01",
      "00-00-5e-00-53-01",
      "0:0:5e:0:53:1",
    ]
  ) {
    for (
      const text of [`192.0.2.1 ${mac}`, `${mac}\t192.0.2.1/32`, `  inside 192.0.2.1 ${mac} 12`]
    ) {
      const { address, mac: read } = only(text);
      assertEquals([address, read], ["192.0.2.1", "00:00:5e:00:53:01"], text);
    }
  }
});

Deno.test("readNeighbours() takes a heading alone for an empty table, and a sentence for none", () => {
  const heading = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface";
  assertEquals(readNeighbours(heading)?.neighbours, []);
  assertEquals(readNeighbours("An IP address has a MAC address on each link"), null);
  assertEquals(readNeighbours("Proto Recv-Q Send-Q Local Address  Foreign Address  State"), null);
});

Deno.test("readNeighbours() counts no address in what says that there is no entry", () => {
  const text =
    `? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on v0\n192.0.2.2 (192.0.2.2) -- no entry\n`;
  assertEquals(readNeighbours(text)?.unread, { count: 0, first: 0 });
});

Deno.test("readNeighbours() reads a paste section by section", () => {
  const { bytes } = tables.find(({ name }) => name === "written-mixed")!;
  assertEquals(
    readNeighbours(decodeOutput(bytes))?.formats.join(", "),
    "arp of net-tools or BusyBox, ip neigh, ip -j neigh, arp of Windows, arp of macOS or BSD, " +
      "netsh show neighbors",
  );
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
    neighbour("198.51.100.2", {
      hardwareType: "ether",
      interface: "ib0",
      state: "permanent",
      kind: "static",
    }),
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
    neighbour("192.0.2.1", { hardwareType: "ether", interface: "v0", state: "incomplete" }),
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

for (const state of ["Reachable (Router)", "可以访问（路由器）", "到達可能 (ルーター)"]) {
  Deno.test(`readNeighbours() knows a router of Windows by ${state}`, () => {
    const text = "Interface 11: Ethernet\n\n\n" +
      "Internet Address                              Physical Address   Type\n" +
      "--------------------------------------------  -----------------  -----------\n" +
      `fe80::1                                       00-00-5e-00-53-01  ${state}\n`;
    const { state: known, flags } = only(text);
    assertEquals([known, flags], ["reachable", ["router"]]);
  });
}

Deno.test("readNeighbours() takes the address that heads a section of Windows with or without a blank", () => {
  const row = "\n  192.0.2.1  00-00-5e-00-53-01  dynamic\n";
  for (const heading of ["Interface: 192.0.2.10 --- 0xb", "接口：192.0.2.10 --- 0xB"]) {
    assertEquals(only(heading + row).interface, "192.0.2.10", heading);
  }
});

for (
  const text of [
    "arp: command not found",
    "? (192.0.2.256) at 00:00:5e:00:53:01 [ether] on v0",
    "? (192.0.2.1) at 00:00:5e:00:53 on en0",
    "eth0 dev eth1",
    "default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.10 metric 100",
    "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10",
    "192.0.2.256              ether   00:00:5e:00:53:01   C                     v0",
    "tcp        0      0 192.0.2.10:22           192.0.2.1:50000         ESTABLISHED",
    "64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.5 ms",
    "---------------------------------------------------------------------",
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

Deno.test("readNeighbours() does not throw, whatever it reads", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
    readNeighbours(decodeOutput(bytes));
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
      for (
        const { address, mac, name } of readNeighbours(decodeOutput(changed))?.neighbours ?? []
      ) {
        assert(address === null ? name !== null : /[.:]/.test(address), address ?? "");
        assert(mac === null || /^[0-9a-f]{2}(:[0-9a-f]{2}){5,19}$/.test(mac), mac ?? "");
        assert(name !== "?");
      }
    }),
    { numRuns: 2000 },
  );
});

function sort(neighbours: readonly Neighbour[]): Neighbour[] {
  return sortNeighbours(neighbours, (each) => each);
}

Deno.test("sortNeighbours() orders by interface, then by the number that an address is", () => {
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
    ["eth1", null],
    [null, "192.0.2.1"],
  ] as const;
  const neighbours = ordered.map(([name, address]) =>
    neighbour(address, { interface: name, name: "gateway" })
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(neighbours, { minLength: neighbours.length }), (shuffled) => {
      assertEquals(sort(shuffled), neighbours);
    }),
  );
});

Deno.test("sortNeighbours() counts an IPv4 address inside an IPv6 address as its number", () => {
  const addresses = ["::ffff:9.255.255.255", "::ffff:a00:1", "::ffff:10.0.0.2", "::ffff:10.0.1.0"];
  const sorted = addresses.map((address) => neighbour(address, {}));
  assertEquals(sort(sorted.toReversed()), sorted);
});

Deno.test("sortNeighbours() keeps a fixed order among entries of one address", () => {
  const first = neighbour("192.0.2.1", { mac: "00:00:5e:00:53:01" });
  const second = neighbour("192.0.2.1", { mac: "00:00:5e:00:53:02" });
  assertEquals(sort([second, first]), [first, second]);
});
