/**
 * Deno as a program that tasks and tests run.
 *
 * @module
 */

/** The folder of the project. */
const ROOT = new URL("../", import.meta.url);

/**
 * Runs Deno, in the project's folder or in another one; resolves to the text that it prints.
 *
 * @throws {Error} When it fails, with its message.
 */
export async function runDeno(args: readonly string[], cwd: URL = ROOT): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}
