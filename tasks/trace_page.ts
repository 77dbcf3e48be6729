/**
 * Makes `web/trace_script.ts`: the modules of `web/trace_page/`, and what they need of dissecting, states
 * and ladder, as one script for browsers.
 *
 * @module
 */
const ROOT = new URL("../", import.meta.url);
const MADE = new URL("web/trace_script.ts", ROOT);

/** Resolves to the script. */
export async function bundledScript(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--minify",
      "--platform",
      "browser",
      "web/trace_page/main.ts",
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Resolves to the source of `web/trace_script.ts`. */
async function source(): Promise<string> {
  const script = new Blob([await bundledScript()]).stream();
  const packed = await new Response(script.pipeThrough(new CompressionStream("gzip")))
    .arrayBuffer();
  return `/**
 * The script of the page of \`trace --web\`, by \`deno task trace-page\`.
 *
 * @module
 */

/** The script, compressed by gzip, in base64. */
export const TRACE_SCRIPT: string =
  "${new Uint8Array(packed).toBase64()}";
`;
}

if (import.meta.main) await Deno.writeTextFile(MADE, await source());
