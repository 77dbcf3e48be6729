import { assert, assertEquals } from "@std/assert";
import { parsePacketList } from "../trace/packet_list.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { assertLinear } from "./linear.ts";
import { needs } from "./needs.ts";

/** What `trace --json` tells of `bytes`: numbers, flags and moves of each segment, and the ends. */
async function told(bytes: Uint8Array): Promise<unknown[]> {
  const io = fakeIo({ files: { x: bytes } });
  assertEquals(await run(trace, ["-r", "x", "--json"], io), 0);
  return io.out().trimEnd().split("\n").map((line) => {
    const { type, conn, dir, flags, seq, ack, len, moves, paths, bytes, refused } = JSON.parse(
      line,
    );
    return { type, conn, dir, flags, seq, ack, len, moves, paths, bytes, refused };
  });
}

async function output(program: string, args: readonly string[]): Promise<Uint8Array> {
  const { stdout } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stderr: "null",
    env: { TZ: "UTC" },
  }).output();
  return stdout;
}

const EXAMPLES = new URL("../examples/", import.meta.url);
const NAMES = ["four-segment-close", "half-close", "refused", "reset", "simultaneous-open"];

for (
  const [program, variants] of [
    ["tcpdump", ["", "-S", "-v", "-vvv", "-e", "-tttt", "-tt", "-x", "-xx", "-X"]],
    ["tshark", ["-t ad"]],
  ] as const
) {
  for (const variant of variants) {
    Deno.test({
      name: `trace -r reads the lines of ${program} ${variant} as the capture itself`,
      ...needs(program),
      async fn() {
        for (const name of program === "tshark" ? NAMES.slice(0, 2) : NAMES) {
          const path = new URL(`${name}.pcap`, EXAMPLES).pathname;
          const more = variant.split(" ").filter((word) => word !== "");
          const text = await output(program, ["-n", ...more, "-r", path]);
          assertEquals(await told(text), await told(await Deno.readFile(path)), name);
        }
      },
    });
  }
}

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
  assertEquals([first!.bytes[0]! >> 4, first!.length, list.unread], [6, 60, []]);
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

Deno.test("parsePacketList() takes linear time", async () => {
  const line = "12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0";
  for (
    const [name, part] of [
      ["lines", `${line}\n`],
      ["one line", `${line} `],
      ["fronts", "IP (TCP (6) "],
      ["words of Wireshark", "1 → 2 [SYN] Seq=1 MSS=1 Win=1 "],
    ] as const
  ) {
    await assertLinear(
      (size) => part.repeat(Math.ceil(size / part.length)),
      parsePacketList,
      { name },
    );
  }
});
