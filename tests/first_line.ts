/**
 * Programs that do not end by themselves after an answer.
 *
 * @module
 */
import { endProcess } from "./waiting.ts";

/** Starts a program, writes `input`, and resolves to the first line that it prints; the program is ended then. */
export async function firstLine(
  words: readonly string[],
  input: string,
  cwd?: string,
): Promise<string> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  let line = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    line += decoder.decode(chunk, { stream: true });
    if (line.includes("\n")) break;
  }
  endProcess(child);
  await writer.close().catch(() => {}); // the program has gone
  await child.status;
  return line;
}
