/**
 * The frames of a WebSocket client (RFC 6455, section 5), right ones and wrong ones.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";

/** A frame to be made. */
export interface ClientFrame {
  /** The opcode; 1 (text) if not given. */
  readonly opcode?: number;
  /** Whether it is the last one of its message; it is if not given. */
  readonly final?: boolean;
  /** The reserved bits, 0 to 7; 0 if not given. */
  readonly reserved?: number;
  /** The mask, `null` for none; a fixed one if not given. */
  readonly mask?: readonly number[] | null;
  /** How the length is written: 0, 2 or 8 bytes more; the shortest way if not given. */
  readonly extended?: 0 | 2 | 8;
  /** The length that is announced; that of `data` if not given. */
  readonly length?: number;
  /** The content. */
  readonly data?: string | Uint8Array;
}

/** Returns the bytes of a frame. */
export function clientFrame(frame: ClientFrame): Uint8Array {
  const { opcode = 1, final = true, reserved = 0, mask = [0x37, 0xfa, 0x21, 0x3d] } = frame;
  const data = typeof frame.data === "string"
    ? new TextEncoder().encode(frame.data)
    : frame.data ?? new Uint8Array();
  const length = frame.length ?? data.length;
  const extended = frame.extended ?? (length < 126 ? 0 : length < 65536 ? 2 : 8);
  const head = new Uint8Array(2 + extended);
  const view = new DataView(head.buffer);
  head[0] = (final ? 0x80 : 0) | reserved << 4 | opcode;
  head[1] = (mask ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  if (mask === null) return concat([head, data]);
  return concat([head, Uint8Array.from(mask), data.map((byte, i) => byte ^ mask[i % 4]!)]);
}
