/**
 * The addresses of this machine: those of its interfaces, and those of loopback.
 *
 * @module
 */
import { formatIp, parseIp } from "../address/ip_text.ts";
import type { Io } from "../cli/io.ts";

/** Whether `address` is one of the loopback interface (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}

/** Returns the test whether an address, with or without a zone, is one of this machine, now. */
export function ownAddresses(io: Pick<Io, "networkInterfaces">): (address: string) => boolean {
  const addresses = io.networkInterfaces().map(({ address }) => parseIp(address));
  const own = new Set(addresses.map((address) => formatIp({ ...address, zone: null })));
  return (address) =>
    isLoopback(address) || own.has(address.replace(/^::ffff:(?=\d+\.)|%.*$/gs, ""));
}
