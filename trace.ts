/**
 * `netkit trace`: real TCP connections as ladders of segments and states, live or from a capture.
 *
 * @module
 */
import { formatIp, parseIp } from "./address/ip_text.ts";
import { type ByteSink, createBytes, nameOfInput, readBytes } from "./cli/byte_source.ts";
import { type Command, command } from "./cli/command.ts";
import { type ChildCommand, startChildCommand } from "./trace/child_command.ts";
import { EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { printLive } from "./trace/live_lines.ts";
import { type LiveCapture, loopbackOf, startCapture } from "./system/packet_capture.ts";
import { palette } from "./cli/terminal.ts";
import {
  portOperand,
  refuseContradictions,
  TRACE_OPTIONS,
  type TraceOptions,
} from "./trace/options.ts";
import { listenAt, serveUpper } from "./trace/upper_server.ts";
import { CaptureError } from "./packet/captured_packet.ts";
import { HexDumpError } from "./capture/hex_digits.ts";
import { LadderPicture } from "./ladder/svg.ts";
import { readPackets } from "./capture/packet_source.ts";
import { portOf } from "./tcp/segment.ts";
import type { Here } from "./tcp/connection.ts";
import { TRACE_FIELDS } from "./trace/record.ts";
import { TraceView } from "./trace/view.ts";

/** The command. */
export const trace: Command<typeof TRACE_OPTIONS> = command({
  name: "trace",
  summary: "show TCP connections as ladders of segments and states",
  description: [
    "Captures what passes at PORT, or reads a capture, and draws each connection: one rung a segment, " +
    "the states of both ends at the sides. At the end of a connection it says how it was opened and " +
    "closed, and how each end walked through the state diagram of TCP (RFC 9293): event / action on " +
    "each edge. Sequence numbers are counted from the SYN, as in Wireshark.",
    "The sender of a segment has made its move; the receiver makes its move when arrival is certain " +
    "(captured on its host), or when a later segment of its own proves it. What nobody can know is " +
    "not shown, or stands in parentheses at the end.",
    "Live it works through tcpdump and needs its rights. A command behind -- is started when the " +
    "capture is ready; when it has ended and its connections are over, so is the trace. Its standard " +
    "output goes to standard error; the word netkit is this program. Ctrl-C ends, with exit code 0.",
    "From 110 columns on, notes tell what a segment means to the programs. Marks like retransmission " +
    "follow the rules of Wireshark's tcp.analysis fields.",
  ],
  operands: [{
    name: "PORT",
    summary: "the port of the server; live 8000 if left out, else every port",
  }],
  behind: { name: "COMMAND", summary: "a program to start, with its arguments" },
  options: TRACE_OPTIONS,
  examples: [
    { line: "sudo netkit trace 8000", says: "show the connections of a server on this machine" },
    {
      line: "echo hello | netkit trace --serve -- netkit client --mode half",
      says: "a server, a client and their connection, all in one",
    },
    { line: "netkit trace 443 -i eth0 -- curl -s https://example.com", says: "trace one command" },
    { line: "netkit trace -r examples/simultaneous-close.pcap", says: "read a capture" },
    { line: "ssh host tcpdump -w - port 80 | netkit trace -r - 80", says: "trace on another host" },
    { line: "netkit trace -r one.pcap --svg one.svg", says: "draw it for a slide" },
  ],
  json: TRACE_FIELDS,
  permissions: [
    "--allow-run=tcpdump (Windows: dumpcap)",
    "--allow-run for a command behind --",
    "--allow-sys=networkInterfaces with -i to know own addresses",
    "--allow-read for -r",
    "--allow-write for -w and --svg",
    "--allow-net for --serve",
  ],
  async run({ options, operands, behind }, io) {
    refuseContradictions(options, behind);
    const port = portOperand(operands[0], options.read !== null);
    const picture = options.svg === null ? null : new LadderPicture(options.all);
    const sink = options.svg === null ? null : await createBytes(options.svg, io);
    try {
      const tracing = { options, picture };
      return options.read === null
        ? await traceLive(port!, behind, tracing, io)
        : await readFile(options.read, port, tracing, io);
    } finally {
      if (picture) await sink!.write(new TextEncoder().encode(picture.toSvg()));
      sink?.close();
    }
  },
});

/** What the user wants to see. */
interface Tracing {
  readonly options: TraceOptions;
  readonly picture: LadderPicture | null;
}

function viewFor(
  { options, picture }: Tracing,
  port: number | null,
  here: Here,
  io: Io,
): TraceView {
  const { json, conn, all } = options;
  const ascii = options.ascii || !speaksUnicode(io);
  const style = { columns: io.columns(), ascii, colors: palette(io, io.stdout), all };
  return new TraceView({ here, port, conn, picture, form: json ? formatJson : style });
}

/** Whether the terminal can be expected to show more than ASCII (POSIX, section 8.2: the locale). */
function speaksUnicode(io: Io): boolean {
  if (io.env("TERM") === "linux" || io.env("TERM") === "dumb") return false;
  const locale = io.env("LC_ALL") || io.env("LC_CTYPE") || io.env("LANG");
  return io.platform === "windows" || !locale || /utf-?8/i.test(locale);
}

/** Shows the connections of a capture; resolves to the exit code. */
async function readFile(
  path: string,
  port: number | null,
  tracing: Tracing,
  io: Io,
): Promise<number> {
  const { at, count } = tracing.options;
  const view = viewFor(tracing, port, placeOf(at, isLoopback), io);
  const { stop } = io;
  if (path === "-") stop.addEventListener("abort", () => io.stdin.close(), { once: true });
  const isEnough = () => stop.aborted || (count !== null && view.finished >= count);
  let failure: string | null = null;
  try {
    await printLive(until(isEnough, readPackets(readBytes(path, io))), view, io.stdout);
  } catch (error) {
    // A pipe that is read while another program captures ends with Ctrl-C, as that program does.
    if (stop.aborted && path === "-") return EXIT.ok;
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = error.message;
  }
  if (path !== "-") stop.throwIfAborted();
  const name = nameOfInput(path);
  if (failure !== null) {
    throw new UserError(`cannot read ${name}: ${failure}`, { exit: EXIT.failed });
  }
  if (view.segments === 0) {
    const where = port === null ? "" : ` at port ${port}`;
    throw new UserError(`no TCP segments${where} in ${name} (${view.describeOthers()})`, {
      exit: EXIT.failed,
    });
  }
  return EXIT.ok;
}

/** Yields the items of `source` up to the first after which it is enough. */
async function* until<T>(isEnough: () => boolean, source: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of source) {
    yield item;
    if (isEnough()) return;
  }
}

/** Returns where the capture was taken: what `--at` says, else what `usual` does. */
function placeOf(at: string | null, usual: Here): Here {
  if (at === null) return usual;
  return at === "both" ? () => true : (address) => address === at;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}

/** Traces what passes until it is stopped; resolves to the exit code. */
async function traceLive(
  port: number,
  behind: readonly string[],
  tracing: Tracing,
  io: Io,
): Promise<number> {
  const { options } = tracing;
  const name = options.interface ?? loopbackOf(io.platform);
  const sink = options.write === null ? null : await createBytes(options.write, io);
  const stop = new AbortController();
  const server = options.serve ? await listenAt(port) : null;
  const actual = server ? portOf(server.address) : port;
  const served = server && serveUpper(server, stop.signal);
  try {
    const capture = await startCapture({ interface: name, port: actual, full: options.full }, io);
    await say(io, `capturing on ${name}, tcp port ${actual}; Ctrl-C ends`);
    const here = placeOf(options.at, name === loopbackOf(io.platform) ? () => true : isOwn(io));
    const view = viewFor(tracing, actual, here, io);
    const child = behind.length === 0 ? null : await beside(behind, capture, io);
    await follow(capture, view, { count: options.count, sink, child }, io);
    return await child?.finish() ?? EXIT.ok;
  } finally {
    stop.abort();
    await served;
    sink?.close();
  }
}

/** Starts the program behind `--`, or ends the capture if it cannot. */
async function beside(
  words: readonly string[],
  capture: LiveCapture,
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

/** Returns whether an address is one of this machine. */
function isOwn(io: Io): Here {
  const addresses = io.networkInterfaces().map(({ address }) => parseIp(address));
  const own = new Set(addresses.map((address) => formatIp({ ...address, zone: null })));
  return (address) => own.has(address) || isLoopback(address);
}

/** What ends a trace, beside a signal. */
interface Following {
  /** How many connections that are over. */
  readonly count: number | null;
  /** What was captured goes there, too. */
  readonly sink: ByteSink | null;
  /** The program that was started. */
  readonly child: ChildCommand | null;
}

/** Silence, in milliseconds, after which connections of a program that has ended are over. */
const QUIET = 200;
/** The same for connections that are not: somebody else may have them. */
const LONG_QUIET = 1000;

/** Shows what is captured, until the capture ends. */
async function follow(
  capture: LiveCapture,
  view: TraceView,
  { count, sink, child }: Following,
  io: Io,
): Promise<void> {
  const onTick = (silence: number) => {
    const enough = count !== null && view.finished >= count;
    const over = child?.hasEnded && silence >= (view.open === 0 ? QUIET : LONG_QUIET);
    if (enough || over) capture.stop();
  };
  let failure: unknown = null;
  try {
    await printLive(readPackets(kept(capture.bytes, sink)), view, io.stdout, onTick);
  } catch (error) {
    failure = error;
    capture.stop();
  }
  const dropped = await capture.end().catch((error) => {
    throw failure instanceof CaptureError || failure === null ? error : failure;
  });
  if (failure !== null && !(failure instanceof CaptureError)) throw failure;
  if (dropped) {
    await say(
      io,
      `warning: the kernel dropped ${dropped} packets, so that the ladder may be wrong`,
    );
  }
  if (view.isJson) {
    const { packets } = view;
    await print(io.stdout, `${formatJson({ type: "capture", packets, dropped })}\n`);
  }
}

/** Yields `source`, and writes it to `sink` on the way. */
async function* kept(
  source: AsyncIterable<Uint8Array>,
  sink: ByteSink | null,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    await sink?.write(bytes);
    yield bytes;
  }
}
