/**
 * Catalogues of messages: GNU gettext's PO files, and the modules that are made from them.
 *
 * @module
 */
import { nearest } from "../cli/suggest.ts";
import type { Catalogue } from "../text/messages.ts";
import type { Message } from "./message_source.ts";
import PO from "pofile";

/** An entry of a PO file: `PO.Item`. */
type Item = InstanceType<typeof PO.Item>;

/** The constructor of an entry, which takes more than its types say. */
const NewItem = PO.Item as unknown as new (options: { readonly nplurals: number }) => Item;

/** The mark of a translation that was that of a message almost the same: it is not used. */
const FUZZY = "fuzzy";

/** Returns the messages with each text once, and where it stands. */
function distinct(
  messages: readonly Message[],
): (Message & { readonly all: string[] })[] {
  const found = new Map<string, Message & { readonly all: string[] }>();
  for (const message of messages) {
    const key = keyOf(message);
    const same = found.get(key);
    if (same === undefined) found.set(key, { ...message, all: [message.where] });
    else if (!same.all.includes(message.where)) same.all.push(message.where);
  }
  return [...found.values()];
}

/** Returns the key of a message in the module: without the names of its places. */
export function keyOf({ id, places, context }: Message): string {
  const text = places === null ? id : withPlaces(id, places, () => "{}");
  return context === undefined ? text : `${context}\u0004${text}`;
}

/** Returns the key of a message in the PO file: its text there, and its context. */
function keyInFile(id: string, context: string | null | undefined): string {
  return `${context ?? ""}\u0004${id}`;
}

/** Returns `text` with its named places changed by `change`. */
function withPlaces(
  text: string,
  places: readonly string[],
  change: (index: number) => string,
): string {
  return text.replace(
    /\{(\w+)\}/g,
    (all, name) => places.includes(name) ? change(places.indexOf(name)) : all,
  );
}

/** Returns the PO file `text` with `messages` and no others: translations of the same messages are kept. */
export function merged(text: string, messages: readonly Message[]): string {
  const po = PO.parse(text);
  const nplurals = Number(po.headers["Plural-Forms"]?.match(/nplurals=(\d)/)?.[1] ?? 1);
  const keyOfItem = ({ msgid, msgctxt }: Item) => keyInFile(msgid, msgctxt);
  const old = new Map(po.items.map((item) => [keyOfItem(item), item]));
  const wanted = distinct(messages);
  const ids = new Set(wanted.map(({ id, context }) => keyInFile(id, context)));
  const gone = po.items.filter((item) => !ids.has(keyOfItem(item)) && item.msgstr[0]);
  po.items = wanted.map(({ id, plural, context, all }) => {
    const item = old.get(keyInFile(id, context)) ?? newItem(id, gone, nplurals);
    item.msgid = id;
    item.msgctxt = context ?? null!;
    item.msgid_plural = plural ?? null!;
    item.references = all.toSorted();
    const forms = plural === undefined ? 1 : nplurals;
    item.msgstr = Array.from({ length: forms }, (_, i) => item.msgstr[i] ?? "");
    return item;
  });
  return `${po.toString().trimEnd()}\n`;
}

/** Returns the entry of a new message, with the translation of one that has gone and was almost the same. */
function newItem(id: string, gone: readonly Item[], nplurals: number): Item {
  const item = new NewItem({ nplurals });
  const near = nearest(id.slice(0, 40), gone.map(({ msgid }) => msgid.slice(0, 40)));
  const from = gone.find(({ msgid }) => near !== null && msgid.startsWith(near));
  if (from === undefined) return item;
  item.msgstr = [...from.msgstr];
  item.flags = { [FUZZY]: true };
  return item;
}

/** An entry of a PO file, as tests and the module need it. */
export interface Entry {
  /** The message in English. */
  readonly id: string;
  /** The context that tells it from the same text with another meaning, or `null`. */
  readonly context: string | null;
  /** The translation in the forms of the plural, one where it counts nothing; none if there is none. */
  readonly translations: readonly string[];
}

/** Returns the entries of a PO file; translations that are only almost right count as none. */
export function entriesOf(text: string): readonly Entry[] {
  return PO.parse(text).items.map(({ msgid, msgctxt, msgstr, flags }) => ({
    id: msgid,
    context: msgctxt ?? null,
    translations: flags[FUZZY] || msgstr.some((each) => !each) ? [] : msgstr,
  }));
}

/** Returns the module of a PO file: JSON, its messages by their keys. */
export function moduleOf(text: string, messages: readonly Message[]): string {
  const entries = new Map(
    entriesOf(text).map((entry) => [keyInFile(entry.id, entry.context), entry]),
  );
  const found: Record<string, string | readonly string[]> = {};
  for (const message of distinct(messages)) {
    const { id, context, places, plural } = message;
    const { translations = [] } = entries.get(keyInFile(id, context)) ?? {};
    if (translations.length === 0) continue;
    const forms = translations.map((each) =>
      places === null ? each : withPlaces(each, places, (index) => `{${index}}`)
    );
    found[keyOf(message)] = plural === undefined ? forms[0]! : forms;
  }
  const language = PO.parse(text).headers.Language!.replace("_", "-");
  const catalogue: Catalogue = { language, messages: found };
  return `${JSON.stringify(catalogue, null, 2)}\n`;
}
