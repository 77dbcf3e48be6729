/**
 * Packets read from a file, and shown or written to another one.
 *
 * @module
 */
import { nameOfInput, readBytes, refuseSameFile } from "../cli/byte_source.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { readOption } from "../cli/parse.ts";
import { HexDumpError, hintForFile } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { CaptureError } from "../packet/captured_packet.ts";
import { parseLinkType } from "../packet/link.ts";
import type { Options } from "./options.ts";
import { filterOf, PacketOutput } from "./packet_output.ts";
import { t } from "../text/messages.ts";

/**
 * Reads the packets of the file at `path` and prints them, or writes them to another file.
 *
 * @throws {UserError} For a file that is damaged or no capture, after the packets before the damage.
 */
export async function decapsulate(path: string, options: Options, io: Io): Promise<void> {
  const { link } = options;
  const linkType = link === null ? null : readOption("link", () => parseLinkType(link));
  const output = new PacketOutput(options, await filterOf(options), "auto", io);
  if (options.write !== null) await refuseSameFile(path, options.write, io);
  let failure: string | null = null;
  let failed = true;
  let hint: string | null = null;
  const packetOptions = {
    linkType,
    form: options.as,
    onReading: (says: string) => output.note(says),
  };
  try {
    for await (const packet of readPackets(output.flushing(readBytes(path, io)), packetOptions)) {
      const pending = output.take(packet);
      if (pending !== null) await pending;
      if (output.isEnough) break;
    }
    failed = false;
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = error.message;
    hint = hintForFile(error);
  } finally {
    await output.end(failed);
  }
  const name = nameOfInput(path);
  if (failure !== null) {
    throw new UserError(t`cannot read ${name}: ${failure}`, { exit: EXIT.failed, hint });
  }
  await output.report(t`there are no packets in ${name}`);
  const { number } = options;
  if (number !== null && output.seen < number.first) {
    throw new UserError(t`there is no packet ${number.first} in ${name}: it has ${output.seen}`, {
      exit: EXIT.failed,
    });
  }
}
