/**
 * Nothing: what Deno takes to start and to end.
 *
 * @module
 */
export {};
