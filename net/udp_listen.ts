/**
 * UDP of a listening side that talks with one peer at a time: the sender of the first datagram.
 *
 * It stands on `node:dgram`, which takes 20 ms to load: import this module only where UDP is spoken.
 *
 * @module
 */
import type { RemoteInfo } from "node:dgram";
import { withZone } from "../address/zone.ts";
import type { Connection, Listener } from "./connection.ts";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { explainEndpoint } from "./endpoint_errors.ts";
import { denoError } from "./node_errors.ts";
import { bindAt } from "./udp_group.ts";
import { requireNet } from "./permission.ts";
import { Inbox, type InboxOptions } from "./udp_inbox.ts";

/**
 * Binds a UDP socket to `endpoint`. `accept` resolves with the first datagram of the next peer, also when that
 * has come before it was called, as a connection waits to be accepted; from then on until the channel of
 * that peer is closed, datagrams of others are dropped.
 *
 * Closing the listener leaves the channel of an accepted peer open; the socket is closed after both.
 *
 * @throws Errors of the system, explained.
 */
export async function listenForDatagrams(
  endpoint: TcpEndpoint,
  options: InboxOptions,
): Promise<Listener> {
  const { createSocket } = await import("node:dgram");
  requireNet(formatEndpoint(endpoint));
  const family = endpoint.hostname.includes(":") ? 6 : 4;
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  await bindAt(socket, endpoint);
  const nameOf = (hostname: string, port: number) =>
    formatEndpoint({ transport: "tcp", hostname: withZone(hostname, endpoint.hostname), port });
  let talking: { readonly peer: string; readonly inbox: Inbox } | null = null;
  let waiting: Connection | null = null; // it has come, and nobody has accepted it yet
  let accepting: ((connection: Connection | null) => void) | null = null;
  let closed = false;
  socket.on("error", (error) => talking?.inbox.fail(denoError(error)));
  socket.on("message", (data: Uint8Array, { address, port }: RemoteInfo) => {
    const peer = nameOf(address, port);
    if (talking === null) {
      const inbox = new Inbox(options);
      talking = { peer, inbox };
      const connection = { peer, host: address, channel: channelTo(address, port, inbox) };
      if (accepting === null) waiting = connection;
      else accepting(connection);
      accepting = null;
    }
    if (talking?.peer === peer) talking.inbox.push(data);
  });

  function channelTo(address: string, port: number, inbox: Inbox): Connection["channel"] {
    const peer = { transport: "tcp", hostname: address, port } as const;
    return {
      read: (buffer) => inbox.read(buffer),
      write: (bytes) =>
        new Promise((resolve, reject) => {
          socket.send(bytes, port, address, (error) => {
            if (error) reject(explainEndpoint(denoError(error), peer));
            else resolve(bytes.length);
          });
        }),
      closeWrite() {
        inbox.endWhenSilent();
        return Promise.resolve();
      },
      close() {
        if (talking?.inbox !== inbox) return;
        talking = null;
        inbox.close();
        if (closed) socket.close();
      },
    };
  }

  const { address, port } = socket.address();
  return {
    address: nameOf(address, port),
    protocol: `UDP over IPv${family}`,
    accept() {
      if (closed) return Promise.resolve(null);
      const next = waiting;
      waiting = null;
      return next ? Promise.resolve(next) : new Promise((resolve) => accepting = resolve);
    },
    close() {
      if (closed) return;
      waiting?.channel.close(); // nobody will
      closed = true;
      accepting?.(null);
      if (talking === null) socket.close();
    },
  };
}
