/**
 * The tokens of a display filter: words, quoted text, operators.
 *
 * @module
 */
import { characterName, ParseError } from "../address/parse_error.ts";
import { msg, t } from "../text/messages.ts";

/** A token. */
export interface Token {
  /** Its kind; a slice is what stands in brackets. */
  readonly kind: "word" | "text" | "operator" | "slice" | "end";
  /** The token as it is written; of quoted text what it means, of a slice without its brackets. */
  readonly text: string;
  /** Its place: string indices. */
  readonly at: readonly [start: number, end: number];
}

/** The thing that a text is not, in errors. */
export const WHAT: string = msg("a display filter");

/** Operators, the longest first. */
const OPERATORS = [
  ...["===", "!==", "==", "!=", "<=", ">=", "&&", "||", ".."],
  ...["<", ">", "!", "(", ")", "{", "}", ",", "&", "~"],
];

/** A word: a name, a number, an address, a network; two full stops end it. */
const WORD = /(?:[\w:/%-]|\.(?!\.))+/uy;

/** Returns the tokens of `text`, the last of kind `end`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.at[1];
  }
  tokens.push({ kind: "end", text: "", at: [text.length, text.length] });
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const raw = /^[rR]"/.test(text.slice(at, at + 2));
  if (text[at] === '"' || raw) return quoted(text, at, raw);
  if (text[at] === "[") {
    const end = text.indexOf("]", at);
    if (end === -1) throw new ParseError(WHAT, text, t`] is missing`, { at: [at, text.length] });
    return { kind: "slice", text: text.slice(at + 1, end), at: [at, end + 1] };
  }
  const operator = OPERATORS.find((each) => text.startsWith(each, at));
  if (operator !== undefined) {
    return { kind: "operator", text: operator, at: [at, at + operator.length] };
  }
  WORD.lastIndex = at;
  const [word] = WORD.exec(text) ?? [];
  if (word !== undefined) return { kind: "word", text: word, at: [at, at + word.length] };
  const character = String.fromCodePoint(text.codePointAt(at)!);
  throw new ParseError(WHAT, text, t`${characterName(character)} means nothing here`, {
    at: [at, at + character.length],
    ...hintFor(character),
  });
}

/** Returns advice for characters that come from elsewhere. */
function hintFor(character: string): { hint?: string } {
  if (/[“”„«»'‘’`]/.test(character)) return { hint: t`quote text by "` };
  if (character === "=") return { hint: t`equal is ==` };
  if (character === "|") return { hint: t`or is ||` };
  return {};
}

/** Reads text in quotes, with the escapes of C unless it is raw; others stay, as patterns have them. */
function quoted(text: string, start: number, raw: boolean): Token {
  let value = "";
  let at = start + (raw ? 2 : 1);
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] !== "\\") value += text[at];
    else if (raw) value += text[at]! + (text[++at] ?? "");
    else {
      ESCAPE.lastIndex = at;
      const [whole, hex, octal] = ESCAPE.exec(text) ?? ["\\"];
      value += hex !== undefined
        ? String.fromCharCode(parseInt(hex, 16))
        : octal !== undefined
        ? String.fromCharCode(parseInt(octal, 8) & 0xff)
        : ESCAPES[whole[1] ?? ""] ?? (/["\\]/.test(whole[1] ?? "") ? whole[1]! : whole);
      at += whole.length - 1;
    }
  }
  if (at >= text.length) {
    throw new ParseError(WHAT, text, t`the second " is missing`, { at: [start, text.length] });
  }
  return { kind: "text", text: value, at: [start, at + 1] };
}

/** An escape: of two hexadecimal digits, of octal ones, or a letter. */
const ESCAPE = /\\(?:x([0-9a-f]{1,2})|([0-7]{1,3})|.)/isuy;

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
