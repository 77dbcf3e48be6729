/**
 * `deno task bundle`: joins netkit into the folder `bin/program/`, whose `main.js` is the program, or into
 * another folder or a single file.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { runDeno } from "./deno.ts";
import { loadedBefore } from "./loaded_before.ts";
import { readModules } from "./module_graph.ts";

const ROOT = new URL("../", import.meta.url);

/** The folder that `deno task bundle` makes. */
export const PROGRAM = "bin/program";

/**
 * The configuration of the folder, which Deno finds beside `main.js`: a file is read when the program asks
 * for it. Without it all of them are read at every start, which takes 80 ms.
 */
export const CONFIG: { readonly unstable: readonly string[] } = {
  unstable: ["lazy-dynamic-imports"],
};

/** The names of files in the folder: those of a bundler end with eight letters and digits. */
const MADE = /^(?:main\.js|.+-[A-Z0-9]{8}\.js|deno\.json)$/;

/**
 * Joins netkit into `path`: a file with everything in it if it ends in `.js`, or else a folder, which is
 * replaced when all is bundled. Deno reads and copies a file as a whole at each start, 20 to 25 ms a
 * megabyte, so the folder starts faster.
 *
 * @throws {Error} When it cannot be bundled, or the folder has other files in it.
 */
export async function bundle(path: string): Promise<void> {
  if (path.endsWith(".js")) {
    await runDeno(["bundle", "--quiet", "--minify", "--output", path, "main.ts"]);
    return await Deno.writeTextFile(path, asciiOnly(await Deno.readTextFile(path)));
  }
  await refuseOtherFiles(path); // which is known before it takes seconds
  const scripts = await splitScripts();
  await removeProgram(path);
  await Deno.mkdir(path, { recursive: true });
  for (const [name, text] of scripts) await Deno.writeTextFile(`${path}/${name}`, text);
  await Deno.writeTextFile(`${path}/deno.json`, JSON.stringify(CONFIG) + "\n");
}

/** Resolves to the texts of the files that are loaded when they are asked for, by their names. */
async function splitScripts(): Promise<ReadonlyMap<string, string>> {
  const folder = await Deno.makeTempDir();
  try {
    const sources = pathToFileURL(`${folder}/`);
    await copySources(sources);
    // In that folder, because the names of files depend on the path to it from there.
    const output = ["--code-splitting", "--outdir", "program"];
    await runDeno(["bundle", "--quiet", "--minify", ...output, "main.ts"], sources);
    const scripts = new Map<string, string>();
    for (const name of await namesIn(`${folder}/program`)) {
      scripts.set(name, asciiOnly(await Deno.readTextFile(`${folder}/program/${name}`)));
    }
    return scripts;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Copies the sources. In the copy, a module that is asked for imports what is loaded before it in any case:
 * that changes nothing, but a bundler makes a file of all that the same modules import. So what is always
 * loaded becomes one file, and `ipinfo` reads half as many, which is 0.06 of the time of an empty program.
 */
async function copySources(folder: URL): Promise<void> {
  const modules = await readModules();
  const root = pathToFileURL(`${await Deno.realPath(ROOT)}/`).href; // without links, as modules are named
  const main = `${root}main.ts`;
  const before = loadedBefore(modules, main);
  const local = (specifier: string) => specifier.startsWith(root);
  for (const { specifier } of modules.filter((each) => local(each.specifier))) {
    const path = specifier.slice(root.length);
    const up = "../".repeat(path.split("/").length - 1) || "./";
    const imports = [...before.get(specifier) ?? []]
      .filter((each) => local(each) && each !== main) // which is the program only where nothing imports it
      .map((each) => `import "${up}${each.slice(root.length)}";\n`);
    const text = await Deno.readTextFile(new URL(specifier));
    const copy = new URL(path, folder);
    await Deno.mkdir(new URL(".", copy), { recursive: true });
    await Deno.writeTextFile(copy, path.endsWith(".ts") ? imports.join("") + text : text);
  }
  for (const name of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(new URL(name, ROOT), new URL(name, folder));
  }
}

/**
 * Removes a folder that `bundle()` has made, if there is one: the next one has files of other names.
 *
 * @throws {Error} When it has other files in it.
 */
export async function removeProgram(path: string): Promise<void> {
  await refuseOtherFiles(path);
  await Deno.remove(path, { recursive: true }).catch(ignoreAbsence);
}

async function refuseOtherFiles(path: string): Promise<void> {
  const other = (await namesIn(path)).find((name) => !MADE.test(name));
  if (other !== undefined) {
    throw new Error(`${path} is not replaced: ${other} in it is not of a bundle`);
  }
}

/** Resolves to the names in a folder, none if there is no folder. */
async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path)).catch(ignoreAbsence);
  return (entries ?? []).map(({ name }) => name);
}

function ignoreAbsence(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/**
 * Returns JavaScript in ASCII: of other characters the escapes, which are the same in strings, templates and
 * regular expressions. A single `→` makes V8 keep two bytes for each character of a file, which is 40 ms more
 * at each start of the single file.
 */
export function asciiOnly(script: string): string {
  return script.replace(
    /\\[^]|[\x80-\uffff]/g, // without the flag u: of a character above U+FFFF both halves
    (found) => {
      const code = found.charCodeAt(found.length - 1); // of an escape what follows the backslash
      return code < 0x80 ? found : `\\u${code.toString(16).padStart(4, "0")}`;
    },
  );
}

if (import.meta.main) {
  const [path = PROGRAM] = Deno.args;
  const encoder = new TextEncoder();
  try {
    await bundle(path);
    const script = path.endsWith(".js") ? path : `${path.replace(/\/$/, "")}/main.js`;
    Deno.stdout.writeSync(encoder.encode(`deno run -A ${script}\n`));
  } catch (error) {
    Deno.stderr.writeSync(
      encoder.encode(`bundle: ${error instanceof Error ? error.message : error}\n`),
    );
    Deno.exitCode = 1;
  }
}
