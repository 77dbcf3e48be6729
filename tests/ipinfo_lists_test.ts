import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { joinOperands } from "../ipinfo/inputs.ts";
import { readLineGroups } from "../ipinfo/line_groups.ts";
import { parseListLine } from "../ipinfo/list_line.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

async function inspect(
  args: readonly string[],
  stdin: string | Uint8Array = "",
): Promise<{ exit: number; out: string[]; err: string[] }> {
  const io = fakeIo({ stdin });
  const exit = await run(ipinfo, args, io);
  const lines = (text: string) => text.split("\n").slice(0, -1);
  return { exit, out: lines(io.out()), err: lines(io.err()) };
}

async function inspectFile(args: readonly string[], name: string) {
  return await inspect(
    args,
    await Deno.readFile(new URL(`testdata/ipinfo/${name}.txt`, import.meta.url)),
  );
}

Deno.test("ipinfo reads the last line of CRLF input", async () => {
  const { exit, out } = await inspectFile(["--form", "address", "-"], "crlf-last-line");
  assertEquals([exit, out], [0, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]]);
});

Deno.test("ipinfo reads a zone before a prefix and keeps it with the address", async () => {
  const { exit, out } = await inspectFile(["--json", "-"], "zone-and-prefix");
  const found = out.map((line) => JSON.parse(line));
  assertEquals(exit, 0);
  assertEquals(found.map(({ address, network }) => [address, network.address, network.prefix]), [
    ["fe80::%2", "fe80::", 64],
    ["fe80::1%eth0", "fe80::", 64],
  ]);
});

Deno.test("ipinfo --merge names a bad line, and merges the others", async () => {
  const { exit, out, err } = await inspectFile(["--merge", "-"], "one-bad-line");
  assertEquals([exit, out], [1, ["10.0.0.0/28"]]);
  assert(err[0]!.startsWith('netkit ipinfo: line 3: "bad" is not an IP address'), err[0]);
});

Deno.test("ipinfo reads lists with comments, tabs, blanks and commas", async () => {
  const { exit, out } = await inspectFile(["--form", "network", "-"], "list-with-comments");
  assertEquals([exit, out], [0, [
    "10.0.0.0/8",
    "192.168.0.0/24",
    "10.0.0.5/32",
    "10.0.0.0/24",
    "10.0.0.0/24",
    "192.168.1.0/24",
  ]]);
});

Deno.test("ipinfo --range reads ranges as whois servers write them", async () => {
  const { exit, out } = await inspectFile(["--range", "-"], "whois-inetnum");
  assertEquals([exit, out.length, out[0], out.at(-1)], [
    0,
    14,
    "192.168.100.0/22",
    "185.81.68.254/32",
  ]);
});

Deno.test("ipinfo says how the punctuation of a Chinese keyboard is written in ASCII", async () => {
  const { exit, out, err } = await inspectFile(["-"], "chinese-ime-punctuation");
  assertEquals([exit, out], [1, []]);
  assertEquals(err.filter((line) => line.startsWith("  ")), [
    "  write 10.0.0.1",
    "  write 10.0.0.1/8",
    "  write 2001:db8::1",
    "  write 192.168.1.0/24",
  ]);
});

/** Yields the lines that come of `pieces` of standard input. */
async function linesOf(pieces: readonly Uint8Array[]): Promise<string[]> {
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece.slice());
      controller.close();
    },
  });
  const io = fakeIo();
  const lines: string[] = [];
  const reading = readLineGroups({ ...io, stdin: { ...io.stdin, readable } });
  for await (const group of reading) lines.push(...group);
  return lines;
}

Deno.test("readLineGroups() gives the same lines wherever a list is cut", async () => {
  const line = fc.constantFrom("", "10.0.0.1", "a 名字", "\r", "::1\t# é");
  const text = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 12 })
    .chain((lines) => fc.constantFrom(lines.flat().join(""), lines.flat().slice(0, -1).join("")));
  await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(80)), async (text, cuts) => {
    const bytes = new TextEncoder().encode(text);
    const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
    const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
    const single = [...bytes].map((byte) => new Uint8Array([byte]));
    const wanted = text.replace(/\r?\n$/, "").replace(/\r$/, "").split(/\r?\n/);
    const plain = (lines: readonly string[]) => lines.join("\n").replace(/\r(?=\n|$)/g, "");
    assertEquals(plain(await linesOf(pieces)), plain(text === "" ? [] : wanted));
    assertEquals(await linesOf(single), await linesOf(pieces));
  }));
});

const LINES: [line: string, text: string | null, label?: string][] = [
  ["10.0.0.1", "10.0.0.1"],
  ["  10.0.0.1\t", "10.0.0.1"],
  ["", null],
  [" \t", null],
  ["# comment", null],
  ["; comment", null],
  ["10.0.0.0/8 ; SBL1", "10.0.0.0/8", "SBL1"],
  ["10.0.0.0/8#office", "10.0.0.0/8", "office"],
  ["10.0.0.0/8 office # since 2020", "10.0.0.0/8", "office"],
  ["10.0.0.1, 10.0.0.2", "10.0.0.1", "10.0.0.2"],
  ['"10.0.0.0/8","the office",7', "10.0.0.0/8", '"the office",7'],
  ["10.0.0.3\t255.255.255.0", "10.0.0.3/255.255.255.0"],
  ["10.0.0.3 /24 lab", "10.0.0.3/24", "lab"],
  ["10.0.0.3 0.0.0.255", "10.0.0.3/0.0.0.255"],
  ["10.0.0.3 255.255.255.255", "10.0.0.3/255.255.255.255"],
  ["0.0.0.0 0.0.0.0 10.0.0.1", "0.0.0.0/0.0.0.0", "10.0.0.1"],
  ["10.0.0.0/8 64512", "10.0.0.0/8", "64512"],
  ["10.0.0.0/8 via 10.0.0.1", "10.0.0.0/8", "via 10.0.0.1"],
  ["fe80::1%eth0/64 printer", "fe80::1%eth0/64", "printer"],
  ["192.168.100.0 - 192.168.200.255", "192.168.100.0-192.168.200.255"],
  ["10.0.0.1-10.0.0.9 lab", "10.0.0.1-10.0.0.9", "lab"],
  ["2001:db8:: - 2001:db8::f", "2001:db8::-2001:db8::f"],
  ["00001010 00000000 00000000 00000001", "00001010.00000000.00000000.00000001"],
  ["host-1.example", "host-1.example"],
];

for (const [line, text, label = ""] of LINES) {
  Deno.test(`parseListLine() finds ${text} in ${JSON.stringify(line)}`, () => {
    const entry = parseListLine(line);
    const found = entry && [entry.text, entry.label, entry.fault];
    assertEquals(found, text === null ? null : [text, label, null]);
  });
}

for (const line of ["10.0.0.1 10.0.0.2", "10.0.0.0/8 255.0.0.0", "10.0.0.1 0.0.0.0", "::1 ::2"]) {
  Deno.test(`ipinfo - says that ${line} is two addresses, and goes on`, async () => {
    const { exit, out, err } = await inspect(["--form", "address", "-"], `${line}\n10.0.0.9\n`);
    assertEquals([exit, out], [1, ["10.0.0.9"]]);
    assert(err[0]!.includes("line 1: "), err[0]);
    assert(err[0]!.includes("looks like an address, too"), err[0]);
  });
}

const JOINED: [operands: string, joined: string[]][] = [
  ["192.168.1.1 24", ["192.168.1.1/24"]],
  ["192.168.1.1 /24", ["192.168.1.1/24"]],
  ["192.168.1.1 255.255.255.0", ["192.168.1.1/255.255.255.0"]],
  ["192.168.1.1 0.0.0.255", ["192.168.1.1/0.0.0.255"]],
  ["2001:db8::1 64", ["2001:db8::1/64"]],
  ["192.168.1.1 133", ["192.168.1.1", "133"]],
  ["1.2.3.4 0.0.0.0", ["1.2.3.4", "0.0.0.0"]],
  ["1.1.1.1 0.0.0.1", ["1.1.1.1", "0.0.0.1"]],
  ["10.0.0.1 224.0.0.0 10.0.0.2", ["10.0.0.1", "224.0.0.0", "10.0.0.2"]],
  ["127.0.0.1 0.0.0.0 255.255.255.255", ["127.0.0.1", "0.0.0.0", "255.255.255.255"]],
  ["10.0.0.1/8 255.0.0.0", ["10.0.0.1/8", "255.0.0.0"]],
  ["3 24", ["3", "24"]],
  ["00001010 00000000 00000000 00000001", ["00001010.00000000.00000000.00000001"]],
];

for (const [operands, joined] of JOINED) {
  Deno.test(`ipinfo ${operands} is ${joined.length === 1 ? "one address" : "several"}`, () => {
    assertEquals(joinOperands(operands.split(" "), "join"), joined);
    const kept = operands.startsWith("00001010") ? joined : operands.split(" ");
    assertEquals(joinOperands(operands.split(" "), "keep"), kept);
  });
}

Deno.test("ipinfo --merge takes no operand for a mask, and refuses what may be one", async () => {
  assertEquals((await inspect(["--merge", "1.2.3.4", "0.0.0.0"])).out, [
    "0.0.0.0/32",
    "1.2.3.4/32",
  ]);
  for (const word of ["24", "/24", "255.255.255.0"]) {
    const error = await assertRejects(() => inspect(["--merge", "1.2.3.4", word]), UserError);
    assertEquals(error.message, `${word} behind 1.2.3.4 may be its mask, or another address`);
  }
  const forms = await inspect("--form integer 127.0.0.1 0.0.0.0 255.255.255.255".split(" "));
  assertEquals(forms.out, ["2130706433", "0", "4294967295"]);
});

Deno.test("ipinfo --range refuses ends in two zones", async () => {
  await assertRejects(() => inspect(["--range", "fe80::1%a-fe80::5%b"]), ParseError, "two zones");
  assertEquals((await inspect(["--range", "fe80::1%a-fe80::1%a"])).out, ["fe80::1/128"]);
});

Deno.test("ipinfo 192.168.1.1 24 is one address with its prefix", async () => {
  const { out } = await inspect(["--json", "192.168.1.1", "24"]);
  assertEquals(out.map((line) => JSON.parse(line).network.prefix), [24]);
});

const HINTS: [args: string[], hint: string][] = [
  [["192.168.100.0 - 192.168.200.255"], "--range reads it as a range of addresses"],
  [["10.0.0.0-10.0.0.9"], "--range reads it as a range of addresses"],
  [["[2001:db8::]/48"], "write 2001:db8::/48"],
  [["1.2.3.4:80/24"], "write 1.2.3.4/24"],
  [["--range", "10.0.0.5-30"], "write 10.0.0.5-10.0.0.30"],
  [["--range", "10.0.0.5-1.30"], "write 10.0.0.5-10.0.1.30"],
  [["example.com"], "--resolve looks up host names"],
  [["localhost/8"], "--resolve looks up host names"],
  [["10。0。0。1"], "write 10.0.0.1"],
];

for (const [args, hint] of HINTS) {
  Deno.test(`ipinfo ${args.join(" ")} has the hint: ${hint}`, async () => {
    assertEquals((await assertRejects(() => inspect(args), ParseError)).hint, hint);
  });
}

Deno.test("ipinfo special speaks of the network where one was given", async () => {
  const special = async (operand: string) => {
    const { out } = await inspect([operand]);
    const lines = out.slice(out.findIndex((line) => line.startsWith("special")));
    return lines.join(" ").replace(/\s+/g, " ");
  };
  assertEquals(
    await special("10.0.0.0/7"),
    "special not the network as a whole, but parts of it: half: 10.0.0.0/8 Private-Use " +
      "(RFC 1918), not globally reachable",
  );
  assert((await special("0.0.0.0/0")).includes(" smaller blocks"));
  assert(!(await special("192.0.0.0/8")).includes("Continuity"));
});

Deno.test("ipinfo --json says from which input a result comes", async () => {
  const stdin = "10.0.0.0/31 a\n10.0.0.2-10.0.0.3 b\n";
  const { out, exit } = await inspect(["--json", "--split", "2", "-"], stdin);
  const found = out.map((line) => JSON.parse(line));
  assertEquals(found.slice(0, 2).map(({ input, line, label }) => [input, line, label]), [
    ["10.0.0.0/31", 1, "a"],
    ["10.0.0.0/31", 1, "a"],
  ]);
  assertEquals([exit, found[2].input, found[2].line], [1, "10.0.0.2-10.0.0.3", 2]);
});

for (
  const operand of [
    "19 .168.15.201",
    "2001:db8::1:d23e 9a51:d09f",
    "10.0.0.1 8/31",
    "::f f8a:4ced/9",
    "5 apples",
    "0.0.3.4 /%",
  ]
) {
  Deno.test(`ipinfo "${operand}" is an error: the rest of an address is no name`, async () => {
    const io = fakeIo();
    await assertRejects(() => run(ipinfo, [operand], io), ParseError, "stands behind it");
    assertEquals(io.out(), "");
  });
}

Deno.test('ipinfo "10.0.0.1 office" has the name behind it', async () => {
  const io = fakeIo();
  assertEquals(await run(ipinfo, ["--json", "10.0.0.1 office"], io), 0);
  assertStringIncludes(io.out(), '"label":"office"');
});
