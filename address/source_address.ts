/**
 * The address from which a client connects, as it is written on a command line.
 *
 * @module
 */
import { formatIp, parseIp } from "./ip_text.ts";
import { ParseError, within } from "./parse_error.ts";
import { parsePort } from "./port.ts";
import { isGroup, isLinkLocal, ZONE_MISSING, ZONE_ON_LINKS_ONLY } from "./zone.ts";

/** An address of this machine, and a port. */
export interface SourceAddress {
  /** An IP address; one that is link-local has its zone: `fe80::1%eth0`. */
  readonly hostname: string;
  /** Its version. */
  readonly version: 4 | 6;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Returns the source that `text` names: `ADDRESS` or `ADDRESS:PORT`, IPv6 with a port in brackets.
 *
 * @throws {ParseError} For anything else.
 */
export function parseSource(text: string): SourceAddress {
  const [, bracketed, plain = "", port] = text.match(/^(?:\[([^\]]*)\]|([^:[]*))(?::([^:]*))?$/) ??
    [undefined, undefined, text];
  if (bracketed !== undefined && !bracketed.includes(":")) {
    throw new ParseError("a source address", text, "only an IPv6 address stands in brackets", {
      at: [1, 1 + bracketed.length],
    });
  }
  const address = within(
    "a source address",
    text,
    bracketed === undefined ? 0 : 1,
    () => parseIp(bracketed ?? plain),
  );
  const hostname = formatIp(address);
  const refused = (reason: string, hint: string) =>
    new ParseError("a source address", text, reason, { hint });
  if (isGroup(hostname)) throw refused("it is no address of a host", "write one of this machine");
  if (isLinkLocal(hostname) && address.zone === null) {
    throw refused(ZONE_MISSING, `write ${hostname}%eth0, with the name of yours`);
  }
  if (!isLinkLocal(hostname) && address.zone !== null) {
    throw refused(ZONE_ON_LINKS_ONLY, `write ${hostname.replace(/%.*/, "")}`);
  }
  return {
    hostname,
    version: address.version,
    port: port === undefined ? 0 : parsePort(port),
  };
}

/** Returns the text that `parseSource` reads as `source`. */
export function formatSource({ hostname, version, port }: SourceAddress): string {
  if (port === 0) return hostname;
  return version === 6 ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
