/**
 * `netkit serve`: a concurrent server that answers in upper case.
 *
 * @module
 */
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  LOG_FORMS,
  type LogForm,
  option,
  optionalValue,
  port,
  repeated,
  seconds,
} from "./cli/command.ts";
import { cannot, EXIT } from "./cli/errors.ts";
import type { Io } from "./cli/io.ts";
import { readOption } from "./cli/parse.ts";
import {
  capacityFor,
  checkServeOptions,
  parseCount,
  parseWebPort,
  SERVE_EXAMPLES,
  SERVE_FIELDS,
  type ServeChoices,
} from "./server/options.ts";
import type { Admission } from "./server/admit.ts";
import type { BindOptions } from "./server/bind_hints.ts";
import type { DatagramOptions } from "./server/datagrams.ts";
import {
  chooseEndpoint,
  DEFAULT_HOST,
  type Endpoint,
  formatEndpoint,
  parseHost,
} from "./net/endpoint.ts";
import type { TotalledLog } from "./server/event_totals.ts";
import type { EndEvent, ServerEvent } from "./server/events.ts";
import { connectionsThatFit, listen, type ServerTls } from "./net/listen.ts";
import { serve as serveConnections } from "./server/serve_connections.ts";
import type { WebListener } from "./web/serve_with_web.ts";
import { asciiUpperCase, upperCase } from "./server/upper.ts";
import { isSystemError } from "./text/reason.ts";
import type { Listener } from "./net/connection.ts";

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
    "conversations finish for --grace seconds; a second one stops at once. With --once, the exit " +
    "status is 1 if the connection did not end in order.",
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
    udp: flag("serve datagrams: each one is answered by one, which is at most three times as long"),
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
        "serve at most N connections at once (with --web through each webListener); as many as the open-file limit allows if left out",
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
    web: optionalValue({
      value: "PORT",
      summary: "serve browsers as well: a page with the service and a live table of all " +
        "connections, /metrics and /healthz; on port 8080, or the number behind --web",
      bare: 8080,
      takes: (word) => /^[0-9]+$/.test(word),
      parse: parseWebPort,
    }, null),
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
  examples: SERVE_EXAMPLES,
  json: SERVE_FIELDS,
  permissions: [
    "--allow-net",
    "--allow-read and --allow-write for unix:PATH",
    "--allow-read for --tls-cert and --tls-key",
    "--allow-ffi with --tls-cert, to close the sockets of handshakes that never end",
  ],
  async run({ options, operands }, io) {
    const endpoint = chooseEndpoint(operands[0], options);
    checkServeOptions(options, endpoint);
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
    let end: EndEvent | null = null;
    if (options.udp) {
      await answerDatagrams(endpoint, shared, options.ascii, io);
    } else {
      const tls = await readTls(options, io);
      const listener = await listenAt(endpoint, tls, io);
      const { web } = options;
      const capacity = capacityFor(options, connectionsThatFit);
      const webListener = web === null
        ? null
        : await openWeb(listener, endpoint, web, tls, capacity.browsers, io);
      const rules = { drain, grace, once, whenFull, idleTimeout, proxyProtocol };
      const limits = { maxConnections: capacity.sockets, maxHandshakes: capacity.handshakes };
      const serving = { ...shared, ...rules, ...limits, stopNow };
      if (webListener === null) end = await serveConnections(listener, serving);
      else {await (await import("./web/serve_with_web.ts")).serveWithWeb(
          listener,
          webListener,
          serving,
        );}
    }
    await log?.end();
    stopNow.throwIfAborted();
    if (end === null || end.event === "close") return EXIT.ok;
    if (log !== null) return EXIT.failed; // it has said so
    throw cannot(`serve ${end.peer} to the end`, end.error ?? "connection reset by peer");
  },
});

// What not every server needs is loaded when it is needed: a module costs 0.2 ms, a tenth of a
// server's start was the code of rules that nobody had given.

/** Opens the log, unless there is to be none. */
async function openLog(io: Io, form: LogForm): Promise<TotalledLog | null> {
  if (form === "none") return null;
  const [{ EventLog }, { describe }, { withTotals }] = await Promise.all([
    import("./cli/event_log.ts"),
    import("./server/event_text.ts"),
    import("./server/event_totals.ts"),
  ]);
  return withTotals(await EventLog.open<ServerEvent>(io, form, describe));
}

/** Reads the rules of `--allow` and `--deny`, if there are any. */
async function readAccess(
  { allow, deny }: Record<"allow" | "deny", readonly string[]>,
): Promise<Pick<Admission, "access">> {
  if (allow.length + deny.length === 0) return {};
  const { accessList, parseCidr } = await import("./server/access.ts");
  const networks = (name: string, texts: readonly string[]) =>
    readOption(name, () => texts.map(parseCidr));
  return { access: accessList({ allow: networks("allow", allow), deny: networks("deny", deny) }) };
}

/** Serves datagrams until the signal that `options` has. */
async function answerDatagrams(
  endpoint: Endpoint,
  options: Omit<DatagramOptions, "answer">,
  ascii: boolean,
  io: Io,
): Promise<void> {
  const [{ bindDatagrams }, { readDrops }, { serveDatagrams }, { upperCaseMessage }] = await Promise
    .all([
      import("./net/udp.ts"), // costs 20 ms
      import("./server/udp_drops.ts"),
      import("./server/datagrams.ts"),
      import("./server/upper_message.ts"),
    ]);
  let socket;
  try {
    socket = await bindDatagrams(endpoint, {
      networkInterfaces: () => io.networkInterfaces(),
      drops: (hostname, port) => readDrops(io, hostname, port),
    });
  } catch (error) {
    throw await cannotListen(error, endpoint, { protocol: "udp", option: "" }, io);
  }
  const answer = (message: Uint8Array) => upperCaseMessage(message, { unicode: !ascii });
  await serveDatagrams(socket, { ...options, answer });
}

async function readTls({ tlsCert, tlsKey }: ServeChoices, io: Io): Promise<ServerTls | null> {
  if (tlsCert === null || tlsKey === null) return null;
  const { readServerTls } = await import("./cli/certificates.ts");
  return await readServerTls(tlsCert, tlsKey, io);
}

/** Opens the webListener for browsers beside `listener`; closes that if it cannot be had. */
async function openWeb(
  listener: Listener,
  endpoint: Endpoint,
  port: number,
  tls: ServerTls | null,
  maxConnections: number,
  io: Io,
): Promise<WebListener> {
  const host = endpoint.transport === "unix" ? DEFAULT_HOST : endpoint.hostname;
  try {
    const [{ RESOURCES }, web] = await Promise.all([
      import("./web/resources.ts"),
      listenAt({ transport: "tcp", hostname: host, port }, tls, io, "--web "),
    ]);
    return { listener: web, host, secure: tls !== null, resources: RESOURCES, maxConnections };
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** Listens; `webListener` stands before a port in the hint on another one. */
async function listenAt(
  endpoint: Endpoint,
  tls: ServerTls | null,
  io: Io,
  option = "",
): Promise<Listener> {
  try {
    return await listen(endpoint, tls);
  } catch (error) {
    if (tls !== null && error instanceof Error && !isSystemError(error)) {
      throw cannot("speak TLS", error, {
        exit: EXIT.usage,
        hint: "--tls-cert and --tls-key name files in PEM that belong together",
      });
    }
    throw await cannotListen(error, endpoint, { protocol: "tcp", option }, io);
  }
}

/** Resolves to the error for the user when listening at an endpoint failed with `error`. */
async function cannotListen(
  error: unknown,
  endpoint: Endpoint,
  options: BindOptions,
  io: Io,
): Promise<Error> {
  const { hintForBind } = await import("./server/bind_hints.ts"); // nobody needs it who can listen
  const hint = await hintForBind(endpoint, error, options, io);
  return cannot(`listen on ${formatEndpoint(endpoint)}`, error, { exit: EXIT.usage, hint });
}
