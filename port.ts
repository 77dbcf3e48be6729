/**
 * `netkit port`: what a port is, who holds it, and whether to use it.
 *
 * @module
 */
import {
  BUILT_IN_NAMES,
  parseServices,
  type PortName,
  type PortProtocol,
} from "./sockets/port_names.ts";
import { formatRange, type PortRange } from "./address/port_class.ts";
import { MAX_PORT } from "./address/port.ts";
import { parsePorts, UnknownService, type WantedPorts } from "./port/operand.ts";
import { type Column, formatColumns } from "./cli/columns.ts";
import { type Command, command } from "./cli/command.ts";
import { cannot, EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { formatRows, textColumns } from "./port/labelled_rows.ts";
import {
  PORT_FIELDS,
  PORT_OPTIONS,
  type PortOptions,
  refuseContradictions,
} from "./port/options.ts";
import { didYouMean } from "./cli/suggest.ts";
import { WatchLines } from "./port/watch_lines.ts";
import { type Context, findFreePort, type PortReport, reportsOn } from "./port/report.ts";
import { joinRuns, type PortRun, reportRows, SOCKET_COLUMNS, UNSEEN } from "./port/rows.ts";
import { readPortRules } from "./port/rules.ts";
import { metered, portReader } from "./port/reader.ts";
import { watchPort } from "./port/watch.ts";
import { changeLine, countdownLine } from "./port/watch_text.ts";
import { portRecord, socketRecord } from "./port/record.ts";
import { readSockets } from "./sockets/sockets.ts";
import { escapeLine } from "./text/escape.ts";
import { wrap } from "./text/layout.ts";
import { reasonOf } from "./text/reason.ts";
import type { KernelSocket } from "./sockets/socket.ts";

/** The command. */
export const port: Command<typeof PORT_OPTIONS> = command({
  name: "port",
  summary: "tell what a port is, who holds it, and whether to use it",
  description: [
    "Without an operand: every socket that waits for peers, of TCP and UDP. With ports: what each " +
    "is (IANA's range and name, what it is used for in practice), which processes hold it and " +
    "with which sockets, whether a server could have it now, and what speaks against it: ports of " +
    "root, ports that outgoing connections may take, ports that browsers refuse.",
    "A port is called free only after it was bound, on 0.0.0.0 and on ::, as a server binds (with " +
    "SO_REUSEADDR): no table shows a socket that is bound and does not listen. The port is given " +
    "back at once; a client that connects in that moment is reset. --no-bind does without. Several " +
    "ports are shown as a table.",
    "Nothing is changed: the command that would free a port is printed and never run. Processes of " +
    "other users are named for root only.",
    "--watch shows the sockets of a port and their peers on this machine as the kernel has them, " +
    "several times a second as far as that takes less than 3 % of a processor; what is shorter " +
    "than that, as SYN-SENT on this machine, is not seen.",
    "The sockets are read from /proc on Linux, for which Deno wants -A; from lsof on macOS and BSD; " +
    "from netstat and tasklist on Windows. Names of services are those of /etc/services and some " +
    "more.",
    "The exit code is 0 if every port asked for is free (or nothing speaks against it, with " +
    "--no-bind), 1 if one is held or cannot be bound or --free finds none, 2 if the request was " +
    "wrong.",
  ],
  operands: [{
    name: "PORT",
    summary: "a port, a range A-B, or the name of a service; 53/udp is UDP",
    repeated: true,
  }],
  options: PORT_OPTIONS,
  examples: [
    { line: "netkit port", says: "list what listens" },
    { line: "netkit port 8000", says: "tell all about port 8000" },
    { line: "netkit port postgresql 53/udp", says: "ask by the name of the service, and for UDP" },
    { line: "netkit serve $(netkit port --free)", says: "take a good free port" },
    { line: "netkit port 8000 --watch", says: "watch connections come and go" },
  ],
  json: PORT_FIELDS,
  permissions: [
    "-A to read /proc on Linux",
    "--allow-net to try whether a port can be bound",
    "--allow-run=lsof,ps,sysctl on macOS and BSD; --allow-run=netstat,tasklist,netsh on Windows",
  ],
  async run({ options, operands }, io) {
    refuseContradictions(options, operands);
    const protocol = options.udp ? "udp" : "tcp";
    const names = await readNames(io);
    const wanted = operands.map((text) => parseOperand(text, protocol, names)).map((each) => ({
      ...each,
      protocol: each.protocol ?? protocol,
    }));
    if (options.watch) return await watch(wanted[0]!, options, io);
    if (wanted.length === 0 && !options.free) return await printList(options, io);
    const context = contextReader(options, names, io);
    if (options.free) return await printFree(wanted[0] ?? null, await context(protocol), io);
    return await printReports(wanted, context, options, io);
  },
});

/** What an operand means, its protocol known. */
interface Wanted extends WantedPorts {
  readonly protocol: PortProtocol;
}

async function readNames(io: Io): Promise<PortName[]> {
  const text = await io.readTextFile("/etc/services", { ask: false }).catch(() => "");
  return [...parseServices(text), ...BUILT_IN_NAMES];
}

function parseOperand(
  text: string,
  protocol: PortProtocol,
  names: readonly PortName[],
): WantedPorts {
  try {
    return parsePorts(text, protocol, names);
  } catch (error) {
    if (!(error instanceof UnknownService)) throw error;
    const known = names.flatMap(({ name, aliases }) => [name, ...aliases]);
    const hint = didYouMean(error.input, known) ?? "give a port, A-B, or a name of /etc/services";
    throw new UserError(error.message, { hint, cause: error });
  }
}

/** Returns what tells the contextReader of a protocol's ports; each is read once. */
function contextReader(
  { noBind }: PortOptions,
  names: readonly PortName[],
  io: Io,
): (protocol: PortProtocol) => Promise<Context> {
  const known = new Map<PortProtocol, Promise<Context>>();
  const read = async (protocol: PortProtocol): Promise<Context> => {
    const [rules, sockets] = await Promise.all([
      readPortRules(io, protocol),
      readSockets(io, { protocols: [protocol], range: null }).catch(async (error) => {
        await say(
          io,
          escapeLine(`the sockets of this machine may not be seen: ${reasonOf(error)}`),
        );
        return null;
      }),
    ]);
    const byPort = sockets && Map.groupBy(sockets, ({ local }) => local.port);
    return { system: io, protocol, names, rules, sockets: byPort, binds: !noBind };
  };
  return (protocol) => {
    const found = known.get(protocol) ?? read(protocol);
    known.set(protocol, found);
    return found;
  };
}

/** From where a free port is looked for if the user does not say: below are many well-known servers. */
const FREE_FROM = 5000;

async function printFree(
  wanted: Wanted | null,
  context: Context,
  io: Io,
): Promise<number> {
  const range: PortRange = wanted === null
    ? [FREE_FROM, MAX_PORT]
    : wanted.range[0] === wanted.range[1]
    ? [wanted.range[0], MAX_PORT]
    : wanted.range;
  const free = await findFree(range, context);
  if (free === null) {
    throw new UserError(`no good port in ${formatRange(range)} is free`, {
      exit: EXIT.failed,
      hint: "ports for outgoing connections are not good for servers " +
        `(${formatRange(context.rules.ephemeral)}), nor are those that browsers refuse`,
    });
  }
  await print(io.stdout, `${free}\n`);
  return EXIT.ok;
}

async function findFree(range: PortRange, context: Context): Promise<number | null> {
  try {
    return await findFreePort(range, context);
  } catch (error) {
    throw cannot("look for a free port", error);
  }
}

async function printReports(
  wanted: readonly Wanted[],
  context: (protocol: PortProtocol) => Promise<Context>,
  options: PortOptions,
  io: Io,
): Promise<number> {
  const reports: PortReport[] = [];
  for (const [protocol, ports] of Map.groupBy(wanted, ({ protocol }) => protocol)) {
    const numbers = ports.flatMap(({ range: [first, last] }) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i)
    );
    reports.push(
      ...await reportsOn(numbers, await context(protocol)).catch((error) => {
        throw cannot(`bind ${numbers.length === 1 ? `port ${numbers[0]}` : "ports"}`, error);
      }),
    );
  }
  const single = reports.length === 1 ? reports[0]! : null;
  const above: PortRange | null = single && single.port < MAX_PORT && !single.free && single.bind
    ? [single.port + 1, MAX_PORT]
    : null;
  const nextFree = single && above && await findFree(above, await context(single.protocol));
  if (options.json) {
    const records = reports.map((report) => formatJson(portRecord(report, nextFree)));
    await print(io.stdout, `${records.join("\n")}\n`);
  } else if (single) {
    await print(io.stdout, formatReport(single, nextFree, io));
  } else {
    await print(io.stdout, formatColumns(RUN_COLUMNS, joinRuns(reports), io));
  }
  return reports.some(({ free }) => free === false) ? EXIT.failed : EXIT.ok;
}

function formatReport(report: PortReport, nextFree: number | null, io: Io): string {
  const styles = { free: "green", "held by": "red", refused: "red", caution: "yellow" } as const;
  const rows = reportRows(report, nextFree, { platform: io.platform, columns: textColumns(io) });
  return formatRows(rows, styles, io);
}

const RUN_COLUMNS: readonly Column<PortRun>[] = [
  ["Port", ({ range, protocol }) => `${formatRange(range)}/${protocol}`],
  ["State", ({ state }) => state],
  ["Held by", ({ holder }) => holder],
];

/** Returns the error to throw where the sockets cannot be read. */
function cannotSee(error: unknown, { platform }: Io): Error {
  const denied = platform === "linux" && error instanceof Error && error.name === "NotCapable";
  return cannot("see the sockets of this machine", error, {
    hint: denied ? "run again with -A: with less, Deno lets nobody read /proc" : null,
  });
}

async function printList({ udp, all, json }: PortOptions, io: Io): Promise<number> {
  const protocols: PortProtocol[] = udp ? ["udp"] : ["tcp", "udp"];
  const sockets = await readSockets(io, { protocols, range: null }).catch((error) => {
    throw cannotSee(error, io);
  });
  const shown = all || json ? sockets : sockets.filter(({ remote }) => remote === null);
  if (json) {
    const records = shown.map((socket) => formatJson(socketRecord(socket)));
    await print(io.stdout, records.length === 0 ? "[]\n" : `[\n${records.join(",\n")}\n]\n`);
    return EXIT.ok;
  }
  await print(io.stdout, formatColumns<KernelSocket>(SOCKET_COLUMNS, shown, io));
  const unseen = shown.filter(({ id, processes }) => id !== null && processes.length === 0).length;
  if (shown.length === 0) await say(io, "nothing listens");
  if (unseen > 0) await say(io, wrap(`"-": ${UNSEEN}`, io.columns()).join("\n"));
  return EXIT.ok;
}

/** Prints what happens at a port until a signal comes. */
async function watch(wanted: Wanted, { json }: PortOptions, io: Io): Promise<number> {
  const { range: [number, last], protocol } = wanted;
  if (last !== number) throw new UserError("--watch looks at one port: give no range");
  const { read, work } = metered(portReader(io, protocol, number, ownAddresses(io)), io);
  const lines = new WatchLines(io, json);
  let isFirst = true;
  try {
    for await (const { changes, secondsLeft } of watchPort(read, number, work, io.stop)) {
      if (isFirst && changes.length === 0) {
        await say(io, `nothing is on ${number}/${protocol} yet; waiting, Ctrl-C stops`);
      }
      isFirst = false;
      await lines.print(changes.map(changeLine), countdownLine(secondsLeft));
    }
  } catch (error) {
    throw cannotSee(error, io);
  }
  return EXIT.ok;
}

/** Returns what tells whether an address is one of this machine. */
function ownAddresses(io: Io): (hostname: string) => boolean {
  const own = new Set(io.networkInterfaces().map(({ address }) => address));
  return (hostname) => {
    const plain = hostname.replace(/^::ffff:|%.*$/g, "");
    return own.has(plain) || plain.startsWith("127.") || plain === "::1";
  };
}
