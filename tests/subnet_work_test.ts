import { assert, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../cli/errors.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

async function lines(args: readonly string[], stdin = ""): Promise<[string[], number]> {
  const io = fakeIo({ stdin });
  const exit = await run(ipinfo, args, io);
  return [io.out().split("\n").slice(0, -1), exit];
}

const ANSWERS: [line: string, answer: string[], exit?: number][] = [
  ["--split 4 192.168.1.0/24", [
    "192.168.1.0/26",
    "192.168.1.64/26",
    "192.168.1.128/26",
    "192.168.1.192/26",
  ]],
  ["--split /33 2001:db8::/32", ["2001:db8::/33", "2001:db8:8000::/33"]],
  ["--hosts 10,60,20 192.168.1.0/24", [
    "network          mask             hosts                broadcast  usable  wasted",
    "192.168.1.0/26   255.255.255.192  192.168.1.1 - .62    .63        62      2",
    "192.168.1.64/27  255.255.255.224  192.168.1.65 - .94   .95        30      10",
    "192.168.1.96/28  255.255.255.240  192.168.1.97 - .110  .111       14      4",
  ]],
  ["--range 10.0.0.5-10.0.0.9", ["10.0.0.5/32", "10.0.0.6/31", "10.0.0.8/31"]],
  ["--merge 10.0.0.128/25 10.0.0.0/25 ::1 ::", ["10.0.0.0/24", "::/127"]],
  ["--exclude 10.0.0.64/26 --exclude 10.0.0.128/25 10.0.0.0/24", ["10.0.0.0/26"]],
  ["--contains 10.1.2.3 10.0.0.0/8", ["10.0.0.0/8 contains 10.1.2.3"]],
  ["--contains 11.1.2.3 10.0.0.0/8", ["10.0.0.0/8 does not contain 11.1.2.3"], 1],
  ["--overlaps 10.0.0.0/7 10.0.0.0/8", ["10.0.0.0/8 overlaps 10.0.0.0/7"]],
  ["--overlaps ::/0 10.0.0.0/8", ["10.0.0.0/8 does not overlap ::/0"], 1],
  ["--next /26 10.0.0.0/24 10.0.0.0/27 10.0.0.64/26", ["10.0.0.128/26"]],
  ["--list 10.0.0.0/255.255.255.254", ["10.0.0.0", "10.0.0.1"]],
];

for (const [line, answer, exit = 0] of ANSWERS) {
  Deno.test(`ipinfo ${line} answers ${answer.join(", ")}`, async () => {
    assertEquals(await lines(line.split(" ")), [answer, exit]);
  });
}

const REFUSED: [line: string, message: string, exit: number][] = [
  ["--split 3 10.0.0.0/8", "networks divide into powers of two", 2],
  ["--split x 10.0.0.0/8", "it is neither", 2],
  ["--split 4 10.0.0.0/31", "10.0.0.0/31 has fewer than 4 addresses", 2],
  ["--split /7 10.0.0.0/8", "10.0.0.0/8 has no networks with prefix /7 in it", 2],
  ["--hosts 60,0 10.0.0.0/8", '"0" is not a number above 0', 2],
  ["--hosts 60 10.0.0.0/8 11.0.0.0/8", "--hosts takes one network, not 2", 2],
  [
    "--hosts 200,100 10.0.0.0/24",
    "no room for 200 and 100 hosts in 10.0.0.0/24: a /23 is needed",
    1,
  ],
  [
    "--hosts 300 192.168.1.0/24",
    "no room for 300 hosts in 192.168.1.0/24: a /23 is needed, and 192.168.1.0/24 has 256 addresses",
    1,
  ],
  ["--next /24 10.0.0.0/24 10.0.0.1", "no /24 is free in 10.0.0.0/24", 1],
  ["--next /33 10.0.0.0/24", "10.0.0.0/24 has no networks with prefix /33 in it", 2],
  ["--next /129 ::/0", "a prefix length is /0 to /128", 2],
  ["--list --merge 10.0.0.0/24", "--merge and --list do not go together", 2],
];

for (const [line, message, exit] of REFUSED) {
  Deno.test(`ipinfo ${line} says that ${message}`, async () => {
    const error = await assertRejects(() => lines(line.split(" ")), UserError, message);
    assertEquals(error.exit, exit);
  });
}

const NO_RANGES: [range: string, reason: string][] = [
  ["10.0.0.1", "a range is two addresses with - between"],
  ["10.0.0.2-10.0.0.1", "the first address is above the last"],
  ["10.0.0.2-::1", "it mixes IPv4 and IPv6"],
  ["10.0.0.2-10.0.0.256", "256 is more than 255"],
];

for (const [range, reason] of NO_RANGES) {
  Deno.test(`ipinfo --range ${range} says that ${reason}, and in which line`, async () => {
    await assertRejects(() => lines(["--range", range]), SyntaxError, reason);
    const io = fakeIo({ stdin: `10.0.0.0-10.0.0.7\n${range}\n10.0.0.1-10.0.0.1\n` });
    assertEquals(await run(ipinfo, ["--range", "-"], io), 1);
    assertEquals(io.out(), "10.0.0.0/29\n10.0.0.1/32\n");
    assert(io.err().startsWith("netkit ipinfo: line 2: "), io.err());
    assert(io.err().includes(reason), io.err());
  });
}

Deno.test("ipinfo --merge reads networks from standard input", async () => {
  assertEquals(await lines(["--merge", "-"], "10.0.0.0/9\n\n10.128.0.0/9\n"), [["10.0.0.0/8"], 0]);
});

Deno.test("ipinfo --json has an object for each result", async () => {
  const json = async (...args: string[]) =>
    (await lines(["--json", ...args]))[0].map((line) => JSON.parse(line));
  const [half] = await json("--split", "2", "10.0.0.0/24");
  assertEquals([half.network.address, half.network.prefix], ["10.0.0.0", 25]);
  const [plan] = await json("--hosts", "60", "10.0.0.0/24");
  assertEquals([plan.hosts, plan.network.prefix], ["60", 26]);
  const [answer] = await json("--contains", "::1", "::/8");
  assertEquals([answer.other, answer.answer], ["::1", true]);
  assertEquals(await json("--list", "10.0.0.1"), [{ input: "10.0.0.1", address: "10.0.0.1" }]);
});

Deno.test("ipinfo --list writes a large network in pieces, and no faster than they are taken", async () => {
  const io = fakeIo();
  let writes = 0;
  const stdout = {
    write(): Promise<number> {
      writes++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
    isTerminal: () => false,
  };
  await assertRejects(() => run(ipinfo, ["--list", "::/0"], { ...io, stdout }), Error);
  assertEquals(writes, 1);
});
