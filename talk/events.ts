/**
 * Calls of one side of a conversation, named as in the sockets interface (POSIX.1-2017, System
 * Interfaces).
 *
 * @module
 */
import { type Channel, tapped } from "../net/stream.ts";

/** A call and its outcome. */
export type ClientEvent =
  | { readonly event: "socket"; readonly protocol: string }
  | { readonly event: "connect"; readonly peer: string }
  | { readonly event: "fail"; readonly error: unknown }
  | { readonly event: "read" | "write"; readonly data: Uint8Array }
  | { readonly event: "shutdown" }
  | {
    readonly event: "close";
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly durationMs: number;
  };

/** Returns `channel` such that `onEvent` gets every call on it. A read of 0 bytes is the end. */
export function withEvents(channel: Channel, onEvent: (event: ClientEvent) => void): Channel {
  const started = performance.now();
  let bytesIn = 0;
  let bytesOut = 0;
  let closed = false;
  const inner = tapped(channel, (event, data) => {
    if (closed) return;
    if (event === "read") bytesIn += data.length;
    else bytesOut += data.length;
    onEvent({ event, data });
  });
  return {
    read: inner.read,
    write: inner.write,
    async closeWrite() {
      await channel.closeWrite();
      if (!closed) onEvent({ event: "shutdown" });
    },
    close() {
      if (closed) return;
      closed = true;
      channel.close();
      const durationMs = Math.round((performance.now() - started) * 1000) / 1000;
      onEvent({ event: "close", bytesIn, bytesOut, durationMs });
    },
  };
}
