/**
 * `deno task readme`: writes the reference of the commands, docs/reference.md, in each language.
 *
 * @module
 */
import { loadNetkit } from "../main.ts";
import { PAGES, referencePage } from "./reference.ts";

if (import.meta.main) {
  const program = await loadNetkit();
  for (const page of PAGES) {
    await Deno.writeTextFile(
      new URL(`../${page.path}`, import.meta.url),
      await referencePage(program, page),
    );
  }
}
