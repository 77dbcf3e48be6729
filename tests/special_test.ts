import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { embeddedIpv4 } from "../address/embedded.ts";
import { type IpAddress, ipv4, ipv6 } from "../address/ip.ts";
import { classOf, type IpClass } from "../address/ip_class.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import { addressCount, formatNetwork, parseNetwork } from "../address/network.ts";
import {
  type SpecialBlock,
  specialBlockOf,
  specialBlocks,
  specialBlocksIn,
} from "../address/special.ts";

function blockName(block: SpecialBlock | null): string | null {
  return block && (block.block ?? block.name);
}

/** The oracle: of all blocks, the one with the fewest addresses between whose ends `value` lies. */
function slowly(address: IpAddress): string | null {
  let found: SpecialBlock | null = null;
  for (const block of specialBlocks(address.version)) {
    const first = block.network!.address.value;
    const size = addressCount(block.network!);
    if (address.value < first || address.value >= first + size) continue;
    if (found === null || size < addressCount(found.network!)) found = block;
  }
  if (found || address.version === 4) return blockName(found);
  return address.value >= 2n ** 125n && address.value < 2n ** 126n ? null : "reserved, unallocated";
}

for (const version of [4, 6] as const) {
  const bits = version === 4 ? 32n : 128n;
  const make = version === 4 ? ipv4 : ipv6;

  for (const { network, name } of specialBlocks(version)) {
    Deno.test(`specialBlockOf() knows ${formatNetwork(network!)}, ${name}, at its edges`, () => {
      const first = network!.address.value;
      const last = first + addressCount(network!) - 1n;
      for (const value of [first - 1n, first, last, last + 1n]) {
        if (value < 0n || value >> bits !== 0n) continue;
        const address = make(value);
        assertEquals(blockName(specialBlockOf(address)), slowly(address), formatIp(address));
      }
    });
  }

  Deno.test(`specialBlockOf() agrees with a search of all blocks of IPv${version}`, () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** bits - 1n }), (value) => {
      assertEquals(blockName(specialBlockOf(make(value))), slowly(make(value)));
    }));
  });

  Deno.test(`specialBlocks() has no block of IPv${version} twice`, () => {
    const blocks = specialBlocks(version).map(blockName);
    assertEquals(new Set(blocks).size, blocks.length);
  });
}

const KNOWN: [address: string, block: string | null, reachable: boolean | null][] = [
  ["8.8.8.8", null, null],
  ["10.255.255.255", "10.0.0.0/8", false],
  ["100.64.0.0", "100.64.0.0/10", false],
  ["100.127.255.255", "100.64.0.0/10", false],
  ["100.128.0.0", null, null],
  ["172.31.255.255", "172.16.0.0/12", false],
  ["172.32.0.0", null, null],
  ["198.19.255.255", "198.18.0.0/15", false],
  ["198.20.0.0", null, null],
  ["fdff:ffff::1", "fc00::/7", false],
  ["febf:ffff::1", "fe80::/10", false],
  ["feff:ffff::1", "fec0::/10", false],
  ["2001:1ff:ffff::1", "2001::/23", false],
  ["2001:200::1", null, null],
  ["2001:2f:ffff::1", "2001:20::/28", true],
  ["3fff:fff:ffff::1", "3fff::/20", false],
  ["3fff:1000::1", null, null],
  ["192.0.0.8", "192.0.0.8/32", false],
  ["192.0.0.9", "192.0.0.9/32", true],
  ["192.0.0.11", "192.0.0.0/24", false],
  ["192.88.99.1", "192.88.99.0/24", null],
  ["192.88.99.2", "192.88.99.2/32", false],
  ["224.0.0.1", "224.0.0.0/4", null],
  ["255.255.255.255", "255.255.255.255/32", false],
  ["::1", "::1/128", false],
  ["::2", "::/96", false],
  ["::1:0:0", "reserved, unallocated", false],
  ["::ffff:8.8.8.8", "::ffff:0:0/96", false],
  ["64:ff9b::8.8.8.8", "64:ff9b::/96", true],
  ["2001:1::3", "2001:1::3/128", true],
  ["2001:1::4", "2001::/23", false],
  ["2001:200::", null, null],
  ["3fff:fff::1", "3fff::/20", false],
  ["3fff:1000::1", null, null],
  ["5f00::1", "5f00::/16", false],
  ["fec0::1", "fec0::/10", false],
  ["ff02::1", "ff00::/8", null],
];

for (const [text, block, reachable] of KNOWN) {
  Deno.test(`specialBlockOf() puts ${text} into ${block ?? "no block"}`, () => {
    const found = specialBlockOf(parseIp(text));
    assertEquals([blockName(found), found?.globallyReachable ?? null], [block, reachable]);
  });
}

const EMBEDDED: [text: string, kind: string | null, address?: string][] = [
  ["::ffff:192.0.2.1", "IPv4-mapped", "192.0.2.1"],
  ["64:ff9b::c000:201", "NAT64", "192.0.2.1"],
  ["64:ff9b:1::c000:201", null],
  ["2002:c000:201::", "6to4", "192.0.2.1"],
  ["2002:c000:201:ffff::1", "6to4", "192.0.2.1"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo", "192.0.2.45"], // RFC 4380's example
  ["2001:1::1", null],
  ["::192.0.2.1", "IPv4-compatible", "192.0.2.1"],
  ["::2", "IPv4-compatible", "0.0.0.2"],
  ["::1", null],
  ["::", null],
  ["::1:0:0", null],
  ["192.0.2.1", null],
];

for (const [text, kind, inside = null] of EMBEDDED) {
  Deno.test(`embeddedIpv4() finds ${inside ?? "nothing"} in ${text}`, () => {
    const found = embeddedIpv4(parseIp(text));
    assertEquals([found?.kind ?? null, found && formatIp(found.address)], [kind, inside]);
  });
}

const CLASSES: [first: string, last: string, ipClass: IpClass][] = [
  ["0.0.0.0", "127.255.255.255", "A"],
  ["128.0.0.0", "191.255.255.255", "B"],
  ["192.0.0.0", "223.255.255.255", "C"],
  ["224.0.0.0", "239.255.255.255", "D"],
  ["240.0.0.0", "255.255.255.255", "E"],
];

for (const [first, last, ipClass] of CLASSES) {
  Deno.test(`classOf() puts ${first} to ${last} into ${ipClass}, and no IPv6`, () => {
    assertEquals([first, last].map((text) => classOf(parseIp(text))), [ipClass, ipClass]);
    assert(classOf(parseIp(`::ffff:${first}`)) === null);
  });
}

const NETWORKS: [network: string, whole: string | null, inside: string[]][] = [
  ["10.0.0.0/8", "10.0.0.0/8", []],
  ["10.1.0.0/16", "10.0.0.0/8", []],
  ["10.0.0.0/7", null, ["10.0.0.0/8"]],
  ["192.0.0.0/8", null, [
    "192.168.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.175.48.0/24",
  ]],
  ["192.0.0.0/24", "192.0.0.0/24", [
    "192.0.0.0/29",
    "192.0.0.8/32",
    "192.0.0.9/32",
    "192.0.0.10/32",
    "192.0.0.170/32",
    "192.0.0.171/32",
  ]],
  ["8.0.0.0/8", null, []],
  ["6000::/3", "reserved, unallocated", []],
  ["8000::/1", "reserved, unallocated", ["fc00::/7", "ff00::/8", "fe80::/10", "fec0::/10"]],
];

for (const [text, whole, inside] of NETWORKS) {
  Deno.test(`specialBlockOf() of the whole ${text} is ${whole}; ${inside.length} are inside`, () => {
    const network = parseNetwork(text);
    assertEquals(blockName(specialBlockOf(network.address, network.prefix)), whole);
    assertEquals(specialBlocksIn(network).map(blockName), inside);
  });
}
