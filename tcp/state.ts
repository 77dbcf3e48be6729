/**
 * The states of TCP and the edges between them (RFC 9293, section 3.3.2, figure 5).
 *
 * @module
 */
import type { TcpState } from "../address/tcp_state.ts";

/** The state of one end of a connection; `?` while no segment has told it. */
export type State = TcpState | "?";

/** A cause of a move: a segment that an end sends of its own accord, or one that it receives. */
export type Cause =
  | "send SYN"
  | "SYN"
  | "SYN,ACK"
  | "ACK of SYN"
  | "send FIN"
  | "FIN"
  | "ACK of FIN";

/** The state behind each cause, by the state before; a cause without effect in a state is left out. */
const MOVES: Readonly<Record<Cause, Partial<Record<State, State>>>> = {
  "send SYN": { "CLOSED": "SYN-SENT", "LISTEN": "SYN-SENT" },
  "SYN": { "LISTEN": "SYN-RECEIVED", "SYN-SENT": "SYN-RECEIVED" },
  "SYN,ACK": { "SYN-SENT": "ESTABLISHED" },
  "ACK of SYN": { "SYN-RECEIVED": "ESTABLISHED" },
  "send FIN": {
    "SYN-RECEIVED": "FIN-WAIT-1",
    "ESTABLISHED": "FIN-WAIT-1",
    "CLOSE-WAIT": "LAST-ACK",
  },
  "FIN": { "ESTABLISHED": "CLOSE-WAIT", "FIN-WAIT-1": "CLOSING", "FIN-WAIT-2": "TIME-WAIT" },
  "ACK of FIN": { "FIN-WAIT-1": "FIN-WAIT-2", "CLOSING": "TIME-WAIT", "LAST-ACK": "CLOSED" },
};

/** Whether `cause` is part of the close. */
export function isClosing(cause: Cause): boolean {
  return cause === "send FIN" || cause === "FIN" || cause === "ACK of FIN";
}

/** Returns the state that `cause` leads to, or `state` itself where it means nothing. */
export function after(state: State, cause: Cause): State {
  return MOVES[cause][state] ?? state;
}

/** Whether the end has nothing more to do: it is closed, listens again, or only waits for 2 MSL. */
export function isOver(state: State): boolean {
  return state === "CLOSED" || state === "LISTEN" || state === "TIME-WAIT";
}

/**
 * The edges of figure 5 as `FROM>TO`, with their labels: event / action. A reset, which may
 * lead to CLOSED from anywhere, is no edge of the figure.
 */
export const EDGES: Readonly<Record<string, string>> = {
  "CLOSED>LISTEN": "passive open",
  "CLOSED>SYN-SENT": "open / SYN",
  "LISTEN>CLOSED": "close",
  "LISTEN>SYN-SENT": "send / SYN",
  "LISTEN>SYN-RECEIVED": "SYN / SYN,ACK",
  "SYN-SENT>SYN-RECEIVED": "SYN / SYN,ACK",
  "SYN-SENT>ESTABLISHED": "SYN,ACK / ACK",
  "SYN-SENT>CLOSED": "close or RST",
  "SYN-RECEIVED>LISTEN": "RST",
  "SYN-RECEIVED>ESTABLISHED": "ACK of SYN",
  "SYN-RECEIVED>FIN-WAIT-1": "close / FIN",
  "ESTABLISHED>FIN-WAIT-1": "close / FIN",
  "ESTABLISHED>CLOSE-WAIT": "FIN / ACK",
  "CLOSE-WAIT>LAST-ACK": "close / FIN",
  "FIN-WAIT-1>FIN-WAIT-2": "ACK of FIN",
  "FIN-WAIT-1>CLOSING": "FIN / ACK",
  "FIN-WAIT-2>TIME-WAIT": "FIN / ACK",
  "CLOSING>TIME-WAIT": "ACK of FIN",
  "LAST-ACK>CLOSED": "ACK of FIN",
  "TIME-WAIT>CLOSED": "2 MSL",
};
