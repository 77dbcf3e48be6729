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
import { addPacketRecord } from "./record.ts";
import { addLayers, addReassembled, type TextStyle } from "./text.ts";
import { TextBuffer } from "../text/text_buffer.ts";
import { t } from "../text/messages.ts";

/** The form of a list; `auto` is a line for each packet, but a single packet in full. */
export type ListingForm = "auto" | "lines" | "full" | "json";

/** A list of packets as text, made packet by packet. */
export class PacketListing {
  /** The text that is due. */
  readonly text = new TextBuffer();
  readonly #form: ListingForm;
  readonly #style: TextStyle;
  readonly #lines: PacketLines;
  readonly #times: PacketTimes;
  readonly #hasTimes: boolean;
  /** The first packet, as long as it is not known whether it is the only one. */
  #held: DissectedPacket | null = null;
  #count = 0;

  /**
   * Lists packets in `form`.
   *
   * @param time The form of times; `null` for seconds since the first packet, in lines only.
   */
  constructor(
    form: ListingForm,
    style: TextStyle,
    time: TimeForm | null = null,
  ) {
    this.#form = form;
    this.#style = style;
    this.#hasTimes = time !== null;
    this.#times = new PacketTimes(time ?? "relative");
    this.#lines = new PacketLines(style.columns, this.#times);
  }

  /** Whether a packet is held back, because it may be the only one. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Adds the next packet, which is lent, to the text; `whole` if it completes that one. */
  add(packet: DissectedPacket, whole: Reassembled | null = null): void {
    this.#count++;
    switch (this.#form) {
      case "json":
        addPacketRecord(this.text, explained(packet, whole), packet.bytes, packet, whole);
        break;
      case "full":
        this.#addFull(packet, whole, true);
        break;
      case "lines":
        this.text.line(this.#lines.line(packet, whole));
        break;
      default: {
        if (this.#count === 1) {
          this.#held = { ...packet, bytes: packet.bytes.slice() };
          break;
        }
        this.release();
        this.text.line(this.#lines.line(packet, whole));
      }
    }
  }

  /** Adds the line of the packet that is held back: others may follow much later. */
  release(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.text.line(this.#lines.line(held, null));
  }

  /** Adds what is left at the end. */
  end(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#addFull(held, null, false);
  }

  #addFull(packet: DissectedPacket, whole: Reassembled | null, numbered: boolean): void {
    const { text } = this;
    if (this.#count > 1) text.line();
    if (numbered) {
      const time = this.#hasTimes ? `  ${this.#times.text(packet.time).trim()}` : "";
      text.line(this.#style.bold(t`packet ${packet.number}${time}`));
    }
    addLayers(text, explained(packet, whole), packet.bytes, this.#style);
    if (whole === null) return;
    text.line();
    addReassembled(text, whole, this.#style);
  }
}

function explained(packet: DissectedPacket, whole: Reassembled | null): ExplainedLayer[] {
  return whole === null ? explain(packet) : explainFragment(packet, whole);
}
