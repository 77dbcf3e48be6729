/**
 * The bytes of a packet that are in no header: content, and what stands behind the packet's end.
 *
 * @module
 */
import { bytesField, type Field, field, headerTable, raw } from "./field.ts";
import type { Layer, Protocol } from "./protocol.ts";

const NOTHING = headerTable();
const BYTES = raw("data.data", "what the program sent");
const PADDING_BYTES = raw("eth.padding", "fills the frame up to the 60 bytes that Ethernet needs");
const TRAILER = raw("eth.trailer", "behind the end of the packet");

/** The fewest bytes of an Ethernet frame without its check sequence (IEEE 802.3, section 4A.4.2). */
export const MIN_FRAME = 60;

/** Content that no protocol reads. */
export const DATA: Protocol = {
  name: "data",
  title: "data",
  model: "application",
  table: NOTHING,
  others: [BYTES],
  rest: ({ start, body }, bytes) => [bytesField(BYTES, bytes, start, body - start)],
};

/** The bytes behind the end of the packet. */
export const PADDING: Protocol = {
  name: "padding",
  title: "padding",
  model: "link",
  table: NOTHING,
  rest: paddingFields,
  others: [PADDING_BYTES, TRAILER],
};

/** Zeros up to the smallest frame are padding, anything else is a trailer. */
function paddingFields({ start, end }: Layer, bytes: Uint8Array): Field[] {
  const filled = Math.min(end, Math.max(start, MIN_FRAME));
  const isPadding = bytes.subarray(start, filled).every((byte) => byte === 0);
  const behind = isPadding ? filled : start;
  return [
    ...behind > start ? [bytesField(PADDING_BYTES, bytes, start, behind - start)] : [],
    ...behind < end ? [bytesField(TRAILER, bytes, behind, end - behind)] : [],
  ];
}

/** The frame check sequence at the end, where the capture has it (IEEE 802.3, section 3.2.9). */
export const FCS: Protocol = {
  name: "fcs",
  title: "frame check sequence",
  short: "FCS",
  model: "link",
  table: headerTable(field("eth.fcs", 32, "hex", "CRC-32 of the whole frame")),
  checksum: { offset: 0, covers: "frame" },
};
