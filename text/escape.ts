/**
 * Text from outside, with the characters written out that could command a terminal.
 *
 * @module
 */

/**
 * Control characters (C0 without line feed and tab, DEL, C1), line and paragraph separators, and the
 * characters that turn the direction of text (Unicode Standard Annex 9), which can hide what is there.
 */
export const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * Returns `text` with everything that could command a terminal written out (`\x1b`, `\u202e`).
 * Line feeds and tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** Returns `text` on one line: escaped like `escapeControls`, line feeds and tabs, too. */
export function escapeLine(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text; // nearly always, and much faster
  return escapeControls(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** The signs of netkit's own drawings and texts, and what stands for each in ASCII, in one column, too. */
const SIGNS: Readonly<Record<string, string>> = {
  "→": ">",
  "←": "<",
  "⇄": "-",
  "–": "-",
  "…": "~",
  "×": "x",
};

/** Returns `text` with its signs (arrows, dashes, dots of what was cut) in ASCII; it stays as wide. */
export function asciiSigns(text: string): string {
  return text.replace(/[→←⇄–…×]/g, (sign) => SIGNS[sign]!);
}

/** Bytes from outside, as text for a terminal: decoded as UTF-8 and escaped, in any cut. */
export class TerminalText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a mark is shown, not lost
  #carriageReturn = "";

  /** Returns what `bytes` complete. CRLF becomes LF; what is not UTF-8 becomes U+FFFD. */
  push(bytes: Uint8Array): string {
    const text = this.#carriageReturn + this.#decoder.decode(bytes, { stream: true });
    this.#carriageReturn = text.endsWith("\r") ? "\r" : "";
    const whole = this.#carriageReturn === "" ? text : text.slice(0, -1);
    return escapeControls(whole.replaceAll("\r\n", "\n"));
  }

  /** Returns what is left at the end. */
  end(): string {
    return escapeControls(this.#carriageReturn + this.#decoder.decode());
  }
}
