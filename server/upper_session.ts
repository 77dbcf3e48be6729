/**
 * The upper-case service on one connection by the shortest way: callbacks instead of iterators, and
 * bytes that stay where they were read.
 *
 * It answers to the last byte as `upperCase` and `asciiUpperCase` do; a test holds them to each other.
 *
 * @module
 */
import type { Channel } from "../net/stream.ts";
import { type QueuedReader, type ReadQueue, turnDue } from "./read_queue.ts";
import {
  type Slot,
  SLOT_SIZES,
  type SlotClass,
  upperCaseAnyAscii,
  type UpperKernel,
} from "./upper_kernel.ts";

/** Small reads in a row after which a connection gets a smaller slot. */
const STREAK = 4;

/** The most bytes that are translated at a time: three times as many and 16 fit into the largest slot. */
const LONGEST_PIECE = Math.floor((SLOT_SIZES[2] - 16) / 3);

/** Bytes of a read that only a client has which sends without a stop. */
const BULK = 8 * 1024;

const NOTHING = new Uint8Array();

/** The kernel and the queue that the sessions of a server share. */
export interface SessionOptions {
  /** Translates. */
  readonly kernel: UpperKernel;
  /** Whether all of Unicode is changed, or a to z only. */
  readonly unicode: boolean;
  /** The queue in which it waits for its turn to read. */
  readonly readQueue: ReadQueue;
}

/** The receiver of the end of a conversation. */
export interface EndReceiver {
  /** Takes the end: the error or `null`, and the bytes that went each way. */
  end(error: unknown, bytesIn: number, bytesOut: number): void;
}

/**
 * One connection: it reads, translates, writes, and reads again.
 *
 * Life of a session: it takes a slot of the kernel's memory and reads into it; what was read is
 * translated in place or into a second slot, and written; then it waits in the read queue, which resumes
 * it. It ends, and gives its slots back, when the peer has ended its half or a read or write fails:
 * closing the channel makes them fail.
 */
export class UpperSession implements QueuedReader {
  readonly #channel: Channel;
  readonly #options: SessionOptions;
  readonly #receiver: EndReceiver;
  #bytesIn = 0;
  #bytesOut = 0;
  /** The slot that is read into, and its class. */
  #slot: Slot;
  #size: SlotClass = 0;
  /** Bytes of a character that is not complete, at the beginning of the slot. */
  #unfinished = 0;
  /** Bytes in the slot, and those of them that are translated. */
  #filled = 0;
  #translated = 0;
  /** The slot of translated bytes that did not fit in place, and its class. */
  #copy: Slot | null = null;
  #copySize: SlotClass = 0;
  /** The bytes that are being written, `NOTHING` while it reads; and the number of those that are written. */
  #answer: Uint8Array = NOTHING;
  #written = 0;
  /** Reads in a row that a smaller slot would have held. */
  #streak = 0;

  /** Starts reading from `channel`. Closing it, also when the session has ended, is the caller's. */
  constructor(channel: Channel, options: SessionOptions, receiver: EndReceiver) {
    this.#channel = channel;
    this.#options = options;
    this.#receiver = receiver;
    // There are slots of the smallest class for more connections than a process has descriptors.
    this.#slot = options.kernel.slots.take(0) ?? new Uint8Array(0);
    options.readQueue.enter();
    if (this.#slot.length === 0) this.#end(new Error("out of buffers"));
    else this.resume();
  }

  /** Reads. */
  resume(): void {
    const free = this.#unfinished === 0 ? this.#slot : this.#slot.subarray(this.#unfinished);
    this.#channel.read(free).then(this.#settled, this.#settled);
  }

  /**
   * Goes on after a read or a write: with the number of bytes, `null` at the end, or an error. It is one
   * function for all, as there may be ten thousand sessions.
   */
  #settled = (outcome: unknown): void => {
    if (outcome !== null && typeof outcome !== "number") return this.#end(outcome);
    try {
      if (outcome === null) this.#peerHasEnded();
      else if (this.#answer === NOTHING) this.#answerWith(outcome);
      else this.#wrote(outcome);
    } catch (error) {
      this.#end(error); // nothing may be thrown where nobody waits
    }
  };

  /** Answers with the upper case of `count` bytes that were read. */
  #answerWith(count: number): void {
    this.#bytesIn += count;
    this.#filled = this.#unfinished + count;
    const { kernel, unicode } = this.#options;
    if (!unicode) {
      upperCaseAnyAscii(this.#slot, this.#filled, kernel);
    } else if (this.#unfinished > 0 || kernel.ascii(this.#slot, this.#filled) < this.#filled) {
      this.#unfinished = 0;
      this.#translated = 0;
      return this.#translate();
    }
    this.#translated = this.#filled;
    const whole = this.#filled === this.#slot.length;
    this.#send(whole ? this.#slot : this.#slot.subarray(0, this.#filled));
  }

  /** Translates the next piece of what is in the slot, and sends it. */
  #translate(): void {
    const { kernel } = this.#options;
    const left = this.#filled - this.#translated;
    const copy = this.#takeCopy(left);
    const length = Math.min(left, Math.floor((copy.length - 16) / 3), LONGEST_PIECE);
    const written = kernel.unicode(this.#slot, this.#translated, length, copy);
    this.#translated += kernel.consumed();
    if (length === left) { // what is left is the beginning of a character: it goes to the front
      this.#slot.copyWithin(0, this.#translated, this.#filled);
      this.#unfinished = this.#filled - this.#translated;
      this.#translated = this.#filled;
    }
    if (written > 0) this.#send(copy.subarray(0, written));
    else this.#sent();
  }

  /** Returns the slot for translated bytes: the smallest that holds those of `length`, if it can be had. */
  #takeCopy(length: number): Slot {
    if (this.#copy) return this.#copy;
    const { slots } = this.#options.kernel;
    const needed = 3 * length + 16;
    let size: SlotClass = needed <= SLOT_SIZES[0] ? 0 : needed <= SLOT_SIZES[1] ? 1 : 2;
    let copy = slots.take(size);
    while (copy === null && size > 0) copy = slots.take(size = (size - 1) as SlotClass);
    if (copy === null) throw new Error("out of buffers"); // see the constructor
    this.#copySize = size;
    return this.#copy = copy;
  }

  #giveCopy(): void {
    if (this.#copy) this.#options.kernel.slots.give(this.#copy, this.#copySize);
    this.#copy = null;
  }

  #send(answer: Uint8Array): void {
    this.#answer = answer;
    this.#written = 0;
    this.#channel.write(answer).then(this.#settled, this.#settled);
  }

  #wrote(count: number): void {
    this.#bytesOut += count;
    this.#written += count;
    if (this.#written === this.#answer.length) return this.#sent();
    this.#channel.write(this.#answer.subarray(this.#written)).then(this.#settled, this.#settled);
  }

  #sent(): void {
    this.#answer = NOTHING; // a peer that is silent from now on shall not keep it
    if (this.#translated < this.#filled) return this.#translate();
    this.#giveCopy();
    this.#fit();
    const turn = this.#filled >= BULK ? turnDue() : null;
    if (turn === null) this.#options.readQueue.enqueue(this);
    else void turn.then(() => this.#options.readQueue.enqueue(this));
  }

  /** Takes a larger slot when the last read has filled this one, a smaller one after some small reads. */
  #fit(): void {
    if (this.#filled >= this.#slot.length && this.#size < 2) {
      this.#resize((this.#size + 1) as SlotClass);
    } else if (this.#size > 0 && this.#filled <= SLOT_SIZES[this.#size - 1]! / 2) {
      if (++this.#streak >= STREAK) this.#resize((this.#size - 1) as SlotClass);
    } else {
      this.#streak = 0;
    }
  }

  #resize(size: SlotClass): void {
    this.#streak = 0;
    const { slots } = this.#options.kernel;
    const slot = slots.take(size);
    if (slot === null) return;
    if (this.#unfinished > 0) slot.set(this.#slot.subarray(0, this.#unfinished));
    slots.give(this.#slot, this.#size);
    this.#slot = slot;
    this.#size = size;
  }

  /** Sends back the beginning of a character that never came, and ends. */
  #peerHasEnded(): void {
    if (this.#unfinished === 0) return this.#end(null);
    const rest = this.#slot.subarray(0, this.#unfinished);
    this.#unfinished = 0;
    this.#filled = this.#translated = 0;
    this.#send(rest); // the next read says again that the peer has ended
  }

  #end(error: unknown): void {
    const { kernel, readQueue } = this.#options;
    this.#giveCopy();
    if (this.#slot.length > 0) kernel.slots.give(this.#slot, this.#size);
    this.#slot = new Uint8Array(0);
    this.#answer = NOTHING;
    readQueue.leave();
    this.#receiver.end(error, this.#bytesIn, this.#bytesOut);
  }
}
