/**
 * `port` without an operand: the list of the sockets of this machine.
 *
 * @module
 */
import { type Column, formatColumns } from "../cli/columns.ts";
import { EXIT } from "../cli/errors.ts";
import { type Io, print, say } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { formatSocketAddress, isListener, type KernelSocket } from "../sockets/socket.ts";
import { readSockets } from "../sockets/sockets.ts";
import { formatCommand } from "../sockets/text.ts";
import { escapeLine } from "../text/escape.ts";
import { wrap } from "../text/layout.ts";
import { cannotSee } from "./context.ts";
import type { Options } from "./options.ts";
import { socketRecord } from "./record.ts";
import { describeTotals } from "./totals.ts";
import { UNSEEN } from "./holders.ts";

/** The columns of the list. */
const COLUMNS: readonly Column<KernelSocket>[] = [
  ["Port", ({ local, protocol }) => `${local.port}/${protocol}`],
  ["Address", ({ local }) => local.hostname],
  ["Peer", ({ remote }) => remote && formatSocketAddress(remote)],
  ["State", ({ state, remote }) => remote === null && state !== "CLOSED" ? null : state],
  ["Process", ({ processes }) => processes[0]?.name ?? null],
  ["PID", ({ processes }) => processes.map(({ pid }) => pid).join(" ")],
  ["User", ({ processes, user }) => processes[0]?.user ?? user],
  ["Command", ({ processes: [first] }) => first ? formatCommand(first) : null],
];

/** Prints the list; resolves to the exit code. */
export async function printList(
  { udp, all, json }: Pick<Options, "udp" | "all" | "json">,
  io: Io,
): Promise<number> {
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
  await print(io.stdout, formatColumns(COLUMNS, shown, io));
  const unseen = shown.some((each) =>
    each.processes.length === 0 && (each.id !== null || isListener(each))
  );
  if (shown.length === 0) await say(io, "nothing listens");
  for (const line of all ? describeTotals(shown) : []) {
    await say(io, wrap(escapeLine(line), io.columns()).join("\n"));
  }
  if (unseen) await say(io, wrap(`"-": ${UNSEEN}`, io.columns()).join("\n"));
  return EXIT.ok;
}
