/**
 * The trace of two captures, which were taken at both ends of the same connections (`trace -r A -r B`).
 *
 * @module
 */
import { HexDumpError, hintForFile } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { nameOfInput, readBytes } from "../cli/byte_source.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { formatJson } from "../cli/json.ts";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import type { Filter } from "../packet/filter.ts";
import { wholePackets } from "../packet/whole_packets.ts";
import {
  type Clocks,
  mergeCaptures,
  type NotMerged,
  type OneCapture,
  type Translation,
} from "../tcp/merge.ts";
import type { Flight, PassingSegment } from "../tcp/passage.ts";
import { portOf, type Segment, segmentOf } from "../tcp/segment.ts";
import { count } from "../text/units.ts";
import { clocksRecord } from "./clocks_record.ts";
import { filtered, filterOf } from "./filter.ts";
import { printLines } from "./lines.ts";
import { conclude, noSegments } from "./read.ts";
import { type Output, type RecordablePacket, viewFor } from "./view.ts";
import { listed, t } from "../text/messages.ts";

/** The most segments of one capture: all of them are held in memory. */
const MAX_SEGMENTS = 1_000_000;

/** A capture that was read, as far as it could be. */
interface ReadCapture extends OneCapture {
  readonly name: string;
  readonly packets: number;
  readonly failure: UserError | null;
}

/**
 * Shows the connections that are in both captures, of `port` or of every port if `null`; resolves to the
 * exit code.
 *
 * @throws {UserError} If one cannot be read, or if they do not go together.
 */
export async function traceBothEnds(
  paths: readonly [string, string],
  port: number | null,
  output: Output,
  io: Io,
): Promise<number> {
  // A filter for each: it keeps the times of its capture.
  const kept = output.recording ? new KeptPackets() : null;
  const read = async (path: string) =>
    await readWhole(path, port, { filter: await filterOf(output.options.filter), kept }, io);
  const [one, other] = [await read(paths[0]), await read(paths[1])];
  const names = [one.name, other.name] as const;
  for (const { name, segments, packets, failure } of [one, other]) {
    if (segments.length > 0) continue;
    const { filter } = output.options;
    throw failure ?? noSegments(name, port, filter, count(packets, "packet"));
  }
  const merged = mergeCaptures([one, other], port);
  if (typeof merged === "string") throw failed(describeFailure(merged, names));
  const { options } = output;
  for (const clocks of merged.clocks) {
    if (options.json) await print(io.stdout, `${formatJson(clocksRecord(clocks))}\n`);
    else for (const line of describeClocks(clocks, names)) await sayFolded(io, line);
  }
  const translation = describeTranslations(
    merged.translations,
    names[merged.clocks[0]!.captures[1]]!,
  );
  if (translation !== null) await sayFolded(io, translation);
  if (merged.left > 0) {
    await sayFolded(
      io,
      t`${count(merged.left, "connection")} of other hosts left out: only one capture has them`,
    );
  }
  const view = viewFor(output, port, () => true, io);
  const maker = {
    get isHolding() {
      return view.isHolding;
    },
    consume: (passing: PassingSegment) =>
      view.follow(passing.segment, passing.passage, kept?.packetOf(passing) ?? null),
    rest: (isLong: boolean) => view.rest(isLong),
    finish: () => view.finish(),
  };
  const { count: most } = options;
  const isEnough = () => io.stop.aborted || (most !== null && view.finished >= most);
  await printLines(merged.segments, maker, io.stdout, { isEnough, collects: true });
  io.stop.throwIfAborted();
  const failure = one.failure ?? other.failure;
  if (failure) throw failure;
  await conclude(view, listed(names, "and"), port, options, io);
  return EXIT.ok;
}

/** The packets of both captures, for a page, with the passages of their segments. */
class KeptPackets {
  readonly #packets: CapturedPacket[] = [];
  readonly #flights = new Map<Flight, number>();

  /** Keeps a packet; returns its segment with a number that no segment of the other capture has. */
  keep({ time, linkType, bytes, length }: CapturedPacket, segment: Segment): Segment {
    const number = this.#packets.length + 1;
    this.#packets.push({ number, time, linkType, bytes: bytes.slice(), length });
    return { ...segment, number };
  }

  /** Returns the packet of a part of a passage, at the time of that. */
  packetOf({ segment, passage: { leg, flight } }: PassingSegment): RecordablePacket {
    const { number, time, source, destination } = segment;
    const place = this.#flights.get(flight) ?? this.#flights.size + 1;
    this.#flights.set(flight, place);
    const passage = { ...flight, leg, flight: place, source, destination };
    return { ...this.#packets[number - 1]!, time, passage };
  }
}

function failed(message: string): UserError {
  return new UserError(message, { exit: EXIT.failed });
}

/** Reads a capture to its end, or to where it is damaged: the packets that `filter` wants. */
async function readWhole(
  path: string,
  port: number | null,
  { filter, kept }: { readonly filter: Filter | null; readonly kept: KeptPackets | null },
  io: Io,
): Promise<ReadCapture> {
  const name = nameOfInput(path);
  const segments: Segment[] = [];
  const parseText = async (text: string) =>
    (await import("./packet_list.ts")).parsePacketList(text)?.packets ?? null;
  let [packets, first, last] = [0, 0n, 0n];
  let failure: UserError | null = null;
  try {
    const all = wholePackets(readPackets(readBytes(path, io), { parseText }));
    for await (const packet of filtered(all, filter)) {
      io.stop.throwIfAborted();
      if (packets++ === 0) first = last = packet.time;
      if (packet.time < first) first = packet.time;
      if (packet.time > last) last = packet.time;
      const segment = segmentOf(packet);
      if (segment === null || !isAt(port, segment)) continue;
      segments.push(kept?.keep(packet, segment) ?? segment);
      if (segments.length > MAX_SEGMENTS) {
        throw failed(t`${name} has more than ${MAX_SEGMENTS} segments: name a port, or cut it`);
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = new UserError(t`cannot read ${name}: ${error.message}`, {
      exit: EXIT.failed,
      hint: hintForFile(error),
    });
  }
  return { name, segments, packets, span: { first, last }, failure };
}

function isAt(port: number | null, { source, destination }: Segment): boolean {
  return port === null || portOf(source) === port || portOf(destination) === port;
}

function describeFailure(reason: NotMerged, [one, other]: readonly [string, string]): string {
  switch (reason) {
    case "nothing in common":
      return t`no connection is in both ${one} and ${other}`;
    case "one-sided":
      return t`${one} and ${other} have segments of one direction only in common: they do not
        tell the offset of the clocks`;
    case "one place":
      return t`${one} and ${other} were taken at one place: what both have takes the same time in
        both directions; read one of them`;
    case "set":
      return t`the clocks of ${one} and ${other} do not go together: one was set during the
        capture`;
  }
}

/** Returns where the captures were taken, and how far their clocks are apart. */
function describeClocks(
  { hosts, captures, offset, uncertainty, drift }: Clocks,
  names: readonly [string, string],
): string[] {
  const [near, far] = captures.map((capture) => names[capture]!);
  const gains = drift === 0
    ? ""
    : drift > 0
    ? t`, and gains ${ppm(drift)} ppm`
    : t`, and loses ${ppm(drift)} ppm`;
  const away = formatOffset(Number(offset < 0n ? -offset : offset));
  const error = formatOffset(uncertainty);
  return [
    t`${near} is from ${hosts[0]}, ${far} from ${hosts[1]}`,
    offset < 0n
      ? t`the clock at ${hosts[1]} is ${away} behind (± ${error})${gains}`
      : t`the clock at ${hosts[1]} is ${away} ahead (± ${error})${gains}`,
  ];
}

function ppm(drift: number): string {
  return Math.abs(drift * 1e6).toFixed(1);
}

/** Returns nanoseconds in milliseconds, or in seconds where they are many. */
function formatOffset(nanoseconds: number): string {
  return nanoseconds < 10e9
    ? t`${(nanoseconds / 1e6).toFixed(3)} ms`
    : `${(nanoseconds / 1e9).toFixed(6)} s`;
}

/** Returns what an address translation has changed; `null` for nothing. */
function describeTranslations(all: readonly Translation[], far: string): string | null {
  const [first] = all;
  if (first === undefined) return null;
  const others = all.length === 1 ? "" : t`, and ${count(all.length - 1, "other")} likewise`;
  return t`${first.near.join(" → ")} is ${first.far.join(" → ")} in ${far}${others}: an address
    translation (NAT) is between`;
}
