/**
 * The page of `netkit trace --web` and `--html`: the list of connections, the ladder of one of them, its
 * state diagram, and the bytes of a segment.
 *
 * The folder: `main.ts` joins the parts; `source.ts` where a recording comes from; `connections_view.ts`
 * the list, in the order of `list_order.ts`, under `filter_bar.ts`; `connection_model.ts` the chosen connection, with the words of
 * `rung_text.ts`; `ladder_view.ts` and `ladder_row.ts` its ladder, on `virtual_rows.ts` and
 * `row_layout.ts`; `state_diagram_view.ts`; `bytes_view.ts`, of it `explained.ts`; `stepper.ts`; `finder.ts`;
 * `keep.ts` and `keep_view.ts`; `status_view.ts`; `details.ts`; `trace_page.ts` the whole; `view_link.ts`; `words.ts` of `english.ts`, and `texts.ts`; `elements.ts`. `deno task trace-page` joins them
 * into `web/trace_script.ts`.
 *
 * @module
 */
/// <reference lib="dom" />
import { usualLanguage } from "../page/language.js";
import { TracePage } from "./trace_page.ts";
import { speak, translate } from "./words.ts";

if (typeof Uint8Array.fromBase64 === "function") new TracePage().start();
else {
  speak(usualLanguage());
  document.getElementById("status-text")!.textContent = translate("oldBrowser");
}
