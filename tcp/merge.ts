/**
 * Two captures of the same connections, taken at both of their ends, merged: what each segment was at both,
 * in an order in which nothing arrives before it was sent.
 *
 * @module
 */
import { sidesOf } from "./belonging.ts";
import {
  type ClockOffset,
  estimateOffset,
  type NoOffset,
  onFirstClock,
  onSecondClock,
  type Sample,
} from "./clock_offset.ts";
import { type Flow, flowsOf, renamedOf } from "./flows.ts";
import { flightsOf, type FlownSegment, signatureOf, type TimeSpan } from "./flights.ts";
import type { PassingSegment } from "./passage.ts";
import { FLAG, hostAddressOf, type Segment } from "./segment.ts";
import { compareTimes, inTurn } from "./turns.ts";

/** One of both captures. */
export interface OneCapture {
  /** Its segments in their order. */
  readonly segments: readonly Segment[];
  /** From its first to its last packet. */
  readonly span: TimeSpan;
}

/** The clocks of both captures, told by the connections between two hosts. */
export interface Clocks {
  /** The hosts; the first one is the client of their first connection. */
  readonly hosts: readonly [string, string];
  /** The capture, 0 or 1, that was taken at each host, or nearer to it. */
  readonly captures: readonly [number, number];
  /** Nanoseconds that the clock at the second host is ahead of that at the first one. */
  readonly offset: bigint;
  /** It may be so many nanoseconds more or less. */
  readonly uncertainty: number;
  /** Nanoseconds that it gains in each; 0 if one offset fits all. */
  readonly drift: number;
}

/** A connection whose addresses or ports are others in the other capture. */
export interface Translation {
  /** Client and server in the capture nearer to the client. */
  readonly near: readonly [string, string];
  /** The same in the other one. */
  readonly far: readonly [string, string];
}

/** Two captures in one. */
export interface Merged {
  /** All segments in the order in which they were sent and have arrived, on the clock of the first client. */
  readonly segments: readonly PassingSegment[];
  /** The clocks, for each two hosts. */
  readonly clocks: readonly Clocks[];
  /** The connections with other addresses in the other capture. */
  readonly translations: readonly Translation[];
  /** The number of address pairs with ports that are left out: only one capture has them. */
  readonly left: number;
}

/** The reason for which two captures cannot be merged. */
export type NotMerged = NoOffset | "nothing in common";

/** The flows between two hosts, and the offset that they tell. */
interface HostPair {
  readonly hosts: readonly [string, string];
  readonly flows: readonly Flow[];
  readonly samples: number;
  readonly offset: ClockOffset | NoOffset;
}

/**
 * Returns two captures as one; the order in which they are given does not matter.
 *
 * @param server The port of the server; `null` if unknown.
 */
export function mergeCaptures(
  captures: readonly [OneCapture, OneCapture],
  server: number | null = null,
): Merged | NotMerged {
  const isSwapped = isBehind(captures[0], captures[1]);
  const [first, second] = isSwapped ? [captures[1], captures[0]] : captures;
  const flows = flowsOf(first.segments, second.segments);
  const pairs = [...Map.groupBy(flows, ({ ends }) => hostsOf(ends).sort().join(" ")).values()]
    .map(hostPairOf).sort((one, other) => other.samples - one.samples);
  const good = pairs.filter((pair) => typeof pair.offset !== "string");
  if (good.length === 0) {
    const common = pairs.find(({ samples }) => samples > 0);
    return common === undefined ? "nothing in common" : common.offset as NoOffset;
  }
  const clocks = good.map((pair) => clocksOf(pair, server));
  const base = clocks[0]!.captures[0];
  const segments: PassingSegment[] = [];
  for (const [i, { flows, offset }] of good.entries()) {
    const spans = [first.span, second.span] as const;
    for (const flow of flows) {
      const turns = turnsOf(flow, {
        clocks: clocks[i]!,
        offset: offset as ClockOffset,
        base,
        spans,
      });
      for (const turn of turns) segments.push(turn);
    }
  }
  segments.sort((one, other) => compareTimes(one.segment.time, other.segment.time));
  const fileOf = (capture: number) => isSwapped ? 1 - capture : capture;
  return {
    segments,
    clocks: clocks.map((each) => ({
      ...each,
      captures: [fileOf(each.captures[0]), fileOf(each.captures[1])],
    })),
    translations: good.flatMap(({ flows }, i) =>
      flows.flatMap((flow) => translationOf(flow, clocks[i]!, server))
    ),
    left: pairs.filter(({ offset }) => typeof offset === "string")
      .reduce((sum, pair) => sum + pair.flows.length, 0),
  };
}

/** Whether the first of two captures is the second one in an order of their own. */
function isBehind(one: OneCapture, other: OneCapture): boolean {
  const byTime = compareTimes(one.span.first, other.span.first) ||
    compareTimes(one.span.last, other.span.last);
  return (byTime || one.segments.length - other.segments.length) > 0;
}

function hostsOf(ends: readonly [string, string]): [string, string] {
  return [hostAddressOf(ends[0]), hostAddressOf(ends[1])];
}

/** Returns the flows between two hosts with the offset that they tell. */
function hostPairOf(flows: readonly Flow[]): HostPair {
  const hosts = hostsOf(flows[0]!.ends).sort() as [string, string];
  const [forth, back]: [Sample[], Sample[]] = [[], []];
  for (const { ends, captures: [here, there] } of flows) {
    const [ours, theirs] = [uniqueIn(here), uniqueIn(there)];
    const isForth = hostAddressOf(ends[0]) === hosts[0];
    for (const [name, segment] of ours) {
      const twin = theirs.get(name);
      if (twin === undefined) continue;
      const list = (segment.source === ends[0]) === isForth ? forth : back;
      list.push({ time: segment.time, other: twin.time });
    }
  }
  return { hosts, flows, samples: forth.length + back.length, offset: estimateOffset(forth, back) };
}

/** Returns the segments by their signatures, without those that are there several times. */
function uniqueIn(segments: readonly Segment[]): Map<string, Segment> {
  const found = new Map<string, Segment>();
  const again = new Set<string>();
  for (const segment of segments) {
    const name = `${segment.source} ${signatureOf(segment)}`;
    if (found.has(name)) again.add(name);
    found.set(name, segment);
  }
  for (const name of again) found.delete(name);
  return found;
}

/** Returns client and server of a flow. */
function clientOf(
  { captures: [here, there] }: Flow,
  server: number | null,
): readonly [string, string] {
  const all = [...here.slice(0, 1), ...there.slice(0, 1)];
  const syn = all.find(({ flags }) => flags & FLAG.syn);
  return sidesOf(syn ?? all[0]!, server);
}

function clocksOf({ hosts, flows, offset }: HostPair, server: number | null): Clocks {
  const known = offset as ClockOffset;
  const common = flows.find(({ captures: [here, there] }) => here.length > 0 && there.length > 0)!;
  const isClientFirst = hostAddressOf(clientOf(common, server)[0]) === hosts[0];
  const near = known.isFirstNearer === isClientFirst ? 0 : 1;
  return {
    hosts: isClientFirst ? hosts : [hosts[1], hosts[0]],
    captures: [near, 1 - near],
    offset: near === 0 ? known.offset : -known.offset,
    uncertainty: known.uncertainty,
    drift: near === 0 ? known.drift : 1 / (1 + known.drift) - 1,
  };
}

/** The place of a flow between both captures. */
interface Place {
  readonly clocks: Clocks;
  readonly offset: ClockOffset;
  /** The capture whose clock is that of all. */
  readonly base: number;
  readonly spans: readonly [TimeSpan, TimeSpan];
}

function turnsOf(flow: Flow, { clocks, offset, base, spans }: Place): PassingSegment[] {
  const clock = (capture: number) => (time: bigint): bigint =>
    capture === base ? time : base === 0 ? onFirstClock(time, offset) : onSecondClock(time, offset);
  const timed = flow.captures.map((segments, capture) => {
    const onBase = clock(capture);
    return segments.map((each) => ({ ...each, time: onBase(each.time) }));
  });
  const lasted = spans.map(({ first, last }, capture): TimeSpan => {
    const onBase = clock(capture);
    return { first: onBase(first), last: onBase(last) };
  });
  const flown = ([0, 1] as const).map((side): FlownSegment[] => {
    const source = flow.ends[side];
    const near = clocks.captures[hostAddressOf(source) === clocks.hosts[0] ? 0 : 1];
    const [own, other] = [timed[near]!, timed[1 - near]!];
    return flightsOf({
      sent: own.filter((each) => each.source === source),
      arrived: other.filter((each) => each.source === source),
      acks: other.filter((each) => each.source !== source),
      spans: [lasted[near]!, lasted[1 - near]!],
    });
  });
  const turns = inTurn(flown[0]!, flown[1]!);
  const { others } = flow;
  if (others === null || clocks.captures[0] === 0) return turns;
  return turns.map(({ segment, passage }) => ({
    segment: renamedOf(segment, flow.ends, others),
    passage,
  }));
}

function translationOf(flow: Flow, clocks: Clocks, server: number | null): Translation[] {
  if (flow.others === null) return [];
  const isForth = clientOf(flow, server)[0] === flow.ends[0];
  const sides = [flow.ends, flow.others].map(([one, other]): [string, string] =>
    isForth ? [one, other] : [other, one]
  );
  const near = clocks.captures[0];
  return [{ near: sides[near]!, far: sides[1 - near]! }];
}
