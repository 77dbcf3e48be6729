/**
 * Writes the command reference into README.md.
 *
 * @module
 */
import { withReference } from "../cli/reference.ts";
import { loadNetkit } from "../main.ts";

const README = new URL("../README.md", import.meta.url);

if (import.meta.main) {
  await Deno.writeTextFile(
    README,
    withReference(await Deno.readTextFile(README), await loadNetkit()),
  );
}
