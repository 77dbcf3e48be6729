/**
 * Lesson "four-segments": a close in four segments, live, on a wire that takes its time.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import type { Lesson } from "../../lesson.ts";
import { connectionOf, stateAfter } from "../../watched.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** Milliseconds of the wire, one way. */
const DELAY = 20;

/** Shows a conversation with a server that waits before it closes. */
async function conversation(stage: LabStage) {
  stage.lab.wires.near.delay = DELAY;
  await converse(stage, "hello\n", {
    to: "b",
    client: ["--mode", "half"],
    server: ["--linger", "0.3"],
  });
  return await stage.ladder("a");
}

/** The lesson. */
export const fourSegments: Lesson = {
  name: "four-segments",
  title: () => t`The four-way close, live`,
  steps: [
    labStep({
      says: () => [
        t`The wire takes ${DELAY} ms each way, and the server on b waits 0.3 s between the end of reading
        and close. So the kernel of b does not wait for the program with its ACK.`,
      ],
      run: async (stage) => {
        const records = await conversation(stage);
        return { segments: connectionOf(records).close?.segments ?? 4 };
      },
      asks: {
        text: () => t`In how many segments is this connection closed?`,
        answer: ({ segments }) => [`${segments}`],
        rule: () => t`Count from the first FIN on; the line below the ladder says it, too.`,
        mistakes: ({ segments }) => [
          {
            given: `${segments - 1}`,
            hint: t`Each end sends a FIN, and each FIN has an ACK of its own here.`,
          },
          { given: "2", hint: t`Each FIN is acknowledged.` },
        ],
        why: ({ segments }) =>
          t`${segments}: FIN, ACK, FIN, ACK. On this machine alone one mostly sees three, as the program
          is quicker there than the kernel's ACK.`,
      },
    }),
    labStep({
      says: () => [
        t`Between the second and the third of them the connection is half-closed: from b to a, data
        could still come.`,
      ],
      run: async (stage) => {
        const records = await conversation(stage);
        return {
          client: stateAfter(records, "client", "FIN-WAIT-1"),
          server: stateAfter(records, "server", "ESTABLISHED"),
        };
      },
      asks: {
        text: () => t`In which state does the client wait for the FIN of the server?`,
        answer: ({ client }) => [client],
        rule: () => t`Look at the left side, at the rung with the ACK of the first FIN.`,
        mistakes: ({ server }) => [
          {
            given: "FIN-WAIT-1",
            hint: t`In that one it waits for the ACK of its FIN, which has come.`,
          },
          { given: server, hint: t`That is the server, whose program has not closed yet.` },
          { given: "TIME-WAIT", hint: t`That comes behind the FIN of the server.` },
        ],
        why: ({ client, server }) =>
          t`${client}. The server is in ${server} as long as its program does not call close: that is
          where connections of forgetful programs are found.`,
      },
    }),
  ],
};
