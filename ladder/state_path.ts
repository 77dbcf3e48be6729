/**
 * The path of an end through the state diagram, as text.
 *
 * @module
 */
import { pad, width } from "../text/layout.ts";
import type { End } from "../tcp/endpoint.ts";
import { EDGES, type State } from "../tcp/state.ts";

/** An edge with its label. */
const EDGE = {
  unicode: (words: string) => ` ─${words}→ `,
  ascii: (words: string) => ` -${words}-> `,
} as const;

/** The most paths whose text is remembered: of many connections most take the same. */
const MAX_PATHS = 64;

const texts = new Map<string, readonly string[]>();

/**
 * Returns the path through the states of `path`, event / action on each edge as in figure 5 of RFC 9293,
 * in lines of at most `columns`. States that are only presumed stand in parentheses. The label of an
 * edge to which a reset has led `end` is RST.
 */
export function formatPath(
  name: string,
  path: readonly State[],
  presumed: readonly State[],
  end: Pick<End, "resetSteps" | "isReset">,
  style: { readonly columns: number; readonly ascii: boolean },
): readonly string[] {
  const { columns, ascii } = style;
  const key = [name, path, presumed, [...end.resetSteps], end.isReset, columns, ascii].join(";");
  const known = texts.get(key);
  if (known) return known;
  const lines = layPath(name, path, presumed, end, style);
  if (texts.size === MAX_PATHS) texts.clear();
  texts.set(key, lines);
  return lines;
}

function layPath(
  name: string,
  path: readonly State[],
  presumed: readonly State[],
  end: Pick<End, "resetSteps" | "isReset">,
  { columns, ascii }: { readonly columns: number; readonly ascii: boolean },
): string[] {
  const margin = " ".repeat(Math.max(8, width(name) + 2));
  const lines: string[] = [];
  const states = [...path, ...presumed];
  let line = pad(name, margin.length) + (states[0] ?? "?");
  for (let i = 1; i < states.length; i++) {
    const isPresumed = end.isReset && i >= path.length && i === states.length - 1 &&
      states[i - 1] !== "LAST-ACK";
    const words = end.resetSteps.has(i) || isPresumed
      ? "RST"
      : EDGES[`${states[i - 1]}>${states[i]}`] ?? (states[i] === "CLOSED" ? "RST" : "?");
    const state = i < path.length ? states[i]! : `(${states[i]})`;
    const part = `${EDGE[ascii ? "ascii" : "unicode"](words)}${state}`;
    if (width(line) + width(part) <= columns) {
      line += part;
    } else {
      lines.push(line);
      line = margin + part.trimStart();
    }
  }
  return [...lines, line];
}
