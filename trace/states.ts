/**
 * The state diagram as a connection walks through it (`trace --states`).
 *
 * Live on a terminal one diagram is redrawn with each segment, and once a second while an end is in
 * TIME-WAIT; elsewhere each move is a line, and the diagram stands at the end of the connection.
 *
 * @module
 */
import { fold, width } from "../text/layout.ts";
import { formatSeconds, type LadderStyle } from "../ladder/ladder.ts";
import { formatDiagram, formatWait, MARKS, SIZE, walkOf } from "../ladder/state_diagram.ts";
import { formatSummary } from "../ladder/summary.ts";
import { labelOf, sideName, titleOf } from "../ladder/text.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { Form } from "./form.ts";

/** Columns of a state in a line: the longest is SYN-RECEIVED. */
const STATE = 12;

/** The form of a diagram. */
export class StatesForm implements Form {
  readonly #style: LadderStyle;
  readonly #isLive: boolean;
  readonly #now: () => number;
  /** The connection in the diagram that is redrawn, its last lines, and the number of lines drawn. */
  #current: TcpConnection | null = null;
  #below: readonly string[] = [];
  #drawn = 0;
  /** When the connection came into TIME-WAIT, in milliseconds since 1970; `null` if it is not in it. */
  #waitsSince: number | null = null;
  #secondsLeft = "";
  #isFirst = true;

  /** Makes a form; if `isLive`, one diagram is redrawn, and `now` tells the time in milliseconds since 1970. */
  constructor(style: LadderStyle, isLive: boolean, now: () => number) {
    this.#style = style;
    this.#isLive = isLive && style.columns >= SIZE.columns;
    this.#now = now;
  }

  /** Whether the time in TIME-WAIT runs down. */
  get isHolding(): boolean {
    return this.#waitsSince !== null;
  }

  /** Returns the diagram anew, or a line for each move. */
  step(step: Step): string[] {
    const { connection, segment, moves } = step;
    const start = connection.summary.start ?? segment.time;
    const time = formatSeconds(segment.time - start).padStart(10);
    const arrow = this.#style.ascii ? ["->", "<-"] : ["→", "←"];
    const label = labelOf(step, Math.min(60, this.#style.columns - 16), true);
    if (!this.#isLive) return this.#moveLines(step, time, label);
    if (this.#current !== connection) this.#begin(connection);
    const waits = moves.flat().includes("TIME-WAIT");
    if (waits) this.#waitsSince = Number(segment.time / 1_000_000n);
    else if (!connection.ends.some(({ state }) => state === "TIME-WAIT")) this.#waitsSince = null;
    this.#below = [`${time} ${arrow[step.from]} ${label}`];
    return this.#draw();
  }

  /** Returns the diagram with the time that is left of TIME-WAIT, once a second. */
  rest(): string[] {
    return this.#waitsSince !== null && this.#timeLeft() !== this.#secondsLeft ? this.#draw() : [];
  }

  /** Returns the last diagram of a connection, and its summary. */
  end(connection: TcpConnection, isEnd: boolean): string[] {
    const summary = formatSummary(connection, isEnd, this.#style);
    if (this.#isLive) {
      if (this.#current !== connection) this.#begin(connection);
      this.#below = [...this.#below, ...summary];
      return this.#draw();
    }
    return [...this.#title(connection), ...this.#diagram(connection), ...summary];
  }

  #begin(connection: TcpConnection): void {
    this.#current = connection;
    this.#below = [];
    this.#drawn = 0;
    this.#waitsSince = null;
  }

  /** Returns the whole picture, behind the commands that go back to where it was drawn before. */
  #draw(): string[] {
    const connection = this.#current!;
    const title = this.#drawn === 0 ? this.#title(connection) : [];
    const lines = [...this.#diagram(connection), ...this.#below]
      .flatMap((line) => fold(line, this.#style.columns, 4));
    // ESC [ n F: n lines up, to the first column; ESC [ J: erase to the end (ECMA-48).
    if (this.#drawn > 0) lines[0] = `\x1b[${this.#drawn}F\x1b[J${lines[0]}`;
    this.#drawn = lines.length;
    return [...title, ...lines];
  }

  #title(connection: TcpConnection): string[] {
    const gap = this.#isFirst ? [] : [""];
    this.#isFirst = false;
    return [...gap, ...titleOf(connection, this.#style).map(this.#style.colors.bold)];
  }

  #diagram(connection: TcpConnection): string[] {
    const { ascii, columns } = this.#style;
    const marks = MARKS[ascii ? "ascii" : "unicode"];
    this.#secondsLeft = this.#timeLeft();
    const presumed = connection.presume();
    const legend = connection.ends.map(({ state }, side) => {
      const last = presumed[side as 0 | 1].at(-1);
      return `${marks[side]} ${sideName(side)} ${state}${last === undefined ? "" : ` (${last})`}`;
    });
    return [
      ...fold(legend.slice(0, connection.isSelf ? 1 : 2).join("   "), columns, 4),
      ...formatDiagram(walkOf(connection, ascii), ascii, this.#secondsLeft),
    ];
  }

  /** Returns the time left of TIME-WAIT; an empty text without one. */
  #timeLeft(): string {
    return this.#waitsSince === null ? "" : formatWait(this.#now() - this.#waitsSince);
  }

  #moveLines({ connection, before, moves }: Step, time: string, label: string): string[] {
    const { ascii, columns } = this.#style;
    const arrow = ascii ? "->" : "→";
    const name = `#${connection.number}`;
    return moves.flatMap((states, side) =>
      states.flatMap((state, i) => {
        const from = i === 0 ? before[side]! : states[i - 1]!;
        const move = `${from.padStart(STATE)} ${arrow} ${state.padEnd(STATE)}`;
        const line = `${name}${time.slice(Math.max(0, width(name) - 3))}  ${
          sideName(side)
        }  ${move}`;
        return fold(`${line}  ${label}`.trimEnd(), columns, 4);
      })
    );
  }
}
