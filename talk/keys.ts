/**
 * Keys and pasted text in the bytes of a terminal in raw mode.
 *
 * @module
 */

/** A key by its name, text that was typed, or text that was pasted, its lines ended by line feeds. */
export type Key =
  | { readonly kind: "key"; readonly name: KeyName }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string };

/** Control keys by their characters, with `^`; other keys by their usual names, with `M-` for Alt. */
export type KeyName = string;

/** Sequences of keys behind ESC (ECMA-48; XTerm Control Sequences, "PC-Style Function Keys"). */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "[H": "home",
  "[F": "end",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[3~": "delete",
  "[1;5D": "M-b",
  "[1;5C": "M-f",
  "[1;3D": "M-b",
  "[1;3C": "M-f",
  "[3;5~": "M-d",
  "\x7f": "M-backspace",
  "\b": "M-backspace",
};

/** The marks around pasted text (XTerm Control Sequences, "Bracketed Paste Mode"). */
const PASTE = "\x1b[200~", PASTE_END = "\x1b[201~";

/** The longest sequence of a key that is waited for: what is longer is none. */
const LONGEST_SEQUENCE = 16;

/** A decoder of keys, in whatever pieces their bytes come. */
export class KeyDecoder {
  readonly #decoder = new TextDecoder();
  /** The beginning of a sequence that is not whole yet. */
  #rest = "";
  #pasting = false;
  /** Whether the last character was a carriage return, behind which a line feed is no further line end. */
  #afterReturn = false;

  /** Returns the keys that are whole with `bytes`. */
  push(bytes: Uint8Array): Key[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const keys: Key[] = [];
    let at = 0;
    while (at < text.length) {
      const length = this.#pasting ? this.#paste(text, at, keys) : this.#key(text, at, keys);
      if (length === 0) break; // it is not whole
      at += length;
    }
    this.#rest = text.slice(at);
    return keys;
  }

  /** Takes pasted text up to its end, or to where the mark of its end may begin; returns its length. */
  #paste(text: string, at: number, keys: Key[]): number {
    const end = text.indexOf(PASTE_END, at);
    const whole = end === -1 ? text.length - partOfMark(text, at) : end;
    if (whole > at) keys.push({ kind: "paste", text: this.#lines(text.slice(at, whole)) });
    if (end === -1) return whole - at;
    this.#pasting = false;
    return end + PASTE_END.length - at;
  }

  /** Returns pasted text with line feeds as its line ends: terminals send carriage returns. */
  #lines(text: string): string {
    const more = this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#afterReturn = text.endsWith("\r");
    return more.replace(/\r\n?/g, "\n");
  }

  /** Takes the key at `at`; returns its length, 0 if it is not whole. */
  #key(text: string, at: number, keys: Key[]): number {
    const code = text.charCodeAt(at);
    if (code === 0x1b) return this.#sequence(text, at, keys);
    if (code < 0x20 || code === 0x7f) {
      keys.push({ kind: "key", name: controlName(code) });
      return 1;
    }
    // deno-lint-ignore no-control-regex -- control characters are keys
    const control = /[\x00-\x1f\x7f]/g;
    control.lastIndex = at;
    const end = control.exec(text)?.index ?? text.length;
    keys.push({ kind: "text", text: text.slice(at, end) });
    return end - at;
  }

  /** Takes the sequence behind the ESC at `at`; one that is not known is no key. */
  #sequence(text: string, at: number, keys: Key[]): number {
    if (text.startsWith(PASTE, at)) {
      this.#pasting = true;
      this.#afterReturn = false;
      return PASTE.length;
    }
    const [sequence] = text.slice(at + 1, at + 1 + LONGEST_SEQUENCE)
      .match(/^(\[[0-9;?]*[@-~]|O[A-Z]|[^[O]|\[[0-9;?]*[^0-9;?]|O[^A-Z])/su) ?? [];
    if (sequence === undefined) return text.length - at > LONGEST_SEQUENCE ? 1 : 0;
    const name = SEQUENCES[sequence] ??
      (/^[a-z]$/i.test(sequence) ? `M-${sequence.toLowerCase()}` : null);
    if (name !== null) keys.push({ kind: "key", name });
    return 1 + sequence.length;
  }
}

/** Returns how many characters at the end of `text`, behind `at`, may begin the mark of a paste's end. */
function partOfMark(text: string, at: number): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length - at); length > 0; length--) {
    if (PASTE_END.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}

/** Returns the name of a control key. */
function controlName(code: number): KeyName {
  switch (code) {
    case 0x09:
      return "tab";
    case 0x0a:
    case 0x0d:
      return "enter";
    case 0x08:
    case 0x7f:
      return "backspace";
    default:
      return `^${String.fromCharCode(code + 0x40)}`;
  }
}
