/**
 * Lesson "duplex": simplex, half duplex, full duplex.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { found } from "../said.ts";
import { servedCalls } from "../server_log.ts";

/** The lesson. */
export const duplex: Lesson = {
  name: "duplex",
  title: () => t`Simplex, half duplex, full duplex`,
  steps: [
    step({
      says: () => [
        t`A radio sends, and never hears: simplex. With a walkie-talkie one speaks after the other: half
        duplex. On the telephone both may speak at once: full duplex. A TCP connection is always full
        duplex; programs can use less of it. This client only sends:`,
      ],
      run: async (stage) => {
        const server = await stage.serve();
        const { err } = await stage.run(["client", "--mode", "send", `${server.port}`], {
          input: "hello\n",
        });
        await server.end();
        await stage.note(t`And this one only hears, from a server that speaks first:`);
        const speaker = await stage.serve(["--talk"], "news\n");
        await stage.run(["client", "--mode", "receive", `${speaker.port}`]);
        await speaker.end();
        return { dropped: found(err, /\b(\d+) B/) };
      },
      asks: {
        text: () => t`How many bytes came back to the client that only sends, and were dropped?`,
        answer: ({ dropped }) => [dropped],
        rule: () => t`The client says it in its last line. The server answers every line.`,
        mistakes: ({ dropped }) => [
          {
            given: "0",
            hint: t`The connection has both directions, also when the program uses one.`,
          },
          { given: `${Number(dropped) - 1}`, hint: t`The line feed counts, too.` },
        ],
        why: ({ dropped }) =>
          t`${dropped} bytes: the server has answered as ever. The mode is a habit of the program, not of
          the connection.`,
      },
    }),
    step({
      says: () => [
        t`Now turn by turn: a line, its answer, the next line.`,
      ],
      run: async (stage) => {
        const calls = await servedCalls(stage, "one\ntwo\n", ["--mode", "half"]);
        return { reads: calls.filter(({ call, bytes }) => call === "read" && bytes! > 0).length };
      },
      asks: {
        text: () => t`How many reads of the server got data?`,
        answer: ({ reads }) => [`${reads}`],
        rule: () => t`Count the lines with read and more than 0 bytes.`,
        mistakes: ({ reads }) => [
          { given: `${reads + 1}`, hint: t`The last one got none: it returned 0.` },
          { given: "1", hint: t`The client waits for the answer before it sends the next line.` },
        ],
        why: ({ reads }) =>
          t`${reads}: the second line was sent when the first one had been answered. Without --mode half
          both may come in one read.`,
      },
    }),
    step({
      says: () => [
        t`On the telephone nobody waits for a turn. With ${"--talk"} a person sits at the server, too;
        here a pipe takes the place. The client says nothing:`,
      ],
      run: async (stage) => {
        const word = stage.random.one(["hello", "good morning", "anybody there?"]);
        const server = await stage.serve(["--talk"], `${word}\n`);
        const { out } = await stage.run(["client", `${server.port}`]);
        await server.end();
        await stage.note(
          t`With a neighbour: one of you types ${"netkit serve --talk 0.0.0.0:7000"}, the other one
          ${"netkit client ADDRESS:7000"}. With ${"--mode half"} on both sides you take turns.`,
        );
        return { bytes: new TextEncoder().encode(out).length };
      },
      asks: {
        text: () => t`How many bytes came to the client, which had not asked for any?`,
        answer: ({ bytes }) => [`${bytes}`],
        rule: () => t`Count the characters of the line, and the line feed.`,
        mistakes: ({ bytes }) => [
          { given: "0", hint: t`The server has spoken first. TCP does not mind.` },
          { given: `${bytes - 1}`, hint: t`The line feed counts, too.` },
        ],
        why: ({ bytes }) =>
          t`${bytes}: both ends may send at any time, from the handshake on. That one asks and the other
          one answers is a rule of the programs.`,
      },
    }),
  ],
};
