/**
 * The ladder as a picture: an SVG that can be read in print, on a slide, and in dark mode.
 *
 * @module
 */
import { t } from "../text/messages.ts";
import { count } from "../text/units.ts";
import { Fold, type Rung } from "./fold.ts";
import { walkOf } from "./state_diagram.ts";
import { DIAGRAM_HEIGHT, drawDiagram } from "./svg_diagram.ts";
import { layRows, layTimes, type Sheet } from "./svg_layout.ts";
import { drawLives, drawState, drawText, STYLE, WIDTH, X } from "./svg_parts.ts";
import { formatSummary } from "./summary.ts";
import { sideName } from "./text.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { State } from "../tcp/state.ts";
import type { Both } from "../tcp/side.ts";

/** The form of a picture. */
export interface PictureOptions {
  /** Whether every segment is drawn. */
  readonly all: boolean;
  /** Whether heights are in proportion to time, or each segment has a row. */
  readonly scale: "rows" | "time";
  /** The parts that are left out, to be filled in by hand. */
  readonly blank: readonly Blank[];
}

/** A part that can be left out. */
export type Blank = "states" | "ack";

const ROW = 34;

/** The most rungs of a connection in a picture: more could not be read, nor held in memory. */
const MAX_RUNGS = 500;

/** The most connections in a picture. */
const MAX_CONNECTIONS = 50;

/** A connection that is drawn. */
interface Drawing {
  readonly fold: Fold;
  readonly rungs: Rung[];
  /** The states of both ends before the first segment. */
  readonly before: Both<State>;
  isCut: boolean;
  svg: string;
  height: number;
}

/** The picture of connections, drawn as their segments come. */
export class LadderPicture {
  readonly #drawings = new Map<TcpConnection, Drawing>();
  readonly #options: PictureOptions;
  #left = 0;

  /** Makes an empty picture. */
  constructor(options: PictureOptions) {
    this.#options = options;
  }

  /** Draws `step`. */
  step(step: Step): void {
    const drawing = this.#drawingOf(step);
    if (drawing) keep(drawing, drawing.fold.add(step));
  }

  /** Draws a connection at its end. */
  end(connection: TcpConnection, isEnd: boolean): void {
    const drawing = this.#drawings.get(connection);
    if (!drawing) return;
    keep(drawing, drawing.fold.rest());
    const { svg, height } = this.#draw(connection, drawing, isEnd);
    drawing.svg = svg;
    drawing.height = height;
  }

  /** Takes a connection out of the picture. */
  drop(connection: TcpConnection): void {
    this.#drawings.delete(connection);
  }

  /** The connections that are drawn, in the order of their first segments. */
  get connections(): readonly TcpConnection[] {
    return [...this.#drawings.keys()];
  }

  /** The number of connections that are not drawn, because there are too many. */
  get left(): number {
    return this.#left;
  }

  /** Returns the picture of all connections, or of one of them. */
  toSvg(only: TcpConnection | null = null): string {
    const parts: string[] = [];
    let top = 20;
    for (const [connection, { svg, height }] of this.#drawings) {
      if (only !== null && connection !== only) continue;
      parts.push(`<g transform="translate(0 ${top})">${svg}</g>`);
      top += height + ROW;
    }
    if (this.#left > 0 && only === null) {
      const words = t`${count(this.#left, "more connection")} not drawn`;
      parts.push(drawText(X.margin, top + 10, words, "dim"));
      top += ROW;
    }
    const height = Math.ceil(top + 10);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ` +
      `width="${WIDTH}" height="${height}" role="img">\n` +
      `<title>${t`TCP connections as ladders of segments and states`}</title>\n` +
      `<style>${STYLE}\n</style>\n${parts.join("\n")}\n</svg>\n`;
  }

  #drawingOf({ connection, before }: Step): Drawing | null {
    const known = this.#drawings.get(connection);
    if (known) return known;
    if (this.#drawings.size === MAX_CONNECTIONS) {
      if (connection.summary.segments === 1) this.#left++;
      return null;
    }
    const fold = new Fold(this.#options.all);
    const drawing = { fold, rungs: [], before, isCut: false, svg: "", height: 0 };
    this.#drawings.set(connection, drawing);
    return drawing;
  }

  #draw(
    connection: TcpConnection,
    { rungs, before, isCut }: Drawing,
    isEnd: boolean,
  ): { svg: string; height: number } {
    const { scale, blank } = this.#options;
    const parts: string[] = [];
    const { number, ends, isSelf } = connection;
    const title = `#${number}  ${ends[0].address} → ${ends[1].address}`;
    parts.push(
      drawText(X.margin, ROW / 2, isSelf ? t`${title}, one socket` : title, "title"),
      drawText(X.time, ROW * 1.5, t`seconds`, "dim", "end"),
      drawText(X.left - 12, ROW * 1.5, sideName(0), "dim", "end"),
      drawText(X.right + 12, ROW * 1.5, sideName(1), "dim"),
    );
    const top = ROW * 2;
    const showsStates = !blank.includes("states");
    const state = (words: string, side: 0 | 1, y: number, isProven: boolean) =>
      drawState(showsStates ? words : "____________", side, y, isProven && showsStates);
    for (const side of [0, 1] as const) {
      if (before[side] !== "?") parts.push(state(before[side], side, top + ROW / 2, true));
    }
    const sheet: Sheet = { connection, rungs, state, hidesAck: blank.includes("ack") };
    const lay = scale === "time" ? layTimes : layRows;
    const { svg, bottom } = lay(sheet, top + ROW);
    parts.push(drawLives(top, bottom), svg);
    let y = bottom;
    const next = () => (y += ROW) - ROW / 2;
    if (isCut) parts.push(drawText(WIDTH / 2, next(), t`the rest is not drawn`, "dim", "middle"));
    const presumed = connection.presume();
    const rows = Math.max(presumed[0].length, presumed[1].length);
    for (let i = 0; i < rows; i++) {
      const at = next();
      for (const side of [0, 1] as const) {
        if (presumed[side][i]) parts.push(state(`(${presumed[side][i]})`, side, at, false));
      }
      const words = t`in parentheses: if the last segments arrived`;
      if (i === 0) parts.push(drawText((X.left + X.right) / 2, at + 4, words, "dim", "middle"));
    }
    for (const line of formatSummary(connection, isEnd, { columns: 120, ascii: false })) {
      parts.push(drawText(X.margin, next(), line, "dim"));
    }
    const walk = showsStates
      ? walkOf(connection, false)
      : { taken: new Map<string, string>(), resets: "", places: [-1, -1] as const };
    parts.push(drawDiagram(walk, (WIDTH - 540) / 2, y));
    if (showsStates) {
      parts.push(drawText(X.margin, y + 26, `● ${sideName(0)}`, "number"));
      parts.push(drawText(X.margin, y + 44, `○ ${sideName(1)}`, "number"));
    }
    return { svg: parts.join("\n"), height: y + DIAGRAM_HEIGHT };
  }
}

function keep(drawing: Drawing, rungs: readonly Rung[]): void {
  for (const rung of rungs) {
    if (drawing.rungs.length < MAX_RUNGS) drawing.rungs.push(rung);
    else drawing.isCut = true;
  }
}
