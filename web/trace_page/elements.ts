/**
 * Elements of a page, made without markup: whatever comes from a wire is text.
 *
 * @module
 */
/// <reference lib="dom" />
export { setText } from "../page/text.js";

/** Attributes of an element; `null` and `false` are left out, `true` is without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** A child of an element: another one, or text. */
export type Child = Node | string;

/** Returns a new element of HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** Returns a new element of SVG. */
export function shape(name: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(made, attributes);
  made.append(...children);
  return made;
}

function set(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    made.setAttribute(name, value === true ? "" : `${value}`);
  }
}

/** Returns the element with this identifier, which is in the page. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
