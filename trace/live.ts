/**
 * The trace of connections as they pass, through tcpdump.
 *
 * Life of a live trace: the server of `--serve` listens, the capture starts, the command behind `--`
 * starts when nothing is missed any more; segments become lines as they come. Ctrl-C, enough connections
 * (`-c`) or the silence after the command's end stop the capture program, whose output then ends, and
 * with it the loop over the packets; then the server is stopped and the command's exit code is taken.
 *
 * @module
 */
import { CaptureError } from "../packet/captured_packet.ts";
import type { Filter } from "../packet/filter.ts";
import { wholePackets } from "../packet/whole_packets.ts";
import { readPackets } from "../capture/packet_source.ts";
import { type ByteSink, createBytes } from "../cli/byte_source.ts";
import { EXIT } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { formatJson } from "../cli/json.ts";
import { ownAddresses } from "../system/own_addresses.ts";
import { type LiveCapture, loopbackOf, startCapture } from "../system/packet_capture.ts";
import { count } from "../text/units.ts";
import { type ChildCommand, startChildCommand } from "./child_command.ts";
import { filtered, filterOf } from "./filter.ts";
import { printLines } from "./lines.ts";
import { placeOf } from "./place.ts";
import { captureRecord } from "./record.ts";
import { type Output, type TraceView, viewFor } from "./view.ts";
import { t } from "../text/messages.ts";

/**
 * Traces the connections at `port` until a signal or an option ends it; `behind` is a command line to
 * start, empty for none. Resolves to the exit code.
 *
 * @throws {UserError} If capturing, listening or starting the command is not possible.
 */
export async function traceLive(
  port: number,
  behind: readonly string[],
  output: Output,
  io: Io,
): Promise<number> {
  const { options } = output;
  const name = options.interface ?? loopbackOf(io.platform);
  const filter = await filterOf(options.filter);
  const sink = options.write === null ? null : await createBytes(options.write, io);
  const stop = new AbortController();
  const server = options.serve
    ? await (await import("./upper_server.ts")).startUpperServer(port, stop.signal)
    : null;
  const actual = server?.port ?? port;
  try {
    const capture = await startCapture({
      interface: name,
      port: actual,
      full: options.full,
      tunnels: options.tunnels,
      advice: {
        again: `netkit trace ${actual}`,
        without: t`netkit trace -r FILE works without it`,
        rootless: t`netkit port ${actual} --watch shows the states that the kernel tells
          everybody`,
      },
    }, io);
    const ends = options.count === null
      ? t`capturing on ${name}, tcp port ${actual}; Ctrl-C ends`
      : t`capturing on ${name}, tcp port ${actual}; Ctrl-C ends, or ${
        count(options.count, "connection")
      }`;
    await sayFolded(io, ends);
    const isLocal = name === loopbackOf(io.platform);
    const own = isLocal ? () => true : ownAddresses(io);
    const { LocalProcesses } = await import("./local_processes.ts");
    const processes = new LocalProcesses(io, own);
    const view = viewFor(output, actual, placeOf(options.at, own), io, processes);
    const child = behind.length === 0 ? null : await startBeside(capture, behind, io);
    await follow(capture, view, {
      count: options.count,
      filter,
      sink,
      isJson: options.json,
      child,
      settled: () => processes.settled(),
    }, io);
    return await child?.finish() ?? EXIT.ok;
  } finally {
    stop.abort();
    await server?.ended;
    sink?.close();
  }
}

/** Starts the command `words`, or ends the capture if it cannot start. */
async function startBeside(
  capture: LiveCapture,
  words: readonly string[],
  io: Io,
): Promise<ChildCommand> {
  try {
    return startChildCommand(words, io);
  } catch (error) {
    capture.stop();
    for await (const _ of capture.bytes); // it ends when everything is read
    await capture.end();
    throw error;
  }
}

/** Conditions that end a trace beside a signal, and the copy that is kept. */
interface Following {
  /** Number of connections after whose end the trace ends; `null` for no limit. */
  readonly count: number | null;
  /** The packets that are looked at; `null` for all. */
  readonly filter: Filter | null;
  /** The file of `-w`, which gets every captured byte. */
  readonly sink: ByteSink | null;
  /** Whether the output is JSON, which has a last record about the capture. */
  readonly isJson: boolean;
  /** The command that was started. */
  readonly child: ChildCommand | null;
  /** Resolves when nothing is looked up any more. */
  readonly settled: () => Promise<void>;
}

/** Silence, in milliseconds, after which connections of a command that has ended are over. */
const QUIET = 200;
/**
 * The same for connections that are not, which may belong to other programs, and where there was none yet: what
 * tcpdump has not read when it is told to end is lost.
 */
const LONG_QUIET = 1000;

/** Prints the lines of a capture until it ends, then the packets that the kernel dropped. */
async function follow(
  capture: LiveCapture,
  view: TraceView,
  { count: most, filter, sink, isJson, child, settled }: Following,
  io: Io,
): Promise<void> {
  /** Milliseconds of the silence that had passed when the command had ended; `null` before its end. */
  let before: number | null = null;
  const onTick = (silence: number) => {
    const enough = most !== null && view.finished >= most;
    if (child?.hasEnded) before = Math.min(before ?? silence, silence); // a packet begins another silence
    const quiet = view.open === 0 && view.finished > 0 ? QUIET : LONG_QUIET;
    const over = before !== null && silence - before >= quiet;
    if (enough || over) capture.stop();
  };
  let failure: unknown = null;
  try {
    const packets = filtered(wholePackets(readPackets(copied(capture.bytes, sink))), filter);
    const hasEnd = most !== null || child !== null;
    await printLines(packets, view, io.stdout, {
      onTick: hasEnd ? onTick : undefined,
      settled,
    });
  } catch (error) {
    failure = error;
    capture.stop();
  }
  const dropped = await capture.end().catch((error) => {
    throw failure instanceof CaptureError || failure === null ? error : failure;
  });
  if (failure !== null && !(failure instanceof CaptureError)) throw failure;
  const warning = view.describeDropped();
  if (warning) await sayFolded(io, warning);
  if (dropped) {
    const packets = count(dropped, "packet");
    await sayFolded(io, t`warning: the kernel dropped ${packets}, so that the ladder may be wrong`);
  }
  if (isJson) {
    const record = captureRecord({ packets: view.packets, dropped });
    await print(io.stdout, `${formatJson(record)}\n`);
  }
}

/** Yields `source`, and writes a copy to `sink` on the way. */
async function* copied(
  source: AsyncIterable<Uint8Array>,
  sink: ByteSink | null,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    await sink?.write(bytes);
    yield bytes;
  }
}
