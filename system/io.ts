/**
 * The system that netkit runs on: `Io` by means of Deno.
 *
 * The folder system/, where commands meet the operating system:
 *
 * - `io.ts` standard streams, signals, files, permissions, child processes
 * - `programs.ts` programs that are run to their end: found, limited in time, decoded
 * - `gateways.ts` default gateways, from routing tables
 * - `own_addresses.ts` the addresses of this machine
 * - `packet_capture.ts` packets as they pass, by tcpdump or dumpcap
 * - `spooled.ts` programs whose output goes through a file
 * - `standard_output.ts` the end of standard output before that of the program
 * - `foreign_sockets.ts` sockets of other processes; `tap.ts`, `host.ts` a laboratory's cards and hosts
 *
 * @module
 */
import { Stopped } from "../cli/errors.ts";
import {
  type Captured,
  type CaptureOptions,
  columnsAsked,
  type InputInfo,
  type Io,
  readUpTo,
  type Running,
  type SpawnOptions,
  type SyncOutput,
} from "../cli/io.ts";

/** Options of a program that the real system starts in another way, if it can. */
export interface SpooledOptions extends SpawnOptions {
  /** Starts the program (`spawnSpooled`); returns `null` if it is to be started as usual. */
  through(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Running | null;
}

/** Returns the system of this process: its streams, signals and permissions. */
export function system(): Io {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let listening = false;
  return {
    stdin: Deno.stdin,
    stdout: Deno.stdout,
    stderr: Deno.stderr,
    platform: Deno.build.os,
    get language() {
      return navigator.language; // LC_ALL, LC_MESSAGES, LANG, or what the system has; needs no permission
    },
    get stop() {
      if (!listening) listenForSignals(stop, stopNow);
      listening = true;
      return stop.signal;
    },
    get stopNow() {
      return stopNow.signal;
    },
    env(name) {
      const { state } = Deno.permissions.querySync({ name: "env", variable: name });
      return state === "granted" ? Deno.env.get(name) : undefined;
    },
    columns() {
      for (const stream of [Deno.stdout, Deno.stderr, Deno.stdin]) {
        if (stream.isTerminal()) return Deno.consoleSize().columns || 80;
      }
      return columnsAsked(this) ?? 80;
    },
    async openTerminal(events) {
      const { openTerminal } = await import("./terminal.ts"); // rarely needed
      return openTerminal(events);
    },
    now: () => Date.now(),
    async cpuTime() {
      const { cpuUsage } = await import("node:process");
      const { user, system } = cpuUsage();
      return (user + system) / 1000;
    },
    capture,
    spawn,
    get self() {
      // In a binary that `deno compile` has made, Deno is netkit.
      return Deno.build.standalone
        ? [Deno.execPath()]
        : [Deno.execPath(), "run", "-A", "--quiet", Deno.mainModule];
    },
    stdinInfo,
    stderrFile,
    async endOutput() {
      const { endStandardOutput } = await import("./standard_output.ts"); // rarely needed
      return endStandardOutput();
    },
    async readTextFile(path, { ask = true } = {}) {
      if (!ask) requireGranted({ name: "read", path });
      return await Deno.readTextFile(path);
    },
    async readFile(path, limit) {
      using file = await Deno.open(path);
      return await readUpTo(file, limit);
    },
    openFile: (path) => Deno.open(path),
    createFile: (path) => Deno.open(path, { write: true, create: true, truncate: true }),
    isSameFile,
    async replaceFile(path, text) {
      const beside = `${path}.${Deno.pid}~`;
      await Deno.writeTextFile(beside, text);
      await Deno.rename(beside, path);
    },
    makeFolder: (path) => Deno.mkdir(path, { recursive: true }),
    async temporaryFolder() {
      const path = await Deno.makeTempDir({ prefix: "netkit-" });
      return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
    },
    listFolder(path) {
      const names: string[] = [];
      for (const { name } of Deno.readDirSync(path)) names.push(name);
      return names;
    },
    readLink: (path) => Deno.readLinkSync(path),
    tryBind,
    async foreignSockets() {
      const { openForeignSockets } = await import("./foreign_sockets.ts"); // rarely needed
      return openForeignSockets();
    },
    networkInterfaces() {
      const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
      return state === "granted" ? Deno.networkInterfaces() : [];
    },
  };
}

/**
 * Milliseconds in which a repeated signal counts as the first one (`deno task` forwards the Ctrl-C that all
 * get), and some more, in which a program that has stood still takes those that came meanwhile.
 */
const [SAME_SIGNAL_MILLISECONDS, TAKING_MILLISECONDS] = [500, 10];

function listenForSignals(stop: AbortController, stopNow: AbortController): void {
  let isOver = false; // the time in which another one is the same
  const after = (time: number, call: () => void) => Deno.unrefTimer(setTimeout(call, time));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (isOver) return stopNow.abort(new Stopped(signal));
      if (stop.signal.aborted) return;
      after(SAME_SIGNAL_MILLISECONDS, () => after(TAKING_MILLISECONDS, () => isOver = true));
      stop.abort(new Stopped(signal));
    });
  }
}

/** Compares two files; without the permission to read them, only their paths. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  if (one === other) return one !== "-";
  const { fstatSync, statSync } = await import("node:fs");
  const [first, second] = [one, other].map((path) => {
    try {
      if (path === "-") return fstatSync(0);
      // Nobody is asked for a permission because of this.
      const { state } = Deno.permissions.querySync({ name: "read", path });
      return state === "granted" ? statSync(path) : null;
    } catch {
      return null; // it is not there
    }
  });
  if (!first?.isFile() || !second?.isFile()) return false;
  return first.ino === second.ino && first.dev === second.dev;
}

/** Asks the system for file descriptor 0; Deno's own way, a path in /dev, needs every permission. */
async function stdinInfo(): Promise<InputInfo> {
  const { fstatSync } = await import("node:fs");
  try {
    const stat = fstatSync(0);
    if (stat.isFile()) return { kind: "file", size: stat.size };
    return { kind: stat.isFIFO() || stat.isSocket() ? "pipe" : "other", size: null };
  } catch {
    return { kind: "other", size: null }; // it is closed
  }
}

async function stderrFile(): Promise<SyncOutput | null> {
  if (Deno.stderr.isTerminal()) return null;
  try {
    const isFile = mayAskForDescriptors()
      ? (await Deno.stat("/dev/fd/2")).isFile
      : (await import("node:fs")).fstatSync(2).isFile();
    return isFile ? Deno.stderr : null;
  } catch {
    return null; // it is closed
  }
}

/** Returns whether Deno lets a program ask for paths in /dev/fd, which needs every permission. */
function mayAskForDescriptors(): boolean {
  const names = ["read", "write", "net", "env", "run", "sys", "ffi"] as const;
  return Deno.build.os !== "windows" &&
    names.every((name) => Deno.permissions.querySync({ name }).state === "granted");
}

/** Throws the error of Deno for a missing permission, instead of asking the user for it. */
function requireGranted(permission: Deno.PermissionDescriptor): void {
  if (Deno.permissions.querySync(permission).state === "granted") return;
  const { name } = permission;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access, run again with the --allow-${name} flag`,
  );
}

async function tryBind(
  protocol: "tcp" | "udp",
  hostname: string,
  port: number,
): Promise<string | null> {
  try {
    if (protocol === "tcp") {
      Deno.listen({ hostname, port }).close();
    } else {
      const { tryDatagrams } = await import("../net/udp.ts"); // costs 20 ms
      await tryDatagrams(hostname, port);
    }
    return null;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code === "string") return code;
    throw error;
  }
}

async function capture(
  program: string,
  args: readonly string[],
  { env = {}, timeout, ask = true }: CaptureOptions,
): Promise<Captured> {
  if (!ask) requireGranted({ name: "run", command: program });
  const { later } = await import("../cli/later.ts"); // not at the start of serve
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const done = child.output();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const isOver = later(timeout, () => {
    sendSignal(child, "SIGKILL");
    reject(new DOMException(`no answer from ${program}`, "TimeoutError"));
  });
  try {
    const work = Promise.race([done, late]);
    if (!Deno.stderr.isTerminal()) return await work;
    const { sayWaiting } = await import("../cli/waiting.ts");
    return await sayWaiting(work, [program, ...args].join(" "), Deno.stderr);
  } finally {
    isOver();
    done.catch(() => {}); // a child that was killed: its end is of no interest
  }
}

function spawn(
  program: string,
  args: readonly string[],
  { env = {}, inherit = false, input, cwd, through }: SpawnOptions & Partial<SpooledOptions> = {},
): Running {
  const spooled = through?.(program, args, env);
  if (spooled) return spooled;
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: inherit ? "inherit" : input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: inherit ? "inherit" : "piped",
  }).spawn();
  if (input !== undefined && !inherit) {
    ReadableStream.from([input]).pipeTo(child.stdin).catch(() => {}); // it may end before it reads
  }
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: inherit ? nothing() : child.stderr,
    ended: child.status.then(({ code }) => code),
    kill: (signal) => sendSignal(child, signal),
  };
}

/** Sends a signal to a child process; does nothing when it has ended, of which Deno may not know yet. */
export function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // it has ended
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
