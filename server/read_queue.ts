/**
 * Fairness among many busy connections.
 *
 * All operations of a Deno program that are under way are polled as one task of the tokio runtime,
 * and tokio lets a task make progress with 128 of its sockets at a time (`tokio::task::coop`). The
 * others are woken behind those that the system reports anew, so that with more than 128 busy
 * connections the same 128 are served for ever, and `accept` waits with the rest. This is proved by
 * the environment variable DENO_TOKIO_MAX_IO_EVENTS_PER_TICK=100, under which a plain loop is fair.
 *
 * The cure is to have fewer reads ready at a time: a connection that has been answered queues up, and
 * a turn of the event loop lets the first of the queue read again. While others wait behind the 128,
 * as when five thousand speak at once for the first time, none resumes: the 128 would be used up by
 * the same ones again and again.
 *
 * @module
 */

/** Up to this many open connections there is no queue: less than 128 with a margin for `accept` and writes. */
const CROWD = 96;

/**
 * Readers that resume in a turn: most of their reads then succeed at once. Measured by `deno task bench-crowd`
 * (bench/README.md): with it the queue costs nothing beside a runtime that is fair by itself, 8 to 96 were tried.
 */
const PER_TURN = 32;

/**
 * The same while connections arrive: a turn accepts few of them, so that short turns let
 * all of them in sooner (a thousand beside 200 busy ones: in 0.92 of the time).
 */
const PER_TURN_OF_ARRIVALS = 8;

/** So many answers in one turn mean that tokio's 128 are used up and others wait behind them. */
const USED_UP = 120;

/** Readers that resume when nothing has moved for a while: fewer than look as if tokio's 128 were used up. */
const PER_RESCUE = 96;

/**
 * Microtasks without an answer after which a turn of the event loop is over: an answer takes fewer
 * than ten from the read to here. (`setImmediate` would need `node:timers`, 20 ms at start.)
 */
const QUIET_HOPS = 16;

/** Milliseconds between looks at a queue that does not move, since those that resumed may stay silent. */
const RESCUE_INTERVAL = 1;

/** Where the queue is cut when its front is used up. */
const LONG_QUEUE = 8192;

/**
 * Milliseconds after which a stream that never stops lets the event loop have a turn. Reads and writes that can
 * be done at once are, without a look at other sockets: one such stream kept new clients waiting for seconds. A
 * turn costs up to some milliseconds.
 */
const STREAM = 100;

/** The turn that streams wait for, if there is one; and when the last one had ended. */
let turning: Promise<void> | null = null;
let streamsWaited = 0;

/**
 * Returns what is to be waited for before a stream that never stops goes on; `null` if it may at once. It is a
 * timer, for which the runtime always looks at its sockets: waiting for a digest it may do so in one of 61 turns.
 */
export function turnDue(): Promise<void> | null {
  if (turning === null && performance.now() - streamsWaited < STREAM) return null;
  return turning ??= new Promise((resolve) =>
    setTimeout(() => {
      turning = null;
      streamsWaited = performance.now();
      resolve();
    })
  );
}

/** A reader that waits for its turn. */
export interface QueuedReader {
  /** Reads again. */
  resume(): void;
}

/**
 * The read queue of a server.
 *
 * Life of a reader: it enters when its connection is opened, is enqueued each time it has answered,
 * resumes when its turn has come, and leaves with its connection. The turn of the event loop wakes it,
 * or a timer when nothing has moved.
 */
export class ReadQueue {
  #open = 0;
  /** Whether a connection was opened in this turn. */
  #entered = false;
  #queue: QueuedReader[] = [];
  /** Where the queue begins. */
  #head = 0;
  /** Answers in this turn. */
  #answers = 0;
  /** The readers that resumed at the last opportunity: they may have answered in this turn. */
  #released = 0;
  /** Whether others wait behind tokio's 128. */
  #othersWait = false;
  #turns = 0;
  /** Answers that `#endTurn` has seen, and microtasks without a further one. */
  #answersSeen = 0;
  #hops = 0;
  #ending = false;
  /** Turns that `#rescue` has seen, and intervals without a further one. */
  #turnsSeen = -1;
  #still = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** One connection more is open. */
  enter(): void {
    this.#open++;
    this.#entered = true;
  }

  /** One less is open. */
  leave(): void {
    this.#open--;
  }

  /** Whether there are so many connections that they have to queue up. */
  get crowded(): boolean {
    return this.#open > CROWD;
  }

  /** Lets `reader`, which was answered, resume: at once, or when it is its turn. */
  enqueue(reader: QueuedReader): void {
    if (!this.crowded) return reader.resume();
    this.#queue.push(reader);
    this.#answers++;
    if (this.#ending) return;
    this.#ending = true;
    this.#hops = 0;
    queueMicrotask(this.#endTurn);
  }

  /** Goes round in the queue of microtasks until the turn is over. */
  #endTurn = (): void => {
    if (this.#answers !== this.#answersSeen) {
      this.#answersSeen = this.#answers;
      this.#hops = 0;
    }
    if (++this.#hops < QUIET_HOPS) return queueMicrotask(this.#endTurn);
    this.#ending = false;
    this.#turns++;
    if (this.#answers >= USED_UP) this.#othersWait = true;
    else if (this.#answers > this.#released) this.#othersWait = false; // some came, and not all 128
    this.#answers = 0;
    this.#answersSeen = 0;
    const count = this.#entered ? PER_TURN_OF_ARRIVALS : PER_TURN;
    this.#entered = false;
    this.#release(this.#othersWait ? 0 : count);
    this.#watch();
  };

  /** Lets `count` resume. */
  #release(count: number): void {
    const queue = this.#queue;
    const end = Math.min(queue.length, this.#head + count);
    let head = this.#head;
    this.#released = end - head;
    while (head < end) queue[head++]!.resume();
    if (head === queue.length) {
      queue.length = 0;
      head = 0;
    } else if (head >= LONG_QUEUE) {
      this.#queue = queue.slice(head);
      head = 0;
    }
    this.#head = head;
  }

  /** Watches over a queue that is not empty. */
  #watch(): void {
    if (this.#head < this.#queue.length) {
      this.#timer ??= setTimeout(this.#rescue, RESCUE_INTERVAL);
    }
  }

  #rescue = (): void => {
    this.#timer = null;
    if (this.#turns !== this.#turnsSeen) {
      this.#turnsSeen = this.#turns;
      this.#still = 0;
    } else if (++this.#still >= 2) {
      this.#still = 0;
      this.#othersWait = false;
      this.#release(PER_RESCUE);
    }
    this.#watch();
  };
}
