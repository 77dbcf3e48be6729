/**
 * `netkit client`: standard input to a server, its answers to standard output, both at once.
 *
 * @module
 */
import { joinHostPort } from "./address/port.ts";
import { type Command, command } from "./cli/command.ts";
import { EXIT } from "./cli/errors.ts";
import { type Io, say } from "./cli/io.ts";
import { check, GROUPS, OPTIONS, type Options } from "./client/options.ts";
import { reach } from "./client/reach.ts";
import type { Connection } from "./net/connection.ts";
import { type Endpoint, formatEndpoint } from "./net/endpoint.ts";
import { Measurement } from "./talk/measurement.ts";
import { type SessionOptions, tellsStats, UDP_WAIT } from "./talk/options.ts";
import { runSession } from "./talk/session.ts";
import { formatStats, formatStatsJson, STATS_FIELDS } from "./talk/stats.ts";

/** The command. */
export const client: Command = command({
  name: "client",
  description: [
    "Full-duplex: standard input goes to the server and its answers to standard output at the same " +
    "time, byte for byte. The end of input (Ctrl-D) ends this half of the connection; answers are " +
    "received however late they come. When the server ends, the client ends.",
    "Standard output is what was received and nothing else, unless --time is given. On a terminal, " +
    "what arrives does not disturb what is being typed, and control characters are shown instead " +
    "of obeyed.",
    "--mode half takes turns: after each line nothing is sent until a line has come back. --mode " +
    "send drops what arrives and tells how much it was; --mode receive sends nothing, and ends when the server has.",
    "--check only connects and hangs up: one line for each ENDPOINT, open or not and why; with --tls its " +
    "certificate. The exit status is 0 when all are open, 1 when one is not.",
    "The exit status is 0 when the server has ended the conversation or --wait is over, and 1 when " +
    "it could not be reached, broke the connection off or was silent for too long.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "the server: HOST:PORT, PORT, :PORT, [IPv6]:PORT, unix:PATH or unix:@NAME; " +
      "127.0.0.1:8000 if left out; several with --check, " +
      "and HOST:20-25 for several ports",
    repeated: true,
  }],
  options: OPTIONS,
  groups: GROUPS,
  examples: [
    { line: "netkit client", says: "talks to 127.0.0.1:8000" },
    { line: "echo hello | netkit client localhost:7000", says: "sends a line, prints the answer" },
    { line: "netkit client unix:/tmp/upper.sock <in >out", says: "sends a file, keeps the answer" },
    {
      line: "netkit client --check --retry 30 db:5432 cache:6379",
      says: "waits until both listen",
    },
    {
      line: "netkit client --check --tls --days 14 example.com:443",
      says: "shows the certificate; fails two weeks before its end",
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
  async fields() {
    const { CHECK_ONLY_FIELDS } = await import("./client/check_result.ts");
    return [...STATS_FIELDS, ...CHECK_ONLY_FIELDS];
  },
  permissions: [
    "--allow-net",
    "--allow-read and --allow-write for unix:PATH",
    "--allow-read for --ca, --cert and --key",
    "--allow-sys to trust the system's authorities besides --ca",
    "--allow-sys=networkInterfaces with --udp to know own and broadcast addresses",
  ],
  joinOperands: joinHostPort,
  check: async ({ options, operands }) => check(options, await operandsOf(options, operands)),
  habits: () => import("./client/habits.ts"),
  async run({ options: given, operands }, io) {
    const endpoints = check(given, await operandsOf(given, operands));
    const options = given.verbose ? { ...given, log: "text" as const } : given;
    if (options.check) {
      const { checkEndpoints } = await import("./client/check.ts");
      return await checkEndpoints(endpoints, options, io);
    }
    await converse(endpoints[0], options, io);
    return EXIT.ok;
  },
});

/** Resolves to the operands, one for each port. */
async function operandsOf(options: Options, operands: readonly string[]) {
  if (!options.check) return operands;
  return (await import("./client/port_ranges.ts")).eachPort(operands);
}

/** Connects to `endpoint`, and carries on the conversation with it. */
async function converse(endpoint: Endpoint, options: Options, io: Io): Promise<void> {
  const measurement = new Measurement();
  let connection: Connection | null = null;
  try {
    connection = await reach(endpoint, options, measurement, io);
    const name = formatEndpoint(endpoint);
    const session: SessionOptions = {
      ...options,
      name,
      peerRole: "server",
      verbose: true,
      isLast: true,
      ...(options.udp ? await udpSession(connection.peer, options, io) : {}),
    };
    const waits = options.retry === null || options.wait !== 0 || options.mode === "receive";
    await runSession(connection, session, measurement, waits ? io : await withoutWaiting(io));
  } finally {
    if (tellsStats(options)) {
      const { peer = null, alpn = null } = connection ?? {};
      const stats = { peer, alpn, ...measurement.result() };
      await say(io, options.json ? formatStatsJson(stats) : await formatStats(stats));
    }
  }
}

/** Returns `io` with a standard input that is not waited for. */
async function withoutWaiting(io: Io): Promise<Io> {
  const { withFirstRead } = await import("./client/first_read.ts");
  return await withFirstRead(io);
}

/**
 * Resolves to what a session by UDP does against silence: a pipe waits for no turn of the peer's longer than
 * for its last answer, and the table of the system may know that nobody is there.
 */
async function udpSession(
  peer: string,
  { mode, turnTimeout, wait }: Options,
  io: Io,
): Promise<Pick<SessionOptions, "turnTimeout" | "whySilent">> {
  const { whyUdpIsSilent } = await import("./client/udp_ports.ts");
  const waitsForTurns = mode === "half" && turnTimeout === null && !io.stdin.isTerminal();
  return {
    turnTimeout: waitsForTurns ? wait ?? UDP_WAIT : turnTimeout,
    whySilent: () => whyUdpIsSilent(peer, io),
  };
}
