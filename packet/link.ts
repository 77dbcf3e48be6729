/**
 * Link types: the kind of the first header of captured packets (tcpdump.org, Link-Layer Header Types).
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { t } from "../text/messages.ts";

/** The link types that are decoded, by their LINKTYPE_ values. */
export const LINK = {
  /** No header but four bytes with the address family in the byte order of the host: BSD and macOS loopback. */
  null: 0,
  /** Ethernet, also without a cable. */
  ethernet: 1,
  /** PPP, with or without the address of RFC 1662. */
  ppp: 9,
  /** PPP on a serial line, as in RFC 1662. */
  pppHdlc: 50,
  /** FDDI. */
  fddi: 10,
  /** Raw IP on OpenBSD and some others, where LINKTYPE_RAW has the number 12 or 14. */
  rawOld: 12,
  rawOpenBsd: 14,
  /** No header: IPv4 or IPv6, by the first four bits. */
  raw: 101,
  /** Cisco HDLC. */
  ciscoHdlc: 104,
  /** 802.11, wireless LAN. */
  ieee80211: 105,
  /** As `null`, with the address family in network byte order. */
  loop: 108,
  /** Linux "any" device, version 1. */
  sll: 113,
  /** 802.11 with what the receiver knows of the frame. */
  radiotap: 127,
  /** CAN, as Linux has it. */
  can: 227,
  /** No header: IPv4. */
  ipv4: 228,
  /** No header: IPv6. */
  ipv6: 229,
  /** Linux "any" device, version 2. */
  sll2: 276,
} as const;

/** The link types that `--link` knows by name. */
const LINK_NAMES: Readonly<Record<string, number>> = {
  ethernet: LINK.ethernet,
  ip: LINK.raw,
  loopback: LINK.null,
  sll: LINK.sll,
  sll2: LINK.sll2,
};

/**
 * Returns the link type that `text` names, or the number that it is.
 *
 * @throws {ParseError} For an unknown name, and for more than 16 bits.
 */
export function parseLinkType(text: string): number {
  const named = LINK_NAMES[text.toLowerCase()];
  if (named !== undefined) return named;
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 0xffff) return Number(text);
  throw new ParseError(t`a link type`, text, t`it is neither known nor a number of 16 bits`, {
    hint: t`choose ${Object.keys(LINK_NAMES).join(", ")}, or write its LINKTYPE_ number`,
  });
}

/** Returns the name of a link type; the number where it is not decoded. */
export function linkTypeName(linkType: number): string {
  switch (linkType) {
    case LINK.ethernet:
      return "Ethernet";
    case LINK.null:
    case LINK.loop:
      return "BSD loopback";
    case LINK.ieee80211:
    case LINK.radiotap:
      return "802.11";
    case LINK.ciscoHdlc:
      return "Cisco HDLC";
    case LINK.fddi:
      return "FDDI";
    case LINK.can:
      return "CAN";
    case LINK.ppp:
    case LINK.pppHdlc:
      return "PPP";
    case LINK.sll:
      return "Linux cooked capture v1";
    case LINK.sll2:
      return "Linux cooked capture v2";
    default:
      return isRawIp(linkType) ? "raw IP" : `link type ${linkType}`;
  }
}

/** Returns whether packets of this link type begin with the IP header. */
export function isRawIp(linkType: number): boolean {
  return linkType === LINK.raw || linkType === LINK.rawOld || linkType === LINK.rawOpenBsd ||
    linkType === LINK.ipv4 || linkType === LINK.ipv6;
}
