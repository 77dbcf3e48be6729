/**
 * The processor time of `netkit trace -r` beside tshark.
 *
 * Two files are made: short connections of nine segments each, and one connection that carries bulk data.
 * Each round runs both programs once over each file; what counts is user and system time, so that a busy
 * machine matters less.
 *
 *     deno task bench-trace [--connections N] [--segments N] [--rounds N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { LINK } from "../packet/link.ts";
import { findProgram } from "./processes.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";
import { bulkRows, packetOf, SHORT } from "./segments.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** The programs; each reads the file whose name is put behind. */
const READERS: Readonly<Record<string, string>> = {
  netkit: `"${Deno.execPath()}" run -A --quiet "${MAIN}" trace -r`,
  tshark: "tshark -n -r",
};

/** Bytes of each packet in the file, as `trace -w` keeps them. */
const SNAP = 256;

/** Writes packets to a file. */
export async function makeCapture(path: string, packets: Iterable<Uint8Array>): Promise<void> {
  using file = await Deno.create(path);
  const writer = file.writable.getWriter();
  await writer.write(pcapHeader(LINK.raw));
  let time = 1_700_000_000_000_000_000n;
  for (const packet of packets) {
    time += 20_000n;
    const record = { time, bytes: packet.subarray(0, SNAP), length: packet.length };
    await writer.write(pcapRecord(record));
  }
}

/** The packets of short connections, one after the other. */
export function* shortConnections(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) for (const row of SHORT) yield packetOf(i, row);
}

/** Runs a program over the file; resolves to the seconds of processor time that it took. */
async function measure(command: string, path: string): Promise<number> {
  // `times` prints the time of the shell, then that of its children (POSIX).
  const { stdout, success } = await new Deno.Command("sh", {
    args: ["-c", `${command} "$1" >/dev/null 2>&1 || exit 1; times`, "sh", path],
    stderr: "null",
    env: { NO_COLOR: "1", LC_ALL: "C.UTF-8" },
  }).output();
  if (!success) throw new Error(`${command} has failed`);
  const children = new TextDecoder().decode(stdout).trim().split("\n")[1]!;
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["connections", "segments", "rounds"] });
  const connections = Number(options.connections ?? 100_000);
  const segments = Number(options.segments ?? 1_000_000);
  const rounds = Number(options.rounds ?? 3);
  const folder = await Deno.makeTempDir();
  const files: Readonly<Record<string, () => Iterable<Uint8Array>>> = {
    [`${connections} short connections`]: () => shortConnections(connections),
    [`${segments} segments in bulk`]: function* () {
      for (const row of bulkRows(segments)) yield packetOf(0, row);
    },
  };
  try {
    const rows: string[][] = [];
    const names = Object.keys(READERS)
      .filter((name) => name === "netkit" || findProgram(name) !== null);
    for (const [what, packets] of Object.entries(files)) {
      const path = `${folder}/x.pcap`;
      await makeCapture(path, packets());
      const seconds = new Map(names.map((name) => [name, [] as number[]]));
      for (let round = 0; round < rounds; round++) {
        for (const name of names) seconds.get(name)!.push(await measure(READERS[name]!, path));
      }
      const tshark = seconds.get("tshark") ?? [];
      for (const name of names) {
        const times = seconds.get(name)!;
        const ratios = times.map((each, i) => each / (tshark[i] ?? NaN));
        const ratio = tshark.length === 0 ? "" : formatSpread(spreadOf(ratios)!);
        rows.push([what, name, formatSpread(spreadOf(times)!), ratio]);
      }
    }
    // deno-lint-ignore no-console -- a bench is there to print
    console.log(
      `seconds of user and system time, medians of ${rounds} rounds [least-most]\n\n` +
        formatTable([["", "", "seconds", "of tshark's"], ...rows]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
