/**
 * UDP as a channel: each write is a datagram that goes out, each read one that has come in.
 *
 * It stands on `node:dgram`, which takes 20 ms to load: import this module only where UDP is spoken.
 *
 * @module
 */
import type { RemoteInfo } from "node:dgram";
import { isLinkLocal, withoutZone } from "../address/zone.ts";
import { dial, type DialOptions } from "./dial.ts";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { explainEndpoint, withoutInterface } from "./endpoint_errors.ts";
import { denoError } from "./node_errors.ts";
import { requireNet } from "./permission.ts";
import { ExplainedError } from "../text/reason.ts";
import type { SourceAddress } from "../address/source_address.ts";
import type { Connection } from "./connection.ts";
import { Inbox, type InboxOptions } from "./udp_inbox.ts";
import { t } from "../text/messages.ts";

/** The local address and the limits of a UDP channel. */
export interface UdpOptions extends InboxOptions {
  /** The local address; the system's choice if not given. */
  readonly source?: SourceAddress | null;
  /** Returns whether an address means many hosts, which answer from their own ones. */
  readonly isForMany?: ((address: string) => boolean) | undefined;
}

/** Options of a UDP channel that is looked for. */
export interface UdpDialOptions extends UdpOptions, DialOptions {
  /** Resolves to whether somebody has the port at an address; `null` where that is not known. */
  readonly isHeld?: ((address: string, port: number) => Promise<boolean | null>) | undefined;
}

/**
 * Opens a channel to the first address of `endpoint` at which somebody has the port, or else to the first
 * one: UDP does not tell that nobody is there, and `isHeld` knows it at most for addresses of this machine.
 *
 * @throws As `dial` does.
 */
export async function dialUdp(
  endpoint: TcpEndpoint,
  { isHeld, ...options }: UdpDialOptions,
): Promise<Connection> {
  const { hostname, port } = endpoint;
  let first: string | null = null;
  try {
    return await dial(endpoint, options, {
      async connect(address) {
        first ??= address;
        if (
          isHeld && address !== hostname && await isHeld(HERE[address] ?? address, port) === false
        ) {
          throw new NobodyThere();
        }
        return await openUdp({ ...endpoint, hostname: address }, options);
      },
      close: ({ channel }) => channel.close(),
    });
  } catch (error) {
    if (!(error instanceof NobodyThere)) throw error;
    return await openUdp({ ...endpoint, hostname: first! }, options);
  }
}

/** Thrown for an address of this machine at which nobody has the port. */
class NobodyThere extends ExplainedError {
  /** Makes the error. */
  constructor() {
    super({ words: t`nobody has this port` });
  }
}

/**
 * Opens a channel to `endpoint`, an address. Only datagrams from there are read, or, if it means many hosts,
 * from anywhere.
 *
 * There is no connection and so no end: after `closeWrite`, the channel ends when nothing has come for
 * `wait` milliseconds.
 *
 * @throws Errors named as Deno's.
 */
export async function openUdp(endpoint: TcpEndpoint, options: UdpOptions): Promise<Connection> {
  const { source = null } = options;
  const { createSocket } = await import("node:dgram");
  const address = HERE[endpoint.hostname] ?? endpoint.hostname;
  const { port } = endpoint;
  if (isLinkLocal(address) && !address.includes("%")) throw withoutInterface(endpoint);
  const local = { port: source?.port ?? 0, hostname: source?.hostname ?? LOOPBACK[address] };
  const anywhere = address.includes(":") ? "::" : "0.0.0.0";
  const names = [{ hostname: address, port }, { ...local, hostname: local.hostname ?? anywhere }];
  for (const each of names) requireNet(formatEndpoint({ transport: "tcp", ...each }));
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const inbox = new Inbox(options);
  const isForMany = options.isForMany?.(address) ?? false;

  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      const refused = denoError(error);
      const own = {
        transport: "tcp",
        hostname: source?.hostname ?? anywhere,
        port: local.port,
      } as const;
      reject(source === null ? refused : explainEndpoint(refused, own));
    });
    socket.bind(local.port, local.hostname, resolve);
  });
  socket.removeAllListeners("error");
  if (!address.includes(":")) socket.setBroadcast(true); // it is an error otherwise (socket(7))
  socket.on("error", (error) => inbox.fail(denoError(error)));
  socket.on("message", (data: Uint8Array, from: RemoteInfo) => {
    const isFromThere = from.port === port && withoutZone(from.address) === withoutZone(address);
    if (isFromThere || isForMany) inbox.push(data);
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
const HERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** For a peer on this machine the socket need not be open to others. */
const LOOPBACK: Readonly<Record<string, string>> = { "127.0.0.1": "127.0.0.1", "::1": "::1" };
