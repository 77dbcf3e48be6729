/**
 * A connection drawn as a ladder: one rung a segment, the states of both ends at the sides.
 *
 * @module
 */
import { cut, pad, width } from "../text/layout.ts";
import { formatBytes } from "../text/units.ts";
import { labelOf, noteOf, remarkOf, SIDES } from "./ladder_text.ts";
import { formatSummary } from "./ladder_summary.ts";
import { FLAG } from "./segment.ts";
import type { Both, Connection, Step } from "./tcp.ts";
import type { Mark } from "./tcp_marks.ts";
import type { State } from "./tcp_state.ts";
import { formatWalk } from "./tcp_walk.ts";

/** Colours, each a function from text to text that looks like it. */
export type Colors = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "yellow", (text: string) => string>
>;

/** What a ladder looks like. */
export interface LadderStyle {
  /** The width of the terminal. */
  readonly columns: number;
  /** Whether it is drawn with nothing but ASCII. */
  readonly ascii: boolean;
  /** Its colours. */
  readonly colors: Colors;
  /** Whether each segment has a rung, or only the first ones of many that are alike. */
  readonly all: boolean;
}

/** How many segments of data in a row have rungs of their own before the rest is told in one. */
const RUNGS = 6;

/** The fewest segments that are told in one. */
const FEWEST = 4;

/** Columns in front of the lane: time and state of the client. */
const LEFT = 25;

/** Columns behind the lane for the state of the server: the longest is SYN-RECEIVED. */
const RIGHT = 13;

/** The widest and the narrowest lane between the ends. */
const LANE = { most: 40, least: 20 } as const;

/** From how many columns on there is room for notes. */
const WIDE = 110;

/** Segments that are told together. */
interface Bundle {
  readonly steps: Step[];
  readonly counts: [number, number];
  readonly bytes: [number, number];
  readonly marks: Map<Mark, number>;
}

/** Draws the ladders of connections as their segments come. */
export class Ladder {
  readonly #style: LadderStyle;
  readonly #lane: number;
  #current: Connection | null = null;
  readonly #seen = new WeakSet<Connection>();
  #row = 0;
  #bundle: Bundle | null = null;

  /** Makes one. */
  constructor(style: LadderStyle) {
    this.#style = style;
    const room = style.columns - LEFT - RIGHT - 2;
    this.#lane = Math.max(LANE.least, Math.min(LANE.most, room));
  }

  /** Whether something would be told by `rest`. */
  get isHolding(): boolean {
    return this.#bundle !== null;
  }

  /** Returns the lines for `step`; segments of data may be held back, to be told in one. */
  step(step: Step): string[] {
    const lines: string[] = [];
    if (this.#current !== step.connection) lines.push(...this.rest(), ...this.#head(step));
    if (!isPlain(step) || this.#style.all) {
      lines.push(...this.rest(), ...this.#rung(step));
      this.#row = 0;
    } else if (this.#row < RUNGS) {
      this.#row++;
      lines.push(...this.#rung(step));
    } else {
      this.#bundle ??= { steps: [], counts: [0, 0], bytes: [0, 0], marks: new Map() };
      add(this.#bundle, step);
    }
    return lines;
  }

  /** Returns the lines for what was held back. */
  rest(): string[] {
    const bundle = this.#bundle;
    this.#bundle = null;
    if (bundle === null) return [];
    return bundle.counts[0] + bundle.counts[1] < FEWEST
      ? bundle.steps.flatMap((step) => this.#rung(step))
      : this.#bundled(bundle);
  }

  /** Returns the lines that tell how a connection ended. */
  end(connection: Connection, isEnd = true): string[] {
    const { columns, ascii } = this.#style;
    const lines = this.rest();
    if (this.#current !== connection) lines.push(...this.#title(connection));
    const presumed = connection.presume();
    const isSilent = connection.ends[1].state === "?";
    const why = isSilent ? "if no answer comes" : "if the last segments arrived";
    presumed[0].length > 0 || presumed[1].length > 0 && lines.push();
    const rows = Math.max(presumed[0].length, presumed[1].length);
    for (let i = 0; i < rows; i++) {
      const states = presumed.map((states) => states[i] === undefined ? "" : `(${states[i]})`);
      lines.push(this.#line("", [states[0]!, states[1]!], this.#remark(i === 0 ? why : "")));
    }
    lines.push(...formatSummary(connection, isEnd, this.#style));
    for (const side of [0, 1] as const) {
      if (side === 1 && connection.isSelf) break;
      const { path } = connection.ends[side];
      const who = connection.isSelf ? "socket" : SIDES[side];
      if (path.length + presumed[side].length > 1) {
        lines.push(...formatWalk(who, path.length > 0 ? path : ["?"], presumed[side], this.#style));
      }
    }
    this.#current = null;
    return lines.map((line) => cut(line, columns)).map((line) => ascii ? toAscii(line) : line);
  }

  /** Returns what stands over the rungs of a connection: all of it the first time only. */
  #head({ connection, before }: Step): string[] {
    const lines = this.#title(connection);
    if (!this.#seen.has(connection)) {
      this.#seen.add(connection);
      const heading = "client".padEnd(LEFT - 12 + this.#lane + 3);
      lines.push(this.#finish(this.#style.colors.dim(`   seconds  ${heading}server`)));
      const known = before.map((state) => state === "?" && connection.isWhole ? "" : state);
      lines.push(this.#line("", [known[0]!, known[1]!], this.#remark("")));
    }
    this.#current = connection;
    this.#row = 0;
    return lines;
  }

  #title({ number, ends, isSelf }: Connection): string[] {
    const { ascii, columns, colors } = this.#style;
    const [client, server] = [ends[0].address, ends[1].address];
    const arrow = ascii ? "->" : "→";
    const text = isSelf
      ? `#${number}  ${client}, one socket connected to itself`
      : `#${number}  ${client} ${arrow} ${server}`;
    const lines = width(text) <= columns ? [text] : [`#${number}  ${client}`, `    ${arrow} ${server}`];
    const gap = this.#seenAny ? [""] : [];
    this.#seenAny = true;
    return [...gap, ...lines.map((line) => colors.bold(cut(line, columns)))];
  }
  #seenAny = false;

  #rung(step: Step): string[] {
    const { columns, colors } = this.#style;
    const { connection, segment, moves, from } = step;
    const isWide = columns >= WIDE;
    const label = labelOf(step, this.#lane - 6, !isWide);
    const start = connection.story.start ?? segment.time;
    const arrow = colorOf(segment.flags, colors)(this.#arrow(label, from));
    const [first, ...others] = rowsOf(moves);
    const remark = remarkOf(step);
    const note = isWide ? remark || noteOf(step) : "";
    const lines = [this.#line(formatSeconds(segment.time - start), first!, arrow, note)];
    for (const states of others) lines.push(this.#line("", states, this.#remark("")));
    if (!isWide && remark !== "") lines.push(this.#line("", ["", ""], this.#remark(remark)));
    return lines;
  }

  #bundled({ counts, bytes, marks }: Bundle): string[] {
    const { ascii } = this.#style;
    const [right, left] = ascii ? [">", "<"] : ["→", "←"];
    const amount = (side: 0 | 1) => bytes[side] > 0 ? ` ${formatBytes(bytes[side])}` : "";
    const text = `${counts[0]}${right}${amount(0)}   ${counts[1]}${left}${amount(1)}`;
    const lines = [this.#line("         " + (ascii ? ":" : "⋮"), ["", ""], this.#remark(text))];
    for (const [mark, count] of marks) {
      lines.push(this.#line("", ["", ""], this.#remark(`${count} ${mark}`)));
    }
    return lines;
  }

  /** Returns the lane with an arrow from one side to the other, `label` on it. */
  #arrow(label: string, from: 0 | 1): string {
    const { ascii } = this.#style;
    const [dash, head] = ascii ? ["-", from === 0 ? ">" : "<"] : ["─", from === 0 ? "▶" : "◀"];
    const text = ` ${label} `;
    const room = Math.max(0, this.#lane - 1 - width(text));
    const before = dash.repeat(Math.floor((room + (from === 0 ? 0 : 1)) / 2) - (from === 0 ? 0 : 0));
    const behind = dash.repeat(room - before.length);
    const line = from === 0
      ? `${before}${text}${behind}${head}`
      : `${head}${before}${text}${behind}`;
    const [bar, tee, eet] = ascii ? ["|", "|", "|"] : ["│", "├", "┤"];
    return from === 0 ? `${tee}${line}${bar}` : `${bar}${line}${eet}`;
  }

  /** Returns the lane without an arrow, `text` in its middle. */
  #remark(text: string): string {
    const bar = this.#style.ascii ? "|" : "│";
    const shown = cut(text, this.#lane);
    const space = " ".repeat(Math.floor((this.#lane - width(shown)) / 2));
    return `${bar}${this.#style.colors.dim(pad(space + shown, this.#lane))}${bar}`;
  }

  #line(time: string, [left, right]: Both<string>, lane: string, note = ""): string {
    const front = `${time.padStart(10)}  ${left.padEnd(LEFT - 12)}`;
    const room = this.#style.columns - LEFT - this.#lane - 2 - RIGHT - 2;
    const back = note === ""
      ? ` ${right}`.trimEnd()
      : ` ${right.padEnd(RIGHT + 1)}${this.#style.colors.dim(cut(note, room))}`;
    return this.#finish(front + lane + back);
  }

  #finish(line: string): string {
    return this.#style.ascii ? toAscii(line) : line;
  }
}

/** Whether `step` is nothing but payload and its acknowledgment. */
function isPlain({ segment: { flags }, moves, incident }: Step): boolean {
  return (flags & (FLAG.syn | FLAG.fin | FLAG.rst)) === 0 && moves[0].length === 0 &&
    moves[1].length === 0 && incident === null;
}

function add({ steps, counts, bytes, marks }: Bundle, step: Step): void {
  if (steps.length < FEWEST) steps.push(step);
  counts[step.from]++;
  bytes[step.from] += step.segment.length;
  for (const mark of step.marks) marks.set(mark, (marks.get(mark) ?? 0) + 1);
}

/** Returns the states for one line after another: an end can move more than once. */
function rowsOf(moves: Both<readonly State[]>): Both<string>[] {
  const count = Math.max(1, moves[0].length, moves[1].length);
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
  return seconds.toFixed(Math.max(0, Math.min(6, 8 - whole)));
}

/** Returns `text` with everything that is not ASCII replaced. */
function toAscii(text: string): string {
  return text.replaceAll("…", "~").replace(/[^\x00-\x7f]/g, "?");
}
