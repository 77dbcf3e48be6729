/**
 * The ports of TCP and UDP: in one line, and the key of what is behind them.
 *
 * @module
 */
import { keyOf, NO_KEY, type Space } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Cursor, Line, Protocol } from "./protocol.ts";

/** Reads the header of `protocol`; returns the key of the lower of both ports that a protocol is known for. */
export function behindPorts(cursor: Cursor, protocol: Protocol, space: Space): number {
  const { bytes, at } = cursor;
  if (!cursor.header(protocol)) return NO_KEY;
  const source = u16(bytes, at);
  const destination = u16(bytes, at + 2);
  const lower = keyOf(space, Math.min(source, destination));
  if (cursor.knows(lower)) return lower;
  const upper = keyOf(space, Math.max(source, destination));
  return cursor.knows(upper) ? upper : NO_KEY;
}

/** Puts the ports of the header at `start` behind the addresses. */
export function portLine(start: number, bytes: Uint8Array, line: Line): void {
  line.from = withPort(line.from, u16(bytes, start));
  line.to = withPort(line.to, u16(bytes, start + 2));
}

/** Returns a port behind its address; an IPv6 address gets brackets. */
function withPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
