/**
 * `port --watch`: the changes of the sockets on one port, until a signal comes.
 *
 * @module
 */
import { UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { cannotSee } from "./context.ts";
import { ownAddresses } from "../system/own_addresses.ts";
import type { WantedPorts } from "./operand.ts";
import type { Options } from "./options.ts";
import { metered, portReader } from "./reader.ts";
import { watchPort } from "./watch.ts";
import { WatchLines } from "./watch_lines.ts";
import { changeLine, countdownLine } from "./watch_text.ts";
import { t } from "../text/messages.ts";

/** Prints the changes at a port until a signal comes. */
export async function printChanges(
  { range: [port, last], protocol, hostname }: WantedPorts,
  { json }: Pick<Options, "json">,
  io: Io,
): Promise<void> {
  if (last !== port) throw new UserError(t`--watch looks at one port: give no range`);
  if (hostname !== null) throw new UserError(t`--watch looks at all addresses: give a port alone`);
  const { read, work } = metered(portReader(io, protocol, port, ownAddresses(io)), io);
  const lines = new WatchLines(io, json);
  let isFirst = true;
  try {
    for await (const { changes, secondsLeft } of watchPort(read, port, work, io.stop)) {
      if (isFirst && changes.length === 0) {
        await sayFolded(io, t`nothing is on ${port}/${protocol} yet; waiting, Ctrl-C stops`);
      }
      isFirst = false;
      await lines.print(changes.map(changeLine), countdownLine(secondsLeft));
    }
  } catch (error) {
    throw cannotSee(error, io);
  }
}
