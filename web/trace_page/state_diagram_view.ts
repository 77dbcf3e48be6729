/**
 * The state diagram with a lamp for each end, and the edges that were taken.
 *
 * @module
 */
/// <reference lib="dom" />
import {
  NODES,
  type Point,
  RESET_LABEL,
  SIZE,
  type WalkedEnd,
  walkOf,
  WAYS,
} from "../../ladder/state_diagram.ts";
import { EDGES, type State } from "../../tcp/state.ts";
import type { Both } from "../../tcp/side.ts";
import { element, setText, shape } from "./elements.ts";
import { translate } from "./words.ts";

/** Units of a column and a row of the diagram. */
const [COLUMN, ROW] = [10, 24];

/** The height of the box of a state. */
const BOX = 24;

/** Listeners to the diagram. */
export interface DiagramEvents {
  /** A state is pointed at, or none. */
  readonly onPoint: (state: State | null) => void;
  /** A state is chosen. */
  readonly onChoose: (state: State) => void;
}

/** The diagram in an element of its own. */
export class StateDiagramView {
  readonly #root: HTMLElement;
  readonly #edges = new Map<string, SVGElement>();
  readonly #counts = new Map<string, SVGElement>();
  readonly #nodes: SVGElement[] = [];
  readonly #wait: SVGElement;
  readonly #resets: SVGElement;
  readonly #svg: SVGElement;

  /** Draws the diagram into `root`. */
  constructor(root: HTMLElement, events: DiagramEvents) {
    this.#root = root;
    const width = SIZE.columns * COLUMN + 20;
    const height = SIZE.rows * ROW + 8;
    this.#svg = shape("svg", { viewBox: `-10 0 ${width} ${height}`, role: "group" });
    for (const [edge, way] of Object.entries(WAYS)) this.#drawEdge(edge, way.points, way.label);
    this.#wait = shape("text", { class: "wait", x: 39 * COLUMN, y: 16.5 * ROW });
    this.#resets = shape("text", {
      class: "count",
      x: RESET_LABEL[0] * COLUMN,
      y: (RESET_LABEL[1] + 0.5) * ROW + 8,
    });
    NODES.forEach(([state, place]) => this.#drawNode(state, place, events));
    this.#svg.append(this.#resets, this.#wait);
    root.replaceChildren(this.#svg);
  }

  /** Shows where both ends are, and the way that they came; `isSelf` if they are one socket. */
  show(paths: Both<WalkedEnd>, isSelf: boolean): void {
    const { taken, resets, places } = walkOf({ ends: paths, isSelf }, false);
    for (const [edge, line] of this.#edges) line.classList.toggle("taken", taken.has(edge));
    for (const [edge, text] of this.#counts) setText(text, taken.get(edge) ?? "");
    setText(this.#resets, resets);
    this.#nodes.forEach((node, i) => {
      const isHere = [places[0] === i, places[1] === i];
      node.classList.toggle("client", isHere[0]!);
      node.classList.toggle("server", isHere[1]!);
      const [state] = NODES[i]!;
      const names = [isHere[0] && translate("client"), isHere[1] && translate("server")]
        .filter((name) => name);
      node.setAttribute("aria-label", [state, ...names].join(", "));
      if (names.length > 0) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    });
    this.#svg.setAttribute("aria-label", translate("diagram"));
  }

  /** Lights edges, which a segment has taken. */
  light(edges: ReadonlySet<string>): void {
    for (const [edge, line] of this.#edges) line.classList.toggle("lit", edges.has(edge));
  }

  /** Shows the time that is left of TIME-WAIT; an empty text without one. */
  setWait(text: string): void {
    setText(this.#wait, text);
  }

  #drawEdge(edge: string, points: readonly Point[], label: Point): void {
    const places = points.map(placeOf);
    const [startX, startY] = places[0]!;
    const [nextX, nextY] = places[1]!;
    places[0] = [
      startX + Math.sign(nextX - startX) * COLUMN,
      startY + Math.sign(nextY - startY) * BOX / 2,
    ];
    const [x, y] = places.at(-1)!;
    const [fromX, fromY] = places.at(-2)!;
    const angle = Math.atan2(y - fromY, x - fromX) * 180 / Math.PI;
    const [labelX, labelY] = placeOf(label);
    const line = points.slice(1).some(([, row], i) => row === label[1] && points[i]![1] === row);
    const text = shape("text", { class: "count", x: labelX, y: line ? labelY - 6 : labelY + 4 });
    const drawn = shape(
      "g",
      { class: "edge", "data-edge": edge },
      shape("polyline", { points: places.map((place) => place.join(",")).join(" ") }),
      shape("path", {
        d: "M 5 0 l -10 -5 v 10 z",
        transform: `translate(${x} ${y}) rotate(${angle})`,
      }),
      text,
      shape("title", {}, `${edge.replace(">", " → ")}: ${EDGES[edge]}`),
    );
    this.#edges.set(edge, drawn);
    this.#counts.set(edge, text);
    this.#svg.append(drawn);
  }

  #drawNode(state: State, place: Point, events: DiagramEvents): void {
    const [x, y] = placeOf(place);
    const width = state.length * COLUMN + 6;
    const left = x - 3;
    const node = shape(
      "g",
      { class: "node", "data-state": state, role: "button", tabindex: 0, "aria-label": state },
      shape("rect", { x: left, y: y - BOX / 2, width, height: BOX, rx: 7 }),
      shape("text", { x: left + width / 2, y: y + 4.5, "text-anchor": "middle" }, state),
      shape("circle", { class: "lamp client", cx: left - 7, cy: y, r: 7 }),
      shape("circle", { class: "lamp server", cx: left + width + 7, cy: y, r: 5.5 }),
    );
    for (const name of ["pointerenter", "focus"]) {
      node.addEventListener(name, () => events.onPoint(state));
    }
    for (const name of ["pointerleave", "blur"]) {
      node.addEventListener(name, () => events.onPoint(null));
    }
    node.addEventListener("click", () => events.onChoose(state));
    node.addEventListener("keydown", (event) => {
      const { key } = event as KeyboardEvent;
      if (key !== "Enter" && key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      events.onChoose(state);
    });
    this.#nodes.push(node);
    this.#svg.append(node);
  }

  /** The element that it is in. */
  get root(): HTMLElement {
    return this.#root;
  }
}

function placeOf([x, y]: Point): [number, number] {
  return [x * COLUMN, (y + 0.5) * ROW + 4];
}

/** Returns the edges that a move goes along, as `FROM>TO`. */
export function edgesOf(before: Both<State>, moves: Both<readonly State[]>): Set<string> {
  const edges = new Set<string>();
  moves.forEach((states, side) => {
    states.forEach((state, i) => edges.add(`${i === 0 ? before[side] : states[i - 1]}>${state}`));
  });
  return edges;
}

/** Returns a legend: a mark, a name and a state for each end. */
export function legendOf(
  names: readonly string[],
  states: readonly string[],
): HTMLElement[] {
  return states.map((state, side) =>
    element(
      "li",
      {},
      element("span", { class: `mark ${side === 0 ? "client" : "server"}`, "aria-hidden": "true" }),
      element("span", { class: "role" }, translate(side === 0 ? "client" : "server")),
      element("bdi", { class: "address" }, names[side]!),
      element("b", {}, state),
    )
  );
}
