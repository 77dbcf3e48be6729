/**
 * The options of `netkit serve`: the table of them, which of them go together, examples, and the fields
 * of its log in JSON. Those that go with `--web` are in `web_port.ts`.
 *
 * @module
 */
import { parsePort } from "../address/port.ts";
import {
  anyText,
  choice,
  type Example,
  flag,
  type JsonField,
  jsonName,
  LOG_FORMS,
  option,
  optionalValue,
  type OptionGroups,
  optionName,
  parseCount,
  port,
  repeated,
  seconds,
  type Values,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import type { DroppedEvent, EventFields } from "../cli/event_log.ts";
import { chooseEndpoint, parseHost } from "../net/endpoint.ts";
import { TALK_OPTIONS } from "../talk/options.ts";
import type { ServerEvent } from "./events.ts";
import { t } from "../text/messages.ts";

/** The options of a conversation but `--idle-timeout`, which is one of any server. */
const { idleTimeout: _idleTimeout, ...CONVERSATION } = TALK_OPTIONS;

/** The table of options. */
export const OPTIONS = {
  host: option({
    value: "HOST",
    summary: "listen on this address; 0.0.0.0: all IPv4, :: both",
    parse: parseHost,
  }, null),
  port: port("listen on this port; 0 takes a free one", null),
  ipv4: flag("only IPv4", "4"),
  ipv6: flag("only IPv6; [::1] in place of 127.0.0.1", "6"),
  udp: flag("serve datagrams, with at most 3 times as much", "u"),
  portFile: option({
    value: "FILE",
    summary: "write the port to this file when it listens",
    parse: anyText,
  }, null),
  ascii: flag("change a to z only, and no other byte"),
  echo: flag("send the bytes back exactly"),
  hold: flag("accept and read, and never answer"),
  reset: flag("break each connection off with a reset (RST)"),
  linger: seconds("keep a connection open so long after the answer", null),
  web: optionalValue({
    value: "PORT",
    summary: "serve browsers, too; on port 8080, or this one",
    bare: 8080,
    takes: (word) => /^[0-9]+$/.test(word),
    parse: parsePort,
  }, null),
  webName: repeated({
    value: "HOST",
    summary: "the page has this name, too",
    parse: anyText,
  }),
  webOrigin: repeated({
    value: "URL",
    summary: "a page from there may look, too",
    parse: anyText,
  }),
  trace: flag("capture for the page, which draws each segment"),
  talk: flag("talk by standard input and output, with one client"),
  keep: flag("talk with the next client when it has gone"),
  ...CONVERSATION,
  tls: flag("speak TLS; makes a certificate if none is given"),
  tlsCert: option({
    value: "FILE",
    summary: "speak TLS with this certificate (PEM, its chain)",
    parse: anyText,
  }, null),
  tlsKey: option({
    value: "FILE",
    summary: "the private key of the certificate (PEM)",
    parse: anyText,
  }, null),
  clientCa: option({
    value: "FILE",
    summary: "ask clients for a certificate of these (PEM)",
    parse: anyText,
  }, null),
  alpn: option({
    value: "LIST",
    summary: "offer these application protocols: h2,http/1.1",
    parse: anyText,
  }, null),
  allow: repeated({
    value: "CLIENT",
    summary: "serve only CIDR, NAME, @FILE",
    parse: anyText,
  }),
  deny: repeated({
    value: "CLIENT",
    summary: "never serve these",
    parse: anyText,
  }),
  maxConnections: option({
    value: "N",
    summary: "serve N at once; else as many as files allow",
    parse: parseCount,
  }, null),
  whenFull: choice(
    "ACTION",
    "one more then; wait if left out",
    ["wait", "refuse"],
    "wait",
  ),
  idleTimeout: seconds("close a connection on which nothing moves so long", null),
  proxyProtocol: flag("expect and believe PROXY protocol headers (v1, v2)"),
  once: flag("serve one connection, then end"),
  drain: seconds(
    "when it stops: accept so long, but fail a proxy's health checks (--proxy-protocol); 0 if left out",
    0,
  ),
  grace: seconds("the time to finish when it stops; 5 if left out", 5000),
  log: choice("FORM", "how to log; text if left out", LOG_FORMS, "text"),
  verbose: flag("log every read and write", "v"),
} as const;

/** The options by their purpose, as help prints them. */
export const GROUPS: OptionGroups<typeof OPTIONS> = {
  listening: ["host", "port", "ipv4", "ipv6", "udp", "portFile"],
  answers: ["ascii", "echo", "hold", "reset", "linger", "web", "webName", "webOrigin", "trace"],
  "a conversation instead of answers": [
    "talk",
    "keep",
    ...Object.keys(CONVERSATION) as (keyof typeof CONVERSATION)[],
  ],
  TLS: ["tls", "tlsCert", "tlsKey", "clientCa", "alpn"],
  clients: ["allow", "deny", "maxConnections", "whenFull", "idleTimeout", "proxyProtocol", "once"],
  "the end": ["drain", "grace"],
  "the log on standard error": ["log", "verbose"],
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** Whether the server speaks TLS. */
export function speaksTls({ tls, tlsCert }: Pick<Options, "tls" | "tlsCert">): boolean {
  return tls || tlsCert !== null;
}

/**
 * Refuses options that do not go together, rather than leave one without effect.
 *
 * @throws {UserError} For the first combination that is refused.
 */
export function check(options: Options, operands: readonly string[]): void {
  const endpoint = chooseEndpoint(operands[0], options);
  const { udp, once, web } = options;
  if ((options.tlsCert === null) !== (options.tlsKey === null)) {
    throw new UserError(t`--tls-cert and --tls-key belong together: give both`);
  }
  const tls = speaksTls(options);
  for (const name of ["clientCa", "alpn"] as const) {
    if (options[name] === null || tls) continue;
    throw new UserError(t`--${optionName(name)} is about TLS`, { hint: t`add --tls` });
  }
  if (endpoint.transport === "unix" && (tls || udp)) {
    throw new UserError(t`a Unix socket does without ${tls ? "TLS" : "UDP"}: leave it out`);
  }
  if (options.reset && (tls || endpoint.transport === "unix")) {
    throw new UserError(t`--reset is about TCP: leave ${tls ? "TLS" : t`the Unix socket`} out`);
  }
  if (options.portFile !== null && endpoint.transport === "unix") {
    throw new UserError(t`--port-file needs a port, and a Unix socket has none`);
  }
  for (const name of ["webName", "webOrigin", "trace"] as const) {
    if (web !== null || [options[name]].flat().every((each) => each === false)) continue;
    throw new UserError(t`--${optionName(name)} is about the page`, { hint: t`add --web` });
  }
  const services = (["ascii", "echo", "hold", "reset"] as const)
    .filter((name) => options[name]).map((name) => `--${name}`);
  if (services.length > 1) {
    throw new UserError(t`${services.join(t` and `)} do not go together: choose one`);
  }
  checkWithoutTalk(options);
  if (!udp) return;
  const given = [
    tls && (options.tls ? "--tls" : "--tls-cert"),
    options.maxConnections !== null && "--max-connections",
    options.idleTimeout !== null && !options.talk && "--idle-timeout",
    once && "--once",
    options.hold && "--hold",
    options.reset && "--reset",
    options.linger !== null && "--linger",
    web !== null && "--web",
    options.proxyProtocol && "--proxy-protocol",
  ].find((name) => name !== false);
  if (given) throw new UserError(t`${given} needs connections, and UDP has none`);
}

/** Refuses the options of a conversation where there is none. */
function checkWithoutTalk(options: Options): void {
  if (options.talk) return;
  for (const name of ["keep", ...Object.keys(CONVERSATION)] as (keyof Options)[]) {
    if (OPTIONS[name].read([]) === options[name]) continue;
    throw new UserError(t`--${optionName(name)} is about a conversation`, {
      hint: name === "json" ? t`the log as JSON: write --log json` : t`add --talk`,
    });
  }
}

/** Calls as examples. */
export const EXAMPLES: readonly Example[] = [
  { line: "netkit serve", says: "listens on 127.0.0.1:8000 until Ctrl-C" },
  { line: "netkit serve unix:/tmp/up", says: "listens on a Unix socket" },
  { line: "netkit serve --tls 8443", says: "speaks TLS with a certificate for this run" },
  {
    line: "netkit serve 0.0.0.0:7000 --allow 192.168.0.0/16 --max-connections 100",
    says: "serves the local network, at most 100 at once",
  },
  { line: "netkit serve --web", says: "serves browsers on http://127.0.0.1:8080/, too" },
  { line: "netkit serve --log json -v", says: "tells a program of every call" },
  { line: "netkit serve --talk 7000", says: "is the other end of a chat" },
  { line: "netkit serve --talk --mode receive 7000 >file", says: "receives a file" },
];

/** The fields of the log in JSON: all that an event has, and no other (the type holds it). */
const LOG_FIELDS: EventFields<ServerEvent | DroppedEvent> = {
  time: ["string", "with --log json: when, in UTC (RFC 3339)"],
  event: [
    "string",
    "tls, socket, bind, listen, accept, refuse, request, read, write, close, reset, error, fail, lost, retry, drain, stop, dropped, totals",
  ],
  fingerprint: ["string", "of a certificate that was made: its SHA-256"],
  names: ["array of strings", "of that certificate: the host names and addresses for which it is"],
  protocol: ["string", "of the socket that listens, or of a browser: WebSocket, with -v HTTP"],
  address: ["string", "of the socket that listens"],
  url: ["string", "with --web: what a browser opens"],
  connection: ["number or null", "its number, from 1; null for datagrams"],
  peer: ["string or null", "the client's address; null where the kernel does not tell it"],
  proxy: ["string", "the proxy's address, with --proxy-protocol"],
  subject: ["string", "of TLS: the name in the client's certificate (RFC 4514)"],
  alpn: ["string", "of TLS: the application protocol (ALPN)"],
  method: ["string", "of a request, with --web -v"],
  path: ["string", "of a request: what it asks for"],
  status: ["number", "of a request: the status code of the answer"],
  bytes: ["number", "of a read or write"],
  data: ["string", "of a read or write: its first 256 bytes as text"],
  bytesIn: ["number", "at the end: received; of totals: the sum"],
  bytesOut: ["number", "at the end: sent; of totals: the sum"],
  durationMs: ["number", "at the end: since it was accepted"],
  reason: ["string or null", "why it was refused or lost, or not an ordinary end"],
  error: ["string or null", "the error behind it"],
  waitMs: ["number", "of a retry: until accepting is tried again"],
  drainMs: ["number", "of a drain: until it no longer accepts"],
  open: ["number", "of a stop: open connections"],
  graceMs: ["number", "of a stop: the time that they get to finish"],
  count: ["number", "of datagrams that were lost within a second: how many"],
  lines: [
    "number",
    "of dropped: lines of this log that nobody read in time, or that a full disk has cost",
  ],
  accepted: ["number", "of totals, the last line: connections; the sum of the next three"],
  closed: ["number", "of totals: connections that ended with close"],
  reset: ["number", "of totals: connections that ended with reset"],
  errors: ["number", "of totals: connections that ended with error"],
  refused: ["number", "of totals: connections and datagrams that were refused"],
  requests: ["number", "of totals: requests of browsers that this log tells of"],
  linesDropped: ["number", "of totals: lines that this log has dropped"],
  datagrams: [
    "object",
    "of totals with --udp: received (answered, refused, failed and lost together), and dropped by " +
    "the kernel before (null if it does not tell)",
  ],
};

/** The fields of the output in JSON. */
export const FIELDS: readonly JsonField[] = [
  ...Object.entries(LOG_FIELDS).map(([key, [type, says]]) => ({
    name: jsonName(key),
    type,
    says,
  })),
  {
    name: "total_ms",
    type: "number",
    says: "with --talk --json: until the end; with it the others of netkit client --stats",
  },
];
