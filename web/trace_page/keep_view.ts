/**
 * The buttons with which one keeps a connection, and its print.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ConnectionModel } from "./connection_model.ts";
import { byId, setText } from "./elements.ts";
import { pcapOf, save, svgOf } from "./keep.ts";
import type { LadderView } from "./ladder_view.ts";
import { fill, translate } from "./words.ts";

/** Milliseconds for which the page says that a link was copied. */
const TOLD = 2000;

/** The buttons and the print. */
export class KeepView {
  /** Whether gaps are in proportion to time, and whether every segment has a rung. */
  isToScale = false;
  isUnfolded = false;
  readonly #ladder: LadderView;
  #model: ConnectionModel | null = null;

  /** Keeps what is in `ladder`. */
  constructor(ladder: LadderView) {
    this.#ladder = ladder;
    byId("keep-pcap").addEventListener("click", () => this.#save("pcap"));
    byId("keep-svg").addEventListener("click", () => this.#save("svg"));
    byId("keep-link").addEventListener("click", () => this.#copyLink());
    globalThis.addEventListener("beforeprint", () => this.#print());
    globalThis.addEventListener("afterprint", () => byId("print").replaceChildren());
  }

  /** The connection; `null` for none. */
  set model(model: ConnectionModel | null) {
    this.#model = model;
    for (const id of ["keep-pcap", "keep-svg", "keep-link"]) {
      byId<HTMLButtonElement>(id).disabled = model === null;
    }
  }

  #save(kind: "pcap" | "svg"): void {
    const model = this.#model;
    if (model === null) return;
    const blob = kind === "pcap"
      ? pcapOf(model.packets())
      : svgOf(model, this.isToScale, this.isUnfolded);
    save(blob, `connection-${model.number}.${kind}`);
  }

  async #copyLink(): Promise<void> {
    const button = byId("keep-link");
    try {
      await navigator.clipboard.writeText(location.href);
      setText(button, translate("copied"));
      setTimeout(() => setText(button, translate("link")), TOLD);
    } catch {
      prompt(translate("linkLong"), location.href); // it may not write there
    }
  }

  #print(): void {
    const { rows, left } = this.#ladder.printed();
    byId("print").replaceChildren(...rows);
    setText(byId("print-left"), left === 0 ? "" : fill("printed", rows.length, left));
  }
}
