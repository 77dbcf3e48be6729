/**
 * The capture of a server's connections as they pass, and its page (`serve --web --trace`).
 *
 * @module
 */
import { readPackets } from "../capture/packet_source.ts";
import { UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { Silence } from "../cli/silence.ts";
import { sayError, sayHint } from "../cli/terminal.ts";
import { CaptureError } from "../packet/captured_packet.ts";
import { wholePackets } from "../packet/whole_packets.ts";
import { withoutPort } from "../server/admit.ts";
import { isLoopback, ownAddresses } from "../system/own_addresses.ts";
import { type LiveCapture, loopbackOf, startCapture } from "../system/packet_capture.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import { portOf, segmentOf } from "../tcp/segment.ts";
import { Tracker, type TrackerEvent } from "../tcp/tracker.ts";
import { t } from "../text/messages.ts";
import { Recording } from "./recording.ts";
import type { Site } from "./site.ts";
import { traceSite } from "./trace_site.ts";
import type { RecordingFacts } from "./trace_stream.ts";

/** The path of its page. */
const TRACE_PATH = "/trace/";

/** A capture that fills a page. */
export interface LiveTrace {
  /** The page, below `TRACE_PATH`. It says why nothing is captured, if that is so. */
  readonly site: Site;
  /** Ends the capture; resolves when it has ended. Never rejects. */
  end(): Promise<void>;
}

/**
 * Starts to capture the connections of the server at `address`; resolves when none is missed any more, or
 * when it is certain that capturing is not possible: then the page says why, and `isTold` says it on
 * standard error, too.
 */
export async function startLiveTrace(
  address: string,
  isTold: boolean,
  io: Io,
): Promise<LiveTrace> {
  const host = withoutPort(address).replace(/^\[|\]$/g, "");
  const port = portOf(address);
  const name = interfaceOf(host, io);
  const ended = new AbortController();
  const recording = new Recording();
  let facts: RecordingFacts = { title: t`tcp port ${port}, ${name}`, live: true, problem: null };
  const site = await traceSite(recording, () => facts, TRACE_PATH);
  const fail = async (error: unknown) => {
    if (!(error instanceof UserError || error instanceof CaptureError)) throw error;
    const hint = error instanceof UserError ? error.hint : null;
    facts = { ...facts, live: false, problem: { message: error.message, hint } };
    recording.complete();
    if (!isTold) return;
    await sayError(io, "netkit serve: --trace", error.message);
    await sayHint(io, hint);
  };
  try {
    const advice = {
      again: `netkit serve ${port} --web --trace`,
      without: t`the page shows calls and states of sockets without it`,
      rootless: t`the page shows calls and states of sockets without it`,
    };
    const { signal } = ended;
    const capture = await startCapture({
      interface: name,
      port,
      full: false,
      tunnels: false,
      advice,
    }, {
      platform: io.platform,
      spawn: (program, args, options) => io.spawn(program, args, options),
      stop: signal,
    });
    const isWild = host === "0.0.0.0" || host === "::";
    const isOwn = ({ ends: [, server] }: TcpConnection) =>
      isWild ? server.here : server.address === address;
    const here = isLoopback(host) ? () => true : ownAddresses(io);
    const recorder = new Recorder(
      recording,
      new Tracker({ here, server: port, measured: true }),
      isOwn,
    );
    const recorded = recorder.record(capture).catch(fail);
    return {
      site,
      async end() {
        ended.abort();
        await recorded;
      },
    };
  } catch (error) {
    await fail(error);
    return { site, end: () => Promise.resolve() };
  }
}

/** Returns the interface at which the connections of a server at `host` pass. */
function interfaceOf(host: string, io: Io): string {
  if (isLoopback(host)) return loopbackOf(io.platform);
  const own = io.networkInterfaces().find(({ address }) => address === host);
  // A packet that this machine sends to itself passes at the loopback interface, whatever the address.
  return io.platform === "linux" ? "any" : own?.name ?? "any";
}

/** A recorder of the connections of a server. */
class Recorder {
  readonly #recording: Recording;
  readonly #tracker: Tracker;
  readonly #isOwn: (connection: TcpConnection) => boolean;

  constructor(
    recording: Recording,
    tracker: Tracker,
    isOwn: (connection: TcpConnection) => boolean,
  ) {
    this.#recording = recording;
    this.#tracker = tracker;
    this.#isOwn = isOwn;
  }

  /** Records a capture until it ends. Rejects if it ends by itself, or is damaged. */
  async record(capture: LiveCapture): Promise<void> {
    const silence = new Silence({
      isHolding: () => this.#tracker.isHolding,
      release: (isLong) => this.#tell(this.#tracker.release(isLong), false),
    });
    try {
      for await (const packet of wholePackets(readPackets(capture.bytes))) {
        const segment = segmentOf(packet);
        if (segment === null) continue;
        const events = this.#tracker.feed(segment);
        const { last } = this.#tracker;
        if (last !== null && this.#isOwn(last)) this.#recording.add(packet, last);
        this.#tell(events, false);
        silence.hear();
      }
    } finally {
      silence.end();
      this.#tell(this.#tracker.finish(), true);
      capture.stop();
      await capture.end();
      this.#recording.complete();
    }
  }

  #tell(events: readonly TrackerEvent[], isCut: boolean): void {
    for (const event of events) {
      if (event.kind === "end") this.#recording.end(event.connection, isCut);
    }
  }
}
