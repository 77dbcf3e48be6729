/**
 * Puts small deliberate bugs into copies of the sources, one at a time, and runs the tests that must
 * find them: `deno task mutants [WORD…]`, where a word limits the bugs to files whose path has it.
 *
 * The checkout is never touched. A bug that no test finds, and that is not expected to survive, makes the
 * exit status 1; one whose text is gone, or tests that fail without any bug, make it 2.
 *
 * @module
 */
import { mutated, type Mutation } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Folders that are not copied: no test reads them, and they may be large. */
const LEFT_OUT = /^(\.git|node_modules|bin|coverage|bench\/results)$/;

/** The number of bugs that are tried at a time. */
const WORKERS = 2;

/** Milliseconds after which tests that have not ended count as failed. */
const TIME_LIMIT = 240_000;

const encoder = new TextEncoder();

/** Writes a line. */
function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Copies a folder without what is left out. */
async function copyFolder(from: string, to: string, inside = ""): Promise<void> {
  await Deno.mkdir(`${to}/${inside}`, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${from}/${inside}`)) {
    const path = inside === "" ? name : `${inside}/${name}`;
    if (LEFT_OUT.test(path)) continue;
    if (isDirectory) await copyFolder(from, to, path);
    if (isFile) await Deno.copyFile(`${from}/${path}`, `${to}/${path}`);
  }
}

/** The outcome of tests. */
interface Outcome {
  readonly passed: boolean;
  /** Whether they did not end. */
  readonly late: boolean;
  readonly output: string;
}

/** Runs test files in a copy. */
async function runTests(folder: string, tests: readonly string[]): Promise<Outcome> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--quiet", "--fail-fast", ...tests],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL"); // not output() alone: what the tests have started may hold its pipes
  }, TIME_LIMIT);
  const decoder = new TextDecoder();
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  return {
    passed: code === 0,
    late,
    output: decoder.decode(stdout) + decoder.decode(stderr),
  };
}

/** Returns the name of the first test that failed, as the output says it, or `null` if none did. */
function failedTest(output: string): string | null {
  return output.match(/^(.+) => \.\/\S+$/m)?.[1] ?? output.match(/^(.+) \.\.\. FAILED/m)?.[1] ??
    null;
}

/** The outcome for a bug. */
type Fate = "killed" | "survived" | "expected survivor" | "does not apply" | "does not load";

/** Tries a bug in a copy, which is afterwards as it was. */
async function tryOne(mutation: Mutation, folder: string): Promise<[fate: Fate, why: string]> {
  const path = `${folder}/${mutation.file}`;
  const source = await Deno.readTextFile(path).catch(() => "");
  const changed = mutated(source, mutation);
  if (changed === null) return ["does not apply", "its text does not stand there exactly once"];
  await Deno.writeTextFile(path, changed);
  try {
    const { passed, late, output } = await runTests(folder, mutation.tests);
    if (passed) {
      return mutation.survives === null
        ? ["survived", mutation.tests.join(", ")]
        : ["expected survivor", mutation.survives];
    }
    const failed = failedTest(output);
    if (failed !== null) return ["killed", failed];
    if (late) return ["killed", "the tests did not end"];
    // A copy that is no program any more says nothing about the tests.
    return ["does not load", output.slice(0, 300)];
  } finally {
    await Deno.writeTextFile(path, source);
  }
}

/** Tries all that is wanted; returns the exit status. */
async function run(words: readonly string[]): Promise<number> {
  const wanted = MUTATIONS.filter(({ file }) =>
    words.length === 0 || words.some((word) => file.includes(word))
  );
  if (wanted.length === 0) {
    print("no bug in the list is in such a file");
    return 2;
  }
  const home = await Deno.makeTempDir({ prefix: "mutants-" });
  const folders = Array.from({ length: WORKERS }, (_, i) => `${home}/${i}`);
  const counts = new Map<Fate, number>();
  try {
    for (const folder of folders) await copyFolder(ROOT, folder);
    const tests = [...new Set(wanted.flatMap((each) => each.tests))].sort();
    const sound = await Promise.all(folders.map((folder, i) => {
      const share = tests.filter((_, k) => k % folders.length === i);
      return share.length === 0 ? null : runTests(folder, share);
    }));
    const broken = sound.find((outcome) => outcome?.passed === false);
    if (broken) {
      print(`${broken.output}\nthese tests fail without any bug`);
      return 2;
    }
    const rest = wanted.values();
    await Promise.all(folders.map(async (folder) => {
      for (const mutation of rest) {
        const [fate, why] = await tryOne(mutation, folder);
        counts.set(fate, (counts.get(fate) ?? 0) + 1);
        print(`${fate.padEnd(17)}  ${mutation.file}: ${mutation.felt}  (${why})`);
      }
    }));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  const summary = [...counts].map(([fate, count]) => `${count} ${fate}`).join(", ");
  print(`${wanted.length} bugs: ${summary}`);
  if (counts.has("does not apply") || counts.has("does not load")) return 2;
  return counts.has("survived") ? 1 : 0;
}

if (import.meta.main) Deno.exit(await run(Deno.args));
