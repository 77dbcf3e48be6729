/**
 * The layers of a packet, with the offsets of their headers: the part of decoding that every packet
 * pays for.
 *
 * Numbers only, nothing is copied. The meaning of fields is read by `fields.ts`, problems are found by
 * `problems.ts`. Nothing here throws, whatever the bytes are.
 *
 * @module
 */
import { icmpSize } from "./icmp.ts";
import {
  FIRST_ETHERTYPE,
  type Layer,
  LAYER_BY_ETHERTYPE,
  LAYER_BY_PROTOCOL,
  type LayerName,
} from "./layer.ts";
import { AF_INET, AF_INET6, isRawIp, LINK } from "./link.ts";

/** The types of ICMP that quote the packet they are about (RFC 792). */
const QUOTING_ICMP: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
/** The same types of ICMPv6 (RFC 4443, section 3). */
const QUOTING_ICMPV6: ReadonlySet<number> = new Set([1, 2, 3, 4]);
/** The offset of the quoted packet in both. */
const QUOTE_OFFSET = 8;

/** The most headers inside each other: no real packet has so many, a made-up one has thousands. */
const MAX_LAYERS = 40;

/**
 * Returns the layers of a packet from the outermost on.
 *
 * @example The layers of an Ethernet frame with a broken IP header
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissect } from "./dissect.ts";
 *
 * const frame = Uint8Array.fromHex("00005e00530200005e00530108004500002d");
 * const layers = dissect(frame).map(({ name, start, whole }) => [name, start, whole]);
 * assertEquals(layers, [["eth", 0, true], ["ip", 14, false]]);
 * ```
 *
 * @param bytes The captured bytes.
 * @param linkType The type of the link, a LINKTYPE_ value of tcpdump.org; Ethernet is 1.
 * @param length The bytes of the packet on the wire, if not all of them were captured.
 */
export function dissect(
  bytes: Uint8Array,
  linkType: number = LINK.ethernet,
  length: number = bytes.length,
): Layer[] {
  return new Dissection(bytes, Math.max(length, bytes.length)).run(linkType);
}

/** One packet on its way through the layers. */
class Dissection {
  readonly #bytes: Uint8Array;
  readonly #layers: Layer[] = [];
  /** The offset of the next header. */
  #at = 0;
  /** The end of the content on the wire, by the innermost length. */
  #limit: number;
  /** The end of the content that was captured. */
  #bound: number;
  #fragment = false;
  #quoted = false;
  /** The version of the innermost IP header, which decides what some protocol numbers mean. */
  #ipVersion = 0;

  constructor(bytes: Uint8Array, length: number) {
    this.#bytes = bytes;
    this.#limit = length;
    this.#bound = bytes.length;
  }

  run(linkType: number): Layer[] {
    const frameEnd = this.#limit;
    let next: LayerName | null = this.#link(linkType);
    while (next !== null && next !== "data" && this.#at < this.#bytes.length) {
      next = this.#layers.length < MAX_LAYERS ? this.#step(next) : "data";
    }
    if (this.#at < this.#bound) this.#add("data", this.#bound - this.#at);
    if (this.#bound < this.#bytes.length) {
      this.#at = this.#bound;
      this.#bound = this.#bytes.length;
      this.#limit = frameEnd;
      this.#add("padding", this.#bound - this.#at);
    }
    return this.#layers;
  }

  /** Reads the link's header, if it has one; returns the layer behind it. */
  #link(linkType: number): LayerName | null {
    if (isRawIp(linkType)) return this.#bytes[0]! >> 4 === 6 ? "ipv6" : "ip";
    switch (linkType) {
      case LINK.ethernet:
        return this.#fixed("eth", 14) ? this.#behindType(this.#u16(-2)) : null;
      case LINK.null:
      case LINK.loop:
        return this.#fixed("null", 4) ? this.#behindFamily() : null;
      case LINK.sll:
        return this.#fixed("sll", 16) ? this.#behindCooked(this.#u16(-2)) : null;
      case LINK.sll2:
        return this.#fixed("sll2", 20) ? this.#behindCooked(this.#u16(-20)) : null;
      default:
        return "data";
    }
  }

  /** Returns the layer that an address family announces, in either byte order. */
  #behindFamily(): LayerName {
    const family = this.#u8(-4) || this.#u8(-1);
    return family === AF_INET ? "ip" : AF_INET6.has(family) ? "ipv6" : "data";
  }

  #step(name: LayerName): LayerName | null {
    switch (name) {
      case "vlan":
      case "ieee8021ad":
        return this.#fixed(name, 4) ? this.#behindType(this.#u16(-2)) : null;
      case "llc":
        return this.#llc();
      case "arp":
        this.#arp();
        return null;
      case "ip":
        return this.#ip();
      case "ipv6":
        return this.#ipv6();
      case "ipv6.hopopts":
      case "ipv6.routing":
      case "ipv6.dstopts":
      case "ipv6.fraghdr":
        return this.#extension(name);
      case "icmp":
        return this.#icmp(name, QUOTING_ICMP);
      case "icmpv6":
        return this.#icmp(name, QUOTING_ICMPV6);
      case "tcp":
        return this.#tcp();
      case "udp":
        return this.#udp();
      default:
        return "data";
    }
  }

  /** Returns the layer that an EtherType announces; the length of an 802.3 frame bounds its content. */
  #behindType(type: number): LayerName {
    if (type >= FIRST_ETHERTYPE) return LAYER_BY_ETHERTYPE[type] ?? "data";
    this.#narrow(type);
    return "llc";
  }

  /** Returns the layer behind a Linux cooked header, where less than an EtherType is no length: 4 is LLC. */
  #behindCooked(type: number): LayerName {
    return type >= FIRST_ETHERTYPE ? this.#behindType(type) : type === 4 ? "llc" : "data";
  }

  /** IEEE 802.2, and SNAP behind it (RFC 1042), which has an EtherType again. */
  #llc(): LayerName | null {
    const [dsap, ssap, control] = this.#bytes.subarray(this.#at, this.#at + 3);
    const snap = dsap === 0xaa && ssap === 0xaa && control === 3;
    // The control field has two bytes but for unnumbered frames, which end in 11.
    const size = snap ? 8 : control !== undefined && (control & 3) !== 3 ? 4 : 3;
    if (!this.#fixed("llc", size)) return null;
    const foreign = snap && (this.#u16(-5) !== 0 || this.#bytes[this.#at - 3] !== 0);
    return snap && !foreign ? LAYER_BY_ETHERTYPE[this.#u16(-2)] ?? "data" : "data";
  }

  #arp(): void {
    const sizes = this.#has(8) ? 2 * (this.#u8(4) + this.#u8(5)) : 0;
    if (this.#fixed("arp", 8 + sizes)) this.#narrow(0);
  }

  #ip(): LayerName | null {
    if (!this.#has(20)) return this.#cut("ip");
    const size = (this.#u8(0) & 0x0f) * 4;
    const total = this.#u16(2);
    const protocol = this.#u8(9);
    const offset = this.#u16(6) & 0x1fff;
    const more = (this.#u16(6) & 0x2000) !== 0;
    // 0 stands in packets that the network card was to cut up (segmentation offload).
    if (total >= size) this.#narrow(total);
    if (this.#u8(0) >> 4 !== 4 || size < 20 || !this.#has(size)) return this.#cut("ip", size);
    this.#add("ip", size);
    this.#ipVersion = 4;
    if (offset > 0 || more) this.#fragment = true;
    return offset > 0 ? "data" : this.#behindProtocol(protocol);
  }

  #ipv6(): LayerName | null {
    if (!this.#has(40) || this.#u8(0) >> 4 !== 6) return this.#cut("ipv6");
    const payload = this.#u16(4);
    const protocol = this.#u8(6);
    // 0 stands in jumbograms (RFC 2675) and for segmentation offload.
    if (payload > 0 && payload <= this.#limit - this.#at - 40) {
      this.#limit = this.#at + 40 + payload;
    }
    this.#add("ipv6", 40);
    this.#ipVersion = 6;
    return this.#behindProtocol(protocol);
  }

  #extension(name: LayerName): LayerName | null {
    if (!this.#has(8)) return this.#cut(name);
    const isFragment = name === "ipv6.fraghdr";
    const size = isFragment ? 8 : (this.#u8(1) + 1) * 8;
    const protocol = this.#u8(0);
    const placement = isFragment ? this.#u16(2) : 0;
    if (!this.#fixed(name, size)) return null;
    if ((placement & 0xfff9) !== 0) this.#fragment = true; // offset or "more"; neither is an atomic fragment
    return placement >> 3 > 0 ? "data" : this.#behindProtocol(protocol);
  }

  #behindProtocol(protocol: number): LayerName {
    const layer = LAYER_BY_PROTOCOL[protocol] ?? "data";
    const wrongVersion = this.#ipVersion === 4
      ? layer.startsWith("ipv6.") || layer === "icmpv6"
      : layer === "icmp";
    return wrongVersion ? "data" : layer;
  }

  #icmp(name: "icmp" | "icmpv6", quoting: ReadonlySet<number>): LayerName | null {
    const type = this.#bytes[this.#at] ?? 0;
    const quotes = quoting.has(type) && !this.#fragment && !this.#quoted;
    const size = quotes ? QUOTE_OFFSET : icmpSize(name, type, this.#bound - this.#at);
    if (!this.#fixed(name, Math.max(4, size))) return null;
    if (!quotes) return "data";
    this.#quoted = true;
    return name === "icmp" ? "ip" : "ipv6";
  }

  #tcp(): LayerName | null {
    if (!this.#has(20)) return this.#cut("tcp");
    const size = (this.#u8(12) >> 4) * 4;
    if (size < 20 || !this.#has(size)) return this.#cut("tcp", size);
    this.#add("tcp", size);
    return "data";
  }

  #udp(): LayerName | null {
    if (!this.#has(8)) return this.#cut("udp");
    const length = this.#u16(4);
    if (length >= 8) this.#narrow(length);
    this.#add("udp", 8);
    return "data";
  }

  #u8(offset: number): number {
    return this.#bytes[this.#at + offset]!;
  }

  #u16(offset: number): number {
    return this.#bytes[this.#at + offset]! << 8 | this.#bytes[this.#at + offset + 1]!;
  }

  /** Takes note that the rest, from the next header on, has `size` bytes. */
  #narrow(size: number): void {
    this.#limit = this.#at + size;
    this.#bound = Math.min(this.#bound, this.#limit);
  }

  /** Returns whether the next `size` bytes were captured and belong to the innermost content. */
  #has(size: number): boolean {
    return this.#at + size <= this.#bound;
  }

  /** Adds a header of `size` bytes, or the captured part of it; returns whether it is whole. */
  #fixed(name: LayerName, size: number): boolean {
    const whole = this.#has(size);
    if (whole) this.#add(name, size);
    else this.#cut(name);
    return whole;
  }

  /** Adds the captured part of a header; `size` is its length by its own length field, 0 if it has none. */
  #cut(name: LayerName, size = 0): LayerName | null {
    const fits = size > 0 && this.#has(size);
    this.#add(name, fits ? size : this.#bound - this.#at, false);
    return fits ? "data" : null;
  }

  #add(name: LayerName, size: number, whole = true): void {
    const start = this.#at;
    this.#at = start + size;
    this.#layers.push({
      name,
      start,
      body: this.#at,
      end: this.#bound,
      wireEnd: this.#limit,
      whole,
      fragment: this.#fragment,
      quoted: this.#quoted,
    });
  }
}
