/**
 * Radiotap: what the receiver knows of a frame of 802.11 besides its bytes (radiotap.org). Numbers are
 * little-endian.
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import type { Protocol } from "./protocol.ts";

const LITTLE = { little: true };

/** Radiotap. */
export const RADIOTAP: Protocol = {
  name: "radiotap",
  title: "radiotap",
  model: "link",
  table: headerTable(
    field("radiotap.version", 8, "decimal", "0"),
    field("radiotap.pad", 8, "decimal", "padding"),
    field("radiotap.length", 16, "decimal", "bytes of this header", LITTLE),
    field("radiotap.present.word", 32, "hex", "which values follow", LITTLE),
  ),
  size: (bytes, start) => bytes[start + 2]! | bytes[start + 3]! << 8,
  next: () => keyOf(SPACE.link, LINK.ieee80211),
};
