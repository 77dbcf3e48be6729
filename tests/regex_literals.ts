/**
 * Regular expressions in sources, and inputs that make a bad one slow.
 *
 * @module
 */

/** A regular expression in a source. */
export interface RegexLiteral {
  /** Its line in the file, from 1. */
  readonly line: number;
  /** The expression. */
  readonly regex: RegExp;
}

/** Words behind which a slash begins a regular expression, although a name ends there. */
const KEYWORDS = /\b(return|typeof|case|in|of|do|else|void|delete|await|yield|instanceof|throw)$/;

/** Returns the regular expressions that stand in `source`, in TypeScript or JavaScript. */
export function regexLiterals(source: string): RegexLiteral[] {
  const found: RegexLiteral[] = [];
  /** Depths of braces in which a template goes on behind the closing one. */
  const templates: number[] = [];
  let depth = 0;
  let code = ""; // the code before, without comments
  const skipTo = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) throw new Error(`no end behind ${source.slice(at - 20, at + 40)}: ${code}`);
    return pattern.lastIndex;
  };
  const template = (at: number): number => {
    const end = skipTo(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y, at);
    if (source[end - 1] === "{") templates.push(depth++);
    return end;
  };
  for (let at = 0; at < source.length;) {
    const two = source.slice(at, at + 2);
    const character = two[0]!;
    if (two === "//") {
      at = skipTo(/.*\n?/y, at);
    } else if (two === "/*") {
      at = source.indexOf("*/", at) + 2;
    } else if (character === '"' || character === "'") {
      at = skipTo(character === '"' ? /"(?:[^"\\]|\\.)*"/y : /'(?:[^'\\]|\\.)*'/y, at);
      code = character;
    } else if (character === "`" || character === "}" && templates.at(-1) === depth - 1) {
      if (character === "}") depth = templates.pop()!;
      at = template(at + 1);
      code = source[at - 1] === "{" ? "(" : "`";
    } else if (character === "/" && !isOperand(code)) {
      const end = skipTo(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y, at);
      const [, body, flags] = source.slice(at, end).match(/^\/(.*)\/([a-z]*)$/s)!;
      const line = source.slice(0, at).split("\n").length;
      found.push({ line, regex: new RegExp(body!, flags) });
      at = end;
      code = "/";
    } else {
      if (character === "{") depth++;
      if (character === "}") depth--;
      code = (/\s/.test(character) ? code : code + character).slice(-20);
      if (/\s/.test(character) && !code.endsWith(" ")) code += " ";
      at++;
    }
  }
  return found;
}

/** Whether a value ends where `code` does, so that a slash divides it. */
function isOperand(code: string): boolean {
  const text = code.trimEnd();
  return /[\w$)\]}"'`/]$|[\w$)\]]!$/.test(text) && !KEYWORDS.test(text);
}

/** Something that a regular expression repeats, or one of the pieces of a sequence. */
interface Atom {
  /** The class or character, without its quantifier; empty for a group or an assertion. */
  readonly source: string;
  /** The alternatives of a group. */
  readonly group: readonly Atom[][];
  /** Whether it may match many times. */
  readonly isRepeated: boolean;
  /** Whether it looks ahead or behind, and takes nothing. */
  readonly isAssertion: boolean;
}

/** Returns the alternatives of a regular expression, taken apart. */
function takeApart(source: string): Atom[][] {
  let at = 0;
  const alternatives = (): Atom[][] => {
    const all: Atom[][] = [[]];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        all.push([]);
        at++;
      } else {
        all.at(-1)!.push(atom());
      }
    }
    return all;
  };
  const atom = (): Atom => {
    let [text, group, isAssertion]: [string, Atom[][], boolean] = ["", [], false];
    if (source[at] === "(") {
      const [opening] = source.slice(at).match(/^\((\?(:|<?[=!]|<\w+>))?/)!;
      isAssertion = /[=!]$/.test(opening);
      at += opening.length;
      group = alternatives();
      at++;
    } else {
      [text] = source.slice(at).match(
        /^(?:\[(?:[^\]\\]|\\[\s\S])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|k<\w+>|[\s\S])|[\s\S])/i,
      )!;
      at += text.length;
      isAssertion = /^([\^$]|\\[bB])$/.test(text);
    }
    const [quantifier] = source.slice(at).match(/^(?:[*+?]|\{\d+(?:,\d*)?\})?\??/)!;
    at += quantifier.length;
    const most = Number(
      quantifier.match(/(\d+)\}/)?.[1] ?? (/^[*+]|,\}/.test(quantifier) ? 99 : 1),
    );
    return {
      source: isAssertion && group.length === 0 ? "" : text,
      group,
      isRepeated: most > 9,
      isAssertion,
    };
  };
  return alternatives();
}

/** Characters of many kinds, from which samples are taken. */
const CHARACTERS: readonly string[] = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ..."\x85\xa0éßΣ中、：。\u0301\u202e\ufeff\ufffd😀",
];

/** Returns those of `CHARACTERS` that `source`, a class or character, matches. */
function charactersOf(source: string, flags: string): string[] {
  if (source === "" || /^\\(\d|k)/.test(source)) return [];
  const one = new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ""));
  return CHARACTERS.filter((character) => one.test(character));
}

/** Returns texts that make `regex` slow if anything does: what is repeated in them has `size` characters. */
export function slowInputs(regex: RegExp): ((size: number) => string)[] {
  const { flags } = regex;
  const repeated: string[] = [];
  const pieces = new Set<string>();
  const prefixes = new Set<string>([""]);
  const sampleOf = (atom: Atom): string => {
    if (atom.isAssertion) return "";
    if (atom.group.length > 0) return atom.group[0]!.map(sampleOf).join("");
    const all = charactersOf(atom.source, flags);
    return all.find((character) => /[a-z0-9]/.test(character)) ?? all[0] ?? "";
  };
  const visit = (alternatives: readonly Atom[][], before: string, isRepeated: boolean): void => {
    for (const sequence of alternatives) {
      let prefix = before;
      for (const atom of sequence) {
        const isMany = atom.isRepeated || isRepeated;
        if (atom.isRepeated && atom.source !== "") repeated.push(atom.source);
        if (isMany) {
          prefixes.add(prefix);
          pieces.add(prefix).add(prefix + sampleOf(atom));
        }
        visit(atom.group, prefix, isMany);
        if (atom.isRepeated) {
          for (const each of atom.group) pieces.add(each.map(sampleOf).join(""));
        }
        prefix += sampleOf(atom);
      }
      pieces.add(prefix);
      prefixes.add(prefix);
    }
  };
  visit(takeApart(regex.source), "", false);
  const sets = repeated.map((source) => new Set(charactersOf(source, flags)));
  /** One character for each set of repeated atoms that match it. */
  const kinds = new Map<string, string>();
  for (const character of [..." 0aA", ...CHARACTERS]) {
    const kind = sets.map((set) => set.has(character) ? "1" : "0").join("");
    if (!kinds.has(kind)) kinds.set(kind, character);
  }
  if (prefixes.size === 1 && repeated.length === 0) return [];
  for (const [kind, character] of kinds) if (kind.includes("1")) pieces.add(character);
  pieces.delete("");
  const other = [...kinds].find(([kind]) => !kind.includes("1"))?.[1];
  if (other !== undefined) prefixes.add(other);
  const tails = new Set(["", "\n", "\0", ...kinds.values()]);
  const inputs: ((size: number) => string)[] = [];
  for (const prefix of prefixes) {
    for (const piece of pieces) {
      for (const tail of tails) {
        inputs.push((size) => prefix + piece.repeat(Math.ceil(size / piece.length)) + tail);
      }
    }
  }
  return inputs;
}
