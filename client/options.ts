/**
 * Options of the client, and the combinations that are refused.
 *
 * The folder, file by file:
 *
 * - `options.ts`: the options.
 * - `reach.ts`: the connection, tried again until the server is there.
 * - `retry.ts`: trying again until something works, or the time is over.
 * - `connect_errors.ts`: a failed attempt in words.
 *
 * The conversation itself is in `talk/`, the connection in `net/`.
 *
 * @module
 */
import {
  anyText,
  choice,
  flag,
  LOG_FORMS,
  option,
  type OptionGroups,
  port,
  seconds,
  type Values,
} from "../cli/command.ts";
import { parseSource } from "../address/source_address.ts";
import { chooseEndpoint, type Endpoint, parseHost } from "../net/endpoint.ts";
import { refuse, TALK_OPTIONS, talkRefusals } from "../talk/options.ts";

/** The options, in the order in which help prints them. */
export const OPTIONS = {
  host: option({ value: "HOST", summary: "connect to this host", parse: parseHost }, null),
  port: port("connect to this port", null),
  source: option({
    value: "ADDRESS[:PORT]",
    summary: "connect from this address, and this port",
    parse: parseSource,
  }, null),
  udp: flag("send datagrams; end --wait (1 if left out) after the last answer"),
  connectTimeout: seconds("give up connecting after this; 10 if left out", 10_000),
  retry: seconds("keep trying so long until the server is there", null),
  tls: flag("speak TLS"),
  ca: option({
    value: "FILE",
    summary: "trust the certificates in this file (PEM), too",
    parse: anyText,
  }, null),
  serverName: option({
    value: "NAME",
    summary: "the name in the certificate; HOST if left out",
    parse: parseHost,
  }, null),
  insecure: flag("take any certificate: it may be another server"),
  ...TALK_OPTIONS,
  log: choice("FORM", "log every call; none if left out", LOG_FORMS, "none"),
};

/** The options by their purpose, as help prints them. */
export const GROUPS: OptionGroups<typeof OPTIONS> = {
  connecting: ["host", "port", "source", "udp", "connectTimeout", "retry"],
  TLS: ["tls", "ca", "serverName", "insecure"],
  "the conversation": [...Object.keys(TALK_OPTIONS) as (keyof typeof TALK_OPTIONS)[]],
  "the log on standard error": ["log"],
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/**
 * Returns the endpoint that is asked for: 127.0.0.1:8000 if no operand says otherwise.
 *
 * @throws {ParseError} For an operand that is no endpoint.
 * @throws {UserError} For the first combination that is refused.
 */
export function check(options: Options, operands: readonly string[]): Endpoint {
  const endpoint = chooseEndpoint(operands[0], options);
  const isUnix = endpoint.transport === "unix";
  const { source, udp, tls, ca, serverName, insecure } = options;
  refuse([
    [isUnix && udp, "--udp needs HOST:PORT: a Unix socket is a connection"],
    [isUnix && tls, "--tls needs HOST:PORT: a Unix socket does not leave this machine"],
    [isUnix && source !== null, "--source needs HOST:PORT: a Unix socket comes from nowhere"],
    [udp && tls, "--udp and --tls do not go together: TLS needs a connection"],
    [!tls && ca !== null, "--ca is about TLS", "add --tls"],
    [!tls && serverName !== null, "--server-name is about TLS", "add --tls"],
    [!tls && insecure, "--insecure is about TLS", "add --tls"],
    [insecure && ca !== null, "--ca and --insecure do not go together: choose one"],
    ...talkRefusals(options, udp),
    [
      udp && options.mode === "receive",
      "--udp and --mode receive do not go together: a server answers only a client that it has heard",
    ],
  ]);
  return endpoint;
}
