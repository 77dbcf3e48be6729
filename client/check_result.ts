/**
 * Results of `client --check`, as text and as JSON.
 *
 * @module
 */
import type { JsonField } from "../cli/command.ts";
import { documentationOf, type Field, recordOf } from "../cli/record.ts";
import type { PeerCertificate } from "../net/peer_certificate.ts";
import { ALPN, CONNECT_TIMES } from "../talk/stats.ts";
import { escapeLine } from "../text/escape.ts";
import { count, formatDuration } from "../text/units.ts";
import { pad, width } from "../text/layout.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The state of an endpoint: somebody listens, nobody does, nothing came back, no such name, another failure. */
export type CheckState = "open" | "refused" | "silent" | "unresolved" | "failed";

/** The result for one endpoint. */
export interface CheckResult {
  /** The endpoint as it was asked for. */
  readonly endpoint: string;
  /** Its state. */
  readonly state: CheckState;
  /** The address that has answered, or `null`. */
  readonly peer: string | null;
  /** Milliseconds until the name was resolved, the connection was there and TLS was agreed; or `null`. */
  readonly lookUp: number | null;
  /** See `lookUp`. */
  readonly connect: number | null;
  /** See `lookUp`. */
  readonly handshake: number | null;
  /** The application protocol that TLS has agreed on (ALPN), or `null`. */
  readonly alpn: string | null;
  /** Why it is not open, in words; `null` if it is. */
  readonly reason: string | null;
  /** The certificate of the server, with TLS. */
  readonly certificate: PeerCertificate | null;
  /** Milliseconds since 1970 at which it was looked at. */
  readonly at: number;
}

/** The reason of the state that says it all. */
export const REFUSED: string = msg("connection refused");

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** Returns the whole days that `certificate` is still valid at the time `at`; negative when it has ended. */
export function daysLeft({ notAfter }: Pick<PeerCertificate, "notAfter">, at: number): number {
  return Math.floor((notAfter - at) / DAY);
}

/** A certificate, and the time at which it was looked at in milliseconds since 1970. */
type Shown = PeerCertificate & Pick<CheckResult, "at">;

const CERTIFICATE_FIELDS: readonly Field<Shown>[] = [
  {
    name: "tls",
    type: "string or null",
    says: "the version of TLS that was agreed on: TLSv1.3",
    of: ({ protocol }) => protocol,
  },
  { name: "subject", type: "string", says: "the name of its holder", of: ({ subject }) => subject },
  {
    name: "names",
    type: "array of strings",
    says: "the DNS names and IP addresses for which it is",
    of: ({ names }) => names,
  },
  { name: "issuer", type: "string", says: "the name of its signer", of: ({ issuer }) => issuer },
  {
    name: "not_before",
    type: "string",
    says: "the time from which it is valid",
    of: ({ notBefore }) => new Date(notBefore).toISOString(),
  },
  {
    name: "not_after",
    type: "string",
    says: "the time until which it is valid",
    of: ({ notAfter }) => new Date(notAfter).toISOString(),
  },
  {
    name: "days_left",
    type: "number",
    says: "whole days until then",
    of: (shown) => daysLeft(shown, shown.at),
  },
  {
    name: "sha256",
    type: "string",
    says: "its fingerprint",
    of: ({ fingerprint }) => fingerprint,
  },
];

const STATE_FIELDS: readonly Field<CheckResult>[] = [
  {
    name: "endpoint",
    type: "string",
    says: "with --check: the endpoint as it was asked for",
    of: ({ endpoint }) => endpoint,
  },
  {
    name: "state",
    type: "string",
    says: "with --check: open, refused, silent, unresolved or failed",
    of: ({ state }) => state,
  },
  {
    name: "peer",
    type: "string or null",
    says: "with --check: the address that has answered",
    of: ({ peer }) => peer,
  },
];

const REASON_FIELDS: readonly Field<CheckResult>[] = [
  {
    name: "reason",
    type: "string or null",
    says: "with --check: why it is not open, in words",
    of: ({ reason }) => reason,
  },
  {
    name: "certificate",
    type: "object or null",
    says: "with --check --tls: that of the server",
    inner: CERTIFICATE_FIELDS,
    of: ({ certificate, at }) =>
      certificate && recordOf(CERTIFICATE_FIELDS, { ...certificate, at }),
  },
];

/** All fields of a result. */
const FIELDS: readonly Field<CheckResult>[] = [
  ...STATE_FIELDS,
  ...CONNECT_TIMES,
  ALPN,
  ...REASON_FIELDS,
];

/** The documentation of those fields of `--check --json` that `--stats --json` does not have. */
export const CHECK_ONLY_FIELDS: readonly JsonField[] = documentationOf([
  ...STATE_FIELDS.filter(({ name }) => name !== "peer"),
  ...REASON_FIELDS,
]);

/** Returns a result as an object for JSON; times have three decimals. */
export function checkRecord(result: CheckResult): Record<string, unknown> {
  return recordOf(FIELDS, result);
}

/** Columns of the state and of the endpoint, where several lines stand below each other. */
export interface CheckColumns {
  /** Of the state. */
  readonly state: number;
  /** Of the endpoint. */
  readonly endpoint: number;
}

/** Returns a result in lines: `open 127.0.0.1:5432  0.41 ms`, with the certificate below. */
export function formatCheck(
  result: CheckResult,
  columns: CheckColumns = { state: 0, endpoint: 0 },
): string {
  const { endpoint, state, peer, reason, certificate, alpn, at } = result;
  const took = result.handshake ?? result.connect;
  const details = reason === null
    ? [took === null ? "" : formatDuration(took), peer === endpoint ? "" : peer ?? ""]
    : [reason === translate(REFUSED) ? "" : reason];
  const where = endpoint.padEnd(columns.endpoint);
  const line = [`${state.padEnd(columns.state)} ${where}`, ...details]
    .filter((each) => each !== "").join("  ").trimEnd();
  if (certificate === null) return escapeLine(line);
  const { subject, names, issuer, notAfter, protocol } = certificate;
  const left = daysLeft(certificate, at);
  const rows: readonly (readonly [string, string])[] = [
    [t`subject`, subject],
    [t`names`, names.join(", ")],
    [t`issuer`, issuer === subject ? t`${issuer} (itself)` : issuer],
    [
      left < 0 ? t`ended` : t`ends`,
      new Date(notAfter).toISOString().replace(/\.\d+Z$/, "Z") + t`, ` +
      (left < 0 ? t`${count(-left, "day")} ago` : t`${count(left, "day")} left`),
    ],
    ["TLS", protocol ?? ""],
    ["ALPN", alpn ?? ""],
  ];
  const labels = Math.max(...rows.map(([label]) => width(label)));
  return [
    line,
    ...rows.filter(([, value]) => value !== "").map(([key, value]) =>
      `  ${pad(key, labels)}  ${value}`
    ),
  ].map(escapeLine).join("\n");
}
