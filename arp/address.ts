/**
 * Addresses of neighbours as values: a table may write one address in several spellings.
 *
 * @module
 */
import { addressOf, formatIp } from "../address/ip_text.ts";
import type { Neighbour } from "./neighbour.ts";

/** Returns a text that is the same for every spelling of an address; the zone is left out. */
export function addressKey(text: string): string {
  if (!text.includes(":")) return text; // a name, or IPv4 in its only spelling
  const address = addressOf(text);
  return address === null ? text : formatIp({ ...address, zone: null });
}

/** Whether `text` is an address that is valid on one link only: `fe80::/10` (RFC 4291, section 2.4). */
export function isLinkLocal(text: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(text);
}

/** Returns the label of a neighbour: its address, or its name where the table has no address. */
export function labelOf({ address, name }: Pick<Neighbour, "address" | "name">): string {
  return address ?? name ?? "";
}

/** Returns the key of a row: its address, in one spelling, and its interface. */
export function rowKey(neighbour: Pick<Neighbour, "address" | "name" | "interface">): string {
  const { interface: device } = neighbour;
  return addressKey(labelOf(neighbour)) + (device === null ? "" : ` ${device}`);
}
