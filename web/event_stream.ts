/**
 * The traffic of a server as server-sent events (https://html.spec.whatwg.org/, section 9.2), for a
 * page that shows it.
 *
 * @module
 */
import { type Channel, writeAll } from "../net/stream.ts";
import { openedRecord } from "./call_record.ts";
import type { SocketStates } from "./socket_states.ts";
import { INTERVAL, LISTENERS, type Row, type Sample, SAMPLES, type Traffic } from "./stats.ts";

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
  /** The number of the last sample that the page has; all that are kept are sent if not given. */
  readonly since?: number | null;
  /** The numbers of the connections that the page has opened; none if not given. */
  readonly opened?: readonly number[];
  /** Whether the segments of connections have a page. */
  readonly hasTrace?: boolean;
  /** Resolves to the states of the sockets of a connection in the kernel, `null` if they are not known. */
  readonly statesOf?: (row: Pick<Row, "peer" | "listener">) => Promise<SocketStates | null>;
}

const encoder = new TextEncoder();

/** Samples after which a stream that had nothing to tell shows that it is there: 15 s, as HTML advises. */
const SIGN_OF_LIFE = 15_000 / INTERVAL;

/**
 * Writes an event to `channel` for each sample until `stop`, and then an event `stop`. There is one event
 * at most on its way: a reader that is slow gets several samples in the next one. Where nothing has moved
 * for as long as a page shows, and nothing has changed, nothing is written but a comment now and then;
 * samples have numbers, so that the page knows how many it has not been told of.
 *
 * Rejects as the channel does.
 */
export async function writeEvents(
  channel: Pick<Channel, "write">,
  options: EventStreamOptions,
): Promise<void> {
  const { traffic, opened = [] } = options;
  const endLook = traffic.calls.look(opened);
  try {
    await writeUntilStop((text) => writeAll(channel, encoder.encode(text)), options);
  } finally {
    endLook();
  }
}

async function writeUntilStop(
  write: (text: string) => Promise<void>,
  options: EventStreamOptions,
): Promise<void> {
  const { traffic, address, protocol, stop, own, draining, since = null } = options;
  const opened = (options.opened ?? []).map((number) => new Opened(number, options));
  const samples = missedBy(since, traffic);
  let told = traffic.number;
  const settings = {
    ...{ interval: INTERVAL, capacity: SAMPLES, address, protocol },
    ...{ number: told, samples, trace: options.hasTrace ?? false },
  };
  await write(`event: start\ndata: ${JSON.stringify(settings)}\n\n`);
  let shownRows = "";
  let shownState = "";
  let silent = 0;
  while (!stop.aborted) {
    const rows = JSON.stringify(traffic.rows());
    const state = JSON.stringify({
      draining: draining(),
      own: own(),
      ...Object.fromEntries(LISTENERS.map((listener) => [listener, sumsOf(traffic, listener)])),
    });
    let text = rows === shownRows ? "" : `event: rows\ndata: ${rows}\n\n`;
    for (const each of opened) text += await each.news();
    if (text !== "" || state !== shownState || !traffic.isStill()) {
      const { number } = traffic;
      const head = JSON.stringify({ now: Date.now(), number, samples: missedBy(told, traffic) });
      told = number;
      await write(`data: ${head.slice(0, -1)},${state.slice(1)}\n\n${text}`);
      silent = 0;
    } else if (++silent >= SIGN_OF_LIFE) {
      await write(":\n\n");
      silent = 0;
    }
    shownRows = rows;
    shownState = state;
    await traffic.next();
  }
  await write("event: stop\ndata:\n\n");
}

/** Returns the samples after the one numbered `since`, all that are kept if there are more than these. */
function missedBy(since: number | null, { samples, number }: Traffic): readonly Sample[] {
  const missed = since === null ? samples.length : number - since;
  return missed < 0 || missed > samples.length ? samples : samples.slice(samples.length - missed);
}

function sumsOf(traffic: Traffic, listener: typeof LISTENERS[number]): Record<string, number> {
  const { open, accepted, received, sent } = traffic.sums[listener];
  return { open, accepted, received, sent };
}

/** A connection that a page has opened. */
class Opened {
  readonly #number: number;
  readonly #options: EventStreamOptions;
  /** The connection, also when the table has it no more. */
  #row: Readonly<Row> | null = null;
  /** The number of its last call that was told of. */
  #told = 0;
  #states = "";

  constructor(number: number, options: EventStreamOptions) {
    this.#number = number;
    this.#options = options;
  }

  /** Resolves to the event with its new calls and states, empty if there are none. */
  async news(): Promise<string> {
    const { traffic, statesOf } = this.#options;
    traffic.beginCalls(this.#number);
    this.#row ??= traffic.row(this.#number);
    const calls = traffic.calls.after(this.#number, this.#told);
    const states = this.#row === null ? null : await statesOf?.(this.#row) ?? null;
    const seen = JSON.stringify(states);
    if (this.#states === seen && (calls === null || calls.calls.length === 0)) return "";
    this.#states = seen;
    this.#told = calls?.calls.at(-1)?.number ?? this.#told;
    const record = openedRecord({ connection: this.#number, calls, states });
    return `event: calls\ndata: ${JSON.stringify(record)}\n\n`;
  }
}
