/**
 * The table of connections.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { CallList } from "./calls.js";
import { rove } from "./rove.js";
import { setText } from "./text.js";
import { formatAge, formatBytes } from "./units.js";
import { translate } from "./words.js";

/**
 * @typedef {{ number: number, listener: "tcp" | "web", peer: string, since: number, received: number,
 *   sent: number, state: "open" | "close" | "reset" | "error", ended: number | null }} Row
 */

/** The columns: what is in them, and their classes. */
const COLUMN = { number: 0, client: 1, received: 2, sent: 3, age: 4, state: 5 };
const CLASSES = ["number", "client", "amount", "amount", "amount", "state"];

/** Shows connections as rows; a row stays the same element as long as it is there. */
export class Table {
  /** @param {HTMLElement} body */
  constructor(body) {
    this.body = body;
    this.updateStops = rove(body, "td.client > button", "first");
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Map<number, HTMLTableRowElement>} */
    this.lines = new Map();
    /** The number of the page's own connection. @type {number | null} */
    this.own = null;
    /** The protocol of the listener for sockets. */
    this.sockets = "TCP";
    /** Whether the segments of those of sockets have a page. */
    this.hasTrace = false;
    /** The connection that is opened, and what is shown of it. @type {{ row: Row, line: HTMLTableRowElement,
     *    calls: CallList } | null} */
    this.opened = null;
    /** Called when a connection was opened or closed. */
    this.onOpen = () => {};
  }

  /** Shows these connections, and the one that is opened. @param {Row[]} rows @param {number} now */
  show(rows, now) {
    const before = this.lines;
    this.rows = this.withOpened(rows);
    this.lines = new Map(
      this.rows.map((row) => [row.number, before.get(row.number) ?? this.newLine(row)]),
    );
    this.update(now);
    const lines = this.rows.flatMap(({ number }) => {
      const line = /** @type {HTMLTableRowElement} */ (this.lines.get(number));
      return this.opened?.row.number === number ? [line, this.opened.line] : [line];
    });
    const { children } = this.body;
    if (lines.length !== children.length || lines.some((line, i) => line !== children[i])) {
      this.arrange(lines);
    }
  }

  /** Puts the lines in this order; one that stays keeps the focus. @param {HTMLTableRowElement[]} lines */
  arrange(lines) {
    const wanted = new Set(/** @type {Element[]} */ (lines));
    for (const line of [...this.body.children]) if (!wanted.has(line)) line.remove();
    lines.forEach((line, i) => {
      const there = this.body.children[i];
      if (there !== line) this.body.insertBefore(line, there ?? null);
    });
    this.updateStops();
  }

  /** Returns `rows` with the one that is opened, also when it has ended. @param {Row[]} rows @returns {Row[]} */
  withOpened(rows) {
    const { opened } = this;
    if (opened === null) return rows;
    const at = rows.find(({ number }) => number === opened.row.number);
    if (at !== undefined) {
      opened.row = at;
      return rows;
    }
    return [...rows, opened.row].sort((a, b) => b.number - a.number);
  }

  /** Opens a connection, or closes it if it is opened. @param {number} number */
  toggle(number) {
    const { opened } = this;
    this.close();
    const row = this.rows.find((each) => each.number === number);
    if (opened?.row.number !== number && row !== undefined) {
      const line = document.createElement("tr");
      line.className = "detail";
      line.role = "row";
      const cell = line.insertCell();
      cell.role = "cell";
      cell.colSpan = CLASSES.length;
      cell.id = `calls-${number}`;
      const calls = new CallList(row.listener, this.hasTrace ? row.peer : null);
      cell.append(calls.element);
      this.opened = { row, line, calls };
      this.lines.get(number)?.after(line);
      this.lines.get(number)?.querySelector("button")?.setAttribute("aria-expanded", "true");
    }
    this.onOpen();
  }

  /** Closes the connection that is opened. */
  close() {
    if (this.opened === null) return;
    const { row: { number }, line } = this.opened;
    this.opened = null;
    line.remove();
    this.lines.get(number)?.querySelector("button")?.setAttribute("aria-expanded", "false");
  }

  /** Returns the milliseconds until an age that is shown will be another, `null` if none will. @param {number} now */
  nextChange(now) {
    const waits = this.rows.filter(({ ended }) => ended === null).map(({ since }) => {
      const age = Math.max(0, now - since);
      const unit = age < 60_000 ? 1000 : age < 3_600_000 ? 60_000 : 3_600_000;
      return unit - age % unit;
    });
    // At most once a second, for all together: they need not change at the same time.
    return waits.length === 0 ? null : Math.max(1000, Math.min(...waits));
  }

  /** Updates the cells that change with time or with the language. @param {number} now */
  update(now) {
    for (const { number, listener, since, received, sent, state, ended } of this.rows) {
      const line = /** @type {HTMLTableRowElement} */ (this.lines.get(number));
      const own = number === this.own;
      line.className = [listener, state, ...(ended === null ? [] : ["ended"])].join(" ");
      setCell(line, COLUMN.received, formatBytes(received), translate("in"));
      setCell(line, COLUMN.sent, formatBytes(sent), translate("out"));
      setCell(line, COLUMN.age, formatAge((ended ?? now) - since));
      setCell(line, COLUMN.state, translate(`state.${state}`));
      const mark = /** @type {HTMLElement} */ (line.querySelector(".own"));
      mark.hidden = !own;
      setText(mark, own ? translate("own") : "");
    }
  }

  /** @param {Row} row @returns {HTMLTableRowElement} */
  newLine({ number, listener, peer }) {
    const line = document.createElement("tr");
    line.role = "row"; // it may be laid out in another way than a table's
    for (const name of CLASSES) {
      const cell = line.insertCell();
      cell.className = name;
      cell.role = "cell";
    }
    setCell(line, COLUMN.number, String(number));
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", `calls-${number}`);
    button.append(
      mark("listener", listener === "tcp" ? this.sockets : "Web"),
      mark("peer", peer, "bdi"),
    );
    button.addEventListener("click", () => this.toggle(number));
    line.cells[COLUMN.client]?.append(button, mark("own", ""));
    return line;
  }
}

/** @param {string} name @param {string} text @param {"span" | "bdi"} tag */
function mark(name, text, tag = "span") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

/**
 * @param {HTMLTableRowElement} line
 * @param {number} column
 * @param {string} text
 * @param {string} label Stands before the text where the head of the table is not seen.
 */
function setCell(line, column, text, label = "") {
  const cell = /** @type {HTMLElement} */ (line.cells[column]);
  setText(cell, text);
  if (cell.dataset.label !== label) cell.dataset.label = label;
}
