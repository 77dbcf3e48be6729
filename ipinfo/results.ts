/**
 * Results of `ipinfo`: an operation takes the inputs one by one, and its results are printed as they
 * come, no faster than they are taken.
 *
 * Life of an operation: made from the options, given each input in order, asked at the end for the
 * results that need all of them. A wrong input is told with its line, and the inputs behind it are still read.
 *
 * @module
 */
import type { IpNetwork } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import { inLocale, type Io, print, say } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { errorLines, hintLines, sayFolded } from "../cli/terminal.ts";
import type { CsvTable } from "./csv_columns.ts";
import type { Input, LineRule } from "./list.ts";
import { t } from "../text/messages.ts";

/** A result, in two forms. */
export interface Result {
  /** The lines for a person, without the last line feed. */
  readonly text: string;
  /** The object for a program. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Whether it is a negative answer, which makes the exit code 1. */
  readonly negative?: boolean;
  /** The input that it belongs to, if it needed all inputs; `null` or left out for all of them. */
  readonly from?: Input | null;
}

/** A network, and the input that names it. */
export interface GivenNetwork {
  /** The network. */
  readonly network: IpNetwork;
  /** The input. */
  readonly input: Input;
}

/** Work on inputs. */
export interface Operation {
  /** Whether results are blocks of lines, with a blank line between them. */
  readonly blocks?: boolean;
  /** Whether each input has a part of its own in the result, so that a wrong one ends it. */
  readonly needsEach?: boolean;
  /** The reading of a line of a list, where it is not an address with a name behind it. */
  readonly lines?: LineRule;
  /** The exit code if all inputs are right, which is asked for when all is done; 0 if left out. */
  readonly exit?: number;
  /** Advice that is printed on standard error when all is done, `null` for none. */
  readonly note?: string | null;
  /** Returns the text of the one result of a plain input, an order of magnitude faster, or `null`. */
  readonly quick?: ((text: string) => string | null) | null;
  /**
   * Yields the results of one input.
   *
   * @throws {ParseError} If the input cannot be read.
   * @throws {UserError} If the operation cannot be done with it.
   */
  take(input: Input): Iterable<Result> | Promise<Iterable<Result>>;
  /** Yields the results that need all inputs. */
  end?(): Iterable<Result>;
}

/** The conditions under which results are printed. */
export interface Printing {
  /** The system. */
  readonly io: Io;
  /** Whether results are printed as lines for a person, as JSON, or as CSV with such columns. */
  readonly format: "text" | "json" | CsvTable;
  /** Whether there is one operand and no list, so that an error of it is the error of the command. */
  readonly alone: boolean;
}

/** The fewest characters of results that are written at once while more are there. */
const BATCH = 1 << 17;

/** Gives `inputs` to `operation` and prints the results. Resolves to the exit code. */
export async function printResults(
  operation: Operation,
  inputs: AsyncIterable<readonly Input[]>,
  printing: Printing,
): Promise<number> {
  const printer = new Printer(operation, printing);
  for await (const group of inputs) {
    for (const input of group) {
      const more = printer.take(input);
      if (more !== null) await more;
    }
    await printer.flush();
  }
  await printer.end();
  return printer.exit;
}

/**
 * The text of results, collected until there is a batch of it, and the complaints about inputs, which
 * follow the results of their group.
 */
class Printer {
  readonly #operation: Operation;
  readonly #printing: Printing;
  /** The text between two results. */
  readonly #gap: string;
  #text = "";
  #complaints: string[] = [];
  #first = true;
  /** The exit code so far. */
  exit: number;

  constructor(operation: Operation, printing: Printing) {
    this.#operation = operation;
    this.#printing = printing;
    this.exit = EXIT.ok;
    const { format } = printing;
    this.#gap = operation.blocks && format === "text" ? "\n" : "";
    if (typeof format !== "string") this.#text = format.head;
  }

  /**
   * Adds the results of `input`. Returns `null` where that is done at once, as it is for each of a
   * million plain lines; else a promise.
   */
  take(input: Input): Promise<void> | null {
    const isPlain = input.fault === null && this.#printing.format === "text";
    const quick = isPlain ? this.#operation.quick?.(input.text) ?? null : null;
    if (quick !== null) {
      this.#text += `${quick}\n`;
      return null;
    }
    try {
      if (input.fault !== null) throw input.fault;
      const found = this.#operation.take(input);
      if (!Array.isArray(found)) return this.#addAll(input, found);
      for (const result of found) this.#append(result, input);
      return this.#text.length >= BATCH ? this.flush() : null;
    } catch (error) {
      return this.#complain(input, error);
    }
  }

  async #addAll(input: Input, found: Iterable<Result> | Promise<Iterable<Result>>): Promise<void> {
    let results: Iterator<Result> | null = null;
    while (true) {
      let next: IteratorResult<Result>;
      try {
        results ??= (await found)[Symbol.iterator]();
        next = results.next();
      } catch (error) {
        return await this.#complain(input, error);
      }
      if (next.done) return;
      await this.#add(next.value, input);
    }
  }

  /** Prints the last results, and those that need all inputs. */
  async end(): Promise<void> {
    for (const result of this.#operation.end?.() ?? []) await this.#add(result, result.from);
    await this.flush();
    this.exit = Math.max(this.exit, this.#operation.exit ?? EXIT.ok);
    const { note } = this.#operation;
    const { io } = this.#printing;
    if (note) await sayFolded(io, note);
  }

  /** Prints the results that are there, and then the complaints. */
  async flush(): Promise<void> {
    const { io, format } = this.#printing;
    const [text, complaints] = [this.#text, this.#complaints];
    this.#text = "";
    this.#complaints = [];
    if (text !== "") await print(io.stdout, format === "text" ? inLocale(text, io) : text);
    if (complaints.length > 0) await say(io, complaints.join("\n"));
  }

  /** Adds a result, and prints what is there if it is enough. */
  async #add(result: Result, input: Input | null = null): Promise<void> {
    this.#append(result, input);
    if (this.#text.length >= BATCH) await this.flush();
  }

  /** Appends a result of `input`, or of all inputs if there is none. */
  #append(result: Result, input: Input | null): void {
    if (result.negative) this.exit = Math.max(this.exit, EXIT.failed);
    if (!this.#first) this.#text += this.#gap;
    this.#first = false;
    this.#text += this.#formatResult(result, input);
  }

  #formatResult(result: Result, input: Input | null): string {
    const { format } = this.#printing;
    if (format === "text") return `${result.text}\n`;
    const record = { ...originOf(input), ...result.json };
    return format === "json" ? `${formatJson(record)}\n` : format.row(record);
  }

  /** Tells that `input` is wrong; throws `error` again if that is no fault of one input among others. */
  async #complain(input: Input, error: unknown): Promise<void> {
    const { text, line } = input;
    if (!(error instanceof ParseError || error instanceof UserError)) throw error;
    const where = line === null ? "" : t`line ${line}: `;
    if (line === null && this.#printing.alone) throw error;
    if (this.#operation.needsEach) {
      if (line === null) throw error;
      const { hint } = error;
      throw new UserError(where + error.message, { exit: EXIT.failed, hint, cause: error });
    }
    const { io, format } = this.#printing;
    const exit = error instanceof UserError ? error.exit : EXIT.usage;
    this.exit = Math.max(this.exit, line === null ? exit : EXIT.failed);
    if (format === "json") {
      const { reason, at } = error instanceof ParseError
        ? error
        : { reason: error.message, at: [0, text.length] };
      this.#text += `${formatJson({ ...originOf(input), error: reason, at })}\n`;
    }
    this.#complaints.push(
      ...await errorLines(io, "netkit ipinfo", where + error.message),
      ...await hintLines(io, error.hint),
    );
  }
}

/** Returns the fields that say from which input a result comes: its text, line and name. */
export function originOf(input: Input | null): Record<string, unknown> {
  if (input === null) return {};
  const { text, line, label } = input;
  return {
    input: text,
    ...(line === null ? {} : { line }),
    ...(label === "" ? {} : { label }),
  };
}
