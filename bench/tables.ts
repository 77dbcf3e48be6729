/**
 * The processor time of `netkit port` and `netkit arp` on large tables beside that of lsof, ss and
 * `ip neigh`, in turn on the same sockets and neighbours.
 *
 * The tables are made in a network namespace that has no name, so that it goes with the processes in it,
 * however these end (Linux, root, iproute2, util-linux, Python 3): connections of two processes on the loopback
 * interface, and permanent neighbours of a veth device.
 *
 *     deno task bench-tables [--sockets N] [--neighbours N] [--rounds N]
 *
 * No round begins after a minute of measuring.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { processorTime } from "./processor_time.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** The script that makes the sockets. */
const HOLDER = new URL("hold_sockets.py", import.meta.url).pathname;

/** netkit as it is measured: without a type check. */
const NETKIT = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", MAIN];

/** Milliseconds after which no round begins. */
const LONGEST = 60_000;

/** The environment variable that tells this program that it runs in the namespace. */
const INSIDE = "NETKIT_BENCH_INSIDE";

/** Runs a command to its end with `input`; resolves to its output. */
async function output(words: readonly string[], input = ""): Promise<string> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`${words.join(" ")} has failed`);
  return new TextDecoder().decode(stdout);
}

/** Returns the commands of `ip -batch` that make `n` permanent neighbours of v0. */
function neighbours(n: number): string {
  const octets = (i: number) => [i >> 16, i >> 8 & 255, i & 255];
  return Array.from({ length: n }, (_, i) => {
    const mac = octets(i).map((octet) => octet.toString(16).padStart(2, "0")).join(":");
    const address = octets(i + (1 << 16)).join(".");
    return `neigh add 10.${address} lladdr 02:00:00:${mac} dev v0 nud permanent\n`;
  }).join("");
}

/** The commands that are compared. */
const SUBJECTS: readonly (readonly string[])[] = [
  [...NETKIT, "--version"],
  ["lsof", "-nP"],
  ["lsof", "-nP", "-i"],
  ["ss", "-tuanp"],
  [...NETKIT, "port", "--all"],
  [...NETKIT, "port"],
  [...NETKIT, "port", "80"],
  ["ip", "neigh"],
  ["arp", "-an"],
  [...NETKIT, "arp"],
  [...NETKIT, "arp", "10.1.0.0/30"],
];

// deno-lint-ignore no-console -- a bench is there to print
const print = console.log;

/** Makes the tables in the namespace of this process; the sockets are there until it is disposed of. */
export async function makeTables(sockets: number, entries: number): Promise<AsyncDisposable> {
  for (const line of ["link set lo up", "link add v0 type veth peer name v1", "link set v0 up"]) {
    await output(["ip", ...line.split(" ")]);
  }
  await output(["ip", "-batch", "-"], neighbours(entries));
  const holder = new Deno.Command("python3", {
    args: ["-u", HOLDER, `${sockets}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  if ((await reader.read()).done) throw new Error("the sockets could not be made");
  return {
    async [Symbol.asyncDispose]() {
      await holder.stdin.close();
      await reader.cancel();
      await holder.status;
    },
  };
}

/** Makes the tables, measures, and prints the figures. */
async function bench(): Promise<void> {
  const options = parseArgs(Deno.args, { string: ["sockets", "neighbours", "rounds"] });
  const [sockets, entries] = [Number(options.sockets ?? 20_000), Number(options.neighbours ?? 1e4)];
  const rounds = Number(options.rounds ?? 5);
  await using _tables = await makeTables(sockets, entries);
  const times = new Map(SUBJECTS.map((words) => [words, [] as number[]]));
  const started = performance.now();
  let done = 0;
  for (; done < rounds && performance.now() - started < LONGEST; done++) {
    for (const words of SUBJECTS) times.get(words)!.push((await processorTime(words)).seconds);
  }
  for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
  print(
    `${sockets} sockets, ${entries} neighbours; seconds of processor time, user and system, of`,
  );
  print(`the command and its children: medians of ${done} rounds [least-most]`);
  if (done < rounds) print(`(${rounds} rounds were asked for, and a minute was over)`);
  const rows = SUBJECTS.map((words) => [
    words.join(" ").replace(NETKIT.join(" "), "netkit"),
    formatSpread(spreadOf(times.get(words)!)!),
  ]);
  print(`\n${formatTable([["", "seconds"], ...rows])}`);
}

/**
 * Calls `bench` in a network namespace: runs the program `path` once more in one, and ends with its exit code.
 */
export async function inNamespace(path: string, bench: () => Promise<void>): Promise<void> {
  if (Deno.env.has(INSIDE)) return await bench();
  const args = ["--net", Deno.execPath(), "run", "-A", "--no-check", path];
  const child = new Deno.Command("unshare", {
    args: [...args, ...Deno.args],
    env: { [INSIDE]: "1" },
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => child.kill(signal)); // its children end when their input does
  }
  Deno.exit((await child.status).code);
}

if (import.meta.main) await inNamespace(import.meta.filename!, bench);
