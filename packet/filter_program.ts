/**
 * Programs of patterns: steps that are followed in all ways at once, so that a byte takes no more time than
 * there are steps.
 *
 * @module
 */
import { t } from "../text/messages.ts";

/** A step of a program. */
export type Step =
  | { readonly kind: "byte"; readonly set: Uint8Array }
  | { kind: "split"; first: number; second: number }
  | { readonly kind: "start" | "end" | "border" | "inside" }
  | { kind: "jump"; to: number }
  | { readonly kind: "match" };

/** A pattern as a tree. */
export type Node =
  | { readonly kind: "set"; readonly set: Uint8Array }
  | { readonly kind: "place"; readonly place: "start" | "end" | "border" | "inside" }
  | { readonly kind: "all" | "one"; readonly parts: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly inner: Node;
    readonly least: number;
    readonly most: number;
  };

/** The most steps of a program; each byte of a packet takes at most so many. */
const MAX_STEPS = 2000;
/** Follows all ways through the program at once. */
export function run(
  program: readonly Step[],
  size: number,
  byteAt: (at: number) => number,
): boolean {
  const seen = new Int32Array(program.length).fill(-1);
  let now: number[] = [];
  let next: number[] = [];
  for (let at = 0; at <= size; at++) {
    now.push(0); // a match may begin anywhere
    const byte = at < size ? byteAt(at) : -1;
    next = [];
    for (let i = 0; i < now.length; i++) {
      const index = now[i]!;
      if (seen[index] === at) continue;
      seen[index] = at;
      const step = program[index]!;
      switch (step.kind) {
        case "match":
          return true;
        case "byte":
          if (byte !== -1 && step.set[byte] === 1) next.push(index + 1);
          break;
        case "split":
          now.push(step.first, step.second);
          break;
        case "jump":
          now.push(step.to);
          break;
        default:
          if (isPlace(step.kind, at, size, byteAt)) now.push(index + 1);
      }
    }
    now = next;
  }
  return false;
}

function isPlace(
  place: "start" | "end" | "border" | "inside",
  at: number,
  size: number,
  byteAt: (at: number) => number,
): boolean {
  if (place === "start") return at === 0;
  if (place === "end") return at === size || (at === size - 1 && byteAt(at) === 0x0a);
  const isWord = (index: number) => index >= 0 && index < size && WORD[byteAt(index)] === 1;
  return (isWord(at - 1) !== isWord(at)) === (place === "border");
}

/** Returns the program of `node`; `fail` is called with the reason if it is too long. */
export function programOf(node: Node, fail: (reason: string) => never): Step[] {
  const program: Step[] = [];
  emit(node, program, fail);
  program.push({ kind: "match" });
  return program;
}

/** Adds the steps of `node` to `program`. */
function emit(node: Node, program: Step[], fail: (reason: string) => never): void {
  if (program.length > MAX_STEPS) fail(t`the pattern takes more than ${MAX_STEPS} steps`);
  switch (node.kind) {
    case "set":
      program.push({ kind: "byte", set: node.set });
      return;
    case "place":
      program.push({ kind: node.place });
      return;
    case "all":
      for (const each of node.parts) emit(each, program, fail);
      return;
    case "one": {
      const jumps: Extract<Step, { kind: "jump" }>[] = [];
      node.parts.forEach((each, i) => {
        const split = { kind: "split", first: program.length + 1, second: 0 } as const;
        const isLast = i === node.parts.length - 1;
        const place = program.length;
        if (!isLast) program.push(split);
        emit(each, program, fail);
        if (isLast) return;
        const jump: Extract<Step, { kind: "jump" }> = { kind: "jump", to: 0 };
        jumps.push(jump);
        program.push(jump);
        program[place] = { ...split, second: program.length };
      });
      for (const jump of jumps) jump.to = program.length;
      return;
    }
    default:
      emitRepeat(node, program, fail);
  }
}

function emitRepeat(
  { inner, least, most }: Extract<Node, { kind: "repeat" }>,
  program: Step[],
  fail: (reason: string) => never,
): void {
  for (let i = 0, size = -1; i < least && size < program.length; i++) {
    size = program.length; // nothing, repeated, is nothing
    emit(inner, program, fail);
  }
  if (most === Infinity) {
    const split = program.length;
    program.push({ kind: "match" }); // its place is taken below
    emit(inner, program, fail);
    program.push({ kind: "jump", to: split });
    program[split] = { kind: "split", first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let i = least; i < most; i++) {
    splits.push(program.length);
    program.push({ kind: "match" });
    emit(inner, program, fail);
  }
  for (const split of splits) {
    program[split] = { kind: "split", first: split + 1, second: program.length };
  }
}

/** Returns the set of the bytes for which `isIn` holds. */
export function setOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => isIn(byte) ? 1 : 0);
}

/** Digits. */
export const DIGIT: Uint8Array = setOf((byte) => byte >= 0x30 && byte <= 0x39);
/** Letters, digits, `_`. */
export const WORD: Uint8Array = setOf((byte) => /\w/.test(String.fromCharCode(byte)));
/** Blanks. */
export const SPACE: Uint8Array = setOf((byte) => byte === 0x20 || (byte >= 9 && byte <= 13));
/** All but the line feed. */
export const ANY: Uint8Array = setOf((byte) => byte !== 0x0a);
