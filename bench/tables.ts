/**
 * The processor time of `netkit port` and `netkit arp` on large tables beside that of lsof, ss and
 * `ip neigh`, in turn on the same sockets and neighbours.
 *
 * The tables are made in a network namespace of its own (Linux, root, iproute2, Python 3): connections of
 * two processes on the loopback interface, and permanent neighbours of a veth device.
 *
 *     deno task bench-tables [--sockets N] [--neighbours N] [--rounds N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** netkit as it is measured: without a type check. */
const NETKIT = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", MAIN];

/** Makes the half of the sockets in each of two processes, prints a line, and waits for its input's end. */
const HOLDER = `
import os, resource, socket, sys
n = int(sys.argv[1]) // 4
resource.setrlimit(resource.RLIMIT_NOFILE, (2 * n + 100,) * 2)
kept = []
for process in range(2):
    ready, done = os.pipe()
    if os.fork() == 0:
        l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
        for i in range(n):
            c = socket.create_connection(l.getsockname()); s, _ = l.accept(); kept += [c, s]
        os.write(done, b"x"); sys.stdin.read(); os._exit(0)
    os.read(ready, 1)
print("ready", flush=True)
sys.stdin.read()
`;

/** Prints the processor time of a command that it runs, in seconds: its own, and that of its children. */
const METER = `
import resource, subprocess, sys
def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
before = used() # of a script that has started this Python
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(used() - before)
`;

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

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["sockets", "neighbours", "rounds"] });
  const [sockets, entries] = [Number(options.sockets ?? 20_000), Number(options.neighbours ?? 1e4)];
  const rounds = Number(options.rounds ?? 5);
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  const name = `netkit-${crypto.randomUUID().slice(0, 8)}`;
  const inside = (...words: readonly string[]) => ["ip", "netns", "exec", name, ...words];
  const subjects: readonly (readonly string[])[] = [
    [...NETKIT, "--version"],
    ["lsof", "-nP"],
    ["ss", "-tuanp"],
    [...NETKIT, "port", "--all"],
    [...NETKIT, "port"],
    [...NETKIT, "port", "80"],
    ["ip", "neigh"],
    ["arp", "-an"],
    [...NETKIT, "arp"],
    [...NETKIT, "arp", "10.1.0.0/30"],
  ];
  const script = await Deno.makeTempFile({ suffix: ".py" }); // a program in the arguments would be listed
  await Deno.writeTextFile(script, HOLDER);
  await output(["ip", "netns", "add", name]);
  try {
    for (const line of ["link set lo up", "link add v0 type veth peer name v1", "link set v0 up"]) {
      await output(["ip", "-n", name, ...line.split(" ")]);
    }
    await output(["ip", "-n", name, "-batch", "-"], neighbours(entries));
    const [program, ...args] = inside("python3", "-u", script, `${sockets}`);
    const holder = new Deno.Command(program!, { args, stdin: "piped", stdout: "piped" }).spawn();
    const reader = holder.stdout.getReader();
    await reader.read();
    const times = new Map(subjects.map((words) => [words, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (const words of subjects) {
        times.get(words)!.push(Number(await output(inside("python3", "-c", METER, ...words))));
      }
    }
    await holder.stdin.close();
    await reader.cancel();
    await holder.status;
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print(
      `${sockets} sockets, ${entries} neighbours; seconds of processor time, user and system, of`,
    );
    print(`the command and its children: medians of ${rounds} rounds [least-most]\n`);
    const rows = subjects.map((words) => {
      const seconds = times.get(words)!;
      return [
        words.join(" ").replace(NETKIT.join(" "), "netkit"),
        formatSpread(spreadOf(seconds)!),
      ];
    });
    print(formatTable([["", "seconds"], ...rows]));
  } finally {
    await output(["ip", "netns", "del", name]);
    await Deno.remove(script);
  }
}
