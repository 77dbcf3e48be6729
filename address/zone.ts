/**
 * IPv6 addresses that mean something on one link only, and the zone that says which (RFC 4007).
 *
 * @module
 */
import { msg } from "../text/messages.ts";

/** The reason to refuse a link-local address without a zone. */
export const ZONE_MISSING: string = msg("a link-local address needs its interface");

/** The reason to refuse a zone behind any other address. */
export const ZONE_ON_LINKS_ONLY: string = msg(
  "only a link-local address (fe80::/10) has an interface behind %",
);

/** Whether an IP address is meant on one link only (RFC 4291, sections 2.5.6 and 2.7). */
export function needsZone(address: string): boolean {
  return isLinkLocal(address) || /^ff[0-9a-f][12]:/i.test(address);
}

/** Whether an IP address is link-local, that is in fe80::/10 (RFC 4291, section 2.5.6). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

/** Whether an IP address means a group or everybody, and no single host (RFC 5771, RFC 4291 section 2.7). */
export function isGroup(address: string): boolean {
  return /^(22[4-9]|23\d)\.\d+\.\d+\.\d+$|^255\.255\.255\.255$|^ff[0-9a-f]{2}:/i.test(address);
}

/**
 * Returns `address` with the zone of `like` (`fe80::1%eth0`), if that has one and the address is
 * link-local: the system's addresses have none.
 */
export function withZone(address: string, like: string): string {
  const zone = like.indexOf("%");
  return zone !== -1 && isLinkLocal(address) ? address + like.slice(zone) : address;
}

/** Returns `address` without its zone, if it has one. */
export function withoutZone(address: string): string {
  return address.replace(/%.*/s, "");
}
