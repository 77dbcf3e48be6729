/**
 * Lesson "states": a walk through the state diagram of TCP.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { pathOf, stateAfter, type TraceRecord } from "../watched.ts";

/** The lesson. */
export const states: Lesson = {
  name: "states",
  title: () => t`The state diagram`,
  steps: [
    step({
      says: () => [
        t`RFC 9293 has a diagram with eleven states. An end walks through it: by its own calls (open,
        close) and by what comes from the other end. Full circles number the way of the client, empty
        ones that of the server.`,
      ],
      run: async (stage) => {
        const file = await stage.file("four-segment-close");
        await stage.run(["trace", "-r", file, "--states"]);
        const records = await stage.json<TraceRecord>(["trace", "-r", file]);
        return {
          client: stateAfter(records, "client", "ESTABLISHED"),
          server: stateAfter(records, "server", "ESTABLISHED"),
        };
      },
      asks: {
        text: () => t`Which state does the server reach when the client's FIN has come?`,
        answer: ({ server }) => [server],
        rule: () => t`It is the state behind ESTABLISHED on the way of the server.`,
        mistakes: ({ client }) => [
          {
            given: client,
            hint: t`That is the way of the end that closes first.`,
          },
          { given: "LAST-ACK", hint: t`That comes when the server has closed, too.` },
          { given: "CLOSED", hint: t`The server may still send.` },
        ],
        why: () =>
          t`CLOSE-WAIT: the kernel waits for the program to close. Many sockets in CLOSE-WAIT mean a
          program that does not look at a read of 0.`,
      },
    }),
    step({
      says: () => [
        t`Both ends can close at the same moment: then their FINs cross on the way. These hosts had a
        wire with a delay between them.`,
      ],
      run: async (stage) => {
        const records = await stage.showCapture("simultaneous-close");
        return {
          path: pathOf(records, "client"),
          crossed: stateAfter(records, "client", "FIN-WAIT-1"),
        };
      },
      asks: {
        text: () => t`Through which state do both ends go that the ordinary close does not have?`,
        answer: ({ crossed }) => [crossed],
        rule: () => t`It follows FIN-WAIT-1 where a FIN comes before the ACK of the own one.`,
        mistakes: () => [
          { given: "FIN-WAIT-2", hint: t`That would be next, if the ACK came first.` },
          {
            given: "LAST-ACK",
            hint: t`That is for an end that closes second; here there is none.`,
          },
          { given: "TIME-WAIT", hint: t`The ordinary close has that, too.` },
        ],
        why: ({ path }) => t`CLOSING. The way of the client: ${path.join(" → ")}.`,
      },
    }),
  ],
};
