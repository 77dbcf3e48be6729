import { assert, assertEquals } from "@std/assert";
import { PAGES } from "./pages.ts";
import { ROOT } from "./sources.ts";

/** Texts that name files of the project, and the folder to which what they name may be relative. */
const TEXTS: readonly (readonly [path: string, folder: string])[] = [
  ...PAGES.map(({ path }) => [path, path.replace(/[^/]*$/, "")] as const),
  ["bench/README.md", "bench/"],
  [".ci/run", ""],
  [".github/workflows/release.yml", ""],
  [".github/workflows/test.yml", ""],
];

const EXTENSION = "c|cfg|css|html|js|json|lock|md|mjs|pcap|png|sh|svg|ts|wat|yml";

/** A file or folder in a code span of Markdown. */
const SPAN = new RegExp(`^[\\w@.-]+(/[\\w@.-]+)*(/|\\.(${EXTENSION}))$`);

const FOLDERS: readonly string[] = (await Array.fromAsync(Deno.readDir(ROOT)))
  .filter(({ isDirectory, name }) => isDirectory && name !== "bin").map(({ name }) => name);

/** A file in a folder of the project, anywhere in a text. */
const FILE = new RegExp(
  `(?<![\\w./-])(?:${FOLDERS.join("|").replaceAll(".", "\\.")})/[\\w./-]*\\.(?:${EXTENSION})\\b`,
  "g",
);

/** Returns the files and folders that `text` names. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, span]) => span!.split(" "));
  return [
    ...spans.filter((word) => SPAN.test(word)),
    ...[...text.matchAll(FILE)].map(([path]) => path),
  ].filter((path) => !/^(bin|X)\b/.test(path)); // bin/ is made by tasks, X stands for any command
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(`./${path}`, ROOT));
    return true;
  } catch {
    return false;
  }
}

const config: unknown = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
const { tasks, compile } = config as {
  tasks: Record<string, unknown>;
  compile: { include: string[] };
};

for (const [path, folder] of TEXTS) {
  Deno.test(`${path} names only files and tasks that are there`, async () => {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const missing: string[] = [];
    for (const named of new Set(pathsIn(text))) {
      if (!await exists(named) && !await exists(folder + named)) missing.push(named);
    }
    for (const [, task] of text.matchAll(/\bdeno(?:@[\d.]+)? task ([\w-]+)/g)) {
      if (!Object.hasOwn(tasks, task!)) missing.push(`deno task ${task}`);
    }
    assertEquals(missing, []);
  });
}

Deno.test("deno.json compiles every folder of the program into the binaries", async () => {
  for (const path of compile.include) assert(await exists(path), path);
  const program = FOLDERS.filter((name) =>
    !name.startsWith(".") &&
    !/^(bench|coverage|docs|examples|node_modules|po|std|tasks|tests)$/.test(name)
  );
  assertEquals(program.filter((name) => !compile.include.includes(name)), []);
});
