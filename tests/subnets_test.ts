import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type IpAddress, ipv4, ipv6 } from "../address/ip.ts";
import {
  formatNetwork,
  hostCount,
  type IpNetwork,
  networkOf,
  splitBits,
} from "../address/network.ts";
import { planHosts, prefixNeeded } from "../address/host_plan.ts";
import { RangeSet } from "../address/range_set.ts";
import { addressRange, rangeNetworks, rangeOf } from "../address/range.ts";
import {
  addressesOf,
  containsNetwork,
  excludeNetworks,
  nextFree,
  overlaps,
  splitNetwork,
} from "../address/subnets.ts";

/** Yields the fewest networks that together have exactly the addresses of `networks`. */
function* mergeNetworks(networks: readonly IpNetwork[]): Generator<IpNetwork> {
  const set = new RangeSet();
  for (const each of networks) set.add(rangeOf(each));
  set.join();
  for (const range of set.ranges()) yield* rangeNetworks(range);
}

/**
 * The oracle counts addresses one by one, in a world of 256 of them: the last /24 of IPv4 and the
 * last /120 of IPv6, where nothing may overflow.
 */
const WORLD = 256;

const version = fc.constantFrom<4 | 6>(4, 6);

function at(version: 4 | 6, index: number): IpAddress {
  return version === 4
    ? ipv4(2n ** 32n - 256n + BigInt(index))
    : ipv6(2n ** 128n - 256n + BigInt(index));
}

function network(version: 4 | 6, index: number, host: number): IpNetwork {
  return networkOf(at(version, index), (version === 4 ? 32 : 128) - host);
}

/** Returns the indices of all addresses of `network`. */
function members({ address, prefix }: IpNetwork): number[] {
  const width = address.version === 4 ? 32 : 128;
  const first = Number(address.value - at(address.version, 0).value);
  return Array.from({ length: 2 ** (width - prefix) }, (_, i) => first + i);
}

function all(networks: Iterable<IpNetwork>): number[] {
  return [...networks].flatMap(members);
}

/** Returns the fewest aligned blocks for a set, by trying the largest size first at each place. */
function fewest(set: ReadonlySet<number>): number {
  let count = 0;
  for (let i = 0; i < WORLD; count++) {
    while (i < WORLD && !set.has(i)) i++;
    if (i === WORLD) break;
    let size = WORLD;
    const fits = () =>
      i % size === 0 && Array.from({ length: size }, (_, j) => set.has(i + j)).every(Boolean);
    while (!fits()) size /= 2;
    i += size;
  }
  return count;
}

const index = fc.nat(WORLD - 1);
const host = fc.integer({ min: 0, max: 8 });
const blocks = fc.array(fc.tuple(index, fc.integer({ min: 0, max: 6 })), { maxLength: 8 });

Deno.test("splitNetwork() and mergeNetworks() undo each other", () => {
  fc.assert(fc.property(version, index, host, host, (version, i, large, small) => {
    fc.pre(small <= large);
    const whole = network(version, i, large);
    const parts = [...splitNetwork(whole, network(version, i, small).prefix)];
    assertEquals(parts.length, 2 ** (large - small));
    assertEquals(all(parts), members(whole));
    assertEquals([...mergeNetworks(parts.toReversed())], [whole]);
  }));
});

Deno.test("splitNetwork() streams", () => {
  const [first, second] = splitNetwork(networkOf(ipv6(0n), 0), 128);
  assertEquals([first, second].map((each) => formatNetwork(each!)), ["::/128", "::1/128"]);
  assertThrows(() => [...splitNetwork(networkOf(ipv6(0n), 64), 63)], RangeError);
});

Deno.test("rangeNetworks() covers a range exactly, with the fewest networks", () => {
  fc.assert(fc.property(version, index, index, (version, a, b) => {
    const range = addressRange(at(version, Math.min(a, b)), at(version, Math.max(a, b)))!;
    const found = [...rangeNetworks(range)];
    const wanted = Array.from(
      { length: Math.abs(a - b) + 1 },
      (_, i) => Math.min(a, b) + i,
    );
    assertEquals(all(found), wanted);
    assertEquals(found.length, fewest(new Set(wanted)));
  }));
});

Deno.test("rangeNetworks() knows the whole space as one network", () => {
  const whole = networkOf(ipv6(0n), 0);
  assertEquals([...rangeNetworks(rangeOf(whole))], [whole]);
});

Deno.test("addressRange() goes forwards and mixes no versions", () => {
  assertEquals(addressRange(ipv4(2n), ipv4(1n)), null);
  assertEquals(addressRange(ipv4(1n), ipv6(2n)), null);
});

Deno.test("mergeNetworks() covers the same addresses with the fewest networks", () => {
  fc.assert(fc.property(blocks, blocks, (four, six) => {
    const ofVersion = (version: 4 | 6, list: typeof four) =>
      list.map(([i, host]) => network(version, i, host));
    const found = [...mergeNetworks([...ofVersion(6, six), ...ofVersion(4, four)])];
    for (const [version, list] of [[4, four], [6, six]] as const) {
      const mine = found.filter(({ address }) => address.version === version);
      const set = new Set(all(ofVersion(version, list)));
      assertEquals(all(mine), [...set].sort((a, b) => a - b));
      assertEquals(mine.length, fewest(set));
    }
  }));
});

Deno.test("excludeNetworks() leaves exactly what is not excluded", () => {
  fc.assert(fc.property(version, index, host, blocks, (version, i, size, list) => {
    const whole = network(version, i, size);
    const excluded = list.map(([j, host]) => network(version, j, host));
    const gone = new Set(all(excluded));
    const left = members(whole).filter((each) => !gone.has(each));
    const found = [...excludeNetworks(whole, excluded)];
    assertEquals(all(found), left);
    assertEquals(found.length, fewest(new Set(left)));
  }));
});

Deno.test("nextFree() is the first that a search of all places finds", () => {
  fc.assert(fc.property(version, index, host, blocks, host, (version, i, size, list, small) => {
    const whole = network(version, i, size);
    const used = list.map(([j, host]) => network(version, j, host));
    const taken = new Set(all(used));
    const { prefix } = network(version, 0, small);
    let wanted: IpNetwork | null = null;
    for (const start of small > size ? [] : members(whole)) {
      const candidate = network(version, start, small);
      if (members(candidate).every((each) => !taken.has(each))) wanted ??= candidate;
    }
    assertEquals(nextFree(whole, used, prefix), wanted);
  }));
});

Deno.test("containsNetwork() and overlaps() agree with counting addresses", () => {
  fc.assert(
    fc.property(version, index, host, index, host, (version, a, large, b, small) => {
      const one = network(version, a, large);
      const other = network(version, b, small);
      const mine = new Set(members(one));
      assertEquals(containsNetwork(one, other), members(other).every((each) => mine.has(each)));
      assertEquals(overlaps(one, other), members(other).some((each) => mine.has(each)));
    }),
  );
  assert(!overlaps(networkOf(ipv4(0n), 0), networkOf(ipv6(0n), 0)));
});

Deno.test("planHosts() gives each the smallest fitting network, apart from the others, largest first", () => {
  const counts = fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(version, counts, (version, hosts) => {
    const whole = network(version, 0, 8);
    const planned = planHosts(whole, hosts);
    assertEquals(planned.map((each) => each.hosts), hosts.toSorted((a, b) => Number(b - a)));
    const sizes = planned.map(({ hosts }) => {
      let host = 0;
      while (hostCount(network(version, 0, host)) < hosts) host++;
      return 2 ** host;
    });
    const room = sizes.reduce((sum, size) => sum + size, 0) <= WORLD;
    assertEquals(planned.every(({ network }) => network !== null), room);
    assertEquals(prefixNeeded(whole, hosts) === whole.prefix, room);
    const found = planned.flatMap(({ network }) => network ?? []);
    if (room) assertEquals(found.map((each) => members(each).length), sizes);
    assertEquals(new Set(all(found)).size, all(found).length);
    assert(found.every((each) => containsNetwork(whole, each)));
  }));
});

Deno.test("addressesOf() yields every address, in order", () => {
  fc.assert(fc.property(version, index, host, (version, i, size) => {
    const whole = network(version, i, size);
    assertEquals([...addressesOf(rangeOf(whole))], members(whole).map((each) => at(version, each)));
  }));
});

Deno.test("splitBits() knows the powers of two", () => {
  assertEquals([1n, 2n, 3n, 4n, 6n, 2n ** 128n].map(splitBits), [0, 1, null, 2, null, 128]);
});
