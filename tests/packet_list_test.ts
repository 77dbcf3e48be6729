import { assert, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../cli/errors.ts";
import { parsePacketList } from "../trace/packet_list.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { testPacketLists } from "./packet_lists.ts";

testPacketLists(
  "tcpdump",
  ["", "-S", "-v", "-vvv", "-vvv -e", "-e", "-t", "-tt", "-ttt", "-tttt", "-ttttt -v", "-#"],
);
testPacketLists("tcpdump", ["-x", "-xx", "-X", "-XX", "-A", "-A -tttt", "-X -v -S"]);
testPacketLists("tshark", ["-t ad"]); // the others are in packet_list_matrix_test.ts

Deno.test("trace -r reads a paste from a forum", async () => {
  const path = new URL("./testdata/trace/tcpdump-paste.txt", import.meta.url);
  const io = fakeIo({ files: { x: await Deno.readFile(path) } });
  await run(trace, ["-r", "x"], io);
  assert(io.out().includes("77 B →, 0 B ←; reset by the server"), io.out());
  assert(io.out().includes("0.000400 "), "times are those of the lines");
});

Deno.test("parsePacketList() reads IPv6, and times that go past midnight", () => {
  const list = parsePacketList(
    "23:59:59.900000 IP6 2001:db8::1.51000 > 2001:db8::2.80: Flags [S], seq 7, win 1, length 0\n" +
      "00:00:00.100000 IP6 2001:db8::2.80 > 2001:db8::1.51000: Flags [S.], seq 9, ack 8, win 1, length 0\n",
  )!;
  const [first, second] = list.packets;
  assertEquals(second!.time - first!.time, 200_000_000n);
  assertEquals([first!.bytes[0]! >> 4, list.unread], [6, []]);
  // Behind both headers there is room for options that a line may have left out.
  assertEquals([first!.bytes.length, first!.length], [60, 72]);
});

Deno.test("parsePacketList() names the lines with TCP that it does not understand", () => {
  const list = parsePacketList(
    "12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0\n" +
      "12:00:00.2 IP host.example.1 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0\n" +
      "something else\n",
  )!;
  assertEquals([list.packets.length, list.unread], [1, [2]]);
  assertEquals(parsePacketList("0000 45 00 00 28\n"), null);
});

/** Lines as other versions and other programs write them, and the segments in them. */
const SPELLINGS: readonly (readonly [what: string, lines: readonly string[]])[] = [
  ["tcpdump before version 4", [
    "12:00:00.000000 10.9.0.1.5000 > 10.9.0.2.80: S 100:100(0) win 512 <mss 1460,timestamp 7 0> (DF)",
    "12:00:00.100000 10.9.0.2.80 > 10.9.0.1.5000: S 700:700(0) ack 101 win 512 <mss 1460>",
    "12:00:00.200000 10.9.0.1.5000 > 10.9.0.2.80: . ack 1 win 512 (DF)",
    "12:00:00.300000 10.9.0.1.5000 > 10.9.0.2.80: P 1:6(5) ack 1 win 512 (DF) [tos 0x10]",
    "12:00:00.400000 10.9.0.2.80 > 10.9.0.1.5000: R 1:1(0) ack 6 win 0",
  ]],
  ["tcpdump 3.9, and ports by name", [
    "12:00:00.000000 IP 10.9.0.1.5000 > 10.9.0.2.http: S 100:100(0) win 512 <mss 1460>",
    "12:00:00.100000 IP 10.9.0.2.http > 10.9.0.1.5000: S 700:700(0) ack 101 win 512 <mss 1460>",
    "12:00:00.200000 IP 10.9.0.1.5000 > 10.9.0.2.http: . ack 1 win 512",
    "12:00:00.300000 IP 10.9.0.1.5000 > 10.9.0.2.http: P 1:6(5) ack 1 win 512",
    "12:00:00.400000 IP 10.9.0.2.http > 10.9.0.1.5000: R 1:1(0) ack 6 win 0",
  ]],
  ["tcpdump -i any, cut packets, and a note about the payload", [
    "12:00:00.000000 eth0  Out IP truncated-ip - 20 bytes missing! 10.9.0.1.5000 > 10.9.0.2.80: " +
    "Flags [S], seq 100, win 512, options [mss 1460,[|tcp]>",
    "12:00:00.100000 eth0  In  IP 10.9.0.2.80 > 10.9.0.1.5000: Flags [S.], seq 700, ack 101, win 512, length 0",
    "12:00:00.200000 eth0  Out ifindex 2 00:00:5e:00:53:01 ethertype IPv4 (0x0800), length 72: " +
    "10.9.0.1.5000 > 10.9.0.2.80: Flags [.], ack 1, win 512, length 0",
    "12:00:00.300000 IP 10.9.0.1.5000 > 10.9.0.2.80: Flags [P.], seq 1:6, ack 1, win 512, length 5: HTTP: GET",
    "12:00:00.400000 IP 10.9.0.2.80 > 10.9.0.1.5000: Flags [R.], seq 1, ack 6, win 0, length 0",
  ]],
  ["Wireshark, copied as CSV, and ports by name", [
    '"No.","Time","Source","Destination","Protocol","Length","Info"',
    '"1","0.000000","10.9.0.1","10.9.0.2","TCP","74","5000  >  http [SYN] Seq=0 Win=512 Len=0 MSS=1460"',
    '"2","0.100000","10.9.0.2","10.9.0.1","TCP","74","http  >  5000 [SYN, ACK] Seq=0 Ack=1 Win=512 Len=0"',
    '"3","0.200000","10.9.0.1","10.9.0.2","TCP","66","5000  >  http [ACK] Seq=1 Ack=1 Win=512 Len=0"',
    '"4","0.300000","10.9.0.1","10.9.0.2","TCP","71","5000  >  http [PSH, ACK] Seq=1 Ack=1 Win=512 Len=5"',
    '"5","0.400000","10.9.0.2","10.9.0.1","TCP","66","http  >  5000 [RST, ACK] Seq=1 Ack=6 Win=0 Len=0"',
  ]],
  ["Wireshark 2, copied as plain text", [
    "No.     Time        Source                Destination           Protocol Length Info",
    "      1 0.000000    10.9.0.1              10.9.0.2              TCP      74     5000→80 [SYN] Seq=0 Win=512 Len=0",
    "Frame 1: 74 bytes on wire (592 bits), 74 bytes captured (592 bits)",
    "",
    "      2 0.100000    10.9.0.2              10.9.0.1              TCP      74     80→5000 [SYN, ACK] Seq=0 Ack=1 Win=512 Len=0",
    "      3 0.200000    10.9.0.1              10.9.0.2              TCP      66     5000→80 [ACK] Seq=1 Ack=1 Win=512 Len=0",
    "      4 0.300000    10.9.0.1              10.9.0.2              TCP      71     5000→80 [PSH, ACK] Seq=1 Ack=1 Win=512 Len=5",
    "      5 0.400000    10.9.0.2              10.9.0.1              TCP      66     80→5000 [RST, ACK] Seq=1 Ack=6 Win=0 Len=0",
  ]],
  ["tshark with columns of another order", [
    "5000 → 80 [SYN] Seq=0 Win=512 Len=0     10.9.0.1 → 10.9.0.2     0.000000000",
    "80 → 5000 [SYN, ACK] Seq=0 Ack=1 Win=512 Len=0     10.9.0.2 → 10.9.0.1     0.100000000",
    "0.200000000 10.9.0.2     ←     10.9.0.1 5000 → 80 [ACK] Seq=1 Ack=1 Win=512 Len=0",
    "    4 0.300000000     10.9.0.1 5000 10.9.0.2     80 5000 → 80 [PSH, ACK] Seq=1 Ack=1 Win=512 Len=5",
    "    5 0.400000000     10.9.0.2 → 10.9.0.1     TCP 66 80 → 5000 [RST, ACK] Seq=1 Ack=6 Win=0 Len=0",
  ]],
];

for (const [what, lines] of SPELLINGS) {
  Deno.test(`trace -r reads ${what}`, async () => {
    const io = fakeIo({ files: { x: lines.join("\n") } });
    assertEquals(await run(trace, ["-r", "x", "--json"], io), 0);
    const all = io.out().trimEnd().split("\n").map((line) => JSON.parse(line));
    const segments = all.filter(({ type }) => type === "segment");
    assertEquals(
      segments.map(({ from, flags, seq, ack, bytes }) =>
        [from, flags.join(), seq, ack, bytes].join(" ")
      ),
      [
        "client SYN 0  0",
        "server SYN,ACK 0 1 0",
        "client ACK 1 1 0",
        "client PSH,ACK 1 1 5",
        "server RST,ACK 1 6 0",
      ],
    );
    const { client, server, reset, ms } = all.at(-1);
    assertEquals([client, server, reset], ["10.9.0.1:5000", "10.9.0.2:80", "server"]);
    // Columns of another order may have the time behind the addresses.
    assertEquals(ms, 400);
  });
}

/** Texts about packets that show no segments, and what is said. */
const NO_LISTS: readonly (readonly [what: string, text: string, says: string])[] = [
  ["tcpdump -q", "12:00:00.000000 IP 10.9.0.1.5000 > 10.9.0.2.80: tcp 0\n", "have no flags"],
  [
    "tshark -V",
    "Frame 1: 74 bytes on wire (592 bits), 74 bytes captured\nEthernet II\n",
    "details",
  ],
  ["tshark -T json", '[\n  {\n    "_index": "packets-2026-11-22",\n', "JSON of tshark"],
  ["tshark -T ek", '{"index":{"_index":"packets-2026-11-22"}}\n', "JSON of tshark"],
  ["tshark -T pdml", '<?xml version="1.0"?>\n<pdml version="0">\n', "XML of Wireshark"],
];

for (const [what, text, says] of NO_LISTS) {
  Deno.test(`trace -r refuses the text of ${what} with a word`, async () => {
    const io = fakeIo({ files: { x: text } });
    await assertRejects(async () => await run(trace, ["-r", "x"], io), UserError, says);
  });
}
