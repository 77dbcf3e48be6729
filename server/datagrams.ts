/**
 * The service over datagrams: each one is answered by one, so message boundaries are kept.
 *
 * @module
 */
import type { Datagram, DatagramSocket } from "../net/datagram.ts";
import { NOT_ALLOWED } from "./admit.ts";
import { FairQueue } from "./datagram_queue.ts";
import type { DatagramTotals, ServerEvent, SocketEvent } from "./events.ts";
import { isAnswerable, LoopGuard } from "./loop_guard.ts";
import { msg } from "../text/messages.ts";

/** The options of a server for datagrams. */
export interface DatagramOptions {
  /** The service: returns the answer to a message, in bytes of its own. */
  readonly answer: (message: Uint8Array) => Uint8Array;
  /** Ends it. */
  readonly stop: AbortSignal;
  /** Whether the host at this IP address is served; everybody is if not given. */
  readonly access?: (address: string) => boolean;
  /** Told of each event. May not throw. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Whether `onEvent` is told of every datagram as well. */
  readonly verbose?: boolean;
  /** Returns a time in milliseconds that only goes forward; `performance.now` if not given. */
  readonly now?: () => number;
}

/** Answers that are being sent at a time; datagrams that come meanwhile are queued fairly. */
const IN_FLIGHT = 64;

/** Bytes that are queued at most. */
const QUEUE_BYTES = 2 * 1024 * 1024;

/** Milliseconds between two looks at losses. */
const INTERVAL = 1000;

/** Milliseconds that answers on their way get when the server stops. */
const PATIENCE = 1000;

const OVERLOAD = msg("more came than can be answered");
const LOOP = msg("the peer sends back what it was sent, as in a loop");
const OWN = msg("the sender's address is this server's own");
const UNANSWERABLE = msg("an answer to there would reach many, or begin a loop");
const KERNEL = msg("the socket's receive buffer was full");

/**
 * Answers the datagrams that `socket` receives until `stop`. It closes `socket`. A datagram that cannot
 * be answered is an event; those that are lost under load, or would be a part of a loop, are told of once
 * a second with their number.
 */
export async function serveDatagrams(
  socket: DatagramSocket,
  options: DatagramOptions,
): Promise<void> {
  const { stop, onEvent } = options;
  const { protocol, address } = socket;
  const steps: SocketEvent["event"][] = ["socket", "bind"];
  for (const event of steps) onEvent({ event, protocol, address });
  const service = new DatagramService(socket, options);
  const { promise, resolve } = Promise.withResolvers<DatagramTotals>();
  const end = () => resolve(service.end());
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  else socket.receive(service.take);
  onEvent({ event: "stop", open: 0, graceMs: 0, datagrams: await promise });
}

/** Datagrams that were lost for one reason and not yet told of. */
interface Loss {
  count: number;
  peer: string | null;
}

/**
 * The answering of the datagrams of a socket.
 *
 * Life of a datagram: received, refused or lost by the rules, else answered at once while fewer than
 * `IN_FLIGHT` answers are being sent, else queued. An answer that has been sent wakes the queue. The
 * timer that looks at losses runs only after something has come. `end` drops the queue, waits for
 * answers on their way, and closes the socket.
 */
class DatagramService {
  readonly #socket: DatagramSocket;
  readonly #options: DatagramOptions;
  readonly #guard = new LoopGuard();
  readonly #now: () => number;
  readonly #queue = new FairQueue<Datagram>(QUEUE_BYTES);
  readonly #totals = { received: 0, answered: 0, refused: 0, failed: 0, lost: 0 };
  readonly #losses = new Map<string, Loss>();
  /** The kernel's count of drops when it was last asked; `#asking` while it is being asked. */
  #drops: number | null = 0;
  #asking: Promise<void> | null = null;
  #inFlight = 0;
  #ended = false;
  #idle: (() => void) | null = null;
  /** The timer that looks at losses; `null` while nothing comes. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(socket: DatagramSocket, options: DatagramOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Answers `datagram`, now or when it is its turn. */
  readonly take = (datagram: Datagram): void => {
    if (this.#ended) return;
    const { access, onEvent, verbose } = this.#options;
    const { peer, host, data } = datagram;
    this.#totals.received++;
    this.#timer ??= setTimeout(this.#look, INTERVAL);
    if (access?.(host) === false) {
      this.#totals.refused++;
      onEvent({ event: "refuse", connection: null, peer, reason: NOT_ALLOWED });
      return;
    }
    if (verbose) onEvent({ event: "read", connection: null, peer, data });
    if (this.#socket.isOwn(datagram)) return this.#lose(OWN, peer);
    if (!isAnswerable(host, datagram.port)) return this.#lose(UNANSWERABLE, peer);
    if (this.#inFlight < IN_FLIGHT && this.#queue.length === 0) return this.#answer(datagram);
    if (!this.#queue.accepts(datagram)) return this.#lose(OVERLOAD, peer);
    this.#queue.push({ ...datagram, data: data.slice() });
    this.#answerQueued();
  };

  /** Ends it: datagrams in the queue are lost, answers on their way are sent. Resolves to the totals. */
  async end(): Promise<DatagramTotals> {
    this.#ended = true;
    clearTimeout(this.#timer ?? undefined);
    for (let next; (next = this.#queue.shift());) this.#lose(OVERLOAD, next.peer);
    await this.#ask();
    this.#tell();
    this.#socket.close();
    if (this.#inFlight > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PATIENCE);
      this.#idle = resolve;
      await promise;
      clearTimeout(timer);
    }
    return { ...this.#totals, dropped: this.#drops };
  }

  #answerQueued(): void {
    while (this.#inFlight < IN_FLIGHT) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#answer(next);
    }
  }

  #answer(datagram: Datagram): void {
    const { peer, data } = datagram;
    const now = this.#now(); // once: it costs more than the rest of the guard
    if (!this.#guard.allows(peer, data, now)) return this.#lose(LOOP, peer);
    const answer = this.#options.answer(data);
    this.#guard.sent(peer, answer, now);
    this.#inFlight++;
    this.#socket.send(answer, datagram, (error) => this.#sent(peer, answer, error));
  }

  #sent(peer: string, data: Uint8Array, error: Error | null): void {
    const { onEvent, verbose } = this.#options;
    this.#inFlight--;
    if (error !== null) {
      this.#totals.failed++;
      onEvent({ event: "fail", peer, error });
    } else {
      this.#totals.answered++;
      if (verbose) onEvent({ event: "write", connection: null, peer, data });
    }
    if (!this.#ended) this.#answerQueued();
    else if (this.#inFlight === 0) this.#idle?.();
  }

  #lose(reason: string, peer: string | null, count = 1): void {
    const loss = this.#losses.get(reason);
    this.#losses.set(reason, { count: (loss?.count ?? 0) + count, peer });
    if (reason !== KERNEL) this.#totals.lost += count;
  }

  #look = (): void => {
    this.#timer = null;
    this.#ask().then(() => this.#tell());
  };

  /** Asks the kernel for its count of drops. Never rejects. */
  #ask(): Promise<void> {
    return this.#asking ??= this.#socket.drops().catch(() => null).then((drops) => {
      this.#asking = null;
      const more = (drops ?? 0) - (this.#drops ?? 0);
      if (more > 0) this.#lose(KERNEL, null, more);
      this.#drops = drops;
    });
  }

  #tell(): void {
    for (const [reason, { count, peer }] of this.#losses) {
      this.#options.onEvent({ event: "lost", count, peer, reason });
    }
    this.#losses.clear();
  }
}
