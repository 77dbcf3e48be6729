/**
 * DHCP: addresses and settings for hosts (RFC 2131), and BOOTP before it (RFC 951).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { formatMac } from "../address/mac.ts";
import {
  type Field,
  field,
  type FieldSpec,
  type HeaderTable,
  headerTable,
  raw,
  text,
} from "./field.ts";
import { FieldList } from "./field_list.ts";
import { u32 } from "./numbers.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const FLAGS = { container: [10, 2] as const };

const HEAD: readonly FieldSpec[] = [
  field("dhcp.type", 8, "decimal", "which way it goes", { names: { 1: "request", 2: "reply" } }),
  field("dhcp.hw.type", 8, "hex", "the kind of link"),
  field("dhcp.hw.len", 8, "decimal", "bytes of a hardware address"),
  field("dhcp.hops", 8, "decimal", "relays on the way"),
  field("dhcp.id", 32, "hex", "the answer has that of its question"),
  field("dhcp.secs", 16, "decimal", "seconds since the client began"),
  field("dhcp.flags.bc", 1, "decimal", "1: answer by broadcast", FLAGS),
  field("dhcp.flags.reserved", 15, "hex", "reserved", FLAGS),
  field("dhcp.ip.client", 32, "ipv4", "the client's address, if it has one"),
  field("dhcp.ip.your", 32, "ipv4", "the address that the client gets"),
  field("dhcp.ip.server", 32, "ipv4", "the server to boot from"),
  field("dhcp.ip.relay", 32, "ipv4", "the relay"),
  field("dhcp.hw.mac_addr", 48, "mac", "the client's MAC address"),
  field("dhcp.hw.addr_padding", 80, "bytes", "padding"),
  field("dhcp.server", 512, "text", "the server's name"),
  field("dhcp.file", 1024, "text", "the file to boot"),
];
/** BOOTP without options of DHCP. */
const BOOTP: HeaderTable = headerTable(...HEAD);
const TABLE: HeaderTable = headerTable(
  ...HEAD,
  field("dhcp.cookie", 32, "ipv4", "99.130.83.99: options follow"),
);

/** The number in front of options (RFC 2131, section 3). */
const COOKIE = 0x63825363;

function hasOptions(bytes: Uint8Array, start: number): boolean {
  return u32(bytes, start + BOOTP.size) === COOKIE;
}

/** Messages (RFC 2132, section 9.6). */
const MESSAGES: Readonly<Record<number, string>> = {
  1: "discover",
  2: "offer",
  3: "request",
  4: "decline",
  5: "ACK",
  6: "NAK",
  7: "release",
  8: "inform",
};

/** The kinds of options whose value is one field (RFC 2132). */
const OPTIONS: Readonly<Record<number, FieldSpec>> = {
  1: field("dhcp.option.subnet_mask", 32, "ipv4", "the netmask"),
  3: field("dhcp.option.router", 32, "ipv4", "the gateway"),
  6: field("dhcp.option.domain_name_server", 32, "ipv4", "a DNS server"),
  12: text("dhcp.option.hostname", "the client's name"),
  15: text("dhcp.option.domain_name", "the domain"),
  28: field("dhcp.option.broadcast_address", 32, "ipv4", "the broadcast address"),
  50: field("dhcp.option.requested_ip_address", 32, "ipv4", "the address that the client wants"),
  51: field("dhcp.option.ip_address_lease_time", 32, "decimal", "seconds of the lease"),
  53: field("dhcp.option.dhcp", 8, "decimal", "the message", { names: MESSAGES }),
  54: field("dhcp.option.dhcp_server_id", 32, "ipv4", "the server"),
  55: field("dhcp.option.request_list_item", 8, "decimal", "an option that is wanted"),
  57: field("dhcp.option.dhcp_max_message_size", 16, "decimal", "the longest message"),
  58: field("dhcp.option.renewal_time_value", 32, "decimal", "seconds until it is renewed"),
  59: field("dhcp.option.rebinding_time_value", 32, "decimal", "seconds until any server is asked"),
  60: text("dhcp.option.vendor_class_id", "the client's maker"),
};
const KIND = field("dhcp.option.type", 8, "decimal", "an option");
const LENGTH = field("dhcp.option.length", 8, "decimal", "bytes of the value");
const VALUE = raw("dhcp.option.value", "its value");
const PADDING = raw("dhcp.option.padding", "padding");
const END = field("dhcp.option.end", 8, "decimal", "the end of the options");

function options({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  if (!hasOptions(bytes, start)) return [];
  const list = new FieldList(bytes, at, body);
  while (list.left > 0) {
    const kind = bytes[list.at]!;
    if (kind === 0) {
      let size = 1;
      while (size < list.left && bytes[list.at + size] === 0) size++;
      list.bytes(PADDING, size);
      continue;
    }
    if (kind === 255) {
      list.take(END);
      list.bytes(PADDING, list.left);
      break;
    }
    if (list.left < 2) break;
    const size = bytes[list.at + 1]!;
    const shown = { ...KIND, about: `option ${kind}` };
    list.over(shown, 2 + size);
    list.fields.push({ ...list.fields.pop()!, value: kind });
    list.skip(1);
    list.take(LENGTH);
    addValue(list, kind, Math.min(size, list.left));
  }
  return list.fields;
}

/** Adds the value of an option, as often as the field fits into it. */
function addValue(list: FieldList, kind: number, size: number): void {
  const end = list.at + size;
  const spec = OPTIONS[kind] ?? VALUE;
  if (spec.bits === 0) list.bytes(spec, size);
  else while (list.at + spec.bits / 8 <= end) list.take(spec);
  if (list.at < end) list.bytes(VALUE, end - list.at);
}

/** Returns the offset of the value of an option, or -1. */
function findOption({ start, body }: Layer, bytes: Uint8Array, wanted: number): number {
  if (!hasOptions(bytes, start)) return -1;
  for (let at = start + TABLE.size; at + 1 < body && bytes[at] !== 255;) {
    if (bytes[at] === 0) at++;
    else if (bytes[at] === wanted) return at + 2 + bytes[at + 1]! <= body ? at + 2 : -1;
    else at += 2 + bytes[at + 1]!;
  }
  return -1;
}

function addLine(layer: Layer, bytes: Uint8Array, line: Line): void {
  const { start } = layer;
  const at = findOption(layer, bytes, 53);
  const message = at === -1 ? -1 : bytes[at]!;
  const mac = formatMac(bytes.subarray(start + 28, start + 34));
  const kind = at === -1 ? "BOOTP" : `DHCP ${MESSAGES[message] ?? `message ${message}`}`;
  const offered = u32(bytes, start + 16);
  const wanted = findOption(layer, bytes, 50);
  const address = offered !== 0 ? offered : wanted === -1 ? 0 : u32(bytes, wanted);
  line.what = `${kind}${address === 0 ? "" : ` ${formatQuickIpv4(address)}`} for ${mac}`;
}

/** DHCP. */
export const DHCP: Protocol = {
  name: "dhcp",
  title: "DHCP",
  model: "application",
  table: (bytes, start) => hasOptions(bytes, start) ? TABLE : BOOTP,
  size: (_bytes, start, end) => end - start,
  rest: options,
  others: [TABLE, ...Object.values(OPTIONS), KIND, LENGTH, VALUE, PADDING, END],
  line: addLine,
};
