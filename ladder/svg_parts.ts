/**
 * Parts of a picture: texts, arrows, lines, and the style that they share.
 *
 * @module
 */
import { escapeControls } from "../text/escape.ts";
import { FLAG } from "../tcp/segment.ts";

/** Columns of the picture, in its units. */
export const X = { margin: 30, time: 90, left: 230, right: 610, note: 740 } as const;
/** Width of the picture. */
export const WIDTH = 1060;
/** Width of a character of the font, in units. */
const CHARACTER = 7.25;
/** The same in the title. */
const TITLE_CHARACTER = 8.45;
/** Width at most of a character that another font may have to draw. */
const OTHER_CHARACTER = 13;

/** Colours for print and light pages, and for dark mode; each pair has a contrast of 4.5 and more. */
export const STYLE = `
  svg { background: #ffffff; font: 12px ui-monospace, Consolas, Menlo, monospace; }
  text { fill: #1a1a1a; } .dim { fill: #595959; } .title { font-weight: bold; font-size: 14px; }
  .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  .state { font-weight: bold; } .life { stroke: #8c8c8c; } .arrow { stroke-width: 1.6; fill: none; }
  .data { stroke: #1a1a1a; } .syn { stroke: #0b6e3b; } .fin { stroke: #8a5a00; } .rst { stroke: #b3261e; }
  .head { stroke: none; } .head.data { fill: #1a1a1a; } .head.syn { fill: #0b6e3b; }
  .head.fin { fill: #8a5a00; } .head.rst { fill: #b3261e; } .remark { fill: #b3261e; }
  .edge { stroke: #8c8c8c; fill: none; } .taken { stroke: #0b57d0; stroke-width: 3; }
  .head.edge { fill: #8c8c8c; } .head.taken { fill: #0b57d0; } .number { fill: #0b57d0; font-weight: bold; }
  .here { stroke: #0b57d0; stroke-width: 2; fill: none; }
  @media screen and (prefers-color-scheme: dark) {
    svg { background: #161616; } text { fill: #ececec; } .dim { fill: #b0b0b0; } .life { stroke: #7a7a7a; }
    .label { stroke: #161616; }
    .data { stroke: #ececec; } .syn { stroke: #5fd08d; } .fin { stroke: #f0c060; } .rst { stroke: #ff8a80; }
    .head.data { fill: #ececec; } .head.syn { fill: #5fd08d; } .head.fin { fill: #f0c060; }
    .head.rst { fill: #ff8a80; } .remark { fill: #ff8a80; }
    .edge { stroke: #7a7a7a; } .taken { stroke: #8ab4f8; } .head.edge { fill: #7a7a7a; }
    .head.taken { fill: #8ab4f8; } .number { fill: #8ab4f8; } .here { stroke: #8ab4f8; }
  }
  @media print { svg { background: none; } }`;

/** The class of an arrow by its flags. */
export function kindOf(flags: number): "syn" | "fin" | "rst" | "data" {
  if (flags & FLAG.rst) return "rst";
  if (flags & FLAG.syn) return "syn";
  return flags & FLAG.fin ? "fin" : "data";
}

/** An arrow from one side to the other, with the heights of its ends. */
export interface Arrow {
  /** The side that it starts from. */
  readonly from: 0 | 1;
  /** Height of its start. */
  readonly start: number;
  /** Height of its head. */
  readonly end: number;
  /** Its class. */
  readonly kind: string;
  /** The part of the way that is drawn, from 0 to 1, where that is not all of it. */
  readonly part?: readonly [number, number];
}

/** Returns an arrow; what was lost on the way ends there with a cross. */
export function drawArrow(arrow: Arrow): string {
  const { from, start, end, kind, part = [0, 1] } = arrow;
  if (part[0] > 0 || part[1] < 1) return drawPart(arrow, part);
  const [x, toX] = from === 0 ? [X.left, X.right] : [X.right, X.left];
  const back = from === 0 ? -9 : 9;
  // The head lies along the line: one to another height is steep.
  const slope = Math.atan2(end - start, toX - x) * 180 / Math.PI;
  return `<line class="arrow ${kind}" x1="${x}" y1="${round(start)}" x2="${toX + back}" y2="${
    round(end - (end - start) * 9 / (X.right - X.left))
  }"/><path class="head ${kind}" d="M 0 0 l -9 -5 v 10 z" transform="translate(${toX} ${
    round(end)
  }) rotate(${round(slope)})"/>`;
}

function drawPart(arrow: Arrow, [first, last]: readonly [number, number]): string {
  const { from, kind, start, end } = arrow;
  const [x, y] = alongArrow(arrow, first);
  const [toX, toY] = alongArrow(arrow, last);
  const line = `<line class="arrow ${kind}" x1="${x}" y1="${y}" x2="${toX}" y2="${toY}"/>`;
  if (last < 1) {
    return `${line}<path class="arrow ${kind}" d="M ${toX - 5} ${
      toY - 5
    } l 10 10 m -10 0 l 10 -10"/>`;
  }
  const slope = Math.atan2(end - start, from === 0 ? X.right - X.left : X.left - X.right);
  return `${line}<path class="head ${kind}" d="M 0 0 l -9 -5 v 10 z" transform="translate(${toX} ${toY}) rotate(${
    round(slope * 180 / Math.PI)
  })"/>`;
}

/** Returns the place of the label of an arrow, `part` of its way from its start. */
export function alongArrow({ from, start, end }: Arrow, part: number): [x: number, y: number] {
  const [x, toX] = from === 0 ? [X.left, X.right] : [X.right, X.left];
  return [round(x + (toX - x) * part), round(start + (end - start) * part)];
}

/** Returns both lines of life from `top` to `bottom`. */
export function drawLives(top: number, bottom: number): string {
  return [X.left, X.right].map((x) =>
    `<line class="life" x1="${x}" y1="${round(top)}" x2="${x}" y2="${round(bottom)}"/>`
  ).join("");
}

/** Returns a state at the side of its end. */
export function drawState(words: string, side: 0 | 1, y: number, isProven: boolean): string {
  const style = isProven ? "state" : "dim";
  return side === 0
    ? drawText(X.left - 12, y + 4, words, style, "end")
    : drawText(X.right + 12, y + 4, words, style);
}

/** Returns a text, cut where it would run over the edge of the picture. */
export function drawText(
  x: number,
  y: number,
  words: string,
  style: string,
  anchor: "start" | "middle" | "end" = "start",
): string {
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  const room = anchor === "start"
    ? WIDTH - 10 - x
    : anchor === "end"
    ? x - 10
    : 2 * Math.min(x, WIDTH - x) - 20;
  const shown = fit(printable(words), room, style === "title" ? TITLE_CHARACTER : CHARACTER);
  return `<text class="${style}" x="${round(x)}" y="${round(y)}"${place} xml:space="preserve">${
    escapeXml(shown)
  }</text>`;
}

/** Returns the beginning of `text` that is not wider than `room`, whatever font draws what is not ASCII. */
function fit(text: string, room: number, character: number): string {
  let used = 0;
  let end = 0;
  for (const sign of text) {
    used += sign <= "~" ? character : OTHER_CHARACTER;
    if (used > room) return `${text.slice(0, end)}…`;
    if (used <= room - OTHER_CHARACTER) end += sign.length;
  }
  return text;
}

/** Returns `number` with at most two digits behind the point. */
export function round(number: number): number {
  return Math.round(number * 100) / 100;
}

/** Characters that XML 1.0 does not allow, beside controls (section 2.2): U+FFFE, U+FFFF, half surrogates. */
const NOT_XML =
  /[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Returns `words` with everything escaped that XML cannot have. */
function printable(words: string): string {
  return escapeControls(words)
    .replace(NOT_XML, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

function escapeXml(words: string): string {
  return words
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
