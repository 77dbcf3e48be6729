/**
 * The program as a value: all its commands, for what is derived from them.
 *
 * @module
 */
import type { Command, JsonField, Operand } from "./command.ts";

/** The program as a whole, for help, the manual page and completions. */
export interface Program {
  /** The word that the user types. */
  readonly name: string;
  /** The version, as in CHANGELOG.md. */
  readonly version: string;
  /** Its purpose, in half a line. */
  readonly summary: string;
  /** The commands, in the order in which help prints them. */
  readonly commands: readonly DocumentedCommand[];
  /** The names of the commands by their purpose, in the same order; one group of all, if left out. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** A command, with the fields of its JSON output for help. */
export interface DocumentedCommand extends Command {
  /** The fields; none without such output. */
  readonly json: readonly JsonField[];
}

/** Resolves to `command` with the fields of its JSON output loaded. */
export async function documented(command: Command): Promise<DocumentedCommand> {
  return { ...command, json: await command.fields?.() ?? [] };
}

/** Returns all that may stand behind the command, also another program's command line. */
export function operandsOf({ operands, behind }: Command): readonly Operand[] {
  return behind ? [...operands, behind] : operands;
}
