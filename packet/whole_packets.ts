/**
 * The packets of a capture with their layers, those in fragments joined again.
 *
 * @module
 */
import type { CapturedPacket } from "./captured_packet.ts";
import { type DissectedPacket, dissectFully } from "./dissect.ts";
import { isFragment } from "./fragment.ts";
import type { Reassembler } from "./reassembly.ts";

/**
 * Yields the packets of `source` with their layers, as `dissectFully` finds them. In place of the fragment
 * that completes an IP packet stands that packet, which begins with its IP header and has the number and
 * the time of the fragment.
 */
export async function* wholePackets(
  source: AsyncIterable<CapturedPacket>,
): AsyncGenerator<DissectedPacket> {
  let fragments: Reassembler | null = null;
  for await (const packet of source) {
    const maybe = dissectFully(packet);
    const dissected = maybe instanceof Promise ? await maybe : maybe;
    if (!isFragment(dissected)) {
      yield dissected;
      continue;
    }
    fragments ??= new (await import("./reassembly.ts")).Reassembler(); // rarely needed
    yield await fragments.join(dissected) ?? dissected;
  }
}
