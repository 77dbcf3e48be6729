/**
 * Python as an oracle.
 *
 * @module
 */

/**
 * Resolves to what a Python program prints as JSON, given `input` as JSON on its standard input.
 */
export async function askPython(program: string, input: unknown): Promise<unknown[]> {
  const child = new Deno.Command("python3", {
    args: ["-c", program],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(input)));
  await writer.close();
  const { stdout } = await child.output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
