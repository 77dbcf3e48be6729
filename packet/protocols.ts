/**
 * The registry: every protocol, and the keys by which others announce it. It is the only file that
 * imports protocols.
 *
 * @module
 */
import { ARP } from "./arp.ts";
import { ETHERNET } from "./eth.ts";
import { ICMP } from "./icmp.ts";
import { ICMPV6 } from "./icmpv6.ts";
import { IPV4 } from "./ip.ts";
import { IPV6 } from "./ipv6.ts";
import {
  DESTINATION_OPTIONS,
  FRAGMENT_HEADER,
  HOP_BY_HOP,
  ROUTING_HEADER,
} from "./ipv6_extension.ts";
import { keyOf, LLC_KEY, numberOf, SPACE, type Space, spaceOf } from "./keys.ts";
import { LINK } from "./link.ts";
import { LLC } from "./llc.ts";
import { LOOPBACK } from "./loopback.ts";
import type { Protocol } from "./protocol.ts";
import { SLL, SLL2 } from "./sll.ts";
import { TCP } from "./tcp.ts";
import { UDP } from "./udp.ts";
import { SERVICE_VLAN, VLAN } from "./vlan.ts";

/** A protocol, which may not be loaded yet. */
interface Entry {
  /** Its Wireshark name. */
  readonly name: string;
  readonly keys: readonly number[];
  /** Loads it; `null` for one that is always there. */
  readonly load: (() => Promise<Protocol>) | null;
  protocol: Protocol | null;
}

/** A protocol that is always there: the way to TCP and UDP. */
function always(protocol: Protocol, ...keys: readonly number[]): Entry {
  return { name: protocol.name, keys, load: null, protocol };
}

/** A protocol that is loaded when it is first met. */
function later(
  name: string,
  load: () => Promise<Protocol>,
  ...keys: readonly number[]
): Entry {
  return { name, keys, load, protocol: null };
}

const link = (number: number) => keyOf(SPACE.link, number);
const ethertype = (number: number) => keyOf(SPACE.ethertype, number);
/** A protocol number of IPv4 and IPv6. */
const ip = (number: number) => [keyOf(SPACE.ipv4, number), keyOf(SPACE.ipv6, number)];
const udp = (port: number) => keyOf(SPACE.udpPort, port);
const tcp = (port: number) => keyOf(SPACE.tcpPort, port);
const ppp = (number: number) => keyOf(SPACE.ppp, number);
const inIpv6 = (number: number) => keyOf(SPACE.ipv6, number);

const ENTRIES: readonly Entry[] = [
  always(ETHERNET, link(LINK.ethernet), ethertype(0x6558), ...ip(143)),
  always(LOOPBACK, link(LINK.null), link(LINK.loop)),
  always(SLL, link(LINK.sll)),
  always(SLL2, link(LINK.sll2)),
  always(LLC, LLC_KEY),
  always(VLAN, ethertype(0x8100)),
  always(SERVICE_VLAN, ethertype(0x88a8)),
  always(ARP, ethertype(0x0806), ethertype(0x8035)),
  always(IPV4, ethertype(0x0800), ...ip(4), keyOf(SPACE.sap, 6), ppp(0x0021)),
  always(IPV6, ethertype(0x86dd), ...ip(41), ppp(0x0057)),
  always(HOP_BY_HOP, inIpv6(0)),
  always(ROUTING_HEADER, inIpv6(43)),
  always(FRAGMENT_HEADER, inIpv6(44)),
  always(DESTINATION_OPTIONS, inIpv6(60)),
  always(ICMP, keyOf(SPACE.ipv4, 1)),
  always(ICMPV6, inIpv6(58)),
  always(TCP, ...ip(6)),
  always(UDP, ...ip(17)),
  later("gre", async () => (await import("./gre.ts")).GRE, ...ip(47)),
  later("vxlan", async () => (await import("./vxlan.ts")).VXLAN, udp(4789), udp(8472)),
  later("geneve", async () => (await import("./geneve.ts")).GENEVE, udp(6081)),
  later(
    "mpls",
    async () => (await import("./mpls.ts")).MPLS,
    ...[ethertype(0x8847), ethertype(0x8848), ...ip(137), udp(6635), ppp(0x0281)],
  ),
  later("pwethcw", async () => (await import("./mpls.ts")).PSEUDOWIRE, keyOf(SPACE.inside, 1)),
  later("pppoes", async () => (await import("./pppoe.ts")).PPPOE, ethertype(0x8864)),
  later("pppoed", async () => (await import("./pppoe.ts")).PPPOE_DISCOVERY, ethertype(0x8863)),
  later(
    "ppp",
    async () => (await import("./ppp.ts")).PPP,
    ...[link(LINK.ppp), link(LINK.pppHdlc), ethertype(0x880b)],
  ),
  later("lcp", async () => (await import("./ppp.ts")).LCP, ppp(0xc021)),
  later("ipcp", async () => (await import("./ppp.ts")).IPCP, ppp(0x8021)),
  later("ipv6cp", async () => (await import("./ppp.ts")).IPV6CP, ppp(0x8057)),
  later("ccp", async () => (await import("./ppp.ts")).CCP, ppp(0x80fd)),
  later("pap", async () => (await import("./ppp.ts")).PAP, ppp(0xc023)),
  later("chap", async () => (await import("./ppp.ts")).CHAP, ppp(0xc223)),
  later("esp", async () => (await import("./ipsec.ts")).ESP, ...ip(50)),
  later("ah", async () => (await import("./ipsec.ts")).AH, ...ip(51)),
  later("igmp", async () => (await import("./igmp.ts")).IGMP, keyOf(SPACE.ipv4, 2)),
  later(
    "stp",
    async () => (await import("./stp.ts")).STP,
    keyOf(SPACE.sap, 0x42),
    keyOf(SPACE.cisco, 0x010b),
  ),
  later("lldp", async () => (await import("./lldp.ts")).LLDP, ethertype(0x88cc)),
  later("chdlc", async () => (await import("./chdlc.ts")).CHDLC, link(LINK.ciscoHdlc)),
  later("dns", async () => (await import("./dns.ts")).DNS, udp(53)),
  later("dns over tcp", async () => (await import("./dns.ts")).DNS_TCP, tcp(53)),
  later("mdns", async () => (await import("./dns.ts")).MDNS, udp(5353)),
  later("dhcp", async () => (await import("./dhcp.ts")).DHCP, udp(67), udp(68)),
  later("ntp", async () => (await import("./ntp.ts")).NTP, udp(123)),
  later("http", async () => (await import("./http.ts")).HTTP, ...[80, 8080, 8088, 3128].map(tcp)),
  later("tls", async () => (await import("./tls.ts")).TLS, ...[443, 465, 853, 993, 8443].map(tcp)),
  later("quic", async () => (await import("./quic.ts")).QUIC, udp(443)),
  later("ospf", async () => (await import("./ospf.ts")).OSPF, ...ip(89)),
  later("vrrp", async () => (await import("./vrrp.ts")).VRRP, ...ip(112)),
  later("sctp", async () => (await import("./sctp.ts")).SCTP, ...ip(132)),
  later("radiotap", async () => (await import("./radiotap.ts")).RADIOTAP, link(LINK.radiotap)),
  later("wlan", async () => (await import("./wlan.ts")).WLAN, link(LINK.ieee80211)),
  later("bfd", async () => (await import("./bfd.ts")).BFD, ...[3784, 4784].map(udp)),
  later("hsrp", async () => (await import("./hsrp.ts")).HSRP, udp(1985)),
  later("eigrp", async () => (await import("./eigrp.ts")).EIGRP, ...ip(88)),
  later("pim", async () => (await import("./pim.ts")).PIM, ...ip(103)),
  later(
    "ptp",
    async () => (await import("./ptp.ts")).PTP,
    ...[ethertype(0x88f7), udp(319), udp(320)],
  ),
  later("slow", async () => (await import("./slow.ts")).SLOW, ethertype(0x8809)),
  later("lacp", async () => (await import("./slow.ts")).LACP, keyOf(SPACE.inside, 2)),
  later("cdp", async () => (await import("./cdp.ts")).CDP, keyOf(SPACE.cisco, 0x2000)),
  later(
    "isis",
    async () => (await import("./isis.ts")).ISIS,
    ...[keyOf(SPACE.sap, 0xfe), ethertype(0xfefe)],
  ),
  later(
    "erspan",
    async () => (await import("./erspan.ts")).ERSPAN,
    ...[ethertype(0x88be), ethertype(0x22eb)],
  ),
  later("cfp", async () => (await import("./cfp.ts")).CFP, ethertype(0x8903)),
  later("eapol", async () => (await import("./eapol.ts")).EAPOL, ethertype(0x888e)),
  later("eap", async () => (await import("./eapol.ts")).EAP, keyOf(SPACE.inside, 3)),
  later(
    "radius",
    async () => (await import("./radius.ts")).RADIUS,
    ...[1645, 1646, 1812, 1813, 3799].map(udp),
  ),
  later("isakmp", async () => (await import("./isakmp.ts")).ISAKMP, udp(500)),
  later("udpencap", async () => (await import("./isakmp.ts")).UDP_ENCAPSULATION, udp(4500)),
  later("bgp", async () => (await import("./bgp.ts")).BGP, tcp(179)),
  later("dccp", async () => (await import("./dccp.ts")).DCCP, ...ip(33)),
  later(
    "ipx",
    async () => (await import("./ipx.ts")).IPX,
    ...[keyOf(SPACE.sap, 0xe0), ethertype(0x8137), keyOf(SPACE.cooked, 1)],
  ),
  later("aoe", async () => (await import("./aoe.ts")).AOE, ethertype(0x88a2)),
  later("mipv6", async () => (await import("./mipv6.ts")).MOBILITY, inIpv6(135)),
  later("dhcpv6", async () => (await import("./dhcpv6.ts")).DHCPV6, udp(546), udp(547)),
  later("tftp", async () => (await import("./tftp.ts")).TFTP, udp(69)),
  later("syslog", async () => (await import("./syslog.ts")).SYSLOG, udp(514)),
  later("l2tp", async () => (await import("./l2tp.ts")).L2TP, udp(1701)),
  later("gtp", async () => (await import("./gtp.ts")).GTP, udp(2152)),
  later("llmnr", async () => (await import("./dns.ts")).LLMNR, udp(5355)),
  later("ssdp", async () => (await import("./http.ts")).SSDP, udp(1900)),
  later("sip", async () => (await import("./sip.ts")).SIP, udp(5060), tcp(5060)),
  later("wg", async () => (await import("./wireguard.ts")).WIREGUARD, udp(51820)),
  later(
    "can",
    async () => (await import("./can.ts")).CAN,
    ...[link(LINK.can), keyOf(SPACE.cooked, 12)],
  ),
  later("fddi", async () => (await import("./fddi.ts")).FDDI, link(LINK.fddi)),
  later("nhrp", async () => (await import("./nhrp.ts")).NHRP, ethertype(0x2001)),
  later("etherip", async () => (await import("./etherip.ts")).ETHERIP, ...ip(97)),
];

const BY_KEY: ReadonlyMap<number, Entry> = new Map(
  ENTRIES.flatMap((entry) => entry.keys.map((key) => [key, entry] as const)),
);
const BY_NAME: ReadonlyMap<string, Entry> = new Map(ENTRIES.map((entry) => [entry.name, entry]));

/** The names by which layers are called; those of entries may have a word more. */
const NAMES: ReadonlySet<string> = new Set(ENTRIES.map(({ name }) => name.split(" ")[0]!));

/** The protocols that were met and are not loaded. */
const missing = new Set<Entry>();

/** Returns whether some protocol reads what `key` announces. */
export function isKnownKey(key: number): boolean {
  return BY_KEY.has(key);
}

/** Returns the protocol that `key` announces; `null` if none is known, or it is not loaded yet. */
export function protocolOf(key: number): Protocol | null {
  const entry = BY_KEY.get(key);
  if (entry === undefined) return null;
  if (entry.protocol === null) missing.add(entry);
  return entry.protocol;
}

/** Returns whether a protocol was met that is not loaded: dissect again after `loadMissing`. */
export function isMissing(): boolean {
  return missing.size > 0;
}

/** Loads the protocols that were met. */
export async function loadMissing(): Promise<void> {
  await loadAll([...missing]);
}

/** Loads the protocols of these names, or all of them. */
export async function loadProtocols(names: readonly string[] | null = null): Promise<void> {
  await loadAll(ENTRIES.filter(({ name }) => names === null || names.includes(name)));
}

async function loadAll(entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map(async (entry) => {
    if (entry.load !== null) entry.protocol ??= await entry.load();
    missing.delete(entry);
  }));
}

/** Returns the protocol called `name`, which is loaded. */
export function protocolNamed(name: string): Protocol {
  const protocol = BY_NAME.get(name)?.protocol ?? null;
  if (protocol === null) throw new RangeError(`There is no protocol ${name}, or it is not loaded`);
  return protocol;
}

/** Returns all protocols that are loaded. */
export function loadedProtocols(): Protocol[] {
  return ENTRIES.flatMap(({ protocol }) => protocol ?? []);
}

/** Returns the Wireshark names of all protocols, loaded or not. */
export function protocolNames(): string[] {
  return [...NAMES];
}

/** Returns the number by which the protocol called `name` is announced in `space`, or `null`. */
export function announcedAs(space: Space, name: string): number | null {
  const key = BY_NAME.get(name)?.keys.find((each) => spaceOf(each) === space);
  return key === undefined ? null : numberOf(key);
}
