/**
 * The sender and the receiver of a frame, as they are written on the command line.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { parsePort } from "../address/port.ts";
import { parseAddressPort } from "../address/source_address.ts";
import { UserError } from "../cli/errors.ts";
import { t } from "../text/messages.ts";

/** The sender or the receiver. */
export interface Side {
  /** Its IP address; `null` if only a port was given. */
  readonly address: string | null;
  /** Its port; `null` if none was given. */
  readonly port: number | null;
}

/** The options that the version of a frame depends on. */
export interface Versioned {
  /** The sender. */
  readonly from: Side | null;
  /** The receiver. */
  readonly to: Side | null;
  /** The extension headers of IPv6, or `null`. */
  readonly ipv6Ext: readonly string[] | null;
}

/**
 * Returns the side that `text` names: `ADDR`, `ADDR:PORT`, `PORT` or `:PORT`.
 *
 * @throws {ParseError} For anything else.
 */
export function parseSide(text: string): Side {
  if (/^:?[0-9]*$/.test(text)) return { address: null, port: parsePort(text.replace(":", "")) };
  const { hostname, port } = parseAddressPort(text);
  const zone = hostname.indexOf("%");
  if (zone !== -1) {
    const from = text.indexOf("%");
    const to = from + hostname.length - zone;
    const plain = text.slice(0, from) + text.slice(to);
    throw new ParseError(t`an end of a packet`, text, t`an address in a packet has no zone`, {
      at: [from, to],
      hint: t`write ${plain}`,
    });
  }
  return { address: hostname, port: /(^[^:]*|\]):[^:]*$/.test(text) ? port : null };
}

/**
 * Refuses addresses and ports that the protocol of the frame does not have.
 *
 * @throws {UserError} If they do not go together.
 */
export function checkSides(
  options: Versioned & { readonly icmp: boolean; readonly arp: boolean },
): void {
  const { from, to, icmp, arp, ipv6Ext } = options;
  const version = versionOf(options);
  if (arp && version === 6) {
    throw new UserError(t`ARP is for IPv4: IPv6 has neighbour solicitations`, {
      hint: ipv6Ext === null ? t`give IPv4 addresses to --from and --to` : t`leave --ipv6-ext out`,
    });
  }
  if ((arp || icmp) && (from?.port ?? to?.port ?? null) !== null) {
    throw new UserError(t`${arp ? "ARP" : "ICMP"} has no ports: leave them out of --from and
      --to`);
  }
}

/**
 * Returns the version of IP that both sides have; where neither has an address 4, or 6 with extension
 * headers.
 *
 * @throws {UserError} If they have different ones, or IPv4 addresses and extension headers.
 */
export function versionOf({ from, to, ipv6Ext }: Versioned): IpVersion {
  const [sender, receiver] = [from, to].map((side) =>
    side === null || side.address === null ? null : parseIp(side.address).version
  );
  if (sender && receiver && sender !== receiver) {
    throw new UserError(
      t`--from is IPv${sender}, --to is IPv${receiver}: a packet has one version of IP`,
    );
  }
  const version = sender ?? receiver ?? null;
  if (ipv6Ext === null) return version ?? 4;
  if (version === 4) throw new UserError(t`--ipv6-ext is about IPv6: the addresses are IPv4`);
  return 6;
}
