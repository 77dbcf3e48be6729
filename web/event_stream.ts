/**
 * The traffic of a server as server-sent events (https://html.spec.whatwg.org/, section 9.2), for a
 * page that shows it.
 *
 * @module
 */
import { type Channel, writeAll } from "../net/stream.ts";
import { INTERVAL, LISTENERS, SAMPLES, type Traffic } from "./stats.ts";

/** The content of a stream of events. */
export interface EventStreamOptions {
  /** The counts that are shown. */
  readonly traffic: Traffic;
  /** The address of the listener for sockets, for people. */
  readonly address: string;
  /** The protocol of that listener: `TCP`, `TLS`, `Unix`. */
  readonly protocol: string;
  /** Ends it. */
  readonly stop: AbortSignal;
  /** Returns the number of the page's own connection, `null` if it has none. */
  readonly own: () => number | null;
  /** Whether the server is to stop. */
  readonly draining: () => boolean;
}

const encoder = new TextEncoder();

/** Milliseconds until a browser connects again. */
const RETRY = 2000;

/**
 * Writes an event to `channel` for each sample until `stop`, and then an event `stop`. A reader that is
 * slow misses samples and nothing else: there is one event at most on its way.
 *
 * Rejects as the channel does.
 */
export async function writeEvents(
  channel: Pick<Channel, "write">,
  { traffic, address, protocol, stop, own, draining }: EventStreamOptions,
): Promise<void> {
  const write = (text: string) => writeAll(channel, encoder.encode(text));
  const { samples } = traffic;
  const settings = { interval: INTERVAL, capacity: SAMPLES, samples, address, protocol };
  await write(`retry: ${RETRY}\nevent: start\ndata: ${JSON.stringify(settings)}\n\n`);
  let shown = "";
  while (!stop.aborted) {
    const rows = JSON.stringify(traffic.rows());
    const state = JSON.stringify({
      now: Date.now(),
      draining: draining(),
      own: own(),
      sample: traffic.samples.at(-1) ?? null,
      ...Object.fromEntries(LISTENERS.map((listener) => [listener, sumsOf(traffic, listener)])),
    });
    await write(`data: ${state}\n\n${rows === shown ? "" : `event: rows\ndata: ${rows}\n\n`}`);
    shown = rows;
    await traffic.next();
  }
  await write("event: stop\ndata:\n\n");
}

function sumsOf(traffic: Traffic, listener: typeof LISTENERS[number]): Record<string, number> {
  const { open, accepted, received, sent } = traffic.sums[listener];
  return { open, accepted, received, sent };
}
