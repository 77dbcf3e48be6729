/**
 * The head of the page: what the recording is of, and whether it grows.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ConnectionRow } from "../recording.ts";
import { byId, element, setText } from "./elements.ts";
import type { Facts, Link } from "./source.ts";
import { translate } from "./words.ts";

/** The title, the status, and the reason why nothing is captured. */
export class StatusView {
  #link: Link = "connecting";
  #facts: Facts = { title: "", live: false, problem: null };

  /** The state of the way to the server. */
  set link(link: Link) {
    this.#link = link;
    this.show();
  }

  /** Shows facts. */
  tell(facts: Facts): void {
    this.#facts = facts;
    const { title, problem } = facts;
    document.title = title === "" ? "netkit trace" : `${title} – netkit trace`;
    byId("problem").hidden = problem === null;
    byId("problem").replaceChildren(
      ...problem === null ? [] : [element("b", {}, problem.message)],
      ...(problem?.hint?.split("; ") ?? []).map((hint) => element("code", {}, hint)),
    );
    this.show();
  }

  /** Names the connection whose ladder is shown; none if it is not given. */
  name(row: ConnectionRow | undefined): void {
    const name = row ? `#${row.number}  ${row.client} → ${row.server}` : translate("ladder");
    setText(byId("ladder-name"), name);
  }

  /** Shows it, perhaps in another language. */
  show(): void {
    const { title, live } = this.#facts;
    setText(byId("title"), title === "" ? translate("tagline") : title);
    const state = this.#link === "open" && !live ? "complete" : this.#link;
    byId("status").dataset.link = state;
    setText(byId("status-text"), translate(`link.${state}`));
  }
}
