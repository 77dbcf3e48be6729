/**
 * Lesson "spin": a client that spins at the end of input, and splits characters.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { count } from "../../text/units.ts";
import { type Lesson, step } from "../lesson.ts";
import { buildGo } from "../go.ts";
import mended from "../programs/ending_client.ts" with { type: "text" };
import source from "../programs/spinning_client.ts" with { type: "text" };
import goSource from "../programs/spinning_client.go" with { type: "text" };
import goServer from "../programs/upper_server.go" with { type: "text" };
import type { Stage } from "../stage.ts";

/** Milliseconds that the program may spin. */
const SPINNING = 1000;

/** Lines that it printed in two seconds where it was first seen: in Go, on a machine with two cores. */
const SEEN_IN_GO = 226_937;

/** Words, some of whose characters are cut where a read of four bytes ends. */
const WORDS = ["你好", "网络编程", "TCP协议", "端口号"];

/** Returns the lines of the program from the last loop on. */
function theLoop(program: string): string {
  return program.slice(program.lastIndexOf("\nfor ") + 1);
}

/** Runs a program of Deno that connects to `port`, and shows it; resolves to its end, `null` without Deno. */
async function client(
  stage: Stage,
  program: string,
  port: number,
  { input = "", milliseconds }: { readonly input?: string; readonly milliseconds?: number } = {},
) {
  const [deno, isBinary] = [stage.self[0]!, stage.self.length === 1];
  if (isBinary) {
    await stage.note(t`A binary of netkit has no Deno that could run this program.`);
    return null;
  }
  await stage.write("client.ts", program);
  return await stage.program([deno, "run", "-A", "--quiet", "client.ts", `${port}`], {
    shown: ["deno", "run", "-A", "client.ts", `${port}`],
    input,
    ...milliseconds === undefined ? {} : { milliseconds, head: 2 },
  });
}

/** The lesson. */
export const spin: Lesson = {
  name: "spin",
  title: () => t`A client that spins`,
  steps: [
    step({
      says: () => [
        t`This client reads the keyboard and writes to the server, for ever. It works, until the input
        ends. Here is its loop, in TypeScript; in Go it looks the same. The whole program is client.ts,
        and its input, /dev/null, has ended before it begins.`,
      ],
      run: async (stage) => {
        await stage.show(theLoop(source));
        const server = await stage.serve();
        const end = await client(stage, source, server.port, { milliseconds: SPINNING });
        await server.end();
        await stage.note(
          end === null
            ? t`In Go it printed ${count(SEEN_IN_GO, "line")} in two seconds.`
            : t`It was stopped after one second, and until then has printed
            ${count(end.lines, "line")}.`,
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
        Chinese character has three bytes in UTF-8. Here is the same client, with break, and a server
        that speaks first:`,
      ],
      run: async (stage) => {
        const word = stage.random.one(WORDS);
        const server = await stage.serve(["--talk"], `${word}\n`);
        const end = await client(stage, source.replace("continue;", "break;"), server.port);
        await server.end();
        const out = end?.out.replace("os.Stdin.Read EOF", "") ?? inPieces(word);
        if (end === null) await stage.show(out);
        return { word, whole: [...word].filter((sign) => out.includes(sign)).length };
      },
      asks: {
        text: ({ word }) =>
          t`The server says "${word}". How many of its ${
            [...word].length
          } characters does this client show whole?`,
        answer: ({ whole }) => [`${whole}`],
        rule: () => t`� stands where a part of a character is. Count the others.`,
        mistakes: ({ word }) => [
          {
            given: `${[...word].length}`,
            hint: t`At least one is cut: its bytes are not all in one read.`,
          },
          { given: "0", hint: t`The first one is in the first read, with all of its bytes.` },
        ],
        why: ({ whole }) =>
          t`${whole}. A decoder that keeps what is not complete (stream: true) joins the pieces; the
          server of netkit does that.`,
      },
    }),
    step({
      says: () => [
        t`Both faults are gone where the loop is one over an async iterator: it ends when the input
        ends, and nobody can forget to ask. This is the end of the mended client.ts:`,
      ],
      run: async (stage) => {
        await stage.show(theLoop(mended));
        const lines = stage.random.integer(2, 4);
        const server = await stage.serve();
        const input = Array.from({ length: lines }, (_, i) => `${WORDS[i]}\n`).join("");
        const end = await client(stage, mended, server.port, { input });
        await server.end();
        return { lines: end?.lines ?? lines };
      },
      asks: {
        text: () => t`How many lines has it printed when it ends by itself?`,
        answer: ({ lines }) => [`${lines}`],
        rule: () => t`One for each line that was typed: the server answers every one.`,
        mistakes: ({ lines }) => [
          { given: `${lines + 1}`, hint: t`The end of input is no line: the loop is just over.` },
          { given: "0", hint: t`It waits for the answers: closeWrite() ends one direction only.` },
        ],
        why: ({ lines }) =>
          t`${lines}, and no character is cut. netkit itself is written so: accepted connections, bytes
          and lines are async iterators, and each ends once.`,
      },
    }),
    step({
      says: () => [
        t`The same client in Go, spinning_client.go, and a server in Go, upper_server.go, with a
        goroutine for each connection: what talks over TCP need not be written in one language.`,
      ],
      run: async (stage) => {
        const path = await buildGo(stage, "spinning_client", goSource);
        if (path === null) return;
        const server = await stage.serve();
        const end = await stage.program([path, `${server.port}`], {
          shown: ["./spinning_client", `${server.port}`],
          input: "",
          milliseconds: SPINNING,
          head: 2,
        });
        await server.end();
        await stage.note(
          t`It was stopped after one second, and until then has printed
          ${count(end!.lines, "line")}.`,
        );
        const serverPath = await buildGo(stage, "upper_server", goServer);
        if (serverPath === null) return;
        const other = await stage.serveProgram([serverPath], { shown: ["./upper_server"] });
        await stage.run(["client", `${other.port}`], { input: "hello\n你好\n" });
        await other.end();
      },
    }),
    step({
      says: () => [
        t`netkit is a program like these, in TypeScript. In a clone of its repository
        ${"deno run -A main.ts serve"} starts the server, ${"deno run -A main.ts client"} the client.
        deno.json has a short name, a task, for each; ${"deno task"} lists all of them,
        ${"deno task test-quick"} runs the tests that take half a minute, ${"deno task test"} all,
        ${"deno task compile"} makes one file of netkit that needs no Deno.`,
      ],
      run: async (stage) => {
        const cwd = cloneOf(stage.self);
        if (cwd === null) {
          await stage.note(t`This netkit does not run from a clone, so no task can be shown here.`);
          return;
        }
        const task = (...words: string[]) => [stage.self[0]!, "task", "--quiet", ...words];
        const shown = (...words: string[]) => ({ shown: ["deno", "task", ...words], cwd });
        const server = await stage.serveProgram(task("serve", "0"), shown("serve", "0"));
        const port = `${server.port}`;
        await stage.program(task("client", port), { ...shown("client", port), input: "hello\n" });
        await server.end();
      },
    }),
  ],
};

/** Returns the folder of the clone that netkit runs from, `null` if it is a bundle or a binary. */
function cloneOf(self: readonly string[]): string | null {
  const main = self.at(-1)!.match(/^(.*)[/\\]main\.ts$/)?.[1];
  if (main === undefined) return null;
  return main.startsWith("file:") ? decodeURIComponent(new URL(main).pathname) : main;
}

/** Returns what the client would print of `word`: reads of four bytes, each decoded on its own. */
function inPieces(word: string): string {
  const bytes = new TextEncoder().encode(`${word}\n`);
  const starts = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) => 4 * i);
  return starts.map((at) => `${new TextDecoder().decode(bytes.subarray(at, at + 4))}\n`).join("");
}
