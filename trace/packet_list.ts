/**
 * Pasted lists of packets: the lines of tcpdump (any verbosity, IPv4 and IPv6, with `-S` or without), of
 * tshark and of Wireshark's packet list, as segments.
 *
 * @module
 */
import { parseHexDump } from "../capture/hex_dump.ts";
import { guessLink } from "../capture/pasted_packets.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { PastedClock } from "./pasted_clock.ts";
import { AbsoluteNumbers } from "./pasted_numbers.ts";
import { packetOf } from "./pasted_packet.ts";
import { isTcpdumpLine, tcpdumpLine } from "./tcpdump_line.ts";
import { wiresharkLine } from "./wireshark_line.ts";

/** The segments of a pasted list. */
export interface PacketList {
  /** Their packets, in order. */
  readonly packets: readonly CapturedPacket[];
  /** The numbers of the lines, from 1, that show a TCP segment and are not understood. */
  readonly unread: readonly number[];
}

/** Returns the segments in `text`, `null` if no line of it shows one. */
export function parsePacketList(text: string): PacketList | null {
  const list = parseLines(text);
  if (list === null || !/^\s*0x0000: /m.test(text)) return list;
  // With the bytes below each line (tcpdump -x) only the times are taken from it.
  const dumps = parseHexDump(text);
  if (dumps.length !== list.packets.length) return null;
  const packets = dumps.map((bytes, i) => ({
    ...list.packets[i]!,
    bytes,
    length: bytes.length,
    linkType: guessLink(bytes),
  }));
  return { packets, unread: [] };
}

function parseLines(text: string): PacketList | null {
  const numbers = new AbsoluteNumbers();
  const clock = new PastedClock();
  const packets: CapturedPacket[] = [];
  const unread: number[] = [];
  let front = "";
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    if (isFront(line)) {
      front = line; // tcpdump -v writes the IP header on a line of its own
      return;
    }
    const isTcpdump = isTcpdumpLine(line);
    const whole = isTcpdump && /^\s/.test(line) && front !== "" ? `${front} ${line}` : line;
    front = "";
    const words = wordsOf(whole.trim());
    const found = isTcpdump ? tcpdumpLine(whole, words, numbers) : wiresharkLine(whole, words);
    if (found === undefined) return;
    try {
      packets.push(packetOf(found!, packets.length + 1));
      clock.read(words);
    } catch {
      unread.push(i + 1);
    }
  });
  const times = clock.times();
  return packets.length === 0
    ? null
    : { packets: packets.map((packet, i) => ({ ...packet, time: times[i]! })), unread };
}

/** Returns the words of a line, or the columns of a copy as CSV. */
function wordsOf(line: string): string[] {
  return line.startsWith('"') ? line.replace(/^"|"$/g, "").split('","') : line.split(/\s+/);
}

/** Whether `line` is the first of two about one packet. */
function isFront(line: string): boolean {
  return line.includes("(tos 0x") && line.includes("TCP (6)") && line.trimEnd().endsWith(")");
}

/** Texts that are no lists of segments, and what to do. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^.* IP6? \S+ > \S+: tcp \d+$/m, "lines of tcpdump -q have no flags: print them without -q"],
  [/^Frame \d+: \d+ bytes on wire/m, "these are details of tshark -V: paste the list, without -V"],
  [
    /^\s*[[{][^]{0,200}"_?(?:index|source|timestamp)"/,
    "this is JSON of tshark: paste the list, without -T",
  ],
  [
    /^<\?xml [^]{0,200}<(?:pdml|psml)\b/,
    "this is XML of Wireshark: paste the list, or give the capture itself",
  ],
];

/** Returns the reason for which a text shows no segments, though it is about packets; `null` if it is not. */
export function describeOtherText(text: string): string | null {
  return OTHERS.find(([pattern]) => pattern.test(text.slice(0, 4096)))?.[1] ?? null;
}
