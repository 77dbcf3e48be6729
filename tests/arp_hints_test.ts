import { assert, assertEquals } from "@std/assert";
import { hintsOf, isLocallyAdministered } from "../arp/hints.ts";
import type { NeighbourRow } from "../arp/classify.ts";
import { row } from "./arp_rows.ts";

const A = "00:00:5e:00:53:01";
const B = "00:00:5e:00:53:02";

const CASES: readonly (readonly [
  what: string,
  rows: readonly NeighbourRow[],
  hints: readonly (readonly [start: string, rows: readonly number[]])[],
])[] = [
  ["says nothing of an ordinary table", [
    row("192.0.2.1", { mac: A }),
    row("192.0.2.2", { mac: B }),
    row("192.0.2.3"),
    row("192.0.2.4"),
  ], []],
  ["says which addresses share a MAC", [
    row("192.0.2.1", { mac: A }),
    row("192.0.2.2", { mac: B }),
    row("192.0.2.3", { mac: A }),
  ], [[`${A} answers for 192.0.2.1 and 192.0.2.3: `, [0, 2]]]],
  ["lists no more than five of them", [
    ...[1, 2, 3, 4, 5, 6, 7].map((n) => row(`192.0.2.${n}`, { mac: A })),
  ], [[
    `${A} answers for 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 and 2 more: `,
    [0, 1, 2, 3, 4, 5, 6],
  ]]],
  ["says that a host has the MAC of the gateway", [
    row("192.0.2.1", { mac: A, gateway: true, kind: "gateway" }),
    row("192.0.2.3", { mac: A }),
  ], [[`${A} of the gateway 192.0.2.1 answers for 192.0.2.3, too: `, [0, 1]]]],
  ["takes a host with IPv4 and several IPv6 addresses for one host", [
    row("192.0.2.1", { mac: A }),
    row("fe80::1", { mac: A }),
    row("2001:db8::1", { mac: A }),
  ], []],
  ["takes one MAC on two interfaces for two places", [
    row("192.0.2.1", { mac: A }),
    row("198.51.100.1", { mac: A, interface: "eth1" }),
  ], []],
  ["passes over multicast, broadcast and what this machine publishes", [
    row("224.0.0.1", { mac: A, kind: "multicast" }),
    row("192.0.2.255", { mac: A, kind: "broadcast" }),
    row("192.0.2.3", { mac: A, flags: ["published"] }),
    row("192.0.2.4", { mac: A }),
  ], []],
  ["passes over links without hardware addresses", [
    row("127.0.0.1", { mac: "00:00:00:00:00:00", interface: "lo" }),
    row("127.0.0.2", { mac: "00:00:00:00:00:00", interface: "lo" }),
  ], []],
  ["says that an address has two MACs", [
    row("192.0.2.1", { mac: A }),
    row("192.0.2.1", { mac: B, interface: "eth1" }),
  ], [[`192.0.2.1 has several MAC addresses, ${A} (eth0) and ${B} (eth1): `, [0, 1]]]],
  ["knows that link-local addresses are meant per link", [
    row("fe80::1", { mac: A }),
    row("fe80::1", { mac: B, interface: "eth1" }),
  ], []],
  ["knows the virtual routers of VRRP in IPv4 and IPv6", [
    row("192.0.2.1", { mac: "00:00:5e:00:01:0a" }),
    row("192.0.2.2", { mac: "00:00:5e:00:01:0a" }),
    row("fe80::1", { mac: "00:00:5e:00:02:ff" }),
  ], [
    ["00:00:5e:00:01:0a of 192.0.2.1 and 192.0.2.2 is the virtual router 10 of VRRP: ", [0, 1]],
    ["00:00:5e:00:02:ff of fe80::1 is the virtual router 255 of VRRP: ", [2]],
  ]],
  ["knows the virtual routers of HSRP in both versions", [
    row("192.0.2.1", { mac: "00:00:0c:07:ac:01" }),
    row("192.0.2.2", { mac: "00:00:0c:9f:f1:23" }),
  ], [
    ["00:00:0c:07:ac:01 of 192.0.2.1 is the virtual router 1 of HSRP: ", [0]],
    ["00:00:0c:9f:f1:23 of 192.0.2.2 is the virtual router 291 of HSRP: ", [1]],
  ]],
  ["knows HSRP for IPv6 and the groups of GLBP", [
    row("fe80::1", { mac: "00:05:73:a0:01:02" }),
    row("192.0.2.2", { mac: "00:07:b4:01:02:03" }),
    row("192.0.2.3", { mac: "00:07:b4:04:00:01" }),
  ], [
    ["00:05:73:a0:01:02 of fe80::1 is the virtual router 258 of HSRP: ", [0]],
    ["00:07:b4:01:02:03 of 192.0.2.2 is the virtual router 258 of GLBP: ", [1]],
  ]],
  ["knows that VRRP has no router 0, and HSRP has", [
    row("192.0.2.1", { mac: "00:00:5e:00:01:00" }),
    row("192.0.2.2", { mac: "00:00:0c:07:ac:00" }),
  ], [["00:00:0c:07:ac:00 of 192.0.2.2 is the virtual router 0 of HSRP: ", [1]]]],
  ["tells of many virtual routers in one line", [
    ...[1, 2, 3, 4, 5, 6, 7].map((n) => row(`192.0.2.${n}`, { mac: `00:00:5e:00:01:0${n}` })),
  ], [[
    "7 MAC addresses are virtual routers (VRRP), 00:00:5e:00:01:01 of 192.0.2.1, ",
    [0, 1, 2, 3, 4, 5, 6],
  ]]],
  ["sums up what many MACs have in common", [
    ...[1, 2, 3, 4, 5, 6, 7].flatMap((n) =>
      ["1", "2"].map((net) => row(`192.0.${net}.${n}`, { mac: `00:00:5e:00:53:0${n}` }))
    ),
  ], [
    ...[1, 2, 3, 4, 5].map((n) =>
      [`00:00:5e:00:53:0${n} answers for `, [2 * n - 2, 2 * n - 1]] as const
    ),
    ["2 more MAC addresses answer for several addresses", [10, 11, 12, 13]],
  ]],
  ["says which MACs nobody has bought", [
    row("192.0.2.1", { mac: "02:00:5e:10:00:01" }),
    row("192.0.2.2", { mac: A }),
    row("192.0.2.3", { mac: "de:ad:be:ef:00:01" }),
  ], [["the MAC addresses of 192.0.2.1 and 192.0.2.3 are locally administered: ", [0, 2]]]],
];

for (const [what, rows, hints] of CASES) {
  Deno.test(`hintsOf() ${what}`, () => {
    const found = hintsOf(rows);
    assertEquals(found.length, hints.length, JSON.stringify(found.map(({ says }) => says)));
    hints.forEach(([start, numbers], i) => {
      assert(found[i]!.says.startsWith(start), found[i]!.says);
      assertEquals(found[i]!.rows, numbers.map((n) => rows[n]!));
    });
  });
}

for (
  const [mac, expected] of [
    ["02:00:00:00:00:00", true],
    ["fe:00:00:00:00:00", true],
    ["00:00:00:00:00:00", false],
    ["fc:00:00:00:00:00", false],
    [`02${":00".repeat(19)}`, false],
  ] as const
) {
  Deno.test(`isLocallyAdministered() of ${mac} is ${expected}`, () => {
    assertEquals(isLocallyAdministered(mac), expected);
  });
}
