/**
 * `netkit serve`: a concurrent server that answers in upper case.
 *
 * @module
 */
import { ParseError } from "./address/parse_error.ts";
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  LOG_FORMS,
  type LogForm,
  option,
  port,
  repeated,
  seconds,
} from "./cli/command.ts";
import { cannot, EXIT } from "./cli/errors.ts";
import type { EventLog } from "./cli/event_log.ts";
import type { Io } from "./cli/io.ts";
import { readOption } from "./cli/parse.ts";
import { checkServeOptions } from "./cli/serve_options.ts";
import type { Listener } from "./net/accept.ts";
import type { Admission } from "./net/admit.ts";
import type { DatagramOptions } from "./net/datagrams.ts";
import { chooseEndpoint, type Endpoint, formatEndpoint, parseHost } from "./net/endpoint.ts";
import type { ServerEvent } from "./net/events.ts";
import { connectionsThatFit, listen, nextFreePort, type ServerTls } from "./net/listen.ts";
import { serve as serveConnections } from "./net/serve.ts";
import { asciiUpperCase, upperCase } from "./net/upper.ts";

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
    "conversations finish for --grace seconds; a second one stops at once.",
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
    udp: flag("serve datagrams: each one is answered by one"),
    tlsCert: option({
      value: "FILE",
      summary: "speak TLS with this certificate (PEM, with its chain)",
      parse: anyText,
    }, null),
    tlsKey: option({
      value: "FILE",
      summary: "the private key of the certificate (PEM)",
      parse: anyText,
    }, null),
    maxConnections: option({
      value: "N",
      summary:
        "serve at most N connections at once; as many as the open-file limit allows if left out",
      parse: parseCount,
    }, null),
    whenFull: choice(
      "ACTION",
      "one connection more: it waits in the listen queue, or is closed at once; wait if left out",
      ["wait", "refuse"],
      "wait",
    ),
    idleTimeout: seconds("close a connection on which nothing moves for this time", null),
    allow: repeated({
      value: "CIDR",
      summary: "serve only clients in this network; can be given several times",
      parse: anyText,
    }),
    deny: repeated({
      value: "CIDR",
      summary: "never serve clients in this network, also when allowed",
      parse: anyText,
    }),
    once: flag("serve one connection, then end"),
    drain: seconds(
      "when it stops: go on accepting for this time, but fail the health checks of a proxy (see " +
        "--proxy-protocol), so that it sends nobody any more; 0 if left out",
      0,
    ),
    grace: seconds("time to finish for open connections when it stops; 5 if left out", 5000),
    proxyProtocol: flag("expect a PROXY protocol header (version 1 or 2) and believe it"),
    log: choice("FORM", "how to log on standard error; text if left out", LOG_FORMS, "text"),
    verbose: flag("log every read and write", "v"),
  },
  examples: [
    { line: "netkit serve", says: "listens on 127.0.0.1:8000 until Ctrl-C" },
    { line: "netkit serve 0.0.0.0:7000", says: "listens on port 7000 of every IPv4 address" },
    { line: "netkit serve unix:/tmp/upper.sock", says: "listens on a Unix socket" },
    {
      line: "netkit serve --tls-cert cert.pem --tls-key key.pem 8443",
      says: "speaks TLS",
    },
    {
      line: "netkit serve 0.0.0.0:7000 --allow 192.168.0.0/16 --max-connections 100",
      says: "serves the local network, at most 100 at once",
    },
    { line: "netkit serve --log json -v", says: "tells a program of every call" },
  ],
  json: [
    { name: "time", type: "string", says: "with --log json: when, in UTC (RFC 3339)" },
    {
      name: "event",
      type: "string",
      says:
        "socket, bind, listen, accept, refuse, read, write, close, reset, error, fail, retry, drain, stop",
    },
    { name: "protocol, address", type: "string", says: "of the socket that listens" },
    { name: "connection", type: "number or null", says: "its number, from 1; null for datagrams" },
    { name: "peer", type: "string", says: "the client's address" },
    { name: "proxy", type: "string", says: "the proxy's address, with --proxy-protocol" },
    {
      name: "bytes, data",
      type: "number, string",
      says: "of a read or write, its first 256 bytes as text",
    },
    { name: "bytes_in, bytes_out", type: "number", says: "at the end: received and sent" },
    { name: "duration_ms", type: "number", says: "at the end: since it was accepted" },
    {
      name: "reason, error",
      type: "string or null",
      says: "why it was refused or not an ordinary end",
    },
    { name: "wait_ms", type: "number", says: "of a retry: until accepting is tried again" },
    { name: "drain_ms", type: "number", says: "of a drain: until it no longer accepts" },
    { name: "open, grace_ms", type: "number", says: "of a stop: open connections, time to finish" },
  ],
  permissions: [
    "--allow-net",
    "--allow-read and --allow-write for unix:PATH",
    "--allow-read for --tls-cert and --tls-key",
  ],
  async run({ options, operands }, io) {
    const endpoint = chooseEndpoint(operands[0], options);
    checkServeOptions(options, endpoint.transport === "unix");
    const { once, drain, grace, whenFull, idleTimeout, proxyProtocol, verbose } = options;
    const { stop, stopNow } = io;
    const access = await readAccess(options);
    const log = await openLog(io, options.log);
    const shared = {
      transform: options.ascii ? asciiUpperCase : upperCase,
      stop,
      verbose,
      ...access,
      onEvent: (event: ServerEvent) => log?.write(event),
    };
    if (options.udp) {
      await answerDatagrams(endpoint, shared);
    } else {
      await serveConnections(await listenAt(endpoint, await readTls(options, io)), {
        ...shared,
        stopNow,
        drain,
        grace,
        once,
        whenFull,
        idleTimeout,
        proxyProtocol,
        maxConnections: options.maxConnections ?? connectionsThatFit(),
      });
    }
    await log?.flush();
    stopNow.throwIfAborted();
  },
});

// What not every server needs is loaded when it is needed: a module costs 0.2 ms, a tenth of a
// server's start was the code of rules that nobody had given.

/** Opens the log, unless there is to be none. */
async function openLog(io: Io, form: LogForm): Promise<EventLog<ServerEvent> | null> {
  if (form === "none") return null;
  const [{ EventLog }, { describe }] = await Promise.all([
    import("./cli/event_log.ts"),
    import("./net/event_text.ts"),
  ]);
  return new EventLog(io, form, describe);
}

/** Reads the rules of `--allow` and `--deny`, if there are any. */
async function readAccess(
  { allow, deny }: Record<"allow" | "deny", readonly string[]>,
): Promise<Pick<Admission, "access">> {
  if (allow.length + deny.length === 0) return {};
  const { accessList, parseCidr } = await import("./net/access.ts");
  const networks = (name: string, texts: readonly string[]) =>
    readOption(name, () => texts.map(parseCidr));
  return { access: accessList({ allow: networks("allow", allow), deny: networks("deny", deny) }) };
}

/** Serves datagrams until the signal that `options` has. */
async function answerDatagrams(endpoint: Endpoint, options: DatagramOptions): Promise<void> {
  const [{ bindDatagrams }, { serveDatagrams }] = await Promise.all([
    import("./net/udp.ts"), // costs 20 ms
    import("./net/datagrams.ts"),
  ]);
  let socket;
  try {
    socket = await bindDatagrams(endpoint);
  } catch (error) {
    throw cannot(`listen on ${formatEndpoint(endpoint)}`, error);
  }
  await serveDatagrams(socket, options);
}

async function readTls(
  { tlsCert, tlsKey }: Record<"tlsCert" | "tlsKey", string | null>,
  io: Io,
): Promise<ServerTls | null> {
  if (tlsCert === null || tlsKey === null) return null;
  const [cert, key] = await Promise.all([tlsCert, tlsKey].map(async (path) => {
    try {
      return await io.readTextFile(path);
    } catch (error) {
      throw cannot(`read ${path}`, error, { exit: EXIT.usage });
    }
  }));
  return { cert: cert!, key: key! };
}

function parseCount(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new ParseError("a number of connections", text, "write 1 or more in digits");
}

async function listenAt(endpoint: Endpoint, tls: ServerTls | null): Promise<Listener> {
  try {
    return await listen(endpoint, tls);
  } catch (error) {
    if (tls !== null && error instanceof Error && !("code" in error)) {
      throw cannot("speak TLS", error, {
        exit: EXIT.usage,
        hint: "--tls-cert and --tls-key name files in PEM that belong together",
      });
    }
    throw cannot(`listen on ${formatEndpoint(endpoint)}`, error, {
      hint: hintFor(endpoint, error),
    });
  }
}

/** Returns what to do about an address that cannot be had, or `null`. */
function hintFor(endpoint: Endpoint, error: unknown): string | null {
  const name = error instanceof Error ? error.name : "";
  if (endpoint.transport === "unix") {
    return name === "AddrInUse" ? "another server listens there, or it is no socket" : null;
  }
  if (name === "AddrInUse") {
    const free = nextFreePort(endpoint);
    if (free === null) return null;
    const other = formatEndpoint({ ...endpoint, port: free });
    return `${other} is free: netkit serve ${other}`;
  }
  if (name === "PermissionDenied" && endpoint.port < 1024) {
    return "ports below 1024 are for root (on Linux: net.ipv4.ip_unprivileged_port_start); " +
      "take a higher one";
  }
  return null;
}
