import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { jsonLines } from "./json_lines.ts";
import { needs, UNIX } from "./needs.ts";
import { FAR, FIXED, INTERFACE, namespaces, NEAR, Neighbourhood, NOBODY } from "./arp_namespace.ts";
import { type Left, Netkit, netkit } from "./processes.ts";
import { writeProgram } from "./written_program.ts";

const NAMESPACES = await namespaces();

function real(name: string, fn: (test: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, ...needs("ip", "arp", "unshare", NAMESPACES), fn });
}

/** What a row of JSON must be; the rest of it does not matter. */
type Row = Readonly<Record<string, unknown>>;

function rowOf(left: Left, address: string): Row {
  const rows = jsonLines<Row>(left.out);
  const found = rows.filter((row) => row.address === address);
  assertEquals(found.length, 1, `${address} in ${left.out}${left.err}`);
  return found[0]!;
}

/** Runs netkit on the near host, `within` of another command. */
async function arpOf(
  hood: Neighbourhood,
  args: readonly string[],
  within: readonly string[] = [],
): Promise<Left> {
  await using process = new Netkit(["arp", ...args], {
    wrap: (words) => hood.inside([...within, ...words]),
  });
  return await process.end();
}

/**
 * Returns a command that runs another one where of net-tools and iproute2 only `programs` are
 * installed: the folders of programs are empty in its mount namespace.
 */
function withOnly(programs: readonly string[]): string[] {
  const script = `
    mount -t tmpfs none /mnt
    for each in ${programs.join(" ")}; do cp -L "$(command -v $each)" /mnt; done
    mount -t tmpfs none /usr/sbin
    PATH=/mnt exec "$@"`;
  return ["unshare", "-m", "sh", "-ec", script, "sh"];
}

real("arp shows the true neighbours through each source", async (test) => {
  await using hood = await Neighbourhood.make();
  for (const source of ["auto", "arp", "ip", "proc"]) {
    await test.step(source, async () => {
      const left = await arpOf(hood, ["--json", "--source", source]);
      assertEquals(left.code, 0, left.err);
      const gateway = rowOf(left, FAR.address);
      assertEquals(gateway.mac, FAR.mac);
      assertEquals(gateway.interface, INTERFACE);
      assertEquals([gateway.kind, gateway.gateway, gateway.own], ["gateway", true, false]);
      const nobody = rowOf(left, NOBODY);
      assertEquals(nobody.mac, null);
      assert(["incomplete", "failed"].includes(`${nobody.state}`), `${nobody.state}`);
      const fixed = rowOf(left, FIXED.address);
      assertEquals([fixed.mac, fixed.state, fixed.kind], [FIXED.mac, "permanent", "static"]);
      if (source === "auto" || source === "ip") {
        const ipv6 = rowOf(left, FAR.ipv6);
        assertEquals([ipv6.mac, ipv6.kind, ipv6.gateway], [FAR.mac, "gateway", true]);
      } else {
        assert(!left.out.includes("2001:"), left.out);
      }
      if (source === "ip" || source === "auto") {
        assert(["reachable", "stale", "delay", "probe"].includes(`${gateway.state}`), left.out);
      }
    });
  }
});

real(
  "arp shows the same rows with net-tools, without them, and without iproute2 too",
  async (test) => {
    await using hood = await Neighbourhood.make();
    const columns = ["address", "mac", "interface", "kind", "gateway", "own"] as const;
    const rowsOf = (left: Left) =>
      jsonLines<Row>(left.out).map((row) => columns.map((name) => row[name]));
    const expected = rowsOf(await arpOf(hood, ["--json", "-4"]));
    assertEquals(expected.length, 3);
    for (
      const [programs, source] of [
        [["arp", "ip"], "source: arp -an, ip -4 -j neigh\n"],
        [["ip"], "source: ip -4 -j neigh (arp -an: not installed)\n"],
        [["arp"], "source: arp -an\n"],
        [[], "source: /proc/net/arp (arp -an: not installed; ip -4 -j neigh: not installed)\n"],
      ] as const
    ) {
      await test.step(`with ${programs.join(" and ") || "neither"}`, async () => {
        const left = await arpOf(hood, ["--json", "-4"], withOnly(programs));
        assertEquals(left.err, source);
        assertEquals(rowsOf(left), expected);
      });
    }
  },
);

real("arp finds programs for administrators where PATH leads past them", async () => {
  await using hood = await Neighbourhood.make();
  const left = await arpOf(hood, ["--json"], ["env", "PATH=/nowhere"]);
  assert(left.err.startsWith("source: arp -an, ip -j neigh\n"), left.err);
  assertEquals(rowOf(left, FAR.address).mac, FAR.mac);
});

real("arp marks own addresses and the broadcast address of the link", async () => {
  await using hood = await Neighbourhood.make();
  for (const address of [NEAR.address, "192.0.2.255"]) {
    await hood.run(
      `ip -n ${hood.near} neigh add ${address} lladdr ${NEAR.mac} nud permanent dev ${INTERFACE}`,
    );
  }
  const own = rowOf(await arpOf(hood, ["--json"]), NEAR.address);
  assertEquals([own.kind, own.own, own.gateway], ["own", true, false]);
  const broadcast = rowOf(await arpOf(hood, ["--json", "--all"]), "192.0.2.255");
  assertEquals(broadcast.kind, "broadcast");
});

real("arp looks up a MAC, an address, a network and a host that is not there", async () => {
  await using hood = await Neighbourhood.make();
  const mac = await arpOf(hood, ["--json", "0-0-5E-0-53-2"]);
  assertEquals(rowOf(mac, FAR.address).mac, FAR.mac);
  assertEquals(rowOf(mac, FAR.ipv6).mac, FAR.mac);
  assertEquals(jsonLines((await arpOf(hood, ["--json", "2001:DB8:0::/64"])).out).length, 1);
  const absent = await arpOf(hood, ["192.0.2.20"]);
  assertEquals([absent.code, absent.out], [1, ""]);
  assertStringIncludes(absent.err, "nothing in the table is 192.0.2.20\n");
});

real(
  "arp --watch tells a changed MAC, a new row and one that has gone, and ends well",
  async () => {
    await using hood = await Neighbourhood.make();
    await using process = new Netkit(
      ["arp", "--watch", "--interval", "0.1", "--json", "--source", "ip"],
      { wrap: (words) => hood.inside(words) },
    );
    const lines = process.child.stdout.pipeThrough(new TextDecoderStream());
    const events: Row[] = [];
    let rest = "";
    const reader = lines.getReader();
    const until = async (event: string, address: string): Promise<Row> => {
      for (;;) {
        const found = events.find((row) => row.event === event && row.address === address);
        if (found) return found;
        const { value, done } = await reader.read();
        assert(!done, `no ${event} of ${address}: ${JSON.stringify(events)}${process.err}`);
        const parts = (rest + value).split("\n");
        rest = parts.pop()!;
        events.push(...parts.map((line) => JSON.parse(line)));
      }
    };
    await until("present", FIXED.address);
    const other = "00:00:5e:00:53:99";
    await hood.run(
      `ip -n ${hood.near} neigh replace ${FIXED.address} lladdr ${other} nud permanent dev ${INTERFACE}`,
    );
    const changed = await until("changed", FIXED.address);
    assertEquals([changed.mac, changed.before], [other, { mac: FIXED.mac, state: "permanent" }]);
    await hood.run(
      `ip -n ${hood.near} neigh add 192.0.2.30 lladdr ${other} nud permanent dev ${INTERFACE}`,
    );
    await until("appeared", "192.0.2.30");
    await hood.run(`ip -n ${hood.near} neigh del ${FIXED.address} dev ${INTERFACE}`);
    assertEquals((await until("vanished", FIXED.address)).mac, other);
    process.signal("SIGINT");
    while (!(await reader.read()).done);
    assertEquals((await process.child.status).code, 0);
  },
);

Deno.test({
  name: "arp --read stops reading what has no end, and reads standard input",
  ...needs(UNIX),
  async fn() {
    const endless = await netkit(["arp", "--read", "/dev/zero"]);
    assertEquals(endless.code, 1);
    assertEquals(endless.err, "netkit arp: cannot read /dev/zero: it has more than 64.0 MiB\n");
    const piped = await netkit(
      ["arp", "--read", "-", "--json"],
      "? (192.0.2.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]\n",
    );
    assertEquals(rowOf(piped, "192.0.2.1").mac, "00:00:5e:00:53:01");
  },
});

real("arp does not wait for a program that hangs", async () => {
  await using hood = await Neighbourhood.make();
  const folder = await Deno.makeTempDir();
  try {
    await writeProgram(`${folder}/arp`, "#!/bin/sh\nexec sleep 1000\n");
    const path = `PATH=${folder}:${Deno.env.get("PATH")}:/usr/sbin`;
    // ip, too, has so long.
    const left = await arpOf(hood, ["--json", "--timeout", "10"], ["env", path]);
    assertEquals(rowOf(left, FAR.address).mac, FAR.mac);
    assertStringIncludes(left.err, "source: ip -j neigh (arp -an: timed out)\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

real(
  "arp --ask asks the link without root's sockets: an answer, none, an own one, one off the link",
  async () => {
    await using hood = await Neighbourhood.make();
    await hood.run(`ip -n ${hood.near} neigh flush dev ${INTERFACE}`);
    const answer = await arpOf(hood, ["--json", "--ask", FAR.address]);
    assertEquals(answer.code, 0, answer.err);
    const { mac, state } = rowOf(answer, FAR.address);
    assertEquals(mac, FAR.mac);
    // "delay" where the other host asked first, so that the kernel has its MAC address from that.
    assert(state === "reachable" || state === "delay", answer.out);
    const ipv6 = await arpOf(hood, ["--json", "--ask", FAR.ipv6]);
    assertEquals([ipv6.code, rowOf(ipv6, FAR.ipv6).mac], [0, FAR.mac], ipv6.err);
    const nobody = await arpOf(hood, ["--ask", NOBODY]);
    assertEquals(nobody.code, 1, nobody.err);
    assertStringIncludes(nobody.err, `${NOBODY} does not answer within a second\n`);
    const own = await arpOf(hood, ["--ask", NEAR.address]);
    assertEquals([own.code, own.err], [
      0,
      `${NEAR.address} is an address of this machine (${INTERFACE})\n`,
    ]);
    const away = await arpOf(hood, ["--ask", "203.0.113.9"]);
    assertEquals([away.code, away.err.replaceAll("\n", " ").trim()], [
      1,
      `203.0.113.9 is on no link of this machine: the gateway ${FAR.address} (${INTERFACE}) gets its packets`,
    ]);
  },
);
