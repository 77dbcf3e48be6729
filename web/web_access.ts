/**
 * The rule of who may look at a server's page, and at the bytes of its clients that the page shows.
 *
 * The page is protected because it shows who is connected, and on opening a connection the beginning of
 * what it has said. It is kept from these people, in these ways:
 *
 * - *A page of the internet in a browser on this machine.* It can send requests to any address. One with a
 *   foreign `Origin` is refused with 403; a request without one, as for an image, gets no answer that another
 *   page could read (`Cross-Origin-Resource-Policy`, and no CORS fields).
 * - *The same by a name of its own that it makes lead here (DNS rebinding).* The browser still says that name
 *   as `Host`, and a name that is not this server's is refused with 421. Names are those it was started with,
 *   localhost, and IP addresses; no name is ever learnt from a request. So this stays impossible with
 *   `--web-name` and `--web-origin`, which name hosts one by one.
 * - *Another machine.* The listener is on 127.0.0.1 unless the user asks for more. Where it is on another
 *   address, or has a name beyond this machine (then a proxy leads to it), a token of 128 random bits is asked
 *   for. It stands in the fragment of the URL that is printed: browsers send a fragment to nobody, so it is in
 *   no request line, no log and no `Referer`. The page takes it out of its address and sends it as
 *   `Authorization: Bearer`, or as a subprotocol of the WebSocket, which the server's answer does not repeat.
 *   It is compared in constant time, and asked for from this machine, too: behind a proxy everybody comes from
 *   here.
 * - *Another user of this machine.* Not kept out where no token is asked for: whoever can connect to
 *   127.0.0.1 can look, as with any server that is being developed.
 *
 * The files of the page, `/healthz` and `/metrics` need no token: they have no bytes of anybody and no addresses.
 * Without TLS, a token is readable on the way like all else; `--tls` holds for this listener, too.
 *
 * @module
 */
import { ownHosts } from "./allowed_hosts.ts";
import { HttpError, type RequestHead } from "./http.ts";
import { msg } from "../text/messages.ts";

/** The names and pages for which a server is, besides its own. */
export interface WebNames {
  /** Further names of the server, in lower case: `lab.local`. */
  readonly names: readonly string[];
  /** Origins of further pages: `https://lab.example`. The host of each is a name of the server, too. */
  readonly origins: readonly string[];
}

/** The rule of who may look. */
export interface WebAccess {
  /** Whether the host that a request names is this server. */
  readonly isOwn: (host: string) => boolean;
  /** Origins of pages that may look, besides the server's own. */
  readonly origins: ReadonlySet<string>;
  /** The token that is asked for; `null` if none is. */
  readonly token: string | null;
}

/** The subprotocol of the page's WebSocket, and the beginning of the one that is its token. */
const PROTOCOL = "netkit", TOKEN_PROTOCOL = "netkit-token.";

/** Bytes of a token. */
const TOKEN_SIZE = 16;

/**
 * Returns the rule for a server that listens on `bound`, as the user has written it, and has got `address`,
 * with a new token if it can be reached from beyond this machine.
 */
export function accessFor(bound: string, address: string, { names, origins }: WebNames): WebAccess {
  const hosts = [...names, ...origins.map((origin) => new URL(origin).hostname)];
  const isBeyond = !isLoopback(address) || hosts.some((host) => !isLoopback(host));
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_SIZE));
  return {
    isOwn: ownHosts(bound, address, hosts),
    origins: new Set(origins),
    token: isBeyond ? bytes.toBase64({ alphabet: "base64url", omitPadding: true }) : null,
  };
}

/** Whether a host is this machine and nothing else. */
function isLoopback(host: string): boolean {
  return host === "localhost" || /^(127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}

/**
 * Lets a request pass for what needs the token, if it has that.
 *
 * @throws {HttpError} With status 401 for any other.
 */
export function checkToken({ path, fields }: RequestHead, { token }: WebAccess): void {
  if (token === null || (path !== "/ws" && !path.endsWith("/events"))) return;
  const bearer = fields.get("authorization")?.match(/^Bearer +([\w-]+)$/i)?.[1];
  const protocol = protocolsOf(fields).find((each) => each.startsWith(TOKEN_PROTOCOL))
    ?.slice(TOKEN_PROTOCOL.length);
  if (isSame(bearer ?? protocol ?? "", token)) return;
  throw new HttpError(
    401,
    msg("the token is missing: open the URL that netkit serve has printed"),
    {
      "WWW-Authenticate": "Bearer",
    },
  );
}

/** Returns the fields of the answer to a request for a WebSocket: the subprotocol, if it offers netkit's. */
export function chosenProtocol({ fields }: RequestHead): Readonly<Record<string, string>> {
  return protocolsOf(fields).includes(PROTOCOL) ? { "Sec-WebSocket-Protocol": PROTOCOL } : {};
}

function protocolsOf(fields: RequestHead["fields"]): string[] {
  return (fields.get("sec-websocket-protocol") ?? "").split(",").map((each) => each.trim());
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
function isSame(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < wanted.length; i++) {
    difference |= wanted.charCodeAt(i) ^ given.charCodeAt(i % Math.max(1, given.length));
  }
  return difference === 0;
}

/** Returns the fields with which an answer may be read by the page that asks, if it is one of the origins. */
export function originFields(
  { fields }: RequestHead,
  { origins }: WebAccess,
): Readonly<Record<string, string>> {
  const origin = fields.get("origin");
  if (origin === undefined || !origins.has(origin)) return {};
  return {
    "Access-Control-Allow-Origin": origin,
    "Cross-Origin-Resource-Policy": "cross-origin",
    Vary: "Origin",
  };
}

/** Whether a request asks if another may come from one of the origins (Fetch, section 3.2.2). */
export function isPreflight({ method, fields }: RequestHead, { origins }: WebAccess): boolean {
  return method === "OPTIONS" && fields.has("access-control-request-method") &&
    origins.has(fields.get("origin") ?? "");
}

/** The fields of the answer to such a request. */
export const PREFLIGHT: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "GET",
  "Access-Control-Allow-Headers": "Authorization",
};
