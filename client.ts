/**
 * `netkit client`: standard input to a server, its answers to standard output, both at once.
 *
 * @module
 */
import { callLog } from "./talk/call_log.ts";
import { readCertificates } from "./cli/certificates.ts";
import { checkClientOptions } from "./client/options.ts";
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  LOG_FORMS,
  option,
  port,
  seconds,
  type Values,
} from "./cli/command.ts";
import { cannotConnect, connectionBroke } from "./client/connect_errors.ts";
import { cannot, EXIT, OutputClosed, Stopped, UserError } from "./cli/errors.ts";
import { reasonOf } from "./text/reason.ts";
import { HexDump } from "./talk/transfer_dump.ts";
import { type Io, say } from "./cli/io.ts";
import { LineTimes } from "./talk/line_times.ts";
import { formatBytes } from "./text/units.ts";
import { openLocalSide } from "./talk/local_side.ts";
import { Progress } from "./talk/progress.ts";
import { formatStats, formatStatsJson, STATS_FIELDS } from "./talk/stats.ts";
import { connect } from "./net/connect.ts";
import { converse, MODES, SilenceError } from "./talk/conversation.ts";
import { chooseEndpoint, type Endpoint, formatEndpoint, parseHost } from "./net/endpoint.ts";
import { Measurement } from "./talk/measurement.ts";
import { isPassing, retry } from "./client/retry.ts";
import { formatSource, parseSource } from "./address/source_address.ts";
import type { Observer, Writable } from "./net/stream.ts";
import { LocalSideError, type TalkEnd } from "./talk/duplex.ts";
import type { Connection } from "./net/connection.ts";

/** The options. */
const OPTIONS = {
  host: option({ value: "HOST", summary: "connect to this host", parse: parseHost }, null),
  port: port("connect to this port", null),
  source: option({
    value: "ADDRESS[:PORT]",
    summary: "connect from this address of this machine, and this port",
    parse: parseSource,
  }, null),
  udp: flag("send what is read as datagrams; end --wait (1 if left out) after the last answer"),
  tls: flag("speak TLS"),
  ca: option({
    value: "FILE",
    summary: "trust the certificates in this file (PEM), too",
    parse: anyText,
  }, null),
  serverName: option({
    value: "NAME",
    summary: "the name that the certificate has to have; HOST if left out",
    parse: parseHost,
  }, null),
  insecure: flag("take any certificate: the server may be another one"),
  connectTimeout: seconds("give up connecting after this time; 10 if left out", 10_000),
  retry: seconds("keep trying for this time until the server is there", null),
  mode: choice("MODE", "both ways at once, in turns, or one way only", MODES, "full"),
  turnTimeout: seconds("in --mode half: the longest wait for an answer", null),
  wait: seconds("the longest wait for the server once all input is sent", null),
  keepOpen: flag("go on sending to a server that has ended its half"),
  idleTimeout: seconds("give up when nothing comes or goes for this time", null),
  crlf: flag("send each line feed as CRLF", "C"),
  hex: flag("show all bytes both ways on standard error, with times and offsets"),
  time: flag("put the time and the round-trip time before each line that arrives"),
  stats: flag("tell at the end on standard error how long it took and how much it was"),
  json: flag("print --stats as a JSON object"),
  log: choice("FORM", "log every call on standard error; none if left out", LOG_FORMS, "none"),
};

/** Their values. */
type Choices = Values<typeof OPTIONS>;

/** The command. */
export const client: Command = command({
  name: "client",
  summary: "talk to a server: keyboard or pipe to it, its answers to the screen",
  description: [
    "Full-duplex: standard input goes to the server and its answers to standard output at the same " +
    "time, byte for byte. The end of input (Ctrl-D) ends this half of the connection; answers are " +
    "received however late they come. When the server ends, the client ends.",
    "Standard output is what was received and nothing else, unless --time is given. On a terminal, " +
    "what arrives does not disturb what is being typed, and control characters are shown instead " +
    "of obeyed.",
    "--mode half takes turns: after each line nothing is sent until a line has come back. --mode " +
    "send drops what arrives and tells how much it was; --mode receive sends nothing, and ends its " +
    "half at once.",
    "The exit status is 0 when the server has ended the conversation or --wait is over, and 1 when " +
    "it could not be reached, broke the connection off or was silent for too long.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "the server: HOST:PORT, PORT, :PORT, [IPv6]:PORT or unix:PATH; " +
      "127.0.0.1:8000 if left out",
  }],
  options: OPTIONS,
  examples: [
    { line: "netkit client", says: "talks to 127.0.0.1:8000" },
    { line: "echo hello | netkit client localhost:7000", says: "sends a line, prints the answer" },
    { line: "netkit client unix:/tmp/upper.sock <in >out", says: "sends a file, keeps the answer" },
    {
      line: "netkit client --retry 30 --wait 0 localhost:5432 </dev/null",
      says: "waits until something listens there",
    },
    {
      line: "printf 'HEAD / HTTP/1.0\\n\\n' | netkit client --tls --crlf example.com:443",
      says: "asks a web server",
    },
    {
      line: "netkit client --mode half --time 192.0.2.7:7000",
      says: "line by line, with round-trip times",
    },
  ],
  json: STATS_FIELDS,
  permissions: [
    "--allow-net",
    "--allow-read and --allow-write for unix:PATH",
    "--allow-read for --ca",
  ],
  async run({ options, operands }, io) {
    const endpoint = chooseEndpoint(operands[0], options);
    checkClientOptions(options, endpoint.transport === "unix");
    const measurement = new Measurement();
    let connection: Connection | null = null;
    try {
      connection = await connectTo(endpoint, options, measurement, io);
      await talkTo(connection, endpoint, options, measurement, io);
    } finally {
      if (options.stats) {
        const stats = { peer: connection?.peer ?? null, ...measurement.result() };
        await say(io, options.json ? formatStatsJson(stats) : formatStats(stats));
      }
    }
  },
});

/** Connects, again and again if that is asked for. */
async function connectTo(
  endpoint: Endpoint,
  options: Choices,
  measurement: Measurement,
  io: Io,
): Promise<Connection> {
  const name = formatEndpoint(endpoint);
  const { connectTimeout, retry: time, source, serverName, insecure } = options;
  if (endpoint.transport === "tcp" && endpoint.port === 0) {
    throw new UserError(`cannot connect to ${name}: 0 is no port of a server`, {
      hint: "0 asks the system for a free port when listening; connect to the one that it chose",
    });
  }
  const ca = options.ca === null ? null : await readCertificates(options.ca, io);
  const signal = io.stop;
  const log = await callLog(options.log, io);
  const attempt = async (timeout: number) => {
    log?.write({ event: "socket", protocol: protocolOf(endpoint, options) });
    try {
      const connection = await connect(endpoint, {
        timeout: Math.min(timeout, connectTimeout),
        signal,
        source,
        tls: options.tls ? { ca, serverName, insecure } : null,
        udp: options.udp ? { wait: options.wait ?? UDP_WAIT, onLoss: measurement.lose } : null,
        ...(options.stats ? { onStep: measurement.step } : {}),
      });
      if (!options.udp) log?.write({ event: "connect", peer: connection.peer });
      return connection;
    } catch (error) {
      log?.write({ event: "fail", error });
      throw error;
    }
  };
  try {
    if (time === null) return await attempt(Infinity);
    const onWait = (error: unknown) => {
      if (io.stderr.isTerminal()) say(io, `waiting for ${name}: ${reasonOf(error)}`);
    };
    return await retry(attempt, { time, signal, isPassing, onWait });
  } catch (error) {
    throw cannotConnect(error, name, {
      timeout: connectTimeout,
      retry: isPassing(error) ? time : null,
      source: source && formatSource(source),
    });
  } finally {
    await log?.flush();
  }
}

/** Milliseconds after the last datagram at which a conversation by UDP ends. */
const UDP_WAIT = 1000;

function protocolOf(endpoint: Endpoint, { udp, tls }: Choices): string {
  return endpoint.transport === "unix" ? "Unix" : udp ? "UDP" : tls ? "TCP, then TLS" : "TCP";
}

/** Talks until the server ends, or there is nothing more to wait for. */
async function talkTo(
  { channel, peer }: Connection,
  endpoint: Endpoint,
  options: Choices,
  measurement: Measurement,
  io: Io,
): Promise<void> {
  const { mode, udp, keepOpen } = options;
  const name = formatEndpoint(endpoint);
  const typing = io.stdin.isTerminal();
  if (typing) await say(io, greeting(name === peer ? name : `${name} (${peer})`, options));
  else if (mode === "receive") await tellUnread(io);
  const local = await openLocalSide(io, mode !== "receive");
  if (mode === "half") local.setPrompt("you> ");
  const observers: Observer[] = [];
  let output: Writable = local.output;
  const progress = mode !== "receive" && !typing && io.stderr.isTerminal()
    ? new Progress(io)
    : null;
  if (progress) {
    if (io.stdout.isTerminal()) output = progress.around(output);
    observers.push((event, data) => event === "write" && progress.add(data.length));
  }
  if (options.time) {
    const times = new LineTimes();
    output = times.around(output, local.io);
    observers.push((event, data) => event === "write" && times.sent(data, performance.now()));
  }
  if (options.stats) observers.push(measurement.observe);
  const dump = options.hex ? new HexDump() : null;
  const log = await callLog(options.log, local.io);
  const tell = (line: string) => void say(local.io, line);
  try {
    const { by, dropped } = await converse(channel, local.input, output, {
      ...options,
      signal: local.stop,
      messages: udp,
      wait: udp ? null : options.wait,
      observers,
      onEvent: log && ((event) => log.write(event)),
      show: dump && ((event, data) => say(local.io, dump.format(event, data, io.now()))),
      onTurn: (turn) => local.setPrompt(turn === "local" ? "you> " : "… "),
      onOutOfTurn: (bytes) => tell(`! out of turn: ${formatBytes(bytes.length)}`),
      onPeerEnd: () => {
        if (typing && keepOpen) tell("the server has ended its half; it still gets what you type");
      },
    });
    await local.end();
    if (dropped > 0) await say(io, `dropped ${formatBytes(dropped)} that came the other way`);
    else if (typing) await say(io, farewell(by, options));
    const { lost } = measurement;
    if (lost > 0) await say(io, `${lost} datagrams came too fast to be read, and were lost`);
  } catch (error) {
    throw explained(error, name, options);
  } finally {
    await progress?.close();
    await log?.flush();
  }
}

function greeting(where: string, { mode, udp }: Choices): string {
  const what = udp ? `each line goes to ${where} as a datagram` : `connected to ${where}`;
  return `${what}; ${mode === "receive" ? "nothing is sent" : "Ctrl-D ends input"}, Ctrl-C ends`;
}

function farewell(by: TalkEnd, { wait, udp }: Choices): string {
  if (by === "peer" && !udp) return "the server has closed the connection";
  return `nothing more came for ${inSeconds(wait ?? UDP_WAIT)}`;
}

async function tellUnread(io: Io): Promise<void> {
  const { kind } = await io.stdinInfo();
  if (kind !== "other") await say(io, "standard input is not read with --mode receive");
}

function inSeconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}

/** Returns the error for the user when the conversation with `name` failed. */
function explained(error: unknown, name: string, options: Choices): Error {
  if (error instanceof LocalSideError) {
    const cause = error.cause;
    if (error.doing === "read") return cannot("read standard input", cause);
    const closed = cause instanceof Error && cause.name === "BrokenPipe";
    return closed ? new OutputClosed() : cannot("write to standard output", cause);
  }
  if (error instanceof SilenceError) {
    const message = error.missing === "answer"
      ? `no answer within ${inSeconds(options.turnTimeout ?? 0)} from ${name}`
      : `nothing came or went for ${inSeconds(options.idleTimeout ?? 0)}: gave up on ${name}`;
    return new UserError(message, { exit: EXIT.failed });
  }
  return error instanceof Stopped ? error : connectionBroke(error, name);
}
