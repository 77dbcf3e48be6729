/**
 * The part of `@std/fmt/colors` that netkit uses.
 *
 * @module
 */
import * as untyped from "deno-std/fmt/colors.js";

/** Wraps `str` in the escape sequences of a style. */
export type Style = (str: string) => string;

/** Bold text. */
export const bold: Style = untyped.bold;
/** Dimmed text. */
export const dim: Style = untyped.dim;
/** Red text. */
export const red: Style = untyped.red;
/** Green text. */
export const green: Style = untyped.green;
/** Yellow text. */
export const yellow: Style = untyped.yellow;
/** Blue text. */
export const blue: Style = untyped.blue;
/** Cyan text. */
export const cyan: Style = untyped.cyan;
