import { parsePacketList } from "../trace/packet_list.ts";
import { assertLinear } from "./linear.ts";
import { testPacketLists } from "./packet_lists.ts";

testPacketLists("tshark", ["-t d", "-t u", "-T tabs", "-P -V", "-P -x"]);

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
