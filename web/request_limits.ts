/**
 * Limits of requests to a web server: connections without a conversation make room for new clients.
 *
 * @module
 */
import { type GivenUp, Unfinished } from "../server/unfinished.ts";
import { msg, numbered } from "../text/messages.ts";

/**
 * Milliseconds in which an address may have more unfinished requests than its share: browsers behind one
 * proxy, or on a busy machine, need some seconds when they come at once. Where all places are taken, `makeRoom`
 * does not wait for that.
 */
const GRACE = 5000;

/** The share of all connections that unfinished requests of one address may have. */
const SHARE = 1 / 4;

/**
 * Milliseconds, and turns of the event loop, that a connection has before it has to make room for
 * another one: bytes that have arrived on it were read by then.
 */
const FIRST_LOOK = 10;

/**
 * The share of all connections that is kept for requests: however many conversations there are, the page
 * and the health of the server are answered.
 */
const KEPT = 1 / 16;

/** A connection on which a request is waited for, received, or answered. */
export interface Requester {
  /** The client's IP address; a client without one is alone with its kind. */
  readonly host: string;
  /** Called when it is given up, to close it: `reason` says why. */
  readonly giveUp: (reason: string) => void;
}

/** The connections of a web server that have no conversation, such as a WebSocket, by their age. */
export class RequestLimits {
  readonly #unfinished: Unfinished<Requester>;
  /** The order in which they began. */
  readonly #begun = new WeakMap<Requester, number>();
  readonly #mostConversations: number;
  readonly #conversing = new Set<Requester>();
  /** Ends with the turns of the event loop that were given out. */
  #turns: Promise<void> = Promise.resolve();
  #count = 0;
  /** Those that had begun before this count have been looked at. */
  #seen = 0;

  /** Room among at most `connections`, each with `milliseconds` for a request and again for its answer. */
  constructor(connections: number, milliseconds: number, grace: number = GRACE) {
    const kept = connections === Infinity ? 0 : Math.floor(connections * KEPT);
    this.#mostConversations = connections - kept;
    const host = Math.max(1, Math.ceil(connections * SHARE));
    const reasons: Readonly<Record<GivenUp, string>> = {
      time: numbered(msg("nothing whole in # s"), milliseconds / 1000),
      host: numbered(
        host === 1
          ? msg("its address has more than # unfinished request")
          : msg("its address has more than # unfinished requests"),
        host,
      ),
      all: NEEDED,
    };
    this.#unfinished = new Unfinished(
      { milliseconds, all: connections, host, grace },
      (requester, why) => requester.giveUp(reasons[why]),
    );
  }

  /** Begins the time of `requester` anew: a request is waited for, or its answer begins. A conversation is over. */
  begin(requester: Requester): void {
    this.end(requester);
    this.#begun.set(requester, this.#count++);
    this.#unfinished.add(requester, requester.host);
  }

  /** Returns whether `requester` may have a conversation: then it makes room for nobody. */
  converse(requester: Requester): boolean {
    if (this.#conversing.size >= this.#mostConversations) return false;
    this.#unfinished.delete(requester);
    this.#conversing.add(requester);
    return true;
  }

  /** Resolves in a turn of the event loop of its own: a connection with a further request waits for it. */
  turn(): Promise<void> {
    return this.#turns = this.#turns.then(() => nextTurn());
  }

  /** Forgets one that has ended. */
  end(requester: Requester): void {
    this.#unfinished.delete(requester);
    this.#conversing.delete(requester);
  }

  /**
   * Gives up the oldest of the address that has the most; resolves to whether there was any. Bytes that
   * have arrived are read first.
   */
  async makeRoom(): Promise<boolean> {
    const oldest = this.#unfinished.first;
    if (oldest !== undefined && this.#begun.get(oldest)! >= this.#seen) {
      const count = this.#count;
      for (const wait of [FIRST_LOOK, 0]) await nextTurn(wait);
      this.#seen = count;
    }
    const first = this.#unfinished.first;
    if (first === undefined || !this.#unfinished.delete(first)) return false;
    first.giveUp(NEEDED);
    return true;
  }
}

/** Resolves in another turn of the event loop, `milliseconds` later at the earliest. */
function nextTurn(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const NEEDED = msg("another client needs the place");
