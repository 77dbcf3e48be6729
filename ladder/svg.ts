/**
 * The ladder as a picture: an SVG that can be read in print, on a slide, and in dark mode.
 *
 * @module
 */
import { escapeControls } from "../text/escape.ts";
import { count, formatBytes } from "../text/units.ts";
import { formatSeconds } from "./ladder.ts";
import { Fold, type Rung } from "./fold.ts";
import { formatSummary } from "./summary.ts";
import { labelOf, noteOf, remarkOf, SIDES } from "./text.ts";
import { FLAG } from "../tcp/segment.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";

/** Columns of the picture, in its units. */
const X = { time: 90, left: 230, right: 610, note: 740 } as const;
const WIDTH = 1060;
const ROW = 34;
/** The fall of an arrow, in units: time goes down. */
const FALL = 10;

/** The most rungs of a connection in a picture: more could not be read, nor held in memory. */
const MAX_RUNGS = 500;

/** The most connections in a picture. */
const MAX_CONNECTIONS = 50;

/** The longest label on an arrow, in characters of 7.2 units each. */
const LABEL = 48;

/** Colours for print and light pages, and for dark mode; each pair has a contrast of 4.5 and more. */
const STYLE = `
  svg { background: #ffffff; font: 12px ui-monospace, Consolas, Menlo, monospace; }
  text { fill: #1a1a1a; } .dim { fill: #595959; } .title { font-weight: bold; font-size: 14px; }
  .state { font-weight: bold; } .life { stroke: #8c8c8c; } .arrow { stroke-width: 1.6; fill: none; }
  .data { stroke: #1a1a1a; } .syn { stroke: #0b6e3b; } .fin { stroke: #8a5a00; } .rst { stroke: #b3261e; }
  .head { stroke: none; } .head.data { fill: #1a1a1a; } .head.syn { fill: #0b6e3b; }
  .head.fin { fill: #8a5a00; } .head.rst { fill: #b3261e; } .remark { fill: #b3261e; }
  @media (prefers-color-scheme: dark) {
    svg { background: #161616; } text { fill: #ececec; } .dim { fill: #b0b0b0; } .life { stroke: #7a7a7a; }
    .data { stroke: #ececec; } .syn { stroke: #5fd08d; } .fin { stroke: #f0c060; } .rst { stroke: #ff8a80; }
    .head.data { fill: #ececec; } .head.syn { fill: #5fd08d; } .head.fin { fill: #f0c060; }
    .head.rst { fill: #ff8a80; } .remark { fill: #ff8a80; }
  }`;

/** The drawing of a connection. */
interface Drawing {
  readonly fold: Fold;
  readonly parts: string[];
  rungs: number;
  rows: number;
}

/** The picture of connections, drawn as their segments come. */
export class LadderPicture {
  readonly #drawings = new Map<TcpConnection, Drawing>();
  readonly #all: boolean;
  #left = 0;

  /** Makes an empty picture; with `all`, every segment is drawn. */
  constructor(all: boolean) {
    this.#all = all;
  }

  /** Draws `step`. */
  step(step: Step): void {
    const drawing = this.#drawingOf(step);
    if (!drawing) return;
    for (const rung of drawing.fold.add(step)) draw(drawing, rung);
  }

  /** Draws the presumed states and the summary of a connection at its end. */
  end(connection: TcpConnection, isEnd: boolean): void {
    const drawing = this.#drawings.get(connection);
    if (!drawing) return;
    for (const rung of drawing.fold.rest()) draw(drawing, rung);
    const presumed = connection.presume();
    const rows = Math.max(presumed[0].length, presumed[1].length);
    for (let i = 0; i < rows; i++) {
      const y = nextRow(drawing);
      for (const side of [0, 1] as const) {
        if (presumed[side][i]) drawing.parts.push(state(`(${presumed[side][i]})`, side, y, false));
      }
    }
    for (const line of formatSummary(connection, isEnd, { columns: 120, ascii: false })) {
      drawing.parts.push(text(X.time - 60, nextRow(drawing), line, "dim"));
    }
  }

  /** Takes a connection out of the picture. */
  drop(connection: TcpConnection): void {
    this.#drawings.delete(connection);
  }

  /** Returns the picture. */
  toSvg(): string {
    const parts: string[] = [];
    let top = 20;
    for (const { parts: own, rows } of this.#drawings.values()) {
      const height = (rows + 1) * ROW;
      parts.push(`<g transform="translate(0 ${top})">${own.join("\n")}</g>`);
      top += height;
    }
    if (this.#left > 0) {
      parts.push(
        text(X.time - 60, top + 10, `${count(this.#left, "more connection")} not drawn`, "dim"),
      );
      top += ROW;
    }
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${
      top + 10
    }" width="${WIDTH}" ` +
      `height="${
        top + 10
      }" role="img">\n<title>TCP connections as ladders of segments and states</title>\n` +
      `<style>${STYLE}\n</style>\n${parts.join("\n")}\n</svg>\n`;
  }

  #drawingOf(step: Step): Drawing | null {
    const { connection, before } = step;
    const known = this.#drawings.get(connection);
    if (known) return known;
    if (this.#drawings.size === MAX_CONNECTIONS) {
      if (connection.summary.segments === 1) this.#left++;
      return null;
    }
    const drawing: Drawing = { fold: new Fold(this.#all), parts: [], rungs: 0, rows: 0 };
    this.#drawings.set(connection, drawing);
    const { number, ends, isSelf } = connection;
    const title = `#${number}  ${ends[0].address} → ${ends[1].address}`;
    drawing.parts.push(
      text(X.time - 60, nextRow(drawing), isSelf ? `${title}, one socket` : title, "title"),
    );
    const y = nextRow(drawing);
    drawing.parts.push(text(X.left - 12, y, SIDES[0], "dim", "end"));
    drawing.parts.push(text(X.right + 12, y, SIDES[1], "dim"));
    const first = nextRow(drawing);
    drawLives(drawing, first);
    for (const side of [0, 1] as const) {
      if (before[side] !== "?") drawing.parts.push(state(before[side], side, first, true));
    }
    return drawing;
  }
}

function nextRow(drawing: Drawing): number {
  return ++drawing.rows * ROW - ROW / 2;
}

function draw(drawing: Drawing, rung: Rung): void {
  if (drawing.rungs > MAX_RUNGS) return;
  const y = nextRow(drawing);
  drawLives(drawing, y);
  if (++drawing.rungs > MAX_RUNGS) {
    drawing.parts.push(text((X.left + X.right) / 2, y, "the rest is not drawn", "dim", "middle"));
    return;
  }
  if (rung.kind === "step") drawStep(drawing, rung.step, y);
  else {
    const { counts, bytes } = rung.bundle;
    const [there, back] = counts.map((segments, side) =>
      `${count(segments, "segment")}, ${formatBytes(bytes[side]!)}`
    );
    const words = `⋮  ${there} →   ${back} ←`;
    drawing.parts.push(text((X.left + X.right) / 2, y + 4, words, "dim", "middle"));
  }
}

function drawLives(drawing: Drawing, y: number): void {
  for (const x of [X.left, X.right]) {
    drawing.parts.push(
      `<line class="life" x1="${x}" y1="${y - ROW / 2}" x2="${x}" y2="${y + ROW / 2}"/>`,
    );
  }
}

function drawStep(drawing: Drawing, step: Step, y: number): void {
  const { connection, segment, from, moves } = step;
  const kind = kindOf(segment.flags);
  const [start, end] = from === 0 ? [X.left, X.right] : [X.right, X.left];
  const back = from === 0 ? -9 : 9;
  const since = segment.time - (connection.summary.start ?? segment.time);
  drawing.parts.push(
    text(X.time, y + 4, formatSeconds(since), "dim", "end"),
    `<line class="arrow ${kind}" x1="${start}" y1="${y - FALL / 2}" x2="${end + back}" y2="${
      y + FALL / 2
    }"/>`,
    `<path class="head ${kind}" d="M ${end} ${y + FALL / 2} l ${back} -5 v 10 z"/>`,
    text((X.left + X.right) / 2, y - 8, labelOf(step, LABEL, false), "", "middle"),
  );
  const remark = remarkOf(step);
  const note = remark || noteOf(step);
  if (note !== "") drawing.parts.push(text(X.note, y + 4, note, remark ? "remark" : "dim"));
  const rows = Math.max(1, moves[0].length, moves[1].length);
  for (let i = 0; i < rows; i++) {
    const at = i === 0 ? y : nextRow(drawing);
    if (i > 0) drawLives(drawing, at);
    for (const side of [0, 1] as const) {
      if (moves[side][i]) drawing.parts.push(state(moves[side][i]!, side, at, true));
    }
  }
}

function kindOf(flags: number): "syn" | "fin" | "rst" | "data" {
  if (flags & FLAG.rst) return "rst";
  if (flags & FLAG.syn) return "syn";
  return flags & FLAG.fin ? "fin" : "data";
}

function state(words: string, side: 0 | 1, y: number, isProven: boolean): string {
  const style = isProven ? "state" : "dim";
  return side === 0
    ? text(X.left - 12, y + 4, words, style, "end")
    : text(X.right + 12, y + 4, words, style);
}

function text(x: number, y: number, words: string, style: string, anchor = "start"): string {
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text class="${style}" x="${x}" y="${y}"${place} xml:space="preserve">${
    escapeXml(words)
  }</text>`;
}

/** Characters that XML 1.0 does not allow, beside controls (section 2.2): U+FFFE, U+FFFF, half surrogates. */
const NOT_XML =
  /[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeXml(words: string): string {
  return escapeControls(words).replace(
    NOT_XML,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  ).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(
    ">",
    "&gt;",
  );
}
