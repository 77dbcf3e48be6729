/**
 * The calls of a connection as a page gets them, in JSON.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { decodePreview } from "../text/preview.ts";
import type { Call, Calls, FrameBytes } from "./call_journal.ts";
import type { SocketStates } from "./socket_states.ts";
import { FINAL, KINDS } from "./websocket_frame.ts";

/** A connection that a page has opened. */
export interface OpenedConnection {
  /** Its number. */
  readonly connection: number;
  /** The calls of it that are kept; `null` if none are. */
  readonly calls: Calls | null;
  /** The states of its sockets in the kernel; `null` where they cannot be read. */
  readonly states: SocketStates | null;
}

/** Returns the record of a connection that is opened, for `JSON.stringify`. */
export function openedRecord({ connection, calls, states }: OpenedConnection): unknown {
  return {
    connection,
    states,
    dropped: calls?.dropped ?? 0,
    before: calls?.before ?? null,
    calls: calls?.calls.map(callRecord) ?? [],
  };
}

function callRecord({ number, time, call, bytes, data, note, frame }: Call): unknown {
  const head = { number, time, call };
  if (frame !== null) return { ...head, bytes, ...frameRecord(frame) };
  if (call !== "read" && call !== "write") return { ...head, note };
  // The beginning of the bytes, as `--log json -v` has it, but escaped, and in hexadecimal.
  return { ...head, bytes, data: escapeLine(decodePreview(data)), hex: data.toHex() };
}

/** The bit of the second byte of a frame that says that a masking key follows, and its size in bytes. */
const MASKED = 0x80, MASK_SIZE = 4;

function frameRecord({ way, head, content, message }: FrameBytes): Record<string, unknown> {
  const [first = 0, second = 0] = head;
  const masked = (second & MASKED) !== 0;
  return {
    way,
    message,
    final: (first & FINAL) !== 0,
    reserved: (first >> 4) & 7,
    opcode: first & 15,
    kind: KINDS[first & 15] ?? "continuation",
    masked,
    head: head.toHex(),
    mask: masked ? head.subarray(-MASK_SIZE).toHex() : null,
    hex: content.toHex(),
    data: escapeLine(decodePreview(content)),
  };
}
