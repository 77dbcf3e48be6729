/**
 * The state diagram as a part of a picture, with the way of both ends lit.
 *
 * @module
 */
import {
  isLabelOnLine,
  NODES,
  type Point,
  RESET_LABEL,
  SIZE,
  type Walk,
  WAYS,
} from "./state_diagram.ts";
import { drawText, round } from "./svg_parts.ts";

/** Units of a column and a row of the diagram. */
const [COLUMN, ROW] = [9, 21];
/** Height of the diagram. */
export const DIAGRAM_HEIGHT: number = SIZE.rows * ROW + 20;

/** Returns the diagram, its upper left corner at `left` and `top`. */
export function drawDiagram(walk: Walk, left: number, top: number): string {
  const at = ([x, y]: Point): [number, number] => [left + x * COLUMN, top + (y + 0.5) * ROW];
  const edges = Object.entries(WAYS).map(([edge, way]) => {
    const numbers = walk.taken.get(edge);
    const kind = numbers === undefined ? "edge" : "edge taken";
    const places = way.points.map(at);
    // An edge begins beside the name of its state.
    const [[startX, startY], [nextX, nextY]] = [places[0]!, places[1]!];
    places[0] = [
      startX + Math.sign(nextX - startX) * COLUMN,
      startY + Math.sign(nextY - startY) * ROW * 0.55,
    ];
    const [toX, toY] = places.at(-1)!;
    const [fromX, fromY] = places.at(-2)!;
    const angle = Math.atan2(toY - fromY, toX - fromX) * 180 / Math.PI;
    const line = places.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
    const [x, y] = at(way.label);
    return `<polyline class="${kind}" points="${line}"/>` +
      `<path class="head ${kind}" d="M 4 0 l -9 -5 v 10 z" transform="translate(${round(toX)} ${
        round(toY)
      }) rotate(${angle})"/>` +
      (numbers ? drawText(x, isLabelOnLine(way) ? y - 5 : y + 4, numbers, "number") : "");
  });
  const nodes = NODES.map(([state, place], i) => {
    const [x, y] = at(place);
    const width = state.length * COLUMN;
    const isHere = walk.places.includes(i);
    const frame = isHere
      ? `<rect class="here" x="${x - 5}" y="${y - 11}" width="${width + 8}" height="22" rx="4"/>`
      : "";
    // The text stands in the middle of its columns, which are wider than its letters.
    return frame + drawText(x + width / 2, y + 4, state, "state", "middle");
  });
  const [x, y] = at(RESET_LABEL);
  const resets = walk.resets === "" ? "" : drawText(x, y + 4, walk.resets, "number");
  return [...edges, ...nodes, resets].join("\n");
}
