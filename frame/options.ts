/**
 * The options of `netkit frame`.
 *
 * The files of this folder, in reading order:
 *
 *     options.ts          the options, and the refusal of those that do not go together
 *     option_values.ts    their values, from text
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
 *     decapsulate.ts      the packets of a file
 *     live.ts             the packets that pass an interface
 *     packet_output.ts    both on their way to standard output or another file
 *     packet_times.ts     the time of a packet in a list
 *     listing.ts          packets one after the other: a line each, in full, or as JSON
 *     line.ts             a packet in one line
 *     text.ts             a packet in full: a row for each field
 *     record.ts           a packet as JSON
 *     payload.ts          data as text
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import {
  anyText,
  flag,
  type Option,
  option,
  parseCount,
  repeated,
  type Values,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { PASTE_FORMS, type PasteForm } from "../capture/paste_forms.ts";
import { type Extension, EXTENSIONS, parseExtensions } from "./extensions.ts";
import {
  type Numbers,
  parseForm,
  parseLongest,
  parseNumbers,
  parseTimeForm,
  parseVlan,
} from "./option_values.ts";
import type { TimeForm } from "./packet_times.ts";
import { checkSides, parseSide, type Side } from "./sides.ts";
import {
  checkAround,
  parseLabels,
  parseTunnel,
  parseVni,
  type Tunnel,
  TUNNELS,
} from "./tunnel_names.ts";
import { listed, t } from "../text/messages.ts";

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
  readonly interface: Option<string | null>;
  readonly filter: Option<string | null>;
  readonly count: Option<number | null>;
  readonly number: Option<Numbers | null>;
  readonly time: Option<TimeForm | null>;
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
  interface: option({
    value: "IFACE",
    summary: "show what passes this interface, of any protocol, as it comes",
    short: "i",
    parse: anyText,
  }, null),
  filter: option({
    value: "EXPRESSION",
    summary: "with -r or -i: only packets for which this is true, in the syntax of Wireshark's " +
      "display filters: 'ip.addr == 10.0.0.0/8 && !arp'",
    short: "Y",
    parse: anyText,
  }, null),
  count: option({
    value: "N",
    summary: "with -r or -i: end after N packets, of those that -Y selects",
    short: "c",
    parse: (text) => parseCount(text, t`a number of packets`),
  }, null),
  number: option({
    value: "N[-M]",
    summary: "with -r: explain packet N, or those from N to M",
    short: "n",
    parse: parseNumbers,
  }, null),
  time: option({
    value: "FORM",
    summary:
      "with -r or -i: times in seconds since the first packet (relative, if left out), since " +
      "the one before (delta), since 1970 (epoch), or as a date in UTC (absolute)",
    parse: parseTimeForm,
  }, null),
  verbose: flag("with -r or -i: explain every packet, not only one alone", "v"),
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
    summary: "write the packets to a pcap file, or to a pcapng file if its name ends so; - is " +
      "standard output",
    short: "w",
    parse: anyText,
  }, null),
  json: flag("print one JSON object a line for each packet"),
};

/** The values of the options, as they were given. */
export type Options = Values<typeof OPTIONS>;

/** A condition, and the option that it is about. */
type Given = readonly [given: boolean, name: string];

/**
 * Refuses options and operands that do not go together.
 *
 * @throws {UserError} If some do not.
 */
export function check(options: Options, [payload]: readonly (string | undefined)[]): void {
  const { read, udp, icmp, arp } = options;
  checkSource(options, payload);
  const kinds = [udp && "--udp", icmp && "--icmp", arp && "--arp"].filter((each) => each !== false);
  if (kinds.length > 1) throw new UserError(t`${listed(kinds, "and")} do not go together`);
  checkAround(options);
  if (options.set.includes("help") && options.json) {
    throw new UserError(t`--set help is a list for people: leave --json out`);
  }
  if (options.json && options.write === "-") {
    throw new UserError(t`--json and -w - both need standard output`);
  }
  if (read === null && payload !== undefined && CAPTURE_FILE.test(payload)) {
    throw new ParseError(t`a payload`, payload, t`it is the name of a capture`);
  }
  checkSides(options);
}

/** Refuses options that are not about what is done: making, reading a file, or capturing. */
function checkSource(options: Options, payload: string | undefined): void {
  const { read, number, verbose, link, filter, count, time } = options;
  if (read !== null && options.interface !== null) {
    throw new UserError(t`-r and -i do not go together`, { hint: t`leave one of them out` });
  }
  const file: readonly Given[] = [
    [number !== null, "-n"],
    [link !== null, "--link"],
    [options.as !== null, "--as"],
  ];
  const packets: readonly Given[] = [
    [filter !== null, "-Y"],
    [count !== null, "-c"],
    [time !== null, "--time"],
    [verbose, "-v"],
  ];
  const refuse = (all: readonly Given[], reason: (name: string) => string, hint: string) => {
    const found = all.find(([given]) => given);
    if (found !== undefined) throw new UserError(reason(found[1]), { hint });
  };
  if (read === null) {
    const hint = t`give a file with -r`;
    refuse(file, (name) => t`${name} is about packets that -r reads`, hint);
    if (options.interface === null) {
      refuse(packets, (name) => t`${name} is about packets that -r reads or -i captures`, hint);
      return;
    }
  }
  const both = (name: string) =>
    read === null
      ? t`${name} makes frames, -i captures them`
      : t`${name} makes a frame, -r reads one`;
  refuse(givenForMaking(options, payload), both, t`leave one of them out`);
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
