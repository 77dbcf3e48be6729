import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BITS, type IpAddress, ipv4, ipv6 } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { formatNetwork, networkOf, parseNetwork } from "../address/network.ts";
import { type AddressRange, rangeOf } from "../address/range.ts";
import { RangeSet } from "../address/range_set.ts";
import { reverseZones } from "../address/reverse_zones.ts";
import { hostsOf, nthPart } from "../address/subnets.ts";
import { calculate, formatCalculated } from "../ipinfo/calculation.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";
import { askPython } from "./python.ts";
import { SEED } from "./seed.ts";

/** The seed of all properties of this file; a failure prints it. */
const seed = SEED;

/** The number of cases of each property. */
const numRuns = 20_000;

/** Values of 128 bits, many of them near the ends of the space and of networks. */
const bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
const value = fc.tuple(bits, fc.nat(128), fc.constantFrom(0n, 2n ** 128n - 1n, 0x0a01n << 112n))
  .map(([noise, shift, base]) => base ^ (noise >> BigInt(shift)));
const version = fc.constantFrom<4 | 6>(4, 6);

const address = fc.tuple(version, value).map(([version, value]) =>
  version === 4 ? ipv4(value >> 96n ^ value & 0xffn) : ipv6(value)
);
const network = fc.tuple(address, fc.nat(128)).map(([address, prefix]) =>
  networkOf(address, prefix % (BITS[address.version] + 1))
);

const PYTHON = `
import ipaddress, json, sys
def attempt(work):
    try: return str(work())
    except (ValueError, IndexError): return None
def subnet(net, prefix, number):
    size = 1 << (net.max_prefixlen - prefix)
    count = net.num_addresses // size
    if not (1 <= number <= count or -count <= number <= -1): raise ValueError
    index = number - 1 if number > 0 else count + number
    return net.network_address.__class__(int(net.network_address) + index * size)
def hosts(net):
    first, last = int(net[0]), int(net[-1])
    if net.num_addresses > 2:
        first += 1
        if net.version == 4: last -= 1
    make = net.network_address.__class__
    return [str(make(first)), str(make(last))]
def answer(case):
    first, other, text, more, number, steps = case
    one, two, net = ipaddress.ip_address(first), ipaddress.ip_address(other), ipaddress.ip_network(text)
    make = net.network_address.__class__
    prefix = min(net.max_prefixlen, net.prefixlen + more)
    steps = int(steps)
    def move():
        base = int(net.network_address) + steps * net.num_addresses
        return ipaddress.ip_network((make(base), net.prefixlen))
    return [
        attempt(lambda: one + steps),
        str(int(one) - int(two)) if one.version == two.version else None,
        attempt(move),
        attempt(lambda: subnet(net, prefix, int(number))),
        hosts(net),
    ]
print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
`;

/** What Python says of a case, `null` where it refuses it. */
type Answer = [
  sum: string | null,
  difference: string | null,
  moved: string | null,
  part: string | null,
  ends: string[],
];

/** Returns a text of Python's as RFC 5952 wants it: of IPv4-mapped addresses Python writes only hexadecimal. */
function canonical(text: string | null): string | null {
  if (text === null || !text.startsWith("::")) return text;
  const network = parseNetwork(text);
  return text.includes("/") ? formatNetwork(network) : formatIp(network.address);
}

/** Returns what `work` returns as text, `null` if it throws. */
function attempt(work: () => string): string | null {
  try {
    return work();
  } catch (error) {
    assert(error instanceof SyntaxError, `${error}`);
    return null;
  }
}

Deno.test({
  name:
    "sums, differences, the n-th part and the hosts agree with Python (skipped without python3)",
  ...needs("python3"),
  async fn() {
    const count = fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt(-(2n ** 70n), 2n ** 70n));
    const cases = fc.sample(
      fc.tuple(address, address, network, fc.nat(40), count.filter((n) => n !== 0n), count),
      { seed, numRuns },
    );
    const answers = await askPython(
      PYTHON,
      cases.map(([one, other, net, more, number, steps]) => [
        formatIp(one),
        formatIp(other),
        formatNetwork(net),
        more,
        `${number}`,
        `${steps}`,
      ]),
    );
    assertEquals(answers.length, numRuns);
    cases.forEach(([one, other, net, more, number, steps], i) => {
      const sign = steps < 0n ? "" : "+";
      const result = (text: string) => attempt(() => formatCalculated(calculate(text)));
      const prefix = Math.min(BITS[net.address.version], net.prefix + more);
      const size = 1n << BigInt(BITS[net.address.version] - prefix);
      const nth = nthPart(rangeOf(net), number, size);
      const hosts = hostsOf(net);
      const found = [
        result(`${formatIp(one)}${sign}${steps}`),
        result(`${formatIp(one)}-${formatIp(other)}`),
        result(`${formatNetwork(net)}${sign}${steps}`),
        nth && formatIp(nth),
        [formatIp(hosts.first), formatIp(hosts.last)],
      ];
      const [sum, difference, moved, part, ends] = answers[i] as Answer;
      const wanted = [
        canonical(sum),
        difference,
        canonical(moved),
        canonical(part),
        ends.map(canonical),
      ];
      if (`${found}` !== `${wanted}`) assertEquals(found, wanted, `case ${i} of seed ${seed}`);
    });
  },
});

const ZONES = `
import ipaddress, json, sys
def zones(text):
    net = ipaddress.ip_network(text)
    bits = 8 if net.version == 4 else 4
    prefix = -(-net.prefixlen // bits) * bits
    cut = (net.max_prefixlen - prefix) // bits
    return [[".".join(each.network_address.reverse_pointer.split(".")[cut:]), str(each)]
        for each in net.subnets(new_prefix=prefix)]
print(json.dumps([zones(text) for text in json.load(sys.stdin)]))
`;

Deno.test({
  name: "reverseZones() agrees with names that Python makes (skipped without python3)",
  ...needs("python3"),
  async fn() {
    const networks = fc.sample(
      network.filter(({ address: { version }, prefix }) =>
        version === 6 || prefix === 32 || (prefix <= 24 && (prefix + 4) % 8 <= 4)
      ),
      { seed, numRuns },
    );
    const answers = await askPython(ZONES, networks.map(formatNetwork)) as string[][][];
    networks.forEach((each, i) => {
      const found = [...reverseZones(each)].map(({ name, network }) =>
        `${name} ${formatNetwork(network)}`
      );
      const wanted = answers[i]!.map(([name, text]) => `${name} ${canonical(text!)}`);
      if (`${found}` !== `${wanted}`) {
        assertEquals(found, wanted, `${formatNetwork(each)} of seed ${seed}`);
      }
    });
  },
});

Deno.test("reverseZones() covers a network exactly, with one zone above each small one of IPv4", () => {
  const small = fc.tuple(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    fc.integer({ min: 25, max: 31 }),
  )
    .map(([value, prefix]) => networkOf(ipv4(value), prefix));
  fc.assert(
    fc.property(small, (net) => {
      const [zone, ...more] = reverseZones(net);
      assertEquals(more, []);
      assertEquals(zone!.network, net);
      assertEquals(zone!.parent!.network, networkOf(net.address, 24));
      const octets = formatIp(net.address).split(".");
      const above = `${octets.slice(0, 3).reverse().join(".")}.in-addr.arpa`;
      assertEquals(zone!.name, `${octets[3]}/${net.prefix}.${above}`);
    }),
    { seed, numRuns },
  );
});

/** The world in which addresses are counted one by one: the first 64 of each version. */
const WORLD = 64;

const index = fc.nat(WORLD - 1);
const span = fc.tuple(index, index).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

function at(version: 4 | 6, index: number): IpAddress {
  return version === 4 ? ipv4(0x0a00_0000n + BigInt(index)) : ipv6((0xfdn << 120n) + BigInt(index));
}

function rangeIn(version: 4 | 6, [first, last]: readonly [number, number]): AddressRange {
  return { first: at(version, first), last: at(version, last) };
}

function membersOf([first, last]: readonly [number, number]): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

Deno.test("RangeSet knows what it includes, and its bounds, as a set of single addresses does", () => {
  fc.assert(
    fc.property(version, fc.array(span, { maxLength: 6 }), span, (version, list, asked) => {
      const set = new RangeSet();
      for (const each of list) set.add(rangeIn(version, each));
      set.join();
      const members = new Set(list.flatMap(membersOf));
      const range = rangeIn(version, asked);
      const wanted = membersOf(asked).every((each) => members.has(each));
      assertEquals(set.includes(range), wanted);
      if (version === 4) {
        const [first, last] = [Number(range.first.value), Number(range.last.value)];
        assertEquals(set.includesIpv4(first, last), wanted);
      }
      const sorted = [...members].sort((a, b) => a - b);
      const ends = sorted.length === 0 ? null : rangeIn(version, [sorted[0]!, sorted.at(-1)!]);
      assertEquals(set.bounds(version), ends);
      assertEquals(set.bounds(version === 4 ? 6 : 4), null);
    }),
    { seed, numRuns },
  );
});

/** Runs ipinfo; resolves to its output, its messages and its exit code. */
async function outcome(args: readonly string[], pieces: readonly Uint8Array[]) {
  const io = fakeIo({ files: { list: "10.0.0.0/25 x\n::/64\n" } });
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece.slice());
      controller.close();
    },
  });
  const exit = await run(ipinfo, args, { ...io, stdin: { ...io.stdin, readable } });
  return { out: io.out(), err: io.err(), exit };
}

const LIST = new TextEncoder().encode(
  "\ufeff# 列表\r\n10.0.0.1 甲\n\n10.0.0.0-10.0.0.9,b\r\n10.0.0.64 255.255.255.192\r\n坏\n" +
    "::1 # é\n10.0.0.1 10.0.0.2\r\n2001:db8::/32\t𐍈",
);

for (
  const args of ["--form address", "--json --merge", "--csv --in list", "--not list", "--count"]
) {
  Deno.test(`ipinfo ${args} gives the same result wherever a list is cut`, async () => {
    const words = [...args.split(" "), "-"];
    const whole = await outcome(words, [LIST]);
    assertEquals(whole.exit, 1);
    assert(whole.out.length > 0 && whole.err.includes("line 6: "), whole.err);
    for (let cut = 0; cut <= LIST.length; cut++) {
      assertEquals(await outcome(words, [LIST.subarray(0, cut), LIST.subarray(cut)]), whole);
    }
    const single = Array.from(LIST, (_, i) => LIST.subarray(i, i + 1));
    assertEquals(await outcome(words, single), whole);
  });
}

for (const option of ["--in", "--match", "--not"]) {
  Deno.test(`ipinfo ${option} gives the same result wherever reading its FILE is cut`, async () => {
    const results = await Promise.all(
      [1, 2, 3, 7, 64, 1 << 16].map(async (most) => {
        const io = fakeIo({ stdin: "10.0.0.1\n::1\n", files: { list: LIST } });
        const exit = await run(ipinfo, [option, "list", "-"], {
          ...io,
          async openFile(path) {
            const file = await io.openFile(path);
            return { ...file, read: (buffer) => file.read(buffer.subarray(0, most)) };
          },
        });
        return [io.out(), io.err(), exit];
      }),
    );
    for (const result of results) assertEquals(result, results[0]);
  });
}
