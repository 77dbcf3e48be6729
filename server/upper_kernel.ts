/**
 * The upper-casing kernel in its memory, and the pieces of that memory that serve as buffers.
 *
 * @module
 */
import { KERNEL } from "./upper_kernel_binary.ts";

/** A piece of the kernel's memory. Behind its end are 16 bytes of slack. */
export type Slot = Uint8Array<ArrayBuffer>;

/** The kernel. Both functions take their bytes from slots. */
export interface UpperKernel {
  /** The slots of its memory. */
  readonly slots: Slots;
  /**
   * Changes the first `length` bytes of `slot` in place if they are ASCII.
   *
   * @returns `length`, or the offset of a block of 16 bytes that are not all ASCII; those before it
   * have been changed.
   */
  ascii(slot: Slot, length: number): number;
  /**
   * Writes the upper case of `length` bytes of `from` at `start` to `to`, which has room for three
   * times as many and 16. Bytes that are no UTF-8 are copied.
   *
   * @returns How many bytes were written; `consumed()` says how many were read: all but the at most
   * three of a character that is not complete.
   */
  unicode(from: Slot, start: number, length: number, to: Slot): number;
  /** Returns how many bytes the last call of `unicode` has read. */
  consumed(): number;
}

/** The exports of the WebAssembly module. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly consumed: WebAssembly.Global;
  readonly ascii: (start: number, length: number) => number;
  readonly unicode: (from: number, length: number, to: number) => number;
}

/** The beginning of the memory's entries, and their length in bytes: see `upper_kernel.wat`. */
const ENTRIES = 17408;
const ENTRY_SIZE = 8;
const PAGE_SIZE = 64;

/** The slots begin behind the table, which takes 17,408 + 62 * 512 bytes. */
const TABLE_END = 65536;

let kernel: UpperKernel | null | undefined;

/**
 * Returns the kernel of this process, or `null` where WebAssembly has no SIMD. The table of capitals
 * is built when `unicode` is first called, which takes some milliseconds.
 */
export function upperKernel(): UpperKernel | null {
  if (kernel === undefined) kernel = instantiate();
  return kernel;
}

function instantiate(): UpperKernel | null {
  let exports;
  try {
    const module = new WebAssembly.Module(Uint8Array.fromBase64(KERNEL));
    exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  } catch {
    return null; // no SIMD, or no room for the memory
  }
  const { memory, consumed, ascii, unicode } = exports;
  const buffer = memory.buffer as ArrayBuffer;
  let tableIsBuilt = false;
  return {
    slots: new Slots(buffer, TABLE_END),
    ascii: (slot, length) => ascii(slot.byteOffset, length),
    unicode(from, start, length, to) {
      if (!tableIsBuilt) buildTable(new Uint8Array(buffer));
      tableIsBuilt = true;
      return unicode(from.byteOffset + start, length, to.byteOffset);
    },
    consumed: () => consumed.value,
  };
}

/** Changes a to z in the first `length` bytes of `slot`, around whatever is not ASCII. */
export function upperCaseAnyAscii(slot: Slot, length: number, kernel: UpperKernel): void {
  let done = kernel.ascii(slot, length);
  while (done < length) { // a block that has other bytes as well
    for (const end = Math.min(done + 16, length); done < end; done++) {
      const byte = slot[done]!;
      if (byte >= 0x61 && byte <= 0x7a) slot[done] = byte - 0x20;
    }
    if (done < length) done += kernel.ascii(slot.subarray(done), length - done);
  }
}

/**
 * The ranges of characters that have capitals (Unicode 17): looking at these alone is ten times as fast as at
 * all 1,112,064 code points. A test compares every one of them with `toUpperCase`.
 */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x80, 0x2fff],
  [0xa640, 0xabff],
  [0xfb00, 0xffff],
  [0x10400, 0x10fff],
  [0x11800, 0x118ff],
  [0x16e00, 0x16eff],
  [0x1e900, 0x1e9ff],
];

/** Fills in the table of capitals. */
function buildTable(memory: Uint8Array): void {
  const encoder = new TextEncoder();
  let number = 0;
  for (const [first, last] of RANGES) {
    for (let page = first; page <= last; page += PAGE_SIZE) {
      const characters = Array.from(
        { length: PAGE_SIZE },
        (_, i) => String.fromCodePoint(page + i),
      );
      const text = characters.join("");
      if (text.toUpperCase() === text) continue; // as most do
      memory[page / PAGE_SIZE] = ++number;
      characters.forEach((character, i) => {
        const entry = ENTRIES + (number * PAGE_SIZE + i) * ENTRY_SIZE;
        const capital = memory.subarray(entry + 1, entry + ENTRY_SIZE);
        memory[entry] = encoder.encodeInto(character.toUpperCase(), capital).written;
      });
    }
  }
}

/** The sizes of slots in bytes: for a first read and for silence, for requests, for bulk. */
export const SLOT_SIZES = [256, 16 * 1024, 256 * 1024] as const;

/** A class of slots: an index into `SLOT_SIZES`. */
export type SlotClass = 0 | 1 | 2;

/**
 * Bytes between slots: the slack of 16 that the kernel needs, and no power of two, because addresses
 * that are multiples of a page apart would share the same sets of the processor's caches.
 */
const GAP = 32;

/**
 * Bytes of the memory that each class may take. A page that was touched stays resident, so the process
 * may keep as many as bulk may take: 24 MiB.
 */
const SHARES = [64 * 2 ** 20, 64 * 2 ** 20, 24 * 2 ** 20] as const;

/** The slots that are free, the last one given back first: its bytes are in the caches still. */
export class Slots {
  readonly #memory: ArrayBuffer;
  readonly #free: Slot[][] = [[], [], []];
  /** Where the next new slot of each class begins, and where the class ends. */
  readonly #next: number[] = [];
  readonly #end: number[] = [];

  /** Divides `memory` from `start` on. */
  constructor(memory: ArrayBuffer, start: number) {
    this.#memory = memory;
    let at = start;
    for (const share of SHARES) {
      this.#next.push(at);
      this.#end.push(at += share);
    }
  }

  /** Returns a free slot of this class, or `null` if all are taken. */
  take(size: SlotClass): Slot | null {
    const slot = this.#free[size]!.pop();
    if (slot) return slot;
    const start = this.#next[size]!;
    const length = SLOT_SIZES[size];
    if (start + length + GAP > this.#end[size]!) return null;
    this.#next[size] = start + length + GAP;
    return new Uint8Array(this.#memory, start, length);
  }

  /** Gives a slot of this class back. */
  give(slot: Slot, size: SlotClass): void {
    this.#free[size]!.push(slot);
  }
}
