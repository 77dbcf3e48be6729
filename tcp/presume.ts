/**
 * The presumed states of an end of a TCP connection: those that follow if all that was sent to it arrived.
 *
 * @module
 */
import type { End } from "./endpoint.ts";
import { stateAfterReset } from "./reset.ts";
import { after, type Cause, type State } from "./state.ts";

/** Returns the presumed states of `end`, in order; none where everything is certain. */
export function presume(end: End, peer: End): State[] {
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
    if (isAcked(end.sender.fin) && peer.sender.finCopies !== "plain") does("ACK of FIN");
    if (peer.sender.fin !== null) does("FIN");
    if (isAcked(end.sender.fin)) does("ACK of FIN");
  }
  const isUnanswered = state === "SYN-SENT" && peer.state === "?";
  if (end.isReset || isUnanswered) go(stateAfterReset(state, end));
  return path;
}
