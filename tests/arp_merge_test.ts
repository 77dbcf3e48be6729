import { assertEquals } from "@std/assert";
import { mergeTables } from "../arp/merge.ts";
import { type Neighbour, neighbour } from "../arp/neighbour.ts";

const A = "00:00:5e:00:53:01";
const B = "00:00:5e:00:53:02";
const ON = { interface: "eth0" };

/** The entries of `arp`, those of `ip`, and those of both together with their sources. */
const CASES: readonly (readonly [
  what: string,
  arp: readonly Neighbour[],
  ip: readonly Neighbour[],
  merged: readonly (readonly [Neighbour, source: string])[],
])[] = [
  [
    "takes the state of one and the name of the other",
    [neighbour("192.0.2.1", { ...ON, mac: A, hardwareType: "ether", name: "router" })],
    [neighbour("192.0.2.1", { ...ON, mac: A, state: "stale", flags: ["router"] })],
    [[
      neighbour("192.0.2.1", {
        ...ON,
        mac: A,
        hardwareType: "ether",
        name: "router",
        state: "stale",
        flags: ["router"],
      }),
      "arp, ip",
    ]],
  ],
  [
    "says failed where the first only knows that there is no answer",
    [neighbour("192.0.2.1", { ...ON, state: "incomplete" })],
    [neighbour("192.0.2.1", { ...ON, state: "failed" })],
    [[neighbour("192.0.2.1", { ...ON, state: "failed" }), "arp, ip"]],
  ],
  [
    "takes the MAC address that was read later",
    [neighbour("192.0.2.1", { ...ON, mac: A })],
    [neighbour("192.0.2.1", { ...ON, mac: B, state: "reachable" })],
    [[neighbour("192.0.2.1", { ...ON, mac: B, state: "reachable" }), "arp, ip"]],
  ],
  [
    "keeps what one of them has, an address on another interface, and a published one",
    [
      neighbour("192.0.2.1", { ...ON, kind: "static", flags: ["published"] }),
      neighbour("192.0.2.2", { ...ON, mac: A }),
    ],
    [
      neighbour("192.0.2.1", { ...ON, mac: B, state: "stale" }),
      neighbour("192.0.2.2", { interface: "eth1", mac: A, state: "stale" }),
      neighbour("2001:db8::1", { ...ON, mac: A, state: "stale" }),
    ],
    [
      [neighbour("192.0.2.1", { ...ON, kind: "static", flags: ["published"] }), "arp"],
      [neighbour("192.0.2.2", { ...ON, mac: A }), "arp"],
      [neighbour("192.0.2.1", { ...ON, mac: B, state: "stale" }), "ip"],
      [neighbour("192.0.2.2", { interface: "eth1", mac: A, state: "stale" }), "ip"],
      [neighbour("2001:db8::1", { ...ON, mac: A, state: "stale" }), "ip"],
    ],
  ],
  [
    "keeps two entries of one table apart",
    [neighbour("192.0.2.1", { ...ON, mac: A }), neighbour("192.0.2.1", { ...ON, mac: B })],
    [],
    [
      [neighbour("192.0.2.1", { ...ON, mac: A }), "arp"],
      [neighbour("192.0.2.1", { ...ON, mac: B }), "arp"],
    ],
  ],
];

for (const [what, arp, ip, merged] of CASES) {
  Deno.test(`mergeTables() ${what}`, () => {
    const tables = [{ source: "arp", neighbours: arp }, { source: "ip", neighbours: ip }];
    assertEquals(
      mergeTables(tables).map(({ neighbour, source }) => [neighbour, source]),
      merged.map((each) => [...each]),
    );
  });
}
