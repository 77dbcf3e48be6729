/**
 * A packet as a picture: each layer puts its header in front of what it got.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { cut, pad, width } from "../text/layout.ts";
import type { ExplainedLayer } from "../packet/explain.ts";
import type { TextStyle } from "./text.ts";
import { textOf } from "./payload.ts";

/** The fewest and the most columns of a box. */
const MIN_BOX = 7;
const MAX_BOX = 16;

/**
 * Returns the lines of the picture: a staircase in which each line is the one above with one header
 * more, and at its end how many bytes that makes. Nothing if the terminal is too narrow for it.
 */
export function pictureLines(
  layers: readonly ExplainedLayer[],
  bytes: Uint8Array,
  style: TextStyle,
): string[] {
  const boxes = layers.filter(({ name }) => name !== "padding").map((layer) => boxOf(layer, bytes));
  const widths = boxes.map(({ label }) => Math.max(MIN_BOX, width(label)) + 2);
  const floors = boxes.map(({ floor }) => floor);
  const floorWidth = Math.max(...floors.map((floor) => floor.length)) + 1;
  const end = boxes.at(-1)?.end ?? 0;
  const total = (start: number) => `${end - start} B`;
  const totalWidth = total(0).length;
  const all = floorWidth + widths.reduce((sum, each) => sum + each + 1, 1) + 2 + totalWidth;
  if (all > style.columns) return rowLines(boxes, style);
  const lines: string[] = [];
  for (let i = boxes.length - 1; i >= 0; i--) {
    const indent = widths.slice(0, i).reduce((sum, each) => sum + each + 1, 0);
    const row = boxes.slice(i).map(({ label, title }, j) =>
      ` ${pad(j === 0 ? label : title, widths[i + j]! - 2)} `
    );
    const floor = floors[i] === floors[i + 1] ? "" : floors[i]!;
    const left = `${floor.padEnd(floorWidth)}${" ".repeat(indent)}|${row.join("|")}|`;
    lines.push(`${left}  ${total(boxes[i]!.start).padStart(totalWidth)}`);
  }
  return lines;
}

/** Returns the layers in one row, with their bytes below it; nothing if even that is too wide. */
function rowLines(boxes: readonly Box[], { columns }: TextStyle): string[] {
  const sizes = boxes.map(({ start, end }) => String(end - start));
  const widths = boxes.map(({ title }, i) => Math.max(width(title), sizes[i]!.length));
  const total = `  ${(boxes.at(-1)?.end ?? 0)} B`;
  const titles = boxes.map(({ title }, i) => pad(title, widths[i]!)).join("|");
  const counts = sizes.map((size, i) => size.padStart(widths[i]!)).join("|");
  if (width(titles) + total.length + 2 > columns) return [];
  return [`|${titles}|${total}`, `|${counts}|`];
}

/** A layer in the picture. */
interface Box {
  /** The text in the line where the header is added: its name and its bytes. */
  readonly label: string;
  /** The text in the lines below. */
  readonly title: string;
  readonly floor: string;
  readonly start: number;
  readonly end: number;
}

function boxOf({ name, protocol, title, pos, size }: ExplainedLayer, bytes: Uint8Array): Box {
  const place = { floor: protocol.model, start: pos, end: pos + size };
  if (name !== "data") {
    const short = protocol.short ?? title;
    return { label: `${short} +${size}`, title: short, ...place };
  }
  const text = textOf(bytes.subarray(pos, pos + Math.min(size, MAX_BOX)));
  const shown = text === null ? `${size} B` : cut(escapeLine(text), MAX_BOX - 2);
  return { label: shown, title: shown, ...place };
}
