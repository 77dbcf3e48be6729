/**
 * Calls of one side of a conversation, as lines of a log.
 *
 * @module
 */
import { reasonOf } from "../text/reason.ts";
import type { LogForm } from "../cli/command.ts";
import { EventLog } from "../cli/event_log.ts";
import { withPreview } from "../text/preview.ts";
import type { Io } from "../cli/io.ts";
import { formatBytes, formatDuration } from "../text/units.ts";
import { escapeLine } from "../text/escape.ts";

/** A call, named as in the sockets interface, with the values that it has. */
export interface Call {
  /** The name of the call: `read`. */
  readonly event: string;
  /** The protocol, of `socket`: `TCP`. */
  readonly protocol?: string;
  /** The address of the peer, of `connect` and `accept`. */
  readonly peer?: string;
  /** The error, of `fail`. */
  readonly error?: unknown;
  /** The bytes that were read or written. */
  readonly data?: Uint8Array;
  /** Bytes received until the end. */
  readonly bytesIn?: number;
  /** Bytes sent until the end. */
  readonly bytesOut?: number;
  /** Milliseconds until the end. */
  readonly durationMs?: number;
}

/** Resolves to the log of calls in `form` on standard error, `null` if there is to be none. */
export async function callLog(form: LogForm, io: Io): Promise<EventLog<Call> | null> {
  return form === "none" ? null : await EventLog.open<Call>(io, form, describe);
}

function describe(call: Call, columns: number): string {
  const { protocol, peer, error, data, bytesIn, bytesOut, durationMs } = call;
  if (protocol !== undefined) return protocol;
  if (peer !== undefined) return escapeLine(peer);
  if (error !== undefined) return escapeLine(reasonOf(error));
  if (data) return withPreview(formatBytes(data.length), data, columns);
  if (bytesIn === undefined) return "";
  return `${formatBytes(bytesIn)} in, ${formatBytes(bytesOut ?? 0)} out, ` +
    formatDuration(durationMs ?? 0);
}
