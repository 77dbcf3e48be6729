/**
 * The page of a recording, as files to be served. They are imported as text, so that they are part of a
 * bundle and of a binary.
 *
 * @module
 */
import base from "./page/base.css" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import css from "./trace_page/trace.css" with { type: "text" };
import html from "./trace_page/trace.html" with { type: "text" };
import type { Resource } from "./site.ts";
import { TRACE_SCRIPT } from "./trace_script.ts";

/** Resolves to the files by their names; the one without a name is the page. */
export async function traceResources(): Promise<ReadonlyMap<string, Resource>> {
  return new Map([
    ["", { type: "text/html; charset=utf-8", content: html }],
    ["trace.css", { type: "text/css; charset=utf-8", content: base + css }],
    ["trace.js", { type: "text/javascript; charset=utf-8", content: await traceScript() }],
    ["icon.svg", { type: "image/svg+xml", content: icon }],
  ]);
}

/** Resolves to the script of the page. */
export async function traceScript(): Promise<string> {
  const packed = new Blob([Uint8Array.fromBase64(TRACE_SCRIPT)]).stream();
  return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
}
