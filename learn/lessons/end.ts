/**
 * Lesson "end": a read that returns 0.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { servedCalls } from "../server_log.ts";

/** The lesson. */
export const end: Lesson = {
  name: "end",
  title: () => t`read returns zero`,
  steps: [
    step({
      says: () => [
        t`How does a program know that the other side has nothing more to say? There is no character
        for it: any byte may be data. The answer is in the number that read returns.`,
      ],
      run: async (stage) => {
        const calls = await servedCalls(stage, "hello\n");
        return { last: calls.findLast(({ call }) => call === "read")?.bytes ?? 0, calls };
      },
      asks: {
        text: () => t`What does the last read of the server return?`,
        answer: ({ last }) => [`${last}`],
        rule: () => t`It is the last line with read.`,
        mistakes: ({ calls }) => [
          ...calls.filter(({ call, bytes }) => call === "read" && bytes !== 0)
            .map(({ bytes }) => ({ given: `${bytes}`, hint: t`That one has read the text.` })),
          { given: "-1", hint: t`That would be an error. This is no error.` },
        ],
        why: () =>
          t`0 bytes: the client has sent FIN, and everything before has been read. A server that does not
          look for it reads nothing again and again, for ever (lesson 16).`,
      },
    }),
    step({
      says: () => [t`And when the client sends nothing at all?`],
      run: async (stage) => {
        const calls = await servedCalls(stage, "");
        return { reads: calls.filter(({ call }) => call === "read").length };
      },
      asks: {
        text: () => t`How many times does read return now?`,
        answer: ({ reads }) => [`${reads}`],
        rule: () => t`Count the lines with read.`,
        mistakes: ({ reads }) => [
          { given: `${reads - 1}`, hint: t`The one that returns 0 counts, too.` },
          { given: `${reads + 1}`, hint: t`There was nothing to read before the end.` },
        ],
        why: () =>
          t`Only the read that returns 0. Waiting for data and waiting for the end are the same call.`,
      },
    }),
  ],
};
