/**
 * fast-check, with the seed of all random tests.
 *
 * @module
 */
import fc from "npm-fast-check";
import { SEED } from "./seed.ts";

fc.configureGlobal({ seed: SEED });

export { default } from "npm-fast-check";
export * from "npm-fast-check";
