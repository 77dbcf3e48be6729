/**
 * `netkit serve`: a concurrent server that answers in upper case.
 *
 * @module
 */
import { joinHostPort } from "./address/port.ts";
import { type Command, command, type LogForm } from "./cli/command.ts";
import { cannot, EXIT } from "./cli/errors.ts";
import type { Io } from "./cli/io.ts";
import type { Listener, ServerTls } from "./net/connection.ts";
import { chooseEndpoint, DEFAULT_HOST, type Endpoint, versionOf } from "./net/endpoint.ts";
import { connectionsThatFit, listen } from "./net/listen.ts";
import type { Admission } from "./server/admit.ts";
import { capacityFor } from "./server/capacity.ts";
import type { TotalledLog } from "./server/event_totals.ts";
import type { EndEvent, ServerEvent } from "./server/events.ts";
import {
  check,
  EXAMPLES,
  FIELDS,
  GROUPS,
  OPTIONS,
  type Options,
  speaksTls,
} from "./server/options.ts";
import { serveConnections } from "./server/serve_connections.ts";
import type { ServedTls } from "./server/server_tls.ts";
import type { ServeOptions } from "./server/serve_options.ts";
import { asciiUpperCase, upperCase } from "./server/upper.ts";
import { UDP_WAIT } from "./talk/options.ts";
import type { WebListener } from "./web/serve_with_web.ts";
import { t } from "./text/messages.ts";

/** The command. */
export const serve: Command = command({
  name: "serve",
  description: [
    "A concurrent TCP server: what a client sends comes back in upper case. Text is UTF-8, right " +
    "wherever the stream is cut (straße becomes STRASSE); bytes that are no text come back " +
    "unchanged. When a client ends its half, everything is answered and the connection is closed.",
    "What happens is logged on standard error. Ctrl-C (or SIGTERM) stops accepting and lets open " +
    "connections finish for --grace seconds; a second one stops at once. With --once, the exit " +
    "status is 1 if the connection did not end in order.",
    "With --talk it answers nothing: standard input and output are those of a conversation with the " +
    "first client, as netkit client has it with a server.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "where to listen: HOST:PORT, PORT, :PORT, [IPv6]:PORT, unix:PATH or unix:@NAME; " +
      "127.0.0.1:8000 if left out, or a socket that systemd hands over (LISTEN_FDS)",
  }],
  options: OPTIONS,
  groups: GROUPS,
  examples: EXAMPLES,
  fields: () => Promise.resolve(FIELDS),
  permissions: [
    "--allow-net",
    "--allow-read and --allow-write for unix:PATH",
    "--allow-read for --tls-cert, --tls-key, --client-ca and @FILE",
    "--allow-write for --port-file",
    "--allow-run=tcpdump for --trace",
    "--allow-ffi with TLS",
  ],
  joinOperands: joinHostPort,
  async check({ options, operands }) {
    check(options, operands);
    if (options.web !== null) (await import("./server/web_port.ts")).checkWeb(options, operands);
    if (options.alpn !== null) (await import("./server/server_tls.ts")).readAlpn(options.alpn);
    if (options.talk) (await import("./server/talk_options.ts")).checkTalk(options);
    else (await import("./server/access_rules.ts")).checkRules(options);
  },
  habits: () => import("./server/habits.ts"),
  async run({ options, operands }, io) {
    check(options, operands);
    const version = versionOf(options);
    const chosen = chooseEndpoint(operands[0], options);
    const endpoint = version === null
      ? chosen
      : await (await import("./server/ip_version.ts")).resolved(chosen, version, io);
    if (options.web !== null) (await import("./server/web_port.ts")).checkWeb(options, operands);
    const passed = io.env("LISTEN_FDS") === undefined
      ? null
      : (await import("./server/passed_socket.ts")).passedSocket(options, operands, io);
    const asked = { ...options, passed };
    if (options.talk) return await talk(endpoint, asked, io);
    const access = await readAccess(options, io);
    const log = await openLog(io, options.log);
    const shared: Shared = {
      ...access,
      stop: io.stop,
      verbose: options.verbose,
      onEvent: (event) => log?.write(event),
    };
    const end = options.udp
      ? await answerDatagrams(endpoint, shared, options, io)
      : await answerConnections(endpoint, shared, asked, io);
    await log?.end();
    io.stopNow.throwIfAborted();
    if (end === null || end.event === "close" || options.reset) return EXIT.ok;
    if (log !== null) return EXIT.failed; // it has said so
    throw cannot(t`serve ${end.peer} to the end`, end.error ?? t`connection reset by peer`);
  },
});

/** The options, and the descriptor of a socket that another program has opened for this one, if there is one. */
type Asked = Options & { readonly passed: number | null };

/** The options that connections and datagrams have in common. */
type Shared = Pick<ServeOptions, "access" | "stop" | "verbose" | "onEvent">;

// Code that not every server needs is loaded when it is needed: a module costs 0.2 ms, a tenth of a
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

/** Reads the rules of `--allow` and `--deny`, if there are any: the networks, files and names in them. */
async function readAccess(
  rules: Record<"allow" | "deny", readonly string[]>,
  io: Io,
): Promise<Pick<Admission, "access">> {
  if (rules.allow.length + rules.deny.length === 0) return {};
  const [{ accessList }, { readRules }] = await Promise.all([
    import("./server/access.ts"),
    import("./server/access_rules.ts"),
  ]);
  const [allow, deny] = [
    await readRules("allow", rules.allow, io),
    await readRules("deny", rules.deny, io),
  ];
  if (allow.length > 0 || rules.allow.length === 0) return { access: accessList({ allow, deny }) };
  return { access: () => false }; // a file without a rule allows nobody, rather than everybody
}

/** Talks with clients through standard input and output, instead of answering them. */
async function talk(endpoint: Endpoint, options: Asked, io: Io): Promise<number> {
  const [{ checkTalk }, { talkWithClients }] = await Promise.all([
    import("./server/talk_options.ts"),
    import("./server/talk.ts"),
  ]);
  checkTalk(options);
  const { access } = await readAccess(options, io);
  const { wait, udp } = options;
  const tls = udp ? null : await readTls(options, endpoint, io);
  const listenFor = async (onLoss: () => void): Promise<Listener> => {
    if (!udp || endpoint.transport === "unix") {
      return await openListener(endpoint, tls, options, io);
    }
    try {
      const { listenForDatagrams } = await import("./net/udp_listen.ts"); // costs 20 ms
      const listener = await listenForDatagrams(endpoint, { wait: wait ?? UDP_WAIT, onLoss });
      await tellPort(listener.address, options, io);
      return listener;
    } catch (error) {
      const { cannotListen } = await import("./server/bind_hints.ts");
      throw await cannotListen(error, endpoint, { protocol: "udp", option: "" }, io);
    }
  };
  const settings = { ...options, ...(access ? { access } : {}), certificate: tls?.made ?? null };
  return await talkWithClients(listenFor, settings, io);
}

/** Serves connections until the signal to stop; resolves to how the one of `--once` ended, or to `null`. */
async function answerConnections(
  endpoint: Endpoint,
  shared: Shared,
  options: Asked,
  io: Io,
): Promise<EndEvent | null> {
  const { drain, grace, once, whenFull, idleTimeout, proxyProtocol, web } = options;
  const tls = await readTls(options, endpoint, io);
  if (tls?.made) shared.onEvent(tls.made);
  const listener = await openListener(endpoint, tls, options, io);
  const capacity = capacityFor(options, connectionsThatFit);
  const serving: ServeOptions = {
    ...shared,
    ...{ drain, grace, once, whenFull, idleTimeout, proxyProtocol },
    ...await serviceOf(options, io),
    maxConnections: capacity.sockets,
    maxHandshakes: capacity.handshakes,
    stopNow: io.stopNow,
  };
  if (web === null) return await serveConnections(listener, serving);
  const webListener = await openWeb(listener, endpoint, options, tls, capacity.browsers, io);
  const { serveWithWeb } = await import("./web/serve_with_web.ts");
  await serveWithWeb(listener, webListener, serving);
  return null;
}

/** Returns the service that the options ask for. */
async function serviceOf(
  { ascii, echo, hold, reset, linger }: Options,
  io: Io,
): Promise<Pick<ServeOptions, "transform" | "handler">> {
  const upper = ascii ? asciiUpperCase : upperCase;
  if (!echo && !hold && !reset && linger === null) return { transform: upper };
  const services = await import("./server/services.ts");
  const service = echo ? services.echo : hold ? services.hold : upper;
  if (reset) return { transform: service, handler: services.resetting(linger ?? 0, io.stop) };
  if (linger === null) return { transform: service };
  return { transform: services.lingering(service, linger, io.stop) };
}

/** Serves datagrams until the signal to stop. */
async function answerDatagrams(
  endpoint: Endpoint,
  shared: Shared,
  options: Options,
  io: Io,
): Promise<null> {
  const { answerDatagrams } = await import("./server/udp_service.ts");
  await answerDatagrams(endpoint, shared, options, io, (at) => tellPort(at, options, io));
  return null;
}

/** Resolves to the server's half of TLS, if it is to speak that. */
async function readTls(options: Options, endpoint: Endpoint, io: Io): Promise<ServedTls | null> {
  if (!speaksTls(options)) return null;
  return await (await import("./server/server_tls.ts")).readTls(options, endpoint, io);
}

/** Opens the listener for browsers beside `listener`; closes that if it cannot be had. */
async function openWeb(
  listener: Listener,
  endpoint: Endpoint,
  options: Options,
  tls: ServerTls | null,
  maxConnections: number,
  io: Io,
): Promise<WebListener> {
  const host = endpoint.transport === "unix" ? DEFAULT_HOST : endpoint.hostname;
  const served = tls && { ...tls, alpn: [] }; // --alpn names the protocol of the others: the page is HTTP/1.1
  try {
    const [{ RESOURCES }, { pageOf }, web] = await Promise.all([
      import("./web/resources.ts"),
      import("./server/web_port.ts"),
      listenAt({ transport: "tcp", hostname: host, port: options.web! }, served, io, "--web "),
    ]);
    const page = pageOf(options, web, tls !== null, io);
    const { startLiveTrace } = options.trace ? await import("./web/live_trace.ts") : {};
    const trace = await startLiveTrace?.(listener.address, options.log === "text", io) ?? null;
    return { listener: web, host, ...page, resources: RESOURCES, maxConnections, trace };
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** Opens the listener that the options ask for. */
async function openListener(
  endpoint: Endpoint,
  tls: ServerTls | null,
  options: Asked,
  io: Io,
): Promise<Listener> {
  const { reset, passed } = options;
  const listener = passed === null
    ? await listenAt(endpoint, tls, io, "", reset)
    : await (await import("./server/passed_socket.ts")).listenAtPassed(passed, tls, reset);
  try {
    await tellPort(listener.address, options, io);
  } catch (error) {
    listener.close();
    throw error;
  }
  return listener;
}

/** Writes the port of `address` into the file that was asked for, if one was. */
async function tellPort(address: string, { portFile }: Options, io: Io): Promise<void> {
  if (portFile === null) return;
  await (await import("./server/passed_socket.ts")).writePort(portFile, address, io);
}

/** Listens; `option` stands before the port in the hint that another one is free. */
async function listenAt(
  endpoint: Endpoint,
  tls: ServerTls | null,
  io: Io,
  option = "",
  resets = false,
): Promise<Listener> {
  try {
    return await listen(endpoint, tls, resets);
  } catch (error) {
    const { cannotListen, cannotSpeakTls } = await import("./server/bind_hints.ts"); // rarely needed
    if (tls !== null) cannotSpeakTls(error);
    throw await cannotListen(error, endpoint, { protocol: "tcp", option }, io);
  }
}
