/**
 * The program as a value: all its commands, for what is derived from them.
 *
 * @module
 */
import type { Command, JsonField, Operand } from "./command.ts";
import { VERSION } from "./version.ts";

/** A command as a line of the program's help has it: known before the command is loaded. */
export interface CommandSummary {
  /** The word that the user types. */
  readonly name: string;
  /** Its purpose, in half a line, lower case and without a period. */
  readonly summary: string;
}

/** A program and a line for each of its commands: all that its help in one screen needs. */
export interface Overview {
  /** The word that the user types. */
  readonly name: string;
  /** Its purpose, in half a line. */
  readonly summary: string;
  /** The commands, in the order in which help prints them. */
  readonly commands: readonly CommandSummary[];
  /** The names of the commands by their purpose, in the same order; one group of all, if left out. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** A program whose commands are loaded one by one. */
export interface LazyProgram extends Overview {
  /**
   * Resolves to the command `name`, in front of `args`.
   *
   * @throws {UserError} If there is none.
   */
  command(name: string, args?: readonly string[]): Promise<Command>;
}

/** The program as a whole, for the manual page, completions and the reference in docs/. */
export interface Program extends Overview {
  /** The version, as in CHANGELOG.md. */
  readonly version: string;
  /** The commands, all of them loaded. */
  readonly commands: readonly DocumentedCommand[];
}

/** A command, with its summary and the fields of its JSON output for help. */
export interface DocumentedCommand extends Command, CommandSummary {
  /** The fields; none without such output. */
  readonly json: readonly JsonField[];
}

/** Resolves to `program` with all its commands loaded. */
export async function loadProgram(program: LazyProgram): Promise<Program> {
  const { name, summary, groups = {}, commands } = program;
  const load = async ({ name }: CommandSummary) =>
    await documented(await program.command(name), program);
  return {
    name,
    version: VERSION,
    summary,
    groups,
    commands: await Promise.all(commands.map(load)),
  };
}

/** Resolves to a command with its summary from `program`, and with the fields of its JSON output loaded. */
export async function documented(
  command: Command,
  { commands }: Pick<Overview, "commands">,
): Promise<DocumentedCommand> {
  const { summary = "" } = commands.find(({ name }) => name === command.name) ?? {};
  return { ...command, summary, json: await command.fields?.() ?? [] };
}

/** Returns all that may stand behind the command, also another program's command line. */
export function operandsOf({ operands, behind }: Command): readonly Operand[] {
  return behind ? [...operands, behind] : operands;
}
