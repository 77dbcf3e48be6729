/**
 * Lesson "loss": segments that the wire loses, and what TCP does about it.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import { FLAG, type Segment } from "../../../tcp/segment.ts";
import type { Lesson } from "../../lesson.ts";
import { segmentsOf, type TraceRecord } from "../../watched.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** Shows a conversation of which the wire loses the first segment that is meant. */
async function conversation(stage: LabStage, isMeant: (segment: Segment) => boolean) {
  const wire = stage.lab.wires.near;
  wire.delay = 20;
  let isLost = false;
  wire.fate = (segment) => {
    if (isLost || !isMeant(segment)) return null;
    isLost = true;
    return "lost";
  };
  await converse(stage, "hello\n", { to: "b", client: ["--mode", "half"] });
  return segmentsOf(await stage.ladder("a"));
}

/** Returns the seconds between two segments. */
function secondsBetween(one: TraceRecord, other: TraceRecord): number {
  return (Date.parse(other.time) - Date.parse(one.time)) / 1000;
}

/** The lesson. */
export const loss: Lesson = {
  name: "loss",
  title: () => t`A segment is lost`,
  steps: [
    labStep({
      says: () => [
        t`A wire may lose what it carries, and tells nobody. This one loses the line that a sends, once.
        The capture was taken at a: what a sends is in it, arrived or not.`,
      ],
      run: async (stage) => {
        const segments = await conversation(stage, ({ length }) => length > 0);
        const sent = segments.flatMap(({ from, bytes }, i) =>
          from === "client" && bytes > 0 ? [i + 1] : []
        );
        return { lost: sent[0]!, again: sent[1]! };
      },
      asks: {
        text: () => t`Which rung is the segment that was lost, counted from 1?`,
        answer: ({ lost }) => [`${lost}`],
        rule: () => t`It is sent twice. The second one has arrived: it is acknowledged.`,
        mistakes: ({ lost, again }) => [
          { given: `${again}`, hint: t`That one has arrived: the ACK comes behind it.` },
          {
            given: `${lost - 1}`,
            hint: t`That ends the handshake. If it had been lost, the line would do the same.`,
          },
        ],
        why: ({ lost, again }) =>
          t`${lost}. No ACK came, so a's kernel sent the same bytes with the same seq again: rung
          ${again}. The programs have noticed nothing but the time.`,
      },
    }),
    labStep({
      says: () => [t`Now the wire loses the first SYN. Nothing is known of the other end yet.`],
      run: async (stage) => {
        const [first, second] = await conversation(
          stage,
          ({ flags }) => (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn,
        );
        return { seconds: secondsBetween(first!, second!) };
      },
      asks: {
        text: () => t`After how many seconds, rounded, does a send it again?`,
        answer: ({ seconds }) => [`${Math.round(seconds)}`, seconds.toFixed(1), seconds.toFixed(2)],
        rule: () => t`It is the time at the second rung.`,
        mistakes: ({ seconds }) => [
          { given: "0", hint: t`The first column has seconds.` },
          {
            given: `${Math.round(seconds * 1000)}`,
            hint: t`That is milliseconds.`,
          },
        ],
        why: ({ seconds }) =>
          t`${
            Math.round(seconds)
          }: before the first round trip is known TCP waits 1 s (RFC 6298), then
          2 s, 4 s and so on. A connection that takes one second too long has often lost a SYN.`,
      },
    }),
  ],
};
