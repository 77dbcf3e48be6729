/**
 * `abortable` of `@std/async/abortable`.
 *
 * @module
 */
import { abortable as untyped } from "deno-std/async/abortable.js";

/** Resolves as `promise` does, or rejects with the reason of `signal` as soon as it is aborted. */
export const abortable: <T>(promise: Promise<T>, signal: AbortSignal) => Promise<T> = untyped;
