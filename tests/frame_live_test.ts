import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FAR, INTERFACE, namespaces, NEAR, Neighbourhood } from "./arp_namespace.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";
import { until } from "./waiting.ts";

const NEEDS = [await capturing(), await namespaces()];

/**
 * An address that nobody has. It was not asked for before: between the third question of ARP and giving up
 * the kernel asks no more.
 */
const UNASKED = "192.0.2.8";

function live(name: string, fn: (hood: Neighbourhood) => Promise<void>): void {
  Deno.test({
    name,
    ...needs(...NEEDS),
    async fn() {
      await using hood = await Neighbourhood.make();
      await fn(hood);
    },
  });
}

function start(hood: Neighbourhood, ...args: readonly string[]): Netkit {
  return new Netkit(["frame", "-i", INTERFACE, ...args], {
    wrap: (words) => hood.inside(words),
    env: { COLUMNS: "200" },
  });
}

/** Resolves to standard output and the exit code. */
async function endOf(process: Netkit): Promise<{ out: string; code: number }> {
  const out = await new Response(process.child.stdout).text();
  return { out, code: await process.ended() };
}

live("frame -i shows what passes of any protocol, and ends after -c packets", async (hood) => {
  await using process = start(hood, "-Y", "udp.dstport == 9 || icmp.type == 3", "-c", "2");
  await process.says(/capturing on near0; Ctrl-C ends/);
  await hood.send(FAR.address);
  const { out, code } = await endOf(process);
  const [first, second] = out.trimEnd().split("\n");
  assert(/UDP +1 B/.test(first!), out);
  assertStringIncludes(first!, `${NEAR.address}:`);
  assertStringIncludes(second!, "ICMP destination unreachable: port unreachable");
  assertEquals(code, 0, process.err);
});

live("frame -i shows each packet at once", async (hood) => {
  await using process = start(hood, "-Y", `arp.dst.proto_ipv4 == ${UNASKED}`, "--time", "absolute");
  await process.says(/capturing on/);
  await hood.send(UNASKED);
  let out = "";
  for await (const text of process.child.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (out.includes("\n")) break; // no other packet has to follow
  }
  assert(
    /^ *\d+ \d{4}-\d\d-\d\dT[\d:.]+Z .* ARP who has 192\.0\.2\.8\? tell 192\.0\.2\.1$/m.test(out),
    out,
  );
  process.signal("SIGINT");
  assertEquals((await process.child.status).code, 0, process.err);
});

for (const name of ["kept.pcap", "kept.pcapng"]) {
  live(`frame -i -w ${name} ends at Ctrl-C with what was captured`, async (hood) => {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/${name}`;
      await using process = start(hood, "-w", path, "-Y", "udp.dstport == 9 && !icmp");
      await process.says(/capturing on/);
      await hood.send(FAR.address);
      await until(() => sizeOf(path) > 60);
      process.signal("SIGINT");
      const { out, code } = await endOf(process);
      assertEquals([out, code], ["", 0], process.err);
      assertStringIncludes(process.err, `wrote ${path} (1 packet)`);
      const read = await netkit(["frame", "-r", path, "--json"]);
      assertEquals(read.out.trimEnd().split("\n").length, 1);
      assertStringIncludes(read.out, '"udp.dstport"');
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

live("frame -i ends quietly when the reader of its output has gone", async (hood) => {
  await using process = start(hood);
  await process.says(/capturing on/);
  await process.child.stdout.cancel();
  const ended = process.ended();
  let isOver = false;
  ended.then(() => isOver = true);
  await until(async () => {
    if (!isOver) await hood.send(FAR.address);
    return isOver;
  });
  assert(!/bug|error/i.test(process.err), process.err);
});

Deno.test({
  name: "frame -i says that there is no such interface",
  ...needs(...NEEDS),
  async fn() {
    const left = await netkit(["frame", "-i", "nosuch0"]);
    assertEquals(left.code, 2);
    assert(/^netkit frame: cannot capture on nosuch0: .*No such device/m.test(left.err), left.err);
  },
});

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // it is not there yet
  }
}
