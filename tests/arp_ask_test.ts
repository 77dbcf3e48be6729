import { assert, assertEquals } from "@std/assert";
import { arp } from "../arp.ts";
import { isAnswered, isOnLink, verdictOf } from "../arp/ask.ts";
import type { NeighbourRow } from "../arp/classify.ts";
import { width } from "../text/layout.ts";
import { row } from "./arp_rows.ts";
import { type FakeIo, fakeIo, run } from "./fakes.ts";

const A = "00:00:5e:00:53:01";
const B = "00:00:5e:00:53:02";
const HOST = "192.0.2.7";

function only(known: Partial<NeighbourRow>): readonly NeighbourRow[] {
  return [row(HOST, known)];
}

const CASES: readonly (readonly [
  what: string,
  before: readonly NeighbourRow[],
  after: readonly NeighbourRow[],
  answered: boolean,
  verdict: readonly string[],
])[] = [
  ["a first answer", [], only({ mac: A, state: "reachable" }), true, []],
  ["a first answer in a table without states", [], only({ mac: A }), true, []],
  [
    "the same answer",
    only({ mac: A, state: "stale" }),
    only({ mac: A, state: "reachable" }),
    true,
    [],
  ],
  ["no row", [], [], false, [`${HOST} does not answer within a second`]],
  ["no answer", only({ state: "failed" }), only({ state: "incomplete" }), false, [
    `${HOST} does not answer within a second`,
  ]],
  [
    "a row set by hand",
    only({ mac: A, state: "permanent" }),
    only({ mac: A, state: "permanent" }),
    true,
    [],
  ],
  ["another answer", only({ mac: A, state: "stale" }), only({ mac: B, state: "delay" }), true, [
    `${HOST} was at ${A} and answers from ${B} now: another network card, two hosts with one address, ` +
    "or ARP spoofing",
  ]],
  [
    "a row that is not confirmed",
    only({ mac: A, state: "stale" }),
    only({ mac: A, state: "delay" }),
    false,
    [
      `${HOST} has not confirmed its MAC address within a second (delay)`,
    ],
  ],
];

for (const [what, before, after, answered, verdict] of CASES) {
  Deno.test(`arp --ask says what ${what} means`, () => {
    assertEquals(isAnswered(before, after), answered);
    assertEquals(verdictOf(HOST, before, after), verdict);
  });
}

const OWN = [
  { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "eth0", address: "192.0.2.1", netmask: "255.255.255.0" },
  { name: "eth0", address: "2001:db8::1", netmask: "ffff:ffff:ffff:ffff::" },
];

for (
  const [address, expected] of [
    ["192.0.2.7", true],
    ["192.0.3.7", false],
    ["2001:db8::7", true],
    ["2001:db8:1::7", false],
    ["fe80::7%eth0", true],
  ] as const
) {
  Deno.test(`isOnLink() of ${address} is ${expected}`, () => {
    assertEquals(isOnLink(address, OWN), expected);
  });
}

Deno.test("isOnLink() holds any address for one on the link where no interface is known", () => {
  assertEquals(isOnLink("192.0.3.7", []), true);
});

/** A machine in 192.0.2.0/24, without a gateway. */
function machine(columns: number, terminal: boolean): FakeIo {
  const address = "192.0.2.1";
  const netmask = "255.255.255.0";
  return fakeIo({
    terminal,
    ...(terminal ? { columns } : {}),
    interfaces: [
      { name: "eth0", address, netmask, cidr: `${address}/24`, family: "IPv4" } as never,
    ],
  });
}

for (const columns of [40, 60, 80]) {
  Deno.test(`arp --ask folds its sentence on a terminal of ${columns} columns`, async () => {
    const io = machine(columns, true);
    assertEquals(await run(arp, ["--ask", "203.0.113.9"], io), 1);
    const lines = io.err().trim().split("\n");
    assertEquals(
      lines.join(" "),
      "203.0.113.9 is on no link of this machine: there is no default gateway for it",
    );
    assert(lines.length > 1 || columns === 80, io.err());
    assert(lines.every((line) => width(line) <= columns), io.err());
    const piped = machine(columns, false);
    await run(arp, ["--ask", "203.0.113.9"], piped);
    assertEquals(piped.err().trim(), lines.join(" "));
  });
}
