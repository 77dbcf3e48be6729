/**
 * TLS handshakes before connections are served, with limits: their number at once, in all and of one
 * address, and the time of each. They have places of their own, so that clients that begin TLS and
 * never finish take none from those that talk.
 *
 * @module
 */
import { reasonOf } from "../text/reason.ts";
import { NOT_ALLOWED } from "./admit.ts";
import { type GivenUp, Unfinished } from "./unfinished.ts";
import type { Connection, TlsConnection } from "../net/connection.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The limits of handshakes, and the rules of the server. */
export interface HandshakeOptions {
  /** The number of connections that may be in their handshake, or wait behind it to be served. */
  readonly places: number;
  /** Milliseconds that a handshake may take; 10 s if not given. */
  readonly milliseconds?: number;
  /** Whether the host at this IP address may connect; everybody may if not given. */
  readonly access?: ((address: string) => boolean) | undefined;
  /** Ends it: no handshake is waited for any more. */
  readonly signal: AbortSignal;
  /** Told of each connection that came to nothing. It is closed. */
  readonly onRefuse: (connection: Connection, reason: string) => void;
}

/** The share of the places that handshakes older than `GRACE` may have: of all addresses, and of one. */
const [SHARE_OF_ALL, SHARE_OF_ONE] = [3 / 4, 1 / 8];

/** Milliseconds in which no handshake has to make room: two round trips, and the same once more, for a lost segment. */
const GRACE = 1000;

/** The reason where the socket cannot be closed: see `shutDown`. */
const STAYS = msg(
  "; its socket stays until the client closes it (--allow-ffi lets netkit do that)",
);

/** The reason for handshakes that are not over when the server stops. */
const STOPS = msg("the server stops");

/** A connection in its handshake. */
interface Attempt {
  readonly connection: Connection;
  readonly tls: TlsConnection;
  /** The reason why it was given up, or `null`. */
  reason: string | null;
  /** Whether `onRefuse` was told of it. */
  told: boolean;
}

/**
 * Yields those of `connections` on which both sides have agreed, as soon as they have. When these end,
 * or `signal` is aborted, those still in their handshake are refused.
 */
export async function* agreed(
  connections: AsyncIterable<Connection>,
  options: HandshakeOptions,
): AsyncGenerator<Connection> {
  const handshakes = new Handshakes(options);
  const accepting = handshakes.accept(connections);
  try {
    for (;;) {
      const connection = await handshakes.next();
      if (connection === null) return;
      yield connection;
    }
  } finally {
    await accepting;
    handshakes.refuseRest();
  }
}

/**
 * The handshakes of a listener.
 *
 * Life of a handshake: accepted while there is a place, begun, then agreed on, failed, or given up: for
 * its time, because its address or all have too many, or because the server stops. A place is free when
 * the descriptor is: when an agreed connection is taken by `next`, or the socket of another is closed.
 * Each such change wakes those that wait for a place or for a connection.
 */
class Handshakes {
  readonly #options: HandshakeOptions;
  readonly #unfinished: Unfinished<Attempt>;
  /** All that have a place: in the handshake, given up but not gone, agreed and not yet taken. */
  readonly #attempts = new Set<Attempt>();
  readonly #agreed: Connection[] = [];
  #ended = false;
  #changed = Promise.withResolvers<void>();

  constructor(options: HandshakeOptions) {
    this.#options = options;
    const { places, milliseconds = 10_000 } = options;
    const limits = {
      milliseconds,
      all: Math.max(1, Math.floor(places * SHARE_OF_ALL)),
      host: Math.max(1, Math.floor(places * SHARE_OF_ONE)),
      grace: Math.min(GRACE, milliseconds / 2),
    };
    this.#unfinished = new Unfinished(limits, (attempt, why) => {
      void this.#giveUp(attempt, inWords(why, milliseconds));
    });
  }

  /** Takes connections as long as there are places. Resolves when they have ended, and all places are empty. */
  async accept(connections: AsyncIterable<Connection>): Promise<void> {
    const { signal, places } = this.#options;
    const wake = () => this.#change();
    signal.addEventListener("abort", wake);
    for await (const connection of connections) {
      if (connection.tls !== undefined) void this.#begin(connection, connection.tls);
      this.#change();
      while (this.#used() >= places && !signal.aborted) await this.#changed.promise;
      if (signal.aborted) break;
    }
    signal.removeEventListener("abort", wake);
    for (const attempt of this.#attempts) {
      attempt.reason ??= STOPS;
      attempt.tls.drop();
    }
    while (this.#attempts.size > 0) await this.#changed.promise;
    this.#ended = true;
    this.#change();
  }

  /** Refuses those that have agreed and will not be taken any more. */
  refuseRest(): void {
    for (const connection of this.#agreed.splice(0)) {
      connection.tls?.drop();
      this.#options.onRefuse(connection, STOPS);
    }
  }

  async #begin(connection: Connection, tls: TlsConnection): Promise<void> {
    const attempt: Attempt = { connection, tls, reason: null, told: false };
    const { host = "" } = connection;
    this.#attempts.add(attempt);
    if (this.#options.access?.(host) === false) void this.#giveUp(attempt, NOT_ALLOWED);
    else this.#unfinished.add(attempt, host);
    const failure = await tls.handshake().then(() => null, reasonOf);
    this.#unfinished.delete(attempt);
    const reason = attempt.reason ?? failure;
    if (reason === null) {
      this.#agreed.push(connection);
    } else {
      tls.release();
      await tls.released;
      this.#refuse(attempt, reason);
    }
    this.#attempts.delete(attempt);
    this.#change();
  }

  /** Closes the connection of `attempt` for `reason`. Its place is free when its descriptor is. */
  async #giveUp(attempt: Attempt, reason: string): Promise<void> {
    attempt.reason = reason;
    if (!await attempt.tls.release()) this.#refuse(attempt, reason + translate(STAYS));
  }

  #refuse(attempt: Attempt, reason: string): void {
    if (attempt.told) return;
    attempt.told = true;
    this.#options.onRefuse(attempt.connection, reason);
  }

  /** The number of places that are taken. */
  #used(): number {
    return this.#attempts.size + this.#agreed.length;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves to the next connection that can be served, or `null` when there will be none. */
  async next(): Promise<Connection | null> {
    for (;;) {
      const connection = this.#agreed.shift();
      this.#change(); // there is a place
      if (connection !== undefined) return connection;
      if (this.#ended) return null;
      await this.#changed.promise;
    }
  }
}

function inWords(why: GivenUp, milliseconds: number): string {
  switch (why) {
    case "time":
      return t`no TLS handshake in ${milliseconds / 1000} s`;
    case "host":
      return t`too many unfinished TLS handshakes of this address`;
    case "all":
      return t`too many unfinished TLS handshakes`;
  }
}
