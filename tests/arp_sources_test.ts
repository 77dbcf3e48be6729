import { assertEquals, assertRejects } from "@std/assert";
import { planSources, type SourceQuery } from "../arp/sources.ts";
import { output, SourceFailure } from "../system/programs.ts";
import { fakeIo, missing } from "./fakes.ts";

const QUERY: SourceQuery = { source: null, versions: [4, 6], names: false, all: false };

const PLANS: readonly (readonly [
  platform: string,
  query: Partial<SourceQuery>,
  oneOf: string,
  also: string,
])[] = [
  ["linux", {}, "arp -an; ip -j neigh; /proc/net/arp", "ip -j neigh"],
  ["linux", { names: true }, "arp -a; arp -an; ip -j neigh; /proc/net/arp", "ip -j neigh"],
  [
    "linux",
    { all: true },
    "arp -an; ip -j neigh show nud all; /proc/net/arp",
    "ip -j neigh show nud all",
  ],
  ["linux", { versions: [4] }, "arp -an; ip -4 -j neigh; /proc/net/arp", "ip -4 -j neigh"],
  ["linux", { versions: [6] }, "ip -6 -j neigh", ""],
  ["linux", { source: "arp" }, "arp -an", ""],
  ["linux", { source: "arp", versions: [6] }, "", ""],
  ["linux", { source: "ip" }, "ip -j neigh", ""],
  ["linux", { source: "ip", versions: [6] }, "ip -6 -j neigh", ""],
  ["linux", { source: "proc" }, "/proc/net/arp", ""],
  ["linux", { source: "netsh" }, "", ""],
  ["linux", { source: "netsh", versions: [6] }, "", ""],
  ["darwin", { versions: [6] }, "ndp -an", ""],
  ["darwin", {}, "arp -an; ip -j neigh; /proc/net/arp", "ndp -an"],
  [
    "windows",
    {},
    "arp -a; netsh interface ipv4 show neighbors",
    "netsh interface ipv6 show neighbors",
  ],
  ["windows", { names: true, versions: [4] }, "arp -a; netsh interface ipv4 show neighbors", ""],
  ["windows", { versions: [6] }, "netsh interface ipv6 show neighbors", ""],
  [
    "windows",
    { source: "netsh" },
    "netsh interface ipv4 show neighbors",
    "netsh interface ipv6 show neighbors",
  ],
  ["windows", { source: "netsh", versions: [6] }, "netsh interface ipv6 show neighbors", ""],
  ["windows", { source: "ip" }, "", ""],
  ["windows", { source: "proc" }, "", ""],
];

for (const [platform, query, oneOf, also] of PLANS) {
  Deno.test(`planSources() for ${platform} ${JSON.stringify(query)}: ${oneOf || "nothing"}`, () => {
    const plan = planSources(platform, { ...QUERY, ...query });
    assertEquals(plan.oneOf.map(({ label }) => label).join("; "), oneOf);
    assertEquals(plan.also.map(({ label }) => label).join("; "), also);
  });
}

Deno.test("output() looks for a program in PATH, then where those for administrators are", async () => {
  const tried: string[] = [];
  const programs = (program: string) => {
    tried.push(program);
    return missing(program);
  };
  const io = fakeIo({ programs });
  await assertRejects(() => output(io, "arp", []), SourceFailure, "not installed");
  assertEquals(tried, ["arp", "/usr/sbin/arp", "/sbin/arp"]);
  tried.length = 0;
  const windows = fakeIo({ programs, platform: "windows" });
  await assertRejects(() => output(windows, "arp", []), SourceFailure, "not installed");
  assertEquals(tried, ["arp"]);
});

Deno.test("output() takes a permission that is missing for a folder for nothing found there", async () => {
  const refused = new Deno.errors.NotCapable('Requires run access to "/usr/sbin/arp"');
  const io = fakeIo({ programs: (program) => program === "arp" ? missing("arp") : refused });
  await assertRejects(() => output(io, "arp", []), SourceFailure, "not installed");
});
