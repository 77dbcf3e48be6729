/**
 * The options of `netkit frame`.
 *
 * The files of this folder, in reading order:
 *
 *     options.ts          the options, and the refusal of those that do not go together
 *     encapsulate.ts      a frame made from PAYLOAD, shown and written
 *     sides.ts            the sender and the receiver
 *     plan.ts             the headers of that frame, from addresses, ports and settings
 *     tunnel_names.ts     the tunnels by their names
 *     tunnel.ts           the headers of a tunnel around it
 *     extensions.ts       the extension headers of IPv6
 *     fragments.ts        the fragments of a packet that is too long
 *     on_wire.ts          padding and check sequence
 *     field_setting.ts    --set FIELD=VALUE: names and values of fields
 *     other_names.ts      names that stand for other fields, and those that cannot be set
 *     settable.ts         --set help: the list of fields
 *     option_settings.ts  the options of TCP that --set knows
 *     picture.ts          the picture of the layers
 *     decapsulate.ts      the packets of a file, on their way to standard output or another file
 *     listing.ts          packets one after the other: a line each, in full, or as JSON
 *     line.ts             a packet in one line
 *     text.ts             a packet in full: a row for each field
 *     record.ts           a packet as JSON
 *     payload.ts          data as text
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { anyText, flag, type Option, option, repeated, type Values } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { PASTE_FORMS, type PasteForm } from "../capture/paste.ts";
import { type Extension, EXTENSIONS, parseExtensions } from "./extensions.ts";
import { checkSides, parseSide, type Side } from "./sides.ts";
import {
  checkAround,
  parseLabels,
  parseTunnel,
  parseVni,
  type Tunnel,
  TUNNELS,
} from "./tunnel_names.ts";

/** The packets that are wanted, both ends included. */
export interface Numbers {
  /** The first one, from 1. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
}

/** The options. */
export const OPTIONS: {
  readonly from: Option<Side | null>;
  readonly to: Option<Side | null>;
  readonly udp: Option<boolean>;
  readonly icmp: Option<boolean>;
  readonly arp: Option<boolean>;
  readonly vlan: Option<readonly number[]>;
  readonly in: Option<Tunnel | null>;
  readonly vni: Option<number | null>;
  readonly mpls: Option<readonly number[] | null>;
  readonly ipv6Ext: Option<readonly Extension[] | null>;
  readonly fragment: Option<number | null>;
  readonly pad: Option<boolean>;
  readonly fcs: Option<boolean>;
  readonly set: Option<readonly string[]>;
  readonly hex: Option<boolean>;
  readonly read: Option<string | null>;
  readonly number: Option<Numbers | null>;
  readonly verbose: Option<boolean>;
  readonly link: Option<string | null>;
  readonly as: Option<PasteForm | null>;
  readonly write: Option<string | null>;
  readonly json: Option<boolean>;
} = {
  from: option({
    value: "ADDR[:PORT]",
    summary: "the sender; 192.0.2.1:51000 or [2001:db8::1]:51000 if left out",
    parse: parseSide,
  }, null),
  to: option({
    value: "ADDR[:PORT]",
    summary: "the receiver; 192.0.2.2:8000 or [2001:db8::2]:8000 if left out",
    parse: parseSide,
  }, null),
  udp: flag("UDP in place of TCP", "u"),
  icmp: flag("an ICMP or ICMPv6 echo request in place of TCP"),
  arp: flag("an ARP request: who has the address of --to?"),
  vlan: repeated({
    value: "ID",
    summary: "a tag of IEEE 802.1Q; several from the outside in",
    parse: parseVlan,
  }),
  in: option({
    value: "TUNNEL",
    summary: `the packet in a tunnel: ${TUNNELS.join(", ")}`,
    parse: parseTunnel,
  }, null),
  vni: option({
    value: "N",
    summary: "with --in vxlan: the virtual network; 1 if left out",
    parse: parseVni,
  }, null),
  mpls: option({
    value: "LABEL,…",
    summary: "labels of MPLS, from the outside in",
    parse: parseLabels,
  }, null),
  ipv6Ext: option({
    value: "HEADER,…",
    summary: `extension headers of IPv6, in order: ${EXTENSIONS.join(", ")}`,
    parse: parseExtensions,
  }, null),
  fragment: option({
    value: "BYTES",
    summary: "cut the packet up into fragments of at most so many bytes, the MTU",
    parse: parseLongest,
  }, null),
  pad: flag("fill the frame up to the 60 bytes that Ethernet needs, as a network card does"),
  fcs: flag("the frame with its check sequence, as it is on the wire; fills it up as well"),
  set: repeated({
    value: "FIELD=VALUE",
    summary: "set a field by its Wireshark name; lengths and checksums are computed unless set; " +
      "--set help lists the fields",
    parse: anyText,
  }),
  hex: flag("PAYLOAD is hexadecimal digits"),
  read: option({
    value: "FILE",
    summary: "read a pcap or pcapng file, or a hex dump as text; - is standard input",
    short: "r",
    parse: anyText,
  }, null),
  number: option({
    value: "N[-M]",
    summary: "with -r: explain packet N, or those from N to M",
    short: "n",
    parse: parseNumbers,
  }, null),
  verbose: flag("with -r: explain every packet, not only one alone", "v"),
  link: option({
    value: "TYPE",
    summary:
      "with -r: what the packets begin with: ethernet, ip, loopback, sll, sll2, or the number " +
      "of a link type",
    parse: anyText,
  }, null),
  as: option({
    value: "FORM",
    summary: `with -r: the notation of pasted bytes, not guessed: ${PASTE_FORMS.join(", ")}`,
    parse: parseForm,
  }, null),
  write: option({
    value: "FILE",
    summary: "write the packets to a pcap file; - is standard output",
    short: "w",
    parse: anyText,
  }, null),
  json: flag("print one JSON object a line for each packet"),
};

/** The values of the options, as they were given. */
export type Options = Values<typeof OPTIONS>;

function parseVlan(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) <= 0xfff) return Number(text);
  throw new ParseError("a VLAN ID", text, "it has 12 bits: 0-4095");
}

/** The fewest bytes of a longest packet: 68 (RFC 791, section 3.2). */
const LEAST = 68;

/** Returns the longest packet that `text` is, in bytes. */
function parseLongest(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= LEAST && value <= 0xffff) return value;
  throw new ParseError("the length of a packet", text, `it is from ${LEAST} to 65535 bytes`);
}

function parseForm(text: string): PasteForm {
  const form = PASTE_FORMS.find((each) => each === text.toLowerCase());
  if (form !== undefined) return form;
  throw new ParseError("a notation of bytes", text, "it is not known", {
    hint: `choose ${PASTE_FORMS.join(", ")}`,
  });
}

function parseNumbers(text: string): Numbers {
  const match = text.match(/^([1-9][0-9]{0,14})(?:-([1-9][0-9]{0,14}))?$/);
  if (!match) {
    const isLetter = /^[a-z]/i.test(text); // as in tcpdump -nr FILE
    const reason = isLetter ? "-n is --number here" : "packets are counted from 1";
    const hint = isLetter ? "no names are looked up: leave -n out" : "write it like 7 or 7-9";
    throw new ParseError("a packet number", text, reason, { hint });
  }
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (first > last) throw new ParseError("a range of packets", text, "it ends before it begins");
  return { first, last };
}

/** A condition, and the option that it is about. */
type Given = readonly [given: boolean, name: string];

/**
 * Refuses options and operands that do not go together.
 *
 * @throws {UserError} If some do not.
 */
export function check(options: Options, [payload]: readonly (string | undefined)[]): void {
  const { read, number, verbose, link, udp, icmp, arp } = options;
  const making = givenForMaking(options, payload);
  const reading: readonly Given[] = [
    [number !== null, "-n"],
    [verbose, "-v"],
    [link !== null, "--link"],
    [options.as !== null, "--as"],
  ];
  const [, wrong] = (read === null ? reading : making).find(([given]) => given) ?? [];
  if (wrong !== undefined) {
    throw read === null
      ? new UserError(`${wrong} is about packets that -r reads`, { hint: "give a file with -r" })
      : new UserError(`${wrong} makes a frame, -r reads one`, { hint: "leave one of them out" });
  }
  const kinds = [udp && "--udp", icmp && "--icmp", arp && "--arp"].filter((each) => each !== false);
  if (kinds.length > 1) throw new UserError(`${kinds.join(" and ")} do not go together`);
  checkAround(options);
  if (options.set.includes("help") && options.json) {
    throw new UserError("--set help is a list for people: leave --json out");
  }
  if (options.json && options.write === "-") {
    throw new UserError("--json and -w - both need standard output");
  }
  if (read === null && payload !== undefined && CAPTURE_FILE.test(payload)) {
    throw new ParseError("a payload", payload, "it is the name of a capture");
  }
  checkSides(options);
}

/** The name of a capture: it is no text that somebody sends. */
const CAPTURE_FILE = /^\S+\.(pcap|pcapng|cap)(\.gz)?$/i;

/** Returns the options and operands that only the making of a frame has. */
function givenForMaking(options: Options, payload: string | undefined): readonly Given[] {
  const { from, to, udp, icmp, arp, vlan, set, hex } = options;
  return [
    [from !== null, "--from"],
    [to !== null, "--to"],
    [udp, "--udp"],
    [icmp, "--icmp"],
    [arp, "--arp"],
    [vlan.length > 0, "--vlan"],
    [options.in !== null, "--in"],
    [options.vni !== null, "--vni"],
    [options.mpls !== null, "--mpls"],
    [options.ipv6Ext !== null, "--ipv6-ext"],
    [options.fragment !== null, "--fragment"],
    [options.pad, "--pad"],
    [options.fcs, "--fcs"],
    [set.length > 0, "--set"],
    [hex, "--hex"],
    [payload !== undefined, "PAYLOAD"],
  ];
}
