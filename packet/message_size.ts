/**
 * The size of messages that are header to their end.
 *
 * @module
 */
import type { HeaderTable } from "./field.ts";
import type { Protocol } from "./protocol.ts";

/**
 * Returns the size and the extent of a message that begins with the fields of `table`, and whose header is
 * all of it.
 *
 * @param length Returns the bytes of the message, by its own length field; less than those of `table` is a lie.
 */
export function messageSize(
  table: HeaderTable,
  length: (bytes: Uint8Array, start: number) => number,
): Required<Pick<Protocol, "extent" | "size">> {
  return {
    extent: length,
    size: (bytes, start, end) => Math.min(end - start, Math.max(table.size, length(bytes, start))),
  };
}
