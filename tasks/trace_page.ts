/**
 * Makes `web/trace_script.ts`: the modules of `web/trace_page/`, and what they need of dissecting, states
 * and ladder, as one script for browsers.
 *
 * @module
 */
import { runDeno } from "./deno.ts";

const MADE = new URL("../web/trace_script.ts", import.meta.url);

/** Resolves to the script. */
export async function bundledScript(): Promise<string> {
  const how = ["--quiet", "--minify", "--platform", "browser"];
  return await runDeno(["bundle", ...how, "web/trace_page/main.ts"]);
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
