/**
 * The flights of one direction of a connection: what one host has sent, paired with what has arrived at
 * the other.
 *
 * @module
 */
import type { Fate, Flight } from "./passage.ts";
import { endOf, FLAG, isSpan, type Segment } from "./segment.ts";
import { advance, isBefore, Ranges } from "./sequence.ts";

/** A segment with its flight. */
export interface FlownSegment {
  /** The segment, as its sender's capture has it, if it has it. */
  readonly segment: Segment;
  /** Its flight. */
  readonly flight: Flight;
}

/** The segments of one direction in both captures, in order of time, all times on one clock. */
export interface Direction {
  /** The segments captured at the sender. */
  readonly sent: readonly Segment[];
  /** The segments captured at the receiver. */
  readonly arrived: readonly Segment[];
  /** The acknowledgments that the receiver has sent, as they were captured there. */
  readonly acks: readonly Segment[];
  /** From when to when each capture lasted: at the sender, at the receiver. */
  readonly spans: readonly [TimeSpan, TimeSpan];
}

/** A span of time. */
export interface TimeSpan {
  /** Its beginning, in nanoseconds since 1970. */
  readonly first: bigint;
  /** Its end. */
  readonly last: bigint;
}

/** A text that is the same for the same segment in both captures, whatever happens to IP on the way. */
export function signatureOf({ seq, ack, flags, length, window, options }: Segment): string {
  const { timestamp } = options;
  const clock = timestamp === null ? "" : `${timestamp.value} ${timestamp.echo}`;
  return `${seq} ${ack} ${flags & ~FLAG.psh} ${length} ${window} ${clock}`;
}

/** Returns all flights of a direction. */
export function flightsOf(direction: Direction): FlownSegment[] {
  const whole = pair(direction.sent, direction.arrived, signatureOf);
  const cut = cutAlike(whole.sent, whole.arrived);
  const pieces = pair(cut.sent, cut.arrived, pieceSignatureOf);
  const flown = [...whole.pairs, ...pieces.pairs].map(([sent, arrived]) => flight(sent, arrived));
  const [left, late] = [uncut(pieces.sent, cut.from), uncut(pieces.arrived, cut.from)];
  const here = rangesOf(direction.arrived);
  const there = rangesOf(direction.sent);
  const acked = direction.acks.reduce<number | null>(
    (most, { flags, ack }) =>
      flags & FLAG.ack && (most === null || isBefore(most, ack)) ? ack : most,
    null,
  );
  for (const segment of left) {
    const isKnown = isWithin(direction.spans[1], segment.time);
    const isTaken = isSpan(segment) && acked !== null && !isBefore(acked, endOf(segment)) &&
      !here.has(segment);
    flown.push(flight(segment, null, isTaken ? "missed" : isKnown ? "lost" : "unknown"));
  }
  const known = new Set(direction.sent.map(signatureOf));
  for (const segment of late) {
    const isDoubled = known.has(signatureOf(segment));
    const isMissed = isSpan(segment) && there.isPassed(segment);
    const isKnown = isWithin(direction.spans[0], segment.time);
    flown.push(
      flight(
        null,
        segment,
        isDoubled ? "doubled" : isMissed ? "missed" : isKnown ? "foreign" : "unknown",
      ),
    );
  }
  return flown;
}

function flight(
  sent: Segment | null,
  arrived: Segment | null,
  fate: Fate = "arrived",
): FlownSegment {
  return {
    segment: (sent ?? arrived)!,
    flight: { fate, sent: sent?.time ?? null, arrived: arrived?.time ?? null },
  };
}

function isWithin({ first, last }: TimeSpan, time: bigint): boolean {
  return time >= first && time <= last;
}

/** Segments in pairs, and those that are left. */
interface Pairing {
  readonly pairs: readonly (readonly [sent: Segment, arrived: Segment])[];
  readonly sent: readonly Segment[];
  readonly arrived: readonly Segment[];
}

/** Pairs what was sent with what has arrived behind it. */
function pair(
  sent: readonly Segment[],
  arrived: readonly Segment[],
  nameOf: (segment: Segment) => string,
): Pairing {
  const waiting = Map.groupBy(sent, nameOf);
  const pairs: [Segment, Segment][] = [];
  const late: Segment[] = [];
  for (const [name, copies] of Map.groupBy(arrived, nameOf)) {
    const left = pairById(waiting.get(name) ?? [], copies, pairs);
    waiting.set(name, pairByTime(left.sent, left.arrived, pairs, late));
  }
  return { pairs, sent: [...waiting.values()].flat(), arrived: late };
}

/** Pairs copies by the identification of IPv4, where the sender counts it; returns those that are left. */
function pairById(
  sent: readonly Segment[],
  arrived: readonly Segment[],
  pairs: [Segment, Segment][],
): Pick<Pairing, "sent" | "arrived"> {
  const byId = new Map<number, Segment>();
  for (const each of sent) if (each.id && !byId.has(each.id)) byId.set(each.id, each);
  const used = new Set<Segment>();
  const rest = arrived.filter((copy) => {
    const own = byId.get(copy.id ?? 0);
    if (own === undefined || used.has(own) || own.time > copy.time) return true;
    used.add(own);
    pairs.push([own, copy]);
    return false;
  });
  return { sent: sent.filter((each) => !used.has(each)), arrived: rest };
}

/** Pairs each copy with the last one sent before it; returns what was sent and is left. */
function pairByTime(
  sent: readonly Segment[],
  arrived: readonly Segment[],
  pairs: [Segment, Segment][],
  late: Segment[],
): Segment[] {
  const open: Segment[] = [];
  let next = 0;
  for (const copy of arrived) {
    while (next < sent.length && sent[next]!.time <= copy.time) open.push(sent[next++]!);
    const own = open.pop();
    if (own) pairs.push([own, copy]);
    else late.push(copy);
  }
  return [...open, ...sent.slice(next)];
}

/** Payload that was cut at the same places in both captures. */
interface Cut {
  readonly sent: readonly Segment[];
  readonly arrived: readonly Segment[];
  /** The whole of each piece. */
  readonly from: ReadonlyMap<Segment, Segment>;
}

/**
 * Cuts payload at the borders of the other capture: offload of the sender's network card sends several
 * segments as one, that of the receiver's joins them.
 */
function cutAlike(sent: readonly Segment[], arrived: readonly Segment[]): Cut {
  const from = new Map<Segment, Segment>();
  const borders = (segments: readonly Segment[]) => {
    const byClock = new Map<number | null, Set<number>>();
    for (const segment of segments.filter(({ length }) => length > 0)) {
      const clock = segment.options.timestamp?.value ?? null;
      const known = byClock.get(clock) ?? new Set();
      byClock.set(clock, known.add(segment.seq).add(advance(segment.seq, segment.length)));
    }
    return new Map([...byClock].map(([clock, numbers]) => [clock, [...numbers].sort(compare)]));
  };
  const cut = (segments: readonly Segment[], at: ReadonlyMap<number | null, readonly number[]>) =>
    segments.flatMap((segment) => {
      const pieces = piecesOf(segment, at.get(segment.options.timestamp?.value ?? null) ?? []);
      if (pieces.length > 1) { for (const piece of pieces) from.set(piece, segment); }
      return pieces;
    });
  return { sent: cut(sent, borders(arrived)), arrived: cut(arrived, borders(sent)), from };
}

/** The order of sequence numbers that are near each other. */
function compare(one: number, other: number): number {
  return (one - other) | 0;
}

function piecesOf(segment: Segment, borders: readonly number[]): Segment[] {
  const end = advance(segment.seq, segment.length);
  let low = 0;
  for (let high = borders.length; low < high;) {
    const middle = (low + high) >> 1;
    if (isBefore(segment.seq, borders[middle]!)) high = middle;
    else low = middle + 1;
  }
  const pieces: Segment[] = [];
  let start = segment.seq;
  for (; low < borders.length && isBefore(borders[low]!, end); low++) {
    pieces.push(partOf(segment, start, borders[low]!, false));
    start = borders[low]!;
  }
  return pieces.length === 0 ? [segment] : [...pieces, partOf(segment, start, end, true)];
}

function partOf(segment: Segment, start: number, end: number, isLast: boolean): Segment {
  const before = (start - segment.seq) >>> 0;
  const length = (end - start) >>> 0;
  return {
    ...segment,
    seq: start,
    length,
    flags: isLast ? segment.flags : segment.flags & ~(FLAG.fin | FLAG.psh),
    id: null,
    data: segment.data.subarray(before, before + length),
  };
}

/** Flags that a segment keeps when it is cut or joined; others are those of the first or the last piece. */
const KEPT = FLAG.fin | FLAG.syn | FLAG.rst;

/** The signature of a piece, or of a segment that was not cut. */
function pieceSignatureOf({ seq, ack, flags, length, window, options }: Segment): string {
  return `${seq} ${ack} ${flags & KEPT} ${length} ${window} ${options.timestamp?.value}`;
}

/** Returns segments with the pieces together again of which none has a pair. */
function uncut(pieces: readonly Segment[], from: ReadonlyMap<Segment, Segment>): Segment[] {
  const counts = new Map<Segment, number>();
  for (const whole of from.values()) counts.set(whole, (counts.get(whole) ?? 0) + 1);
  const left = Map.groupBy(pieces, (piece) => from.get(piece) ?? piece);
  return [...left].flatMap(([whole, own]) => own.length === counts.get(whole) ? [whole] : own);
}

/** The numbers that a capture has. */
class Numbers {
  readonly #ranges = new Ranges();
  #end: number | null = null;

  add(segment: Segment): void {
    const end = endOf(segment);
    this.#ranges.add(segment.seq, end);
    if (this.#end === null || isBefore(this.#end, end)) this.#end = end;
  }

  /** Whether all numbers of `segment` are there. */
  has(segment: Segment): boolean {
    return this.#ranges.covers(segment.seq, endOf(segment));
  }

  /** Whether some numbers of `segment` are not there, but later ones are. */
  isPassed(segment: Segment): boolean {
    return !this.has(segment) && this.#end !== null && isBefore(endOf(segment), this.#end);
  }
}

function rangesOf(segments: readonly Segment[]): Numbers {
  const numbers = new Numbers();
  for (const segment of segments) {
    if (isSpan(segment) && !(segment.flags & FLAG.rst)) numbers.add(segment);
  }
  return numbers;
}
