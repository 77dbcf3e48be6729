/**
 * `netkit serve`: a concurrent server that answers in upper case.
 *
 * @module
 */
import { type Command, command, flag, option, port } from "./cli/command.ts";
import { cannot, reasonOf } from "./cli/errors.ts";
import type { Io } from "./cli/io.ts";
import { formatBytes, formatDuration, formatTime, Log } from "./cli/log.ts";
import { escapeLine, type Palette, palette } from "./cli/terminal.ts";
import type { Listener } from "./net/accept.ts";
import { chooseEndpoint, type Endpoint, formatEndpoint, parseHost } from "./net/endpoint.ts";
import { serve as serveConnections, type ServerEvent } from "./net/serve.ts";
import { listen, nextFreePort } from "./net/listen.ts";
import { asciiUpperCase, upperCase } from "./net/upper.ts";

/** Milliseconds that open connections get to finish after the first signal. */
const GRACE = 5000;

/** The command. */
export const serve: Command = command({
  name: "serve",
  summary: "answer every connection in upper case",
  description: [
    "A concurrent TCP server: what a client sends comes back in upper case, each connection on its " +
    "own. Text is UTF-8, all of Unicode, right wherever the stream is cut (straße becomes STRASSE); " +
    "bytes that are no text come back unchanged. When the client ends its half of the connection, " +
    "everything is answered and the connection is closed.",
    "What happens is logged on standard error. Ctrl-C (or SIGTERM) stops accepting and lets open " +
    "conversations finish for 5 seconds; a second one stops at once.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "where to listen: HOST:PORT, PORT, :PORT, [IPv6]:PORT or unix:PATH; " +
      "127.0.0.1:8000 if left out; port 0 takes a free one",
  }],
  options: {
    host: option({
      value: "HOST",
      summary: "listen on this address; 0.0.0.0 is all of IPv4, :: all of IPv6 and IPv4",
      parse: parseHost,
    }, null),
    port: port("listen on this port", null),
    ascii: flag("change a to z only, and no other byte"),
  },
  examples: [
    { line: "netkit serve", says: "listens on 127.0.0.1:8000 until Ctrl-C" },
    { line: "netkit serve 0.0.0.0:7000", says: "listens on port 7000 of every IPv4 address" },
    { line: "netkit serve unix:/tmp/upper.sock", says: "listens on a Unix socket" },
  ],
  permissions: ["--allow-net", "--allow-read and --allow-write for unix:PATH"],
  async run({ options, operands }, io) {
    const endpoint = chooseEndpoint(operands[0], options);
    const { stop, stopNow } = io;
    const listener = listenAt(endpoint);
    const log = new Log(io.stderr);
    const style = palette(io, io.stderr);
    await serveConnections(listener, {
      transform: options.ascii ? asciiUpperCase : upperCase,
      stop,
      stopNow,
      grace: GRACE,
      onEvent: (event) => log.line(formatEvent(event, io, style)),
    });
    await log.flush();
    stopNow.throwIfAborted();
  },
});

function listenAt(endpoint: Endpoint): Listener {
  try {
    return listen(endpoint);
  } catch (error) {
    throw cannot(`listen on ${formatEndpoint(endpoint)}`, error, {
      hint: hintFor(endpoint, error),
    });
  }
}

/** Returns what to do about a port that cannot be had, or `null`. */
function hintFor(endpoint: Endpoint, error: unknown): string | null {
  const name = error instanceof Error ? error.name : "";
  if (endpoint.transport !== "tcp") return null;
  if (name === "AddrInUse") {
    const free = nextFreePort(endpoint.hostname, endpoint.port);
    return free === null
      ? null
      : `${formatEndpoint({ ...endpoint, port: free })} is free: netkit serve ${
        formatEndpoint({ ...endpoint, port: free })
      }`;
  }
  if (name === "PermissionDenied" && endpoint.port < 1024) {
    return "ports below 1024 are for root (on Linux: net.ipv4.ip_unprivileged_port_start); take a higher one";
  }
  return null;
}

/** Returns the line of the log for `event`. */
function formatEvent(event: ServerEvent, io: Io, style: Palette): string {
  const time = style.dim(formatTime(io.now()));
  return `${time}  ${event.event.padEnd(6)}  ${describe(event, style)}`;
}

function describe(event: ServerEvent, style: Palette): string {
  switch (event.event) {
    case "listen":
      return `${style.bold(escapeLine(event.address))}, waiting for connections; Ctrl-C stops`;
    case "accept":
      return `#${event.connection} ${escapeLine(event.peer)}`;
    case "retry":
      return event.wait === 0
        ? `a client was gone before it was accepted: ${reasonOf(event.error)}`
        : `cannot accept: ${reasonOf(event.error)}; trying again in ${formatDuration(event.wait)}`;
    case "stop":
      return event.open === 0
        ? "no connection is open"
        : `${event.open} open, ${
          formatDuration(event.grace)
        } to finish; Ctrl-C again stops at once`;
    case "close":
    case "reset":
    case "abort":
    case "error": {
      const { connection, peer, bytesIn, bytesOut, milliseconds, error } = event;
      const why = event.event === "error"
        ? `, ${reasonOf(error)}`
        : event.event === "abort"
        ? ", the time to finish was over"
        : "";
      return `#${connection} ${escapeLine(peer)}  ${formatBytes(bytesIn)} in, ` +
        `${formatBytes(bytesOut)} out, ${formatDuration(milliseconds)}${escapeLine(why)}`;
    }
  }
}
