/**
 * The lines, the time axis and the labels of the plot.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
import { translate } from "./words.js";

/** The rates that have a line of their own, in bytes per second. */
const GRID = /** @type {const} */ ([
  [1024, "1 KiB/s"],
  [64 * 1024, "64 KiB/s"],
  [1024 ** 2, "1 MiB/s"],
  [16 * 1024 ** 2, "16 MiB/s"],
  [128 * 1024 ** 2, "128 MiB/s"],
  [1024 ** 3, "1 GiB/s"],
]);

/** The least distance between two lines with labels, in pixels. */
const LEAST_GAP = 15;

/** Pixels of the time axis below the bars. */
export const AXIS = 20;

/** Seconds between two marks of the time axis: the first of these for which there is room. */
const STEPS = [5, 10, 15, 30];

/** The least distance between two marks of the time axis, in pixels. */
const LEAST_STEP = 70;

/** @typedef {(name: string) => string} ColorOf Returns a color by the name of its property. */

/**
 * Draws the time axis: marks with the seconds before now.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number, second: number, color: ColorOf }} size All in pixels; `second`
 *   is the width of one.
 */
export function drawTimes(context, { width, height, second, color }) {
  const step = STEPS.find((each) => each * second >= LEAST_STEP) ?? 60;
  const y = height - AXIS;
  setFont(context);
  context.strokeStyle = color("--soft");
  context.fillStyle = color("--soft");
  context.lineWidth = 1;
  for (let seconds = 0; seconds * second <= width + 0.5; seconds += step) {
    const x = width - seconds * second;
    const at = Math.max(0.5, Math.min(width - 0.5, Math.round(x) + 0.5));
    context.beginPath();
    context.moveTo(at, y);
    context.lineTo(at, y + 4);
    context.stroke();
    const label = seconds === 0 ? translate("now") : `−${seconds} s`;
    const long = context.measureText(label).width;
    context.fillText(label, Math.max(0, Math.min(width - long, x - long / 2)), y + 13);
  }
}

/**
 * Draws the lines of the scale on both sides; returns where their labels go.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, middle: number, top: number, heightOf: (rate: number) => number,
 *   color: ColorOf }} scale
 * @returns {[y: number, label: string][]}
 */
export function drawGrid(context, { width, middle, top, heightOf, color }) {
  /** @type {[y: number, label: string][]} */
  const labels = [];
  context.lineWidth = 1;
  context.strokeStyle = color("--line");
  context.setLineDash([2, 4]);
  let last = 0;
  for (const [rate, label] of GRID) {
    const up = heightOf(rate);
    if (rate > top || up - last < LEAST_GAP || up > middle - LEAST_GAP / 2) continue;
    last = up;
    context.beginPath();
    for (const y of [middle - up, middle + up]) {
      context.moveTo(0, Math.round(y) + 0.5);
      context.lineTo(width, Math.round(y) + 0.5);
      labels.push([y, label]);
    }
    context.stroke();
  }
  context.setLineDash([]);
  return labels;
}

/**
 * Writes labels over the bars.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {[y: number, label: string][]} labels
 * @param {ColorOf} color
 */
export function drawLabels(context, labels, color) {
  setFont(context);
  for (const [y, label] of labels) {
    context.fillStyle = color("--card");
    context.globalAlpha = 0.85;
    fill(context, 0, y - 8, context.measureText(label).width + 10, 16, 4);
    context.globalAlpha = 1;
    context.fillStyle = color("--soft");
    context.fillText(label, 5, y + 0.5);
  }
}

/**
 * Fills a rectangle with round corners.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {number} radius
 */
export function fill(context, x, y, width, height, radius = Math.min(width, height) / 2) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context */
function setFont(context) {
  context.font = "11px ui-monospace, Menlo, Consolas, monospace";
  context.textBaseline = "middle";
}
