/**
 * `deno task bundle`: joins netkit into the folder `bin/program/`, whose `main.js` is the program, or into
 * another folder or a single file.
 *
 * @module
 */
import { runDeno } from "./deno.ts";

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
 * replaced. Deno reads and copies a file as a whole at each start, 20 to 25 ms a megabyte, so the folder
 * starts faster.
 *
 * @throws {Error} When it cannot be bundled, or the folder has other files in it.
 */
export async function bundle(path: string): Promise<void> {
  const run = (...output: string[]) =>
    runDeno(["bundle", "--quiet", "--minify", ...output, "main.ts"]);
  if (path.endsWith(".js")) {
    await run("--output", path);
    return await makeAscii(path);
  }
  await removeProgram(path);
  await run("--code-splitting", "--outdir", path);
  await Promise.all((await namesIn(path)).map((name) => makeAscii(`${path}/${name}`)));
  await Deno.writeTextFile(`${path}/deno.json`, JSON.stringify(CONFIG) + "\n");
}

/**
 * Removes a folder that `bundle()` has made, if there is one: the next one has files of other names.
 *
 * @throws {Error} When it has other files in it.
 */
export async function removeProgram(path: string): Promise<void> {
  const other = (await namesIn(path)).find((name) => !MADE.test(name));
  if (other !== undefined) {
    throw new Error(`${path} is not replaced: ${other} in it is not of a bundle`);
  }
  await Deno.remove(path, { recursive: true }).catch(ignoreAbsence);
}

/** Resolves to the names in a folder, none if there is no folder. */
async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path)).catch(ignoreAbsence);
  return (entries ?? []).map(({ name }) => name);
}

function ignoreAbsence(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function makeAscii(path: string): Promise<void> {
  await Deno.writeTextFile(path, asciiOnly(await Deno.readTextFile(path)));
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

if (import.meta.main) await bundle(Deno.args[0] ?? PROGRAM);
