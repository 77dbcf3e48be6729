/**
 * `netkit arp`: the neighbour table of this machine, from whichever program or file can tell it.
 *
 * @module
 */
import { type Column, formatColumns } from "./cli/columns.ts";
import { ARP_OPTIONS, type ArpOptions, refuseContradictions } from "./arp/options.ts";
import { type Command, command, type JsonField } from "./cli/command.ts";
import { formatCsv } from "./cli/csv.ts";
import { cannot, EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, readUpTo, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { readGateways } from "./system/gateways.ts";
import { loadVendors, vendorOf } from "./arp/mac_vendors.ts";
import { labelOf } from "./arp/address.ts";
import { type Change, describeChange } from "./arp/changes.ts";
import { hintsOf } from "./arp/hints.ts";
import { classifyRows, type NeighbourRow, NO_CONTEXT } from "./arp/classify.ts";
import { RECORD_FIELDS, recordOf } from "./arp/record.ts";
import { parseWanted, type Wanted } from "./arp/search.ts";
import { planSources, type Source } from "./arp/sources.ts";
import { type Answer, readAll, readFirst, readSaved } from "./arp/table.ts";
import { watchNeighbours } from "./arp/watch.ts";
import { withTimeLimit } from "./system/programs.ts";
import { escapeLine } from "./text/escape.ts";
import { cut, wrap } from "./text/layout.ts";
import { reasonOf } from "./text/reason.ts";
import { formatBytes, formatTime } from "./text/units.ts";

/** What `--watch` adds to the fields of a row. */
const WATCH_FIELDS: readonly JsonField[] = [
  { name: "time", type: "string", says: "with --watch: when it was read (ISO 8601)" },
  { name: "event", type: "string", says: "with --watch: present, appeared, vanished or changed" },
  { name: "before", type: "object or null", says: "with --watch: mac and state before the change" },
];

/** The command. */
export const arp: Command<typeof ARP_OPTIONS> = command({
  name: "arp",
  summary: "show which MAC address answers for which IP address",
  description: [
    "Prints the neighbour table of this machine: the hosts on the same link that it has talked to " +
    "lately, ordered by interface and address. It asks nobody on the network.",
    "The table comes from `arp -an` (Windows: `arp -a`), in whatever language it answers. Where that " +
    "fails or is missing, it is read from `ip -j neigh`, which knows more states, or /proc/net/arp, " +
    "which Deno lets a program read with -A only; on Windows from `netsh`. As arp knows IPv4 only, " +
    "`ip -6 -j neigh`, `ndp -an` or `netsh` are asked for the neighbours in IPv6, where these work. " +
    "Standard error says what it was.",
    "Operands look rows up, exactly, in any spelling; several ask for any of them. Of a MAC address " +
    "the first three octets are enough. A NAME implies --names. Nothing found is exit code 1.",
    "The kind is dynamic (learned), static (set by hand), gateway (a default route leads there), own " +
    "(an address of this machine), multicast or broadcast; the last two are hidden unless --all or " +
    'an operand asks for them. What the source does not tell is "-". On Windows an interface is ' +
    "called by its IPv4 address.",
    "Hints stand on standard error, and not with --json, --csv or --watch: one MAC at several " +
    "addresses, one address with several MACs, virtual routers (VRRP, HSRP), locally administered " +
    "MACs. Each of these has harmless reasons, too.",
    "--watch prints a line for each row, then one for each change, until Ctrl-C; the exit code is 0.",
  ],
  operands: [{
    name: "WHAT",
    summary: "an IP address, a network like 192.168.1.0/24, a MAC address, or a host's name",
    repeated: true,
  }],
  options: ARP_OPTIONS,
  examples: [
    { line: "netkit arp", says: "print the table" },
    { line: "netkit arp 0:1c:42:0:0:9", says: "find the addresses of a MAC" },
    { line: "netkit arp --json 192.168.1.0/24", says: "print a part of it for a program" },
    { line: "netkit arp --watch", says: "see who comes and goes" },
    { line: "ssh router arp -an | netkit arp --read -", says: "show another machine's table" },
  ],
  json: [...RECORD_FIELDS, ...WATCH_FIELDS],
  permissions: [
    "--allow-run=arp,ip (Windows: arp,netsh,route; macOS and BSD: arp,ndp,netstat)",
    "--allow-sys=networkInterfaces to know own addresses",
    "--allow-read for --read",
  ],
  async run({ options, operands }, given) {
    refuseContradictions(options);
    const io = options.timeout === null ? given : withTimeLimit(given, options.timeout);
    const wanted = operands.map(parseWanted);
    const names = options.names || wanted.some(({ by }) => by === "name");
    const view: View = { options: { ...options, names }, wanted };
    if (options.watch) {
      await watch(view, io);
      return EXIT.ok;
    }

    const table = await readTable(view, null, io);
    await say(io, `source: ${escapeLine(table.source)}`);
    if (table.rows.length === 0) await say(io, "the table is empty");
    const rows = rowsToShow(table.rows, view);
    const found = rows.length > 0 || wanted.length === 0;
    if (!found && table.rows.length > 0) {
      await say(io, escapeLine(`nothing in the table is ${operands.join(" or ")}`));
    }
    await print(io.stdout, formatRows(rows, options, io));
    if (!options.json && !options.csv && !options.noHints) await sayHints(table.rows, rows, io);
    return found ? EXIT.ok : EXIT.failed;
  },
});

/** What the user wants to see. */
interface View {
  readonly options: ArpOptions;
  readonly wanted: readonly Wanted[];
}

/** A table, in words where it is from, and the sources to read it from another time. */
interface Table extends Pick<Answer, "used"> {
  readonly source: string;
  readonly rows: readonly NeighbourRow[];
}

/** Reads the table from all of `sources`, or if that is `null` from whichever has it. */
async function readTable(
  { options }: View,
  sources: readonly Source[] | null,
  io: Io,
): Promise<Table> {
  const vendors = options.vendor ? await loadVendors() : null;
  const [{ told, used, source }, context] = options.read !== null
    ? [await readFile(options.read, io), NO_CONTEXT]
    : await Promise.all([
      sources ? readAll(io, sources).then((all) => ({ ...all, source: "" })) : choose(options, io),
      readGateways(io).then((gateways) => ({ gateways, addresses: io.networkInterfaces() })),
    ]);
  const rows = classifyRows(told, context).map((row) =>
    vendors && row.mac !== null ? { ...row, vendor: vendorOf(row.mac, vendors) } : row
  );
  return { source, used, rows };
}

interface NamedAnswer extends Answer {
  /** In words where it is from. */
  readonly source: string;
}

/** The most bytes of a saved table: a million rows. */
const FILE_LIMIT = 64 * 1024 * 1024;

async function readFile(path: string, io: Io): Promise<NamedAnswer> {
  const name = path === "-" ? "standard input" : path;
  const failed = (reason: string) =>
    new UserError(`cannot read ${name}: ${reason}`, { exit: EXIT.failed });
  const limit = FILE_LIMIT + 1;
  const bytes = await (path === "-" ? readUpTo(io.stdin, limit) : io.readFile(path, limit))
    .catch((error) => {
      throw cannot(`read ${name}`, error);
    });
  if (bytes.length > FILE_LIMIT) throw failed(`it has more than ${formatBytes(FILE_LIMIT)}`);
  const table = readSaved(bytes);
  if (table === null) throw failed("it is in no known format");
  const told = [{ source: name, neighbours: table.neighbours }];
  return { told, used: [], source: `${name}, ${table.format}` };
}

/** Reads the table from the sources that have it. */
async function choose(options: ArpOptions, io: Io): Promise<NamedAnswer> {
  const source = options.source === "auto" ? null : options.source;
  const plan = planSources(io.platform, { ...options, source, versions: versionsOf(options) });
  if (plan.oneOf.length === 0) {
    throw new UserError(`${source} cannot tell that: it knows IPv4 only, or another system has it`);
  }
  const failures: string[] = [];
  let hint: string | null = null;
  const answer = await readFirst(io, plan, ({ label }, error) => {
    const refusal = cannot(`read ${label}`, error);
    if (!(refusal instanceof UserError)) throw refusal; // a bug, or the user has stopped it
    const late = error instanceof Error && error.name === "TimeoutError";
    // What helps the first choice helps most.
    if (failures.length === 0) hint = late ? "--timeout SECONDS gives it longer" : refusal.hint;
    failures.push(`${label}: ${reasonOf(error)}`);
  });
  if (answer) {
    const instead = failures.length > 0 ? ` (${failures.join("; ")})` : "";
    return { ...answer, source: answer.used.map(({ label }) => label).join(", ") + instead };
  }
  throw new UserError(`cannot read the neighbour table: ${failures.join("; ")}`, {
    hint: hint ??
      (io.platform === "windows"
        ? "arp.exe is a part of Windows: look whether PATH leads to System32"
        : "install arp (package net-tools) or ip (package iproute2)"),
  });
}

function versionsOf({ ipv4, ipv6 }: ArpOptions): readonly (4 | 6)[] {
  return ipv4 === ipv6 ? [4, 6] : ipv4 ? [4] : [6];
}

function rowsToShow(rows: readonly NeighbourRow[], { options, wanted }: View): NeighbourRow[] {
  const versions = versionsOf(options);
  return rows.filter((row) =>
    versions.includes(row.address?.includes(":") ? 6 : 4) &&
    (wanted.length > 0
      ? wanted.some((each) => each.matches(row))
      : options.all || (row.kind !== "multicast" && row.kind !== "broadcast"))
  );
}

const COLUMNS: readonly Column<NeighbourRow>[] = [
  ["Address", labelOf],
  ["MAC", (row) => row.mac],
  ["Interface", (row) => row.interface],
  ["State", (row) => row.state],
  ["Kind", (row) => row.kind],
  ["Name", (row) => row.name],
  ["Vendor", (row) => row.vendor],
  ["Expires", ({ expiresSeconds: left }) => left === null ? null : left > 0 ? `${left} s` : "now"],
  ["Age", ({ ageSeconds }) => ageSeconds === null ? null : `${ageSeconds} s`],
  ["Flags", (row) => row.flags.join(", ")],
];

function formatRows(rows: readonly NeighbourRow[], { json, csv }: ArpOptions, io: Io): string {
  if (csv) {
    const cells = rows.map((row) =>
      RECORD_FIELDS.map(({ of }) => of(row)).map((value) =>
        value instanceof Array ? value.join(" ") : value
      )
    );
    return formatCsv([RECORD_FIELDS.map(({ name }) => name), ...cells]);
  }
  if (!json) return formatColumns(COLUMNS, rows, io);
  return rows.length === 0
    ? "[]\n"
    : `[\n${rows.map((row) => formatJson(recordOf(row))).join(",\n")}\n]\n`;
}

/** Says what is remarkable about the rows that are shown. */
async function sayHints(
  table: readonly NeighbourRow[],
  shown: readonly NeighbourRow[],
  io: Io,
): Promise<void> {
  for (const { says, rows } of hintsOf(table)) {
    if (!rows.some((row) => shown.includes(row))) continue;
    for (const line of wrap(escapeLine(`hint: ${says}`), io.columns())) await say(io, line);
  }
}

/** Milliseconds between two readings if the user does not say. */
const INTERVAL = 2000;

/** Prints what changes until a signal comes. */
async function watch(view: View, io: Io): Promise<void> {
  const interval = view.options.interval ?? INTERVAL;
  const read = async (before: Table | null) => {
    const table = await readTable(view, before && before.used, io);
    if (before === null) await say(io, `source: ${escapeLine(table.source)}`);
    return { ...table, rows: rowsToShow(table.rows, view) };
  };
  for await (const seen of watchNeighbours(read, interval, io.stop)) {
    if (seen.kind === "read") {
      await printChanges(seen.changes, view.options, io);
      continue;
    }
    const refusal = cannot("read the neighbour table", seen.error);
    if (!(refusal instanceof UserError)) throw refusal;
    await say(io, escapeLine(`${refusal.message}; trying again`));
  }
}

async function printChanges(
  changes: readonly Change[],
  { json }: ArpOptions,
  io: Io,
): Promise<void> {
  const now = io.now();
  const time = new Date(now).toISOString();
  const lines = changes.map((change) => {
    const { event, row, before } = change;
    const was = before && { mac: before.mac, state: before.state };
    if (json) return formatJson({ time, event, ...recordOf(row), before: was });
    const text = `${formatTime(now)}  ${event.padEnd(8)}  ${escapeLine(describeChange(change))}`;
    return io.stdout.isTerminal() ? cut(text, io.columns()) : text;
  });
  if (lines.length > 0) await print(io.stdout, `${lines.join("\n")}\n`);
}
