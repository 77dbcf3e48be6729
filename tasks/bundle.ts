/**
 * `deno task bundle`: joins netkit into `bin/netkit.js`, a single file, or into another file or folder.
 *
 * @module
 */
import { runDeno } from "./deno.ts";

/** The parts of netkit that are loaded when they are asked for: in the same file, or in files of their own. */
export type Parts = "inside" | "beside";

/**
 * The option of Deno with which a folder starts fast: a file is read when the program asks for it. Without
 * it all of them are read at every start, which takes 80 ms. (In deno.json it is `lazy-dynamic-imports`.)
 */
export const LAZY = "--unstable-lazy-dynamic-imports";

/**
 * Joins netkit into `path`: a file with everything in it, or a folder whose `main.js` is the program. Deno
 * reads and copies a file as a whole at each start, 20 to 25 ms a megabyte, so the folder starts faster.
 *
 * @throws {Error} When it cannot be bundled.
 */
export async function bundle(parts: Parts, path: string): Promise<void> {
  const output = parts === "inside" ? ["--output", path] : ["--code-splitting", "--outdir", path];
  await runDeno(["bundle", "--quiet", "--minify", ...output, "main.ts"]);
  if (parts === "inside") return await makeAscii(path);
  for await (const { name } of Deno.readDir(path)) await makeAscii(`${path}/${name}`);
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

if (import.meta.main) {
  const [path = "bin/netkit.js"] = Deno.args;
  await bundle(path.endsWith(".js") ? "inside" : "beside", path);
}
