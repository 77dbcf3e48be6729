/**
 * Lines of tcpdump about TCP segments, of any version.
 *
 * @module
 */
import { FLAG } from "../tcp/segment.ts";
import { pastedPort, type PastedSegment } from "./pasted_packet.ts";
import type { AbsoluteNumbers } from "./pasted_numbers.ts";

/** The flags by the letters of tcpdump; a full stop is ACK. */
const LETTERS: Readonly<Record<string, number>> = {
  F: FLAG.fin,
  S: FLAG.syn,
  R: FLAG.rst,
  P: FLAG.psh,
  ".": FLAG.ack,
};

/** Whether `line` is one of tcpdump about a TCP segment. */
export function isTcpdumpLine(line: string): boolean {
  return line.includes(": Flags [") || OLD.test(line);
}

/**
 * The part of a line before version 4: `S 100:100(0) ack 1 win 512 <mss 1460>`; the port stands before it, or
 * the name of one.
 */
const OLD =
  / > [\w.:-]{1,64}: ([SFPRWE]{1,6}\.?|\.) (?:\[[\w ]{1,24}\] )?(?=\d{1,10}:\d{1,10}\(\d|ack \d|win \d)/;

/** Returns the segment of a line of tcpdump; `null` if it is not understood. */
export function tcpdumpLine(
  line: string,
  words: readonly string[],
  numbers: AbsoluteNumbers,
): PastedSegment | null {
  const old = line.match(OLD);
  const at = old ? words.indexOf(">") + 2 : words.indexOf("Flags");
  const [from, arrow, to] = words.slice(at - 3, at);
  if (arrow !== ">") return null;
  const [source, port] = endpointOf(from!);
  const [destination, otherPort] = endpointOf(to!.replace(/:$/, ""));
  const told = old ? oldFields(line.slice(old.index), old[1]!) : newFields(line);
  const { seq, ack, flags, length, hasSeq } = told;
  return {
    source,
    destination,
    ports: [port, otherPort],
    ttl: Number(line.match(/\b(?:ttl|hlim) (\d{1,3})\b/)?.[1] ?? 0),
    ...numbers.of(
      `${source} ${port}`,
      `${destination} ${otherPort}`,
      { seq, ack, flags, length },
      hasSeq,
    ),
    flags,
    window: told.window,
    length,
    options: told.options,
  };
}

/** The fields that a line tells. */
interface LineFields {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly length: number;
  readonly options: string;
  readonly hasSeq: boolean;
}

function flagsOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum | (LETTERS[letter] ?? 0), 0);
}

function newFields(line: string): LineFields {
  let tail = line.slice(line.indexOf("Flags ["));
  const payload = tail.match(/, length (\d+)/);
  tail = tail.slice(0, payload?.index ?? tail.length);
  const number = (pattern: RegExp) => Number(tail.match(pattern)?.[1] ?? 0);
  const letters = tail.match(/^Flags \[([^\]]*)\]/)?.[1] ?? "";
  const ranged = tail.match(/\bseq (\d+):(\d+)/);
  return {
    seq: number(/\bseq (\d+)/),
    ack: number(/\back (\d+)/),
    // Versions up to 4.2 wrote none for a segment with nothing but ACK.
    flags: flagsOf(letters === "none" ? "" : letters),
    window: number(/\bwin (\d+)/),
    length: payload ? Number(payload[1]) : ranged ? Number(ranged[2]) - Number(ranged[1]) : 0,
    options: tail.match(/\boptions \[([^[\]]*)\]/)?.[1] ?? "",
    hasSeq: /\bseq \d/.test(tail),
  };
}

function oldFields(tail: string, letters: string): LineFields {
  const range = tail.match(/ (\d+):(\d+)\((\d+)\)/);
  const ack = tail.match(/ ack (\d+)/);
  const isAck = ack ? FLAG.ack : 0;
  return {
    seq: Number(range?.[1] ?? 0),
    ack: Number(ack?.[1] ?? 0),
    flags: flagsOf(letters.replace(".", "")) | isAck,
    window: Number(tail.match(/ win (\d+)/)?.[1] ?? 0),
    length: Number(range?.[3] ?? 0),
    options: (tail.match(/<([^<>]*)>/)?.[1] ?? "").replace(
      /timestamp (\d+) (\d+)/,
      "TS val $1 ecr $2",
    ),
    hasSeq: range !== null,
  };
}

/** Returns address and port of `192.0.2.1.80` or `192.0.2.1.http`; `NaN` for a name that is not known. */
function endpointOf(text: string): [address: string, port: number] {
  const at = text.lastIndexOf(".");
  return [text.slice(0, at), pastedPort(text.slice(at + 1))];
}
