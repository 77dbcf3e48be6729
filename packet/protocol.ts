/**
 * A protocol as one value, and what all of them are read with: layers and the cursor over a packet.
 *
 * `README.md` of this folder shows how to add one.
 *
 * @module
 */
import type { Field, FieldSpec, FieldValue, HeaderTable } from "./field.ts";
import { FIRST_ETHERTYPE, keyOf, LLC_KEY, NO_KEY, SPACE, type Space } from "./keys.ts";
import type { OptionFamily } from "./options.ts";

/** A layer: its header and its content. Offsets are bytes from the packet's first. */
export interface Layer {
  /** Its Wireshark name. */
  readonly name: string;
  /** The protocol that has read it. */
  readonly protocol: Protocol;
  /** The key that announced it; of content that no protocol reads, it says what that is. */
  readonly key: number;
  /** The offset of the header. */
  readonly start: number;
  /** The end of the header with its options, at most that of the captured bytes. */
  readonly body: number;
  /** The end of the content, at most that of the captured bytes. */
  readonly end: number;
  /**
   * The end of the content on the wire, by the lengths in the headers, which may lie; no less than
   * `end`. More than the packet's length is a lie, more than its captured bytes is not.
   */
  readonly wireEnd: number;
  /** True if all bytes of the header were captured, and its own length is possible. */
  readonly whole: boolean;
  /** True in a fragment of an IP packet: the content is not all there. */
  readonly fragment: boolean;
  /** True in the packet that an ICMP message is about, and quotes the beginning of. */
  readonly quoted: boolean;
}

/** A packet with its layers. */
export interface Dissected {
  /** The captured bytes. */
  readonly bytes: Uint8Array;
  /** The number of bytes on the wire. */
  readonly length: number;
  /** The layers that `dissect` has found in it. */
  readonly layers: readonly Layer[];
}

/** The line that a packet is shown in; each layer adds to it, from the outermost on. */
export interface Line {
  /** The offset of the innermost Ethernet header, whose addresses stand there if there are no others; or -1. */
  link: number;
  /** The sender, with its port: that of the innermost layer that has one. */
  from: string;
  /** The receiver, with its port. */
  to: string;
  /** The links and tunnels around, each with a comma: `VLAN 7, `. */
  around: string;
  /** The innermost layer. */
  what: string;
  /** Whether there is room for numbers. */
  readonly wide: boolean;
}

/** A checksum in a header: that of the Internet (RFC 1071), or a CRC-32C. */
export interface ChecksumRule {
  /** Its offset from the header's start. */
  readonly offset: number;
  /** The bytes that it covers: the header only, the content as well, or all of the frame before it (CRC-32). */
  readonly covers: "header" | "content" | "frame";
  /** The protocol number in the pseudo-header that it covers besides; none if left out. */
  readonly pseudo?: number;
  /** Whether it covers the pseudo-header over IPv6 only. */
  readonly isPseudoIpv6?: boolean;
  /** Whether 0 means that the sender made none. */
  readonly optional?: boolean;
  /** The bytes of the header that it leaves out, by their offsets; none if left out. */
  readonly except?: readonly [from: number, to: number];
  /** Whether it is the CRC-32C of 4 bytes (RFC 9260, appendix A), which covers the content. */
  readonly isCrc?: boolean;
}

/** The building of a header. */
export interface Build {
  /** The table, where it depends on a field. */
  readonly table?: HeaderTable;
  /** The values of fields that are not set, where that is not 0. */
  readonly defaults?: Readonly<Record<string, FieldValue>>;
  /** The field that announces the content, its number space, and the number for content of no protocol. */
  readonly announces?: {
    readonly field: string;
    readonly space: Space;
    readonly nothing: number;
  };
  /** Returns the fields that follow from the bytes of the header and of its content. */
  readonly lengths?: (header: number, content: number) => Readonly<Record<string, number>>;
}

/**
 * A protocol: all that netkit knows of one header. `bytes` is always the whole packet, `start` the offset
 * of the header in it; what lies behind the end reads as `undefined`.
 */
export interface Protocol {
  /** The Wireshark name, the beginning of its fields' names. */
  readonly name: string;
  /** The name for people. */
  readonly title: string | ((bytes: Uint8Array, start: number) => string);
  /** A shorter name for the picture and for messages; the title if left out. */
  readonly short?: string;
  /** The name of header and content together, the unit of data of its layer: `segment`. */
  readonly pdu?: string;
  /** The layer of the Internet model (RFC 1122, section 1.1.3). */
  readonly model: "link" | "network" | "transport" | "application";
  /** The fields that are always there, or the function that chooses them. */
  readonly table: HeaderTable | ((bytes: Uint8Array, start: number) => HeaderTable);
  /**
   * Returns the bytes of the header by its own length field; the table's size if left out.
   *
   * @param end The end of the content around it.
   */
  readonly size?: (bytes: Uint8Array, start: number, end: number) => number;
  /** Returns the bytes of header and content by a length field, or -1 if that says nothing. */
  readonly extent?: (bytes: Uint8Array, start: number) => number;
  /** Returns the reason why this is no header of this protocol, or `null`. */
  readonly refusal?: (bytes: Uint8Array, start: number) => string | null;
  /** Returns the key of what is inside a whole header. Content of no protocol if left out. */
  readonly next?: (bytes: Uint8Array, start: number, body: number) => number;
  /** Reads the header where `size`, `extent` and `next` are not enough: see `Cursor`. */
  readonly read?: (cursor: Cursor) => number;
  /** Returns the options and the offset at which they begin, or `null` if there are none. */
  readonly options?: (bytes: Uint8Array, start: number) => Options | null;
  /**
   * The fields that a header may have besides those of `table` where that is no function: those of the tables
   * that it chooses from, of options, and of `rest`, also where `rest` has those of `table` again. A display
   * filter knows them from here.
   */
  readonly others?: readonly (FieldSpec | HeaderTable | OptionFamily)[];
  /** Returns the fields from `at` to the layer's `body`: those behind the table that are no options. */
  readonly rest?: (layer: Layer, bytes: Uint8Array, at: number) => Field[];
  /** The checksum, or the function that says where it is, if there is one. */
  readonly checksum?: ChecksumRule | ((bytes: Uint8Array, start: number) => ChecksumRule | null);
  /** Returns what is wrong with a whole header, or remarkable, or `null`. */
  readonly problem?: (layer: Layer, packet: Dissected) => string | null;
  /** Adds what one line says of a whole header. */
  readonly line?: (layer: Layer, bytes: Uint8Array, line: Line) => void;
  /** The building of it; left out if netkit only reads it. */
  readonly build?: Build;
}

/** The options of a header. */
export interface Options {
  /** Their kinds. */
  readonly family: OptionFamily;
  /** The offset of the first one in the packet. */
  readonly start: number;
}

/** Returns the table of the header of `protocol` at `start`; it may be longer than what was captured. */
export function tableOf(
  { table }: Protocol,
  bytes: Uint8Array,
  start: number,
): HeaderTable {
  return typeof table === "function" ? table(bytes, start) : table;
}

/** Returns the rule of the checksum of the header at `start`, or `null` if it has none. */
export function checksumRule(
  { checksum }: Protocol,
  bytes: Uint8Array,
  start: number,
): ChecksumRule | null {
  return typeof checksum === "function" ? checksum(bytes, start) : checksum ?? null;
}

/** Returns the title of the header of `protocol` at `start`. */
export function titleOf({ title }: Protocol, bytes: Uint8Array, start: number): string {
  return typeof title === "function" ? title(bytes, start) : title;
}

/** A packet on its way through the layers. */
export class Cursor {
  /** The captured bytes. */
  readonly bytes: Uint8Array;
  /** The layers so far. */
  readonly layers: Layer[] = [];
  /** Returns whether a protocol reads what this key announces. */
  readonly knows: (key: number) => boolean;
  /** The offset of the next header. */
  at = 0;
  /** The end of the content on the wire, by the innermost length. */
  limit: number;
  /** The end of the content that was captured. */
  bound: number;
  /** Whether it is a fragment of an IP packet. */
  fragment = false;
  /** Whether it is quoted by an ICMP message. */
  quoted = false;
  /** The key that announced the next header. */
  key: number = NO_KEY;

  /** Begins with the first of `bytes`, of `length` on the wire. */
  constructor(bytes: Uint8Array, length: number, knows: (key: number) => boolean) {
    this.bytes = bytes;
    this.limit = length;
    this.bound = bytes.length;
    this.knows = knows;
  }

  /** Reads the header of `protocol`; returns the key of what is inside, `NO_KEY` if it cannot go on. */
  read(protocol: Protocol): number {
    if (protocol.read !== undefined) return protocol.read(this);
    const start = this.at;
    if (!this.header(protocol) || protocol.next === undefined) return NO_KEY;
    return protocol.next(this.bytes, start, this.at);
  }

  /** Adds the header of `protocol`, or what is there of it; returns whether it is whole. */
  header(protocol: Protocol): boolean {
    const { bytes, at } = this;
    const least = tableOf(protocol, bytes, at).size;
    if (!this.has(least)) return this.#cut(protocol, 0);
    if (protocol.refusal !== undefined && protocol.refusal(bytes, at) !== null) {
      return this.#cut(protocol, least);
    }
    const size = protocol.size === undefined ? least : protocol.size(bytes, at, this.bound);
    const extent = protocol.extent === undefined ? -1 : protocol.extent(bytes, at);
    if (extent >= size) this.narrow(extent);
    if (size < least || !this.has(size)) return this.#cut(protocol, size);
    this.add(protocol, size);
    return true;
  }

  /** Returns the key that an EtherType is; the length of an 802.3 frame bounds the content. */
  behindType(type: number): number {
    if (type >= FIRST_ETHERTYPE) return keyOf(SPACE.ethertype, type);
    this.narrow(type);
    return LLC_KEY;
  }

  /** Returns the byte `offset` behind the next header's start. */
  u8(offset: number): number {
    return this.bytes[this.at + offset]!;
  }

  /** Returns the 16 bits `offset` behind the next header's start. */
  u16(offset: number): number {
    return this.bytes[this.at + offset]! << 8 | this.bytes[this.at + offset + 1]!;
  }

  /** Takes note that the rest, from the next header on, has `size` bytes. */
  narrow(size: number): void {
    this.limit = this.at + size;
    this.bound = Math.min(this.bound, this.limit);
  }

  /** Returns whether the next `size` bytes were captured and belong to the innermost content. */
  has(size: number): boolean {
    return this.at + size <= this.bound;
  }

  /** Adds the captured part of a header; `size` is its length by its own length field, 0 if it has none. */
  #cut(protocol: Protocol, size: number): false {
    this.add(protocol, size > 0 && this.has(size) ? size : this.bound - this.at, false);
    return false;
  }

  /** Adds a layer whose header has `size` bytes. */
  add(protocol: Protocol, size: number, whole = true): void {
    const start = this.at;
    this.at = start + size;
    this.layers.push({
      name: protocol.name,
      protocol,
      key: this.key,
      start,
      body: this.at,
      end: this.bound,
      wireEnd: this.limit,
      whole,
      fragment: this.fragment,
      quoted: this.quoted,
    });
  }
}
