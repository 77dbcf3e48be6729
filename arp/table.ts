/**
 * The table of a call: read from the sources of a plan or from a file, then classified.
 *
 * @module
 */
import { nameOfInput } from "../cli/byte_source.ts";
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import { type Io, readUpTo } from "../cli/io.ts";
import { readGateways } from "../system/gateways.ts";
import { SourceFailure, withoutAsking } from "../system/programs.ts";
import { pause } from "../net/waiting.ts";
import { decodeOutput } from "../text/code_pages.ts";
import { reasonOf } from "../text/reason.ts";
import { formatBytes } from "../text/units.ts";
import { classifyRows, type NeighbourRow, NO_CONTEXT } from "./classify.ts";
import type { SourceTable, UnreadLines } from "./merge.ts";
import { NEIGHBOUR_FORMATS, readNeighbours } from "./formats.ts";
import { loadVendors, vendorOf } from "./mac_vendors.ts";
import type { Options } from "./options.ts";
import { type Request, versionsOf } from "./request.ts";
import { planSources, type Source, type SourcePlan } from "./sources.ts";
import { t, translate } from "../text/messages.ts";

/** A neighbour table. */
export interface Table {
  /** The sources in words, empty if the caller has named them. */
  readonly source: string;
  /** The sources, for another reading. */
  readonly used: readonly Source[];
  /** The rows in the order of `sortNeighbours`. */
  readonly rows: readonly NeighbourRow[];
  /** The sources of which lines were not understood. */
  readonly unread: readonly UnreadLines[];
}

/**
 * Resolves to the table, read from all of `sources`, or if that is `null` from the file or the sources
 * that the options name.
 *
 * @throws {UserError} If no source answers, or the file is no table.
 */
export async function readTable(
  { options }: Request,
  sources: readonly Source[] | null,
  io: Io,
): Promise<Table> {
  const vendors = options.vendor ? await loadVendors() : null;
  const [{ tables, used, source }, context] = options.read !== null
    ? [await readFile(options.read, io), NO_CONTEXT]
    : await Promise.all([
      sources ? readAll(io, sources) : readSources(options, io),
      readGateways(io).then((gateways) => ({ gateways, addresses: io.networkInterfaces() })),
    ]);
  const rows = classifyRows(tables, context).map((row) =>
    vendors && row.mac !== null ? { ...row, vendor: vendorOf(row.mac, vendors) } : row
  );
  const unread = tables.flatMap(({ source, unread }) =>
    unread.count > 0 ? [{ source, ...unread }] : []
  );
  return { source, used, rows, unread };
}

/** The entries that sources have answered with. */
interface Answer extends Pick<Table, "source" | "used"> {
  readonly tables: readonly SourceTable[];
}

/** The largest saved table, in bytes: about a million rows. */
const FILE_LIMIT = 64 * 1024 * 1024;

async function readFile(path: string, io: Io): Promise<Answer> {
  const name = nameOfInput(path);
  const failed = (reason: string, hint: string | null = null) =>
    new UserError(t`cannot read ${name}: ${reason}`, { exit: EXIT.failed, hint });
  const limit = FILE_LIMIT + 1;
  const bytes = await (path === "-" ? readUpTo(io.stdin, limit) : io.readFile(path, limit))
    .catch((error) => {
      throw cannot(t`read ${name}`, error, { exit: EXIT.usage });
    });
  if (bytes.length > FILE_LIMIT) throw failed(t`it has more than ${formatBytes(FILE_LIMIT)}`);
  const table = readNeighbours(decodeOutput(bytes));
  if (table === null) throw failed(t`it is in no known format`, knownFormats());
  const tables = [{ ...table, source: name }];
  return {
    tables,
    used: [],
    source: [name, ...table.formats.map(translate)].join(t`, `),
  };
}

/** Returns the formats that a file can be in, in a sentence. */
function knownFormats(): string {
  const names = NEIGHBOUR_FORMATS.map(({ name }) => translate(name)).join(t`, `);
  return t`known are ${names}, and any table with one IP address and one MAC address in a line`;
}

/** Reads the sources that the options allow; the words for them name those that have failed. */
async function readSources(options: Options, io: Io): Promise<Answer> {
  const source = options.source === "auto" ? null : options.source;
  const plan = planSources(io.platform, { ...options, source, versions: versionsOf(options) });
  if (plan.oneOf.length === 0) {
    throw new UserError(t`${source} cannot tell that: it knows IPv4 only, or another system has
      it`);
  }
  const failures: string[] = [];
  let hint: string | null = null;
  const answer = await readFirst(io, plan, ({ label }, error) => {
    const refusal = cannot(t`read ${label}`, error);
    if (!(refusal instanceof UserError)) throw refusal; // a bug, or the user has stopped it
    const late = error instanceof Error && error.name === "TimeoutError";
    // The first alternative is the best one, and so is its hint.
    if (failures.length === 0) hint = late ? t`--timeout SECONDS gives it longer` : refusal.hint;
    failures.push(t`${label}: ${reasonOf(error)}`);
  });
  if (answer) {
    const sees6 = source !== null || !versionsOf(options).includes(6) ||
      answer.used.some(({ versions }) => versions.includes(6));
    const notes = sees6 ? failures : [...failures, t`IPv6 was not read`];
    return notes.length === 0
      ? answer
      : { ...answer, source: answer.source + t` (${notes.join(t`; `)})` };
  }
  throw new UserError(t`cannot read the neighbour table: ${failures.join(t`; `)}`, {
    hint: hint ??
      (io.platform === "windows"
        ? t`arp.exe is a part of Windows: look whether PATH leads to System32`
        : t`install arp (package net-tools) or ip (package iproute2)`),
  });
}

/**
 * Resolves to the answer of the first source of `plan.oneOf` that has one, and of the additional
 * sources; to `null` if none answers.
 *
 * @param failed Called for each source of `plan.oneOf` that fails; may throw to give up.
 */
async function readFirst(
  io: Io,
  plan: SourcePlan,
  failed: (source: Source, error: unknown) => void,
): Promise<Answer | null> {
  const tried: string[] = [];
  for (const source of plan.oneOf) {
    tried.push(source.label);
    try {
      const first = await readAll(io, [source]);
      const others = plan.also.filter(({ label }) => !tried.includes(label));
      const more = await Promise.all(
        others.map((other) => readAll(withoutAsking(io), [other]).catch(() => null)),
      );
      const answers = [first, ...more.filter((answer) => answer !== null)];
      return {
        source: answers.map(({ source }) => source).join(t`, `),
        used: answers.flatMap(({ used }) => used),
        tables: answers.flatMap(({ tables }) => tables),
      };
    } catch (error) {
      failed(source, error);
    }
  }
  return null;
}

/** Resolves to the answers of all `sources`; rejects as the first of them that fails. */
async function readAll(io: Io, sources: readonly Source[]): Promise<Answer> {
  const tables = await Promise.all(sources.map(async (source) => ({
    ...await source.read(io).catch((error) => orStopped(error, io)),
    source: source.label,
  })));
  return { source: sources.map(({ label }) => label).join(t`, `), used: sources, tables };
}

/** Milliseconds until the signal that has ended a program reaches netkit, too, at most. */
const SIGNAL_MILLISECONDS = 1000;

/**
 * Rejects with the reason of a failure. A program that SIGINT or SIGTERM has ended was in the process
 * group that the user stops, as a rule: then the signal, which may come later, is the reason.
 */
async function orStopped(error: unknown, io: Io): Promise<never> {
  const interrupted = error instanceof SourceFailure && error.code !== null &&
    (error.code === EXIT.interrupted || error.code === EXIT.terminated);
  if (interrupted) await pause(SIGNAL_MILLISECONDS, io.stop);
  throw interrupted && io.stop.aborted ? io.stop.reason : error;
}
