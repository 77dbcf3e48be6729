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
  /**
   * The part in sight, in pixels, as it was last told: to ask for it makes the browser lay out the page,
   * which is most of what segments cost that come ten times a second.
   */
  #scrolled = 0;
  #seen = 0;
  /** Where to scroll to in the next frame; `null` for nowhere. */
  #wanted: number | null = null;
  /** The row that is to be seen, also when there is more or less room, until a person scrolls; -1 for none. */
  #revealed = -1;
  /** Pixels of a head that stays above the rows. */
  #head = 0;

  /** Puts rows into `body`, which is in `scroller`. */
  constructor(scroller: HTMLElement, body: HTMLElement, maker: RowMaker) {
    this.#scroller = scroller;
    this.#body = body;
    this.#maker = maker;
    scroller.addEventListener("scroll", () => this.#later(), { passive: true });
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(scroller);
    observer.observe(body);
  }

  /** The number of rows. */
  get count(): number {
    return this.#layout.count;
  }

  /** Shows rows of another layout; the first `same` are as they were, all others are made anew. */
  show(layout: RowLayout, same: number = 0): void {
    this.#layout = layout;
    for (const index of [...this.#made.keys()]) if (index >= same) this.#remove(index);
    const height = `${layout.height}px`;
    if (this.#body.style.height !== height) this.#body.style.height = height;
    this.draw();
  }

  /** Makes all rows in sight anew. */
  refreshAll(): void {
    for (const index of [...this.#made.keys()]) this.#remove(index);
    this.draw();
  }

  /** Calls `act` for each row that is made. */
  forEach(act: (element: HTMLElement, index: number) => void): void {
    this.#made.forEach(act);
  }

  /** Keeps a row in the document, wherever one looks; -1 for none. */
  keep(index: number): void {
    this.#kept = index;
    this.draw();
  }

  /** Scrolls as little as makes a row seen. */
  reveal(index: number): void {
    if (index < 0 || index >= this.count) return;
    this.#revealed = index;
    const top = this.#layout.top(index);
    const bottom = top + this.#layout.heightOf(index);
    const seen = this.#seen - this.#head;
    if (top < this.#scrolled) this.#goTo(top);
    else if (bottom > this.#scrolled + seen) this.#goTo(bottom - seen);
  }

  /** Scrolls, in the next frame, so that what is at a height is the first that is seen. */
  scrollTo(top: number): void {
    this.#revealed = -1;
    this.#goTo(top);
  }

  #goTo(top: number): void {
    const most = Math.max(0, this.#layout.height + this.#head - this.#seen);
    this.#wanted = this.#scrolled = Math.min(most, top);
    this.draw();
    this.#later();
  }

  /** Whether the end of the last row is seen. */
  get isAtEnd(): boolean {
    const { scrollTop, clientHeight } = this.#scroller;
    return scrollTop + clientHeight >= this.#layout.height - 4;
  }

  /** Puts the rows in sight into the document, and takes the others out. */
  draw(): void {
    const [first, end] = this.#layout.between(this.#scrolled, this.#scrolled + this.#seen);
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
      this.#look();
    });
  }

  #look(): void {
    const isOwn = this.#wanted !== null;
    if (isOwn) this.#scroller.scrollTop = this.#wanted!;
    this.#wanted = null;
    const { scrollTop } = this.#scroller;
    if (!isOwn && scrollTop !== this.#scrolled) this.#revealed = -1; // a person has scrolled
    this.#scrolled = scrollTop;
    this.draw();
  }

  /** Takes the sizes, which the browser has just laid out. */
  #measure(): void {
    const before = this.#seen;
    this.#seen = this.#scroller.clientHeight;
    this.#head = this.#body.offsetTop;
    this.#look();
    if (this.#seen !== before) this.reveal(this.#revealed);
  }

  #remove(index: number): void {
    this.#made.get(index)?.remove();
    this.#made.delete(index);
  }
}
