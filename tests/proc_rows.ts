/**
 * Rows of /proc/net/tcp and udp as the kernel of this machine would write them.
 *
 * @module
 */

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Writes an IPv4 address as /proc/net does on this machine. */
function hex(address: string): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return (LITTLE ? bytes.toReversed() : bytes).join("").toUpperCase();
}

/** Returns a row with its own address, the peer's, the number of its state, and its inode. */
export function procRow(
  local: readonly [string, number],
  remote: readonly [string, number],
  state: string,
  inode: number,
  { user = 0, timer = "00:00000000" } = {},
): string {
  const end = ([address, port]: readonly [string, number]) =>
    `${hex(address)}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return `   0: ${end(local)} ${end(remote)} ${state} 00000000:00000000 ${timer} 00000000  ` +
    `${user}        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
}
