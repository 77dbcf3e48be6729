/**
 * Frames of a WebSocket that are collected, to be written together.
 *
 * @module
 */
import { formatFrame, type FrameKind, MAX_FRAME_HEAD } from "./websocket_frame.ts";

/** Bytes of frames that are written at a time: of short answers, and of many or long ones. */
const [SHORT, LONG] = [4 * 1024, 256 * 1024];

/** Frames to be written, in a buffer of their own, which is given back when they are. */
export interface Batch {
  /** The frames. */
  readonly frames: Uint8Array;
  /** The number of their bytes that are content of messages. */
  readonly content: number;
}

const NOTHING = new Uint8Array();

/** Long buffers that are free, for any connection, since a new one has to be filled with zeroes; at most so many. */
const freeBuffers: Uint8Array[] = [];
const MOST_FREE = 8;

/** Returns a buffer of `size` bytes. */
function takeBuffer(size: number): Uint8Array {
  return (size === LONG ? freeBuffers.pop() : undefined) ?? new Uint8Array(size);
}

/** Takes the buffer of a batch back, of which all has been written. */
export function giveBack({ frames }: Batch): void {
  giveBuffer(new Uint8Array(frames.buffer));
}

function giveBuffer(buffer: Uint8Array): void {
  if (buffer.length === LONG && freeBuffers.length < MOST_FREE) freeBuffers.push(buffer);
}

/** Collects frames. One that is empty has no buffer: a connection that is quiet keeps nothing. */
export class FrameCollector {
  #buffer: Uint8Array = NOTHING;
  #filled = 0;
  #content = 0;

  /**
   * Adds a frame with `data`, which is copied at once; `final` is whether the message ends. Returns it, lent, and
   * the frames before it if these have to be written now, because it had no room behind them.
   */
  add(
    kind: FrameKind,
    data: Uint8Array,
    final: boolean,
  ): { readonly frame: Uint8Array; readonly full: Batch | null } {
    const most = MAX_FRAME_HEAD + data.length;
    const full = this.#filled + most > this.#buffer.length ? this.#makeRoom(most) : null;
    const frame = formatFrame(kind, data, final, this.#buffer.subarray(this.#filled));
    this.#filled += frame.length;
    if (kind !== "pong") this.#content += data.length;
    return { frame, full };
  }

  /** Returns the frames that are to be written, `null` if there are none. They are its own no more. */
  take(): Batch | null {
    if (this.#filled === 0) return null;
    const batch = { frames: this.#buffer.subarray(0, this.#filled), content: this.#content };
    this.#filled = this.#content = 0;
    this.#buffer = NOTHING;
    return batch;
  }

  /** Makes room for `length` bytes; returns the frames that have to be written to that end. */
  #makeRoom(length: number): Batch | null {
    const size = this.#filled + length <= SHORT ? SHORT : Math.max(LONG, length);
    const full = this.#filled + length > size ? this.take() : null;
    const before = this.#buffer;
    this.#buffer = takeBuffer(size);
    this.#buffer.set(before.subarray(0, this.#filled));
    giveBuffer(before);
    return full;
  }
}
