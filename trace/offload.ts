/**
 * The host at which a capture was taken, where unfinished checksums prove it.
 *
 * A network card that computes checksums gets packets in which only the sum of the pseudo-header stands;
 * so a capture on the sender's host shows them, and no other one does. Where both directions have such
 * checksums, both ends are on one machine, and which end it was taken at stays open.
 *
 * @module
 */
import { checksumStatus } from "../packet/checksum_status.ts";
import type { DissectedPacket } from "../packet/dissect.ts";
import { hostAddressOf, segmentOf } from "../tcp/segment.ts";

/** Packets that are looked at. */
const LOOKED_AT = 256;

/** The checksums of what one host has sent, and of what was sent to it. */
interface Evidence {
  unfinished: number;
  right: number;
  unfinishedToIt: number;
  rightToIt: number;
}

/** Returns the addresses at which `packets` were captured for certain; empty if that stays open. */
export function inferPlace(packets: readonly DissectedPacket[]): ReadonlySet<string> {
  const hosts = new Map<string, Evidence>();
  const of = (endpoint: string): Evidence => {
    const address = hostAddressOf(endpoint);
    const known = hosts.get(address) ??
      { unfinished: 0, right: 0, unfinishedToIt: 0, rightToIt: 0 };
    hosts.set(address, known);
    return known;
  };
  for (const packet of packets) {
    const { layers } = packet;
    const index = layers.findIndex(({ name, quoted }) => name === "tcp" && !quoted);
    const segment = index === -1 ? null : segmentOf(packet);
    const checksum = segment && checksumStatus(layers, index, packet.bytes);
    if (!segment || (checksum?.status !== "offload" && checksum?.status !== "good")) continue;
    if (checksum.status === "offload") {
      if (checksum.found === 0) continue; // that also stands in captures that were written over
      of(segment.source).unfinished++;
      of(segment.destination).unfinishedToIt++;
    } else {
      of(segment.source).right++;
      of(segment.destination).rightToIt++;
    }
  }
  const proven = [...hosts].filter(([, { unfinished, right, unfinishedToIt, rightToIt }]) =>
    unfinished > 0 && right === 0 && unfinishedToIt === 0 && rightToIt > 0
  );
  return new Set(proven.map(([address]) => address));
}

/**
 * Yields the packets of `source`; before the first, `found` is called with the addresses at which they were
 * captured for certain.
 */
export async function* withPlace(
  source: AsyncIterable<DissectedPacket>,
  found: (addresses: ReadonlySet<string>) => Promise<void>,
): AsyncGenerator<DissectedPacket> {
  let first: DissectedPacket[] | null = [];
  try {
    for await (const packet of source) {
      if (first === null) {
        yield packet;
        continue;
      }
      first.push({ ...packet, bytes: packet.bytes.slice() });
      if (first.length < LOOKED_AT) continue;
      const looked = first;
      first = null;
      await found(inferPlace(looked));
      yield* looked;
    }
  } finally {
    // So few packets that the end, or an error, came first.
    if (first !== null) {
      await found(inferPlace(first));
      yield* first;
    }
  }
}
