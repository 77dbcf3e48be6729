/**
 * The filter over the list of connections: words, a kind, and the number of those that are shown.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ConnectionsView } from "./connections_view.ts";
import { byId, element, setText } from "./elements.ts";
import { type Choice, CHOICES } from "./list_order.ts";
import { type Key, translate } from "./words.ts";

/** The fields of the filter. */
export class FilterBar {
  readonly #connections: ConnectionsView;
  readonly #words = byId<HTMLInputElement>("filter");
  readonly #kind = byId<HTMLSelectElement>("choice");

  /** Filters `connections`; `onChange` is told when a person has changed the filter. */
  constructor(connections: ConnectionsView, onChange: () => void) {
    this.#connections = connections;
    const change = () => {
      this.#apply();
      onChange();
    };
    this.#words.addEventListener("input", change);
    this.#kind.addEventListener("change", change);
    this.refresh();
  }

  /** The words. */
  get query(): string {
    return this.#words.value;
  }

  /** The kind. */
  get choice(): string {
    return this.#kind.value;
  }

  /** Filters by words and a kind; by none that it does not know. */
  set(query: string, choice: string): void {
    this.#words.value = query;
    this.#kind.value = CHOICES.includes(choice as Choice) ? choice : "all";
    this.#apply();
  }

  /** Shows how many connections there are. */
  count(): void {
    const { shown, size } = this.#connections;
    const text = shown.length === size ? `${size}` : `${shown.length} / ${size}`;
    setText(byId("connection-count"), size === 0 ? "" : text);
  }

  /** Makes the words anew, in another language. */
  refresh(): void {
    const chosen = this.#kind.value;
    const options = CHOICES.map((each) =>
      element("option", { value: each }, translate(`kind.${each}` as Key))
    );
    this.#kind.replaceChildren(...options);
    this.#kind.value = chosen === "" ? "all" : chosen;
  }

  #apply(): void {
    this.#connections.filter(this.query, this.choice as Choice);
    this.count();
  }
}
