/**
 * A connection drawn as a ladder: one rung a segment, the states of both ends at the sides.
 *
 * The folder `ladder/`: `ladder.ts` the ladder as lines of text; `svg.ts` as a picture, of it
 * `svg_layout.ts` the rungs, `svg_diagram.ts` the state diagram, `svg_parts.ts` arrows and texts; `fold.ts`
 * the rungs; `text.ts` the words on a rung, `payload.ts` of its payload; `revision.ts` the sentences about
 * resets; `summary.ts` the sentence at the end, `verdict.ts` and `kind.ts` how a connection ended,
 * `statistics.ts` its numbers; `state_diagram.ts` the state diagram; `state_path.ts` the path of an end
 * through the state diagram.
 *
 * @module
 */
import { fold, pad, width, wrap } from "../text/layout.ts";
import { formatBytes } from "../text/units.ts";
import { type Bundle, Fold, type Rung } from "./fold.ts";
import { countMarks, labelOf, meaningOf, noteOf, remarkOf, sideName, titleOf } from "./text.ts";
import { formatRevision } from "./revision.ts";
import { formatSummary } from "./summary.ts";
import { FLAG } from "../tcp/segment.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { State } from "../tcp/state.ts";
import { Lane } from "./lane.ts";
import { formatPath } from "./state_path.ts";
import { presumeOther } from "../tcp/presume.ts";
import { type Both, otherSide } from "../tcp/side.ts";
import { t } from "../text/messages.ts";

/** Colours, each a function from text to text that looks like it. */
export type Colors = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "yellow", (text: string) => string>
>;

/** The style of a ladder. */
export interface LadderStyle {
  /** The width of the terminal in columns; without one `Infinity`, and nothing is cut. */
  readonly columns: number;
  /** Whether it is drawn with nothing but ASCII. */
  readonly ascii: boolean;
  /** The colours. */
  readonly colors: Colors;
  /** Whether each segment has a rung, or many segments of data have one together. */
  readonly all: boolean;
  /** Where the meaning of a segment stands below it if there is no room beside it: while segments are few. */
  readonly explain: "always" | "few" | "never";
  /** Returns the processes at the ends of a connection in words, `null` if none is known. */
  readonly namesOf?: (connection: TcpConnection) => string | null;
}

/** Segments of a connection that are few enough to explain each. */
const FEW = 24;

/** Columns in front of the lane: time and state of the client. */
const LEFT = 25;

/** Columns of the time, with the blanks behind it. */
const TIME = 12;

/** Columns behind the lane for the state of the server: the longest is SYN-RECEIVED. */
const RIGHT = 13;

/** The widest and the narrowest lane between the ends, and the one on which every word has room. */
const LANE = { most: 40, least: 20, full: 56 } as const;

/** Columns of a note: the longest about the handshake. */
const NOTE = 38;

/** The least columns with room for notes. */
const WIDE = 110;

/** The ladders of connections, drawn as their segments come. */
export class Ladder {
  readonly #style: LadderStyle;
  readonly #lane: Lane;
  readonly #seen = new WeakSet<TcpConnection>();
  #current: TcpConnection | null = null;
  readonly #folds = new Map<TcpConnection, Fold>();
  readonly #holding = new Set<TcpConnection>();
  #isFirst = true;

  /** Makes the ladders of a capture. */
  constructor(style: LadderStyle) {
    const isNarrow = style.columns < LEFT + LANE.least + RIGHT + 2;
    this.#style = isNarrow ? { ...style, colors: NO_COLORS } : style; // lines are cut
    const notes = style.columns < WIDE ? 0 : NOTE + 2;
    const room = style.columns - LEFT - RIGHT - 2 - notes;
    const most = style.columns === Infinity ? LANE.full : LANE.most;
    this.#lane = new Lane(Math.max(LANE.least, Math.min(most, room)), this.#style);
  }

  /** Whether segments are held back, for a bundle or, if they are few, for rungs of their own. */
  get isHolding(): boolean {
    return this.#holding.size > 0;
  }

  /** Returns the lines for `step`; segments of data may be held back. */
  step(step: Step): string[] {
    const { connection } = step;
    if (!this.#seen.has(connection)) this.#folds.set(connection, new Fold(this.#style.all));
    const fold = this.#folds.get(connection) ?? new Fold(true); // it comes behind the end
    const rungs = fold.add(step);
    if (fold.isHolding) this.#holding.add(connection);
    else this.#holding.delete(connection);
    if (rungs.length === 0) return [];
    const isNew = this.#current !== connection;
    return [...(isNew ? this.#head(step) : []), ...rungs.flatMap((rung) => this.#rung(rung))];
  }

  /** Returns the lines of the segments that are held back; if not `all`, only where they are few. */
  rest(all: boolean): string[] {
    return [...this.#holding].flatMap((connection) =>
      all || this.#folds.get(connection)!.isShort ? this.#restOf(connection) : []
    );
  }

  /** Returns the last lines of a connection; `isEnd` if the capture ended. */
  end(connection: TcpConnection, isEnd = true): string[] {
    const lines = this.#restOf(connection);
    if (this.#current !== connection) lines.push(...this.#title(connection));
    const presumed = connection.presume();
    const isSilent = connection.ends[1].state === "?";
    const why = isSilent ? t`if no answer comes` : t`if the last segments arrived`;
    const rows = Math.max(presumed[0].length, presumed[1].length);
    for (let i = 0; i < rows; i++) {
      const states = presumed.map((states) => states[i] === undefined ? "" : `(${states[i]})`);
      lines.push(...this.#between([states[0]!, states[1]!], i === 0 ? why : ""));
    }
    const words = formatSummary(connection, isEnd, this.#style);
    for (const side of [0, 1] as const) {
      if (side === 1 && connection.isSelf) break;
      const end = connection.ends[side];
      const path: readonly State[] = end.path.length > 0 ? end.path : ["?"];
      const name = connection.isSelf ? "socket" : sideName(side);
      if (path.length + presumed[side].length > 1) {
        words.push(...formatPath(name, path, presumed[side], end, this.#style));
        const other = presumeOther(end, connection.ends[otherSide(side)]);
        if (other) words.push(...formatPath(t`or`, path.slice(-1), other, end, this.#style));
      }
    }
    this.#current = null;
    this.#folds.delete(connection);
    const { columns } = this.#style;
    return lines.concat(
      words.flatMap((line) => fold(line, columns, 8)).map((line) => this.#finish(line)),
    );
  }

  #restOf(connection: TcpConnection): string[] {
    this.#holding.delete(connection);
    const rungs = this.#folds.get(connection)?.rest() ?? [];
    if (rungs.length === 0) return [];
    const title = this.#current === connection ? [] : this.#title(connection);
    this.#current = connection;
    return [...title, ...rungs.flatMap((rung) => this.#rung(rung))];
  }

  /** Returns what stands over the rungs of a connection: all of it the first time only. */
  #head({ connection, before }: Step): string[] {
    const lines = this.#title(connection);
    if (!this.#seen.has(connection)) {
      this.#seen.add(connection);
      const time = " ".repeat(Math.max(0, TIME - 2 - width(t`seconds`))) + t`seconds`;
      const heading = pad(`${time}  ${sideName(0)}`, LEFT + this.#lane.columns + 3);
      lines.push(this.#finish(this.#style.colors.dim(`${heading}${sideName(1)}`)));
      const known = before.map((state) => state === "?" && connection.isWhole ? "" : state);
      lines.push(this.#line("", [known[0]!, known[1]!], this.#lane.remark("")));
    }
    this.#current = connection;
    return lines;
  }

  #title(connection: TcpConnection): string[] {
    const gap = this.#isFirst ? [] : [""];
    this.#isFirst = false;
    return [...gap, ...titleOf(connection, this.#style).map(this.#style.colors.bold)];
  }

  #rung(rung: Rung): string[] {
    return rung.kind === "step" ? this.#step(rung.step) : this.#bundle(rung.bundle);
  }

  #step(step: Step): string[] {
    const { columns, colors, explain } = this.#style;
    const { connection, segment, moves, from } = step;
    const isWide = columns >= WIDE;
    const label = labelOf(step, this.#lane.columns - 6, !isWide);
    const start = connection.summary.start ?? segment.time;
    const arrow = colorOf(segment.flags, colors)(this.#lane.arrow(label, from, step.passage));
    const [first, ...others] = rowsOf(moves);
    const remark = remarkOf(step);
    const isAgain = step.passage?.leg === "arrived" && step.passage.flight.sent !== null;
    const note = isWide ? remark || (isAgain ? "" : noteOf(step)) : "";
    const [beside, below] = width(note) <= this.#noteRoom ? [note, ""] : ["", note];
    const lines = [this.#line(formatSeconds(segment.time - start), first!, arrow, beside)];
    for (const states of others) lines.push(this.#line("", states, this.#lane.remark("")));
    if (below !== "") lines.push(...this.#below(below));
    const explains = explain === "always" ||
      (explain === "few" && connection.summary.segments <= FEW);
    const meaning = explains && !isAgain ? meaningOf(step) : "";
    if (!isWide && remark !== "") lines.push(...this.#below(remark));
    if (!note.includes(meaning)) lines.push(...this.#below(meaning));
    if (step.revision) {
      lines.push(...this.#wrapped(formatRevision(step.revision, connection), colors.yellow));
    }
    return lines;
  }

  /** Returns the lines with a sentence below a rung: between the ends if it fits. */
  #below(text: string): string[] {
    if (width(text) <= this.#lane.columns) {
      return [this.#line("", ["", ""], this.#lane.remark(text))];
    }
    return this.#wrapped(text, this.#style.colors.dim);
  }

  /** Returns the lines with states at both ends and a sentence between them, or below where it has no room. */
  #between(states: Both<string>, text: string, time = ""): string[] {
    const fits = width(text) <= this.#lane.columns;
    const line = this.#line(time, states, this.#lane.remark(fits ? text : ""));
    return fits ? [line] : [line, ...this.#below(text)];
  }

  /** Columns for a note behind the state of the server. */
  get #noteRoom(): number {
    return this.#style.columns - LEFT - this.#lane.columns - 2 - RIGHT - 2;
  }

  /** Returns the lines with a sentence of any length, in a colour, behind the column of times. */
  #wrapped(text: string, color: (text: string) => string): string[] {
    const margin = " ".repeat(TIME);
    return wrap(text, this.#style.columns - margin.length)
      .map((line) => this.#finish(margin + color(line)));
  }

  #bundle({ counts, bytes, marks }: Bundle): string[] {
    const { ascii } = this.#style;
    const [right, left] = ascii ? [">", "<"] : ["→", "←"];
    const amount = (side: 0 | 1) => bytes[side] > 0 ? ` ${formatBytes(bytes[side])}` : "";
    const text = `${counts[0]}${right}${amount(0)}   ${counts[1]}${left}${amount(1)}`;
    const lines = this.#between(["", ""], text, "         " + (ascii ? ":" : "⋮"));
    for (const count of countMarks(marks)) lines.push(...this.#below(count));
    return lines;
  }

  #line(time: string, states: Both<string>, lane: string, note = ""): string {
    const [left, right] = states;
    const start = `${time.padStart(10)}  `;
    const front = start + left.padEnd(LEFT - TIME);
    const state = right.length < RIGHT ? ` ${right}` : right; // (ESTABLISHED)
    const back = note === ""
      ? state.trimEnd()
      : `${state.padEnd(RIGHT + 2)}${this.#style.colors.dim(note)}`;
    const isNarrow = this.#style.colors === NO_COLORS;
    const fits = (text: string) => !isNarrow || width(text) <= this.#style.columns;
    if (fits(front + lane + back)) return this.#finish(front + lane + back);
    // States that have no room beside the lane stand below it.
    const [beside, below] = fits(front + lane) ? [front, [1]] : [start, [0, 1]];
    const rest = below.filter((side) => states[side] !== "")
      .map((side) => this.#finish(`${" ".repeat(TIME)}${t`${sideName(side)}: ${states[side]}`}`));
    return [this.#finish(beside + lane), ...rest].join("\n");
  }

  #finish(line: string): string {
    const { ascii, columns, colors } = this.#style;
    const fitting = colors === NO_COLORS ? fold(line, columns, TIME).join("\n") : line;
    return ascii ? toAscii(fitting) : fitting;
  }
}

function plain(text: string): string {
  return text;
}

const NO_COLORS: Colors = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };

/** Returns the states for one line after another: an end can move more than once. */
function rowsOf(moves: Both<readonly State[]>): Both<string>[] {
  const count = Math.max(1, moves[0].length, moves[1].length);
  if (count === 1) return [[moves[0][0] ?? "", moves[1][0] ?? ""]];
  return Array.from({ length: count }, (_, i) => [moves[0][i] ?? "", moves[1][i] ?? ""] as const);
}

function colorOf(flags: number, colors: Colors): (text: string) => string {
  if (flags & FLAG.rst) return colors.red;
  if (flags & FLAG.syn) return colors.green;
  return flags & FLAG.fin ? colors.yellow : (text) => text;
}

/** Returns a time since the start in seconds, in at most ten columns. */
export function formatSeconds(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds) / 1e9;
  const whole = Math.trunc(Math.abs(seconds)).toString().length;
  const text = seconds.toFixed(Math.max(0, Math.min(6, 8 - whole)));
  return text.length <= 10 ? text : seconds.toExponential(2); // in a damaged capture
}

/** Returns `text` with everything that is not ASCII replaced. */
function toAscii(text: string): string {
  return text.replaceAll("…", "~").replace(/\P{ASCII}/gu, "?");
}
