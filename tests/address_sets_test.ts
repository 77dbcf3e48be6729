import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BITS, type IpAddress, ipv4, ipv6 } from "../address/ip.ts";
import { contains, formatNetwork, type IpNetwork, networkOf } from "../address/network.ts";
import { PrefixTable } from "../address/prefix_table.ts";
import { RangeSet } from "../address/range_set.ts";
import { type AddressRange, rangeNetworks, rangeOf } from "../address/range.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, type FakeOptions, run } from "./fakes.ts";
import { needs } from "./needs.ts";
import { askPython } from "./python.ts";
import { SEED } from "./seed.ts";

/** The seed of all properties of this file; a failure prints it. */
const seed = SEED;

/** The number of cases of each property. */
const numRuns = 20_000;

/** The world in which addresses are counted one by one: the last 64 of each version. */
const WORLD = 64;

const version = fc.constantFrom<4 | 6>(4, 6);

function at(version: 4 | 6, index: number): IpAddress {
  return version === 4
    ? ipv4(2n ** 32n - BigInt(WORLD - index))
    : ipv6(2n ** 128n - BigInt(WORLD - index));
}

const index = fc.nat(WORLD - 1);
const span = fc.tuple(index, index).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const spans = fc.array(span, { maxLength: 6 });

function rangeIn(version: 4 | 6, [first, last]: readonly [number, number]): AddressRange {
  return { first: at(version, first), last: at(version, last) };
}

/** Returns the indices of all addresses in `ranges`, in the order in which they come. */
function members(ranges: Iterable<AddressRange>): number[] {
  return [...ranges].flatMap(({ first, last }) => {
    const start = Number(first.value - at(first.version, 0).value);
    return Array.from({ length: Number(last.value - first.value) + 1 }, (_, i) => start + i);
  });
}

Deno.test("RangeSet agrees with sets in which each address is counted", () => {
  fc.assert(
    fc.property(version, spans, span, (version, list, asked) => {
      const set = new RangeSet();
      for (const each of list) set.add(rangeIn(version, each));
      set.add(rangeIn(version === 4 ? 6 : 4, [0, WORLD - 1])); // the other version does not matter
      set.join();
      const wanted = new Set(members(list.map((each) => rangeIn(version, each))));
      const ranges = [...set.ranges()].filter(({ first }) => first.version === version);
      assertEquals(members(ranges), [...wanted].sort((a, b) => a - b));
      assertEquals(set.count(version), {
        addresses: BigInt(wanted.size),
        ranges: [...wanted].filter((each) => !wanted.has(each - 1)).length,
      });
      const all = members([rangeIn(version, asked)]);
      const inside = [...set.inside(rangeIn(version, asked))];
      assertEquals(members(inside), all.filter((each) => wanted.has(each)));
      const outside = [...set.outside(rangeIn(version, asked))];
      assertEquals(members(outside), all.filter((each) => !wanted.has(each)));
    }),
    { seed, numRuns },
  );
});

Deno.test("RangeSet knows the whole of both spaces", () => {
  const set = new RangeSet();
  const spaces = [rangeOf(networkOf(ipv4(0n), 0)), rangeOf(networkOf(ipv6(0n), 0))];
  for (const range of spaces) set.add(range);
  set.join();
  assertEquals([...set.ranges()], spaces);
  for (const range of spaces) {
    assertEquals([...set.inside(range)], [range]);
    assertEquals([...set.outside(range)], []);
  }
});

Deno.test("RangeSet sorts more ranges than it has room for at first", () => {
  const set = new RangeSet();
  for (const make of [ipv4, ipv6]) {
    for (let i = 0n; i < 5000n; i++) {
      const first = make(i * 7919n % 5000n * 4n);
      set.add({ first, last: { ...first, value: first.value + 1n } });
    }
  }
  set.join();
  const ranges = [...set.ranges()];
  assertEquals(ranges.length, 10_000);
  for (const [i, { first, last }] of ranges.entries()) {
    assertEquals([first.value, last.value], [BigInt(i % 5000) * 4n, BigInt(i % 5000) * 4n + 1n]);
  }
});

/** The oracle: of all prefixes in which the network lies, the longest one, the last of equal ones. */
function longestMatch(table: readonly IpNetwork[], { address, prefix }: IpNetwork): number | null {
  let found: number | null = null;
  table.forEach((each, i) => {
    if (each.prefix > prefix || !contains(each, address)) return;
    if (found === null || each.prefix >= table[found]!.prefix) found = i;
  });
  return found;
}

Deno.test("PrefixTable finds the longest match, as a search of all prefixes does", () => {
  const bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  // Few values, so that prefixes lie inside each other.
  const value = fc.tuple(fc.constantFrom(0n, 2n ** 128n - 1n, 0x0a01n << 112n), bits, fc.nat(128))
    .map(([base, noise, shift]) => base ^ (noise >> BigInt(shift)));
  const network = fc.tuple(value, fc.nat(128));
  fc.assert(
    fc.property(
      version,
      fc.array(network, { maxLength: 12 }),
      network,
      (version, list, sought) => {
        const networks = [...list, sought].map(([value, prefix]) =>
          version === 4
            ? networkOf(ipv4(value >> 96n), prefix % 33)
            : networkOf(ipv6(value), prefix)
        );
        const asked = networks.pop()!;
        const table = new PrefixTable(version);
        networks.forEach((each, i) => assertEquals(table.add(each), i));
        table.build();
        assertEquals(table.search(asked.address, asked.prefix), longestMatch(networks, asked));
        networks.forEach((each, i) => assertEquals(table.at(i), each));
      },
    ),
    { seed, numRuns },
  );
});

Deno.test("PrefixTable holds more prefixes than it has room for at first", () => {
  for (const [version, make] of [[4, ipv4], [6, ipv6]] as const) {
    const table = new PrefixTable(version);
    for (let i = 0; i < 1000; i++) table.add(networkOf(make(BigInt(i) * 256n), BITS[version] - 8));
    table.build();
    for (let i = 0; i < 1000; i++) assertEquals(table.search(make(BigInt(i) * 256n + 9n)), i);
    assertEquals(table.search(make(256_000n)), null);
  }
});

const PYTHON = `
import ipaddress, json, sys
def outside(one, others):
    left = [one]
    for other in others:
        if other.version != one.version: continue
        left = [part for each in left for part in (
            each.address_exclude(other) if other.subnet_of(each) and other != each
            else [] if each.subnet_of(other) else [each])]
    return [str(each) for each in sorted(ipaddress.collapse_addresses(left))]
def answer(case):
    nets = [ipaddress.ip_network(text) for text in case]
    merged = []
    for version in (4, 6):
        merged += ipaddress.collapse_addresses([each for each in nets if each.version == version])
    return [[str(each) for each in merged], outside(nets[0], nets[1:])]
print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
`;

Deno.test({
  name: "RangeSet merges and excludes as Python's ipaddress does (skipped without python3)",
  ...needs("python3"),
  async fn() {
    const value = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
    const network = fc.tuple(version, value, fc.integer({ min: 0, max: 7 })).map(
      ([version, value, host]) =>
        version === 4
          ? networkOf(ipv4(0xc0a8_0100n + (value & 0xffn)), 32 - host)
          : networkOf(ipv6((0x2001_0db8n << 96n) + (value & 0x1ffn)), 128 - host),
    );
    const cases = fc.sample(fc.array(network, { minLength: 1, maxLength: 8 }), { seed, numRuns });
    const answers = await askPython(PYTHON, cases.map((each) => each.map(formatNetwork)));
    assertEquals(answers.length, numRuns);
    const text = (ranges: Iterable<AddressRange>) =>
      [...ranges].flatMap((range) => [...rangeNetworks(range)].map(formatNetwork));
    cases.forEach((networks, i) => {
      const [all, others] = [new RangeSet(), new RangeSet()];
      networks.forEach((each, i) => {
        all.add(rangeOf(each));
        if (i > 0) others.add(rangeOf(each));
      });
      all.join();
      others.join();
      const found = [text(all.ranges()), text(others.outside(rangeOf(networks[0]!)))];
      assertEquals(found, answers[i] as string[][], `case ${i} of seed ${seed}`);
    });
  },
});

async function inspect(args: readonly string[], options: FakeOptions): Promise<[string[], number]> {
  const io = fakeIo(options);
  const exit = await run(ipinfo, args, io);
  return [(io.out() + io.err()).split("\n").slice(0, -1), exit];
}

const LIST = `# routes
10.0.0.0/8 office
10.1.0.0 - 10.1.255.255, lab ; twice
10.2.0.0 255.255.0.0
bad
2001:db8::/32 documentation
`;

const BAD = [
  'netkit ipinfo: list, line 5: "bad" is not an IP address: "b" is neither a decimal digit nor a dot',
];

const SETS: [args: string, stdin: string, out: string[], exit: number][] = [
  ["--and list -", "10.255.255.0-11.0.0.255\n2001:db8::1 x\n", [
    "10.255.255.0/24",
    "2001:db8::1/128",
  ], 1],
  ["--not list -", "10.255.255.0-11.0.0.255\n2001:db8::1\n", ["11.0.0.0/24"], 1],
  ["--not list --exclude 11.0.0.0/25 -", "11.0.0.0/24\n", ["11.0.0.128/25"], 1],
  ["--match list -", "10.1.2.3\n10.2.0.0/15\n::\n2001:db8::5/64\n", [
    "10.1.2.3  10.1.0.0/16  lab",
    "10.2.0.0/15  10.0.0.0/8  office",
    "::  no match",
    "2001:db8::5/64  2001:db8::/32  documentation",
  ], 1],
];

for (const [args, stdin, out, exit] of SETS) {
  Deno.test(`ipinfo ${args} answers ${out.join(", ")}`, async () => {
    const found = await inspect(args.split(" "), { stdin, files: { list: LIST } });
    assertEquals(found, [[...out, ...BAD], exit]);
  });
}

Deno.test("ipinfo --count counts each address once, --merge joins ranges and networks", async () => {
  const stdin = "10.0.0.0/24\n10.0.0.0-10.0.1.255\n::/127 two\n";
  assertEquals(await inspect(["--count", "-"], { stdin }), [[
    "IPv4  512 addresses in 1 range",
    "IPv6  2 addresses in 1 range",
  ], 0]);
  assertEquals(await inspect(["--merge", "-"], { stdin }), [["10.0.0.0/23", "::/127"], 0]);
});

Deno.test("ipinfo --match --json says which input, prefix and name", async () => {
  const [lines] = await inspect(["--json", "--match", "list", "-"], {
    stdin: "10.1.2.3 me\n",
    files: { list: "10.0.0.0/8 office\n" },
  });
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { input: "10.1.2.3", line: 1, label: "me", match: "10.0.0.0/8", match_label: "office" },
  ]);
});

Deno.test("ipinfo --not streams: the first answer comes before the second input", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const io = fakeIo({ files: { list: "10.0.0.0/25\n" } });
  const answered = Promise.withResolvers<void>();
  const done = run(ipinfo, ["--not", "list", "-"], {
    ...io,
    stdin: { ...io.stdin, readable },
    stdout: {
      write: (bytes) => io.stdout.write(bytes).finally(() => answered.resolve()),
      isTerminal: () => false,
    },
  });
  await writer.write(new TextEncoder().encode("10.0.0.0/24\n"));
  await answered.promise;
  assert(io.out() === "10.0.0.128/25\n", io.out());
  await writer.close();
  assertEquals(await done, 0);
});
