/**
 * The hosts that a browser may ask for, so that no page of the internet gets at a server of this machine.
 *
 * A page can send its visitor's browser to any address by way of a name of its own (DNS rebinding).
 * Then the browser still asks for that name, which is no name of this server.
 *
 * @module
 */
import { parseDotted } from "../address/ipv4.ts";
import { parseIpv6 } from "../address/ipv6.ts";
import { ParseError } from "../address/parse_error.ts";

/**
 * Returns the function that tells whether a host, as a request names it, is that of a server which
 * listens on `bound`, as the user has written it, and has got `address`. The port does not count: it is
 * another one behind `ssh -L`.
 *
 * `further` are names that it has besides. On all interfaces, every IP address is the server's own; no name but localhost is.
 */
export function ownHosts(
  bound: string,
  address: string,
  further: readonly string[] = [],
): (host: string) => boolean {
  const names = new Set([bound, address, ...further].map((name) => name.toLowerCase()));
  const everywhere = /^(0\.0\.0\.0|::)$/.test(address);
  if (everywhere || /^(127\.|::1$)/.test(address)) {
    for (const name of ["localhost", "127.0.0.1", "::1"]) names.add(name);
  }
  return (host) => {
    const [, bracketed, plain] = host.match(/^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/) ?? [];
    const name = (bracketed ?? plain ?? "").toLowerCase();
    return names.has(name) || (everywhere && isIpAddress(name));
  };
}

function isIpAddress(text: string): boolean {
  try {
    if (text.includes(":")) parseIpv6(text);
    else parseDotted(text);
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}
