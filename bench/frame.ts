/**
 * The speed of `netkit frame -r` beside tshark and tcpdump.
 *
 * A file of ordinary traffic is made: full segments, acknowledgments, small requests, datagrams, over
 * IPv4 and IPv6. Each round runs every program once over the whole file, in another order each time. The
 * processor time of each is compared, user and system, of all its processes and threads.
 *
 *     deno task bench-frame [--packets N] [--rounds N] [--full]
 *
 * `--full` measures what prints every field of every packet, too, over a tenth of the packets.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Wanted, wrap } from "../packet/encode.ts";
import type { FieldValue } from "../packet/field.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { processorTime } from "./processor_time.ts";
import { findProgram } from "./processes.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** netkit as it is measured: without a type check. */
const NETKIT = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", MAIN, "frame"];

/** Programs that read the file whose name is put behind. */
type Readers = Readonly<Record<string, readonly string[]>>;

/** The programs that print a line for each packet. */
const LINES: Readers = {
  netkit: [...NETKIT, "-r"],
  tcpdump: ["tcpdump", "-n", "-r"],
  "tcpdump -v": ["tcpdump", "-n", "-v", "-r"],
  tshark: ["tshark", "-n", "-r"],
};

/** The programs that print every field of each packet. */
const FIELDS: Readers = {
  "netkit -v": [...NETKIT, "-v", "-r"],
  "tshark -V": ["tshark", "-n", "-V", "-r"],
  "netkit --json": [...NETKIT, "--json", "-r"],
  "tshark -T json": ["tshark", "-n", "-T", "json", "-r"],
};

/** Different packets, repeated in the file. */
const VARIETY = 400;

/** Random numbers that are the same in every run. */
function* randomNumbers(): Generator<number, never> {
  for (let state = 1;; state = (state * 48271) % 0x7fffffff) yield state / 0x7fffffff;
}

/** Returns packets as they are on a busy link. */
function ordinaryPackets(): Uint8Array[] {
  const numbers = randomNumbers();
  const random = (below: number) => Math.floor(numbers.next().value * below);
  const timestamps = Uint8Array.fromHex("0101080a0000000100000002");
  return Array.from({ length: VARIETY }, () => {
    const kind = random(100);
    const transport = kind < 90 ? "tcp" : "udp";
    const size = kind < 40 ? 1448 : kind < 75 ? 0 : 40 + random(300);
    const payload = kind < 40
      ? new Uint8Array(size).map(() => random(256))
      : new TextEncoder().encode(`GET /${"x".repeat(size)}`.slice(0, size));
    const ports = new Map<string, FieldValue>([
      [`${transport}.srcport`, 1024 + random(60_000)],
      [`${transport}.dstport`, transport === "tcp" ? 443 : 53],
    ]);
    const ip = random(10) < 7 ? "ip" : "ipv6";
    const layers: Wanted[] = [
      { name: "eth", set: new Map() },
      {
        name: ip,
        set: new Map([[`${ip}.src`, ip === "ip" ? 0xc0000201 : new Uint8Array(16).fill(32)]]),
      },
      transport === "tcp"
        ? { name: "tcp", set: ports, options: timestamps }
        : { name: "udp", set: ports },
    ];
    return wrap(layers, payload);
  });
}

/** Makes a file of `count` packets; returns its size in bytes. */
export async function makeTraffic(path: string, count: number): Promise<number> {
  const packets = ordinaryPackets();
  using file = await Deno.create(path);
  const writer = file.writable.getWriter();
  await writer.write(pcapHeader(1));
  for (let i = 0; i < count; i++) {
    const bytes = packets[i % VARIETY]!;
    await writer.write(pcapRecord({ time: BigInt(i) * 1_000_000n, bytes, length: bytes.length }));
  }
  return (await Deno.stat(path)).size;
}

/** Measures programs on a file of `count` packets; prints how they compare. */
async function compare(readers: Readers, count: number, rounds: number): Promise<void> {
  const names = Object.keys(readers).filter((name) => findProgram(readers[name]![0]!) !== null);
  const path = await Deno.makeTempFile({ suffix: ".pcap" });
  try {
    const size = await makeTraffic(path, count);
    const seconds = new Map(names.map((name) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < names.length; i++) {
        const name = names[(i + round) % names.length]!;
        const found = await processorTime([...readers[name]!, path]);
        if (found.code !== 0) throw new Error(`${name} has failed`);
        seconds.get(name)!.push(found.seconds);
      }
    }
    const own = seconds.get(names[0]!)!;
    const rows = names.map((name) => {
      const times = seconds.get(name)!;
      return [
        name,
        formatSpread(spreadOf(times)!),
        formatSpread(spreadOf(times.map((each, i) => each / own[i]!))!),
      ];
    });
    // deno-lint-ignore no-console -- a bench is there to print
    console.log(
      `${count} packets, ${
        (size / 1e6).toFixed(0)
      } MB, medians of ${rounds} rounds [least-most]\n\n` +
        formatTable([["", "processor time, s", `by that of ${names[0]}`], ...rows]),
    );
  } finally {
    await Deno.remove(path);
  }
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["packets", "rounds"], boolean: ["full"] });
  const count = Number(options.packets ?? 300_000);
  const rounds = Number(options.rounds ?? 5);
  await compare(LINES, count, rounds);
  if (options.full) await compare(FIELDS, Math.ceil(count / 10), rounds);
}
