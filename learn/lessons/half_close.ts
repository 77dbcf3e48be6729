/**
 * Lesson "half-close": each direction of a connection ends on its own.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { finsOf, segmentsOf, stateAfter } from "../watched.ts";
import type { Stage } from "../stage.ts";

/** Shows a conversation in which the client ends its direction first, and is answered after that. */
async function halfClosed(stage: Stage) {
  const records = await stage.showCapture("half-close");
  const segments = segmentsOf(records);
  const fin = finsOf(records)[0]!;
  const behind = segments.slice(segments.indexOf(fin) + 1);
  const answered = behind.filter(({ from }) => from !== fin.from)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    fin,
    answered,
    waiting: stateAfter(records, fin.from, "FIN-WAIT-1"),
    other: stateAfter(records, fin.from === "client" ? "server" : "client", "ESTABLISHED"),
  };
}

/** The lesson. */
export const halfClose: Lesson = {
  name: "half-close",
  title: () => t`Half-close`,
  steps: [
    step({
      says: () => [
        t`A connection has two directions, and each ends on its own. A client can say "that was all"
        (shutdown of its sending side) and still read the answer: that is what happens when a file is
        piped into ${"netkit client"}. This connection was captured between two hosts.`,
      ],
      run: (stage) => halfClosed(stage),
      asks: {
        text: ({ fin }) => t`How many bytes of data came to the ${fin.from} after its own FIN?`,
        answer: ({ answered }) => [`${answered}`],
        rule: () => t`Add up the bytes on the rungs below the FIN that go the other way.`,
        mistakes: ({ answered }) => [
          { given: "0", hint: t`Its own direction has ended. The other one has not.` },
          { given: `${answered - 5}`, hint: t`There is one more rung with data.` },
        ],
        why: ({ answered }) =>
          t`${answered} bytes. FIN ends one direction: who sent it may not send any more, but reads as
          long as the other side sends.`,
      },
    }),
    step({
      says: () => [t`The same connection, and now the states:`],
      run: (stage) => halfClosed(stage),
      asks: {
        text: () =>
          t`In which state is the end that has closed, when its FIN has been acknowledged?`,
        answer: ({ waiting }) => [waiting],
        rule: () => t`On its side of the ladder, below the ACK of the FIN.`,
        mistakes: () => [
          { given: "FIN-WAIT-1", hint: t`In that it is until the ACK has come.` },
          { given: "CLOSE-WAIT", hint: t`That is the other end.` },
          { given: "TIME-WAIT", hint: t`That comes when the other end has closed, too.` },
        ],
        why: ({ waiting, other }) =>
          t`${waiting}: it waits for the other end's FIN. The other end is in ${other}, as
          long as its program has not called close.`,
      },
    }),
    step({
      says: () => [
        t`And the calls of a client that does so, on this machine. It has the answer of the server, though
        it had nothing more to say:`,
      ],
      run: async (stage) => {
        const server = await stage.serve();
        const line = ["client", "--log", "text", `${server.port}`];
        const { err } = await stage.run(line, { input: "hello\nworld\n" });
        await server.end();
        const calls = [...err.matchAll(/^[\d:.]+ +(\w+)/gm)].map(([, call]) => call!);
        const behind = calls.slice(calls.lastIndexOf("write") + 1);
        return { call: behind.find((call) => call !== "read")! };
      },
      asks: {
        text: () =>
          t`Which call of the client ends its sending direction, and leaves the other one?`,
        answer: ({ call }) => [call, `${call}()`],
        rule: () => t`It is called after the last write, and is no read.`,
        mistakes: () => [
          {
            given: "close",
            hint: t`close gives up both directions: what comes after that is read by nobody.`,
          },
          { given: "read", hint: t`read takes what comes. It ends nothing.` },
          { given: "write", hint: t`write sends data; the end is no data.` },
        ],
        why: ({ call }) =>
          t`${call}() sends the FIN. The server reads 0, writes what is left to write, and closes; then the
          client reads 0, too. A client that calls close at once may lose the end of the answer.`,
      },
    }),
  ],
};
