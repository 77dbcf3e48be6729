/**
 * The plan of a frame: its headers, its addresses, and the fields that are set on purpose.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { groupMac } from "../address/link_layer.ts";
import { parseMac } from "../address/mac.ts";
import { ParseError } from "../address/parse_error.ts";
import { buildTable, sizeOfHeader, type Wanted } from "../packet/encode.ts";
import type { FieldValue } from "../packet/field.ts";
import { protocolNamed } from "../packet/protocols.ts";
import { parseSetting, shortName } from "./field_setting.ts";
import { encodeOptions, MAX_OPTIONS, OPTION_SETTINGS } from "./option_settings.ts";
import { behindFields, type Extension, extensionNames } from "./extensions.ts";
import { type Around, headersAround, MTU, outerFrame } from "./tunnel.ts";
import { carriesFrames } from "./tunnel_names.ts";
import { t } from "../text/messages.ts";

/** The protocol inside IP, or ARP. */
export type Transport = "tcp" | "udp" | "icmp" | "arp";

/** The sender or the receiver of a frame. */
export interface FrameSide {
  /** Its address; `null` for the documentation's (RFC 5737, RFC 3849). */
  readonly address: string | null;
  /** Its port; `null` for the usual one of this side. */
  readonly port: number | null;
}

/** A frame as it is asked for. */
export interface FrameRequest {
  /** The version of IP. */
  readonly version: IpVersion;
  /** The protocol inside IP, or ARP. */
  readonly transport: Transport;
  /** The sender. */
  readonly from: FrameSide;
  /** The receiver. */
  readonly to: FrameSide;
  /** The IDs of the VLAN tags, the outermost first. */
  readonly vlans: readonly number[];
  /** The extension headers of IPv6. */
  readonly extensions: readonly Extension[];
  /** The tunnel and the labels around the packet. */
  readonly around: Around;
  /** Fields to set, as `FIELD=VALUE`. */
  readonly settings: readonly string[];
  /** Returns a hint for a field that does not exist. */
  readonly suggest: (name: string, names: readonly string[]) => string | null;
}

/** The addresses of the documentation ranges, those of the sender first. */
const ADDRESSES: Readonly<Record<IpVersion, readonly [string, string]>> = {
  4: ["192.0.2.1", "192.0.2.2"], // RFC 5737
  6: ["2001:db8::1", "2001:db8::2"], // RFC 3849
};

/** The MAC addresses for documentation (RFC 7042, section 2.1.2). */
const MACS = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"] as const;

/** An ephemeral port, and netkit's own. */
const PORTS = [51000, 8000] as const;

/** Returns the headers of a frame, the outermost first, for `wrap`. */
export function planFrame(request: FrameRequest): Wanted[] {
  const { version, transport, vlans } = request;
  const around = headersAround(request.around);
  const link: string[] = ["eth", ...vlans.map(() => "vlan")];
  const names: string[] = [];
  if (transport === "arp") names.push("arp");
  else {
    names.push(version === 4 ? "ip" : "ipv6", ...extensionNames(request.extensions));
    names.push(transport === "icmp" && version === 6 ? "icmpv6" : transport);
  }
  const given = addressFields(request);
  const settable = [...link, ...around.map(({ name }) => name), ...names];
  const options = new Map<string, FieldValue>();
  const own = new Map<string, FieldValue>();
  const parts: { layer: string; name: string; value: number; mask: number }[] = [];
  for (const text of request.settings) {
    const { layer, name, value, mask } = parseSetting(text, settable, request.suggest);
    if (name in OPTION_SETTINGS) options.set(name, value);
    else if (mask === null) own.set(name, value);
    else parts.push({ layer, name, value: value as number, mask });
  }
  for (const { layer, name, value, mask } of parts) {
    const { build } = protocolNamed(layer);
    const whole = (own.get(name) ?? build?.defaults?.[name] ?? 0) as number;
    own.set(name, whole & ~mask | value);
  }
  const tcpOptions = encodeOptions(options);
  if (tcpOptions.length > MAX_OPTIONS) {
    throw new ParseError(
      "a setting",
      request.settings.join(" "),
      t`the options have ${tcpOptions.length} bytes; a TCP header has room for ${MAX_OPTIONS}`,
    );
  }
  const ofLayer = (name: string): Wanted => {
    const set = new Map<string, FieldValue>();
    for (const spec of buildTable(name).fields) {
      const value = own.get(spec.name) ?? given.get(spec.name);
      if (value !== undefined) set.set(spec.name, value);
    }
    return { name, set, ...name === "tcp" ? { options: tcpOptions } : behindFields(name) };
  };
  let vlan = 0;
  return [
    ...link.map((name) => {
      if (name === "eth" && carriesFrames(request.around.tunnel)) {
        return { name, set: outerFrame() };
      }
      const layer = ofLayer(name);
      if (name !== "vlan" || own.has("vlan.id")) return layer;
      return { name, set: new Map(layer.set).set("vlan.id", vlans[vlan++]!) };
    }),
    // A field that the packet inside has, too, is set there.
    ...around.map(({ name, set }) => {
      if (name === "ip" || name === "udp") return { name, set };
      return { name, set: new Map([...set, ...ofLayer(name).set]) };
    }),
    ...names.map(ofLayer),
  ];
}

/** Returns the fields that follow from the two ends. */
function addressFields({ version, transport, from, to }: FrameRequest): Map<string, FieldValue> {
  const [source, destination] = ADDRESSES[version];
  const sender = parseIp(from.address ?? source).value;
  const receiver = parseIp(to.address ?? destination).value;
  const fields = new Map<string, FieldValue>([
    ["eth.src", parseMac(MACS[0])],
    ["eth.dst", transport === "arp" ? BROADCAST : macFor(receiver, version)],
  ]);
  if (version === 4) {
    fields.set("ip.src", Number(sender));
    fields.set("ip.dst", Number(receiver));
    fields.set("arp.src.hw_mac", parseMac(MACS[0]));
    fields.set("arp.src.proto_ipv4", Number(sender));
    fields.set("arp.dst.proto_ipv4", Number(receiver));
  } else {
    fields.set("ipv6.src", bytesOf(sender, 16));
    fields.set("ipv6.dst", bytesOf(receiver, 16));
  }
  for (const name of ["tcp", "udp"]) {
    fields.set(`${name}.srcport`, from.port ?? PORTS[0]);
    fields.set(`${name}.dstport`, to.port ?? PORTS[1]);
  }
  return fields;
}

const BROADCAST = new Uint8Array(6).fill(0xff);

/** Returns the MAC address that a packet to `receiver` goes to. */
function macFor(receiver: bigint, version: IpVersion): Uint8Array {
  if (version === 4 && receiver === 0xffff_ffffn) return BROADCAST;
  return groupMac({ version, value: receiver, zone: null }) ?? parseMac(MACS[1]);
}

function bytesOf(value: bigint, size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(value.toString(16).padStart(2 * size, "0"));
}

/** The longest IP packet: lengths have 16 bits (RFC 791, RFC 8200). */
const MAX_IP = 0xffff;

/** Returns why `payload` bytes do not fit into the headers of a frame, or `null` if they do. */
export function sizeProblem(layers: readonly Wanted[], payload: number): string | null {
  let most = Infinity;
  let inside = 0;
  let words = "";
  for (const layer of layers.toReversed()) {
    const { name } = layer;
    const size = sizeOfHeader(layer);
    const counted = inside + (name === "ip" || name === "udp" ? size : 0);
    const isBound = name === "ip" || name === "ipv6" || name === "pppoes";
    if (isBound && MAX_IP - counted < most) {
      most = MAX_IP - counted;
      const room = MAX_IP - (name === "ip" ? size : 0);
      words = t`${shortName(name)} holds ${room} bytes, ${inside} of them ${
        headersWords(layers, name)
      }`;
    }
    inside += size;
  }
  if (payload <= most) return null;
  return payload > MAX_IP
    ? t`${words}: PAYLOAD has more than ${payload}, ${most} are the most`
    : t`${words}: PAYLOAD has ${payload}, ${most} are the most`;
}

/** Returns the headers inside the outermost `name`, in words. */
function headersWords(layers: readonly Wanted[], name: string): string {
  const inside = layers.slice(layers.findIndex((each) => each.name === name) + 1);
  return inside.length === 1 ? t`the ${shortName(inside[0]!.name)} header` : t`the headers inside`;
}

/** Returns a note about a packet that is longer than the usual MTU, or `null` for a shorter one. */
export function longPacketNote(layers: readonly Wanted[], payload: number): string | null {
  const ip = layers.findIndex(({ name }) => name === "ip" || name === "ipv6");
  if (ip === -1) return null;
  const headers = layers.slice(ip).map(sizeOfHeader);
  const inside = headers.slice(1).reduce((sum, size) => sum + size, payload);
  const size = headers[0]! + inside;
  if (size <= MTU) return null;
  // TCP cuts up what it sends; anything else leaves it to IP, whose fragments are multiples of 8 bytes.
  const parts = layers.at(-1)!.name === "tcp"
    ? t`${Math.ceil(payload / (MTU - size + payload))} segments`
    : t`${Math.ceil(inside / (MTU - headers[0]! & ~7))} fragments`;
  return t`the packet has ${size} bytes, more than Ethernet's usual MTU of ${MTU}: a real stack
    would send ${parts}`;
}
