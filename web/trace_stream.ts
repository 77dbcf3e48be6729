/**
 * A recording as server-sent events (https://html.spec.whatwg.org/, section 9.2): the list of connections
 * as it changes, and the packets of one of them.
 *
 * Each event has the position behind it as its identifier, which the page sends back when it connects
 * again (`after`), and an `EventSource` by itself (`Last-Event-ID`); so one that was away gets what it has
 * missed, and nothing twice.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { type Writable, writeAll } from "../net/stream.ts";
import { formatPacket } from "./packet_text.ts";
import type { Recording } from "./recording.ts";

/** The facts about a recording that a page is told first. */
export interface RecordingFacts {
  /** The name of the file, or of the interface and port. */
  readonly title: string;
  /** Whether it is captured now. */
  readonly live: boolean;
  /** The reason why nothing is captured, and the command that helps; `null` if there is none. */
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

/** A request for events. */
export interface EventRequest {
  /** The number of the connection whose packets are wanted; `null` for none. */
  readonly connection: number | null;
  /** The identifier of the last event that was received; `null` for none. */
  readonly last: string | null;
  /** Ends the stream. */
  readonly stop: AbortSignal;
  /** Milliseconds of silence after which it shows that it is there; 15 s if not given, as HTML advises. */
  readonly silence?: number;
}

/** Milliseconds until an `EventSource` connects again. */
const RETRY = 2000;

/** Milliseconds in which changes are collected before they are sent: a person sees ten a second. */
const PACE = 100;

/** Rows and packets in one event. */
const [ROWS, PACKETS] = [200, 200];

const encoder = new TextEncoder();

/**
 * Writes what changes in `recording` to `channel` until the request is over; then an event `stop`. Rejects
 * as the channel does.
 */
export async function writeRecording(
  channel: Writable,
  recording: Recording,
  facts: () => RecordingFacts,
  { connection, last, stop, silence = 15_000 }: EventRequest,
): Promise<void> {
  const write = (text: string) => writeAll(channel, encoder.encode(text));
  const position = positionOf(last, recording.run);
  const send = (event: string, data: unknown) => {
    const id = `${recording.run}.${position.change}.${position.packet}`;
    return write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const aborted = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });
  await write(`retry: ${RETRY}\n`);
  await send("start", { run: recording.run, ...facts() });
  let told: string | null = null;
  while (!stop.aborted) {
    const before = recording.changes;
    for (;;) {
      const { rows, position: behind } = recording.rowsSince(position.change, ROWS);
      position.change = behind;
      if (rows.length > 0) await send("rows", { rows, size: recording.size, left: recording.left });
      if (rows.length < ROWS || stop.aborted) break;
    }
    while (connection !== null && !stop.aborted) {
      const packets = recording.packetsOf(connection, position.packet, PACKETS);
      if (packets.length === 0) break;
      const from = position.packet;
      position.packet += packets.length;
      await send("packets", { connection, from, packets: packets.map(formatPacket) });
    }
    const state = JSON.stringify({ complete: recording.isComplete, ...facts() });
    if (state !== told) await send("state", { complete: recording.isComplete, ...facts() });
    told = state;
    if (recording.changes !== before) continue;
    const changed = Promise.race([recording.changedSince(before), aborted]);
    while (await isSilent(changed, silence)) await write(":\n\n");
    await delay(PACE, { signal: stop }).catch(() => {}); // it is over
  }
  await write("event: stop\ndata:\n\n");
}

/** Resolves to whether `changed` takes longer than these milliseconds. */
async function isSilent(changed: Promise<void>, milliseconds: number): Promise<boolean> {
  const settled = new AbortController();
  const silence = delay(milliseconds, { signal: settled.signal }).then(() => true, () => false);
  const isChanged = changed.then(() => false);
  const isLong = await Promise.race([isChanged, silence]);
  settled.abort();
  return isLong;
}

/** Returns the position that the identifier of an event tells, the beginning for one of another recording. */
function positionOf(last: string | null, run: string): { change: number; packet: number } {
  const [, of, change, packet] = last?.match(/^([\d-]{1,40})\.(\d{1,15})\.(\d{1,15})$/) ?? [];
  if (of !== run) return { change: 0, packet: 0 };
  return { change: Number(change), packet: Number(packet) };
}
