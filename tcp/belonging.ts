/**
 * Belonging: whether a segment is part of a connection, and which of its ends has sent it.
 *
 * @module
 */
import type { End } from "./endpoint.ts";
import { endOf, FLAG, portOf, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import type { Both } from "./side.ts";

/** Whether `segment` belongs to the connection of both ends, as far as its numbers tell. */
export function belongs(segment: Segment, sender: End, receiver: End): boolean {
  const { flags, seq, ack } = segment;
  const [own, other] = [sender.sender, receiver.sender];
  if (isImpossible(segment, sender, receiver)) return false;
  const acknowledges = other.iss === null || isBefore(other.iss, ack);
  if (flags & FLAG.syn) {
    // In the handshake a server that has forgotten its SYN,ACK answers with a new one.
    if (own.hasOpened && own.iss !== seq) return receiver.state === "SYN-SENT" && acknowledges;
    if (!(flags & FLAG.ack)) return true;
    // On its own host the SYN that it answers would have been captured, as that of its sender was.
    if (!other.hasOpened) return !receiver.here || !own.hasOpened || own.firstAck !== null;
    return acknowledges && !isBefore(other.sent ?? ack, ack);
  }
  if (sender.state === "SYN-SENT" && sender !== receiver) {
    if (flags & FLAG.rst && !(flags & FLAG.ack)) {
      return own.iss === null || seq === advance(own.iss, 1);
    }
    return !(flags & FLAG.ack) || !other.hasOpened || acknowledges;
  }
  if (flags & FLAG.fin && receiver.here && receiver.state === "SYN-SENT" && sender !== receiver) {
    return false; // a socket in SYN-SENT takes nothing but SYN and RST
  }
  if (receiver.state !== "SYN-SENT" || own.hasOpened || !other.hasOpened) return true;
  const end = other.sent ?? ack;
  return !(flags & FLAG.ack) || (acknowledges && !isBefore(end, ack));
}

/**
 * Whether `segment` begins or ends where its sender has ended before, and acknowledges what the other end has
 * sent.
 */
export function continues(
  segment: Segment,
  { sender: own }: End,
  { sender: other }: End,
): boolean {
  const { flags, seq, ack } = segment;
  if (seq !== own.sent && endOf(segment) !== own.sent) return false;
  if (!(flags & FLAG.ack)) return true;
  return other.iss !== null && isBefore(other.iss, ack) && !isBefore(other.sent ?? ack, ack);
}

/** Numbers further away than this are no hole in a capture. */
const FAR = 2 ** 26;

/**
 * Whether the sender cannot have sent `segment`: it acknowledges what was before the connection, or far more
 * than was sent, or it ends the connection before what its sender has sent already. A reset is judged by its
 * receiver; on the host that has sent it its number tells whether it answers something else.
 */
function isImpossible(segment: Segment, sender: End, receiver: End): boolean {
  const { flags, ack, seq } = segment;
  if (flags & FLAG.syn || sender === receiver) return false;
  const { fin, sent, seen, iss: own } = sender.sender;
  if (flags & FLAG.rst) {
    if (!(flags & FLAG.ack) && receiver.state === "SYN-SENT") return sender.state !== "SYN-SENT";
    return sender.here && !receiver.here && !(flags & FLAG.ack) && sent !== null &&
      sender.state !== "SYN-SENT" && (isBefore(sent, seq) || isBefore(seq, own ?? seq));
  }
  const { iss, hasOpened, sent: next } = receiver.sender;
  if (flags & FLAG.ack && hasOpened && iss !== null && isBefore(ack, iss)) return true;
  if (flags & FLAG.fin && fin === null && seen !== null) {
    const end = endOf(segment);
    // A client that gives up before its SYN is answered may send a FIN with the number of the SYN.
    if (isBefore(end, seen) || (end === seen && sender.state !== "SYN-SENT")) return true;
  }
  const isEarly = flags & FLAG.ack && next !== null && isBefore(advance(next, FAR), ack);
  return receiver.here && (isEarly || receiver.receiver.isFarBeyond(segment, FAR));
}

/**
 * Whether `segment` is a third party's: without the timestamp that its sender has written before, because
 * both SYNs have one (RFC 7323, section 3.2). A reset may be without, and so may a keep-alive.
 */
export function isForeign(segment: Segment, sender: End, receiver: End): boolean {
  const { flags, options, isCut } = segment;
  if (flags & (FLAG.syn | FLAG.rst) || options.timestamp !== null || isCut) return false;
  if (isProbe(segment, sender)) return false;
  return sender !== receiver && sender.sender.usesClock && receiver.sender.synClock !== null &&
    (!sender.here || receiver.here);
}

/** Whether `segment` is a keep-alive, which macOS and iOS send without a timestamp: it tells nothing new. */
function isProbe({ flags, seq, ack, length }: Segment, { sender, receiver }: End): boolean {
  if (length > 1 || flags & FLAG.fin || sender.sent === null) return false;
  return seq === advance(sender.sent, -1) && ack === receiver.acked;
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
