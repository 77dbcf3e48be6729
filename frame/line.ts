/**
 * A packet in one line.
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { formatIpv6Octets } from "../address/ipv6.ts";
import { formatMac } from "../address/mac.ts";
import { escapeLine } from "../text/escape.ts";
import { cut } from "../text/layout.ts";
import type { Layer } from "../packet/layer.ts";
import { TITLES } from "../packet/explain.ts";
import { formatFlags, formatValue, readField } from "../packet/field.ts";
import { ARP } from "../packet/headers.ts";
import { icmpCodeName, icmpTypeName } from "../packet/icmp.ts";
import { u16, u32 } from "../packet/numbers.ts";
import { textOf } from "./payload.ts";
import { type Dissected, problemsOf } from "../packet/problems.ts";

/** The width from which lines have room for sequence numbers and windows. */
const WIDE = 110;

/** The most bytes of content that a line of limited width shows. */
const PREVIEW = 48;

/**
 * The lines of a list of packets. The column of addresses grows with the longest so far, to half of the
 * line.
 */
export class PacketLines {
  readonly #columns: number;
  #first: bigint | null = null;
  #addressWidth = 0;

  /** Makes lines of at most `columns`; of `Infinity` with all of the content. */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Returns the line of a packet: number, seconds since the first one, addresses, and a summary. */
  line(packet: Dissected & { readonly number: number; readonly time: bigint }): string {
    this.#first ??= packet.time;
    const start = `${String(packet.number).padStart(4)} ${secondsOf(packet.time - this.#first)}  `;
    const { addresses, what, plain } = summaryOf(packet, this.#columns);
    const widest = Math.floor(this.#columns / 2) - 3;
    this.#addressWidth = Math.max(this.#addressWidth, Math.min(addresses.length, widest));
    const line = `${start}${addresses.padEnd(this.#addressWidth)}  ${what}`;
    if (!plain) return cut(line, this.#columns);
    return line.length <= this.#columns
      ? line
      : `${line.slice(0, Math.max(0, this.#columns - 1))}…`;
  }
}

/** Returns nanoseconds as seconds, to the microsecond. */
function secondsOf(time: bigint): string {
  const microseconds = Math.round(Number(time) / 1000);
  const size = Math.abs(microseconds);
  const seconds = `${microseconds < 0 ? "-" : ""}${Math.floor(size / 1e6)}`;
  return `${seconds}.${String(size % 1e6).padStart(6, "0")}`.padStart(10);
}

/** The parts of a packet's line. */
interface Summary {
  readonly addresses: string;
  readonly what: string;
  /** True if each character takes one column of the terminal. */
  readonly plain: boolean;
}

function summaryOf(packet: Dissected, columns: number): Summary {
  const { layers, bytes, length } = packet;
  const wide = columns >= WIDE;
  let from = "";
  let to = "";
  let what = "";
  let size: number | null = null;
  for (const layer of layers) {
    if (layer.quoted) break;
    const { name, start, whole } = layer;
    if (name === "padding") break;
    if (name === "data") {
      size = Math.min(layer.wireEnd, length) - start;
      if (what === "") what = "data";
      break;
    }
    if (!whole) {
      what = TITLES[name];
      break;
    }
    switch (name) {
      case "eth":
        what = "Ethernet";
        break;
      case "ip":
        from = formatQuickIpv4(u32(bytes, start + 12));
        to = formatQuickIpv4(u32(bytes, start + 16));
        what = `IPv4, protocol ${bytes[start + 9]}`;
        break;
      case "ipv6":
        from = formatIpv6Octets(bytes, start + 8);
        to = formatIpv6Octets(bytes, start + 24);
        what = `IPv6, next header ${bytes[start + 6]}`;
        break;
      case "arp":
        what = arpWords(layer, bytes);
        break;
      case "tcp":
      case "udp":
        from = withPort(from, u16(bytes, start));
        to = withPort(to, u16(bytes, start + 2));
        what = name === "udp" ? "UDP" : tcpWords(start, bytes, wide);
        break;
      case "icmp":
      case "icmpv6":
        what = icmpWords(name, start, bytes);
        break;
      default: // VLAN tags and the like: the inner layers say more
    }
  }
  if (from === "" && layers[0]?.name === "eth" && layers[0].whole) {
    from = formatMac(bytes.subarray(6, 12));
    to = formatMac(bytes.subarray(0, 6));
  }
  const addresses = from === "" ? "" : `${from} → ${to}`;
  const content = size === null
    ? ""
    : `  ${size} B${preview(layers, bytes, columns === Infinity ? Infinity : PREVIEW)}`;
  return {
    addresses,
    what: `${what}${problemWords(packet)}${content}`,
    plain: /^[\x20-\x7e]*$/.test(content),
  };
}

function tcpWords(start: number, bytes: Uint8Array, wide: boolean): string {
  const flags = formatFlags(u16(bytes, start + 12) & 0x0fff);
  if (!wide) return `TCP ${flags}`;
  const ack = bytes[start + 13]! & 0x10 ? ` ack=${u32(bytes, start + 8)}` : "";
  return `TCP ${flags} seq=${u32(bytes, start + 4)}${ack} win=${u16(bytes, start + 14)}`;
}

function icmpWords(name: "icmp" | "icmpv6", start: number, bytes: Uint8Array): string {
  const [type = 0, code = 0] = bytes.subarray(start, start + 2);
  const words = icmpTypeName(name, type) ?? `type ${type}, code ${code}`;
  const closer = icmpCodeName(name, type, code);
  return `${TITLES[name]} ${words}${closer === null ? "" : `: ${closer}`}`;
}

function arpWords({ start, body }: Layer, bytes: Uint8Array): string {
  if (body - start !== ARP.size) return "ARP";
  const [, , , , operation, sender, from, , target] = ARP.fields.map((spec) =>
    formatValue(readField(spec, bytes, start))
  );
  if (operation === "1") return `ARP who has ${target}? tell ${from}`;
  return operation === "2" ? `ARP ${from} is at ${sender}` : `ARP operation ${operation}`;
}

/** Returns a port behind its address; an IPv6 address gets brackets. */
function withPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Returns the most serious problem in few words, with its mark, or nothing. */
function problemWords(packet: Dissected): string {
  for (let i = 0; i < packet.layers.length; i++) {
    const { name } = packet.layers[i]!;
    // Data that only the capture cut off, and offload, are seen everywhere and are no fault.
    const found = name === "data"
      ? undefined
      : problemsOf(packet, i).find((each) => !each.includes("offload"));
    if (found !== undefined) return ` ! ${name}: ${found},`;
  }
  return "";
}

/** Returns the first `most` bytes of the content in quotes if they are text, else nothing. */
function preview(layers: readonly Layer[], bytes: Uint8Array, most: number): string {
  const data = layers.findLast(({ name }) => name === "data");
  if (data === undefined || data.fragment) return "";
  const text = textOf(bytes.subarray(data.start, Math.min(data.end, data.start + most)));
  return text === null ? "" : `  "${escapeLine(text.replaceAll("\r", "\\r"))}"`;
}
