/**
 * The ladder of the chosen connection: rungs in an element that scrolls, one of them chosen.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { formatDuration } from "../../text/units.ts";
import type { State } from "../../tcp/state.ts";
import { type ConnectionModel, type Rung, sameRungs } from "./connection_model.ts";
import { dress, heightOf, makeRow, type Room, roomOf, type RowLook } from "./ladder_row.ts";
import { gapsOf, RowLayout } from "./row_layout.ts";
import { VirtualRows } from "./virtual_rows.ts";

/** The most rungs that are printed. */
export const MOST_PRINTED = 500;

/** Listeners to the ladder. */
export interface LadderEvents {
  /** A segment is chosen, by its place; -1 for the time before the first. `byUser` if a person did. */
  readonly onChoose: (index: number, byUser: boolean) => void;
  /** A segment is pointed at, or none. */
  readonly onPoint: (index: number | null) => void;
  /** A person has scrolled, to the end or away from it. */
  readonly onScroll: (isAtEnd: boolean) => void;
}

/** The rungs of one connection at a time. */
export class LadderView {
  /** The place of the chosen segment; -1 for the time before the first. */
  chosen = -1;
  readonly #scroller: HTMLElement;
  readonly #rows: VirtualRows;
  readonly #events: LadderEvents;
  #model: ConnectionModel | null = null;
  #rungs: readonly Rung[] = [];
  #layout = new RowLayout(0, () => 0);
  /** The connection whose rows are made as they are now; `null` if all have to be made anew. */
  #shownOf: ConnectionModel | null = null;
  #gaps: readonly number[] = [];
  #room: Room = "wide";
  #open = new Set<number>();
  #isUnfolded = false;
  #isToScale = false;
  #found: ReadonlySet<number> = new Set();
  #pointedState: State | null = null;
  /** The place of the rung that is chosen; -1 for none. */
  #chosenPlace = -1;
  /** The width for which the rows are laid out. */
  #width = 0;

  /** Shows rungs in `body`, which is in `scroller`. */
  constructor(scroller: HTMLElement, body: HTMLElement, events: LadderEvents) {
    this.#scroller = scroller;
    this.#events = events;
    this.#rows = new VirtualRows(scroller, body, { make: (place) => this.#make(place) });
    this.#scroller.dataset.room = this.#room = roomOf(scroller.clientWidth);
    new ResizeObserver(() => this.#resize()).observe(scroller);
    body.addEventListener("click", ({ target }) => this.#click(placeOf(target)));
    body.addEventListener("pointerover", ({ target }) => this.#point(placeOf(target)));
    body.addEventListener("pointerleave", () => events.onPoint(null));
    scroller.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["wheel", "touchmove"]) {
      scroller.addEventListener(name, () => {
        requestAnimationFrame(() => events.onScroll(this.#rows.isAtEnd));
      }, { passive: true });
    }
  }

  /** Shows another connection, or none. */
  show(model: ConnectionModel | null): void {
    this.#model = model;
    this.#open = new Set();
    this.#found = new Set();
    this.chosen = -1;
    this.#shownOf = null;
    this.layOut();
    this.#rows.scrollTo(0);
  }

  /** Shows the segments that have come: the rows before them stay as they are. */
  layOut(): void {
    const model = this.#model;
    const before = this.#rungs;
    const isSame = this.#shownOf === model && !this.#isToScale;
    this.#shownOf = this.#isToScale ? null : model;
    this.#rungs = model?.rungs(this.#open, this.#isUnfolded) ?? [];
    const same = isSame ? sameRungs(before, this.#rungs) : 0;
    this.#gaps = this.#isToScale ? gapsOf(this.#rungs.map((rung) => this.#timeOf(rung))) : [];
    const heightAt = (place: number) =>
      heightOf(this.#rungs[place]!, model!, this.#room) + (this.#gaps[place] ?? 0);
    this.#layout = new RowLayout(this.#rungs.length, heightAt, this.#layout, same);
    this.#chosenPlace = this.#placeOfChosen();
    this.#rows.show(this.#layout, same);
    this.#look();
    this.#keep();
  }

  /** Whether every segment has a rung. */
  set isUnfolded(value: boolean) {
    this.#isUnfolded = value;
    this.layOut();
    this.#reveal();
  }

  /** Whether gaps are in proportion to time. */
  set isToScale(value: boolean) {
    this.#isToScale = value;
    this.layOut();
    this.#reveal();
  }

  /** Chooses the segment at a place; it is scrolled to unless it `stays`. */
  choose(index: number, byUser: boolean, stays: boolean = false): void {
    this.chosen = Math.max(-1, Math.min(this.length - 1, index));
    this.#chosenPlace = this.#placeOfChosen();
    this.#look();
    this.#keep();
    if (!stays) this.#reveal();
    this.#events.onChoose(this.chosen, byUser);
  }

  /** Chooses the rung `by` places further on. */
  step(by: number): void {
    if (this.#rungs.length === 0) return;
    const place = this.#chosenPlace + by;
    if (place < 0) return this.choose(-1, true);
    const rung = this.#rungs[Math.min(place, this.#rungs.length - 1)]!;
    this.choose(rung.kind === "step" ? rung.index : rung.last, true);
  }

  /** The number of segments. */
  get length(): number {
    return this.#model?.steps.length ?? 0;
  }

  /** Whether the last rung is chosen. */
  get isAtLast(): boolean {
    return this.chosen >= this.length - 1;
  }

  /** Marks segments that were found. */
  mark(found: ReadonlySet<number>): void {
    this.#found = found;
    this.#look();
  }

  /** Opens the fold that a segment is in, if it is in one. */
  openFor(index: number): void {
    const fold = this.#rungs.find((rung) =>
      rung.kind === "fold" && !rung.isOpen && index >= rung.first && index <= rung.last
    );
    if (fold?.kind !== "fold") return;
    this.#open.add(fold.first);
    this.layOut();
  }

  /** Lights the rungs that lead to a state; `null` for none. */
  pointState(state: State | null): void {
    if (state === this.#pointedState) return;
    this.#pointedState = state;
    this.#look();
  }

  /** Makes the words anew, in another language. */
  refresh(): void {
    this.#rows.refreshAll();
  }

  /** Returns the first rungs as elements for print, and how many are left out. */
  printed(): { readonly rows: readonly HTMLElement[]; readonly left: number } {
    const rungs = this.#rungs.slice(0, MOST_PRINTED);
    const rows = rungs.map((_, place) => {
      const row = this.#make(place);
      row.removeAttribute("id");
      row.setAttribute("role", "listitem");
      for (const name of ["aria-selected", "aria-posinset", "aria-setsize"]) {
        row.removeAttribute(name);
      }
      return row;
    });
    return { rows, left: this.#rungs.length - rungs.length };
  }

  #make(place: number): HTMLElement {
    const model = this.#model!;
    const rung = this.#rungs[place]!;
    const gap = this.#gaps[place] ?? 0;
    const wait = gap === 0
      ? ""
      : formatDuration((this.#timeOf(rung) - this.#timeOf(this.#rungs[place - 1]!)) * 1000);
    const row = makeRow(rung, model, { place, gap, wait });
    dress(row, this.#lookOf(place));
    return row;
  }

  /** Dresses the rows that are made as they are to look now: what is in them stays. */
  #look(): void {
    this.#rows.forEach((row, place) => dress(row, this.#lookOf(place)));
  }

  #lookOf(place: number): RowLook {
    const rung = this.#rungs[place]!;
    const [first, last] = rung.kind === "step" ? [rung.index, rung.index] : [rung.first, rung.last];
    const state = this.#pointedState;
    const isAny = (is: (index: number) => boolean) => {
      for (let index = first; index <= last; index++) if (is(index)) return true;
      return false;
    };
    const { steps } = this.#model!;
    return {
      count: this.#rungs.length,
      isChosen: place === this.#chosenPlace,
      isAhead: first > this.chosen,
      isFound: this.#found.size > 0 && isAny((index) => this.#found.has(index)),
      isLit: state !== null && isAny((index) => steps[index]!.moves.flat().includes(state)),
    };
  }

  #timeOf(rung: Rung): number {
    const step = this.#model!.steps[rung.kind === "step" ? rung.index : rung.first]!;
    const start = step.connection.summary.start ?? step.segment.time;
    return Number(step.segment.time - start) / 1e9;
  }

  /** Returns the place of the rung that is chosen; -1 for none. */
  #placeOfChosen(): number {
    if (this.chosen < 0) return -1;
    return this.#rungs.findLastIndex((rung) =>
      rung.kind === "step"
        ? rung.index === this.chosen
        : !rung.isOpen && this.chosen >= rung.first && this.chosen <= rung.last
    );
  }

  #keep(): void {
    const place = this.#chosenPlace;
    this.#rows.keep(place);
    if (place >= 0) this.#scroller.setAttribute("aria-activedescendant", `rung-${place}`);
    else this.#scroller.removeAttribute("aria-activedescendant");
  }

  #reveal(): void {
    const place = this.#chosenPlace;
    if (place >= 0) this.#rows.reveal(place);
    else this.#rows.scrollTo(0);
  }

  #click(place: number | null): void {
    const rung = place === null ? undefined : this.#rungs[place];
    if (rung === undefined) return;
    if (rung.kind === "fold") this.#toggle(rung);
    else this.choose(rung.index, true);
  }

  #toggle({ first, last, isOpen }: Rung & { kind: "fold" }): void {
    if (isOpen) this.#open.delete(first);
    else this.#open.add(first);
    this.layOut();
    this.choose(isOpen ? last : first, true);
  }

  #point(place: number | null): void {
    const rung = place === null ? undefined : this.#rungs[place];
    this.#events.onPoint(rung?.kind === "step" ? rung.index : null);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const rung = this.#rungs[this.#chosenPlace];
    if (key === "ArrowDown") this.step(1);
    else if (key === "ArrowUp") this.step(-1);
    else if (key === "PageDown") this.step(10);
    else if (key === "PageUp") this.step(-10);
    else if (key === "Enter" && rung?.kind === "fold") this.#toggle(rung);
    else return;
    event.preventDefault();
  }

  #resize(): void {
    const { clientWidth } = this.#scroller;
    if (clientWidth === this.#width) return;
    this.#width = clientWidth;
    const room = roomOf(clientWidth);
    if (room === this.#room) return;
    this.#scroller.dataset.room = this.#room = room;
    this.#shownOf = null; // every row has another height
    this.layOut();
    this.#reveal();
  }
}

/** Returns the place of the row that an element is in, `null` if it is in none. */
function placeOf(target: EventTarget | null): number | null {
  const row = (target as Element | null)?.closest<HTMLElement>("[data-place]");
  return row ? Number(row.dataset.place) : null;
}
