/**
 * The end of a laboratory by a signal, at each step of its life: nothing of it is left.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ChildText } from "../cli/child_text.ts";
import { LABORATORY, needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { until } from "./waiting.ts";

/** Returns the number of the network namespace of a process, `null` if the process is gone. */
function networkOf(pid: number): number | null {
  try {
    return Deno.statSync(`/proc/${pid}/ns/net`).ino;
  } catch {
    return null;
  }
}

/**
 * Opens the network namespaces of processes, without that of this one; returns them by their numbers. While
 * one is open the kernel gives its number to no other namespace, as of a test that runs at the same time.
 */
function openNetworks(pids: readonly number[]): Map<number, Deno.FsFile> {
  const files = new Map<number, Deno.FsFile>();
  for (const pid of pids) {
    const file = openedNetwork(pid);
    const number = file?.statSync().ino ?? OWN;
    if (number === OWN || files.has(number)) file?.close();
    else files.set(number, file!);
  }
  return files;
}

/** Opens the network namespace of a process; returns `null` if the process is gone. */
function openedNetwork(pid: number): Deno.FsFile | null {
  try {
    return Deno.openSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}

/** Returns a text file of /proc, empty if the process is gone. */
function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Returns the numbers of all processes. */
function allProcesses(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => pid > 0);
}

/** Returns the processes that a process has started, and those that these have started, and so on. */
function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const each of allProcesses()) {
    const parent = Number(textOf(`/proc/${each}/stat`).replace(/^.*\) \S /s, "").split(" ")[0]);
    children.set(parent, [...children.get(parent) ?? [], each]);
  }
  const found = [pid];
  for (const each of found) found.push(...children.get(each) ?? []);
  return found.slice(1);
}

/** Returns a process by its number and the time of its start; the number alone may be given again. */
function identityOf(pid: number): string | null {
  const fields = textOf(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return fields[0] === "" || fields[0] === "Z" ? null : `${pid} ${fields[19]}`;
}

/** The network namespace of this process, in which the cards are made. */
const OWN = networkOf(Deno.pid)!;

/**
 * Whether a process is in another network than this one. The first that netkit starts are not, and end at
 * once: they tell whether the programs are there.
 */
function isElsewhere(pid: number): boolean {
  return ![OWN, null].includes(networkOf(pid));
}

/** Signals, and the exit codes of a program that one of them has ended. */
const CODES = { SIGKILL: 137, SIGINT: 130, SIGTERM: 143 } as const;

/** The steps of its life: the output that tells that it has come to them, and signals that end it there. */
const STEPS = {
  "while its hosts are made": { pattern: null, signals: ["SIGKILL", "SIGINT"] },
  "as soon as it is there": {
    pattern: /The laboratory is there/,
    signals: ["SIGKILL", "SIGTERM"],
  },
  "while a server runs in it": {
    pattern: /b\$ netkit serve[^]*listen/,
    signals: ["SIGKILL", "SIGTERM"],
  },
  "while a client runs in it": {
    pattern: /a\$ printf[^]*client/,
    signals: ["SIGKILL", "SIGINT"],
  },
  "while it asks": { pattern: /^\? .*[^]*\n> /m, signals: ["SIGKILL", "SIGINT"] },
} as const;

for (const [when, { pattern, signals }] of Object.entries(STEPS)) {
  for (const signal of signals) {
    Deno.test(`netkit learn --lab that ${signal} ends ${when} leaves nothing behind`, {
      ...needs(LABORATORY, "ip", "nsenter", "unshare"),
    }, async () => {
      const folder = await Deno.makeTempDir();
      const netkit = new Netkit(["learn", "--lab", "1"], {
        stdin: "piped",
        env: { XDG_STATE_HOME: folder, TMPDIR: folder },
      });
      let networks = new Map<number, Deno.FsFile>();
      try {
        const { pid } = netkit.child;
        const out = new ChildText(netkit.child.stdout);
        if (pattern === null) await until(() => descendantsOf(pid).some(isElsewhere));
        else assert(await out.match(pattern), `${out.text}${netkit.err}`);
        netkit.signal("SIGSTOP"); // it starts nothing more while this looks
        const found = descendantsOf(pid);
        assert(found.length > 0, "it has no children");
        const identities = found.map(identityOf).filter((each) => each !== null);
        networks = openNetworks(found);
        netkit.signal(signal);
        netkit.signal("SIGCONT");
        assertEquals((await netkit.child.status).code, CODES[signal], netkit.err);
        await out.ended;
        const left = () => [
          ...identities.filter((each) => identityOf(Number(each.split(" ")[0])) === each),
          ...allProcesses().filter((each) => networks.has(networkOf(each) ?? OWN)),
          ...[...Deno.readDirSync("/sys/class/net")].map(({ name }) => name)
            .filter((name) => name.startsWith("netkit")),
        ];
        await until(() => left().length === 0, () => left().join(", "));
        if (signal !== "SIGKILL") {
          const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
          assertEquals(files.filter((name) => name !== "netkit"), []);
        }
      } finally {
        for (const file of networks.values()) file.close();
        await netkit.child.stdin.close().catch(() => {});
        await netkit[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}
