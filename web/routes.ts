/**
 * The answers to requests: the page, the health of the server, its metrics, and refusals.
 *
 * @module
 */
import { type Answer, HttpError, listed, type RequestHead } from "./http.ts";
import { formatMetrics, METRICS_TYPE } from "./metrics.ts";
import type { Resource, Site } from "./site.ts";
import type { Traffic } from "./stats.ts";
import { checkToken, isPreflight, PREFLIGHT, type WebAccess } from "./web_access.ts";
import { isKey } from "./websocket_handshake.ts";
import { msg } from "../text/messages.ts";

/** The state of the server that answers are made of, and the rules for requests. */
export interface Offer extends WebAccess {
  /** The page's files by their paths; `/` is the page. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** The counts of the server; `null` without a service. */
  readonly traffic: Traffic | null;
  /** Further files and streams of events; none if not given. */
  readonly site?: Site;
  /** Whether TLS is spoken. */
  readonly secure: boolean;
  /** Whether the server is to stop. */
  readonly draining: () => boolean;
}

/** Fields of every answer: nothing of it may be kept, framed, guessed, or used by other pages. */
const SAFE_FIELDS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * Lets a request pass that is meant for this server, comes from no page of another, and only asks for a
 * resource. Content is answered like the request without it, but to GET and HEAD, where it means
 * nothing and is how requests are smuggled (RFC 9110, section 9.3.1).
 *
 * @throws {HttpError} For any other.
 */
export function checkRequest(
  request: RequestHead,
  offer: Pick<Offer, keyof WebAccess | "secure">,
): void {
  const { method, host, fields, hasContent } = request;
  const { isOwn, secure, origins } = offer;
  if (host !== null && !isOwn(host)) {
    throw new HttpError(
      421,
      msg(
        "this server has another name: open it by its address or as localhost, or name it (--web-name)",
      ),
    );
  }
  const origin = fields.get("origin");
  const own = `${secure ? "https" : "http"}://${host}`;
  const isForeign = origin !== undefined && origin.toLowerCase() !== own.toLowerCase();
  if (isForeign && !origins.has(origin)) {
    throw new HttpError(403, msg("this is not for pages of other servers (--web-origin)"));
  }
  if (isPreflight(request, offer)) return;
  if (method !== "GET" && method !== "HEAD") {
    throw new HttpError(405, msg("only GET and HEAD are answered"), { Allow: "GET, HEAD" });
  }
  if (hasContent) throw new HttpError(400, `a request by ${method} has no content here`);
  checkToken(request, offer);
}

/**
 * Returns the answer to a request for anything but the WebSocket.
 *
 * @throws {HttpError} When there is nothing.
 */
export function answerTo(request: RequestHead, offer: Offer): Answer {
  const { path, host } = request;
  const { resources, traffic, draining, secure, site } = offer;
  if (isPreflight(request, offer)) return { status: 204, fields: PREFLIGHT, content: null };
  switch (path) {
    case "/events":
      return EVENTS;
    case "/healthz":
      return draining() ? plain(503, "draining") : plain(200, "ok");
    case "/metrics":
      if (traffic === null) break;
      return {
        status: 200,
        fields: { ...SAFE_FIELDS, "Content-Type": METRICS_TYPE },
        content: formatMetrics(traffic),
      };
  }
  const resource = resources.get(path) ?? site?.resources.get(path);
  if (resource === undefined) throw new HttpError(404, msg("there is nothing here"));
  return {
    status: 200,
    fields: {
      ...SAFE_FIELDS,
      "Content-Type": resource.type,
      "Content-Security-Policy": policy(host, secure),
    },
    content: resource.content,
  };
}

/** Fields of an answer to a client that has to speak WebSocket. */
const UPGRADE = { Upgrade: "websocket", Connection: "Upgrade" };

/**
 * Returns the `Sec-WebSocket-Key` of a request for a WebSocket (RFC 6455, section 4.2.1).
 *
 * @throws {HttpError} For any other request.
 */
export function keyOf({ fields, method, version }: RequestHead): string {
  const upgrades = version !== "1.0" && // there it is to be ignored (RFC 9110, section 7.8)
    listed(fields.get("upgrade"), "websocket") &&
    listed(fields.get("connection"), "upgrade");
  if (method !== "GET" || !upgrades) throw new HttpError(426, msg("this is a WebSocket"), UPGRADE);
  if (fields.get("sec-websocket-version") !== "13") {
    const version = { ...UPGRADE, "Sec-WebSocket-Version": "13" };
    throw new HttpError(426, msg("the version of the protocol is 13"), version);
  }
  const key = fields.get("sec-websocket-key") ?? "";
  if (!isKey(key)) throw new HttpError(400, msg("the key is not 16 bytes in base64"));
  return key;
}

/** The answer that begins a stream of events. */
export const EVENTS: Answer = {
  status: 200,
  fields: { ...SAFE_FIELDS, "Content-Type": "text/event-stream; charset=utf-8" },
  content: null,
};

/**
 * Returns the rules for what the page may load: its own files and connections, and nothing else (Content Security
 * Policy Level 3). `ws:` stands beside `'self'` for browsers that do not count it there.
 */
function policy(host: string | null, secure: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${host ? ` ${secure ? "wss" : "ws"}://${host}` : ""}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function plain(
  status: number,
  text: string,
  fields: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    fields: { ...SAFE_FIELDS, "Content-Type": "text/plain; charset=utf-8", ...fields },
    content: `${text}\n`,
  };
}

/** Returns the answer that says why there is no other. */
export function refusal({ status, message, fields }: HttpError): Answer {
  return plain(status, message, fields);
}
