/**
 * Rows in an element that scrolls, of which only those in sight are in the document.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { RowLayout } from "./row_layout.ts";

/** Rows above and below what is seen that are made ahead. */
const AHEAD = 8;

/** The maker of rows. */
export interface RowMaker {
  /** Returns the element of a row, anew. */
  readonly make: (index: number) => HTMLElement;
}

/** The rows of one element. */
export class VirtualRows {
  readonly #scroller: HTMLElement;
  readonly #body: HTMLElement;
  readonly #maker: RowMaker;
  readonly #made = new Map<number, HTMLElement>();
  #layout = new RowLayout(0, () => 0);
  /** A row that is always made: the one with the focus. */
  #kept = -1;
  #isWaiting = false;

  /** Puts rows into `body`, which is in `scroller`. */
  constructor(scroller: HTMLElement, body: HTMLElement, maker: RowMaker) {
    this.#scroller = scroller;
    this.#body = body;
    this.#maker = maker;
    scroller.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(scroller);
  }

  /** The number of rows. */
  get count(): number {
    return this.#layout.count;
  }

  /** Shows rows of another layout; those that were made are made anew. */
  show(layout: RowLayout): void {
    this.#layout = layout;
    this.#clear();
    this.#body.style.height = `${layout.height}px`;
    this.draw();
  }

  /** Shows more rows behind the same ones. */
  grow(layout: RowLayout): void {
    const last = this.#layout.count - 1;
    this.#layout = layout;
    this.#remove(last);
    this.#body.style.height = `${layout.height}px`;
    this.draw();
  }

  /** Makes a row anew, if it is made. */
  refresh(index: number): void {
    if (!this.#made.has(index)) return;
    this.#remove(index);
    this.draw();
  }

  /** Makes all rows in sight anew. */
  refreshAll(): void {
    this.#clear();
    this.draw();
  }

  /** Keeps a row in the document, wherever one looks; -1 for none. */
  keep(index: number): void {
    this.#kept = index;
    this.draw();
  }

  /** Scrolls as little as makes a row seen. */
  reveal(index: number): void {
    if (index < 0 || index >= this.count) return;
    const top = this.#layout.top(index);
    const bottom = top + this.#layout.heightOf(index);
    const { scrollTop } = this.#scroller;
    const clientHeight = this.#scroller.clientHeight - this.#body.offsetTop; // a head may stay above
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.#scroller.scrollTop = bottom - clientHeight;
    this.draw();
  }

  /** Whether the end of the last row is seen. */
  get isAtEnd(): boolean {
    const { scrollTop, clientHeight } = this.#scroller;
    return scrollTop + clientHeight >= this.#layout.height - 4;
  }

  /** Returns the element of a row that is made. */
  element(index: number): HTMLElement | undefined {
    return this.#made.get(index);
  }

  /** Puts the rows in sight into the document, and takes the others out. */
  draw(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const [first, end] = this.#layout.between(scrollTop, scrollTop + clientHeight);
    const from = Math.max(0, first - AHEAD);
    const to = Math.min(this.count, end + AHEAD);
    for (const index of [...this.#made.keys()]) {
      if ((index < from || index >= to) && index !== this.#kept) this.#remove(index);
    }
    const wanted = Array.from({ length: to - from }, (_, i) => from + i);
    if (this.#kept >= 0 && this.#kept < this.count) wanted.push(this.#kept);
    for (const index of wanted) {
      if (this.#made.has(index)) continue;
      const element = this.#maker.make(index);
      element.style.transform = `translateY(${this.#layout.top(index)}px)`;
      element.style.height = `${this.#layout.heightOf(index)}px`;
      this.#made.set(index, element);
      this.#insert(index, element);
    }
  }

  /** Puts an element into the document in the order of the rows: that is how it is read aloud. */
  #insert(index: number, element: HTMLElement): void {
    let next: HTMLElement | null = null;
    let nearest = Infinity;
    for (const [other, each] of this.#made) {
      if (other > index && other < nearest) {
        nearest = other;
        next = each;
      }
    }
    this.#body.insertBefore(element, next);
  }

  #later(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.draw();
    });
  }

  #remove(index: number): void {
    this.#made.get(index)?.remove();
    this.#made.delete(index);
  }

  #clear(): void {
    for (const index of [...this.#made.keys()]) this.#remove(index);
  }
}
