/**
 * Pasted lists of packets: the lines of tcpdump (any verbosity, IPv4 and IPv6, with `-S` or without), of
 * tshark and of Wireshark's packet list, as segments.
 *
 * @module
 */
import { addressOf } from "../address/ip_text.ts";
import { parseHexDump } from "../capture/hex_dump.ts";
import { guessLink } from "../capture/pasted_packets.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { packetOf, type PastedSegment } from "./pasted_packet.ts";
import { endOf, FLAG } from "../tcp/segment.ts";
import { advance } from "../tcp/sequence.ts";

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
  const clock = new Clock();
  const packets: CapturedPacket[] = [];
  const unread: number[] = [];
  let front = "";
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    if (isFront(line)) {
      front = line; // tcpdump -v writes the IP header on a line of its own
      return;
    }
    const isTcpdump = line.includes(": Flags [");
    const whole = isTcpdump && /^\s/.test(line) && front !== "" ? `${front} ${line}` : line;
    front = "";
    const words = whole.trim().split(/\s+/);
    const found = isTcpdump
      ? tcpdumpLine(whole, words, clock, numbers)
      : wiresharkLine(whole, words, clock);
    if (found === undefined) return;
    try {
      packets.push(packetOf(found!, packets.length + 1));
    } catch {
      unread.push(i + 1);
    }
  });
  return packets.length === 0 ? null : { packets, unread };
}

/** Whether `line` is the first of two about one packet. */
function isFront(line: string): boolean {
  return line.includes(" IP (") && line.includes("TCP (6)") && line.trimEnd().endsWith(")");
}

/** The flags by the letters of tcpdump; a full stop is ACK. */
const LETTERS: Readonly<Record<string, number>> = {
  F: FLAG.fin,
  S: FLAG.syn,
  R: FLAG.rst,
  P: FLAG.psh,
  ".": FLAG.ack,
};

/** Returns the segment of a line of tcpdump; `null` if it is not understood. */
function tcpdumpLine(
  line: string,
  words: readonly string[],
  clock: Clock,
  numbers: AbsoluteNumbers,
): PastedSegment | null {
  const at = words.indexOf("Flags");
  const [from, arrow, to] = words.slice(at - 3, at);
  if (arrow !== ">") return null;
  const [source, port] = endpointOf(from!);
  const [destination, otherPort] = endpointOf(to!.replace(/:$/, ""));
  let tail = line.slice(line.indexOf("Flags ["));
  const payload = tail.match(/, length (\d+)/);
  tail = tail.slice(0, payload?.index ?? tail.length);
  const number = (pattern: RegExp) => Number(tail.match(pattern)?.[1] ?? 0);
  const letters = tail.match(/^Flags \[([^\]]*)\]/)?.[1] ?? "";
  const flags = [...letters].reduce((sum, letter) => sum | (LETTERS[letter] ?? 0), 0);
  const ranged = tail.match(/\bseq (\d+):(\d+)/);
  const length = payload ? Number(payload[1]) : ranged ? Number(ranged[2]) - Number(ranged[1]) : 0;
  const told = { seq: number(/\bseq (\d+)/), ack: number(/\back (\d+)/) };
  const hasSeq = /\bseq \d/.test(tail);
  return {
    time: clock.read(words),
    source,
    destination,
    ports: [port, otherPort],
    ttl: Number(line.match(/\b(?:ttl|hlim) (\d{1,3})\b/)?.[1] ?? 0),
    ...numbers.of(
      `${source} ${port}`,
      `${destination} ${otherPort}`,
      { ...told, flags, length },
      hasSeq,
    ),
    flags,
    window: number(/\bwin (\d+)/),
    length,
    options: tail.match(/\boptions \[([^[\]]*)\]/)?.[1] ?? "",
  };
}

/** Returns address and port of `192.0.2.1.80`; a name is no port. */
function endpointOf(text: string): [address: string, port: number] {
  const at = text.lastIndexOf(".");
  const port = text.slice(at + 1);
  return [text.slice(0, at), /^\d{1,5}$/.test(port) ? Number(port) : NaN];
}

/** The columns behind the ports in tshark and Wireshark. */
const INFO =
  /(\d{1,5}) (?:→|->|>) (\d{1,5}) \[([A-Z, ]*)\] Seq=(\d+)(?: Ack=(\d+))?(?: Win=(\d+))?(?: Len=(\d+))?/;

/** The flags by the names of Wireshark. */
const NAMES: Readonly<Record<string, number>> = {
  FIN: FLAG.fin,
  SYN: FLAG.syn,
  RST: FLAG.rst,
  PSH: FLAG.psh,
  ACK: FLAG.ack,
};

/** Returns the segment of a line of tshark or Wireshark; `undefined` if it shows none. */
function wiresharkLine(
  line: string,
  words: readonly string[],
  clock: Clock,
): PastedSegment | null | undefined {
  const info = line.match(INFO);
  if (info === null) return undefined;
  const at = words.findIndex((word) => /[.:]/.test(word) && addressOf(word) !== null);
  if (at === -1) return null;
  const next = ["→", "->"].includes(words[at + 1] ?? "") ? at + 2 : at + 1;
  const [, from, to, flags, seq, ack, window, length] = info;
  const option = (name: string) => line.match(new RegExp(`\\b${name}=(\\d+)`))?.[1];
  const options = [
    option("MSS") ? `mss ${option("MSS")}` : "",
    option("TSval") ? `TS val ${option("TSval")} ecr ${option("TSecr") ?? 0}` : "",
    line.includes("SACK_PERM") ? "sackOK" : "",
  ];
  return {
    time: clock.read(words.slice(0, at)),
    source: words[at]!,
    destination: words[next] ?? "",
    ports: [Number(from), Number(to)],
    ttl: 0,
    seq: Number(seq) >>> 0,
    ack: Number(ack ?? 0) >>> 0,
    flags: flags!.split(", ").reduce((sum, name) => sum | (NAMES[name] ?? 0), 0),
    window: Number(window ?? 0),
    length: Number(length ?? 0),
    options: options.join(", "),
  };
}

/** Nanoseconds of a day. */
const DAY = 86_400_000_000_000n;

/** Times of lines: with a date, without one, in seconds since 1970 or since the first, or none. */
class Clock {
  #last = 0n;
  #days = 0n;

  /** Returns the time that `words`, the first of a line, tell; that of the line before if they tell none. */
  read(words: readonly string[]): bigint {
    const date = words.find((word) => /^\d{4}-\d\d-\d\d$/.test(word));
    const clock = words.slice(0, 4).map((word) =>
      word.match(/^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/)
    )
      .find((match) => match !== null);
    const seconds = words.slice(0, 3).map((word) => word.match(/^(\d+)\.(\d{3,9})$/))
      .find((match) => match !== null);
    if (clock) {
      const [, hours, minutes, rest, fraction] = clock;
      const whole = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
      const time = whole * 1_000_000_000n + nanoseconds(fraction);
      if (date) return this.#last = BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n + time;
      if (time + this.#days * DAY + DAY / 2n < this.#last) this.#days++; // midnight
      return this.#last = time + this.#days * DAY;
    }
    if (seconds) {
      return this.#last = BigInt(seconds[1]!) * 1_000_000_000n + nanoseconds(seconds[2]);
    }
    return this.#last;
  }
}

function nanoseconds(fraction: string | undefined): bigint {
  return BigInt((fraction ?? "").padEnd(9, "0"));
}

/** The numbers of a segment. */
interface Numbers {
  readonly seq: number;
  readonly ack: number;
}

/**
 * Numbers in the header for those that tcpdump prints: behind the first segment with ACK of a connection
 * it counts from there, unless `-S` was given (`print-tcp.c`).
 */
class AbsoluteNumbers {
  /** The base of each direction, by sender and receiver. */
  readonly #bases = new Map<string, number>();
  /** The number behind the last segment of each direction. */
  readonly #next = new Map<string, number>();

  /** Returns the numbers in the header; without `hasSeq` the segment has no number of its own in the line. */
  of(
    source: string,
    destination: string,
    { seq, ack, flags, length }: Numbers & { readonly flags: number; readonly length: number },
    hasSeq: boolean,
  ): Numbers {
    const [forth, back] = [`${source} ${destination}`, `${destination} ${source}`];
    const isNew = !this.#bases.has(forth) || (flags & FLAG.syn) !== 0;
    if (isNew && flags & FLAG.ack) {
      this.#bases.set(forth, seq);
      this.#bases.set(back, advance(ack, -1));
    }
    const own = hasSeq ? this.#nearest(forth, seq, isNew) : this.#next.get(forth) ?? 0;
    const other = flags & FLAG.ack ? this.#nearest(back, ack, isNew) : 0;
    if (!(flags & FLAG.rst)) this.#next.set(forth, endOf({ seq: own, length, flags }));
    return { seq: own, ack: other };
  }

  /** Returns `number`, or `number` counted from the base, whichever is nearer to the last one. */
  #nearest(direction: string, number: number, isAbsolute: boolean): number {
    const base = this.#bases.get(direction);
    if (isAbsolute || base === undefined) return number >>> 0;
    const next = this.#next.get(direction) ?? base;
    const distance = (value: number) => Math.abs((value - next) | 0);
    const counted = advance(base, number);
    return distance(number) < distance(counted) ? number >>> 0 : counted;
  }
}
