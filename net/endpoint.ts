/**
 * Endpoints of servers and clients, as they are written on a command line.
 *
 * @module
 */
import { isNumbers, otherForm } from "../address/dotted.ts";
import { parsePortOrName } from "../address/known_ports.ts";
import { joinHostPort } from "../address/port.ts";
import { characterName, ParseError } from "../address/parse_error.ts";
import { withoutZone, withZone } from "../address/zone.ts";
import { listed, msg, t, translate } from "../text/messages.ts";

/** A host and a TCP port. */
export interface TcpEndpoint {
  /** The kind of endpoint. */
  readonly transport: "tcp";
  /** A name or an address; IPv6 without brackets. */
  readonly hostname: string;
  /** 0 to 65535; 0 lets the system choose when listening. */
  readonly port: number;
}

/** A Unix domain socket. */
export interface UnixEndpoint {
  /** The kind of endpoint. */
  readonly transport: "unix";
  /** The socket's file; or, behind a NUL, its name in Linux's abstract namespace (unix(7)). */
  readonly path: string;
}

/** The address at which a server listens and to which a client connects. */
export type Endpoint = TcpEndpoint | UnixEndpoint;

/** The host if none is written: nothing listens on all interfaces unless asked. */
export const DEFAULT_HOST = "127.0.0.1";

/** The port if none is written. */
export const DEFAULT_PORT = 8000;

const WHAT = msg("an endpoint");
const FORMS = msg("the forms are HOST:PORT, PORT, :PORT, [IPv6]:PORT, unix:PATH and unix:@NAME");
const forms = () => ({ hint: translate(FORMS) });

/**
 * Returns the endpoint that `text` names: `HOST:PORT`, `PORT`, `:PORT`, `[IPv6]:PORT` or `unix:PATH`.
 *
 * @throws {ParseError} For anything else; the hint says what to write instead.
 */
export function parseEndpoint(text: string): Endpoint {
  if (text.startsWith("unix:")) return { transport: "unix", path: parsePath(text) };
  if (text === "") throw new ParseError(WHAT, text, t`it is empty`, forms());
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new ParseError(WHAT, text, t`it is a URL`, forms());
  }
  refuseFullWidth(text);
  if (text.startsWith("[")) return parseBracketed(text);
  const colon = text.lastIndexOf(":");
  const hostname = text.slice(0, Math.max(0, colon));
  if (hostname.includes(":")) {
    const isAddress = [text, hostname].some((each) => isIpv6(each));
    const reason = isAddress ? t`IPv6 needs brackets before a port` : t`it has two colons`;
    const hint = isIpv6(text) ? t`write ${`[${text}]:${DEFAULT_PORT}`}` : translate(FORMS);
    throw new ParseError(WHAT, text, reason, { hint });
  }
  if (colon === -1 && (!/^[0-9]/.test(text) || isNumbers(text) && !/^[0-9]+$/.test(text))) {
    checkHostname(text, WHAT, text, 0);
    throw new ParseError(WHAT, text, t`the port is missing`, {
      hint: t`write ${text}:${DEFAULT_PORT}`,
    });
  }
  const port = parsePortOrName(text.slice(colon + 1));
  if (colon <= 0) return { transport: "tcp", hostname: DEFAULT_HOST, port };
  return { transport: "tcp", hostname: checkHostname(hostname, WHAT, text, 0), port };
}

/**
 * Refuses what an East Asian keyboard types in place of ASCII.
 *
 * @throws {ParseError} With the text to write instead.
 */
function refuseFullWidth(text: string): void {
  const at = text.search(/[\u3002\uff01-\uff60\uff61]/);
  if (at === -1) return;
  const ascii = text.normalize("NFKC").replace(/[\u3002\uff61]/g, ".");
  throw new ParseError(WHAT, text, t`${characterName(text[at]!)} is no character of ASCII`, {
    at: [at, at + 1],
    hint: t`write ${ascii}`,
  });
}

function parsePath(text: string): string {
  const path = text.slice("unix:".length);
  if (path === "") throw new ParseError(WHAT, text, t`the path is missing`, forms());
  if (path.includes("\0")) throw new ParseError(WHAT, text, t`a path has no NUL`);
  if (path === "@") throw new ParseError(WHAT, text, t`the name is missing`, forms());
  if (path.startsWith("@")) return `\0${path.slice(1)}`;
  return path;
}

function parseBracketed(text: string): TcpEndpoint {
  const close = text.indexOf("]");
  if (close === -1) throw new ParseError(WHAT, text, t`the bracket is not closed by "]"`);
  const hostname = text.slice(1, close);
  if (!/^[0-9a-f.]*:[0-9a-f:.]*(%[^%/\s]+)?$/i.test(hostname)) {
    throw new ParseError(WHAT, text, t`only an IPv6 address stands in brackets`, {
      at: [1, close],
    });
  }
  if (!isIpv6(hostname)) {
    throw new ParseError(WHAT, text, t`it is no IPv6 address`, { at: [1, close] });
  }
  if (text[close + 1] !== ":") {
    throw new ParseError(WHAT, text, t`the port is missing`, {
      at: [close + 1, text.length],
      hint: t`write ${`[${hostname}]:${DEFAULT_PORT}`}`,
    });
  }
  return { transport: "tcp", hostname, port: parsePortOrName(text.slice(close + 2)) };
}

/** Whether `text` is an IPv6 address, perhaps with a zone. */
function isIpv6(text: string): boolean {
  return URL.canParse(`http://[${withoutZone(text)}]/`);
}

/** The longest part of a name between dots, and the longest name (RFC 1035, section 2.3.4). */
const LONGEST_LABEL = 63, LONGEST_NAME = 253;

/**
 * Returns `hostname`, the part of `text` at `start`, if a resolver can be asked for it.
 *
 * @throws {ParseError} For names that no resolver is asked for: empty or too long, also in a part
 * between two dots, or with characters that no name contains; says that `text` is not `what`.
 */
function checkHostname(hostname: string, what: string, text: string, start: number): string {
  const refused = (
    reason: string,
    { hint = null, at = [0, hostname.length] }: {
      hint?: string | null;
      at?: readonly [start: number, end: number];
    } = {},
  ) =>
    new ParseError(what, text, reason, {
      at: [start + at[0], start + at[1]],
      ...(hint === null ? {} : { hint }),
    });
  const instead = (name: string) => ({ hint: t`write ${text.replace(hostname, () => name)}` });
  if (hostname === "*") {
    throw refused(t`"*" is no host name`, {
      hint: t`write 0.0.0.0 for all IPv4 addresses, [::] for IPv6 and IPv4`,
    });
  }
  // deno-lint-ignore no-control-regex -- NUL and other control characters are what is looked for
  const stray = hostname.search(/[\x00-\x20\x7f/\\@?#[\]"'<>,;]/);
  if (stray !== -1) {
    throw refused(t`no host name contains ${characterName(hostname[stray]!)}`, {
      at: [stray, stray + 1],
      hint: what === WHAT ? translate(FORMS) : null,
    });
  }
  if (isIpv6(hostname)) return hostname;
  if (hostname.includes(":")) throw refused(t`it is no IPv6 address`);
  const percent = hostname.indexOf("%");
  if (percent !== -1) {
    const at = [percent, hostname.length] as const;
    throw refused(t`only an IPv6 address has an interface behind %`, { at });
  }
  // deno-lint-ignore no-control-regex -- ASCII begins with NUL
  if (/[^\x00-\x7f]/.test(hostname)) {
    const url = `http://${hostname}/`; // `xn--…` (RFC 5891)
    const ascii = URL.canParse(url) ? new URL(url).hostname : null;
    if (ascii !== null && /(^|\.)xn--/.test(ascii)) {
      return checkHostname(ascii, what, text, start);
    }
    throw refused(
      t`host names are ASCII (RFC 5890)`,
      ascii === null ? {} : instead(ascii),
    );
  }
  const other = otherForm(hostname);
  if (other !== null) {
    const meant = listed(other.meant.map((address) => text.replace(hostname, address)), "or");
    throw refused(other.reason, { hint: meant === "" ? null : t`write ${meant}` });
  }
  if (/^\.|\.\./.test(hostname)) throw refused(t`a part of the name is empty`);
  if (/\d\.$/.test(hostname)) {
    throw refused(t`an address has no dot at its end`, instead(hostname.slice(0, -1)));
  }
  if (hostname.split(".").some((label) => label.length > LONGEST_LABEL)) {
    throw refused(t`a part of the name is longer than ${LONGEST_LABEL} characters`);
  }
  if (hostname.replace(/\.$/, "").length > LONGEST_NAME) {
    throw refused(t`the name is longer than ${LONGEST_NAME} characters`);
  }
  return hostname;
}

/**
 * Returns the host that `text` names for an option of its own: a name, an IPv4 address, or an IPv6
 * address with or without brackets.
 *
 * @throws {ParseError} For an empty text and characters that no host contains.
 */
export function parseHost(text: string): string {
  if (text === "") throw new ParseError(t`a host`, text, t`it is empty`);
  const bracketed = text.match(/^\[(.*)\]$/)?.[1];
  return checkHostname(bracketed ?? text, "a host", text, bracketed === undefined ? 0 : 1);
}

/**
 * Returns the endpoint of an operand, 127.0.0.1:8000 if there is none, with the host and the port that
 * are given as options. With a port as an option the operand may be a host alone. If only IPv6 is meant it
 * is [::1]:8000 in place of 127.0.0.1:8000.
 *
 * @throws {ParseError} As `parseEndpoint`, when a host or a port is given in both ways, when a Unix
 * socket is given one, and for an address of the other version.
 */
export function chooseEndpoint(
  operand: string | undefined,
  options: EndpointOptions,
): Endpoint {
  const endpoint = placeOf(operand, options);
  const version = versionOf(options);
  if (version === null) return endpoint;
  const asked = t`an endpoint of IPv${version}`;
  const leaving = { hint: t`leave -${version} out` };
  if (endpoint.transport === "unix") {
    throw new ParseError(asked, formatEndpoint(endpoint), t`it is a Unix socket`, leaving);
  }
  const { hostname } = endpoint;
  const isOpen = options.host === null && !operand?.includes(":", 1); // no host is written
  if (version === 6 && hostname === DEFAULT_HOST && isOpen) return { ...endpoint, hostname: "::1" };
  const own = hostname.includes(":") ? 6 : isNumbers(hostname) ? 4 : version;
  if (own === version) return endpoint;
  throw new ParseError(asked, formatEndpoint(endpoint), t`it is IPv${own}`, leaving);
}

/** Options that say where an endpoint is. */
export interface EndpointOptions {
  /** The host, or `null`. */
  readonly host: string | null;
  /** The port, or `null`. */
  readonly port: number | null;
  /** Whether only IPv4 is meant. */
  readonly ipv4?: boolean;
  /** Whether only IPv6 is meant. */
  readonly ipv6?: boolean;
}

/** Returns the version of IP that is meant, `null` for both. */
export function versionOf({ ipv4 = false, ipv6 = false }: Partial<EndpointOptions>): 4 | 6 | null {
  return ipv4 === ipv6 ? null : ipv4 ? 4 : 6;
}

function placeOf(operand: string | undefined, { host, port }: EndpointOptions): Endpoint {
  const [joined, ...more] = joinHostPort([operand ?? "", `${port ?? ""}`]);
  if (joined && port !== null && more.length === 0 && host === null) return parseEndpoint(joined);
  const endpoint: Endpoint = operand === undefined
    ? { transport: "tcp", hostname: DEFAULT_HOST, port: DEFAULT_PORT }
    : parseEndpoint(operand);
  if (endpoint.transport === "tcp") {
    if (operand !== undefined && port !== null) throw givenTwice(operand, "port");
    if (operand !== undefined && operand.includes(":", 1) && host !== null) {
      throw givenTwice(operand, "host");
    }
    return { ...endpoint, hostname: host ?? endpoint.hostname, port: port ?? endpoint.port };
  }
  if (host === null && port === null) return endpoint;
  throw new ParseError(t`a host and port`, formatEndpoint(endpoint), t`a Unix socket has neither`, {
    hint: t`leave --host and --port out`,
  });
}

/** Returns the text that `parseEndpoint` reads as `endpoint`. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.transport === "unix") return `unix:${endpoint.path.replace(/^\0/, "@")}`;
  const { hostname, port } = endpoint;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Returns an address of the system as it is written in an endpoint, with the zone of `hostname`. */
export function formatAddress(address: Deno.Addr, hostname = ""): string {
  if ("path" in address) return formatEndpoint({ transport: "unix", path: address.path });
  if ("cid" in address) return `vsock:${address.cid}:${address.port}`;
  return formatEndpoint({
    transport: "tcp",
    hostname: withZone(address.hostname, hostname),
    port: address.port,
  });
}

/** Returns the error for an operand that has what an option gives, too. */
function givenTwice(operand: string, what: "host" | "port"): ParseError {
  const [wanted, has] = what === "host"
    ? [t`a port for --host`, t`it has a host of its own`]
    : [t`a host for --port`, t`it has a port of its own`];
  return new ParseError(wanted, operand, has, { hint: t`leave --${what} out` });
}
