/**
 * The time since the last of items that come by themselves: what was held back for the next one is told
 * when none comes.
 *
 * @module
 */

/** Milliseconds between two looks: a person does not see less. */
const TICK = 20;

/** Milliseconds of silence after which the next item will change nothing that came before it. */
const LONG = 1000;

/** The options of a silence. */
export interface SilenceOptions {
  /** Whether something is held back for the next item. */
  readonly isHolding: () => boolean;
  /** Tells what is held back; `isLong` if nothing has come for a second. */
  readonly release: (isLong: boolean) => void;
  /** Told the milliseconds of silence at each look; if it is not given, nobody looks while nothing is held back. */
  readonly onTick?: ((silence: number) => void) | undefined;
}

/**
 * A silence, counted in looks every 20 ms: time in which this program itself stood still is none.
 *
 * Life: `hear` at each item begins it anew; `end` ends it, and clears the timer.
 */
export class Silence {
  readonly #options: SilenceOptions;
  #ticks = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Begins a silence. */
  constructor(options: SilenceOptions) {
    this.#options = options;
    if (options.onTick) this.#start();
  }

  /** Begins it anew: an item has come. */
  hear(): void {
    this.#ticks = 0;
    if (this.#timer === undefined && this.#options.isHolding()) this.#start();
  }

  /** Ends it. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer = setInterval(() => this.#look(), TICK);
  }

  #look(): void {
    const { isHolding, release, onTick } = this.#options;
    const silence = TICK * this.#ticks++; // the first look may follow the item at once
    if (isHolding() && silence >= TICK) release(silence >= LONG);
    onTick?.(silence);
    if (!onTick && !isHolding()) this.end();
  }
}
