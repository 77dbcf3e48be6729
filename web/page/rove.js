/**
 * Lists of buttons that are one stop of the Tab key: the arrow keys move within (ARIA Authoring Practices,
 * "Keyboard Navigation Inside Components").
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The steps by their keys. @type {Record<string, (at: number, last: number) => number>} */
const STEPS = {
  ArrowUp: (at) => Math.max(0, at - 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/**
 * Makes the buttons in a list one stop of the Tab key.
 *
 * @param {HTMLElement} list
 * @param {string} selector Selects the buttons.
 * @param {"first" | "last"} start The one to begin with.
 * @returns {() => void} To be called when buttons have come or gone.
 */
export function rove(list, selector, start) {
  const buttons = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll(selector)]);
  /** @type {HTMLElement | undefined} */
  let stop;
  const update = () => {
    const all = buttons();
    // What has the focus stays the stop; else it is the newest.
    if (stop === undefined || !all.includes(stop) || stop !== document.activeElement) {
      stop = all.at(start === "first" ? 0 : -1);
    }
    for (const each of all) each.tabIndex = each === stop ? 0 : -1;
  };
  list.addEventListener("focusin", ({ target }) => {
    const button = /** @type {HTMLElement} */ (target);
    if (!button.matches(selector)) return;
    if (stop !== undefined) stop.tabIndex = -1;
    stop = button;
    stop.tabIndex = 0;
  });
  list.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const step = STEPS[event.key];
    if (at === -1 || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    all[step(at, all.length - 1)]?.focus();
  });
  return update;
}
