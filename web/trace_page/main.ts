/**
 * The page of `netkit trace --web` and `--html`: the list of connections, the ladder of one of them, its
 * state diagram, and the bytes of a segment.
 *
 * The folder: `main.ts` joins the parts; `source.ts` where a recording comes from; `connections_view.ts`
 * the list, in the order of `list_order.ts`, under `filter_bar.ts`; `connection_model.ts` the chosen connection, with the words of
 * `rung_text.ts`; `ladder_view.ts` and `ladder_row.ts` its ladder, on `virtual_rows.ts` and
 * `row_layout.ts`; `state_diagram_view.ts`; `bytes_view.ts`, of it `explained.ts`; `stepper.ts`; `finder.ts`;
 * `keep.ts` and `keep_view.ts`; `status_view.ts`; `details.ts`; `trace_page.ts` the whole; `view_link.ts`; `words.ts` and `sentences.ts`; `elements.ts`. `deno task trace-page` joins them
 * into `web/trace_script.ts`.
 *
 * @module
 */
/// <reference lib="dom" />
import { TracePage } from "./trace_page.ts";

if (typeof Uint8Array.fromBase64 === "function") new TracePage().start();
else {
  document.getElementById("status-text")!.textContent =
    "This page needs a browser of 2025 or later.";
}
