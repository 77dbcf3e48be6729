/**
 * `client --check`: whether somebody listens at each of several endpoints, without a conversation.
 *
 * @module
 */
import { EXIT, Stopped, UserError } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { type Endpoint, formatEndpoint } from "../net/endpoint.ts";
import type { PeerCertificate } from "../net/peer_certificate.ts";
import { closeQuietly } from "../net/stream.ts";
import type { TlsOptions } from "../net/tls.ts";
import { Measurement } from "../talk/measurement.ts";
import { tlsReason } from "../talk/tls_errors.ts";
import { width } from "../text/layout.ts";
import { isUnresolved, reasonOf } from "../text/reason.ts";
import { count } from "../text/units.ts";
import {
  checkRecord,
  type CheckResult,
  type CheckState,
  daysLeft,
  formatCheck,
  REFUSED,
} from "./check_result.ts";
import type { Options } from "./options.ts";
import { reach, readTls } from "./reach.ts";
import { t, translate } from "../text/messages.ts";

/** The most endpoints that are tried at the same time. */
const AT_ONCE = 16;

/**
 * Connects to each of `endpoints` and hangs up; prints a line for each, in their order, as soon as it and
 * those before it are known. Standard input is not read.
 *
 * @returns The exit code: 0 if all are open.
 * @throws {UserError} For a request that is wrong or cannot be made, such as a source that is no address
 * of this machine.
 */
export async function checkEndpoints(
  endpoints: readonly Endpoint[],
  options: Options,
  io: Io,
): Promise<number> {
  const tls = await readTls(options, io);
  const atOnce = options.log === "none" ? AT_ONCE : 1; // or nobody could tell the lines of the log apart
  const results: Promise<CheckResult>[] = [];
  const startNext = () => {
    const endpoint = endpoints[results.length];
    if (endpoint === undefined) return;
    const result = checkEndpoint(endpoint, tls, options, io);
    results.push(result);
    result.then(startNext, () => {});
  };
  for (let i = 0; i < atOnce; i++) startNext();
  const columns = {
    state: endpoints.length > 1 ? "unresolved".length : 0,
    endpoint: Math.max(...endpoints.map((each) => width(formatEndpoint(each)))),
  };
  let isOpen = true;
  for (let i = 0; i < endpoints.length; i++) {
    const result = await results[i]!;
    isOpen &&= result.state === "open";
    const text = options.json ? formatJson(checkRecord(result)) : formatCheck(result, columns);
    await print(io.stdout, `${text}\n`);
  }
  return isOpen ? EXIT.ok : EXIT.failed;
}

async function checkEndpoint(
  endpoint: Endpoint,
  tls: TlsOptions | null,
  options: Options,
  io: Io,
): Promise<CheckResult> {
  const measurement = new Measurement();
  let certificate: PeerCertificate | null = null;
  let peer: string | null = null;
  let alpn: string | null = null;
  let failure: Failure | null = null;
  try {
    const inspect = (shown: PeerCertificate) => void (certificate = shown);
    const connection = await reach(endpoint, options, measurement, io, tls && { ...tls, inspect });
    closeQuietly(connection.channel);
    ({ peer, alpn = null } = connection);
    failure = faultOf(certificate, options, io.now());
  } catch (error) {
    failure = failureOf(error, options);
  }
  const { lookUp, connect, handshake } = measurement.result();
  return {
    endpoint: formatEndpoint(endpoint),
    state: failure?.state ?? "open",
    peer,
    lookUp,
    connect,
    handshake,
    alpn,
    reason: failure?.reason ?? null,
    certificate,
    at: io.now(),
  };
}

/** Why an endpoint is not open. */
interface Failure {
  readonly state: CheckState;
  readonly reason: string;
}

/** Returns the fault of a certificate, or `null` if there is none. */
function faultOf(
  certificate: PeerCertificate | null,
  { insecure, days }: Options,
  now: number,
): Failure | null {
  if (certificate === null) return null;
  const { fault } = certificate;
  if (fault !== null && !insecure) {
    return { state: "failed", reason: tlsReason(fault)?.words ?? reasonOf(fault) };
  }
  const left = daysLeft(certificate, now);
  if (days === null || left >= days) return null;
  const words = left < 0 ? t`has ended` : t`ends in ${count(left, "day")}`;
  return { state: "failed", reason: t`the certificate ${words}, and is to have ${days} left` };
}

/**
 * Returns why an endpoint could not be reached.
 *
 * @throws What says that the request was wrong, or a signal has ended it.
 */
function failureOf(error: unknown, { connectTimeout, retry }: Options): Failure {
  if (error instanceof Stopped || !(error instanceof UserError)) throw error;
  const { cause } = error;
  const tried = retry === null ? "" : t`, tried for ${retry / 1000} s`;
  if (cause instanceof Error) {
    const timeout = Math.min(connectTimeout, retry ?? Infinity) / 1000;
    if (cause.name === "TimeoutError" || cause.name === "TimedOut") {
      return { state: "silent", reason: t`no answer in ${timeout} s${tried}` };
    }
    if (cause.name === "ConnectionRefused") {
      return { state: "refused", reason: translate(REFUSED) + tried };
    }
    if (isUnresolved(cause)) {
      return { state: "unresolved", reason: t`name does not resolve${tried}` };
    }
  }
  if (error.exit === EXIT.usage && !isForbiddenRoute(cause)) throw error;
  return { state: "failed", reason: `${tlsReason(cause)?.words ?? reasonOf(cause)}${tried}` };
}

/**
 * Whether a route of this machine forbids an address (`blackhole` and `prohibit` of ip-route(8)): others may
 * be open.
 */
function isForbiddenRoute(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return code === "EINVAL" || code === "EACCES";
}
