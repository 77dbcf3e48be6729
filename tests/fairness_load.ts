/**
 * The clients of the fairness test, in a thread of their own; they use `node:net`, which itself has
 * another way through the runtime and does not starve.
 *
 * @module
 */
import { connect } from "node:net";

/** Messages that each connection has under way, so that the server always finds it busy. */
const DEPTH = 64;

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
  const ahead = new Uint8Array(message.length * DEPTH);
  for (let i = 0; i < DEPTH; i++) ahead.set(message, i * message.length);
  let left = messages;
  const { promise, resolve } = Promise.withResolvers<void>();
  const sockets = counts.map((_, i) => {
    const socket = connect(port, "127.0.0.1");
    let received = 0;
    socket.on("data", (bytes) => {
      received += bytes.length;
      const whole = Math.floor(received / message.length);
      received %= message.length;
      counts[i]! += whole;
      if ((left -= whole) <= 0) return resolve();
      socket.write(ahead.subarray(0, whole * message.length));
    });
    socket.on("error", resolve);
    return socket;
  });
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))),
  );
  for (const socket of sockets) socket.write(ahead);
  await promise;
  self.postMessage(counts);
  for (const socket of sockets) socket.destroy();
};
