/**
 * The services beside the commands at work: help, the version, the manual page, completions.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { EXIT, UserError } from "./errors.ts";
import type { HelpStyle } from "./help.ts";
import { type Io, type Output, print, say } from "./io.ts";
import { wantsHelp } from "./parse.ts";
import { documented, type LazyProgram, loadProgram } from "./program.ts";
import { SERVICE_NAMES, SERVICES } from "./services.ts";
import { VERSION, VERSION_DATE } from "./version.ts";
import { t } from "../text/messages.ts";

/**
 * Runs the service `name` of `program`: one of `SERVICES`, an option that stands in its place, or help if
 * the name is empty.
 *
 * @returns The exit code.
 * @throws {UserError} For any other word, as the program says it, and for a word that the service does not take.
 */
export async function runService(
  program: LazyProgram,
  name: string,
  args: readonly string[],
  io: Io,
): Promise<number> {
  switch (name) {
    case "":
      await explain(program, null, io.stderr, io);
      return EXIT.usage;
    case "-h":
    case "--help":
      return await help(program, args, io);
    case "-V":
    case "--version":
      checkOperands(name, args, 0);
      await print(io.stdout, `${program.name} ${VERSION}\n`);
      return EXIT.ok;
  }
  const service = SERVICE_NAMES.indexOf(name);
  if (service === -1) {
    await program.command(name, args);
    return EXIT.usage;
  }
  if (name === "help") return await help(program, args, io);
  if (wantsHelp(args)) return await explain(program, null, io.stdout, io);
  checkOperands(name, args, SERVICES[service]![0].split(" ").length - 1);
  return name === "man" ? await manual(program, io) : await complete(program, args[0], io);
}

/** Refuses a word behind the `most` that the service `name` takes. */
function checkOperands(name: string, args: readonly string[], most: number): void {
  const extra = args[most];
  if (extra === undefined) return;
  if (/^-./.test(extra)) throw new UserError(t`unknown option ${extra}`);
  throw new UserError(
    most === 0 ? t`"${extra}": ${name} takes no operands` : t`"${extra}" is one operand too many`,
  );
}

/** Explains what is named: the program, a command, or the fields of its JSON output. */
async function help(program: LazyProgram, args: readonly string[], io: Io): Promise<number> {
  const [name, part] = args;
  const isProgram = name === undefined || SERVICE_NAMES.includes(name);
  const command = isProgram ? null : await program.command(name);
  if (part !== undefined && (command === null || part !== "json")) {
    throw new UserError(t`help has no part "${part}"`, {
      hint: t`for example: ${program.name} help serve json`,
    });
  }
  checkOperands("help", args, 2);
  return await explain(program, command, io.stdout, io, part);
}

/**
 * Prints the help of the program, `null`, or of a command, or of the fields of its JSON output.
 *
 * @returns The exit code.
 */
export async function explain(
  program: LazyProgram,
  command: Command | null,
  output: Output,
  io: Io,
  part?: "json",
): Promise<number> {
  const [{ palette }, { commandHelp, fieldsHelp, programHelp }] = await Promise.all([
    import("./terminal.ts"),
    import("./help.ts"),
  ]);
  const style: HelpStyle = { columns: io.columns(), palette: palette(io, output) };
  const text = command === null
    ? programHelp({ ...program, version: VERSION }, style)
    : (part === undefined ? commandHelp : fieldsHelp)(
      program,
      await documented(command, program),
      style,
    );
  await print(output, text, output === io.stderr ? t`standard error` : t`standard output`);
  return EXIT.ok;
}

async function manual(program: LazyProgram, io: Io): Promise<number> {
  const { manPage } = await import("./man.ts");
  await print(io.stdout, manPage(await loadProgram(program), VERSION_DATE));
  if (io.stdout.isTerminal()) {
    const reader = io.platform === "linux" ? "man -l -" : "mandoc -a";
    await say(io, t`to read it: ${program.name} man | ${reader}`);
  }
  return EXIT.ok;
}

async function complete(
  program: LazyProgram,
  name: string | undefined,
  io: Io,
): Promise<number> {
  const { completions, SHELLS } = await import("./completions.ts");
  const shell = SHELLS.find((each) => each === name);
  if (shell) {
    await print(io.stdout, completions(await loadProgram(program), shell));
    return EXIT.ok;
  }
  throw new UserError(
    name === undefined ? t`completions: SHELL is missing` : t`"${name}" is no shell known here`,
    { hint: t`choose ${SHELLS.join(", ")}` },
  );
}
