/**
 * Programs that a test writes itself.
 *
 * @module
 */

/**
 * Writes a program that can be run at once. Another process writes it: Linux runs no file that is open for
 * writing, and a process that another test starts at that moment would have this one's open files for a while.
 */
export async function writeProgram(path: string, text: string): Promise<void> {
  const args = ["-c", 'printf %s "$1" >"$0" && chmod 755 "$0"', path, text];
  const { success } = await new Deno.Command("sh", { args, stdin: "null" }).output();
  if (!success) throw new Error(`cannot write ${path}`);
}
