import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readNeighbours } from "../arp/formats.ts";
import { decodeOutput } from "../text/code_pages.ts";
import { assertLinear } from "./linear.ts";

const testdata = new URL("testdata/arp/", import.meta.url);

const tables = [...Deno.readDirSync(testdata)].map((file) => file.name)
  .filter((name) => name.endsWith(".out")).sort()
  .map((name) => ({ name, bytes: Deno.readFileSync(new URL(name, testdata)) }));

const texts = tables.map(({ bytes }) => decodeOutput(bytes));

/** Lines of all fixtures in any order, with repetitions. */
const shuffled = fc.array(fc.constantFrom(...texts.flatMap((text) => text.split("\n"))), {
  maxLength: 60,
});

Deno.test("readNeighbours() comes through lines of all formats in any order", () => {
  fc.assert(fc.property(shuffled, (lines) => {
    for (const { address, name, mac } of readNeighbours(lines.join("\n"))?.neighbours ?? []) {
      assert(address !== null || name !== null);
      assert(mac === null || /^[0-9a-f]{2}(:[0-9a-f]{2}){5,19}$/.test(mac), mac ?? "");
    }
  }));
});

Deno.test("readNeighbours() reads a line that needs no other alike wherever it stands", () => {
  const row = "192.0.2.1 dev v0 lladdr 00:00:5e:00:53:01 STALE";
  const [alone] = readNeighbours(row)!.neighbours;
  fc.assert(fc.property(shuffled, shuffled, (before, after) => {
    const { neighbours } = readNeighbours([...before, row, ...after].join("\n"))!;
    assert(neighbours.some((neighbour) => JSON.stringify(neighbour) === JSON.stringify(alone)));
  }));
});

/** A line of each format, of which a table of any length can be made. */
const ROWS = [
  "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] PERM on v0",
  "192.0.2.5                ether   00:00:5e:00:53:05   CM                    v0",
  "192.0.2.5        0x1         0x6         00:00:5e:00:53:05     *        v0",
  "2001:db8::1 dev v0 lladdr 00:00:5e:00:53:01 router REACHABLE",
  "? (192.0.2.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]",
  "192.0.2.1             00-00-5e-00-53-01     dynamic",
  "e1000g0 192.0.2.1            255.255.255.255 o        00:00:5e:00:53:01",
  "fe80::1%en0                             0:0:5e:0:53:1        en0 23h59m58s S  R",
];

for (const row of ROWS) {
  Deno.test(`readNeighbours() reads each of 100,000 lines: ${row}`, () => {
    const { neighbours } = readNeighbours(`${row}\n`.repeat(100_000))!;
    assertEquals(neighbours.length, 100_000);
    assertEquals(neighbours.at(-1), neighbours[0]);
  });
}

Deno.test("readNeighbours() takes linear time for brackets that open and never close", async () => {
  for (const line of ["[", "[ {", '[\n"dst": "192.0.2.1"', "[\n]", "[\n{\n"]) {
    await assertLinear((lines) => `${line}\n`.repeat(lines), readNeighbours, { name: line });
  }
});

Deno.test("readNeighbours() comes through an entry of ip -j neigh with 100,000 flags", () => {
  const flags = Array.from({ length: 100_000 }, (_, i) => `flag-${i}`);
  const text = `[{"dst":"192.0.2.1",${flags.map((flag) => `"${flag}":null`).join()}}]`;
  assertEquals(readNeighbours(text)!.neighbours[0]!.flags.join(), flags.join());
});

Deno.test("readNeighbours() takes linear time for lines that begin like a row of any format", async () => {
  for (const row of ROWS) {
    for (const end of [row.length, row.length >> 1, row.length >> 2]) {
      for (const filler of [" ", "0", "a", ":", "00:", "-", ".", "(", "\u4e2d", " x", "CM "]) {
        const start = row.slice(0, end);
        const make = (size: number) =>
          `${start}${filler.repeat(size / filler.length)}\n`.repeat(20);
        await assertLinear(make, readNeighbours, { name: start + filler, limit: 900 });
      }
    }
  }
});

Deno.test("readNeighbours() reads the whole lines of a table that is cut at any byte", () => {
  for (const { name, bytes } of tables) {
    const whole = readNeighbours(decodeOutput(bytes))!.neighbours;
    for (let end = 0; end < bytes.length; end++) {
      const cut = readNeighbours(decodeOutput(bytes.subarray(0, end)))?.neighbours ?? [];
      const kept = Math.max(0, cut.length - 1);
      assertEquals(cut.slice(0, kept), whole.slice(0, kept), `${name}, ${end} bytes`);
    }
  }
});

Deno.test("readNeighbours() comes through 10 MB of one line", () => {
  for (const unit of ["x", " ", "0", "1.", "00:", " 0x", "[", '{"a":[', "\u4e2d"]) {
    const text = unit.repeat(10_000_000 / unit.length);
    for (const start of ["", "[", "? (192.0.2.1) at ", "Interface: 192.0.2.1 "]) {
      assertEquals(readNeighbours(start + text)?.neighbours ?? [], [], start + unit);
    }
  }
});

Deno.test("readNeighbours() takes linear time for lines that nearly are entries", async () => {
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
      "address hardware address ( ".repeat(30),
      "(192.0.2.1) 192.0.2.2 ".repeat(40),
      `192.0.2.1 is ${"x ".repeat(400)}`,
      `ip mac ${"vlan/".repeat(180)}`,
    ]
  ) {
    await assertLinear(
      (size) => `${line}\n`.repeat(size / (line.length + 1)),
      (text) => assertEquals(readNeighbours(text)?.neighbours ?? [], [], line),
      { name: line, limit: 1_000_000 },
    );
  }
});
