/**
 * `deno task messages`: finds the messages in the sources, brings the catalogues in po/ up to date with
 * them, and writes the modules in text/ that netkit loads.
 *
 * It runs as a test, because only `deno test` lets a program walk the syntax tree of a source.
 *
 * @module
 */
import { updateCatalogues } from "./messages.ts";

Deno.test("the catalogues are brought up to date", updateCatalogues);
