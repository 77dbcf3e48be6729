/**
 * A concurrent server: it accepts, answers each connection on its own, and stops in good order.
 *
 * @module
 */
import { type Connection, connections, type Listener } from "./accept.ts";
import { closeQuietly, Receiver, type Transform, writeAll } from "./stream.ts";

/** What happens in a server, named after the calls of the sockets interface. */
export type ServerEvent =
  | { readonly event: "listen"; readonly address: string }
  | { readonly event: "accept"; readonly connection: number; readonly peer: string }
  | ServerEnd
  | { readonly event: "retry"; readonly error: unknown; readonly wait: number }
  | { readonly event: "stop"; readonly open: number; readonly grace: number };

/**
 * The end of a connection: `close` when all was answered, `reset` when the peer broke it off, `abort`
 * when the server did because it is stopping, `error` for anything else.
 */
export interface ServerEnd {
  /** How it ended. */
  readonly event: "close" | "reset" | "abort" | "error";
  /** The connection's number, counted from 1. */
  readonly connection: number;
  /** The peer's address. */
  readonly peer: string;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes sent. */
  readonly bytesOut: number;
  /** Milliseconds since it was accepted. */
  readonly milliseconds: number;
  /** What went wrong, or `null`. */
  readonly error: unknown;
}

/** How a server works. */
export interface ServeOptions {
  /** The service; called once for each connection. */
  readonly transform: Transform;
  /** Stops accepting and lets open connections finish. */
  readonly stop: AbortSignal;
  /** Closes what is open at once. */
  readonly stopNow: AbortSignal;
  /** Milliseconds that open connections get to finish after `stop`. */
  readonly grace: number;
  /** Told what happens. May not throw. */
  readonly onEvent: (event: ServerEvent) => void;
}

/** Bytes of the buffer into which a connection reads. */
const BUFFER_SIZE = 16 * 1024;

/** Error names with which a peer breaks a connection off. */
const BROKEN_OFF = new Set(["BrokenPipe", "ConnectionAborted", "ConnectionReset", "NotConnected"]);

/**
 * Serves the connections of `listener` until `stop`, then lets the open ones finish for `grace`
 * milliseconds, or until `stopNow`, and closes the rest. It closes `listener`.
 *
 * A connection that fails is an event; nothing that a client does ends the server.
 */
export async function serve(listener: Listener, options: ServeOptions): Promise<void> {
  const { stop, onEvent } = options;
  const open = new Map<Connection, Promise<void>>();
  const closeListener = () => listener.close();
  if (stop.aborted) closeListener();
  stop.addEventListener("abort", closeListener);
  onEvent({ event: "listen", address: listener.address });
  const accepted = connections(listener, {
    signal: stop,
    onTrouble: (trouble) => onEvent({ event: "retry", ...trouble }),
  });
  let count = 0;
  for await (const connection of accepted) {
    const conversation = converse(connection, ++count, options);
    open.set(connection, conversation.then(() => void open.delete(connection)));
  }
  stop.removeEventListener("abort", closeListener);
  onEvent({ event: "stop", open: open.size, grace: options.grace });
  await drain(open, options);
}

/** Waits until all of `open` have finished; closes them when the time is up. */
async function drain(
  open: ReadonlyMap<Connection, Promise<void>>,
  { grace, stopNow }: ServeOptions,
): Promise<void> {
  const abort = () => {
    for (const { channel } of open.keys()) closeQuietly(channel);
  };
  if (stopNow.aborted) abort();
  const timer = setTimeout(abort, grace);
  stopNow.addEventListener("abort", abort);
  await Promise.all(open.values());
  clearTimeout(timer);
  stopNow.removeEventListener("abort", abort);
}

/** Answers one connection until its peer has ended and everything is answered. Never rejects. */
async function converse(
  { channel, peer }: Connection,
  connection: number,
  { transform, onEvent }: ServeOptions,
): Promise<void> {
  onEvent({ event: "accept", connection, peer });
  const started = performance.now();
  const receiver = new Receiver(channel, new Uint8Array(BUFFER_SIZE));
  let bytesOut = 0;
  let error: unknown = null;
  try {
    for await (const chunk of transform(receiver)) {
      await writeAll(channel, chunk);
      bytesOut += chunk.length;
    }
  } catch (thrown) {
    error = thrown;
  }
  const event = endOf(error);
  closeQuietly(channel);
  const milliseconds = performance.now() - started;
  onEvent({ event, connection, peer, bytesIn: receiver.bytes, bytesOut, milliseconds, error });
}

/** Returns how a connection ended that failed with `error`, `null` if it did not fail. */
function endOf(error: unknown): ServerEnd["event"] {
  if (error === null) return "close";
  const name = error instanceof Error ? error.name : "";
  if (BROKEN_OFF.has(name)) return "reset";
  // Its own close is the only thing that interrupts a read or takes the resource away.
  return name === "Interrupted" || name === "BadResource" ? "abort" : "error";
}
