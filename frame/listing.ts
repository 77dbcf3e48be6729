/**
 * Packets one after the other as text: each in a line, in full, or as JSON.
 *
 * @module
 */
import type { DissectedPacket } from "../packet/dissect.ts";
import { explain, type ExplainedLayer } from "../packet/explain.ts";
import { explainFragment } from "../packet/fragment_fields.ts";
import type { Reassembled } from "../packet/reassembly.ts";
import { PacketLines } from "./line.ts";
import { PacketTimes, type TimeForm } from "./packet_times.ts";
import { recordOfPacket } from "./record.ts";
import { explainLines, reassembledLines, type TextStyle } from "./text.ts";
import { t } from "../text/messages.ts";

/** The form of a list; `auto` is a line for each packet, but a single packet in full. */
export type ListingForm = "auto" | "lines" | "full" | "json";

/** A list of packets as text, made packet by packet. */
export class PacketListing {
  readonly #form: ListingForm;
  readonly #style: TextStyle;
  readonly #toJson: (value: unknown) => string;
  readonly #lines: PacketLines;
  readonly #times: PacketTimes;
  readonly #hasTimes: boolean;
  /** The first packet, as long as it is not known whether it is the only one. */
  #held: DissectedPacket | null = null;
  #count = 0;

  /**
   * Lists packets in `form`; `toJson` makes one line of a value.
   *
   * @param time The form of times; `null` for seconds since the first packet, in lines only.
   */
  constructor(
    form: ListingForm,
    style: TextStyle,
    toJson: (value: unknown) => string,
    time: TimeForm | null = null,
  ) {
    this.#form = form;
    this.#style = style;
    this.#toJson = toJson;
    this.#hasTimes = time !== null;
    this.#times = new PacketTimes(time ?? "relative");
    this.#lines = new PacketLines(style.columns, this.#times);
  }

  /** Whether a packet is held back, because it may be the only one. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Returns the text that is due with the next packet, which is lent; `whole` if it completes that one. */
  add(packet: DissectedPacket, whole: Reassembled | null = null): string {
    this.#count++;
    switch (this.#form) {
      case "json":
        return `${this.#toJson(recordOf(packet, whole))}\n`;
      case "full":
        return this.#inFull(packet, whole, true);
      case "lines":
        return this.#line(packet, whole);
      default: {
        if (this.#count === 1) {
          this.#held = { ...packet, bytes: packet.bytes.slice() };
          return "";
        }
        return this.release() + this.#line(packet, whole);
      }
    }
  }

  /** Returns the line of the packet that is held back: others may follow much later. */
  release(): string {
    const held = this.#held;
    this.#held = null;
    return held === null ? "" : this.#line(held, null);
  }

  /** Returns the text that is left at the end. */
  end(): string {
    const held = this.#held;
    this.#held = null;
    return held === null ? "" : this.#inFull(held, null, false);
  }

  #line(packet: DissectedPacket, whole: Reassembled | null): string {
    return `${this.#lines.line(packet, whole)}\n`;
  }

  #inFull(packet: DissectedPacket, whole: Reassembled | null, numbered: boolean): string {
    const lines = explainLines(explained(packet, whole), packet.bytes, this.#style);
    if (whole !== null) lines.push("", ...reassembledLines(whole, this.#style));
    if (numbered) {
      const time = this.#hasTimes ? `  ${this.#times.text(packet.time).trim()}` : "";
      lines.unshift(this.#style.bold(t`packet ${packet.number}${time}`));
    }
    return `${this.#count > 1 ? "\n" : ""}${lines.join("\n")}\n`;
  }
}

function explained(packet: DissectedPacket, whole: Reassembled | null): ExplainedLayer[] {
  return whole === null ? explain(packet) : explainFragment(packet, whole);
}

function recordOf(packet: DissectedPacket, whole: Reassembled | null): Record<string, unknown> {
  return recordOfPacket(explained(packet, whole), packet.bytes, packet, whole);
}
