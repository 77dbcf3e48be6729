/**
 * netkit, the program: its commands, and how their errors become messages and exit codes.
 *
 * @module
 */
import { ParseError } from "./address/parse_error.ts";
import type { Command } from "./cli/command.ts";
import { cannot, EXIT, OutputClosed, Stopped, UserError } from "./cli/errors.ts";
import { type Io, say } from "./cli/io.ts";
import { parse, UnknownOption, wantsHelp } from "./cli/parse.ts";
import type { CommandSummary, LazyProgram, Program } from "./cli/program.ts";
import { serve } from "./server.ts";
import { system } from "./system/io.ts";
import { escapeControls, escapeLine } from "./text/escape.ts";
import { msg, t, useCatalogue } from "./text/messages.ts";
import { isSystemError } from "./text/reason.ts";

/** A command before it is loaded. */
interface Entry extends Pick<CommandSummary, "summary"> {
  readonly load: () => Promise<Command>;
}

/**
 * The commands in the order in which help prints them. Each is loaded when it is asked for, like the
 * services; Deno does not even read it before ("lazy-dynamic-imports" in deno.json), which is a third of
 * the time to start. Only the server is always there: loaded with this module, it answers 5 ms earlier.
 */
const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: "answer every connection in upper case",
    load: () => Promise.resolve(serve),
  },
  client: {
    summary: "talk to a server: keyboard or pipe to it, its answers to the screen",
    load: async () => (await import("./client.ts")).client,
  },
  arp: {
    summary: "show which MAC address answers for which IP address",
    load: async () => (await import("./arp.ts")).arp,
  },
  ipinfo: {
    summary: "show an IP address in binary and other forms, and its network",
    load: async () => (await import("./ipinfo.ts")).ipinfo,
  },
  port: {
    summary: "show what a port is for, which processes hold it, and if it is free",
    load: async () => (await import("./port.ts")).port,
  },
  frame: {
    summary: "wrap data in TCP, IP and Ethernet, or unwrap captured packets",
    load: async () => (await import("./frame.ts")).frame,
  },
  trace: {
    summary: "show TCP connections as ladders of segments and states",
    load: async () => (await import("./trace.ts")).trace,
  },
  learn: {
    summary: "lessons on networks, with questions about one's own packets",
    load: async () => (await import("./learn.ts")).learn,
  },
};

/** The commands by their purpose, for help. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  [msg("connections")]: ["serve", "client"],
  [msg("addresses and ports")]: ["arp", "ipinfo", "port"],
  [msg("packets")]: ["frame", "trace"],
  [msg("lessons")]: ["learn"],
};

/** The name of the program in its messages. */
const NAME = "netkit";

/** Returns netkit as its services see it. */
function netkit(): LazyProgram {
  return {
    name: NAME,
    summary: "a network toolkit to learn with and to work with",
    groups: GROUPS,
    commands: Object.entries(COMMANDS).map(([name, { summary }]) => ({ name, summary })),
    command: commandNamed,
  };
}

/** Resolves to netkit with all its commands loaded. */
export async function loadNetkit(): Promise<Program> {
  return await (await import("./cli/program.ts")).loadProgram(netkit());
}

/**
 * Runs netkit with the arguments of a command line.
 *
 * @returns The exit code. Errors are printed, never thrown.
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  useCatalogue(null);
  try {
    return await runLine(mayBeForeign(args, io) ? await chosen(args, io) : args, io);
  } catch (error) {
    return await report(NAME, error, io);
  }
}

/** Whether another language than English may be meant. */
function mayBeForeign(args: readonly string[], io: Io): boolean {
  return !/^en\b/.test(io.language) || args.some((arg) => arg.startsWith("--lang")) ||
    io.env("NETKIT_LANG") !== undefined;
}

/** Makes netkit speak the language that is meant; resolves to the arguments without it. */
async function chosen(args: readonly string[], io: Io): Promise<readonly string[]> {
  return await (await import("./cli/language.ts")).chooseLanguage(args, io); // rarely needed
}

/** Runs the command or service of a command line, in the language that is in use. */
async function runLine([name = "", ...rest]: readonly string[], io: Io): Promise<number> {
  const isCommand = Object.hasOwn(COMMANDS, name);
  try {
    if (isCommand) return await runCommand(await COMMANDS[name]!.load(), rest, io);
    const { runService } = await import("./cli/run_service.ts");
    return await runService(netkit(), name, rest, io);
  } catch (error) {
    const speaker = isCommand ? `${NAME} ${name}` : NAME;
    try {
      return await report(speaker, error, io);
    } catch (noReport) { // a module for printing could not be loaded; this error needs none
      return await report(speaker, noReport, io);
    }
  }
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<number> {
  if (wantsHelp(args)) {
    const { explain } = await import("./cli/run_service.ts");
    return await explain(netkit(), command, io.stdout, io);
  }
  try {
    const invocation = parse(command, args);
    if (isForProgram(invocation.options)) useCatalogue(null);
    return await command.run(invocation, io) ?? EXIT.ok;
  } catch (error) {
    throw await withAdvice(error, command, args);
  }
}

/** Whether a program reads the output: what netkit says to programs is English, in every locale. */
function isForProgram({ json, csv, log }: Readonly<Record<string, unknown>>): boolean {
  return json === true || csv === true || log === "json";
}

/** Resolves to `error`, with the words to write instead as its hint if these are known. */
async function withAdvice(error: unknown, command: Command, args: readonly string[]) {
  if (error instanceof UnknownOption) {
    const [{ adviseOnOption }, { didYouMean }] = await Promise.all([
      import("./cli/advice.ts"),
      import("./cli/suggest.ts"),
    ]);
    const advice = await adviseOnOption(error, command, args, refusalOf);
    const hint = advice?.hint ?? error.hint ?? didYouMean(error.typed, error.names) ??
      t`for all options: ${NAME} ${command.name} --help`;
    return new UnknownOption(advice?.option ?? error.typed, error.argument, { hint });
  }
  const isOfParser = error instanceof ParseError ||
    error instanceof UserError && error.cause instanceof ParseError;
  if (!isOfParser) return error;
  const { adviseOnOperand } = await import("./cli/operand_advice.ts");
  const hint = (await adviseOnOperand(error, command, args, refusalOf))?.hint;
  if (hint === undefined) return error;
  if (error instanceof UserError) return new UserError(error.message, { ...error, hint });
  return new ParseError(error.what, error.input, error.reason, { at: error.at, hint });
}

/**
 * Resolves to the error for which netkit refuses `args`, or to `null` if it takes them; does nothing
 * else.
 */
export async function refusalOf([name = "", ...args]: readonly string[]): Promise<unknown> {
  if (/^(-h|--help|-V|--version|man)$/.test(name) && args.length === 0) return null;
  try {
    const command = await commandNamed(name === "help" ? args[0] ?? "" : name);
    if (name !== "help" && !wantsHelp(args)) await command.check?.(parse(command, args));
    return null;
  } catch (error) {
    return error;
  }
}

/** Resolves to the command `name`, in front of `args`. */
async function commandNamed(name: string, args: readonly string[] = []): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]!.load();
  const [{ SERVICE_NAMES }, { adviseOnProgram }, { didYouMean }] = await Promise.all([
    import("./cli/services.ts"),
    import("./cli/program_advice.ts"),
    import("./cli/suggest.ts"),
  ]);
  const names = [...Object.keys(COMMANDS), ...SERVICE_NAMES, "--version", "--help"];
  const advice = await adviseOnProgram(name, args, refusalOf, commandNamed);
  throw new UserError(
    name.startsWith("-") ? t`unknown option ${name}` : t`unknown command "${name}"`,
    { hint: advice?.hint ?? didYouMean(name, names) ?? t`see ${NAME} --help` },
  );
}

/** Prints `error` on standard error and returns the exit code that it means. */
async function report(speaker: string, error: unknown, io: Io): Promise<number> {
  if (error instanceof OutputClosed) return EXIT.ok;
  if (error instanceof Stopped) return error.exit;
  if (error instanceof ParseError || error instanceof UserError) {
    const { sayError, sayHint } = await import("./cli/terminal.ts");
    await sayError(io, speaker, error.message);
    if (error instanceof ParseError && io.stderr.isTerminal()) await point(error, io);
    await sayHint(io, error.hint);
    return error instanceof UserError ? error.exit : EXIT.usage;
  }
  if (isSystemError(error)) return await report(speaker, cannot(t`go on`, error), io);
  // Deno's error for an import() that was not allowed to read its file.
  if (error instanceof TypeError && error.message.startsWith("Requires read access to ")) {
    await say(io, `${speaker}: ${t`cannot load its program: no permission to read it`}`);
    await say(
      io,
      `  ${t`run again with ${`--allow-read=${escapeLine(import.meta.dirname ?? ".")}`} (or -A)`}`,
    );
    return EXIT.usage;
  }
  await say(io, `${speaker}: ${t`this is a bug in netkit, please report it`}`);
  await say(io, escapeControls(error instanceof Error ? error.stack ?? error.message : `${error}`));
  return EXIT.bug;
}

/** Points at the place in the input where a parser stopped. */
async function point({ input, at: [start, end] }: ParseError, io: Io): Promise<void> {
  const { width } = await import("./text/layout.ts");
  if (width(input) + 2 > io.columns() || escapeControls(input) !== input) return;
  await say(io, `  ${input}`);
  const carets = "^".repeat(Math.max(1, width(input.slice(start, end))));
  await say(io, `  ${" ".repeat(width(input.slice(0, start)))}${carets}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args, system()));
