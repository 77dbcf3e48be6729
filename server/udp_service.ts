/**
 * `netkit serve --udp`: the service for datagrams, from the options on.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import type { Endpoint } from "../net/endpoint.ts";
import { bindDatagrams } from "../net/udp.ts"; // costs 20 ms
import { cannotListen } from "./bind_hints.ts";
import { type DatagramOptions, serveDatagrams } from "./datagrams.ts";
import type { Options } from "./options.ts";
import { readDrops } from "./udp_drops.ts";
import { upperCaseMessage } from "./upper_message.ts";

/** Serves datagrams until the signal to stop. Calls `onBound` with the address when it can receive. */
export async function answerDatagrams(
  endpoint: Endpoint,
  shared: Omit<DatagramOptions, "answer">,
  { ascii, echo }: Options,
  io: Io,
  onBound: (address: string) => Promise<void>,
): Promise<void> {
  let socket;
  try {
    socket = await bindDatagrams(endpoint, {
      networkInterfaces: () => io.networkInterfaces(),
      drops: (hostname, port) => readDrops(io, hostname, port),
    });
  } catch (error) {
    throw await cannotListen(error, endpoint, { protocol: "udp", option: "" }, io);
  }
  const answer = (message: Uint8Array) =>
    echo ? message.slice() : upperCaseMessage(message, { unicode: !ascii });
  await onBound(socket.address);
  await serveDatagrams(socket, { ...shared, answer });
}
