/**
 * netkit, the program: its commands, and how their errors become messages and exit codes.
 *
 * @module
 */
import config from "./deno.json" with { type: "json" };
import { ParseError } from "./address/parse_error.ts";
import type { Command, Program } from "./cli/command.ts";
import { completions, SHELLS } from "./cli/completions.ts";
import { EXIT, OutputClosed, Stopped, UserError } from "./cli/errors.ts";
import { commandHelp, type HelpStyle, programHelp } from "./cli/help.ts";
import {
  type Captured,
  type CaptureOptions,
  type InputInfo,
  type Io,
  type Output,
  print,
  readUpTo,
  say,
} from "./cli/io.ts";
import { parse, wantsHelp } from "./cli/parse.ts";
import { didYouMean } from "./cli/suggest.ts";
import { escapeControls, escapeLine } from "./text/escape.ts";
import { palette } from "./cli/terminal.ts";
import { width } from "./text/layout.ts";

/**
 * The commands in the order in which help prints them. Each is loaded when it is asked for: a third
 * of the time to the first answer of `serve` would be that of the others' code.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./server.ts")).serve,
  client: async () => (await import("./client.ts")).client,
  arp: async () => (await import("./arp.ts")).arp,
  ipinfo: async () => (await import("./ipinfo.ts")).ipinfo,
};

/** What netkit is called in its messages. */
const NAME = "netkit";

/** Resolves to netkit with all its commands, for what speaks of all of them. */
export async function loadNetkit(): Promise<Program> {
  return {
    name: NAME,
    version: config.version,
    summary: "a network toolkit to learn with and to work with",
    commands: await Promise.all(Object.values(COMMANDS).map((load) => load())),
  };
}

/**
 * Runs netkit with the arguments of a command line.
 *
 * @returns The exit code. Errors are printed, never thrown.
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name = "", ...rest] = args;
  const isCommand = Object.hasOwn(COMMANDS, name);
  try {
    if (isCommand) return await runCommand(await COMMANDS[name]!(), rest, io);
    return await runService(name, rest, io);
  } catch (error) {
    return await report(isCommand ? `${NAME} ${name}` : NAME, error, io);
  }
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<number> {
  if (wantsHelp(args)) return await help(command, io.stdout, io);
  return await command.run(parse(command, args), io) ?? EXIT.ok;
}

/** What is no command: help, version, completions, nothing, and slips of the fingers. */
async function runService(name: string, args: readonly string[], io: Io): Promise<number> {
  switch (name) {
    case "":
      await help(null, io.stderr, io);
      return EXIT.usage;
    case "-h":
    case "--help":
      return await help(null, io.stdout, io);
    case "-V":
    case "--version":
      await print(io.stdout, `${NAME} ${config.version}\n`);
      return EXIT.ok;
    case "help":
      return await help(args[0] === undefined ? null : await commandNamed(args[0]), io.stdout, io);
    case "completions":
      if (wantsHelp(args)) return await help(null, io.stdout, io);
      await print(io.stdout, completions(await loadNetkit(), shellNamed(args[0])));
      return EXIT.ok;
    default:
      await commandNamed(name);
      return EXIT.usage;
  }
}

async function help(command: Command | null, output: Output, io: Io): Promise<number> {
  const style: HelpStyle = { columns: io.columns(), palette: palette(io, output) };
  const netkit = await loadNetkit();
  await print(output, command ? commandHelp(netkit, command, style) : programHelp(netkit, style));
  return EXIT.ok;
}

async function commandNamed(name: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]!();
  const names = [...Object.keys(COMMANDS), "help", "completions"];
  throw new UserError(
    name.startsWith("-") ? `unknown option ${name}` : `unknown command "${name}"`,
    { hint: didYouMean(name, names) ?? `see ${NAME} --help` },
  );
}

function shellNamed(name: string | undefined): typeof SHELLS[number] {
  const found = SHELLS.find((shell) => shell === name);
  if (found) return found;
  throw new UserError(
    name === undefined ? "completions: SHELL is missing" : `"${name}" is no shell known here`,
    { hint: `choose ${SHELLS.join(", ")}` },
  );
}

/** Prints `error` on standard error and returns the exit code that it means. */
async function report(who: string, error: unknown, io: Io): Promise<number> {
  if (error instanceof OutputClosed) return EXIT.ok;
  if (error instanceof Stopped) return error.exit;
  if (error instanceof ParseError || error instanceof UserError) {
    const { red } = palette(io, io.stderr);
    await say(io, `${red(`${who}:`)} ${escapeLine(error.message)}`);
    if (error instanceof ParseError && io.stderr.isTerminal()) await point(error, io);
    if (error.hint !== null) await say(io, `  ${escapeLine(error.hint)}`);
    return error instanceof UserError ? error.exit : EXIT.usage;
  }
  await say(io, `${who}: this is a bug in netkit, please report it`);
  await say(io, escapeControls(error instanceof Error ? error.stack ?? error.message : `${error}`));
  return EXIT.bug;
}

/** Points at the place in the input where a parser stopped. */
async function point({ input, at: [start, end] }: ParseError, io: Io): Promise<void> {
  if (width(input) + 2 > io.columns() || escapeControls(input) !== input) return;
  await say(io, `  ${input}`);
  const carets = "^".repeat(Math.max(1, width(input.slice(start, end))));
  await say(io, `  ${" ".repeat(width(input.slice(0, start)))}${carets}`);
}

/** Returns the system that netkit really runs on. */
function system(): Io {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let listening = false;
  return {
    stdin: Deno.stdin,
    stdout: Deno.stdout,
    stderr: Deno.stderr,
    platform: Deno.build.os,
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
      return Number(this.env("COLUMNS")) || 80;
    },
    now: () => Date.now(),
    capture,
    stdinInfo,
    async readTextFile(path, { ask = true } = {}) {
      if (!ask) requireGranted({ name: "read", path });
      return await Deno.readTextFile(path);
    },
    async readFile(path, limit) {
      using file = await Deno.open(path);
      return await readUpTo(file, limit);
    },
    networkInterfaces() {
      const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
      return state === "granted" ? Deno.networkInterfaces() : [];
    },
  };
}

/**
 * How long a repeated signal still counts as the first one: `deno task` delivers Ctrl-C twice, once
 * to the process group and once forwarded, within milliseconds.
 */
const SAME_SIGNAL_MILLISECONDS = 500;

function listenForSignals(stop: AbortController, stopNow: AbortController): void {
  let first = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (!stop.signal.aborted) {
        first = performance.now();
        stop.abort(new Stopped(signal));
      } else if (performance.now() - first > SAME_SIGNAL_MILLISECONDS) {
        stopNow.abort(new Stopped(signal));
      }
    });
  }
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

/** Throws what Deno throws where it may not ask for the permission. */
function requireGranted(permission: Deno.PermissionDescriptor): void {
  if (Deno.permissions.querySync(permission).state === "granted") return;
  const { name } = permission;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access, run again with the --allow-${name} flag`,
  );
}

async function capture(
  program: string,
  args: readonly string[],
  { env = {}, timeout, ask = true }: CaptureOptions,
): Promise<Captured> {
  if (!ask) requireGranted({ name: "run", command: program });
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const done = child.output();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new DOMException(`no answer from ${program}`, "TimeoutError"));
    }, timeout);
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    done.catch(() => {}); // a child that was killed: its end is of no interest
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args, system()));
