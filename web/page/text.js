/**
 * Texts in elements of the page.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />

/** Writes `text` where it does not stand already. @param {Element} where @param {string} text */
export function setText(where, text) {
  if (where.textContent !== text) where.textContent = text;
}
