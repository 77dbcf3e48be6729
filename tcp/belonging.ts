/**
 * Belonging: whether a segment is part of a connection, and which of its ends has sent it.
 *
 * @module
 */
import type { End } from "./endpoint.ts";
import { endOf, FLAG, portOf, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import type { Both } from "./side.ts";
import type { State } from "./state.ts";

/** Whether `segment` belongs to the connection of both ends, as far as its numbers tell. */
export function belongs(segment: Segment, sender: End, receiver: End): boolean {
  const { flags, seq, ack } = segment;
  const [own, other] = [sender.sender, receiver.sender];
  if (isImpossible(segment, sender, receiver)) return false;
  const acknowledges = other.iss === null || isBefore(other.iss, ack);
  if (flags & FLAG.syn) {
    // In the handshake a server that has forgotten its SYN,ACK answers with a new one.
    if (own.hasOpened && own.iss !== seq) return receiver.state === "SYN-SENT" && acknowledges;
    if (!(flags & FLAG.ack) || !other.hasOpened) return true;
    return acknowledges && !isBefore(other.sent ?? ack, ack);
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

/** States in which an end has received the SYN of the other one (RFC 9293, section 3.3.2). */
const SYNCHRONIZED: readonly State[] = [
  "SYN-RECEIVED",
  "ESTABLISHED",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "CLOSE-WAIT",
  "CLOSING",
  "LAST-ACK",
];

/**
 * Whether the sender cannot have sent `segment`, which has arrived: it acknowledges what was never sent, it
 * is beyond the window, or it ends before what the sender has sent already. Such a segment moves nothing
 * (RFC 9293, section 3.10.7.4; RFC 5961, section 5.2); a reset is judged by its receiver.
 */
function isImpossible(segment: Segment, sender: End, receiver: End): boolean {
  const { flags, ack, seq } = segment;
  if (flags & FLAG.syn || sender === receiver) return false;
  const { fin, sent, seen } = sender.sender;
  if (flags & FLAG.rst) {
    if (!(flags & FLAG.ack) && receiver.state === "SYN-SENT") return sender.state !== "SYN-SENT";
    // Where its host captures, it answers something else: its number is that of an acknowledgment.
    return sender.here && !(flags & FLAG.ack) && sent !== null && sender.state !== "SYN-SENT" &&
      (isBefore(sent, seq) || isBefore(seq, sender.sender.iss ?? seq));
  }
  const { iss, hasOpened } = receiver.sender;
  if (flags & FLAG.ack && hasOpened && iss !== null && isBefore(ack, iss)) return true;
  const end = endOf(segment);
  if (flags & FLAG.fin && fin === null && seen !== null && isBefore(end, seen)) return true;
  if (!receiver.here || !SYNCHRONIZED.includes(receiver.state)) return false;
  if (fin !== null && isBefore(advance(fin, 1), end)) return true;
  const next = receiver.sender.sent;
  const isEarly = flags & FLAG.ack && next !== null && isBefore(next, ack);
  return isEarly || receiver.receiver.isBeyond(segment);
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
