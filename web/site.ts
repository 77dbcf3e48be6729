/**
 * A site: what a listener for browsers has at its paths, beside the service itself.
 *
 * @module
 */
import type { Writable } from "../net/stream.ts";
import type { RequestHead } from "./http.ts";

/** A file of a page. */
export interface Resource {
  /** Its media type. */
  readonly type: string;
  /** Its content. */
  readonly content: string;
}

/** A stream of events: writes to `channel` until `stop`, or until the reader has gone. */
export type EventWriter = (channel: Writable, stop: AbortSignal) => Promise<void>;

/** Files and streams of events. */
export interface Site {
  /** The files by their paths. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Returns the stream of events that a request by GET asks for, or `null`. */
  readonly eventsFor: (request: RequestHead) => EventWriter | null;
}
