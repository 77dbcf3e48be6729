/**
 * The list of a capture's packets as `frame -r` prints it, for files that may be damaged.
 *
 * @module
 */
import { assert } from "@std/assert";
import { HexDumpError } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { PLAIN } from "../cli/terminal.ts";
import { PacketListing } from "../frame/listing.ts";
import { CaptureError } from "../packet/captured_packet.ts";
import { dissectFully } from "../packet/dissect.ts";

/** Lists all packets of a capture in `columns`; resolves to the text, and whether the file was damaged. */
export async function listCapture(
  source: AsyncIterable<Uint8Array>,
  form: "auto" | "full" | "json",
  columns: number,
): Promise<{ text: string; wrong: boolean }> {
  const listing = new PacketListing(form, { columns, ...PLAIN });
  let wrong = false;
  try {
    for await (const packet of readPackets(source)) {
      listing.add(await dissectFully(packet));
    }
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    assert(error.message.length > 5);
    wrong = true;
  }
  listing.end();
  return { text: listing.text.takeText(), wrong };
}
