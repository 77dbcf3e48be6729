/**
 * A form in which connections are shown.
 *
 * @module
 */
import type { Step, TcpConnection } from "../tcp/connection.ts";

/** A form: steps and ends of connections in, lines out. */
export interface Form {
  /** Whether lines are held back. */
  readonly isHolding: boolean;
  /** Returns the lines for `step`. */
  step(step: Step): string[];
  /** Returns the lines that are held back; all of them, or where waiting longer would change nothing. */
  rest(all: boolean): string[];
  /** Returns the last lines of a connection; `isEnd` if the capture ended. */
  end(connection: TcpConnection, isEnd: boolean): string[];
}
