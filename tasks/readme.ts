/**
 * `deno task readme`: writes the command reference into README.md.
 *
 * @module
 */
import { loadNetkit } from "../main.ts";
import { withReference } from "./reference.ts";

const README = new URL("../README.md", import.meta.url);

if (import.meta.main) {
  await Deno.writeTextFile(
    README,
    withReference(await Deno.readTextFile(README), await loadNetkit()),
  );
}
