/**
 * The numbers of connections and handshakes that a server lets be open at once, shared out between TCP
 * and browsers.
 *
 * @module
 */
import { type Options, speaksTls } from "./options.ts";

/** Connections of browsers at once where no number is given; a page has four. */
const WEB_CONNECTIONS = 256;

/** The most TLS handshakes at once, and their share of the descriptors where these are few. */
const [MOST_HANDSHAKES, SHARE_OF_HANDSHAKES] = [256, 1 / 8];

/** The number of connections of each kind that may be open at once. */
export interface Capacity {
  /** Connections of sockets. */
  readonly sockets: number;
  /** Connections of browsers. */
  readonly browsers: number;
  /** TLS handshakes that are not over, of sockets and of browsers each. */
  readonly handshakes: number;
}

/**
 * Returns the number of connections of each kind that may be open at once.
 *
 * @param fit Returns how many connections of any kind the limit of open files allows.
 */
export function capacityFor(
  options: Pick<Options, "web" | "maxConnections" | "tls" | "tlsCert">,
  fit: () => number,
): Capacity {
  const { web, maxConnections } = options;
  const tls = speaksTls(options);
  if (maxConnections !== null && !tls) {
    return { sockets: maxConnections, browsers: maxConnections, handshakes: 0 };
  }
  const all = fit();
  const handshakes = !tls
    ? 0
    : Math.max(1, Math.min(MOST_HANDSHAKES, Math.floor(all * SHARE_OF_HANDSHAKES)));
  if (maxConnections !== null) {
    return { sockets: maxConnections, browsers: maxConnections, handshakes };
  }
  const left = all - handshakes * (web === null ? 1 : 2);
  const browsers = web === null ? 0 : Math.min(WEB_CONNECTIONS, Math.ceil(left / 2));
  return { sockets: Math.max(1, left - browsers), browsers, handshakes };
}
