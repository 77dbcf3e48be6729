/**
 * UDP sockets at an endpoint, and their membership in the group that they are bound to.
 *
 * @module
 */
import type { Socket } from "node:dgram";
import { isGroup } from "../address/zone.ts";
import type { TcpEndpoint } from "./endpoint.ts";
import { explainEndpoint } from "./endpoint_errors.ts";
import { denoError } from "./node_errors.ts";

/**
 * Binds `socket` to `endpoint`, and joins it if that is a group. The socket has no listener for errors
 * afterwards.
 *
 * @throws Errors of the system, explained.
 */
export async function bindAt(socket: Socket, endpoint: TcpEndpoint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => reject(explainEndpoint(denoError(error), endpoint)));
    socket.bind(endpoint.port, endpoint.hostname, resolve);
  });
  try {
    joinGroup(socket, endpoint.hostname);
  } catch (error) {
    socket.close();
    throw explainEndpoint(denoError(error), endpoint);
  }
  socket.removeAllListeners("error");
}

/**
 * Lets `socket`, which is bound to `hostname`, receive what is sent to that group (RFC 1112, RFC 2710); does
 * nothing for an address of a host. The system chooses the interface, but for an IPv6 group with a zone.
 *
 * @throws Errors of the system with its `code`, for example `ENODEV`.
 */
function joinGroup(socket: Pick<Socket, "addMembership">, hostname: string): void {
  const [address = "", zone] = hostname.split("%");
  if (!isGroup(address) || address === "255.255.255.255") return;
  if (zone === undefined) socket.addMembership(address);
  else socket.addMembership(address, `::%${zone}`);
}
