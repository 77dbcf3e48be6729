/**
 * The speed and the memory of `netkit ipinfo` on long lists, beside Python's ipaddress and grepcidr.
 *
 * Lists of random networks and addresses are made, the same in every run. Each job reads one from
 * standard input; those of netkit are also done with five times as many lines, for the memory.
 *
 *     deno task bench-lists [--lines N] [--prefixes N] [--rounds N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { describeMachine } from "./machine.ts";
import { findProgram } from "./processes.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const NETKIT = [Deno.execPath(), "run", "-A", "--quiet", MAIN, "ipinfo"];

/** Merges the networks on standard input, as the documentation of Python shows it. */
export const COLLAPSE = `
import ipaddress, sys
networks = [ipaddress.ip_network(line.strip(), strict=False) for line in sys.stdin]
for network in ipaddress.collapse_addresses(networks): print(network)
`;

/** A program that works on a list: its name, its words (P is the file of prefixes), its list. */
interface Job {
  readonly name: string;
  readonly command: readonly string[];
  readonly list: "networks" | "addresses" | "five times as many addresses" | "IPv6 addresses";
}

const JOBS: readonly Job[] = [
  { name: "netkit --merge", command: [...NETKIT, "--merge", "-"], list: "networks" },
  { name: "Python collapse_addresses", command: ["python3", "-c", COLLAPSE], list: "networks" },
  { name: "netkit --in", command: [...NETKIT, "--in", "P", "-"], list: "addresses" },
  { name: "netkit --match", command: [...NETKIT, "--match", "P", "-"], list: "addresses" },
  { name: "grepcidr", command: ["grepcidr", "-f", "P"], list: "addresses" },
  {
    name: "netkit --in",
    command: [...NETKIT, "--in", "P", "-"],
    list: "five times as many addresses",
  },
  {
    name: "netkit --form integer",
    command: [...NETKIT, "--form", "integer", "-"],
    list: "five times as many addresses",
  },
  { name: "netkit --in", command: [...NETKIT, "--in", "P", "-"], list: "IPv6 addresses" },
];

/** The lengths of prefixes in a list, as often as they are in a table of routes, more or less. */
const LENGTHS: readonly number[] = [16, 20, 22, 24, 24, 24, 28, 32];

/** Numbers of 32 bits that are the same in every run (xorshift). */
export function* randomNumbers(): Generator<number, never> {
  for (let state = 2463534242;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

/** Returns the next one of random networks, which are the same in every run. */
export function randomNetwork(next: () => number): string {
  const length = LENGTHS[next() % LENGTHS.length]!;
  return `${formatQuickIpv4(next() & -1 << (32 - length))}/${length}`;
}

/** Writes a list of `count` lines. */
export async function makeList(path: string, count: number, line: () => string): Promise<void> {
  using file = await Deno.create(path);
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  let text = "";
  for (let i = 1; i <= count; i++) {
    text += `${line()}\n`;
    if (i % 10_000 === 0 || i === count) {
      await writer.write(encoder.encode(text));
      text = "";
    }
  }
}

/** The seconds that a job takes, and the most memory that it has, in MB. */
interface Sample {
  readonly seconds: number;
  readonly memory: number;
}

/** Runs a job once. */
async function measure({ command }: Job, list: string, prefixes: string): Promise<Sample> {
  const words = command.map((word) => word === "P" ? prefixes : word);
  const started = performance.now();
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let memory = 0;
  const timer = setInterval(() => memory = Math.max(memory, peakOf(child.pid)), 20);
  const file = await Deno.open(list);
  await file.readable.pipeTo(child.stdin).catch(() => {}); // it has ended early; its exit code tells
  const { code } = await child.status;
  clearInterval(timer);
  if (code > 1) throw new Error(`${words.join(" ")} has failed`);
  return { seconds: (performance.now() - started) / 1000, memory };
}

/** Returns the most memory that a process had so far, in MB; 0 where that is not to be seen. */
function peakOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(status.match(/^VmHWM:\s+(\d+) kB$/m)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["lines", "prefixes", "rounds"] });
  const lines = Number(options.lines ?? 1_000_000);
  const prefixes = Number(options.prefixes ?? 100_000);
  const rounds = Number(options.rounds ?? 3);
  const jobs = JOBS.filter(({ command }) => findProgram(command[0]!) !== null);
  const numbers = randomNumbers();
  const next = () => numbers.next().value;
  const network = () => randomNetwork(next);
  const group = () => (next() & 0xffff).toString(16);
  const folder = await Deno.makeTempDir();
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  try {
    await makeList(`${folder}/prefixes`, prefixes, network);
    await makeList(`${folder}/networks`, lines, network);
    await makeList(`${folder}/addresses`, lines, () => formatQuickIpv4(next()));
    await makeList(
      `${folder}/five times as many addresses`,
      5 * lines,
      () => formatQuickIpv4(next()),
    );
    await makeList(
      `${folder}/IPv6 addresses`,
      lines,
      () => `2001:db8:${group()}:${group()}::${group()}`,
    );
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print(`${lines} lines, ${prefixes} prefixes, medians of ${rounds} rounds [least-most]\n`);
    const samples = jobs.map((): Sample[] => []);
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < jobs.length; i++) {
        const which = (i + round) % jobs.length;
        const job = jobs[which]!;
        samples[which]!.push(await measure(job, `${folder}/${job.list}`, `${folder}/prefixes`));
      }
    }
    const figure = (all: readonly Sample[], of: (sample: Sample) => number) =>
      formatSpread(spreadOf(all.map(of))!);
    const rows = jobs.map(({ name, list }, i) => [
      `${name}: ${list}`,
      figure(samples[i]!, ({ seconds }) => seconds),
      figure(samples[i]!, ({ memory }) => memory),
    ]);
    print(formatTable([["", "seconds", "MB"], ...rows]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
