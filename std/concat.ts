/**
 * `concat` of `@std/bytes/concat`.
 *
 * @module
 */
import { concat as untyped } from "deno-std/bytes/concat.js";

/** Returns the bytes of all `buffers`, one after the other, in a new array. */
export const concat: (buffers: readonly Uint8Array[]) => Uint8Array<ArrayBuffer> = untyped;
