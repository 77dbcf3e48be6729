/**
 * Frames that have passed the card of a host, as a capture.
 *
 * @module
 */
import { pcapHeader, pcapRecord } from "../../capture/pcap.ts";
import { LINK } from "../../packet/link.ts";
import { concat } from "@std/bytes/concat";

/** The frames that have passed a card, both ways. */
export class Recording {
  #records: Uint8Array<ArrayBuffer>[] = [];
  /** Called with each frame that passes. */
  onFrame: ((frame: Uint8Array) => void) | null = null;

  /** Adds a frame that passes now. */
  add(bytes: Uint8Array): void {
    const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const time = BigInt(microseconds) * 1000n;
    this.#records.push(pcapRecord({ time, bytes, length: bytes.length }));
    this.onFrame?.(bytes);
  }

  /** Returns them as a file (pcap). */
  file(): Uint8Array<ArrayBuffer> {
    return concat([pcapHeader(LINK.ethernet), ...this.#records]);
  }

  /** Forgets them. */
  clear(): void {
    this.#records = [];
    this.onFrame = null;
  }
}
