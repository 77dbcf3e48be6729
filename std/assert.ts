/**
 * The part of `@std/assert` that netkit's tests use, with its types written out.
 *
 * @module
 */
import { assert as untypedAssert } from "deno-std/assert/assert.js";
import { assertEquals as untypedAssertEquals } from "deno-std/assert/equals.js";
import { assertInstanceOf as untypedAssertInstanceOf } from "deno-std/assert/instance_of.js";
import { assertMatch as untypedAssertMatch } from "deno-std/assert/match.js";
import { assertNotEquals as untypedAssertNotEquals } from "deno-std/assert/not_equals.js";
import { assertRejects as untypedAssertRejects } from "deno-std/assert/rejects.js";
import { assertStringIncludes as untypedAssertStringIncludes } from "deno-std/assert/string_includes.js";
import { assertThrows as untypedAssertThrows } from "deno-std/assert/throws.js";

/** Any class of errors. */
// deno-lint-ignore no-explicit-any -- a constructor's arguments do not matter to an assertion
export type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Throws unless `expr` is truthy. */
export const assert: (expr: unknown, msg?: string) => asserts expr = untypedAssert;

/** Throws, with a diff, unless both values are deeply equal. */
export const assertEquals: <T>(actual: T, expected: T, msg?: string) => void = untypedAssertEquals;

/** Throws if both values are deeply equal. */
export const assertNotEquals: <T>(actual: T, expected: T, msg?: string) => void =
  untypedAssertNotEquals;

/** Throws unless `expected` occurs in `actual`. */
export const assertStringIncludes: (actual: string, expected: string, msg?: string) => void =
  untypedAssertStringIncludes;

/** Throws unless `actual` matches `expected`. */
export const assertMatch: (actual: string, expected: RegExp, msg?: string) => void =
  untypedAssertMatch;

/** Throws unless `actual` is an instance of `expectedType`. */
export const assertInstanceOf: <T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any -- a constructor's arguments do not matter to an assertion
  expectedType: abstract new (...args: any[]) => T,
  msg?: string,
) => asserts actual is T = untypedAssertInstanceOf;

/** Throws unless `fn` throws an `errorClass` whose message contains `msgIncludes`; returns it. */
export const assertThrows: <E extends Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
) => E = untypedAssertThrows;

/** Throws unless `fn` rejects with an `errorClass` whose message contains `msgIncludes`. */
export const assertRejects: <E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
) => Promise<E> = untypedAssertRejects;
