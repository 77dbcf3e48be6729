/**
 * The clients of the fairness test, in a thread of their own; they use `node:net`, which itself has
 * another way through the runtime and does not starve.
 *
 * @module
 */
import { connect } from "node:net";

/** What the test asks for. */
interface Order {
  readonly port: number;
  readonly connections: number;
  readonly messages: number;
}

declare const self: {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(counts: number[]): void;
};

self.onmessage = async ({ data: { port, connections, messages } }) => {
  const counts = new Array<number>(connections).fill(0);
  const message = new TextEncoder().encode("a message of thirty-two bytes..\n");
  let left = messages;
  const { promise, resolve } = Promise.withResolvers<void>();
  const sockets = counts.map((_, i) => {
    const socket = connect(port, "127.0.0.1");
    let missing = message.length;
    socket.on("data", (bytes) => {
      missing -= bytes.length;
      if (missing > 0) return;
      counts[i]!++;
      missing = message.length;
      if (--left <= 0) resolve();
      else socket.write(message);
    });
    socket.on("error", resolve);
    return socket;
  });
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))),
  );
  for (const socket of sockets) socket.write(message);
  await promise;
  self.postMessage(counts);
  for (const socket of sockets) socket.destroy();
};
