/**
 * Membership of a UDP socket in the group that it is bound to.
 *
 * @module
 */
import type { Socket } from "node:dgram";
import { isGroup } from "../address/zone.ts";

/**
 * Lets `socket`, which is bound to `hostname`, receive what is sent to that group (RFC 1112, RFC 2710); does
 * nothing for an address of a host. The system chooses the interface, but for an IPv6 group with a zone.
 *
 * @throws Errors of the system with its `code`, for example `ENODEV`.
 */
export function joinGroup(socket: Pick<Socket, "addMembership">, hostname: string): void {
  const [address = "", zone] = hostname.split("%");
  if (!isGroup(address) || address === "255.255.255.255") return;
  if (zone === undefined) socket.addMembership(address);
  else socket.addMembership(address, `::%${zone}`);
}
