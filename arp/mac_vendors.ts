/**
 * Makers of network cards, by the prefix of the MAC address that the maker has bought from IEEE.
 *
 * @module
 */
import { isLocallyAdministered } from "./hints.ts";

/** Names of makers by prefix, in upper case without separators. */
export type VendorTable = ReadonlyMap<string, string>;

/** Loads the table of IEEE, 54,000 prefixes; a module of its own, loaded for `--vendor` only. */
export async function loadVendors(): Promise<VendorTable> {
  const { VENDORS } = await import("./mac_vendors_data.ts");
  const packed = new Blob([Uint8Array.fromBase64(VENDORS)]).stream();
  const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  const table = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [name, ...prefixes] = line.split("\t");
    for (const prefix of prefixes) table.set(prefix, name!);
  }
  return table;
}

/** The numbers of digits of a prefix: MA-S, MA-M and MA-L, the most exact first. */
const PREFIX_DIGITS = [9, 7, 6] as const;

/**
 * Returns the name of the maker, or `null` if the prefix of `mac` was not bought or the address is
 * locally administered.
 */
export function vendorOf(mac: string, table: VendorTable): string | null {
  if (isLocallyAdministered(mac)) return null;
  const digits = mac.replaceAll(":", "").toUpperCase();
  if (digits.length !== 12) return null; // no EUI-48
  const prefix = PREFIX_DIGITS.map((count) => digits.slice(0, count))
    .find((prefix) => table.has(prefix));
  return prefix === undefined ? null : table.get(prefix)!;
}
