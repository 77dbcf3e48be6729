/**
 * All messages of the sources, and the catalogues in po/ brought up to date with them.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a task prints
import { loadNetkit } from "../main.ts";
import { ROOT, sources } from "../tests/sources.ts";
import { entriesOf, merged, moduleOf } from "./catalogue.ts";
import { type Message, messagesIn, messagesOf } from "./message_source.ts";
import { pageMessages, servePageModule, tracePageModule } from "./page_messages.ts";

/** The languages beside English: the names of their files. */
export const CATALOGUES = ["zh_CN"] as const;

/** Resolves to all messages, in the order of the files in which they stand. */
export async function allMessages(): Promise<readonly Message[]> {
  const found = await messagesOf(await loadNetkit());
  for (const path of await sources()) {
    if (!path.endsWith(".ts")) continue;
    found.push(...messagesIn(path, await Deno.readTextFile(new URL(path, ROOT))));
  }
  found.push(...pageMessages());
  return found;
}

/** The paths of a catalogue: the PO file and the module made from it. */
export function pathsOf(name: string): { readonly po: URL; readonly module: URL } {
  return { po: new URL(`po/${name}.po`, ROOT), module: new URL(`text/${name}.json`, ROOT) };
}

/** Returns the modules made from the PO file `text` of `name`: the program's, and those of the pages. */
export function modulesOf(
  name: string,
  text: string,
  messages: readonly Message[],
): readonly (readonly [path: URL, content: string])[] {
  return [
    [pathsOf(name).module, moduleOf(text, messages.filter(isOfProgram))],
    [new URL(`web/trace_page/${name}.json`, ROOT), tracePageModule(text, messages)],
    [new URL("web/page/chinese.js", ROOT), servePageModule(text)],
  ];
}

/** Whether a message is one of the program: the pages have their own. */
function isOfProgram({ context = "" }: Message): boolean {
  return !context.startsWith("page of ");
}

/** Brings all catalogues up to date, and says how complete they are. */
export async function updateCatalogues(): Promise<void> {
  const messages = await allMessages();
  for (const name of CATALOGUES) {
    const { po } = pathsOf(name);
    const text = merged(await Deno.readTextFile(po), messages);
    await Deno.writeTextFile(po, text);
    for (const [path, content] of modulesOf(name, text, messages)) {
      await Deno.writeTextFile(path, content);
    }
    const entries = entriesOf(text);
    const missing = entries.filter(({ translations }) => translations.length === 0);
    console.log(`${name}: ${entries.length} messages, ${missing.length} without a translation`);
    for (const { id } of missing) console.log(`  ${id}`);
  }
}
