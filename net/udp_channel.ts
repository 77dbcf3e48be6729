/**
 * UDP as a channel: each write is a datagram that goes out, each read one that has come in.
 *
 * It stands on `node:dgram`, which takes 20 ms to load: import this module only where UDP is spoken.
 *
 * @module
 */
import type { RemoteInfo } from "node:dgram";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { lookUp } from "./dns.ts";
import { explainEndpoint } from "./endpoint_errors.ts";
import { denoError } from "./node_errors.ts";
import { requireNet } from "./permission.ts";
import type { SourceAddress } from "../address/source_address.ts";
import type { Connection } from "./connection.ts";
import { Inbox, type InboxOptions } from "./udp_inbox.ts";

/** The local address and the limits of a UDP channel. */
export interface UdpOptions extends InboxOptions {
  /** The local address, or `null` for the system's choice. */
  readonly source: SourceAddress | null;
  /** Called when the name is resolved. */
  readonly onLookUp?: () => void;
  /** Ends opening with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Opens a channel to `endpoint`. Only datagrams from there are read.
 *
 * There is no connection and so no end: after `closeWrite`, the channel ends when nothing has come for
 * `wait` milliseconds. A name with addresses of both versions means the IPv4 one, because UDP does not
 * tell that nobody is there and the next should be tried.
 *
 * @throws Errors named as Deno's.
 */
export async function openUdp(endpoint: TcpEndpoint, options: UdpOptions): Promise<Connection> {
  const { source, signal } = options;
  const [{ createSocket }, addresses] = await Promise.all([
    import("node:dgram"),
    lookUp(endpoint.hostname, source?.version),
  ]);
  signal.throwIfAborted();
  options.onLookUp?.();
  const found = addresses.find((each) => !each.includes(":")) ?? addresses[0]!;
  const address = ANYWHERE[found] ?? found;
  const { port } = endpoint;
  const local = { port: source?.port ?? 0, hostname: source?.hostname ?? LOOPBACK[address] };
  const anywhere = address.includes(":") ? "::" : "0.0.0.0";
  const names = [{ hostname: address, port }, { ...local, hostname: local.hostname ?? anywhere }];
  for (const each of names) requireNet(formatEndpoint({ transport: "tcp", ...each }));
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const inbox = new Inbox(options);

  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      const refused = denoError(error);
      reject(source === null ? refused : explainEndpoint(refused, { transport: "tcp", ...source }));
    });
    socket.bind(local.port, local.hostname, resolve);
  });
  socket.removeAllListeners("error");
  socket.on("error", (error) => inbox.fail(denoError(error)));
  socket.on("message", (data: Uint8Array, from: RemoteInfo) => {
    if (from.port !== port || withoutZone(from.address) !== withoutZone(address)) return;
    inbox.push(data);
  });
  const peer = { ...endpoint, hostname: address };
  return {
    peer: formatEndpoint(peer),
    channel: {
      read: (buffer) => inbox.read(buffer),
      write(bytes) {
        return new Promise((resolve, reject) => {
          socket.send(bytes, port, address, (error) => {
            if (error) reject(explainEndpoint(denoError(error), peer));
            else resolve(bytes.length);
          });
        });
      },
      closeWrite() {
        inbox.endWhenSilent();
        return Promise.resolve();
      },
      close() {
        inbox.close();
        socket.close();
      },
    },
  };
}

/** Sending to these means this machine, which answers from another address. */
const ANYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** For a peer on this machine the socket need not be open to others. */
const LOOPBACK: Readonly<Record<string, string>> = { "127.0.0.1": "127.0.0.1", "::1": "::1" };

function withoutZone(address: string): string {
  return address.replace(/%.*/, "");
}
