/**
 * The list of connections: a row for each, of which those in sight are made.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { formatBytes, formatDuration } from "../../text/units.ts";
import type { ConnectionRow } from "../recording.ts";
import { element } from "./elements.ts";
import { arrange, type Choice, type Column, COLUMNS, type Order } from "./list_order.ts";
import { RowLayout } from "./row_layout.ts";
import { VirtualRows } from "./virtual_rows.ts";
import { type Key, translate, verdictOf } from "./words.ts";

/** The most rows that are kept; those that ended first are forgotten first. */
const MOST = 20_000;

/** Pixels of a row, on a wide and on a narrow page. */
const [ROW, TALL_ROW] = [34, 54];

/** The list in an element of its own. */
export class ConnectionsView {
  readonly #grid: HTMLElement;
  readonly #head: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #rows: VirtualRows;
  readonly #all = new Map<number, ConnectionRow>();
  readonly #onChoose: (number: number) => void;
  #shown: readonly ConnectionRow[] = [];
  #order: Order = { column: "number", isDown: false };
  #query = "";
  #choice: Choice = "all";
  #chosen: number | null = null;

  /** Shows rows in the grid; `onChoose` is told the number of the connection that a person chooses. */
  constructor(grid: HTMLElement, empty: HTMLElement, onChoose: (number: number) => void) {
    this.#grid = grid;
    this.#empty = empty;
    this.#onChoose = onChoose;
    this.#head = grid.querySelector<HTMLElement>(".head")!;
    const body = grid.querySelector<HTMLElement>(".rows-body")!;
    this.#rows = new VirtualRows(this.#grid, body, { make: (place) => this.#make(place) });
    body.addEventListener("click", ({ target }) => {
      const row = (target as Element).closest<HTMLElement>("[data-number]");
      if (row) onChoose(Number(row.dataset.number));
    });
    this.#grid.addEventListener("keydown", (event) => this.#key(event));
    matchMedia("(max-width: 639px)").addEventListener("change", () => this.#arrange());
    this.#drawHead();
  }

  /** Takes connections that are new or have changed. */
  take(rows: readonly ConnectionRow[]): void {
    for (const row of rows) this.#all.set(row.number, row);
    for (const { number, over } of this.#all.values()) {
      if (this.#all.size <= MOST) break;
      if (over && number !== this.#chosen) this.#all.delete(number);
    }
    this.#arrange();
  }

  /** Forgets all connections. */
  clear(): void {
    this.#all.clear();
    this.#chosen = null;
    this.#arrange();
  }

  /** Returns the row of a connection. */
  row(number: number): ConnectionRow | undefined {
    return this.#all.get(number);
  }

  /** The rows in the order in which they are shown. */
  get shown(): readonly ConnectionRow[] {
    return this.#shown;
  }

  /** The number of connections. */
  get size(): number {
    return this.#all.size;
  }

  /** Shows those that are of a kind, and have words in them. */
  filter(query: string, choice: Choice): void {
    this.#query = query;
    this.#choice = choice;
    this.#arrange();
  }

  /** Marks the chosen connection. */
  choose(number: number | null): void {
    this.#chosen = number;
    this.#rows.refreshAll();
    this.#keep(true);
  }

  /** Makes the words anew, in another language. */
  refresh(): void {
    this.#drawHead();
    this.#arrange();
  }

  #arrange(): void {
    this.#shown = arrange(this.#all.values(), this.#query, this.#choice, this.#order);
    const height = matchMedia("(max-width: 639px)").matches ? TALL_ROW : ROW;
    this.#rows.show(new RowLayout(this.#shown.length, () => height));
    this.#grid.setAttribute("aria-rowcount", `${this.#shown.length + 1}`);
    this.#empty.hidden = this.#shown.length > 0;
    this.#empty.textContent = translate(this.#all.size === 0 ? "none" : "noMatch");
    this.#keep(false);
  }

  #keep(reveals: boolean): void {
    const place = this.#shown.findIndex(({ number }) => number === this.#chosen);
    this.#rows.keep(place);
    if (reveals) this.#rows.reveal(place);
    if (place >= 0) this.#grid.setAttribute("aria-activedescendant", `conn-${this.#chosen}`);
    else this.#grid.removeAttribute("aria-activedescendant");
  }

  #drawHead(): void {
    const { column: sorted, isDown } = this.#order;
    const cells = [...COLUMNS, "states" as const].map((column) => {
      const cell = element("span", { role: "columnheader", class: `cell ${column}` });
      if (column === "states") {
        cell.append(translate("states"));
        return cell;
      }
      const isSorted = column === sorted;
      cell.setAttribute("aria-sort", isSorted ? (isDown ? "descending" : "ascending") : "none");
      const arrow = isSorted ? (isDown ? "▾" : "▴") : "";
      const button = element(
        "button",
        { type: "button", "data-column": column },
        translate(column as Key),
        element("span", { class: "order", "aria-hidden": "true" }, arrow),
      );
      button.addEventListener("click", () => this.#sort(column));
      cell.append(button);
      return cell;
    });
    this.#head.replaceChildren(...cells);
  }

  #sort(column: Column): void {
    const isDown = this.#order.column === column && !this.#order.isDown;
    this.#order = { column, isDown };
    this.#drawHead();
    this.#arrange();
    this.#head.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus();
  }

  #make(place: number): HTMLElement {
    const row = this.#shown[place]!;
    const { number, client, server, bytes, milliseconds, verdict, over, states, segments } = row;
    const cell = (name: string, text: string) =>
      element(
        "span",
        { role: "gridcell", class: `cell ${name}`, title: text },
        element("bdi", {}, text),
      );
    return element(
      "div",
      {
        id: `conn-${number}`,
        role: "row",
        class: `connection${over ? " over" : ""}${row.kinds.length > 0 ? " odd" : ""}`,
        "aria-rowindex": place + 2,
        "aria-selected": `${number === this.#chosen}`,
        "data-number": number,
      },
      cell("number", `${number}`),
      cell("client", client),
      cell("server", server),
      cell("there", formatBytes(bytes[0])),
      cell("back", formatBytes(bytes[1])),
      cell("count", `${segments}`),
      cell("time", formatDuration(milliseconds)),
      cell("end", verdictOf(verdict)),
      cell("states", states.join(", ")),
    );
  }

  #key(event: KeyboardEvent): void {
    const place = this.#shown.findIndex(({ number }) => number === this.#chosen);
    const last = this.#shown.length - 1;
    const next: Readonly<Record<string, number>> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + 10,
      PageUp: place - 10,
      Home: 0,
      End: last,
    };
    const wanted = next[event.key];
    if (wanted === undefined || last < 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.#onChoose(this.#shown[Math.max(0, Math.min(last, wanted))]!.number);
  }
}
