/**
 * The way of an end through the state diagram, as text.
 *
 * @module
 */
import { width } from "../text/layout.ts";
import { EDGES, type State } from "../tcp/state.ts";

/** How an edge is drawn around the words that stand on it. */
const EDGE = {
  unicode: (words: string) => ` ─${words}→ `,
  ascii: (words: string) => ` -${words}-> `,
} as const;

/**
 * Returns the way through the states of `path`, event / action on each edge as in figure 5 of RFC 9293,
 * in lines of at most `columns`. States that are only presumed stand in parentheses.
 */
export function formatWalk(
  who: string,
  path: readonly State[],
  presumed: readonly State[],
  { columns, ascii }: { readonly columns: number; readonly ascii: boolean },
): string[] {
  const margin = " ".repeat(Math.max(8, width(who) + 2));
  const lines: string[] = [];
  const states = [...path, ...presumed];
  let line = who.padEnd(margin.length) + (states[0] ?? "?");
  for (let i = 1; i < states.length; i++) {
    const words = EDGES[`${states[i - 1]}>${states[i]}`] ?? (states[i] === "CLOSED" ? "RST" : "?");
    const name = i < path.length ? states[i]! : `(${states[i]})`;
    const part = `${EDGE[ascii ? "ascii" : "unicode"](words)}${name}`;
    if (width(line) + width(part) <= columns) {
      line += part;
    } else {
      lines.push(line);
      line = margin + part.trimStart();
    }
  }
  return [...lines, line];
}
