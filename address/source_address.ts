/**
 * The address from which a client connects, as it is written on a command line.
 *
 * @module
 */
import { parsePortOrName } from "./known_ports.ts";
import { formatIp, parseIp } from "./ip_text.ts";
import { ParseError, within } from "./parse_error.ts";

import { isGroup, isLinkLocal, withoutZone, ZONE_MISSING, ZONE_ON_LINKS_ONLY } from "./zone.ts";
import { t, translate } from "../text/messages.ts";

/** A local address and a port, of which at least one is given. */
export interface SourceAddress {
  /** An IP address, one that is link-local with its zone: `fe80::1%eth0`; `null` lets the system choose. */
  readonly hostname: string | null;
  /** The version of the address; `null` without one. */
  readonly version: 4 | 6 | null;
  /** The port; 0 lets the system choose. */
  readonly port: number;
}

/** An address of any kind, and a port, 0 if there is none, as `parseAddressPort` reads them. */
export interface AddressPort {
  /** The IP address. */
  readonly hostname: string;
  /** The version of the address. */
  readonly version: 4 | 6;
  /** The port. */
  readonly port: number;
  /** The interface of an address of a link. */
  readonly zone: string | null;
}

/**
 * Returns the address and port that `text` names: `ADDRESS` or `ADDRESS:PORT`, IPv6 with a port in
 * brackets. The address may be any, of a group, too.
 *
 * @param what What errors call it.
 * @throws {ParseError} For anything else.
 */
export function parseAddressPort(text: string, what = t`an address`): AddressPort {
  const [, bracketed, plain = "", port] = text.match(/^(?:\[([^\]]*)\]|([^:[]*))(?::([^:]*))?$/) ??
    [undefined, undefined, text];
  if (bracketed !== undefined && !bracketed.includes(":")) {
    throw new ParseError(what, text, t`only an IPv6 address stands in brackets`, {
      at: [1, 1 + bracketed.length],
    });
  }
  const address = within(
    what,
    text,
    bracketed === undefined ? 0 : 1,
    () => parseIp(bracketed ?? plain),
  );
  return {
    hostname: formatIp(address),
    version: address.version,
    port: port === undefined ? 0 : parsePortOrName(port),
    zone: address.zone,
  };
}

/**
 * Returns the source that `text` names, as `parseAddressPort` does: an address that a host can have. `:PORT`
 * is a port alone.
 *
 * @throws {ParseError} For anything else.
 */
export function parseSource(text: string): SourceAddress {
  const what = t`a source address`;
  if (/^:[^:]*$/.test(text)) {
    const port = within(what, text, 1, () => parsePortOrName(text.slice(1)));
    return { hostname: null, version: null, port };
  }
  const { zone, ...source } = parseAddressPort(text, what);
  const { hostname } = source;
  const refused = (reason: string, hint: string) => new ParseError(what, text, reason, { hint });
  if (isGroup(hostname)) throw refused(t`it is no address of a host`, t`write one of this machine`);
  if (isLinkLocal(hostname) && zone === null) {
    throw refused(translate(ZONE_MISSING), t`write ${hostname}%eth0, with the name of yours`);
  }
  if (!isLinkLocal(hostname) && zone !== null) {
    throw refused(translate(ZONE_ON_LINKS_ONLY), t`write ${withoutZone(hostname)}`);
  }
  return source;
}

/** Returns the text that `parseSource` reads as `source`. */
export function formatSource({ hostname, version, port }: SourceAddress): string {
  if (hostname === null) return `:${port}`;
  if (port === 0) return hostname;
  return version === 6 ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
