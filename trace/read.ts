/**
 * The trace of a capture in a file or a pipe (`trace -r`).
 *
 * @module
 */
import { CaptureError } from "../packet/captured_packet.ts";
import { wholePackets } from "../packet/whole_packets.ts";
import { HexDumpError, hintForFile } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { nameOfInput, readBytes } from "../cli/byte_source.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { isLoopback } from "../system/own_addresses.ts";
import { count } from "../text/units.ts";
import { filtered, filterOf } from "./filter.ts";
import { printLines } from "./lines.ts";
import { withPlace } from "./offload.ts";
import { placeOf } from "./place.ts";
import type { Options } from "./options.ts";
import { type Output, type TraceView, viewFor } from "./view.ts";
import { listed, t } from "../text/messages.ts";

/**
 * Shows the connections of the capture at `path`, of `port` or of every port if `null`; resolves to the
 * exit code.
 *
 * @throws {UserError} If it cannot be read, or has no TCP segment of the port.
 */
export async function traceFile(
  path: string,
  port: number | null,
  output: Output,
  io: Io,
): Promise<number> {
  const { at, count: most } = output.options;
  const filter = await filterOf(output.options.filter);
  const proven = new Set<string>();
  const usual = (address: string) => isLoopback(address) || proven.has(address);
  const view = viewFor(output, port, placeOf(at, usual), io);
  const { stop } = io;
  if (path === "-") stop.addEventListener("abort", () => io.stdin.close(), { once: true });
  const isEnough = () => stop.aborted || (most !== null && view.finished >= most);
  let unread: readonly number[] = [];
  const parseText = async (text: string) => {
    const { describeOtherText, parsePacketList } = await import("./packet_list.ts");
    const list = parsePacketList(text);
    const other = list === null ? describeOtherText(text) : null;
    if (other !== null) throw new CaptureError(other);
    if (list) unread = list.unread;
    return list?.packets ?? null;
  };
  let failure: string | null = null;
  let hint: string | null = null;
  try {
    const packets = readPackets(readBytes(path, io), { parseText });
    const all = filtered(wholePackets(packets), filter);
    // A pipe may be live: then nothing waits for more packets.
    const shown = at !== null || path === "-" ? all : withPlace(all, async (addresses) => {
      for (const address of addresses) proven.add(address);
      if (addresses.size > 0) await sayFolded(io, describePlace(addresses));
    });
    await printLines(shown, view, io.stdout, {
      isEnough,
      collects: path !== "-",
    });
  } catch (error) {
    // A pipe that is read while another program captures ends with Ctrl-C, as that program does.
    if (stop.aborted && path === "-") return EXIT.ok;
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = error.message;
    hint = hintForFile(error);
  }
  if (unread.length > 0) {
    const lines = count(unread.length, "line");
    await sayFolded(
      io,
      t`warning: ${lines} with TCP not understood, the first is line ${unread[0]}`,
    );
  }
  if (path !== "-") stop.throwIfAborted();
  const name = nameOfInput(path);
  if (failure !== null) {
    const warning = view.describeDropped();
    if (warning) await sayFolded(io, warning);
    throw new UserError(t`cannot read ${name}: ${failure}`, { exit: EXIT.failed, hint });
  }
  await conclude(view, name, port, output.options, io);
  return EXIT.ok;
}

/**
 * Says what was not shown of the captures `name`.
 *
 * @throws {UserError} If they have no TCP segment of the port, or not the connection that was asked for.
 */
export async function conclude(
  view: TraceView,
  name: string,
  port: number | null,
  { conn, only, filter }: Options,
  io: Io,
): Promise<void> {
  const warning = view.describeDropped();
  if (warning) await sayFolded(io, warning);
  if (conn !== null && view.segments > 0 && view.connections < conn) {
    throw new UserError(
      t`there is no connection ${conn} in ${name}: it has ${view.connections}`,
      { exit: EXIT.failed },
    );
  }
  if (only !== null && view.shown === 0 && view.segments > 0) {
    await sayFolded(
      io,
      t`none of ${count(view.connections, "connection")} is ${listed(only, "or")}`,
    );
  }
  if (view.segments === 0) {
    throw noSegments(name, port, filter, view.describeOthers());
  }
}

/** Returns the error of a capture without a segment to show; `packets` says what it has. */
export function noSegments(
  name: string,
  port: number | null,
  filter: string | null,
  packets: string,
): UserError {
  const where = (port === null ? "" : t` at port ${port}`) +
    (filter === null ? "" : t` that match -Y`);
  return new UserError(t`no TCP segments${where} in ${name} (${packets})`, { exit: EXIT.failed });
}

/** Returns where a capture was taken, and how that is known. */
function describePlace(addresses: ReadonlySet<string>): string {
  const names = [...addresses].join(", ");
  return t`taken at ${names}: only there its packets have unfinished checksums (offload)`;
}
