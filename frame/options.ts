/**
 * The options of `netkit frame`.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { parsePort } from "../address/port.ts";
import { parseAddressPort } from "../address/source_address.ts";
import { anyText, flag, type Option, option, repeated, type Values } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";

/** An end of the conversation, as it is written on the command line. */
export interface Side {
  /** Its IP address; `null` if only a port was given. */
  readonly address: string | null;
  /** Its port; `null` if none was given. */
  readonly port: number | null;
}

/** The packets that are wanted, both ends included. */
export interface Numbers {
  /** The first one, from 1. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
}

/** The options. */
export const FRAME_OPTIONS: {
  readonly from: Option<Side | null>;
  readonly to: Option<Side | null>;
  readonly udp: Option<boolean>;
  readonly icmp: Option<boolean>;
  readonly arp: Option<boolean>;
  readonly vlan: Option<readonly number[]>;
  readonly set: Option<readonly string[]>;
  readonly hex: Option<boolean>;
  readonly read: Option<string | null>;
  readonly number: Option<Numbers | null>;
  readonly verbose: Option<boolean>;
  readonly link: Option<string | null>;
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
  udp: flag("UDP in place of TCP"),
  icmp: flag("an ICMP or ICMPv6 echo request in place of TCP"),
  arp: flag("an ARP request: who has the address of --to?"),
  vlan: repeated({
    value: "ID",
    summary: "a tag of IEEE 802.1Q; several from the outside in",
    parse: parseVlan,
  }),
  set: repeated({
    value: "FIELD=VALUE",
    summary: "set a field by its Wireshark name; lengths and checksums are computed unless set",
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
  write: option({
    value: "FILE",
    summary: "write the packets to a pcap file; - is standard output",
    short: "w",
    parse: anyText,
  }, null),
  json: flag("print one JSON object a line for each packet"),
};

/** The values of the options. */
export type FrameOptions = Values<typeof FRAME_OPTIONS>;

/** Returns the side that `text` names: `ADDR`, `ADDR:PORT`, `PORT` or `:PORT`. */
function parseSide(text: string): Side {
  if (/^:?[0-9]*$/.test(text)) return { address: null, port: parsePort(text.replace(":", "")) };
  const { hostname, port } = parseAddressPort(text);
  return { address: hostname, port: /(^[^:]*|\]):[^:]*$/.test(text) ? port : null };
}

function parseVlan(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) <= 0xfff) return Number(text);
  throw new ParseError("a VLAN ID", text, "it has 12 bits: 0-4095");
}

function parseNumbers(text: string): Numbers {
  const match = text.match(/^([1-9][0-9]{0,14})(?:-([1-9][0-9]{0,14}))?$/);
  if (!match) {
    throw new ParseError("a packet number", text, "packets are counted from 1", {
      hint: "write it like 7 or 7-9",
    });
  }
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (first > last) throw new ParseError("a range of packets", text, "it ends before it begins");
  return { first, last };
}

/**
 * Refuses options that contradict each other.
 *
 * @throws {UserError} If some do.
 */
export function refuseMixture(options: FrameOptions, payload: string | undefined): void {
  const { from, to, udp, icmp, arp, vlan, set, hex, read, number, verbose, link } = options;
  const making: readonly (readonly [boolean, string])[] = [
    [from !== null, "--from"],
    [to !== null, "--to"],
    [udp, "--udp"],
    [icmp, "--icmp"],
    [arp, "--arp"],
    [vlan.length > 0, "--vlan"],
    [set.length > 0, "--set"],
    [hex, "--hex"],
    [payload !== undefined, "PAYLOAD"],
  ];
  const reading: readonly (readonly [boolean, string])[] = [
    [number !== null, "-n"],
    [verbose, "-v"],
    [link !== null, "--link"],
  ];
  const [, wrong] = (read === null ? reading : making).find(([given]) => given) ?? [];
  if (wrong !== undefined) {
    throw new UserError(
      read === null
        ? `${wrong} is about packets that -r reads`
        : `${wrong} makes a frame, -r reads one`,
      { hint: read === null ? "give a file with -r" : "leave one of them out" },
    );
  }
  const kinds = [udp && "--udp", icmp && "--icmp", arp && "--arp"].filter((each) => each !== false);
  if (kinds.length > 1) throw new UserError(`${kinds.join(" and ")} do not go together`);
  if (options.json && options.write === "-") {
    throw new UserError("--json and -w - both need standard output");
  }
}

/**
 * Returns the version of IP that both sides have; 4 if neither has an address.
 *
 * @throws {UserError} If they have different ones.
 */
export function versionOf(from: Side | null, to: Side | null): IpVersion {
  const [sender, receiver] = [from, to].map((side) =>
    side === null || side.address === null ? null : parseIp(side.address).version
  );
  if (sender && receiver && sender !== receiver) {
    throw new UserError(
      `--from is IPv${sender}, --to is IPv${receiver}: a packet has one version of IP`,
    );
  }
  return sender ?? receiver ?? 4;
}
