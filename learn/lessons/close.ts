/**
 * Lesson "close": four segments that close a connection, and why there are often three.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { connectionOf } from "../watched.ts";

/** The lesson. */
export const close: Lesson = {
  name: "close",
  title: () => t`The four-way close, and why one often sees three`,
  steps: [
    step({
      says: () => [
        t`Each direction is closed by a FIN, and each FIN is acknowledged: four segments. Here are two
        hosts; the server of the notes takes a moment between the end of reading and close.`,
      ],
      run: async (stage) => {
        const records = await stage.showCapture("four-segment-close");
        return { by: connectionOf(records).close!.by };
      },
      asks: {
        text: () => t`Which end closes first: client or server?`,
        answer: ({ by }) => [by, by === "client" ? "客户端" : "服务器"],
        rule: () => t`The arrow of the first FIN comes from it.`,
        mistakes: ({ by }) => [
          {
            given: by === "client" ? "server" : "client",
            hint: t`Look for the first rung with FIN, and from where its arrow comes.`,
          },
        ],
        why: ({ by }) =>
          t`The ${by} calls close first: it is the active end, and at the end it is the one in
          TIME-WAIT.`,
      },
    }),
    step({
      says: () => [t`Now a client and a server on this machine:`],
      run: async (stage) => {
        const records = await stage.watch("hello\n", { fallback: "three-segment-close" });
        return { segments: connectionOf(records).close?.segments ?? 3 };
      },
      asks: {
        text: () => t`In how many segments is this connection closed?`,
        answer: ({ segments }) => [`${segments}`],
        rule: () => t`Count from the first FIN on; the line below the ladder says it, too.`,
        mistakes: ({ segments }) => [
          {
            given: `${segments + 1}`,
            hint: t`Look whether an ACK and a FIN travel together in one segment.`,
          },
          { given: "2", hint: t`Each FIN is acknowledged.` },
        ],
        why: ({ segments }) =>
          segments === 3
            ? t`3: the server closes as soon as it reads the end, so its ACK and its FIN go together. With
            four, the program takes longer than the kernel waits with the ACK.`
            : t`${segments}: here the kernel's ACK goes out before the program has called close. Where
            the program is quicker, ACK and FIN travel together, and there are three.`,
      },
    }),
  ],
};
