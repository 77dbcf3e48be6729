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
  /** The bytes of the extended length: 0, 2 or 8; the fewest if not given. */
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

/** A message or control frame of a server; `broken` if it is against the protocol. */
export interface ServerItem {
  /** The kind. */
  readonly kind: "text" | "binary" | "close" | "ping" | "pong" | "broken";
  /** Its content. */
  readonly data: Uint8Array;
}

const SERVER_KINDS: Readonly<Record<number, ServerItem["kind"]>> = {
  1: "text",
  2: "binary",
  8: "close",
  9: "ping",
  10: "pong",
};

/** Returns what the frames in `bytes` say; a last one that is not whole is left out. */
export function readServerFrames(bytes: Uint8Array): ServerItem[] {
  const items: ServerItem[] = [];
  let message: { kind: ServerItem["kind"]; parts: Uint8Array[] } | null = null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 2 <= bytes.length;) {
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    const extended = second === 126 ? 2 : second === 127 ? 8 : 0;
    const start = at + 2 + extended;
    if (start > bytes.length) break;
    const length = extended === 2
      ? view.getUint16(at + 2)
      : extended === 8
      ? Number(view.getBigUint64(at + 2))
      : second;
    if (start + length > bytes.length) break;
    const data = bytes.subarray(start, at = start + length);
    const opcode = first & 0x0f;
    const final = first >= 0x80;
    const kind = SERVER_KINDS[opcode];
    const control = opcode >= 8;
    const allowed = control
      ? final && length <= 125 && kind
      : opcode === 0
      ? message !== null
      : kind && message === null;
    if (!allowed || (first & 0x70) !== 0 || second >= 0x80 && extended === 0) {
      return [...items, { kind: "broken", data }];
    }
    if (control) {
      items.push({ kind: kind!, data });
      continue;
    }
    message ??= { kind: kind!, parts: [] };
    message.parts.push(data);
    if (!final) continue;
    items.push({ kind: message.kind, data: concat(message.parts) });
    message = null;
  }
  return items;
}
