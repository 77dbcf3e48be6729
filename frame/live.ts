/**
 * Packets as they pass an interface (`frame -i`), through tcpdump.
 *
 * Life of a live listing: the capture starts, each packet is printed or written as it comes; Ctrl-C or
 * enough packets (`-c`) stop the capture program, whose output then ends, and with it the loop.
 *
 * @module
 */
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { readPackets } from "../capture/packet_source.ts";
import { CaptureError } from "../packet/captured_packet.ts";
import { startCapture } from "../system/packet_capture.ts";
import { count } from "../text/units.ts";
import type { Options } from "./options.ts";
import { filterOf, PacketOutput } from "./packet_output.ts";
import { t } from "../text/messages.ts";

/**
 * Prints the packets that pass the interface `name`, or writes them to a file, until a signal or `--count`
 * ends it.
 *
 * @throws {UserError} If capturing is not possible, or the capture has ended by itself.
 */
export async function listLive(name: string, options: Options, io: Io): Promise<void> {
  const filter = await filterOf(options);
  const output = new PacketOutput(options, filter, "lines", io);
  const capture = await startCapture({
    interface: name,
    port: null,
    tunnels: false,
    full: true,
    advice: {
      again: `netkit frame -i ${name}`,
      without: t`netkit frame -r FILE works without it`,
      rootless: t`netkit frame -r FILE needs no rights`,
    },
  }, io);
  await sayFolded(io, t`capturing on ${name}; Ctrl-C ends`);
  let failure: unknown = null;
  let isOver = false;
  try {
    for await (const packet of readPackets(output.flushing(capture.bytes))) {
      if (isOver) continue; // the program writes what it has captured until it ends
      const pending = output.take(packet);
      if (pending !== null) await pending;
      if (!output.isEnough) continue;
      isOver = true;
      await output.flush();
      capture.stop();
    }
  } catch (error) {
    failure = error;
    capture.stop();
  }
  try {
    await output.end(false);
  } finally {
    const dropped = await capture.end();
    if (dropped) await sayFolded(io, t`warning: the kernel dropped ${count(dropped, "packet")}`);
  }
  // The program may be stopped in the middle of a packet.
  if (failure !== null && !(io.stop.aborted && failure instanceof CaptureError)) {
    if (!(failure instanceof CaptureError)) throw failure;
    throw new UserError(t`cannot read what was captured on ${name}: ${failure.message}`, {
      exit: EXIT.failed,
    });
  }
  await output.report(t`nothing has passed ${name}`);
}
