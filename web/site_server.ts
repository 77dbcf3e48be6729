/**
 * A server of a site for browsers, without a service.
 *
 * @module
 */
import type { Listener } from "../net/connection.ts";
import { withoutPort } from "../server/admit.ts";
import { serveConnections } from "../server/serve_connections.ts";
import { REQUEST_TIMEOUT, siteHandler } from "./browser_connection.ts";
import { RequestLimits } from "./request_limits.ts";
import type { Site } from "./site.ts";
import { accessFor } from "./web_access.ts";

/** The signals that end a server. */
export interface SiteServerOptions {
  /** The host on which it listens, as the user has written it. */
  readonly host: string;
  /** Ends it; open streams get their last event. */
  readonly stop: AbortSignal;
  /** Ends it at once. */
  readonly stopNow: AbortSignal;
}

/** Connections at once: a page has two, and a browser opens some ahead. */
const MOST = 128;

/** Milliseconds that browsers have for closing in good order. */
const GRACE = 2000;

/** Serves a site on `listener` until `stop`, and closes it. */
export async function serveSite(
  listener: Listener,
  site: Site,
  { host, stop, stopNow }: SiteServerOptions,
): Promise<void> {
  const requestLimits = new RequestLimits(MOST, REQUEST_TIMEOUT);
  const handler = siteHandler({
    resources: site.resources,
    site,
    traffic: null,
    ...accessFor(host, withoutPort(listener.address), { names: [], origins: [] }),
    secure: false,
    draining: () => stop.aborted,
    stop,
    onAnswer: () => {},
    requestLimits,
  });
  await serveConnections(listener, {
    transform: (source) => source,
    handler,
    stop,
    stopNow,
    grace: GRACE,
    maxConnections: MOST,
    makeRoom: () => requestLimits.makeRoom(),
    onEvent: () => {},
  });
}
