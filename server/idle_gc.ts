/**
 * Memory that is given back when a crowd of clients has gone.
 *
 * V8 collects garbage when something new is allocated. A server that nobody talks to allocates
 * nothing: it would keep the 80 MB that ten thousand connections have left until the next crowd.
 *
 * @module
 */

/** So many connections at once are a crowd: a collection takes about 50 ms and loads 8 MB of code. */
const CROWD = 1000;

/** The part of a crowd that may be left when it counts as gone. */
const LEFT = 1 / 8;

/** Milliseconds that it must have been gone for: a new crowd would only be held up. */
const CALM = 500;

/** Looks at how many connections are open, and collects garbage after a crowd. */
export class IdleGc {
  readonly #collect: () => void;
  /** The most that were open at once since the last collection. */
  #most = 0;
  #open = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Calls `collect` after a crowd; if it is not given, V8's garbage collection. */
  constructor(collect: () => void = () => void collectGarbage()) {
    this.#collect = collect;
  }

  /** Told how many connections are open now. */
  count(open: number): void {
    this.#open = open;
    if (open > this.#most) this.#most = open;
    if (this.#timer === null && this.#hasGone()) this.#timer = setTimeout(this.#check, CALM);
  }

  /** Ends waiting. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #hasGone(): boolean {
    return this.#most >= CROWD && this.#open <= this.#most * LEFT;
  }

  #check = (): void => {
    this.#timer = null;
    if (!this.#hasGone()) return;
    this.#most = this.#open;
    this.#collect();
  };
}

/**
 * Has V8 collect all garbage. A global `gc` is what it offers for that, in contexts made after the
 * flag was set. Never rejects; where it does not work, nothing happens.
 */
async function collectGarbage(): Promise<void> {
  try {
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    runInNewContext("globalThis.gc?.()");
  } catch {
    // Then the garbage waits for the next allocation.
  }
}
