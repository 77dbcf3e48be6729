/**
 * Belonging: whether a segment is part of a connection, and which of its ends has sent it.
 *
 * @module
 */
import type { End } from "./endpoint.ts";
import { FLAG, portOf, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import type { Both } from "./side.ts";

/** Whether `segment` belongs to the connection of both ends, as far as its numbers tell. */
export function belongs({ flags, seq, ack }: Segment, sender: End, receiver: End): boolean {
  const [own, other] = [sender.sender, receiver.sender];
  const acknowledges = other.iss === null || isBefore(other.iss, ack);
  if (flags & FLAG.syn) {
    // In the handshake a server that has forgotten its SYN,ACK answers with a new one.
    if (own.hasOpened && own.iss !== seq) return receiver.state === "SYN-SENT" && acknowledges;
    return !(flags & FLAG.ack) || !other.hasOpened || acknowledges;
  }
  if (sender.state === "SYN-SENT" && sender !== receiver) {
    if (flags & FLAG.rst && !(flags & FLAG.ack)) {
      return own.iss === null || seq === advance(own.iss, 1);
    }
    return !(flags & FLAG.ack) || !other.hasOpened || acknowledges;
  }
  if (receiver.state !== "SYN-SENT" || own.hasOpened || !other.hasOpened) return true;
  const end = other.sent ?? ack;
  return !(flags & FLAG.ack) || (acknowledges && !isBefore(end, ack));
}

/** Returns the addresses of client and server, told apart by the first segment. */
export function sidesOf(first: Segment, server: number | null): Both<string> {
  const { source, destination, flags } = first;
  const forward = [source, destination] as const;
  const backward = [destination, source] as const;
  if (flags & FLAG.syn) return flags & FLAG.ack ? backward : forward;
  const [from, to] = [portOf(source), portOf(destination)];
  if (server !== null && from !== to) return from === server ? backward : forward;
  return from < to ? backward : forward; // servers have the lower ports
}
