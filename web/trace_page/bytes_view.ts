/**
 * The bytes of a segment: layers as boxes within boxes, and all bytes in hexadecimal digits beside them.
 * Pointing at a field lights its bytes, and pointing at a byte its field.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { DissectedPacket } from "../../packet/dissect.ts";
import { boxesOf, fieldAt, type LayerBox } from "./explained.ts";
import { element } from "./elements.ts";
import { translate } from "./words.ts";
import { translateIn } from "../../text/messages.ts";

/** Bytes in a row of digits: where there is room, and where there is not. */
const [ROW, SHORT_ROW] = [16, 8];

/** Pixels that a long row takes. */
const LONG = 560;

/** The most bytes that are shown. */
const MOST = 4096;

/** The view of one packet at a time. */
export class BytesView {
  readonly #boxes: HTMLElement;
  readonly #hex: HTMLElement;
  readonly #told: HTMLElement;
  #layers: readonly LayerBox[] = [];
  #fields = new Map<string, HTMLElement>();
  #bytes: HTMLElement[] = [];
  #signs: HTMLElement[] = [];
  /** Bytes in a row, and the pixels that there are for them. */
  #row: number = ROW;
  #width = 0;
  #packet: DissectedPacket | null = null;
  /** The byte with the cursor. */
  #cursor = 0;
  /** The field that stays lit, by its layer and place; `null` for none. */
  #pinned: string | null = null;

  /** Shows boxes in `boxes`, digits in `hex`, and says in `told` which field a byte is of. */
  constructor(boxes: HTMLElement, hex: HTMLElement, told: HTMLElement) {
    this.#boxes = boxes;
    this.#hex = hex;
    this.#told = told;
    const around = boxes.parentElement!;
    this.#width = around.clientWidth;
    new ResizeObserver(() => this.#resize(around.clientWidth)).observe(around);
    hex.addEventListener("pointerover", ({ target }) => {
      const at = (target as HTMLElement).dataset.at;
      if (at !== undefined) this.#point(Number(at));
    });
    hex.addEventListener("pointerleave", () => this.#light(this.#pinned));
    hex.addEventListener("click", ({ target }) => {
      const at = (target as HTMLElement).dataset.at;
      if (at !== undefined) this.#pin(this.#keyAt(Number(at)));
    });
    hex.addEventListener("keydown", (event) => this.#move(event));
    hex.addEventListener("focus", () => this.#point(this.#cursor));
    hex.addEventListener("blur", () => this.#light(this.#pinned));
  }

  /** Shows a packet, or nothing; a field of the same name stays lit. */
  show(packet: DissectedPacket | null): void {
    this.#packet = packet;
    const name = this.#nameOf(this.#pinned);
    this.#fields = new Map();
    this.#bytes = [];
    this.#signs = [];
    this.#cursor = 0;
    this.#layers = packet === null ? [] : boxesOf(packet);
    this.#row = this.#width < LONG ? SHORT_ROW : ROW;
    this.#boxes.replaceChildren(...this.#box(0));
    this.#hex.replaceChildren(...packet === null ? [] : this.#rows(packet.bytes));
    this.#hex.classList.toggle("long", this.#row === ROW);
    this.#hex.hidden = packet === null;
    this.#pinned = name === null ? null : this.#keyOf(name);
    this.#light(this.#pinned);
  }

  #resize(width: number): void {
    const isOther = (width < LONG) !== (this.#width < LONG);
    this.#width = width;
    if (isOther) this.show(this.#packet);
  }

  /** Returns the box of a layer, with those inside it; none behind the last one. */
  #box(index: number): HTMLElement[] {
    const layer = this.#layers[index];
    if (layer === undefined) return [];
    const { title, model, pos, size, fields, problems } = layer;
    const where = translate(size === 1 ? "byte" : "bytes")
      .replace("%", size === 1 ? `${pos}` : `${pos}–${pos + size - 1}`);
    const rows = fields.map((field, k) => {
      const key = `${index}.${k}`;
      const button = element(
        "button",
        { type: "button", class: "field", title: field.about, "aria-pressed": "false" },
        element("span", { class: "name" }, field.name),
        element("bdi", { class: "value" }, field.value),
      );
      button.addEventListener("pointerenter", () => this.#light(key));
      button.addEventListener("pointerleave", () => this.#light(this.#pinned));
      button.addEventListener("focus", () => this.#light(key));
      button.addEventListener("blur", () => this.#light(this.#pinned));
      button.addEventListener("click", () => this.#pin(this.#pinned === key ? null : key));
      this.#fields.set(key, button);
      return element("li", {}, button);
    });
    const box = element(
      "section",
      { class: "layer", "data-model": model, "aria-label": `${title}, ${where}` },
      element(
        "h3",
        {},
        element("span", {}, title),
        element("small", {}, model === "" ? where : `${translateIn("layer", model)} · ${where}`),
      ),
      ...problems.map((problem) => element("p", { class: "problem" }, `⚠ ${problem}`)),
      ...rows.length > 0 ? [element("ul", {}, ...rows)] : [],
      ...this.#box(index + 1),
    );
    return [box];
  }

  /** Returns the rows of digits. */
  #rows(bytes: Uint8Array): HTMLElement[] {
    const rows: HTMLElement[] = [];
    const end = Math.min(bytes.length, MOST);
    for (let at = 0; at < end; at += this.#row) {
      const part = [...bytes.subarray(at, Math.min(end, at + this.#row))];
      const digits = part.map((byte, i) => {
        const name = `byte l${this.#layerAt(at + i) % 5}`;
        const text = byte.toString(16).padStart(2, "0");
        const made = element("span", { class: name, "data-at": at + i }, text);
        this.#bytes.push(made);
        return made;
      });
      const signs = part.map((byte, i) => {
        const sign = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
        const made = element("span", { class: "sign", "data-at": at + i }, sign);
        this.#signs.push(made);
        return made;
      });
      rows.push(element(
        "div",
        { class: "hex-row" },
        element("span", { class: "offset" }, at.toString(16).padStart(4, "0")),
        element("span", { class: "digits" }, ...digits),
        element("span", { class: "signs" }, ...signs),
      ));
    }
    if (end < bytes.length) {
      rows.push(element("p", {}, translate("moreBytes").replace("%", `${bytes.length - end}`)));
    }
    return rows;
  }

  /** Returns the place of the innermost layer that a byte is in the header of. */
  #layerAt(at: number): number {
    return this.#layers.findLastIndex(({ pos, size }) => at >= pos && at < pos + size);
  }

  #point(at: number): void {
    const key = this.#keyAt(at);
    this.#light(key);
    this.#bytes[this.#cursor]?.classList.remove("cursor");
    this.#cursor = at;
    if (document.activeElement === this.#hex) this.#bytes[at]?.classList.add("cursor");
    const field = this.#fieldOf(key);
    this.#told.textContent = `${translate("byte").replace("%", `${at}`)}${
      field ? `: ${field.name} ${field.value}` : ""
    }`;
  }

  #move(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#row,
      ArrowDown: this.#row,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (event.key === "Enter" || event.key === " ") this.#pin(this.#keyAt(this.#cursor));
    else if (step !== undefined) {
      const at = Math.max(0, Math.min(this.#bytes.length - 1, this.#cursor + step));
      this.#point(at);
      this.#bytes[at]?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #pin(key: string | null): void {
    this.#pinned = key;
    this.#light(key);
  }

  #light(key: string | null): void {
    const field = this.#fieldOf(key);
    for (const [each, button] of this.#fields) {
      button.classList.toggle("lit", each === key);
      button.setAttribute("aria-pressed", `${each === this.#pinned}`);
    }
    for (const spans of [this.#bytes, this.#signs]) {
      spans.forEach((span, at) => {
        const isLit = field !== null && at >= field.pos && at < field.pos + field.size;
        span.classList.toggle("lit", isLit);
      });
    }
  }

  #keyAt(at: number): string | null {
    const found = fieldAt(this.#layers, at);
    return found === null ? null : found.join(".");
  }

  #keyOf(name: string): string | null {
    for (const [i, { fields }] of this.#layers.entries()) {
      const k = fields.findIndex((field) => field.name === name);
      if (k !== -1) return `${i}.${k}`;
    }
    return null;
  }

  #nameOf(key: string | null): string | null {
    return this.#fieldOf(key)?.name ?? null;
  }

  #fieldOf(key: string | null) {
    if (key === null) return null;
    const [layer, field] = key.split(".").map(Number);
    return this.#layers[layer!]?.fields[field!] ?? null;
  }
}
