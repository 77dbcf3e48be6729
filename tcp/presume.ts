/**
 * The presumed states of an end of a TCP connection: those that follow if all that was sent to it arrived.
 *
 * @module
 */
import type { End } from "./endpoint.ts";
import { stateAfterReset } from "./reset.ts";
import { after, type Cause, type State } from "./state.ts";

/**
 * Returns the other presumed states of `end`, where the other end has sent its FIN again: first without an
 * acknowledgment of the FIN of `end`, and then with one. Nobody knows which has arrived first; `null` where
 * there is one reading only.
 */
export function presumeOther(end: End, peer: End): State[] | null {
  if (end.here || peer.sender.finCopies !== "mixed") return null;
  const [one, other] = [presume(end, peer), presume(end, peer, true)];
  return one.join() === other.join() ? null : other;
}

/**
 * Returns the presumed states of `end`, in order; none where everything is certain.
 *
 * @param isFinFirst Whether the FIN of the other end came before what acknowledges that of `end`.
 */
export function presume(end: End, peer: End, isFinFirst = false): State[] {
  const path: State[] = [];
  let state = end.state;
  const go = (next: State) => {
    if (next !== state) path.push(state = next);
  };
  const does = (cause: Cause) => go(after(state, cause));
  if (state === "?" && end.sender.sent !== null && !peer.sender.hasOpened) {
    go("ESTABLISHED");
  }
  if (state === "ESTABLISHED" && end.sender.fin !== null) does("send FIN");
  if (!end.here || end.state === "?") {
    const isAcked = (seq: number | null) => peer.receiver.hasAcknowledged(seq);
    if (peer.sender.hasOpened && isAcked(end.sender.iss)) does("SYN,ACK");
    if (isAcked(end.sender.iss)) does("ACK of SYN");
    if (isAcked(end.sender.fin) && peer.sender.finCopies !== "plain" && !isFinFirst) {
      does("ACK of FIN");
    }
    if (peer.sender.fin !== null) does("FIN");
    if (isAcked(end.sender.fin)) does("ACK of FIN");
  }
  const isUnanswered = state === "SYN-SENT" && peer.state === "?";
  if (end.isReset || isUnanswered) go(stateAfterReset(state, end));
  return path;
}
