/**
 * Lesson "spin": a client that spins at the end of input, and splits characters.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { count } from "../../text/units.ts";
import { type Lesson, step } from "../lesson.ts";
import source from "../programs/spinning_client.ts" with { type: "text" };

/** Milliseconds that the program may spin. */
const SPINNING = 1000;

/** Lines that it printed in two seconds where it was first seen: in Go, on a machine with two cores. */
const SEEN_IN_GO = 226_937;

/** Words that do not end where a read of four bytes does. */
const WORDS = ["你好", "网络", "端口", "报文"];

/** Returns the lines of the program from the loop on. */
function theLoop(): string {
  return source.slice(source.lastIndexOf("for (;;)"));
}

/** The lesson. */
export const spin: Lesson = {
  name: "spin",
  title: () => t`A client that spins`,
  steps: [
    step({
      says: () => [
        t`This client reads the keyboard and writes to the server, for ever. It works, until the input
        ends. Here is its loop, in TypeScript; in Go it looks the same.`,
      ],
      run: async (stage) => {
        await stage.show(theLoop());
        const server = await stage.serve();
        const lines = await stage.spin(source, [`${server.port}`], SPINNING);
        await server.end();
        await stage.note(
          lines === null
            ? t`A binary of netkit has no Deno that could run it. In Go it printed
            ${count(SEEN_IN_GO, "line")} in two seconds.`
            : t`Its input has ended, and in one second it has printed "os.Stdin.Read EOF" on
            ${count(lines, "line")}.`,
        );
      },
      asks: {
        text: () =>
          t`With which statement should the program leave the loop where it says "continue"?`,
        answer:
          () => ["break", "return", "break;", "return;", "conn.closeWrite()", "exit", "exit()"],
        rule: () => t`At the end of input nothing more will come: the loop is over.`,
        mistakes: () => [
          {
            given: "continue",
            hint: t`That is what it does: it reads again, and again gets nothing.`,
          },
          { given: "sleep", hint: t`It would spin more slowly, and never end.` },
        ],
        why: () =>
          t`break; and after the loop conn.closeWrite(), so that the server reads 0 and answers the rest.
          The end of input is no error and comes once: whoever reads on gets the same answer at once,
          for ever, and a processor is busy with nothing.`,
      },
    }),
    step({
      says: () => [
        t`The other fault: each read takes at most 4 bytes, and each piece is decoded on its own. A
        Chinese character has three bytes in UTF-8.`,
      ],
      run: (stage) => {
        const word = stage.random.one(WORDS);
        const bytes = new TextEncoder().encode(word);
        const pieces = [bytes.subarray(0, 4), bytes.subarray(4)];
        const decoded = pieces.map((piece) => new TextDecoder().decode(piece));
        const whole = [...decoded.join("")].filter((sign) => word.includes(sign)).length;
        return Promise.resolve({ word, decoded, whole });
      },
      asks: {
        text: ({ word }) =>
          t`The server answers "${word}". How many of its two characters does this client show whole?`,
        answer: ({ whole }) => [`${whole}`],
        rule: () => t`The first read has bytes 1 to 4, the second one 5 and 6.`,
        mistakes: () => [
          { given: "2", hint: t`The second character is cut behind its first byte.` },
          { given: "0", hint: t`The first three bytes are in one read.` },
        ],
        why: ({ decoded }) =>
          t`It prints ${
            decoded.map((text) => `"${text}"`).join(t`, then `)
          }. A decoder that keeps what
          is not complete (stream: true) joins the pieces; the server of netkit does that.`,
      },
    }),
  ],
};
