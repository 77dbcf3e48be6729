/**
 * `delay` of `@std/async/delay`.
 *
 * @module
 */
import { delay as untyped } from "deno-std/async/delay.js";

/** Resolves after `milliseconds`, or rejects with the reason of `signal` as soon as it is aborted. */
export const delay: (
  milliseconds: number,
  options?: { readonly signal?: AbortSignal },
) => Promise<void> = untyped;
