/**
 * `netkit client`: standard input to a server, its answers to standard output, both at once.
 *
 * @module
 */
import { type Command, command } from "./cli/command.ts";
import { say } from "./cli/io.ts";
import { check, GROUPS, OPTIONS } from "./client/options.ts";
import { reach } from "./client/reach.ts";
import type { Connection } from "./net/connection.ts";
import { formatEndpoint } from "./net/endpoint.ts";
import { Measurement } from "./talk/measurement.ts";
import { runSession } from "./talk/session.ts";
import { formatStats, formatStatsJson, STATS_FIELDS } from "./talk/stats.ts";

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
    "send drops what arrives and tells how much it was; --mode receive sends nothing, and ends when the server has.",
    "The exit status is 0 when the server has ended the conversation or --wait is over, and 1 when " +
    "it could not be reached, broke the connection off or was silent for too long.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "the server: HOST:PORT, PORT, :PORT, [IPv6]:PORT or unix:PATH; " +
      "127.0.0.1:8000 if left out",
  }],
  options: OPTIONS,
  groups: GROUPS,
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
    const endpoint = check(options, operands);
    const measurement = new Measurement();
    let connection: Connection | null = null;
    try {
      connection = await reach(endpoint, options, measurement, io);
      const name = formatEndpoint(endpoint);
      const session = { ...options, name, peerRole: "server", verbose: true } as const;
      await runSession(connection, session, measurement, io);
    } finally {
      if (options.stats) {
        const stats = { peer: connection?.peer ?? null, ...measurement.result() };
        await say(io, options.json ? formatStatsJson(stats) : formatStats(stats));
      }
    }
  },
});
