/**
 * The list of connections (`trace --list`): a row for each at its end.
 *
 * @module
 */
import { fold, pad, padLeft, width } from "../text/layout.ts";
import { t } from "../text/messages.ts";
import { formatBytes, formatDuration } from "../text/units.ts";
import type { LadderStyle } from "../ladder/ladder.ts";
import { sideName, statesOf } from "../ladder/text.ts";
import { formatVerdict } from "../ladder/verdict.ts";
import type { TcpConnection } from "../tcp/connection.ts";

/** Columns of each cell at least: number, client, server, bytes of both, duration, end, states. */
const LEAST = [4, 15, 14, 9, 9, 9, 20, 26] as const;

/** The cells that stand on the first of two lines where one line is not enough. */
const FIRST = 3;

/** The form of a list. */
export class ConnectionList {
  /** Whether lines are held back: none. */
  readonly isHolding = false;
  readonly #style: LadderStyle;
  readonly #widths: number[] = [...LEAST];
  #isFirst = true;

  /** Makes a list without rows. */
  constructor(style: LadderStyle) {
    this.#style = style;
  }

  /** Returns nothing: a row is due at the end. */
  step(): string[] {
    return [];
  }

  /** Returns nothing. */
  rest(): string[] {
    return [];
  }

  /** Returns the row of a connection, the first time under the headings. */
  end(connection: TcpConnection, isEnd: boolean): string[] {
    const { number, ends, bytes, summary } = connection;
    const [right, left] = this.#style.ascii ? ["->", "<-"] : ["→", "←"];
    const row = this.#row([
      `#${number}`,
      ends[0].address,
      ends[1].address,
      formatBytes(bytes[0]),
      formatBytes(bytes[1]),
      formatDuration(summary.milliseconds),
      formatVerdict(connection, isEnd, true),
      statesOf(connection).join(", "),
    ]);
    if (!this.#isFirst) return row;
    this.#isFirst = false;
    const heading = ["", sideName(0), sideName(1), right, left, t`time`, t`end`, t`states`];
    return [...this.#row(heading).map(this.#style.colors.bold), ...row];
  }

  #row(cells: readonly string[]): string[] {
    cells.forEach((cell, i) => this.#widths[i] = Math.max(this.#widths[i]!, width(cell)));
    const padded = cells.map((cell, i) => {
      const isNumber = i >= FIRST && i < FIRST + 3;
      return isNumber ? padLeft(cell, this.#widths[i]!) : pad(cell, this.#widths[i]!);
    });
    const { columns } = this.#style;
    const line = padded.join("  ").trimEnd();
    const whole = this.#widths.reduce((sum, each) => sum + each + 2, -2);
    if (whole <= columns) return [line];
    const indent = LEAST[0] + 2;
    return [
      padded.slice(0, FIRST).join("  ").trimEnd(),
      " ".repeat(indent) + padded.slice(FIRST).join("  ").trimEnd(),
    ].flatMap((line) => fold(line, columns, indent));
  }
}
