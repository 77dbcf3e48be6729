/**
 * Lists in files, read into sets of addresses and tables of prefixes.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { PrefixTable } from "../address/prefix_table.ts";
import { RangeSet } from "../address/range_set.ts";
import { rangeNetworks } from "../address/range.ts";
import { EXIT } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { sayError, sayHint } from "../cli/terminal.ts";
import { type Input, readList } from "./list.ts";
import { addRange, type Reading, readRange } from "./reading.ts";
import { t } from "../text/messages.ts";

/** A set of addresses from a file. */
export interface FileSet {
  /** The set, joined. */
  readonly set: RangeSet;
  /** The exit code that the file alone would have: 1 if a line of it is bad. */
  readonly exit: number;
}

/** Tables of prefixes from a file. */
export interface FileTable {
  /** A table for each version, ready to be searched. */
  readonly tables: Readonly<Record<4 | 6, PrefixTable>>;
  /** The names behind the prefixes, by their index; nothing where there is none. */
  readonly labels: Readonly<Record<4 | 6, ReadonlyMap<number, string>>>;
  /** The exit code that the file alone would have: 1 if a line of it is bad. */
  readonly exit: number;
}

/**
 * Resolves to the set of the addresses in the file at `path`: networks, addresses and ranges mixed, and
 * those of `more`. Bad lines are told on standard error and left out.
 *
 * @throws {UserError} When the file cannot be read.
 */
export async function readSet(
  path: string | null,
  more: readonly string[],
  reading: Reading,
  io: Io,
): Promise<FileSet> {
  const set = new RangeSet();
  for (const text of more) addRange(set, text, reading);
  const take = ({ text }: Input) => addRange(set, text, reading);
  const exit = path === null ? EXIT.ok : await readEntries(path, io, take);
  set.join();
  return { set, exit };
}

/**
 * Resolves to the tables of the prefixes in the file at `path`; a range stands for its networks.
 *
 * @throws {UserError} When the file cannot be read.
 */
export async function readTables(path: string, reading: Reading, io: Io): Promise<FileTable> {
  const tables = { 4: new PrefixTable(4), 6: new PrefixTable(6) };
  const labels = { 4: new Map<number, string>(), 6: new Map<number, string>() };
  const exit = await readEntries(path, io, ({ text, label }) => {
    for (const network of rangeNetworks(readRange(text, reading))) {
      const { version } = network.address;
      const index = tables[version].add(network);
      if (label !== "") labels[version].set(index, label);
    }
  });
  for (const table of Object.values(tables)) table.build();
  return { tables, labels, exit };
}

/** Gives the entries of a file to `take`, and tells which lines it refuses. Resolves to an exit code. */
async function readEntries(
  path: string,
  io: Io,
  take: (input: Input) => void,
): Promise<number> {
  let exit: number = EXIT.ok;
  for await (const group of readList(path, "entry", io)) {
    for (const input of group) {
      try {
        if (input.fault !== null) throw input.fault;
        take(input);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        exit = EXIT.failed;
        const where = t`${path}, line ${input.line}: `;
        await sayError(io, "netkit ipinfo", where + error.message);
        await sayHint(io, error.hint);
      }
    }
  }
  return exit;
}
