/**
 * Display filters: conditions on packets in Wireshark's syntax (wireshark-filter(4)), compiled once and asked
 * for each packet.
 *
 * The subset: fields and protocols that netkit reads, alone (they are there) or compared by `==` `!=` `<` `>`
 * `<=` `>=` `===` `!==` `contains` `matches` and their words, `in {…}` with ranges, `&&` `||` `!` and their
 * words, parentheses, `any` and `all`, slices, `&`, `len` `count` `lower` `upper`. Of a field that a packet has
 * several times any value must be so, with `!=` and `===` all of them.
 *
 * The files, in reading order:
 *
 *     filter.ts           an expression to a function of packets
 *     filter_tokens.ts    text to tokens
 *     filter_syntax.ts    tokens to a tree
 *     filter_names.ts     names to what they stand for
 *     filter_refusal.ts   names of Wireshark that are refused
 *     filter_source.ts    the values of that in a packet
 *     filter_value.ts     literals, and the tests that they make
 *     filter_pattern.ts   the patterns of `matches`, in linear time
 *     filter_program.ts   what they are followed with
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import type { DissectedPacket } from "./dissect.ts";
import { FilterNames } from "./filter_names.ts";
import { compilePattern } from "./filter_pattern.ts";
import { refusalOf } from "./filter_refusal.ts";
import type { Source, Value } from "./filter_source.ts";
import {
  type Expression,
  type Operand,
  parseExpression,
  type Quantifier,
  type Relation,
} from "./filter_syntax.ts";
import { WHAT } from "./filter_tokens.ts";
import { orderOf, ORDERS, rangeTest, readLiteral, type Test, testOf } from "./filter_value.ts";
import { t } from "../text/messages.ts";

/** A compiled filter: returns whether a packet is wanted. It is asked for every packet, in their order. */
export type Filter = (packet: DissectedPacket) => boolean;

/**
 * Resolves to the filter that `text` says.
 *
 * @example The packets of one port
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissectPacket } from "./dissect.ts";
 * import { wrap } from "./encode.ts";
 * import { compileFilter } from "./filter.ts";
 *
 * const bytes = wrap([
 *   { name: "ip", set: new Map() },
 *   { name: "udp", set: new Map([["udp.dstport", 53]]) },
 * ], new Uint8Array());
 * const captured = { number: 1, time: 0n, linkType: 101, bytes, length: bytes.length };
 * const filter = await compileFilter("udp.port == 53 && !tcp");
 * assertEquals(filter(dissectPacket(captured)), true);
 * ```
 *
 * @param suggest Returns a hint for a name that is none, from the names that exist.
 * @throws {ParseError} With the place of what is wrong.
 */
export async function compileFilter(
  text: string,
  suggest: (name: string, names: readonly string[]) => string | null = () => null,
): Promise<Filter> {
  const compiler = new Compiler(text, suggest);
  const filter = await compiler.compile(parseExpression(text));
  const { names } = compiler;
  if (!names.usesTime) return filter;
  return (packet) => {
    names.see(packet);
    return filter(packet);
  };
}

/** Returns whether values of a source are so. */
type Quantified = (source: Source, test: Test) => Filter;

const QUANTIFIED: Readonly<Record<Quantifier, Quantified>> = {
  any: (source, test) => (packet) => source.visit(packet, test),
  all: (source, test) => (packet) => {
    let isThere = false;
    const isOther = source.visit(packet, (value) => {
      isThere = true;
      return !test(value);
    });
    return isThere && !isOther;
  },
};

/** A compiler of one expression. */
class Compiler {
  readonly names: FilterNames = new FilterNames();
  readonly #text: string;
  readonly #suggest: (name: string, names: readonly string[]) => string | null;

  constructor(text: string, suggest: (name: string, names: readonly string[]) => string | null) {
    this.#text = text;
    this.#suggest = suggest;
  }

  async compile(expression: Expression): Promise<Filter> {
    switch (expression.kind) {
      case "and":
      case "or": {
        const parts: Filter[] = [];
        for (const each of expression.parts) parts.push(await this.compile(each));
        return expression.kind === "and"
          ? (packet) => parts.every((each) => each(packet))
          : (packet) => parts.some((each) => each(packet));
      }
      case "not": {
        const inner = await this.compile(expression.inner);
        return (packet) => !inner(packet);
      }
      case "present": {
        const { operand } = expression;
        const source = await this.#source(operand) ?? await this.#unknown(operand);
        const isThere: Test = operand.mask === null ? () => true : (value) => value !== 0;
        return (packet) => source.visit(packet, isThere);
      }
      case "in": {
        const source = await this.#source(expression.left) ?? await this.#unknown(expression.left);
        const tests = expression.elements.map(({ low, high }) =>
          high === null
            ? testOf("==", source, low, this.#text)
            : rangeTest(source, low, high, this.#text)
        );
        return QUANTIFIED[expression.quantifier](
          source,
          (value) => tests.some((each) => each(value)),
        );
      }
      default:
        return await this.#compare(expression);
    }
  }

  async #compare(
    { relation, quantifier, left, right }: Extract<Expression, { kind: "compare" }>,
  ): Promise<Filter> {
    const source = await this.#source(left);
    const isPattern = relation === "matches" || relation === "contains";
    const other = right.quoted || isPattern ? null : await this.#source(right, source !== null);
    if (source === null) {
      if (other === null || isPattern) return await this.#unknown(left);
      return QUANTIFIED[quantifier](other, testOf(TURNED[relation], other, left, this.#text));
    }
    if (relation === "matches") return QUANTIFIED[quantifier](source, this.#pattern(source, right));
    if (other === null) {
      return QUANTIFIED[quantifier](source, testOf(relation, source, right, this.#text));
    }
    if (source.kind !== other.kind) {
      this.#fail(right, t`${right.text} is of another kind than ${left.text}`);
    }
    const holds = ORDERS[relation]!;
    return (packet) => {
      const values: Value[] = [];
      other.visit(packet, (value) => values.push(value) === 0);
      if (values.length === 0) return false;
      const isSo = (value: Value) => (each: Value) => holds(orderOf(value, each));
      const test: Test = quantifier === "any"
        ? (value) => values.some(isSo(value))
        : (value) => values.every(isSo(value));
      return QUANTIFIED[quantifier](source, test)(packet);
    };
  }

  #pattern({ kind, name }: Source, right: Operand): Test {
    if (kind !== "text" && kind !== "bytes") {
      this.#fail(right, t`matches is for text and bytes, ${name} is neither`);
    }
    const matches = compilePattern(right.text, (reason) => this.#fail(right, reason));
    return (value) => matches(value as string | Uint8Array);
  }

  /**
   * Resolves to what `operand` stands for; `null` if it is no name.
   *
   * @param isLiteral Whether it may be a literal that looks like a name.
   */
  async #source(operand: Operand, isLiteral = false): Promise<Source | null> {
    const { text, quoted, call, mask, slice } = operand;
    if (quoted || !/^[a-z_][\w.-]*$/i.test(text) || /^[0-9a-f]{2}([.-][0-9a-f]{2})*$/i.test(text)) {
      return null;
    }
    const refused = refusalOf(text);
    if (refused !== null) this.#fail(operand, t`${text} ${refused.why}`, refused.hint);
    if (isLiteral && !text.includes(".")) return null;
    const source = await this.names.source(text);
    if (source === null) return null;
    return this.#called(
      this.#masked(this.#sliced(source, slice, operand), mask, operand),
      call,
      operand,
    );
  }

  #sliced(source: Source, slice: Operand["slice"], operand: Operand): Source {
    if (slice === null) return source;
    if (source.kind === "number" || source.kind === "ipv4") {
      this.#fail(operand, t`${source.name} is a number, which has no slices`);
    }
    const { start, end } = slice;
    return {
      ...source,
      kind: source.kind === "text" ? "text" : "bytes",
      visit: (packet, use) =>
        source.visit(packet, (value) => {
          const part = (value as string | Uint8Array).slice(start, end ?? undefined);
          const first = start < 0 ? (value as Uint8Array).length + start : start;
          const isWhole = first >= 0 && (value as Uint8Array).length >= (end ?? first + 1);
          return isWhole && use(part);
        }),
    };
  }

  #masked(source: Source, mask: Operand | null, operand: Operand): Source {
    if (mask === null) return source;
    if (source.kind !== "number") {
      this.#fail(operand, t`${source.name} is no number, & takes bits`);
    }
    const bits = readLiteral({ ...source, most: 0xffff_ffff }, mask, this.#text).value as number;
    return {
      ...source,
      visit: (packet, use) => source.visit(packet, (value) => use((Number(value) & bits) >>> 0)),
    };
  }

  #called(source: Source, call: Operand["call"], operand: Operand): Source {
    const number = { kind: "number", most: Infinity, unit: 1 } as const;
    switch (call) {
      case "count":
        return {
          name: source.name,
          ...number,
          visit(packet, use) {
            let count = 0;
            source.visit(packet, () => ++count === 0);
            return count > 0 && use(count);
          },
        };
      case "len":
        if (source.kind === "number" || source.kind === "ipv4") {
          this.#fail(operand, t`${source.name} is a number, which has no length`);
        }
        return {
          name: source.name,
          ...number,
          visit: (packet, use) =>
            source.visit(packet, (value) => use((value as string | Uint8Array).length)),
        };
      case "lower":
      case "upper": {
        if (source.kind !== "text") this.#fail(operand, t`${source.name} is no text`);
        const change = call === "lower"
          ? (text: string) => text.toLowerCase()
          : (text: string) => text.toUpperCase();
        return {
          ...source,
          visit: (packet, use) => source.visit(packet, (value) => use(change(value as string))),
        };
      }
      default:
        return source;
    }
  }

  async #unknown(operand: Operand): Promise<never> {
    const { text, quoted } = operand;
    if (quoted) this.#fail(operand, t`there is no field, only a value`);
    await this.names.source(text); // then all names are known
    const hint = this.#suggest(text, this.names.all());
    return this.#fail(operand, t`there is no field or protocol ${text}`, hint ?? undefined);
  }

  #fail({ at }: Operand, reason: string, hint?: string): never {
    throw new ParseError(WHAT, this.#text, reason, { at, ...hint === undefined ? {} : { hint } });
  }
}

/** The relation that says the same with both sides exchanged. */
const TURNED: Readonly<Record<Relation, Relation>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  contains: "contains",
  matches: "matches",
};
