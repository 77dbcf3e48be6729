/**
 * Every lesson in every language, at 80 and 60 columns, with and without the means to capture, with right,
 * wrong and senseless answers.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Asked, Lesson } from "../learn/lesson.ts";
import { allLessons } from "../learn/lessons.ts";
import { Screen } from "../learn/screen.ts";
import { Stage } from "../learn/stage.ts";
import { width } from "../text/layout.ts";
import { LANGUAGES, useCatalogue } from "../text/messages.ts";
import chinese from "../text/zh_CN.json" with { type: "json" };
import { learningIo, play } from "./learning.ts";
import { needs, UNIX } from "./needs.ts";
import { GUARD } from "./waiting.ts";
import { writeProgram } from "./written_program.ts";

const LESSONS = await allLessons();

/** The lessons that capture, where that is allowed. */
const CAPTURING = LESSONS.filter(({ name }) =>
  Deno.readTextFileSync(new URL(`../learn/lessons/${name.replace("-", "_")}.ts`, import.meta.url))
    .includes("stage.watch(")
);

/** The programs in PATH with the name of tcpdump: none, or one that may not capture. */
const TCPDUMP = {
  "as it is here": null,
  "without tcpdump": null,
  "without the right to capture":
    "#!/bin/sh\necho \"tcpdump: lo: You don't have permission to capture on that device\n" +
    '(socket: Operation not permitted)" >&2\nexit 1\n',
} as const;

/** What is typed three times where something is asked, and once where nothing is. */
const SENSELESS = ["我不知道", "\x1b[2J\u202e", "9".repeat(5000)];

/** A person of the matrix: what is typed at a question, by the number of tries at it so far. */
const PERSONS: Readonly<Record<string, (asked: Asked | null, tries: number) => string>> = {
  "right answers": (asked) => asked?.answers[0] ?? "",
  // Where this machine's own address leaves no mistake to make, the right one.
  "wrong answers": (asked, tries) =>
    asked?.mistakes[tries % asked.mistakes.length]?.given ?? asked?.answers[0] ?? "",
  "senseless answers": (asked, tries) => asked === null ? "" : SENSELESS[tries]!,
};

/** A folder in which a lesson finds no other programs than these, by the names of the rows. */
async function folderOf(row: keyof typeof TCPDUMP): Promise<string | null> {
  if (row === "as it is here") return null;
  const folder = await Deno.makeTempDir();
  const script = TCPDUMP[row];
  if (script !== null) await writeProgram(`${folder}/tcpdump`, script);
  return folder;
}

/** Plays `lesson`; programs are looked for in `path`, in PATH if that is `null`. */
async function playIn(
  lesson: Lesson,
  columns: number,
  path: string | null,
  person: (asked: Asked | null, tries: number) => string,
) {
  const io = learningIo(columns);
  const { spawn } = io;
  if (path !== null) {
    io.spawn = (program, args, options = {}) =>
      spawn(program, args, { ...options, env: { ...options.env, PATH: path } });
  }
  return await play(lesson, person, { io });
}

Deno.test("the client in Go spins, and netkit talks with the server in Go", {
  ...needs("go", UNIX),
  timeout: 5 * GUARD, // it compiles packages of Go itself
}, async () => {
  const { steps } = LESSONS.find(({ name }) => name === "spin")!;
  const io = learningIo(80, { withGo: true });
  await using stage = new Stage(io, new Screen(io), 1);
  await stage.step(3, steps[3]!.play);
  assertMatch(io.out(), /os\.Stdin\.Read EOF\n[^]*\.\/upper_server &[^]*HELLO\n {2}你好\n/);
});

for (const language of LANGUAGES) {
  for (const columns of [80, 60]) {
    for (const row of Object.keys(TCPDUMP) as (keyof typeof TCPDUMP)[]) {
      for (const [name, person] of Object.entries(PERSONS)) {
        // What does not depend on each other is not tried in every combination.
        if (name !== "right answers" && (row !== "without tcpdump" || columns !== 60)) continue;
        for (const lesson of row === "without tcpdump" ? LESSONS : CAPTURING) {
          Deno.test(`${lesson.name} in ${language}, ${columns} columns, ${row}, ${name}`, {
            ...needs(UNIX),
            timeout: GUARD,
          }, async () => {
            const folder = await folderOf(row);
            useCatalogue(language === "zh" ? chinese : null);
            try {
              const { out, done, tries } = await playIn(lesson, columns, folder, person);
              assert(done, out);
              assertEquals(out.includes("\x1b"), false, out);
              const isRight = name === "right answers";
              for (const each of tries) assertEquals(each.right, isRight, out);
              for (const line of out.split("\n")) {
                // A command line is one to be copied; what was typed is as long as it is.
                assert(width(line) <= columns || /^ {2}\$ /.test(line), line);
              }
            } finally {
              useCatalogue(null);
              if (folder !== null) await Deno.remove(folder, { recursive: true });
            }
          });
        }
      }
    }
  }
}
