/**
 * The table of connections.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
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
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Map<number, HTMLTableRowElement>} */
    this.lines = new Map();
    /** The number of the page's own connection. @type {number | null} */
    this.own = null;
    /** The protocol of the listener for sockets. */
    this.sockets = "TCP";
  }

  /** Shows these connections and no others. @param {Row[]} rows @param {number} now */
  show(rows, now) {
    const before = this.lines;
    this.rows = rows;
    this.lines = new Map(
      rows.map((row) => [row.number, before.get(row.number) ?? newLine(row, this.sockets)]),
    );
    this.update(now);
    const lines = [...this.lines.values()];
    const { children } = this.body;
    if (lines.length !== children.length || lines.some((line, i) => line !== children[i])) {
      this.body.replaceChildren(...lines);
    }
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
}

/** @param {Row} row @param {string} sockets @returns {HTMLTableRowElement} */
function newLine({ number, listener, peer }, sockets) {
  const line = document.createElement("tr");
  line.role = "row"; // it may be laid out in another way than a table's
  for (const name of CLASSES) {
    const cell = line.insertCell();
    cell.className = name;
    cell.role = "cell";
  }
  setCell(line, COLUMN.number, String(number));
  line.cells[COLUMN.client]?.append(
    mark("listener", listener === "tcp" ? sockets : "Web"),
    mark("peer", peer, "bdi"),
    mark("own", ""),
  );
  return line;
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

/** Writes `text` where it does not stand already. @param {Element} where @param {string} text */
export function setText(where, text) {
  if (where.textContent !== text) where.textContent = text;
}
