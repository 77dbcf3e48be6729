/**
 * The place of a capture: the hosts at which it was taken, where a captured segment has arrived.
 *
 * @module
 */
import { formatIp, parseIp } from "../address/ip_text.ts";
import type { Io } from "../cli/io.ts";
import type { Here } from "../tcp/connection.ts";

/** Returns the hosts that `--at` names; `usual` where it was not given. */
export function placeOf(at: string | null, usual: Here): Here {
  if (at === null) return usual;
  return at === "both" ? () => true : (address) => address === at;
}

/** Whether `address` is one of the loopback interface (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}

/** Returns the test whether an address is one of this machine, now. */
export function ownAddresses(io: Io): Here {
  const addresses = io.networkInterfaces().map(({ address }) => parseIp(address));
  const own = new Set(addresses.map((address) => formatIp({ ...address, zone: null })));
  return (address) => own.has(address) || isLoopback(address);
}
