/**
 * The lane between both ends of a ladder: an arrow on it, or a remark.
 *
 * @module
 */
import { cut, pad, width } from "../text/layout.ts";
import type { Passage } from "../tcp/passage.ts";
import type { Side } from "../tcp/side.ts";

/** The style of a lane. */
export interface LaneStyle {
  /** Whether it is drawn with nothing but ASCII. */
  readonly ascii: boolean;
  /** The colours. */
  readonly colors: { readonly dim: (text: string) => string };
}

/** The signs of a lane: line, line of what is under way, heads to the right and left, end of what was lost. */
const SIGNS = {
  unicode: { dash: "─", under: "╌", heads: ["▶", "◀"], lost: "✗", bar: "│", from: ["├", "┤"] },
  ascii: { dash: "-", under: ".", heads: [">", "<"], lost: "x", bar: "|", from: ["|", "|"] },
} as const;

/** The part of the lane behind the end of what was lost. */
const LOST = 0.25;

/** The lines of each sign, by their lengths. */
const LINES = new Map<string, string[]>();

/** Returns a sign `length` times. `repeat` makes a rope each time, which takes longer to write. */
function line(sign: string, length: number): string {
  let lines = LINES.get(sign);
  if (lines === undefined) LINES.set(sign, lines = []);
  return lines[length] ??= Array(length).fill(sign).join("");
}

/** A lane of a fixed number of columns. */
export class Lane {
  /** The columns between both bars. */
  readonly columns: number;
  readonly #style: LaneStyle;

  /** Makes a lane. */
  constructor(columns: number, style: LaneStyle) {
    this.columns = columns;
    this.#style = style;
  }

  /**
   * Returns the lane with an arrow from one side to the other, `label` on it. Of a segment that arrives
   * later, the second half is dashed and without a head; when it arrives, the first half is; one that was
   * lost ends in the middle.
   */
  arrow(label: string, from: Side, passage: Passage | null): string {
    const { dash, under, heads, lost, bar, from: tees } = this.#signs;
    const text = ` ${label} `;
    const room = Math.max(0, this.columns - 1 - width(text));
    const isLost = passage?.leg === "sent" && passage.flight.arrived === null;
    const isComing = passage?.leg === "arrived";
    const gap = isLost ? Math.min(room, Math.floor(this.columns * LOST)) : 0;
    const drawn = room - gap;
    const before = from === 0 ? Math.ceil(drawn / 2) : Math.floor(drawn / 2);
    const [near, far] = from === 0 ? [before, drawn - before] : [drawn - before, before];
    const isForeign = isComing && passage.flight.sent === null;
    const tail = line(isForeign ? " " : isComing ? under : dash, near);
    const isUnderWay = passage?.leg === "sent" && !isLost;
    const reach = line(isUnderWay ? under : dash, isUnderWay ? far + 1 : far);
    const tip = isLost ? lost : isUnderWay ? "" : heads[from];
    const start = isComing ? bar : tees[from];
    return from === 0
      ? `${start}${tail}${text}${reach}${tip}${line(" ", gap)}${bar}`
      : `${bar}${line(" ", gap)}${tip}${reach}${text}${tail}${start}`;
  }

  /** Returns the lane without an arrow, `text` in its middle. */
  remark(text: string): string {
    const { bar } = this.#signs;
    const shown = cut(text, this.columns);
    const space = " ".repeat(Math.floor((this.columns - width(shown)) / 2));
    return `${bar}${this.#style.colors.dim(pad(space + shown, this.columns))}${bar}`;
  }

  get #signs(): typeof SIGNS.unicode | typeof SIGNS.ascii {
    return SIGNS[this.#style.ascii ? "ascii" : "unicode"];
  }
}
