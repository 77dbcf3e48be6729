/**
 * One rung of the ladder as an element: time, states, arrow, words.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Step } from "../../tcp/connection.ts";
import { element, shape } from "./elements.ts";
import type { ConnectionModel, Rung } from "./connection_model.ts";
import { foldText, kindOf, type RungText } from "./rung_text.ts";
import { translate } from "./words.ts";

/** The room for a ladder: notes beside the arrow, below it, or states below as well. */
export type Room = "wide" | "middle" | "narrow";

/** Returns the room that a width in pixels is. */
export function roomOf(width: number): Room {
  return width >= 860 ? "wide" : width >= 520 ? "middle" : "narrow";
}

/** Pixels of a rung, of a note below the arrow, of one more state, and of time and states below it. */
const HEIGHT = { rung: 44, fold: 34, note: 20, state: 18, states: 20, revision: 38 } as const;

/** Returns the height of a rung without the gap above it. */
export function heightOf(rung: Rung, model: ConnectionModel, room: Room): number {
  if (rung.kind === "fold") return HEIGHT.fold;
  const step = model.steps[rung.index]!;
  const states = Math.max(step.moves[0].length, step.moves[1].length);
  let height: number = HEIGHT.rung + Math.max(0, states - 1) * HEIGHT.state;
  if (room === "narrow") height += HEIGHT.states;
  if (room !== "wide" && hasNote(model.textAt(rung.index)!)) height += HEIGHT.note;
  if (step.revision !== null) height += HEIGHT.revision;
  return height;
}

function hasNote({ remark, meaning, payload }: RungText): boolean {
  return remark !== "" || meaning !== "" || payload !== "";
}

/** The look of a rung, which changes without anything in it. */
export interface RowLook {
  /** The number of all rungs. */
  readonly count: number;
  /** Whether it is the chosen one. */
  readonly isChosen: boolean;
  /** Whether it is behind the chosen one: not yet there. */
  readonly isAhead: boolean;
  /** Whether it was found. */
  readonly isFound: boolean;
  /** Whether the state that is pointed at is reached by it. */
  readonly isLit: boolean;
}

/** The place of a rung. */
export interface RowPlace {
  /** Its place in the list, from 0. */
  readonly place: number;
  /** Pixels of the gap above it. */
  readonly gap: number;
  /** The time that the gap stands for; empty for none. */
  readonly wait: string;
}

/** Makes the element of a rung look so. */
export function dress(row: HTMLElement, look: RowLook): void {
  row.setAttribute("aria-setsize", `${look.count}`);
  row.setAttribute("aria-selected", `${look.isChosen}`);
  row.classList.toggle("ahead", look.isAhead);
  row.classList.toggle("found", look.isFound);
  row.classList.toggle("lit", look.isLit);
}

/** Returns the element of a rung, which has no look yet. */
export function makeRow(
  rung: Rung,
  model: ConnectionModel,
  { place, gap: height, wait }: RowPlace,
): HTMLElement {
  const index = rung.kind === "step" ? rung.index : rung.first;
  const step = model.steps[index]!;
  const row = element("div", {
    id: `rung-${place}`,
    class: rung.kind === "step" ? `rung ${kindOf(step)} from${step.from}` : "rung fold",
    role: "option",
    "aria-posinset": place + 1,
    "data-place": place,
  });
  if (height > 0) {
    const gap = element("span", { class: "gap", "aria-hidden": "true" });
    gap.style.height = `${height}px`;
    if (height >= 24) gap.append(element("span", {}, wait));
    row.append(gap);
  }
  const body = element("span", { class: "body" });
  if (rung.kind === "fold") fillFold(body, rung);
  else fillStep(body, step, model.textAt(index)!);
  row.append(body);
  return row;
}

function fillFold(body: HTMLElement, { bundle, isOpen }: Rung & { kind: "fold" }): void {
  body.append(
    element("span", { class: "dots", "aria-hidden": "true" }, isOpen ? "▾" : "▸"),
    element("span", { class: "words" }, foldText(bundle)),
    element("span", { class: "hidden" }, translate(isOpen ? "foldOpen" : "foldClosed")),
  );
}

function fillStep(body: HTMLElement, step: Step, text: RungText): void {
  const { moves, from } = step;
  const states = (side: 0 | 1) =>
    element(
      "span",
      { class: `states s${side}` },
      ...moves[side].map((state) => element("b", {}, state)),
    );
  const note = element("span", { class: "note" });
  if (text.remark !== "") note.append(element("span", { class: "remark" }, text.remark));
  if (text.meaning !== "") note.append(element("span", {}, text.meaning));
  if (text.payload !== "") note.append(element("bdi", { class: "payload" }, text.payload));
  body.append(
    element("span", { class: "time" }, text.time),
    states(0),
    element(
      "span",
      { class: "lane" },
      element("span", { class: "hidden" }, translate(from === 0 ? "toServer" : "toClient")),
      element("bdi", { class: "label" }, text.label),
      drawArrow(step),
    ),
    states(1),
    note,
  );
  if (text.revision !== "") body.append(element("span", { class: "revision" }, text.revision));
}

/** Heights of the ends of an arrow in its lane. */
const [START, END] = [24, 33];

/**
 * Returns the arrow; its kind is told by its form, too: the mark where it starts, its head, its line. What
 * is on its way ends in the middle, where it is taken up when it arrives; what was lost ends with a cross.
 */
function drawArrow(step: Step): SVGElement {
  const { from, passage } = step;
  const isLost = passage?.leg === "sent" && passage.flight.arrived === null;
  const isSent = passage?.leg === "sent";
  const kind = isLost ? "rst" : kindOf(step);
  const isComing = passage?.leg === "arrived";
  const [start, end] = [isComing ? 45 : 0, isSent ? 55 : 100];
  const [x, toX] = from === 0 ? [`${start}%`, `${end}%`] : [`${100 - start}%`, `${100 - end}%`];
  const way = from === 0 ? 1 : -1;
  const again = step.marks.some((mark) => mark.includes("retransmission"));
  return shape(
    "svg",
    { class: again ? "arrow again" : "arrow", "aria-hidden": "true", width: "100%", height: 40 },
    shape("line", {
      ...{ x1: x, y1: START, x2: toX, y2: END },
      ...(isSent || isComing ? { "stroke-dasharray": "2 4" } : {}),
    }),
    shape(
      "svg",
      { x, y: START, overflow: "visible" },
      ...isComing
        ? []
        : kind === "syn"
        ? [shape("circle", { class: "tail", cx: 6 * way, cy: 0.3, r: 4 })]
        : kind === "fin"
        ? [shape("path", { class: "tail", d: `M ${5 * way} -6 v 12` })]
        : [],
    ),
    shape(
      "svg",
      { x: toX, y: END, overflow: "visible" },
      isSent && !isLost ? "" : kind === "rst"
        ? shape("path", {
          class: "cross",
          d: `M ${-12 * way} -6 l ${10 * way} 12 m 0 -12 l ${-10 * way} 12`,
        })
        : shape("path", { class: "head", d: `M ${-1 * way} 0 l ${-10 * way} -5.5 v 10 z` }),
    ),
  );
}
