/**
 * A packet in one line.
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { escapeLine } from "../text/escape.ts";
import { fold } from "../text/layout.ts";
import { count } from "../text/units.ts";
import { overlapWords } from "../packet/fragment_fields.ts";
import { keyWords } from "../packet/keys.ts";
import { problemsOf } from "../packet/problems.ts";
import { type Dissected, type Layer, type Line, titleOf } from "../packet/protocol.ts";
import type { Reassembled } from "../packet/reassembly.ts";
import type { PacketTimes } from "./packet_times.ts";
import { textOf } from "./payload.ts";

/** The width from which lines have room for sequence numbers and windows. */
const WIDE = 110;

/** The most bytes of content that a line of limited width shows. */
const PREVIEW = 48;

/**
 * The lines of a list of packets. The column of addresses grows with the longest so far, to half of the
 * line. Text without room on a line stands on the next one, behind the columns of number and time.
 */
export class PacketLines {
  readonly #columns: number;
  readonly #times: PacketTimes;
  #addressWidth = 0;

  /** Makes lines of at most `columns`, of `Infinity` with all of the content, that begin with `times`. */
  constructor(columns: number, times: PacketTimes) {
    this.#columns = columns;
    this.#times = times;
  }

  /**
   * Returns the line of a packet: number, time, addresses, and a summary.
   *
   * @param whole The packet that its fragment has completed: then that is summed up.
   */
  line(
    packet: Dissected & { readonly number: number; readonly time: bigint },
    whole: Reassembled | null = null,
  ): string {
    const start = `${String(packet.number).padStart(4)} ${this.#times.text(packet.time)}  `;
    const { addresses, what, plain } = summaryOf(packet, whole, this.#columns);
    const widest = Math.floor(this.#columns / 2) - 3;
    this.#addressWidth = Math.max(this.#addressWidth, Math.min(addresses.length, widest));
    const line = `${start}${addresses.padEnd(this.#addressWidth)}  ${what}`;
    if (plain && line.length <= this.#columns) return line;
    return fold(line, this.#columns, start.length).join("\n");
  }
}

/** The parts of a packet's line. */
interface Summary {
  readonly addresses: string;
  readonly what: string;
  /** True if each character takes one column of the terminal. */
  readonly plain: boolean;
}

function summaryOf(
  packet: Dissected,
  whole: Reassembled | null,
  columns: number,
): Summary {
  const line: Line = { link: -1, from: "", to: "", around: "", what: "", wide: columns >= WIDE };
  const most = columns === Infinity ? Infinity : PREVIEW;
  let content: string;
  if (whole === null) content = addLayers(line, packet, packet.layers, most);
  else {
    addLayers(line, packet, packet.layers.slice(0, whole.header), most);
    line.around += `${count(whole.fragments.length, "fragment")}, `;
    content = addLayers(line, whole, whole.layers, most);
  }
  if (line.from === "" && line.link !== -1) {
    const { bytes } = packet;
    line.from = formatMac(bytes.subarray(line.link + 6, line.link + 12));
    line.to = formatMac(bytes.subarray(line.link, line.link + 6));
  }
  const addresses = line.from === "" ? "" : `${line.from} → ${line.to}`;
  const overlap = whole === null ? null : overlapWords(whole);
  const problem = overlap === null ? problemWords(whole ?? packet) : ` ! ip: ${overlap},`;
  return {
    addresses,
    what: `${line.around}${line.what}${problem}${content}`,
    plain: /^[\x20-\x7e]*$/.test(content),
  };
}

/** Adds what `layers` say to `line`; returns the words on the content, of which `most` bytes are shown. */
function addLayers(
  line: Line,
  { bytes, length }: Dissected,
  layers: readonly Layer[],
  most: number,
): string {
  for (const layer of layers) {
    const { name, protocol, start } = layer;
    if (layer.quoted || name === "padding") break;
    if (name === "data") {
      const size = Math.min(layer.wireEnd, length) - start;
      line.what = contentWords(layer, line.what);
      return `  ${size} B${preview(layer, bytes, most)}`;
    }
    if (!layer.whole) {
      line.what = titleOf(protocol, bytes, start);
      break;
    }
    protocol.line?.(layer, bytes, line);
  }
  return "";
}

/** Returns what content is, by the number that announced it; `what` is the header around it. */
function contentWords({ key, fragment }: Layer, what: string): string {
  const words = keyWords(key);
  if (words === null) return what === "" ? "data" : what;
  return fragment ? `${what} of ${words}` : words;
}

/** Returns the most serious problem in few words, with its mark, or nothing. */
function problemWords(packet: Dissected): string {
  for (let i = 0; i < packet.layers.length; i++) {
    const { name } = packet.layers[i]!;
    // Data that only the capture cut off, and offload, are seen everywhere and are no fault.
    const found = name === "data"
      ? undefined
      : problemsOf(packet, i).find((each) => !each.includes("offload"));
    if (found !== undefined) return ` ! ${name}: ${found},`;
  }
  return "";
}

/** Returns the first `most` bytes of content in quotes if they are text, else nothing. */
function preview({ start, end, fragment }: Layer, bytes: Uint8Array, most: number): string {
  if (fragment) return "";
  const text = textOf(bytes.subarray(start, Math.min(end, start + most)));
  const more = end > start + most ? "…" : "";
  return text === null ? "" : `  "${escapeLine(text.replaceAll("\r", "\\r"))}${more}"`;
}
