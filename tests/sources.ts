/**
 * The sources of netkit, for tests that read them: all but tests, benchmarks and tasks.
 *
 * @module
 */

/** The folder of the project. */
export const ROOT = new URL("../", import.meta.url);

/** Folders in which there is no part of the program. */
const OTHERS: ReadonlySet<string> = new Set([
  "bench",
  "bin",
  "coverage",
  "docs",
  "examples",
  "node_modules",
  "tasks",
  "tests",
]);

/** Resolves to the paths of all sources, relative to the project's folder. */
export async function sources(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(`./${folder}`, ROOT))) {
    const path = `${folder}${name}`;
    if (isFile && /\.[jt]s$/.test(path)) paths.push(path);
    if (isDirectory && !name.startsWith(".") && !OTHERS.has(path)) {
      paths.push(...await sources(`${path}/`));
    }
  }
  return paths.sort();
}

/** Resolves to the paths of all that is written for people: sources, tests, tasks, texts in Markdown. */
export async function texts(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(`./${folder}`, ROOT))) {
    const path = `${folder}${name}`;
    if (isFile && /\.(css|html|js|md|ts|yml)$/.test(path)) paths.push(path);
    const skipped = name.startsWith(".") || /^(bin|coverage|node_modules|testdata)$/.test(name);
    if (isDirectory && !skipped) paths.push(...await texts(`${path}/`));
  }
  return paths.sort();
}

/** Returns what the source `text` at `path` imports, relative to the project's folder. */
export function importsOf(path: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"]+)"/g;
  return [...code.matchAll(pattern)].map(([, specifier]) =>
    specifier!.startsWith(".")
      ? new URL(specifier!, new URL(path, ROOT)).href.slice(ROOT.href.length)
      : specifier!
  );
}
