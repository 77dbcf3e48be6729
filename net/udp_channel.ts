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

/** Bytes of datagrams that wait to be read; more than that is lost, as in the kernel's queue. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/** The local address and the limits of a UDP channel. */
export interface UdpOptions {
  /** The local address, or `null` for the system's choice. */
  readonly source: SourceAddress | null;
  /** Milliseconds without a datagram after which the peer's half counts as ended, once this one has. */
  readonly wait: number;
  /** Called when a datagram was lost because they were not read fast enough. */
  readonly onLoss?: () => void;
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
  const { source, wait, signal } = options;
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
  const queue: Uint8Array[] = [];
  let queued = 0;
  let ended = false;
  let failure: Error | null = null;
  let wake = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      const refused = denoError(error);
      reject(source === null ? refused : explainEndpoint(refused, { transport: "tcp", ...source }));
    });
    socket.bind(local.port, local.hostname, resolve);
  });
  socket.removeAllListeners("error");
  socket.on("error", (error) => {
    failure = denoError(error);
    wake();
  });
  socket.on("message", (data: Uint8Array, from: RemoteInfo) => {
    if (from.port !== port || withoutZone(from.address) !== withoutZone(address)) return;
    if (timer !== undefined) waitForMore();
    if (queued + data.length > QUEUE_BYTES) return options.onLoss?.();
    queue.push(data);
    queued += data.length;
    wake();
  });

  function waitForMore(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      ended = true;
      wake();
    }, wait);
  }

  return {
    peer: formatEndpoint({ ...endpoint, hostname: address }),
    channel: {
      async read(buffer) {
        while (queue.length === 0) {
          if (failure) throw failure;
          if (ended) return null;
          await new Promise<void>((resolve) => wake = resolve);
        }
        const datagram = queue[0]!;
        const part = datagram.subarray(0, buffer.length);
        buffer.set(part);
        queued -= part.length;
        if (part.length < datagram.length) queue[0] = datagram.subarray(part.length);
        else queue.shift();
        return part.length;
      },
      write(bytes) {
        return new Promise((resolve, reject) => {
          socket.send(bytes, port, address, (error) => {
            if (error) {
              reject(explainEndpoint(denoError(error), { ...endpoint, hostname: address }));
            } else resolve(bytes.length);
          });
        });
      },
      closeWrite() {
        waitForMore();
        return Promise.resolve();
      },
      close() {
        clearTimeout(timer);
        failure ??= Object.assign(new Error("the socket was closed"), { name: "Interrupted" });
        socket.close();
        wake();
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
