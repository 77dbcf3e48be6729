/**
 * The syntax of display filters: text to a tree (wireshark-filter(4)).
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { type Token, tokensOf, WHAT } from "./filter_tokens.ts";
import { t } from "../text/messages.ts";

/** A place in the text: string indices. */
export type Place = readonly [start: number, end: number];

/** Bytes of a value: from `start` on, negative ones from its end; `end` is behind the last, `null` for its end. */
export interface Slice {
  /** The first byte. */
  readonly start: number;
  /** The byte behind the last one. */
  readonly end: number | null;
}

/** A field, a literal, or a function of a field. */
export interface Operand {
  /** The name, or the literal as it is written; of quoted text what it means. */
  readonly text: string;
  /** Whether it was in quotes. */
  readonly quoted: boolean;
  /** Its place. */
  readonly at: Place;
  /** The bytes that are taken of it; `null` for all. */
  readonly slice: Slice | null;
  /** The literal whose bits are taken of it (`&`); `null` for all. */
  readonly mask: Operand | null;
  /** The function that it is the argument of; `null` for none. */
  readonly call: "len" | "count" | "lower" | "upper" | null;
}

/** The comparisons. */
export type Relation = "==" | "!=" | "<" | ">" | "<=" | ">=" | "contains" | "matches";

/** The values of a field that must be so, where there are several. */
export type Quantifier = "any" | "all";

/** An element of a set: a literal, or all from the first to the second. */
export interface Element {
  /** The literal, or the first one. */
  readonly low: Operand;
  /** The last one; `null` for a literal alone. */
  readonly high: Operand | null;
}

/** A condition on packets. */
export type Expression =
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly kind: "not"; readonly inner: Expression }
  | { readonly kind: "present"; readonly operand: Operand }
  | {
    readonly kind: "compare";
    readonly relation: Relation;
    readonly quantifier: Quantifier;
    readonly left: Operand;
    readonly right: Operand;
  }
  | {
    readonly kind: "in";
    readonly quantifier: Quantifier;
    readonly left: Operand;
    readonly elements: readonly Element[];
  };

/** The operators of comparison: what each one compares, and of which values that must be so. */
const RELATIONS: ReadonlyMap<string, readonly [Relation, Quantifier]> = new Map<
  string,
  readonly [Relation, Quantifier]
>([
  ["==", ["==", "any"]],
  ["eq", ["==", "any"]],
  ["any_eq", ["==", "any"]],
  ["===", ["==", "all"]],
  ["all_eq", ["==", "all"]],
  ["!=", ["!=", "all"]],
  ["ne", ["!=", "all"]],
  ["all_ne", ["!=", "all"]],
  ["!==", ["!=", "any"]],
  ["any_ne", ["!=", "any"]],
  [">", [">", "any"]],
  ["gt", [">", "any"]],
  ["<", ["<", "any"]],
  ["lt", ["<", "any"]],
  [">=", [">=", "any"]],
  ["ge", [">=", "any"]],
  ["<=", ["<=", "any"]],
  ["le", ["<=", "any"]],
  ["contains", ["contains", "any"]],
  ["matches", ["matches", "any"]],
  ["~", ["matches", "any"]],
]);

const FUNCTIONS = ["len", "count", "lower", "upper"] as const;

/** The most parentheses inside each other. */
const MAX_DEPTH = 100;

/** Returns the tree of the expression `text`. */
export function parseExpression(text: string): Expression {
  return new Parser(text).all();
}

/** A reader of tokens, from the first on. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  all(): Expression {
    if (this.#token.kind === "end") this.#fail(t`it is empty`);
    const found = this.#or();
    if (this.#next < this.#tokens.length - 1) {
      this.#fail(t`nothing joins ${this.#named()} to what stands before`, {
        hint: t`join conditions by && or ||`,
      });
    }
    return found;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  /** Takes the next token if it is the operator or the word `name`. */
  #takes(...names: readonly string[]): boolean {
    const { kind, text } = this.#token;
    const found = kind !== "text" && names.includes(kind === "word" ? text.toLowerCase() : text);
    if (found) this.#next++;
    return found;
  }

  #or(): Expression {
    return this.#joined("or", ["||", "or"], () => this.#and());
  }

  #and(): Expression {
    return this.#joined("and", ["&&", "and"], () => this.#not());
  }

  #joined(kind: "and" | "or", names: readonly string[], part: () => Expression): Expression {
    const parts = [part()];
    while (this.#takes(...names)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #not(): Expression {
    let negated = false;
    while (this.#takes("!", "not")) negated = !negated;
    const inner = this.#condition();
    return negated ? { kind: "not", inner } : inner;
  }

  #condition(): Expression {
    if (!this.#takes("(")) return this.#test();
    if (++this.#depth > MAX_DEPTH) {
      this.#fail(t`more than ${MAX_DEPTH} parentheses inside each other`);
    }
    const inner = this.#or();
    this.#depth--;
    this.#expect(")");
    return inner;
  }

  #test(): Expression {
    const quantifier = this.#takes("any") ? "any" : this.#takes("all") ? "all" : null;
    const left = this.#operand();
    const name = this.#token.kind === "text" ? "" : this.#token.text.toLowerCase();
    const negated = name === "not" && this.#tokens[this.#next + 1]!.text.toLowerCase() === "in";
    if (negated) this.#next++;
    if (this.#takes("in")) {
      const test: Expression = {
        kind: "in",
        quantifier: quantifier ?? "any",
        left,
        elements: this.#set(),
      };
      return negated ? { kind: "not", inner: test } : test;
    }
    const relation = RELATIONS.get(name);
    if (relation === undefined) {
      if (quantifier !== null) this.#fail(t`behind ${quantifier} there must be a comparison`);
      return { kind: "present", operand: left };
    }
    this.#next++;
    const right = this.#operand();
    return {
      kind: "compare",
      relation: relation[0],
      quantifier: quantifier ?? relation[1],
      left,
      right,
    };
  }

  #operand(): Operand {
    const { kind, text, at } = this.#token;
    if (kind === "operator" || kind === "end") {
      this.#fail(
        kind === "end"
          ? t`it ends where a field or a value is missing`
          : t`${this.#named()} stands where a field or a value is missing`,
      );
    }
    this.#next++;
    const call = FUNCTIONS.find((each) => kind === "word" && each === text.toLowerCase());
    if (call !== undefined && this.#takes("(")) {
      const inner = this.#operand();
      if (inner.call !== null) {
        this.#fail(t`functions do not stand inside each other`, { at: inner.at });
      }
      this.#expect(")");
      return { ...inner, call };
    }
    const slice = this.#token.kind === "slice" ? this.#slice() : null;
    const plain: Operand = { text, quoted: kind === "text", at, slice, mask: null, call: null };
    return this.#takes("&", "bitand", "bitwise_and") ? { ...plain, mask: this.#operand() } : plain;
  }

  /** Reads `[i:size]`, `[i-j]`, `[i:]`, `[:size]` or `[i]`. */
  #slice(): Slice {
    const { text } = this.#token;
    const match = text.trim().match(/^(-?\d{1,6})?(?:\s*([:-])\s*(\d{1,6})?)?$/);
    const [, first, sign, second] = match ?? [];
    if (match === null || (first === undefined && (sign !== ":" || second === undefined))) {
      this.#fail(t`a slice is written [0:3], [0-2], [:3], [3:] or [3]`);
    }
    this.#next++;
    const start = Number(first ?? 0);
    if (sign === undefined) return { start, end: start === -1 ? null : start + 1 };
    if (second === undefined) return { start, end: null };
    const end = sign === ":" ? start + Number(second) : Number(second) + 1;
    return { start, end: start < 0 && end === 0 ? null : end };
  }

  #set(): Element[] {
    this.#expect("{");
    const elements: Element[] = [];
    do {
      const low = this.#operand();
      elements.push({ low, high: this.#takes("..") ? this.#operand() : null });
    } while (this.#takes(","));
    if (this.#token.text !== "}") {
      this.#fail(t`${this.#named()} stands where a comma or } is missing`, {
        hint: t`write a set as {80, 443, 8000..8010}`,
      });
    }
    this.#next++;
    return elements;
  }

  #expect(sign: string): void {
    if (this.#takes(sign)) return;
    this.#fail(
      this.#token.kind === "end"
        ? t`it ends where ${sign} is missing`
        : t`${this.#named()} stands where ${sign} is missing`,
    );
  }

  #named(): string {
    return `"${this.#text.slice(...this.#token.at)}"`;
  }

  #fail(
    reason: string,
    { at = this.#token.at, ...more }: { at?: Place; hint?: string } = {},
  ): never {
    throw new ParseError(WHAT, this.#text, reason, { at, ...more });
  }
}
