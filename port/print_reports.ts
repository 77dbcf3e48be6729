/**
 * `port PORT...` and `port --free`: reports on ports, and the first free one.
 *
 * @module
 */
import { formatRange, type PortRange } from "../address/port_class.ts";
import { MAX_PORT } from "../address/port.ts";
import { type Column, formatColumns } from "../cli/columns.ts";
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import type { Context } from "./context.ts";
import { formatRows } from "./labelled_rows.ts";
import type { WantedPorts } from "./operand.ts";
import type { Options } from "./options.ts";
import { portRecord } from "./record.ts";
import { findFreePort, type PortReport, reportsOn } from "./report.ts";
import { joinRuns, type PortRun } from "./runs.ts";
import { reportRows } from "./rows.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The lowest port that is proposed if the user names none: below are many well-known servers. */
const FREE_FROM = 5000;

/**
 * Prints the first free port at or above `wanted`; resolves to the exit code.
 *
 * @throws {UserError} If there is none.
 */
export async function printFree(
  wanted: WantedPorts | null,
  context: Context,
  io: Io,
): Promise<number> {
  const [first, last] = wanted?.range ?? [FREE_FROM, MAX_PORT];
  const range: PortRange = [first, first === last ? MAX_PORT : last];
  const free = await findFree(range, wanted?.hostname ?? null, context);
  if (free === null) {
    throw new UserError(t`no good port in ${formatRange(range)} is free`, {
      exit: EXIT.failed,
      hint: t`ports for outgoing connections are not good for servers (${
        formatRange(context.rules.ephemeral)
      }),
        nor are those that browsers refuse`,
    });
  }
  await print(io.stdout, `${free}\n`);
  return EXIT.ok;
}

async function findFree(
  range: PortRange,
  hostname: string | null,
  context: Context,
): Promise<number | null> {
  try {
    return await findFreePort(range, hostname, context);
  } catch (error) {
    throw cannot(t`look for a free port`, error);
  }
}

/** Prints the report on one port in rows, on several in a table; resolves to the exit code. */
export async function printReports(
  wanted: readonly WantedPorts[],
  contextOf: (protocol: PortProtocol) => Promise<Context>,
  { json }: Pick<Options, "json">,
  io: Io,
): Promise<number> {
  const reports: PortReport[] = [];
  for (const [protocol, ports] of Map.groupBy(wanted, ({ protocol }) => protocol)) {
    reports.push(...await reportsIn(ports, await contextOf(protocol)));
  }
  const single = reports.length === 1 ? reports[0]! : null;
  const nextFree = single && await nextFreeOf(single, contextOf);
  if (json) {
    const records = reports.map((report) =>
      formatJson(portRecord({ report, nextFree, platform: io.platform }))
    );
    await print(io.stdout, `${records.join("\n")}\n`);
  } else if (single) {
    await print(io.stdout, formatReport(single, nextFree, io));
  } else {
    await print(io.stdout, formatColumns(RUN_COLUMNS, joinRuns(reports, io.platform), io));
  }
  return reports.some(({ free }) => free === false) ? EXIT.failed : EXIT.ok;
}

/** Resolves to the reports on all ports that are wanted. */
async function reportsIn(wanted: readonly WantedPorts[], context: Context): Promise<PortReport[]> {
  const asked = wanted.flatMap(({ range: [first, last], hostname }) =>
    Array.from({ length: last - first + 1 }, (_, i) => ({ port: first + i, hostname }))
  );
  try {
    return await reportsOn(asked, context);
  } catch (error) {
    throw cannot(t`bind ${asked.length === 1 ? t`port ${asked[0]!.port}` : "ports"}`, error);
  }
}

/** Resolves to the next free port where the one asked for is not free, else to `null`. */
async function nextFreeOf(
  { port, hostname, protocol, free, bind }: PortReport,
  contextOf: (protocol: PortProtocol) => Promise<Context>,
): Promise<number | null> {
  if (free || !bind || port === MAX_PORT) return null;
  return await findFree([port + 1, MAX_PORT], hostname, await contextOf(protocol));
}

function formatReport(report: PortReport, nextFree: number | null, io: Io): string {
  const styles = {
    [t`free`]: "green",
    [t`held by`]: "red",
    [t`refused`]: "red",
    [t`caution`]: "yellow",
  } as const;
  const rows = reportRows(report, nextFree, io.platform);
  return formatRows(rows, styles, io);
}

const RUN_COLUMNS: readonly Column<PortRun>[] = [
  [msg("Port"), ({ range, protocol, hostname }) => {
    const ports = `${formatRange(range)}/${protocol}`;
    return hostname === null
      ? ports
      : hostname.includes(":")
      ? `[${hostname}]:${ports}`
      : `${hostname}:${ports}`;
  }],
  [msg("State"), ({ state }) => translate(state)],
  [msg("Held by"), ({ holder }) => holder],
];
