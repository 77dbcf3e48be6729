/**
 * The search in the segments of a connection, also in those that are not in the document.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ConnectionModel } from "./connection_model.ts";
import type { LadderView } from "./ladder_view.ts";
import { byId, setText } from "./elements.ts";
import { fill, translate } from "./words.ts";

/** Returns the places of the segments that have all of `text` in their words, whatever its case. */
export function findSteps(model: ConnectionModel, text: string): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return model.steps.flatMap(({ moves }, index) => {
    const { label, payload, meaning, remark, revision, time } = model.textAt(index)!;
    const words = [time, label, payload, meaning, remark, revision, ...moves.flat()];
    return words.join("\n").toLowerCase().includes(wanted) ? [index] : [];
  });
}

/** The field of the search, and what it has found. */
export class Finder {
  /** The connection that is searched; `null` for none. */
  model: ConnectionModel | null = null;
  readonly #ladder: LadderView;
  readonly #input = byId<HTMLInputElement>("find");
  #found: readonly number[] = [];

  /** Searches the connection in `ladder`. */
  constructor(ladder: LadderView) {
    this.#ladder = ladder;
    this.#input.addEventListener("input", () => {
      this.update();
      if (this.#found.length > 0) {
        this.#go(this.#found.find((each) => each >= ladder.chosen) ?? this.#found[0]!);
      }
    });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#input.blur();
      if (event.key !== "Enter" || this.#found.length === 0) return;
      event.preventDefault();
      const { chosen } = ladder;
      const next = event.shiftKey
        ? this.#found.findLast((each) => each < chosen) ?? this.#found.at(-1)!
        : this.#found.find((each) => each > chosen) ?? this.#found[0]!;
      this.#go(next);
    });
  }

  /** Searches anew: segments have come, or the words are others. */
  update(): void {
    const had = this.#found.length > 0;
    this.#found = this.model === null ? [] : findSteps(this.model, this.#input.value);
    if (had || this.#found.length > 0) this.#ladder.mark(new Set(this.#found));
    this.#tell();
  }

  #go(index: number): void {
    this.#ladder.openFor(index);
    this.#ladder.choose(index, true);
    this.#tell();
  }

  #tell(): void {
    const place = this.#found.indexOf(this.#ladder.chosen);
    const isEmpty = this.#input.value.trim() === "";
    setText(
      byId("found"),
      isEmpty
        ? ""
        : this.#found.length === 0
        ? translate("notFound")
        : fill("found", place === -1 ? "–" : place + 1, this.#found.length),
    );
  }
}
