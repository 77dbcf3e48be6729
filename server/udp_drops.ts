/**
 * How many datagrams the kernel has dropped because a socket's receive buffer was full.
 *
 * @module
 */
import { LITTLE_ENDIAN } from "../sockets/linux.ts";
import { parseProcNet } from "../sockets/proc_net.ts";

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
