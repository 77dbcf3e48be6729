/**
 * The number of datagrams that the kernel has dropped because a socket's receive buffer was full.
 *
 * @module
 */
import { LITTLE_ENDIAN } from "../sockets/linux.ts";
import { parseProcNet } from "../sockets/proc_net.ts";

/** The part of `Io` that reads drops. */
export interface DropsSystem {
  /** Resolves to the text of a file; rejects where it may not be read and that would have to be asked. */
  readTextFile(path: string, options: { readonly ask: false }): Promise<string>;
}

/**
 * Resolves to the drops of the UDP socket that is bound to `hostname`, without a zone, and `port`; `null`
 * if the kernel does not tell them. Rejects where its table cannot be read.
 */
export async function readDrops(
  system: DropsSystem,
  hostname: string,
  port: number,
): Promise<number | null> {
  const path = `/proc/net/udp${hostname.includes(":") ? "6" : ""}`;
  return parseDrops(await system.readTextFile(path, { ask: false }), hostname, port);
}

/** The last column of /proc/net/udp and udp6, on Linux (proc_pid_net(5)). */
const DROPS = / (\d+) *$/;

/**
 * Returns the drops of the socket that is bound to `hostname`, without a zone, and `port`, in the text
 * of /proc/net/udp or udp6; `null` if it is not there.
 */
export function parseDrops(
  text: string,
  hostname: string,
  port: number,
  littleEndian: boolean = LITTLE_ENDIAN,
): number | null {
  const form = { littleEndian, zoneOf: () => null };
  for (const line of text.split("\n")) {
    const [socket] = parseProcNet(line, "udp", form, (localPort) => localPort === port);
    if (socket?.local.hostname === hostname) return Number(line.match(DROPS)?.[1] ?? 0);
  }
  return null;
}
