/**
 * A terminal in raw mode, as a command sees it.
 *
 * @module
 */

/** The size of a terminal. */
export interface TerminalSize {
  /** Its columns. */
  readonly columns: number;
  /** Its rows. */
  readonly rows: number;
}

/** Functions that are called when something has happened to a terminal in raw mode. */
export interface TerminalEvents {
  /** It has another size. */
  readonly resized: () => void;
  /** The program was stopped, and goes on; other programs may have written meanwhile. */
  readonly continued: () => void;
}

/** A terminal in raw mode: each key is read when it is pressed, and none is echoed or sends a signal. */
export interface RawTerminal {
  /** Returns its size. */
  size(): TerminalSize;
  /** Stops the program as Ctrl-Z does, the terminal given back meanwhile; resolves when it goes on. */
  suspend(): Promise<void>;
  /** Gives the terminal back. */
  close(): void;
}
