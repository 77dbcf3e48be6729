/**
 * The patterns of `matches`: regular expressions that take linear time on any bytes, because all ways are
 * followed at once (Thompson, "Regular Expression Search Algorithm", 1968).
 *
 * The subset of PCRE: literals, `.`, classes with ranges, `\d` `\w` `\s` and their opposites, `^` `$` `\b`,
 * groups, `|`, `*` `+` `?` `{m,n}`. Letters match in either case, as in Wireshark. A byte is a character.
 *
 * @module
 */
import { ANY, DIGIT, type Node, programOf, run, setOf, SPACE, WORD } from "./filter_program.ts";
import { t } from "../text/messages.ts";

/** The most groups inside each other. */
const MAX_DEPTH = 50;

/**
 * Returns the test whether a pattern is found in text or bytes.
 *
 * @param fail Called with what is wrong with the pattern; throws.
 */
export function compilePattern(
  pattern: string,
  fail: (reason: string) => never,
): (value: string | Uint8Array) => boolean {
  const program = programOf(new PatternParser(pattern, fail).all(), fail);
  return (value) => {
    const size = value.length;
    const byteAt = typeof value === "string"
      ? (at: number) => value.charCodeAt(at) & 0xff
      : (at: number) => value[at]!;
    return run(program, size, byteAt);
  };
}

const CLASSES: Readonly<Record<string, Uint8Array>> = { d: DIGIT, w: WORD, s: SPACE };
const CONTROLS: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  f: 12,
  v: 11,
  e: 27,
  a: 7,
};

function inverse(set: Uint8Array): Uint8Array {
  return setOf((byte) => set[byte] === 0);
}

/** Returns the set of a byte, of a letter in either case. */
function setOfByte(byte: number): Uint8Array {
  const set = new Uint8Array(256);
  set[byte] = 1;
  withCases(set);
  return set;
}

/** Adds the other case of the letters in `set`. */
function withCases(set: Uint8Array): void {
  for (let byte = 0x41; byte <= 0x5a; byte++) {
    if (set[byte] === 1 || set[byte + 32] === 1) set[byte] = set[byte + 32] = 1;
  }
}

/** A reader of patterns. */
class PatternParser {
  readonly #text: string;
  readonly #fail: (reason: string) => never;
  #at = 0;
  #depth = 0;

  constructor(text: string, fail: (reason: string) => never) {
    // In UTF-8, so that a byte is a character; escapes of the filter may have made bytes already.
    this.#text = /[\u0100-\uffff]/.test(text)
      ? String.fromCharCode(...new TextEncoder().encode(text))
      : text;
    this.#fail = fail;
  }

  all(): Node {
    const node = this.#one();
    if (this.#at < this.#text.length) this.#fail(t`the pattern has a ) without its (`);
    return node;
  }

  #takes(sign: string): boolean {
    const found = this.#text.startsWith(sign, this.#at);
    if (found) this.#at += sign.length;
    return found;
  }

  #one(): Node {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    return parts.length === 1 ? parts[0]! : { kind: "one", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text[this.#at]!)) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: "all", parts };
  }

  #repeated(inner: Node): Node {
    COUNT.lastIndex = this.#at;
    const [whole, least, comma, most] = COUNT.exec(this.#text) ?? [""];
    if (whole === "") return inner;
    this.#at += whole.length;
    if (this.#takes("?") || this.#takes("+")) {
      // It does not matter which match is found, only whether there is one.
    }
    const again = this.#text[this.#at] ?? "";
    if (/[*+?]/.test(again)) this.#fail(t`the pattern has a ${again} with nothing to repeat`);
    if (whole === "*") return { kind: "repeat", inner, least: 0, most: Infinity };
    if (whole === "+") return { kind: "repeat", inner, least: 1, most: Infinity };
    if (whole === "?") return { kind: "repeat", inner, least: 0, most: 1 };
    const from = Number(least);
    const to = comma === undefined ? from : most === "" ? Infinity : Number(most);
    if (to < from) this.#fail(t`the pattern repeats from ${from} to ${to} times`);
    return { kind: "repeat", inner, least: from, most: to };
  }

  #atom(): Node {
    const sign = this.#text[this.#at++]!;
    switch (sign) {
      case ".":
        return { kind: "set", set: ANY };
      case "^":
        return { kind: "place", place: "start" };
      case "$":
        return { kind: "place", place: "end" };
      case "(":
        return this.#group();
      case "[":
        return { kind: "set", set: this.#class() };
      case "*":
      case "+":
      case "?":
        return this.#fail(t`the pattern has a ${sign} with nothing to repeat`);
      case "\\":
        if (this.#takes("b")) return { kind: "place", place: "border" };
        if (this.#takes("B")) return { kind: "place", place: "inside" };
        return { kind: "set", set: this.#escape() };
      default:
        return { kind: "set", set: setOfByte(sign.charCodeAt(0)) };
    }
  }

  #group(): Node {
    if (++this.#depth > MAX_DEPTH) {
      this.#fail(t`the pattern has more than ${MAX_DEPTH} groups inside each other`);
    }
    if (!this.#takes("?:") && this.#text[this.#at] === "?") {
      this.#fail(t`the pattern looks ahead or back, which takes more than linear time`);
    }
    const inner = this.#one();
    if (!this.#takes(")")) this.#fail(t`the pattern has a ( without its )`);
    this.#depth--;
    return inner;
  }

  /** Returns the set of what stands behind a backslash. */
  #escape(): Uint8Array {
    const sign = this.#text[this.#at++];
    if (sign === undefined) return this.#fail(t`the pattern ends with a backslash`);
    const set = CLASSES[sign.toLowerCase()];
    if (set !== undefined) return sign === sign.toLowerCase() ? set : inverse(set);
    if (sign === "x") {
      HEX.lastIndex = this.#at;
      const [digits] = HEX.exec(this.#text) ?? this.#fail(t`\\x takes two hexadecimal digits`);
      this.#at += 2;
      return setOfByte(parseInt(digits!, 16));
    }
    if (sign in CONTROLS) return setOfByte(CONTROLS[sign]!);
    if (/[1-9]/.test(sign)) {
      this.#fail(t`the pattern refers back to a group, which takes more than linear time`);
    }
    if (/[a-z]/i.test(sign)) this.#fail(t`\\${sign} is not known`);
    return setOfByte(sign === "0" ? 0 : sign.charCodeAt(0));
  }

  #class(): Uint8Array {
    const isInverse = this.#takes("^");
    const set = new Uint8Array(256);
    for (let first = true; first || !this.#takes("]"); first = false) {
      if (this.#at >= this.#text.length) this.#fail(t`the pattern has a [ without its ]`);
      const [one, low] = this.#member();
      if (low === null || !/^-[^\]]/s.test(this.#text.slice(this.#at, this.#at + 2))) {
        one.forEach((is, byte) => set[byte]! |= is);
        continue;
      }
      this.#at++;
      const [, high] = this.#member();
      if (high === null || high < low) {
        this.#fail(t`the pattern has a range that ends before it begins`);
      }
      set.fill(1, low, high! + 1);
    }
    withCases(set);
    return isInverse ? inverse(set) : set;
  }

  /** Returns the set of a member of a class, and its byte if it is one. */
  #member(): readonly [set: Uint8Array, byte: number | null] {
    const sign = this.#text[this.#at++]!;
    if (sign !== "\\") {
      const set = new Uint8Array(256);
      set[sign.charCodeAt(0)] = 1;
      return [set, sign.charCodeAt(0)];
    }
    const name = this.#text[this.#at] ?? "";
    const set = this.#escape();
    return [set, name.toLowerCase() in CLASSES ? null : set.indexOf(1)];
  }
}

/** The signs of repetition: `*`, `+`, `?`, `{2}`, `{2,}`, `{2,4}`. */
const COUNT = /[*+?]|\{(\d{1,3})(?:(,)(\d{0,3}))?\}/y;
const HEX = /[0-9a-f]{2}/iy;
