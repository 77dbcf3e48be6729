/**
 * Packets one after the other as text: each in a line, in full, or as JSON.
 *
 * @module
 */
import type { DissectedPacket } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { PacketLines } from "./line.ts";
import { recordOfPacket } from "./record.ts";
import { explainLines, type TextStyle } from "./text.ts";

/** The form of a list; `auto` is a line for each packet, but a single packet in full. */
export type ListingForm = "auto" | "full" | "json";

/** A list of packets as text, made packet by packet. */
export class PacketListing {
  readonly #form: ListingForm;
  readonly #style: TextStyle;
  readonly #toJson: (value: unknown) => string;
  readonly #lines: PacketLines;
  /** The first packet, as long as it is not known whether it is the only one. */
  #held: DissectedPacket | null = null;
  #count = 0;

  /** Lists packets in `form`; `toJson` makes one line of a value. */
  constructor(form: ListingForm, style: TextStyle, toJson: (value: unknown) => string) {
    this.#form = form;
    this.#style = style;
    this.#toJson = toJson;
    this.#lines = new PacketLines(style.columns);
  }

  /** Returns the text that is due with the next packet, which is lent. */
  add(packet: DissectedPacket): string {
    this.#count++;
    switch (this.#form) {
      case "json":
        return `${this.#toJson(recordOf(packet))}\n`;
      case "full":
        return this.#inFull(packet, true);
      default: {
        if (this.#count === 1) {
          this.#held = { ...packet, bytes: packet.bytes.slice() };
          return "";
        }
        const held = this.#held;
        this.#held = null;
        return (held === null ? "" : this.#line(held)) + this.#line(packet);
      }
    }
  }

  /** Returns the text that is left at the end. */
  end(): string {
    const held = this.#held;
    this.#held = null;
    return held === null ? "" : this.#inFull(held, false);
  }

  #line(packet: DissectedPacket): string {
    return `${this.#lines.line(packet)}\n`;
  }

  #inFull(packet: DissectedPacket, numbered: boolean): string {
    const layers = explain(packet);
    const lines = explainLines(layers, packet.bytes, this.#style);
    if (numbered) lines.unshift(this.#style.bold(`packet ${packet.number}`));
    return `${this.#count > 1 ? "\n" : ""}${lines.join("\n")}\n`;
  }
}

function recordOf(packet: DissectedPacket): Record<string, unknown> {
  return recordOfPacket(explain(packet), packet.bytes, packet);
}
