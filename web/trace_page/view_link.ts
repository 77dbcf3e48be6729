/**
 * The view as a link: what is chosen stands in the fragment of the URL, which no server sees.
 *
 * @module
 */

/** A view of the page: the chosen connection and segment, and how they are shown. */
export interface View {
  /** The number of the connection; `null` for none. */
  readonly connection: number | null;
  /** The address of its client, where its number is not known yet; `null` if it is. */
  readonly client: string | null;
  /** The place of the segment, from 1; `null` for the newest. */
  readonly segment: number | null;
  /** Whether gaps are in proportion to time. */
  readonly isToScale: boolean;
  /** Whether every segment has a rung. */
  readonly isUnfolded: boolean;
  /** The words that connections are filtered by. */
  readonly query: string;
  /** The kind that they are filtered by. */
  readonly choice: string;
}

/** Returns the fragment without its `#`. */
export function formatView(view: View): string {
  const parts = new URLSearchParams();
  if (view.connection !== null) parts.set("conn", `${view.connection}`);
  if (view.client !== null) parts.set("client", view.client);
  if (view.segment !== null) parts.set("segment", `${view.segment}`);
  if (view.isToScale) parts.set("scale", "time");
  if (view.isUnfolded) parts.set("all", "1");
  if (view.query !== "") parts.set("filter", view.query);
  if (view.choice !== "all") parts.set("kind", view.choice);
  return parts.toString();
}

/** Returns the view of a fragment, with or without its `#`; parts that are wrong are left out. */
export function parseView(fragment: string): View {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  return {
    connection: numberIn(parts.get("conn")),
    client: parts.get("client"),
    segment: numberIn(parts.get("segment")),
    isToScale: parts.get("scale") === "time",
    isUnfolded: parts.has("all"),
    query: parts.get("filter") ?? "",
    choice: parts.get("kind") ?? "all",
  };
}

function numberIn(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
