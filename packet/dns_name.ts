/**
 * Names in messages of DNS, which may go on at an earlier place of the message (RFC 1035, section 4.1.4).
 *
 * @module
 */
import { latin1 } from "./field.ts";

/** A name and the bytes that it takes where it stands. */
export interface DnsName {
  /** Its labels with dots between, as people write it; `<Root>` for the root. */
  readonly text: string;
  /** The bytes up to the next field. */
  readonly size: number;
}

/** The most bytes of a name (RFC 1035, section 2.3.4), which bounds its labels and pointers, too. */
const MAX_NAME = 255;

/**
 * Returns the name at `at`, or `null` if it is damaged. Pointers go back only, so that there is no circle.
 *
 * @param message The offset of the message, from which pointers count.
 * @param end The end of the message.
 */
export function readDnsName(
  bytes: Uint8Array,
  at: number,
  message: number,
  end: number,
): DnsName | null {
  const labels: string[] = [];
  let size = -1;
  let least = at;
  let length = 0;
  for (let next = at; next < end;) {
    const head = bytes[next]!;
    if (head >= 0xc0) {
      if (next + 1 >= end) return null;
      if (size === -1) size = next + 2 - at;
      const target = message + ((head & 0x3f) << 8 | bytes[next + 1]!);
      if (target >= least) return null;
      next = least = target;
      continue;
    }
    if (head > 63 || next + 1 + head > end || (length += head + 1) > MAX_NAME) return null;
    if (head === 0) {
      if (size === -1) size = next + 1 - at;
      return { text: labels.length === 0 ? "<Root>" : labels.join("."), size };
    }
    labels.push(latin1(bytes.subarray(next + 1, next + 1 + head)));
    next += 1 + head;
  }
  return null;
}
