/**
 * Fragments of packets, as netkit makes them and by hand.
 *
 * @module
 */
import { fragmentsOf } from "../frame/fragments.ts";
import { type DissectedPacket, dissectPacket } from "../packet/dissect.ts";
import { wrap } from "../packet/encode.ts";
import { loadProtocols } from "../packet/protocols.ts";

/** Returns a packet with these bytes. */
export function packetOf(bytes: Uint8Array, number = 1, time = 0n): DissectedPacket {
  return dissectPacket({ number, time, linkType: 1, bytes, length: bytes.length });
}

/** Bytes of content that differ from place to place. */
export function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8));
}

/** A datagram of UDP in IPv4, or in IPv6, and its fragments. */
export function datagram(
  size: number,
  name: "ip" | "ipv6" = "ip",
  longest = 200,
): { readonly whole: Uint8Array; readonly fragments: Uint8Array[] } {
  const whole = wrap(
    ["eth", name, "udp"].map((each) => ({
      name: each,
      set: new Map(each === "udp" ? [["udp.srcport", 5000], ["udp.dstport", 4000]] : []),
    })),
    content(size),
  );
  return { whole, fragments: fragmentsOf(whole, longest) };
}

/** A fragment of IPv4 made by hand. */
export function piece(offset: number, bytes: Uint8Array, more: boolean, id = 1): Uint8Array {
  const set = new Map([
    ["ip.id", id],
    ["ip.proto", 17],
    ["ip.flags.df", 0],
    ["ip.flags.mf", more ? 1 : 0],
    ["ip.frag_offset", offset / 8],
  ]);
  return wrap([{ name: "eth", set: new Map() }, { name: "ip", set }], bytes);
}

/** A question of DNS that is long enough to be cut, in a datagram. */
export async function question(name: "ip" | "ipv6"): Promise<Uint8Array[]> {
  await loadProtocols();
  const labels = ["a", "b", "c"].map((letter) =>
    `3f${letter.charCodeAt(0).toString(16).repeat(63)}`
  );
  const dns = Uint8Array.fromHex(
    `000701000001000000000000${labels.join("")}076578616d706c650000010001`,
  );
  const set = new Map([["udp.srcport", 4000], ["udp.dstport", 53]]);
  const layers = ["eth", name, "udp"].map((each) => ({
    name: each,
    set: each === "udp" ? set : new Map(),
  }));
  return fragmentsOf(wrap(layers, dns), 120);
}
