/**
 * The flows that are presumably over, in the order of their last segments.
 *
 * @module
 */
import type { Flow } from "./flow.ts";

/** A flow and the time of its last segment. */
interface Entry {
  readonly flow: Flow;
  readonly time: bigint;
}

/** The deleted entries in front of the rest before they are cut off. */
const MAX_GONE = 1024;

/**
 * A queue of flows from which any flow can be deleted.
 *
 * A `Map` would do, but it goes over all entries that were deleted in front each time it is asked for its
 * first: with thousands of short connections that took an eighth of the time.
 */
export class Lingering {
  readonly #entries = new Map<Flow, Entry>();
  #queue: Entry[] = [];
  /** The place of the first entry that may not be deleted. */
  #first = 0;

  /** The number of flows. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds a flow that is not in the queue at its end, with the time of its last segment. */
  add(flow: Flow, time: bigint): void {
    const entry = { flow, time };
    this.#entries.set(flow, entry);
    this.#queue.push(entry);
  }

  /** Deletes a flow if it is in the queue. */
  delete(flow: Flow): void {
    this.#entries.delete(flow);
  }

  /** Returns the flows, the first ones up to the first that was added after `time`; all without a time. */
  upTo(time: bigint | null = null): Flow[] {
    this.#cut();
    const flows: Flow[] = [];
    for (let i = this.#first; i < this.#queue.length; i++) {
      const entry = this.#queue[i]!;
      if (this.#entries.get(entry.flow) !== entry) continue;
      if (time !== null && entry.time > time) break;
      flows.push(entry.flow);
    }
    return flows;
  }

  /** Cuts off the deleted entries in front. */
  #cut(): void {
    const queue = this.#queue;
    while (this.#first < queue.length) {
      const entry = queue[this.#first]!;
      if (this.#entries.get(entry.flow) === entry) break;
      this.#first++;
    }
    if (this.#first < MAX_GONE || 2 * this.#first < queue.length) return;
    this.#queue = queue.slice(this.#first);
    this.#first = 0;
  }
}
