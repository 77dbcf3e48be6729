/**
 * Lines of tshark and of Wireshark's packet list about TCP segments.
 *
 * @module
 */
import { addressOf } from "../address/ip_text.ts";
import { FLAG } from "../tcp/segment.ts";
import { pastedPort, type PastedSegment } from "./pasted_packet.ts";

/** The columns behind the ports in tshark and Wireshark. */
const INFO =
  /([\w-]{1,15}) {0,2}(?:→|->|>) {0,2}([\w-]{1,15}) \[([A-Z, ]*)\] Seq=(\d+)(?: Ack=(\d+))?(?: Win=(\d+))?(?: Len=(\d+))?/;

/** The flags by the names of Wireshark. */
const NAMES: Readonly<Record<string, number>> = {
  FIN: FLAG.fin,
  SYN: FLAG.syn,
  RST: FLAG.rst,
  PSH: FLAG.psh,
  ACK: FLAG.ack,
};

/** Returns the segment of a line of tshark or Wireshark; `undefined` if it shows none. */
export function wiresharkLine(
  line: string,
  words: readonly string[],
): PastedSegment | null | undefined {
  const info = line.match(INFO);
  if (info === null) return undefined;
  const isAddress = (word: string) => /[.:]/.test(word) && addressOf(word) !== null;
  const at = words.findIndex(isAddress);
  const other = words.findIndex((word, i) => i > at && isAddress(word));
  if (at === -1 || other === -1) return null;
  const isBack = words[at + 1] === "←";
  const [, from, to, flags, seq, ack, window, length] = info;
  const option = (name: string) => line.match(new RegExp(`\\b${name}=(\\d+)`))?.[1];
  const options = [
    option("MSS") ? `mss ${option("MSS")}` : "",
    option("TSval") ? `TS val ${option("TSval")} ecr ${option("TSecr") ?? 0}` : "",
    line.includes("SACK_PERM") ? "sackOK" : "",
  ];
  return {
    source: words[isBack ? other : at]!,
    destination: words[isBack ? at : other]!,
    ports: [pastedPort(from!), pastedPort(to!)],
    ttl: 0,
    seq: Number(seq) >>> 0,
    ack: Number(ack ?? 0) >>> 0,
    flags: flags!.split(", ").reduce((sum, name) => sum | (NAMES[name] ?? 0), 0),
    window: Number(window ?? 0),
    length: Number(length ?? 0),
    options: options.join(", "),
  };
}
