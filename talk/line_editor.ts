/**
 * A line that is edited by keys, with the lines before it: the state of a line editor, without a terminal.
 *
 * @module
 */
import type { Key } from "./keys.ts";

/** The effect of a key beyond the line: the line as it was ended, or something about the program. */
export type Effect =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "end" | "interrupt" | "suspend" | "clear" };

/** The most lines that are remembered. */
const HISTORY = 1000;

/** A search for an earlier line. */
interface Search {
  readonly query: string;
  /** The number of the line that was found, in the history. */
  readonly at: number;
  /** The line and the cursor before the search. */
  readonly before: { readonly text: string; readonly cursor: number };
}

/** The line that is edited. */
export class LineEditor {
  #text = "";
  #cursor = 0;
  #killed = "";
  readonly #history: string[] = [];
  /** The line of the history that is shown, and the one that was typed when others were asked for. */
  #at: number | null = null;
  #draft = "";
  #search: Search | null = null;

  /** The text of the line. */
  get text(): string {
    return this.#text;
  }

  /** The place of the cursor in the text. */
  get cursor(): number {
    return this.#cursor;
  }

  /** The text that is searched for in earlier lines, or `null`. */
  get query(): string | null {
    return this.#search?.query ?? null;
  }

  /** Does what `key` asks for; returns what it asks for beyond the line. */
  press(key: Key): Effect[] {
    if (key.kind === "paste") return this.#paste(key.text);
    if (key.kind === "text") {
      if (this.#search) this.#find(this.#search.query + key.text, this.#search.at);
      else this.#insert(key.text);
      return [];
    }
    if (this.#search && this.#searchKey(key.name)) return [];
    const effect = this.#command(key.name);
    return effect ? [effect] : [];
  }

  /** Takes pasted text: each of its whole lines is a line, the rest is inserted. */
  #paste(text: string): Effect[] {
    this.#search = null;
    const end = text.lastIndexOf("\n");
    if (end === -1) {
      this.#insert(text);
      return [];
    }
    const { before, behind } = this.#parts();
    const lines = (before + text.slice(0, end)).split("\n");
    const rest = text.slice(end + 1);
    for (const line of lines.slice(-HISTORY)) this.#remember(line);
    this.#set(rest + behind, rest.length);
    return lines.map((line) => ({ kind: "line", line }));
  }

  #insert(text: string): void {
    const { before, behind } = this.#parts();
    this.#set(before + text + behind, before.length + text.length);
  }

  #parts(): { readonly before: string; readonly behind: string } {
    return { before: this.#text.slice(0, this.#cursor), behind: this.#text.slice(this.#cursor) };
  }

  #set(text: string, cursor: number): void {
    this.#text = text;
    this.#cursor = cursor;
  }

  #command(name: string): Effect | null {
    const { before, behind } = this.#parts();
    switch (name) {
      case "enter":
        return this.#enter();
      case "^C":
        return { kind: "interrupt" };
      case "^Z":
        return { kind: "suspend" };
      case "^L":
        return { kind: "clear" };
      case "^D":
        if (this.#text === "") return { kind: "end" };
        return this.#remove(0, lengthOfFirst(behind));
      case "delete":
        return this.#remove(0, lengthOfFirst(behind));
      case "backspace":
        return this.#remove(lengthOfLast(before), 0);
      case "tab":
        this.#insert("\t");
        return null;
      case "left":
      case "^B":
        return this.#move(-lengthOfLast(before));
      case "right":
      case "^F":
        return this.#move(lengthOfFirst(behind));
      case "home":
      case "^A":
        return this.#move(-before.length);
      case "end":
      case "^E":
        return this.#move(behind.length);
      case "M-b":
        return this.#move(-lastWord(before));
      case "M-f":
        return this.#move(firstWord(behind));
      case "^W":
        return this.#kill(before.length - startOfLast(before.trimEnd()), 0);
      case "M-backspace":
        return this.#kill(lastWord(before), 0);
      case "M-d":
        return this.#kill(0, firstWord(behind));
      case "^U":
        return this.#kill(before.length, 0);
      case "^K":
        return this.#kill(0, behind.length);
      case "^Y":
        this.#insert(this.#killed);
        return null;
      case "up":
      case "^P":
        return this.#recall(-1);
      case "down":
      case "^N":
        return this.#recall(1);
      case "^R":
        this.#search = {
          query: "",
          at: this.#history.length,
          before: { text: this.#text, cursor: this.#cursor },
        };
        return null;
      default:
        return null;
    }
  }

  #enter(): Effect {
    const line = this.#text;
    this.#remember(line);
    this.#set("", 0);
    return { kind: "line", line };
  }

  /** Keeps a line that is not empty and not the same as the one before. */
  #remember(line: string): void {
    this.#at = null;
    if (line.trim() === "" || line === this.#history.at(-1)) return;
    this.#history.push(line);
    if (this.#history.length >= 2 * HISTORY) this.#history.splice(0, HISTORY);
  }

  #move(characters: number): null {
    this.#cursor += characters;
    return null;
  }

  /** Removes so many characters before and behind the cursor. */
  #remove(left: number, right: number): null {
    const { before, behind } = this.#parts();
    const kept = before.slice(0, before.length - left);
    this.#set(kept + behind.slice(right), kept.length);
    return null;
  }

  /** Removes characters and keeps them for `^Y`. */
  #kill(left: number, right: number): null {
    if (left + right === 0) return null;
    this.#killed = this.#text.slice(this.#cursor - left, this.#cursor + right);
    return this.#remove(left, right);
  }

  /** Shows the line so many before or behind the one that is shown. */
  #recall(step: -1 | 1): null {
    const at = (this.#at ?? this.#history.length) + step;
    if (at < 0 || at > this.#history.length) return null;
    if (this.#at === null) this.#draft = this.#text;
    this.#at = at === this.#history.length ? null : at;
    const line = this.#history[at] ?? this.#draft;
    this.#set(line, line.length);
    return null;
  }

  /** Shows the last line at or before `from` that has `query`; keeps what is shown if there is none. */
  #find(query: string, from: number): void {
    const { before, at } = this.#search!;
    let found = Math.min(from, this.#history.length - 1);
    while (found >= 0 && !this.#history[found]!.includes(query)) found--;
    this.#search = { query, at: found < 0 ? at : found, before };
    const line = this.#history[found];
    if (line !== undefined && query !== "") this.#set(line, line.lastIndexOf(query));
  }

  /** Does what a key asks for in a search; false if it ends the search and is to be done as ever. */
  #searchKey(name: string): boolean {
    const { query, at, before } = this.#search!;
    switch (name) {
      case "^R":
        this.#find(query, at - 1);
        return true;
      case "backspace":
        this.#find(query.slice(0, query.length - lengthOfLast(query)), this.#history.length);
        return true;
      case "^G":
        this.#set(before.text, before.cursor);
        this.#search = null;
        return true;
      default:
        this.#search = null;
        return false;
    }
  }
}

/** Characters that a person sees as one (Unicode Standard Annex 29). */
const SEGMENTER = new Intl.Segmenter();

/** The most code units that are looked at to find one such character. */
const LONGEST_CHARACTER = 64;

function lengthOfFirst(text: string): number {
  const [first] = SEGMENTER.segment(text.slice(0, LONGEST_CHARACTER));
  return first?.segment.length ?? 0;
}

function lengthOfLast(text: string): number {
  return [...SEGMENTER.segment(text.slice(-LONGEST_CHARACTER))].at(-1)?.segment.length ?? 0;
}

/** A letter, a digit or an underscore; other characters are between words. */
const WORD = /[\p{L}\p{N}_]/u;

/** Returns how many code units it is to the end of the first word. */
function firstWord(text: string): number {
  let length = 0;
  let inWord = false;
  for (const character of text) {
    const isWord = WORD.test(character);
    if (inWord && !isWord) break;
    inWord = isWord;
    length += character.length;
  }
  return length;
}

/** Returns how many code units it is from the beginning of the last word. */
function lastWord(text: string): number {
  return firstWord([...text].reverse().join(""));
}

/** Returns where the last word between blanks begins. */
function startOfLast(text: string): number {
  return Math.max(text.lastIndexOf(" "), text.lastIndexOf("\t")) + 1;
}
