/**
 * The transcripts in the pages for users in the other language, and those in English of the bundle.
 *
 * @module
 */
import { type Bundle, makeBundle } from "./bundle.ts";
import { CHINESE, ENGLISH } from "./pages.ts";
import { netkitIn, testTranscripts } from "./transcripts.ts";

/** The bundle, alone in a folder but for what the transcripts read; made by the first test that needs it. */
let bundle: Promise<Bundle> | undefined;

async function bundled(): Promise<Bundle> {
  const made = await makeBundle();
  await Deno.symlink(new URL("../examples", import.meta.url), `${made.cwd}/examples`);
  return made;
}

Deno.test.afterAll(async () => {
  await (await bundle)?.[Symbol.asyncDispose]();
});

testTranscripts("in Chinese are true", CHINESE, () => netkitIn("zh"));
testTranscripts(
  "are true of the bundle, alone in an empty folder",
  ENGLISH,
  () => bundle ??= bundled(),
);
