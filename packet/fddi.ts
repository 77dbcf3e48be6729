/**
 * FDDI: a ring of fibre (ANSI X3T9.5).
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { LLC_KEY, NO_KEY } from "./keys.ts";
import type { Protocol } from "./protocol.ts";

/** The frame controls of frames with LLC inside. */
const LLC = 0x50;

/** FDDI. */
export const FDDI: Protocol = {
  name: "fddi",
  title: "FDDI",
  model: "link",
  table: headerTable(
    field("fddi.fc", 8, "hex", "the kind of frame"),
    field("fddi.dst", 48, "mac", "the next station"),
    field("fddi.src", 48, "mac", "the station that sent it"),
  ),
  next: (bytes, start) => (bytes[start]! & 0xf0) === LLC ? LLC_KEY : NO_KEY,
  line({ start }, _bytes, line) {
    line.link = start + 1; // its addresses stand as in Ethernet
    line.from = "";
    line.what = "FDDI";
  },
};
