import { assert, assertEquals, assertRejects } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, type FakeOptions, run } from "./fakes.ts";

async function inspect(
  args: readonly string[],
  options: FakeOptions = {},
): Promise<[lines: string[], exit: number]> {
  const io = fakeIo(options);
  const exit = await run(ipinfo, args, io);
  return [(io.out() + io.err()).split("\n").slice(0, -1), exit];
}

async function records(args: readonly string[], options: FakeOptions = {}) {
  const [lines] = await inspect(["--json", ...args], options);
  return lines.map((line) => JSON.parse(line));
}

const LIST = "10.0.0.0/8 office\n10.1.0.0-10.1.0.9 ; inside\n2001:db8::/32\n";
const FOUR = "10.0.0.4\n10.0.0.8/30\n";

const ANSWERS: [line: string, answer: string[], exit?: number][] = [
  ["--in list 10.1.2.3 10.0.0.0/8 10.255.255.0-10.255.255.255 2001:db8::1/128", [
    "10.1.2.3 is in list",
    "10.0.0.0/8 is in list",
    "10.255.255.0-10.255.255.255 is in list",
    "2001:db8::1/128 is in list",
  ]],
  ["--in list 10.1.2.9/24 9.255.255.255 10.255.255.0-11.0.0.0 ::/0", [
    "10.1.2.0/24 is in list",
    "9.255.255.255 is not in list",
    "10.255.255.0-11.0.0.0 is not in list",
    "::/0 is not in list",
  ], 1],
  ["--in list 9.255.255.255", ["9.255.255.255 is not in list"], 1],
  ["--in 10.0.0.0/8 10.1.2.3", ["10.1.2.3 is in 10.0.0.0/8"]],
  ["--strict --in list 10.1.2.3", ["10.1.2.3 is in list"]],
  ["--contains four 10.0.0.0/28 10.0.0.4-10.0.0.11", [
    "10.0.0.0/28 contains four",
    "10.0.0.4-10.0.0.11 contains four",
  ]],
  ["--contains four 10.0.0.0/29 ::/0", [
    "10.0.0.0/29 does not contain four",
    "::/0 does not contain four",
  ], 1],
  ["--contains list 0.0.0.0/0", ["0.0.0.0/0 does not contain list"], 1],
  ["--contains 10.0.0.1-10.0.0.6 10.0.0.0/29", ["10.0.0.0/29 contains 10.0.0.1-10.0.0.6"]],
  ["--overlaps four 10.0.0.0/29", ["10.0.0.0/29 overlaps four"]],
  ["--overlaps four 10.0.0.5-10.0.0.7", ["10.0.0.5-10.0.0.7 does not overlap four"], 1],
  ["--calc 10.0.0.250+10 10.0.0.5-6 10.0.1.0-10.0.0.5 10.0.0.5-10.0.1.0 ::5-::1", [
    "10.0.1.4",
    "9.255.255.255",
    "251",
    "-251",
    "4",
  ]],
  ["--calc 10.0.0.0/24+3 2001:db8::/48-1 fe80::1%eth-0+0xff 3232235777+1", [
    "10.0.3.0/24",
    "2001:db7:ffff::/48",
    "fe80::100%eth-0",
    "192.168.1.2",
  ]],
  ["--list --hosts-only 10.0.0.0/30", ["10.0.0.1", "10.0.0.2"]],
  ["--list --hosts-only 10.0.0.0/31 10.0.0.2/32", ["10.0.0.0", "10.0.0.1", "10.0.0.2"]],
  ["--list --nth 3 10.0.0.0/30", ["10.0.0.2"]],
  ["--list --hosts-only --nth -1 10.0.0.0/24 ::/64", ["10.0.0.254", "::ffff:ffff:ffff:ffff"]],
  ["--split /24 --nth 300 10.0.0.0/8", ["10.1.43.0/24"]],
  ["--split 4 --nth=-1 10.0.0.0/24", ["10.0.0.192/26"]],
  ["--split /24 --nth 1 --subnet-zero no 10.0.0.0/8", ["10.0.1.0/24"]],
  ["--split /24 --nth -1 --subnet-zero no 10.0.0.0/8", ["10.255.254.0/24"]],
  ["--reverse-zones 192.168.0.0/23 10.0.0.1", [
    "0.168.192.in-addr.arpa  192.168.0.0/24",
    "1.168.192.in-addr.arpa  192.168.1.0/24",
    "1.0.0.10.in-addr.arpa  10.0.0.1/32",
  ]],
  ["--reverse-zones 192.168.1.0/24", ["1.168.192.in-addr.arpa  192.168.1.0/24"]],
  ["--reverse-zones 192.168.1.128/26", [
    "128/26.1.168.192.in-addr.arpa  192.168.1.128/26",
    "  in 1.168.192.in-addr.arpa: $GENERATE 128-191 $ CNAME $.128/26",
  ]],
  ["--reverse-zones 2001:db8::/47 0.0.0.0/0 ::/0", [
    "0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa  2001:db8::/48",
    "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa  2001:db8:1::/48",
    "in-addr.arpa  0.0.0.0/0",
    "ip6.arpa  ::/0",
  ]],
];

for (const [line, answer, exit = 0] of ANSWERS) {
  Deno.test(`ipinfo ${line} answers ${answer.join(", ")}`, async () => {
    const found = await inspect(line.split(" "), { files: { list: LIST, four: FOUR } });
    assertEquals(found, [answer, exit]);
  });
}

const REFUSED: [line: string, message: string][] = [
  ["--in 10.0.0.256 10.0.0.1", '"10.0.0.256" is not an IP address: 256 is more than 255'],
  ["--in blocklist 10.0.0.1", "cannot read blocklist"],
  ["--in empty 10.0.0.1", "there is no address in empty"],
  ["--calc 10.0.0.1", "there is no + or - in it"],
  ["--calc 255.255.255.255+1", "the result is above 255.255.255.255"],
  ["--calc 0.0.0.0/8-1", "the result is below 0.0.0.0"],
  ["--calc 10.0.0.1-::1", "it mixes IPv4 and IPv6"],
  ["--calc 10.0.0.256+1", "256 is more than 255"],
  ["--list --nth 257 10.0.0.0/24", "10.0.0.0/24 has 256 addresses: there is none with number 257"],
  ["--list --hosts-only --nth 3 10.0.0.0/30", "10.0.0.0/30 has 2 hosts"],
  ["--split 4 --nth 5 10.0.0.0/24", "10.0.0.0/24 has 4 parts with /26"],
  ["--split 2 --nth 1 --subnet-zero no 10.0.0.0/24", "10.0.0.0/24 has 0 parts with /25"],
  ["--list --nth 0 10.0.0.0/24", "it counts from 1, or from -1 backwards"],
  ["--nth 1 10.0.0.0/24", "--nth goes with --split or --list"],
  ["--hosts-only 10.0.0.0/24", "--hosts-only goes with --list"],
  ["--json --csv 10.0.0.0/24", "--json and --csv do not go together"],
  ["--csv --form hex 10.0.0.0/24", "--form goes with addresses, not with --csv"],
  ["--reverse-zones --calc 10.0.0.0/24", "--calc and --reverse-zones do not go together"],
];

for (const [line, message] of REFUSED) {
  Deno.test(`ipinfo ${line} says that ${message}`, async () => {
    const files = { empty: "# nothing\n" };
    const error = await assertRejects(() => inspect(line.split(" "), { files }), Error);
    assert(error instanceof UserError || error instanceof ParseError);
    assert(error.message.includes(message), error.message);
  });
}

Deno.test("ipinfo --calc takes sums with blanks, and lists of them with comments", async () => {
  assertEquals(await inspect(["--calc", "10.0.0.5 + 0x10"]), [["10.0.0.21"], 0]);
  const [lines, exit] = await inspect(["--calc", "-"], {
    stdin: "# sums\n\n10.0.0.9 - 10.0.0.5\r\n::1+1\nx\n",
  });
  assertEquals([lines.slice(0, 2), exit], [["4", "::2"], 1]);
  assert(lines[2]!.includes("line 5: "), lines[2]);
});

Deno.test("ipinfo --reverse-zones puts a network below a name that leaves no room", async () => {
  const io = fakeIo({ terminal: true, columns: 80 });
  await run(ipinfo, ["--reverse-zones", "2001:db8::1"], io);
  const [name, network] = io.out().split("\n");
  assertEquals(name!.length, 72);
  assertEquals(network, "  2001:db8::1/128");
});

Deno.test("ipinfo --json says of every result which input it belongs to", async () => {
  const stdin = "# networks\n10.0.0.0/24 a\n10.0.0.0/26 b\n10.0.0.64/26 c\n";
  const origins = async (...args: string[]) =>
    (await records([...args, "-"], { stdin })).map((
      { input, line, label },
    ) => [input, line, label]);
  const a = ["10.0.0.0/24", 2, "a"];
  const [b, c] = [["10.0.0.0/26", 3, "b"], ["10.0.0.64/26", 4, "c"]];
  assertEquals(await origins("--next", "/25"), [a]);
  assertEquals(await origins("--map"), [b, c, a]);
  assertEquals(await origins("--in", "10.0.0.0/25"), [a, b, c]);
  const hosts = await records(["--hosts", "5,5", "-"], { stdin: "10.0.0.0/24 a\n" });
  assertEquals(hosts.map(({ input, line, label }) => [input, line, label]), [
    ["10.0.0.0/24", 1, "a"],
    ["10.0.0.0/24", 1, "a"],
  ]);
  const steps = await records(["--explain", "--hosts", "5", "10.0.0.0/24"]);
  assertEquals(steps.map(({ input }) => input), ["10.0.0.0/24", "10.0.0.0/24"]);
});

Deno.test("ipinfo --merge --json says which inputs a network has addresses of", async () => {
  const stdin = "10.0.0.64-10.0.0.130 b\n::1\n10.0.0.0/26 a\n12.0.0.0/8\n10.0.0.5 c\n";
  const found = await records(["--merge", "11.0.0.0/8", "-"], { stdin });
  const entry = (input: string, line: number, label?: string) =>
    label === undefined ? { input, line } : { input, line, label };
  const b = entry("10.0.0.64-10.0.0.130", 1, "b");
  assertEquals(found.map(({ network, inputs }) => [network.address, network.prefix, inputs]), [
    ["10.0.0.0", 25, [entry("10.0.0.0/26", 3, "a"), entry("10.0.0.5", 5, "c"), b]],
    ["10.0.0.128", 31, [b]],
    ["10.0.0.130", 32, [b]],
    ["11.0.0.0", 8, [{ input: "11.0.0.0/8" }]],
    ["12.0.0.0", 8, [entry("12.0.0.0/8", 4)]],
    ["::1", 128, [entry("::1", 2)]],
  ]);
});

const TABLES: [args: string, rows: string[]][] = [
  ["--hosts a:60,20 10.0.0.0/24", [
    "input,line,label,name,hosts,wasted,network,prefix,netmask,wildcard,first,last,broadcast," +
    "addresses,usable",
    "10.0.0.0/24,,,a,60,2,10.0.0.0/26,26,255.255.255.192,0.0.0.63,10.0.0.1,10.0.0.62,10.0.0.63,64,62",
    "10.0.0.0/24,,,,20,10,10.0.0.64/27,27,255.255.255.224,0.0.0.31,10.0.0.65,10.0.0.94,10.0.0.95,32,30",
  ]],
  ["--list 10.0.0.0/31", [
    "input,line,label,address",
    "10.0.0.0/31,,,10.0.0.0",
    "10.0.0.0/31,,,10.0.0.1",
  ]],
  ["--in 10.0.0.0/8 10.0.0.0-10.0.0.5", [
    "input,line,label,other,answer,network,prefix,netmask,wildcard,first,last,broadcast,addresses,usable",
    "10.0.0.0-10.0.0.5,,,10.0.0.0/8,true,,,,,,,,,",
  ]],
  ["--count 10.0.0.0/31", ["input,line,label,version,addresses,ranges", ",,,4,2,1"]],
];

for (const [args, rows] of TABLES) {
  Deno.test(`ipinfo --csv ${args} is a table with a first row of names`, async () => {
    const [lines] = await inspect(["--csv", ...args.split(" ")]);
    assertEquals(lines, rows.map((row) => `${row}\r`));
  });
}

Deno.test("ipinfo --csv has as many cells in each row, and bad lines on standard error", async () => {
  const stdin = '10.0.0.1/24 "a, b"\nbad\n::1\n';
  const io = fakeIo({ stdin });
  assertEquals(await run(ipinfo, ["--csv", "-"], io), 1);
  const [names, first, second, end] = io.out().split("\r\n");
  assert(first!.startsWith('10.0.0.1/24,1,"""a, b""",4,10.0.0.1,167772161,'), first);
  const cells = names!.split(",").length;
  assertEquals([second!.split(",").length, end], [cells, ""]);
  assertEquals(first!.replace('"""a, b"""', "").split(",").length, cells);
  assert(io.err().includes("line 2: "), io.err());
});

const LOG = `2026-01-02 10:11:12 10.0.0.4 - - "GET /" 200
10.0.0.4:8080 -> 192.0.2.1:53, 00:11:22:33:44:55
# 10.0.0.9.
[2001:db8::7]:443 up; [2001:db8:1::7]:443 too
10.0.0.8/29 10.0.0.8/30
1.10.0.0.4 10.0.0.41 10.0.0.4.5

version 10.0.0.4a
`;

Deno.test("ipinfo --grep prints the lines of a log with an address of a list, as they are", async () => {
  const files = { four: `${FOUR}2001:db8::/48 ; ours\n` };
  assertEquals(await inspect(["--grep", "four", "-"], { files, stdin: LOG }), [
    LOG.split("\n").slice(0, 5),
    0,
  ]);
  const found = await records(["--grep", "four", "-"], { files, stdin: LOG });
  assertEquals(found.map(({ line, found }) => [line, found]), [
    [1, ["10.0.0.4"]],
    [2, ["10.0.0.4"]],
    [3, ["10.0.0.9"]],
    [4, ["2001:db8::7"]],
    [5, ["10.0.0.8/30"]],
  ]);
  assertEquals(found[2].input, "# 10.0.0.9.");
  assertEquals(await inspect(["--grep", "four", "-"], { files, stdin: "10.0.0.5\n" }), [[], 1]);
  const logs = { files: { ...files, a: "x\n10.0.0.4 a\n", b: "10.0.0.4 b\n" } };
  assertEquals(await inspect(["--grep", "four", "a", "b"], logs), [
    ["10.0.0.4 a", "10.0.0.4 b"],
    0,
  ]);
  await assertRejects(() => inspect(["--grep", "four", "c"], logs), UserError, "cannot read c");
});

Deno.test("ipinfo --grep writes control characters out on a terminal, and nowhere else", async () => {
  const line = "\x1b[31m10.0.0.4";
  const options = { files: { four: FOUR }, stdin: `${line}\n` };
  assertEquals((await inspect(["--grep", "four", "-"], options))[0], [line]);
  const shown = await inspect(["--grep", "four", "-"], { ...options, terminal: true });
  assertEquals(shown[0], ["\\x1b[31m10.0.0.4"]);
});

const MORE: [line: string, answer: string[]][] = [
  ["--list 10.0.0.5-10.0.0.7", ["10.0.0.5", "10.0.0.6", "10.0.0.7"]],
  ["--list --nth -1 10.0.0.5-10.0.0.7", ["10.0.0.7"]],
  ["--list --hosts-only 10.0.0.0-10.0.0.1", ["10.0.0.0", "10.0.0.1"]],
  ["--merge --as-ranges 10.0.0.0/24 10.0.1.0-10.0.1.9 ::1", ["10.0.0.0-10.0.1.9", "::1-::1"]],
  ["--exclude 10.0.0.4/30 --as-ranges 10.0.0.0/28", ["10.0.0.0-10.0.0.3", "10.0.0.8-10.0.0.15"]],
  ["--and list --as-ranges 9.255.255.255-10.0.0.3", ["10.0.0.0-10.0.0.3"]],
  ["--csv --merge --as-ranges 10.0.0.0/31", [
    "input,line,label,first,last,addresses\r",
    ",,,10.0.0.0,10.0.0.1,2\r",
  ]],
];

for (const [line, answer] of MORE) {
  Deno.test(`ipinfo ${line} answers ${answer.join(", ")}`, async () => {
    assertEquals(await inspect(line.split(" "), { files: { list: LIST } }), [answer, 0]);
  });
}

const ADVICE: [line: string, message: string, hint: string | null][] = [
  ["192.168.0.0/24 26", "26 stands behind 192.168.0.0/24", "--split /26 192.168.0.0/24 divides it"],
  ["192.168.0.0/24 /16", "/16 stands behind 192.168.0.0/24", "write 192.168.0.0/16"],
  ["192.168.0.0 33", "33 is no prefix of 192.168.0.0: it is 0 to 32", "give 33 first"],
  ["10.0.0.5+1", "is neither a decimal digit nor a dot", "--calc adds and subtracts"],
  ["--calc 10.0.0.1+", "there is no number behind the +", "write it like"],
  ["--as-ranges 10.0.0.1", "--as-ranges goes with", null],
];

for (const [line, message, hint] of ADVICE) {
  Deno.test(`ipinfo ${line} says that ${message}`, async () => {
    const error = await assertRejects(() => inspect(line.split(" ")), Error);
    assert(error instanceof UserError || error instanceof ParseError);
    assert(error.message.includes(message), error.message);
    assert(hint === null ? error.hint === null : error.hint?.includes(hint), `${error.hint}`);
  });
}

Deno.test("ipinfo --match writes control characters of a name in FILE out", async () => {
  const files = { routes: "10.0.0.0/8 \x1b[31mred\n" };
  const [lines] = await inspect(["--match", "routes", "10.0.0.1"], { files });
  assertEquals(lines, ["10.0.0.1  10.0.0.0/8  \\x1b[31mred"]);
});
