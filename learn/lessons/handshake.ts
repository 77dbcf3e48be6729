/**
 * Lesson "handshake": three segments that open a connection.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { segmentsOf } from "../watched.ts";
import type { Stage } from "../stage.ts";

/** Shows a conversation of one line. */
async function conversation(stage: Stage) {
  return segmentsOf(
    await stage.watch("hello\n", { fallback: "three-segment-close", client: ["--mode", "half"] }),
  );
}

/** The lesson. */
export const handshake: Lesson = {
  name: "handshake",
  title: () => t`The three-way handshake`,
  steps: [
    step({
      says: () => [
        t`A connection is opened in three segments. Each end tells the other one the number with which
        it begins to count bytes, and has it acknowledged. In the ladder a rung is a segment, with the
        states of both ends at the sides. Numbers are counted from the SYN, as Wireshark does it.`,
      ],
      run: async (stage) => {
        const [first, second] = await conversation(stage);
        return { first: first!, second: second! };
      },
      asks: {
        text: () => t`Which flags does the second segment have?`,
        answer: ({ second }) => [
          second.flags.join(","),
          second.flags.join("+"),
          second.flags.join(" "),
          second.flags.toReversed().join(","),
        ],
        rule: () => t`Look at the second rung.`,
        mistakes: ({ first }) => [
          {
            given: first.flags.join(","),
            hint: t`That is the first one. The second one answers it, too.`,
          },
          { given: "ACK", hint: t`It acknowledges, and does one thing more.` },
        ],
        why: () =>
          t`SYN,ACK: it acknowledges the client's number, and tells the server's own. Two things in one
          segment: so there are three segments, not four.`,
      },
    }),
    step({
      says: () => [t`Watch the numbers of the three segments:`],
      run: async (stage) => {
        const [, , third] = await conversation(stage);
        return { ack: third!.ack! };
      },
      asks: {
        text: () => t`What is the ack of the third segment?`,
        answer: ({ ack }) => [`${ack}`],
        rule: () => t`It is the number of the byte that the client expects next from the server.`,
        mistakes: ({ ack }) => [
          { given: `${ack - 1}`, hint: t`A SYN counts one, although it carries no byte.` },
          { given: `${ack + 1}`, hint: t`The server has sent its SYN only, nothing else yet.` },
        ],
        why: ({ ack }) =>
          t`The server's SYN has the number 0, and counts one: so ${ack} is expected next. With it the
          server is sure that its number has arrived, and accept() can return.`,
      },
    }),
    step({
      says: () => [
        t`connect() of the client returns before accept() of the server. Where is that seen?`,
      ],
      run: async (stage) => {
        const segments = await conversation(stage);
        const at = segments.findIndex(({ moves }) => moves[0].includes("ESTABLISHED"));
        return { number: at + 1 };
      },
      asks: {
        text: () => t`With which segment, counted from 1, is the client in ESTABLISHED?`,
        answer: ({ number }) => [`${number}`],
        rule: () => t`Look at the left side: the rung at which ESTABLISHED stands.`,
        mistakes: () => [
          { given: "1", hint: t`After the first one the client waits, in SYN-SENT.` },
          {
            given: "2",
            hint:
              t`When the second one has come, the client answers, and the answer is what is seen.`,
          },
          { given: "4", hint: t`The fourth one carries data already.` },
        ],
        why: () =>
          t`The SYN,ACK lets connect() return, and the client sends the third segment at once. The
          server is in ESTABLISHED when that has come: half a round trip later.`,
      },
    }),
  ],
};
