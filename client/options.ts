/**
 * Options of the client, and the combinations that are refused.
 *
 * The folder, file by file:
 *
 * - `options.ts`: the options.
 * - `check.ts`: endpoints that are tried only; `check_result.ts`: what that gives, as text and as JSON.
 * - `port_ranges.ts`: ports of which a range is tried.
 * - `reach.ts`: the connection, tried again until the server is there.
 * - `retry.ts`: trying again until something works, or the time is over.
 * - `udp_ports.ts`: what the system knows of UDP ports and broadcast addresses.
 * - `first_read.ts`: standard input that is not waited for.
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
  optionName,
  port,
  seconds,
  type Values,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { ParseError } from "../address/parse_error.ts";
import { parseSource } from "../address/source_address.ts";
import { parseAlpn } from "../net/alpn.ts";
import { chooseEndpoint, type Endpoint, parseHost, versionOf } from "../net/endpoint.ts";
import type { StartTls } from "../net/starttls.ts";
import { type Refusal, refuse, TALK_OPTIONS, talkRefusals } from "../talk/options.ts";
import { t } from "../text/messages.ts";

/** The protocols of `--starttls`. */
const STARTTLS: readonly StartTls[] = ["smtp", "imap"];

/** The options, in the order in which help prints them. */
export const OPTIONS = {
  host: option({ value: "HOST", summary: "connect to this host", parse: parseHost }, null),
  port: port("connect to this port", null),
  ipv4: flag("only IPv4", "4"),
  ipv6: flag("only IPv6; [::1] in place of 127.0.0.1", "6"),
  source: option({
    value: "[ADDRESS][:PORT]",
    summary: "connect from this address, and this port",
    parse: parseSource,
  }, null),
  udp: flag("send datagrams; end --wait (1 if left out) after the last answer", "u"),
  connectTimeout: seconds("give up connecting after this; 10 if left out", 10_000),
  retry: seconds("keep trying so long until the server is there", null),
  check: flag("only tell if each ENDPOINT is open", "z"),
  tls: flag("speak TLS"),
  starttls: choice("PROTOCOL", "begin as mail does, then speak TLS", STARTTLS, null),
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
  fingerprint: option({
    value: "SHA256",
    summary: "take only the certificate with this SHA-256",
    parse: parseFingerprint,
  }, null),
  cert: option({
    value: "FILE",
    summary: "show this certificate (PEM) if asked for one",
    parse: anyText,
  }, null),
  key: option({ value: "FILE", summary: "the private key of --cert (PEM)", parse: anyText }, null),
  alpn: option({
    value: "LIST",
    summary: "offer these application protocols: h2,http/1.1",
    parse: parseAlpn,
  }, null),
  days: option({
    value: "N",
    summary: "in --check: fail with fewer days left",
    parse: parseDays,
  }, null),
  ...TALK_OPTIONS,
  log: choice("FORM", "log every call; none if left out", LOG_FORMS, "none"),
  verbose: flag("the same as --log text", "v"),
};

/** The options by their purpose, as help prints them. */
export const GROUPS: OptionGroups<typeof OPTIONS> = {
  connecting: ["host", "port", "ipv4", "ipv6", "source", "udp", "connectTimeout", "retry", "check"],
  TLS: [
    "tls",
    "starttls",
    "ca",
    "serverName",
    "insecure",
    "fingerprint",
    "cert",
    "key",
    "alpn",
    "days",
  ],
  "the conversation": [...Object.keys(TALK_OPTIONS) as (keyof typeof TALK_OPTIONS)[]],
  "the log on standard error": ["log", "verbose"],
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** Whether the client speaks TLS. */
export function speaksTls({ tls, starttls }: Pick<Options, "tls" | "starttls">): boolean {
  return tls || starttls !== null;
}

/**
 * Returns the SHA-256 in `text`, 32 bytes in hexadecimal with colons or without, in upper case and without.
 *
 * @throws {ParseError} For anything else.
 */
export function parseFingerprint(text: string): string {
  const digits = text.replace(/^sha-?256[ :=]/i, "").replaceAll(":", "");
  if (/^[0-9a-f]{64}$/i.test(digits)) return digits.toUpperCase();
  throw new ParseError(t`a SHA-256`, text, t`it has 64 hexadecimal digits, with colons or without`);
}

/**
 * Returns the number of days that `text` means.
 *
 * @throws {ParseError} For anything but 0 to 99,999 in digits.
 */
function parseDays(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new ParseError(t`a number of days`, text, t`write it in digits, like 14`);
}

/**
 * Returns the endpoints that are asked for: 127.0.0.1:8000 if no operand says otherwise, and more than one
 * only with --check.
 *
 * @throws {ParseError} For an operand that is no endpoint.
 * @throws {UserError} For the first combination that is refused.
 */
export function check(
  options: Options,
  operands: readonly string[],
): readonly [Endpoint, ...Endpoint[]] {
  const { source, udp, ca, serverName, insecure } = options;
  const tls = speaksTls(options);
  const tlsOption = options.tls ? "--tls" : "--starttls";
  if (operands.length > 1 && !options.check) {
    throw new UserError(t`"${operands[1]}" is one operand too many`, {
      hint: t`--check takes several endpoints`,
    });
  }
  const [first, ...others] = operands;
  const endpoints = [
    chooseEndpoint(first, options),
    ...others.map((operand) => chooseEndpoint(operand, options)),
  ] as const;
  const isUnix = endpoints.some(({ transport }) => transport === "unix");
  refuse([
    [isUnix && udp, t`--udp needs HOST:PORT: a Unix socket is a connection`],
    [isUnix && tls, t`${tlsOption} needs HOST:PORT: a Unix socket stays on this machine`],
    [isUnix && source !== null, t`--source needs HOST:PORT: a Unix socket comes from nowhere`],
    [
      source !== null && source.version !== null &&
      ![null, source.version].includes(versionOf(options)),
      t`--source has another version of IP than -4 or -6 asks for`,
    ],
    [udp && tls, t`--udp and ${tlsOption} do not go together: TLS needs a connection`],
    [!tls && ca !== null, t`--ca is about TLS`, t`add --tls`],
    [!tls && serverName !== null, t`--server-name is about TLS`, t`add --tls`],
    [!tls && insecure, t`--insecure is about TLS`, t`add --tls`],
    [options.verbose && options.log === "json", t`-v is --log text: leave it or --log json out`],
    [!tls && options.fingerprint !== null, t`--fingerprint is about TLS`, t`add --tls`],
    [!tls && options.alpn !== null, t`--alpn is about TLS`, t`add --tls`],
    [
      !tls && (options.cert ?? options.key) !== null,
      t`--cert and --key are about TLS`,
      t`add --tls`,
    ],
    [
      (options.cert === null) !== (options.key === null),
      t`--cert and --key belong together: give both`,
    ],
    [
      options.fingerprint !== null && (insecure || ca !== null),
      t`--fingerprint takes one certificate: leave --ca and --insecure out`,
    ],
    [insecure && ca !== null, t`--ca and --insecure do not go together: choose one`],
    ...(options.check ? checkRefusals(options) : conversationRefusals(options)),
  ]);
  return endpoints;
}

function conversationRefusals(options: Options): readonly Refusal[] {
  const { udp, days, mode } = options;
  return [
    [days !== null, t`--days is about the certificate that --check looks at`, t`add --check --tls`],
    ...talkRefusals(options, udp),
    [
      udp && mode === "receive",
      t`--mode receive sends nothing, and by UDP a server only answers`,
    ],
  ];
}

/** Returns the combinations with --check that are refused: whatever is about a conversation. */
function checkRefusals(options: Options): readonly Refusal[] {
  const given: readonly (readonly [key: keyof typeof TALK_OPTIONS, isGiven: boolean])[] = [
    ["mode", options.mode !== "full"],
    ["turnTimeout", options.turnTimeout !== null],
    ["keepOpen", options.keepOpen],
    ["idleTimeout", options.idleTimeout !== null],
    ["crlf", options.crlf],
    ["hex", options.hex],
    ["time", options.time],
    ["stats", options.stats],
  ];
  return [
    [
      options.udp,
      t`--check needs TCP: UDP does not tell whether a port is open`,
      t`send what a server answers: echo hello | netkit client --udp localhost:7000`,
    ],
    [
      options.days !== null && !speaksTls(options),
      t`--days is about the certificate`,
      t`add --tls`,
    ],
    ...given.map(([key, isGiven]): Refusal => [
      isGiven,
      t`--check has no conversation: leave --${optionName(key)} out`,
    ]),
  ];
}
