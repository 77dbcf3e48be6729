/**
 * The options of `serveConnections`.
 *
 * @module
 */
import type { Transform } from "../net/stream.ts";
import type { Admission } from "./admit.ts";
import type { ServerEvent } from "./events.ts";
import type { Handler } from "./handler.ts";

/** The service of a server, and its limits. */
export interface ServeOptions extends Admission {
  /** The service; called once for each connection. */
  readonly transform: Transform;
  /** The handler that answers connections instead of `transform`. */
  readonly handler?: Handler;
  /** Returns the number of a new connection; 1, 2, 3 if not given. */
  readonly nextNumber?: () => number;
  /** Stops accepting, `drain` later, and lets open connections finish. */
  readonly stop: AbortSignal;
  /**
   * Milliseconds after `stop` in which it still accepts, but refuses the health checks of a proxy
   * (command LOCAL of the PROXY protocol), so that the proxy sends no client any more when the listen
   * queue is closed: connections in it are reset then. 0 if not given.
   */
  readonly drain?: number;
  /** Closes all open connections at once. */
  readonly stopNow: AbortSignal;
  /** Milliseconds that open connections get to finish after `stop`. */
  readonly grace: number;
  /** Told of each event, in order. May not throw. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Whether `onEvent` is told of every read and write as well. */
  readonly verbose?: boolean;
  /** The number of connections that may be open at once; no limit if not given. */
  readonly maxConnections?: number;
  /**
   * The number of connections that may be in their TLS handshake, besides; 256 if not given. Each has a
   * descriptor.
   */
  readonly maxHandshakes?: number;
  /** The fate of one more: it waits in the listen queue, or is accepted and closed. `wait` if not given. */
  readonly whenFull?: "wait" | "refuse";
  /**
   * Closes a connection that can be spared when one more comes than may be open, and resolves to whether
   * there was one. With it, a connection is always accepted at once, and waits only while none can be
   * spared.
   */
  readonly makeRoom?: () => Promise<boolean>;
  /** Milliseconds without a byte in either direction after which a connection is closed, or `null`. */
  readonly idleTimeout?: number | null;
  /** Whether it ends after the first connection that was admitted. */
  readonly once?: boolean;
}
