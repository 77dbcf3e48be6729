/**
 * The part of UDP that only the system knows: whether somebody on this machine has a port, and which
 * addresses mean everybody on a link.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import { isGroup, withoutZone } from "../address/zone.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { readTables } from "../sockets/linux.ts";
import { t } from "../text/messages.ts";

/**
 * Resolves to whether somebody has a UDP port at an address of this machine, as Linux has it in its table;
 * `null` for other addresses, on other systems, and where the table may not be read, for which nobody is
 * asked. The kernel may pass a port on to another machine (DNAT), so `false` is no proof.
 */
export async function isUdpPortHeld(
  address: string,
  port: number,
  io: Io,
): Promise<boolean | null> {
  if (!isOwn(address, io)) return null;
  const readTextFile = (path: string) => io.readTextFile(path, { ask: false });
  const system = Object.create(io, { readTextFile: { value: readTextFile } });
  try {
    const sockets = await readTables(system, ["udp"], (local) => local === port);
    const places: readonly string[] = ANYWHERE[address.includes(":") ? 6 : 4];
    return sockets.some(({ local }) =>
      places.includes(local.hostname) || plain(local.hostname) === plain(address)
    );
  } catch {
    return null;
  }
}

/** Resolves to why a UDP peer may be silent, in words, or to `null`. */
export async function whyUdpIsSilent(peer: string, io: Io): Promise<string | null> {
  const endpoint = parseEndpoint(peer);
  if (endpoint.transport !== "tcp") return null;
  const { hostname, port } = endpoint;
  return await isUdpPortHeld(hostname, port, io) === false
    ? t`nobody on this machine has UDP port ${port} at ${hostname}`
    : null;
}

/** Addresses of sockets that get what is sent to any address of a version; :: is often of both. */
const ANYWHERE = { 4: ["0.0.0.0", "::"], 6: ["::"] } as const;

/**
 * Whether what is sent to an address may be answered from others: a group (RFC 1112), everybody on a link
 * (RFC 919), or everybody in a network of this machine (RFC 922).
 */
export function isForMany(address: string, { networkInterfaces }: Io): boolean {
  if (isGroup(address)) return true;
  if (address.includes(":")) return false;
  return networkInterfaces().some((each) =>
    !each.address.includes(":") && broadcastOf(each.address, each.netmask) === address
  );
}

/** Returns the address of everybody in the network of `address`; `null` if that is too small for one. */
function broadcastOf(address: string, netmask: string): string | null {
  const masks = netmask.split(".").map(Number);
  if (masks[3]! >= 254) return null; // RFC 3021
  return address.split(".").map((octet, i) => Number(octet) | ~masks[i]! & 255).join(".");
}

function isOwn(address: string, io: Io): boolean {
  if (address === "::1" || /^127\./.test(address)) return true;
  return io.networkInterfaces().some((each) => plain(each.address) === plain(address));
}

/** Returns an address without its zone, and IPv4 as itself also on a socket for both versions. */
function plain(address: string): string {
  return withoutZone(address).replace(/^::ffff:(?=\d+\.)/, "");
}
