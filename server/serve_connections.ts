/**
 * A concurrent server: it accepts, answers each connection on its own, and stops in good order.
 *
 * The folder, in reading order:
 *
 * - `serve_connections.ts`, `serve_options.ts`, `session.ts`, `accept.ts`: the server, its options, its
 *   connections, the accepting of them
 * - `admit.ts`, `access.ts`, `access_rules.ts`, `behind_proxy.ts`, `proxy_protocol.ts`, `proxy_header.ts`: conditions
 *   before it is handled
 * - `handshakes.ts`, `unfinished.ts`: TLS handshakes, and the limits of anything that clients begin
 * - `handler.ts`, `chunk_reader.ts`, `read_queue.ts`, `long_work.ts`: handlers, and fairness among them
 * - `upper.ts`, `upper_kernel.ts`, `upper_session.ts`, `upper_message.ts`: the upper-case service, readable
 *   for any stream, and by the kernel for connections and messages
 * - `datagrams.ts`, `datagram_queue.ts`, `loop_guard.ts`, `udp_drops.ts`: the service over UDP
 * - `events.ts`, `event_text.ts`, `event_totals.ts`: the events of a server, in words and in numbers
 * - `services.ts`: echo, no answer, a late close, a reset.
 * - `talk.ts`, `talk_options.ts`: a person or a pipe in place of the service, `--talk`.
 * - `passed_socket.ts`, `udp_service.ts`: a socket that was handed over; `--udp`, from the options on.
 * - `server_tls.ts`: the certificate that is given or made, and what else TLS needs.
 * - `options.ts`, `capacity.ts`, `bind_hints.ts`: the command line, limits from it, hints when it fails
 *
 * @module
 */
import { connections } from "./accept.ts";
import { admit, type Admitted } from "./admit.ts";
import type { EndEvent } from "./events.ts";
import type { ServeOptions } from "./serve_options.ts";
import type { IdleWatch } from "../net/idle.ts";
import { abort, agreedBy, close, endOf, type OnEnd, OpenSessions, Session } from "./session.ts";
import { type Channel, tapped } from "../net/stream.ts";
import { type Handler, handlerFor } from "./handler.ts";
import { ReadQueue } from "./read_queue.ts";
import type { Connection, Listener } from "../net/connection.ts";
import { t } from "../text/messages.ts";

/** The steps to a socket that listens, all of them or what is left where another program took the first. */
const ALL_STEPS = ["socket", "bind", "listen"] as const, LISTEN = ["listen"] as const;

/** Handshakes of TLS at once where no number is given. */
const MAX_HANDSHAKES = 256;

/**
 * Serves the connections of `listener` until `stop`, then lets the open ones finish for `grace`
 * milliseconds, or until `stopNow`, and closes the rest. It closes `listener`.
 *
 * A connection that fails is an event; nothing that a client does ends the server.
 *
 * @returns The end of the connection that it served `once`; otherwise `null`.
 * @example
 * ```ts
 * import { listen } from "../net/listen.ts";
 * import { serveConnections } from "./serve_connections.ts";
 * import { upperCase } from "./upper.ts";
 *
 * const listener = await listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
 * const stop = new AbortController();
 * const done = serveConnections(listener, {
 *   transform: upperCase,
 *   stop: stop.signal,
 *   stopNow: new AbortController().signal,
 *   grace: 5000,
 *   onEvent: ({ event }) => console.log(event), // socket, bind, listen, accept, close, stop
 * });
 * const client = await Deno.connect({ port: Number(listener.address.split(":").at(-1)) });
 * await client.write(new TextEncoder().encode("straße"));
 * await client.closeWrite();
 * console.log(await new Response(client.readable).text()); // STRASSE
 * stop.abort();
 * await done;
 * ```
 */
export async function serveConnections(
  listener: Listener,
  options: ServeOptions,
): Promise<EndEvent | null> {
  const { idleTimeout = null, proxyProtocol = false } = options;
  const parts: Parts = {
    idle: idleTimeout === null ? null : await idleWatch(idleTimeout),
    behindProxy: proxyProtocol ? await proxyAdmission() : null,
  };
  return await new Server(listener, options, parts).run();
}

/** The parts of a server that are loaded with an option. */
interface Parts {
  /** The watch over connections on which nothing moves, with `idleTimeout`. */
  readonly idle: IdleWatch<Session> | null;
  /** Resolves to a connection behind its PROXY header, with `proxyProtocol`; never rejects. */
  readonly behindProxy: ((connection: Connection) => Promise<Admitted>) | null;
}

async function idleWatch(milliseconds: number): Promise<IdleWatch<Session>> {
  const { IdleWatch } = await import("../net/idle.ts");
  return new IdleWatch(
    milliseconds,
    (session) => abort(session, t`idle for ${milliseconds / 1000} s`),
  );
}

async function proxyAdmission(): Promise<NonNullable<Parts["behindProxy"]>> {
  const { behindProxy, HeaderWatch } = await import("./behind_proxy.ts");
  const headers = new HeaderWatch();
  return (connection) => behindProxy(connection, headers);
}

/**
 * The state of `serveConnections`.
 *
 * Life of the server: it listens; each connection is accepted, has its TLS handshake, is admitted,
 * handled and closed, in this order; `stop` ends accepting, `drain` later, closes the listener, and
 * leaves the open connections `grace`. Every connection that ends wakes the one loop that waits for a
 * place or for the last one.
 */
class Server {
  readonly #listener: Listener;
  readonly #options: ServeOptions;
  readonly #handler: Handler;
  readonly #open = new OpenSessions();
  readonly #parts: Parts;
  /** Aborted when it stops accepting: at `stop`, or `drain` later. */
  readonly #closing = new AbortController();
  #count = 0;
  #endOfOne: EndEvent | null = null;

  constructor(listener: Listener, options: ServeOptions, parts: Parts) {
    this.#listener = listener;
    this.#options = options;
    this.#handler = options.handler ?? handlerFor(options.transform, new ReadQueue());
    this.#parts = parts;
  }

  async run(): Promise<EndEvent | null> {
    const { stop, stopNow, onEvent, grace, drain = 0 } = this.#options;
    const { address, protocol, inherited = false } = this.#listener;
    for (const event of inherited ? LISTEN : ALL_STEPS) {
      onEvent({ event, protocol, address });
    }
    const close = () => {
      this.#closing.abort();
      this.#listener.close();
      this.#open.wake();
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      if (drain === 0) return close();
      onEvent({ event: "drain", drainMs: drain });
      timer = setTimeout(close, drain);
    };
    if (stop.aborted) leave();
    stop.addEventListener("abort", leave);
    stopNow.addEventListener("abort", close);
    await this.#accept();
    stop.removeEventListener("abort", leave);
    stopNow.removeEventListener("abort", close);
    clearTimeout(timer);
    close();
    onEvent({ event: "stop", open: this.#open.size, graceMs: grace });
    await this.#open.drain(grace, stopNow);
    return this.#endOfOne;
  }

  /** Accepts until the listener is closed, or once. */
  async #accept(): Promise<void> {
    const { onEvent, maxConnections = Infinity, whenFull = "wait", once } = this.#options;
    const { signal } = this.#closing;
    const accepted = connections(this.#listener, {
      signal,
      onTrouble: ({ error, wait }) => onEvent({ event: "retry", error, waitMs: wait }),
    });
    for await (const connection of this.#listener.secure ? this.#agreed(accepted) : accepted) {
      const session = this.#session(connection);
      if (!await this.#hasRoom()) {
        this.#refuse(
          session,
          maxConnections === 1
            ? t`1 connection is open`
            : t`${maxConnections} connections are open`,
        );
        continue;
      }
      const admitted = this.#admit(session);
      if (once && await admitted) return await this.#theOne(session);
      if (this.#options.makeRoom !== undefined) continue;
      while (whenFull === "wait" && this.#open.size >= maxConnections && !signal.aborted) {
        await this.#open.change();
      }
    }
  }

  /** Resolves to whether one more may be open, when room was made or waited for as the options say. */
  async #hasRoom(): Promise<boolean> {
    const { maxConnections = Infinity, whenFull = "wait", makeRoom } = this.#options;
    while (this.#open.size >= maxConnections) {
      const ended = this.#open.change();
      const made = await makeRoom?.() ?? false;
      if (this.#closing.signal.aborted || (!made && whenFull === "refuse")) return false;
      await ended;
    }
    return true;
  }

  /** Returns a session for `connection`, with the next number. */
  #session(connection: Connection): Session {
    return new Session(this.#options.nextNumber?.() ?? ++this.#count, connection, this.#end);
  }

  /** Yields those of `accepted` that have finished their TLS handshake. */
  async *#agreed(accepted: AsyncIterable<Connection>): AsyncGenerator<Connection> {
    const { access, proxyProtocol, maxHandshakes = MAX_HANDSHAKES } = this.#options;
    const { agreed } = await import("./handshakes.ts");
    yield* agreed(accepted, {
      places: maxHandshakes,
      access: proxyProtocol ? undefined : access, // the proxy's own address is not asked for
      signal: this.#closing.signal,
      onRefuse: (connection, reason) => this.#refuse(this.#session(connection), reason),
    });
  }

  /** Lets the one connection to be served take its time, until it ends or `stop`. */
  async #theOne(session: Session): Promise<void> {
    this.#listener.close();
    while (this.#open.has(session) && !this.#closing.signal.aborted) await this.#open.change();
  }

  /** Starts the conversation of `session` if it may be served; returns, or resolves to, whether it may. */
  #admit(session: Session): boolean | Promise<boolean> {
    const { access } = this.#options;
    const { behindProxy } = this.#parts;
    this.#open.add(session);
    if (behindProxy === null) return this.#start(session, admit(session.connection, access));
    return behindProxy(session.connection).then((admitted) =>
      this.#start(session, admitted.reason === undefined ? admit(admitted, access) : admitted)
    );
  }

  #start(session: Session, admitted: Admitted): boolean {
    const { channel, reason, local = false, proxy } = admitted;
    const { stop, onEvent, verbose = false } = this.#options;
    if (proxy !== undefined) session.named = admitted.peer;
    if (local && stop.aborted) {
      this.#refuse(session, t`a health check, and the server stops`);
      return false;
    }
    if (reason !== undefined) {
      this.#refuse(session, session.reason ?? reason);
      return false;
    }
    session.started = performance.now();
    session.told = !local || verbose; // a proxy asks several times a second how the server is
    const via = proxy === undefined ? {} : { proxy };
    const { number, peer } = session;
    const agreed = agreedBy(session.connection);
    if (session.told) onEvent({ event: "accept", connection: number, peer, ...via, ...agreed });
    this.#handler(this.#tapped(session, channel), session);
    return true;
  }

  /** Closes the connection of a conversation that has ended, and tells so if that is to be told. */
  #end: OnEnd = (session, error, bytesIn, bytesOut) => {
    const { connection, number, peer, started, told } = session;
    const inOrder = error === null && session.reason === null;
    close(connection, inOrder, () => {
      const reason = session.reason ?? (inOrder ? connection.tls?.remark ?? null : null);
      const durationMs = performance.now() - started;
      const counts = { connection: number, peer, bytesIn, bytesOut, durationMs };
      const end = { ...endOf(error, reason), ...counts };
      if (told) this.#options.onEvent(end);
      if (this.#options.once) this.#endOfOne = end;
      this.#forget(session);
    });
  };

  /** Returns the channel of a connection, tapped for the log and for the idle timeout if these are asked for. */
  #tapped(session: Session, channel: Channel): Channel {
    const { verbose, onEvent } = this.#options;
    const { idle } = this.#parts;
    if (!verbose && idle === null) return channel;
    idle?.touch(session);
    return tapped(channel, (event, data) => {
      idle?.touch(session);
      if (verbose) onEvent({ event, connection: session.number, peer: session.peer, data });
    });
  }

  #refuse(session: Session, reason: string): void {
    const { connection, number, peer } = session;
    this.#options.onEvent({ event: "refuse", connection: number, peer, reason });
    close(connection, false, () => this.#forget(session));
  }

  #forget(session: Session): void {
    this.#parts.idle?.delete(session);
    this.#open.delete(session);
  }
}
