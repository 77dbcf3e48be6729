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
import { translateIn } from "../text/messages.ts";

/** The fewest and the most columns of a box. */
const MIN_BOX = 7;
const MAX_BOX = 16;

/**
 * Returns the lines of the picture: a staircase in which each line is the one above with one header
 * more, and at its end how many bytes that makes, and what it is called then. The padding of the frame, and
 * its check sequence, stand in the last line. Nothing if the terminal is too narrow for it.
 */
export function pictureLines(
  layers: readonly ExplainedLayer[],
  bytes: Uint8Array,
  style: TextStyle,
): string[] {
  const all = layers.map((layer) => boxOf(layer, bytes));
  const behind = all.filter(({ isBehind }) => isBehind);
  const boxes = all.filter(({ isBehind }) => !isBehind);
  const end = boxes.at(-1)?.end ?? 0;
  const widths = all.map(({ label }) => Math.max(MIN_BOX, width(label)) + 2);
  const floors = boxes.map(({ floor }) => floor);
  const floorWidth = Math.max(...floors.map(width)) + 1;
  const left = (start: number, i: number) => {
    const indent = widths.slice(0, i).reduce((sum, each) => sum + each + 1, 0);
    const there = i === 0 ? [...boxes, ...behind] : boxes.slice(i);
    const row = there.map(({ label, title, isBehind }, j) =>
      ` ${pad(j === 0 || isBehind ? label : title, widths[i + j]! - 2)} `
    );
    const floor = floors[i] === floors[i + 1] ? "" : floors[i]!;
    return {
      line: `${pad(floor, floorWidth)}${" ".repeat(indent)}|${row.join("|")}|`,
      size: `${(i === 0 ? all.at(-1)!.end : end) - start} B`,
    };
  };
  const rows = boxes.map(({ start, pdu }, i) => ({ ...left(start, i), pdu })).toReversed();
  const longest = Math.max(...rows.map(({ line }) => width(line)));
  const sizes = Math.max(...rows.map(({ size }) => size.length));
  const lines = rows.map(({ line, size }) => `${pad(line, longest)}  ${size.padStart(sizes)}`);
  if (lines.some((line) => width(line) > style.columns)) return rowLines(all, style);
  const named = rows.map(({ pdu }, i) => pdu === undefined ? lines[i]! : `${lines[i]}  ${pdu}`);
  return named.some((line) => width(line) > style.columns) ? lines : named;
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
  /** The name of header and content together, if they have one. */
  readonly pdu: string | undefined;
  /** Whether it stands behind the packet: padding, and the check sequence. */
  readonly isBehind: boolean;
  readonly start: number;
  readonly end: number;
}

function boxOf({ name, protocol, title, pos, size }: ExplainedLayer, bytes: Uint8Array): Box {
  const isBehind = name === "padding" || name === "fcs";
  const pdu = protocol.pdu === undefined ? undefined : translateIn("layer", protocol.pdu);
  const place = {
    floor: translateIn("layer", protocol.model),
    pdu,
    isBehind,
    start: pos,
    end: pos + size,
  };
  if (name !== "data") {
    const short = protocol.short ?? translateIn("layer", title);
    return { label: `${short} +${size}`, title: short, ...place };
  }
  const text = textOf(bytes.subarray(pos, pos + Math.min(size, MAX_BOX)));
  const shown = text === null ? `${size} B` : cut(escapeLine(text), MAX_BOX - 2);
  return { label: shown, title: shown, ...place };
}
