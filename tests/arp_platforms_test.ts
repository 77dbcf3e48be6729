import { assertEquals } from "@std/assert";
import { readNeighbours } from "../arp/formats.ts";

const FILES = ["testdata/arp/platforms.txt", "testdata/arp/platforms-composed.txt"];

/** The sections of a file, each with its head in the first line. */
async function sectionsOf(file: string): Promise<readonly string[]> {
  const text = await Deno.readTextFile(new URL(file, import.meta.url));
  return text.split(/^## /m).slice(1);
}

for (const section of (await Promise.all(FILES.map(sectionsOf))).flat()) {
  const [head = "", ...lines] = section.trimEnd().split("\n");
  const isExpected = (line: string) => /^= \S+ \S+ .*\S+$/.test(line);
  const text = lines.filter((line) => !isExpected(line)).join("\n");
  const expected = lines.filter(isExpected).map((line) => line.slice(2));
  Deno.test(`readNeighbours() reads every row, and no other, of ${head}`, () => {
    const table = readNeighbours(text);
    const rows = table?.neighbours.map(({ address, mac, interface: device, vlan }) =>
      [address, mac ?? "-", device ?? "-", vlan ?? "-"].join(" ")
    );
    assertEquals(rows, expected);
    assertEquals(table?.unread.count, 0, "lines not understood");
  });
}

const NO_ROWS = [
  '{"servers":["192.0.2.1"],"mac":"00:00:5e:00:53:01"}',
  '{"address":"192.0.2.1","mac":"00:00:5e:00:53:01"',
  "<entry>\n<ip-address>192.0.2.1</ip-address>\n</entry>",
  "<entry>\n<ip>192.0.2.1</ip>\n<mac>00:00:5e:00:53:01</mac>\n<mac>00:00:5e:00:53:02</mac>\n</entry>",
  "inside 192.0.2.1 0000.5e00.5301 has moved",
  "inside 192.0.2.1 0000.5e00.5301 192.0.2.2",
  "192.0.2.1    192.0.2.2         00:00:5e:00:53:01",
  "192.0.2.1\n192.0.2.2 00:00:5e:00:53:01 192.0.2.3",
  "192.0.2.1 at 00-00-5e-00-53-01 on the second floor",
  "192.0.2.1 at 00-00-5e-00-53-01 moved from port 3 to port 4",
  "IP 192.0.2.1 maps to MAC 00:00:5e:00:53:01 since yesterday",
  "IP 192.0.2.1 maps to MAC 00:00:5e:00:53:01 and 00:00:5e:00:53:02",
  "| 192.0.2.1 was seen with 00:00:5e:00:53:01 |",
  "ifname=lan 192.0.2.1 192.0.2.2 00:00:5e:00:53:01",
  "IP-MIB::ipNetToMediaType.2.192.0.2.1 = INTEGER: dynamic(3)",
  "IPv6 Address : 2001:db8::1",
  "192.0.2.1 00:00:5e:00:53:01 192.0.2.2 00:00:5e:00:53:02",
];

Deno.test("readNeighbours() makes no row of sentences, of two addresses, or of half a record", () => {
  for (const line of NO_ROWS) {
    assertEquals(readNeighbours(line)?.neighbours ?? [], [], line);
    const heading = "IP Address   | MAC Address       | Interface";
    assertEquals(readNeighbours(`${heading}\n${line}\n`)?.neighbours ?? [], [], line);
  }
});

/** Tables with a column for each version of IP. */
const BOTH: readonly string[] = [
  "IPv4 Address,IPv6 Address,MAC Address,Interface\n" +
  "192.0.2.1,2001:db8::1,00:00:5e:00:53:01,lan\n,2001:db8::3,00:00:5e:00:53:03,lan\n",
  '"name";"ip";"ipv6";"mac";"interface"\n' +
  '"a";"192.0.2.1";"2001:db8::1";"00:00:5e:00:53:01";"lan"\n' +
  '"b";"";"2001:db8::3";"00:00:5e:00:53:03";"lan"\n',
  "IP Address      IPv6 Address     MAC Address         Interface\n" +
  "192.0.2.1       2001:db8::1      00:00:5e:00:53:01   lan\n" +
  "                2001:db8::3      00:00:5e:00:53:03   lan\n",
  "| IP | IPv6 | MAC | Interface |\n|---|---|---|---|\n" +
  "| 192.0.2.1 | 2001:db8::1 | 00:00:5e:00:53:01 | lan |\n" +
  "| - | 2001:db8::3 | 00:00:5e:00:53:03 | lan |\n",
];

for (const text of BOTH) {
  Deno.test(`readNeighbours() makes two rows of two addresses of a host: ${text.split("\n")[0]}`, () => {
    const { neighbours, unread } = readNeighbours(text)!;
    assertEquals(neighbours.map((each) => [each.address, each.mac, each.interface]), [
      ["192.0.2.1", "00:00:5e:00:53:01", "lan"],
      ["2001:db8::1", "00:00:5e:00:53:01", "lan"],
      ["2001:db8::3", "00:00:5e:00:53:03", "lan"],
    ]);
    assertEquals(unread.count, 0);
  });
}

Deno.test("readNeighbours() does not choose among two addresses of one version", () => {
  const { neighbours, unread } = readNeighbours(
    "IP Address,IPv4 Address,MAC\n192.0.2.1,192.0.2.2,00:00:5e:00:53:01\n192.0.2.3,,00:00:5e:00:53:03\n",
  )!;
  assertEquals([neighbours.map(({ address }) => address), unread.count], [["192.0.2.3"], 1]);
});

Deno.test("readNeighbours() makes no rows without a MAC far below a heading, of another table", () => {
  const table = "Address    MAC                Interface  State\n" +
    "192.0.2.1  00:00:5e:00:53:01  eth0       reachable\n192.0.2.7  -                  eth0       failed\n";
  const other = "The same page goes on about networks, in some sentences.\n".repeat(5) +
    "Network          Mask             First\n192.168.1.0/26   255.255.255.192  192.168.1.1 - .62\n";
  const found = readNeighbours(table + other)!;
  assertEquals(found.neighbours.map(({ address, mac }) => [address, mac]), [
    ["192.0.2.1", "00:00:5e:00:53:01"],
    ["192.0.2.7", null],
  ]);
  assertEquals(found.unread.count, 1);
});
