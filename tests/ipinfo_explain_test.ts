import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { BITS, ipv4, ipv6 } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { broadcast, formatNetwork, hostCount, lastHost, networkOf } from "../address/network.ts";
import { UserError } from "../cli/errors.ts";
import { explainNetwork } from "../ipinfo/explain.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

async function explained(line: string, columns = 80): Promise<string> {
  const io = fakeIo({ columns });
  await run(ipinfo, ["--explain", ...line.split(" ")], io);
  return io.out();
}

Deno.test("ipinfo --explain shows the steps of a teacher, and the AND bit by bit", async () => {
  assertEquals(
    await explained("192.168.1.130/25"),
    `192.168.1.130/25
1. The prefix is /25: of 32 bits, 25 number the network and 32 - 25 = 7 the
   hosts.
2. 7 host bits make blocks of 2^7 = 128 addresses.
3. The mask ends in octet 4, where it is 128; there a block is 256 - 128 = 128
   wide, so blocks begin at multiples of 128.
4. Octet 4 of the address is 130 = 1 × 128 + 2: its block begins at 128, and the
   network is 192.168.1.128.
5. The next block begins at 192.168.2.0; the address before that is the
   broadcast address, 192.168.1.255.
6. Hosts are between the two: 192.168.1.129 to 192.168.1.254, 128 - 2 = 126.
7. 192.168.1.130 is an ordinary host, number 2 of 126: host bits are set.
   address 11000000.10101000.00000001.10000010  192.168.1.130
   mask    11111111.11111111.11111111.10000000  255.255.255.128
   AND     11000000.10101000.00000001.10000000  192.168.1.128
`,
  );
});

Deno.test("ipinfo --explain says why a link has a /31, and why a plan is as it is", async () => {
  const link = (await explained("10.0.0.1/31", 200)).split("\n");
  assert(
    link.some((line) => line.includes("on a link between two routers both are hosts (RFC 3021)")),
  );
  const plan = await explained("--hosts 60,2 192.168.1.0/24", 200);
  assert(
    plan.includes(
      "60 hosts and 2 reserved addresses are 62, which fit in 2^6 = 64: 6 host bits, /26.",
    ),
    plan,
  );
  const parts = await explained("--split 4 192.168.1.0/24", 200);
  assert(parts.includes("4 parts need 2 more network bits: 2^2 = 4. /24 + 2 = /26."), parts);
});

Deno.test("explainNetwork() calculates rightly, whatever the address and prefix", () => {
  const bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(fc.constantFrom<4 | 6>(4, 6), bits, fc.nat(128), (version, value, prefix) => {
      const address = version === 4 ? ipv4(value >> 96n) : ipv6(value);
      const network = networkOf(address, prefix % (BITS[version] + 1));
      const text = explainNetwork({ address, network, forms: [] }).join("\n");
      const numbers = (words: string[]) => words.map((word) => Number(word));
      for (const [, ...parts] of text.matchAll(/(\w+) = (\d+) × (\w+) \+ (\w+)/g)) {
        const [whole, times, block, rest] = numbers(parts) as [number, number, number, number];
        assertEquals(whole, times * block + rest);
        assert(rest < block);
      }
      for (const [, ...parts] of text.matchAll(/(\w+) - (\w+) = (\w+)/g)) {
        const [a, b, difference] = parts.map((each) => BigInt(each)) as [bigint, bigint, bigint];
        assertEquals(a - b, difference);
      }
      const said = (words: string) => assert(text.includes(words), `${words}\n${text}`);
      said(formatNetwork(network).replace(/\/.*/, "."));
      const end = broadcast(network);
      if (end) said(`is the broadcast address, ${formatIp(end)}.`);
      if (end) said(`to ${formatIp(lastHost(network))}, `);
      if (end) said(` - 2 = ${hostCount(network)}.`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("ipinfo --explain is never wider than the terminal, has JSON, and goes with few others", async () => {
  for (const operand of ["2001:db8::1/64", "--hosts 60,20 10.0.0.0/24", "10.0.0.1/8"]) {
    for (const line of (await explained(operand, 80)).split("\n")) assert(line.length <= 80, line);
  }
  const record = JSON.parse(await explained("--json 10.0.0.1/8"));
  assertEquals([record.address, record.steps.length], ["10.0.0.1", 7]);
  await assertRejects(() => explained("--merge 10.0.0.0/8"), UserError, "not with --merge");
  await assertRejects(() => explained("--form hex 10.0.0.0/8"), UserError, "do not go together");
});
