/**
 * Questions: a SYN or a FIN that has arrived, and whose answer tells whether there was a socket that it
 * moved.
 *
 * @module
 */
import type { Step } from "./connection.ts";
import { FLAG } from "./segment.ts";
import { otherSide, type Side } from "./side.ts";
import type { State } from "./state.ts";

/** Whether `step` is a SYN or a FIN that has arrived, and whose answer tells whether it met a socket. */
export function isQuestion(
  { connection, segment: { flags }, from, moves, passage }: Step,
): boolean {
  const receiver = connection.ends[otherSide(from)];
  if (!receiver.here || connection.isSelf || passage?.leg === "sent") return false;
  if (flags & FLAG.fin && moves[otherSide(from)].length > 0) return true;
  if (!(flags & FLAG.syn)) return false;
  return receiver.state === (flags & FLAG.ack ? "SYN-SENT" : "?");
}

/** Returns both steps with the move that a SYN has caused where it belongs: with the SYN. */
export function inOrder(question: Step, answer: Step): [Step, Step] {
  const side = answer.from;
  const doubt = answer.revision?.kind;
  if (doubt === "no socket" || doubt === "not taken") {
    return [withSide(question, side, question.before[side], []), { ...answer, revision: null }];
  }
  if (!(question.segment.flags & FLAG.syn)) return [question, answer];
  const [state, ...rest] = answer.moves[side];
  if (state !== "ESTABLISHED" && state !== "SYN-RECEIVED") return [question, answer];
  const before = question.moves[side].length > 0 ? question.before[side] : answer.before[side];
  return [
    withSide(question, side, before, [...question.moves[side], state]),
    withSide(answer, side, state, rest),
  ];
}

function withSide(step: Step, side: Side, state: State, own: readonly State[]): Step {
  const { before, moves } = step;
  return side === 0
    ? { ...step, before: [state, before[1]], moves: [own, moves[1]] }
    : { ...step, before: [before[0], state], moves: [moves[0], own] };
}
