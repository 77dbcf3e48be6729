/**
 * Lesson "simultaneous-close": both ends close before they hear of each other.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import { FLAG } from "../../../tcp/segment.ts";
import type { Lesson } from "../../lesson.ts";
import { connectionOf, finsOf, stateAfter } from "../../watched.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** Shows a conversation whose first FIN is on the wire until the other end has sent its own. */
async function conversation(stage: LabStage) {
  const wire = stage.lab.wires.near;
  const closed = new Set<string>();
  wire.fate = ({ flags, source }) => {
    if (!(flags & FLAG.fin) || closed.size === 2) return null;
    if (closed.has(source)) return "lost"; // sent again, while the first one is held
    closed.add(source);
    if (closed.size === 2) queueMicrotask(() => wire.release());
    return "held";
  };
  await converse(stage, "", { to: "b", server: ["--talk"] });
  return await stage.ladder("a");
}

/** The lesson. */
export const simultaneousClose: Lesson = {
  name: "simultaneous-close",
  title: () => t`Both ends close at once`,
  steps: [
    labStep({
      says: () => [
        t`The input of both programs is at its end as soon as they are connected, so both close. This wire
        holds the first FIN until the second one is on it, too: they cross.`,
      ],
      run: async (stage) => ({
        state: stateAfter(await conversation(stage), "client", "FIN-WAIT-1"),
      }),
      asks: {
        text: () => t`Which state follows FIN-WAIT-1 at the client?`,
        answer: ({ state }) => [state],
        rule: () => t`The way of the client stands below the ladder.`,
        mistakes: () => [
          {
            given: "FIN-WAIT-2",
            hint: t`That would be so if an ACK came. But what comes is a FIN.`,
          },
          { given: "TIME-WAIT", hint: t`Its own FIN is not acknowledged yet.` },
          {
            given: "CLOSE-WAIT",
            hint: t`That is the state of an end that has not closed by itself.`,
          },
        ],
        why: ({ state }) =>
          t`${state}: both have closed, and neither has the ACK of its FIN. With the ACK it goes on to
          TIME-WAIT. It is the state that one sees least of all.`,
      },
    }),
    labStep({
      says: () => [
        t`How can it be seen that they have crossed? A FIN counts one, as a SYN does. The end that has
        received it says so with its ack.`,
      ],
      run: async (stage) => {
        const [, other] = finsOf(await conversation(stage));
        return { ack: other!.ack! };
      },
      asks: {
        text: () => t`Which ack has the second FIN?`,
        answer: ({ ack }) => [`${ack}`],
        rule: () => t`It stands in the second rung with FIN.`,
        mistakes: ({ ack }) => [
          {
            given: `${ack + 1}`,
            hint: t`That would acknowledge the first FIN, of which its sender does not know yet.`,
          },
          { given: `${ack - 1}`, hint: t`The SYN counts one, and that has come.` },
        ],
        why: ({ ack }) =>
          t`${ack}: all before the first FIN. Only the segments after both have ${ack + 1}, one for
          each FIN.`,
      },
    }),
    labStep({
      says: () => [t`The end that calls close first is the one in TIME-WAIT. And here?`],
      run: async (stage) => {
        const { paths, presumed } = connectionOf(await conversation(stage));
        const ends = paths.filter((path, i) => [...path, ...presumed[i]!].includes("TIME-WAIT"));
        return { ends: ends.length };
      },
      asks: {
        text: () => t`How many of the two ends come to TIME-WAIT?`,
        answer: ({ ends }) => [`${ends}`],
        rule: () => t`Look at the ends of both ways below the ladder.`,
        mistakes: ({ ends }) => [
          { given: `${ends - 1}`, hint: t`Both ends have sent a FIN before they got one.` },
        ],
        why: ({ ends }) =>
          t`${ends}: each was the active end. A state in parentheses stands for what follows if the last
          segments have arrived; the capture cannot prove it.`,
      },
    }),
  ],
};
