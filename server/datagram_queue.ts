/**
 * A queue of datagrams that is fair to hosts, and to the ports of a host.
 *
 * @module
 */
import type { Queued } from "../net/datagram.ts";

/** Bytes that a datagram takes beside its data: objects, and an entry in two queues. */
const OVERHEAD = 512;

/** Things in the order in which they came. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get empty(): boolean {
    return this.#head === this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.empty) return undefined;
    const item = this.#items[this.#head++];
    if (this.empty || this.#head >= 1024) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** The datagrams of one port of a host. */
class Flow<T> extends Fifo<T> {
  readonly port: number;
  bytes = 0;

  constructor(port: number) {
    super();
    this.port = port;
  }
}

/** The datagrams of one host; its ports take turns. */
class Host<T> {
  readonly name: string;
  readonly flows: Map<number, Flow<T>> = new Map();
  readonly turns: Fifo<Flow<T>> = new Fifo();
  bytes = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A queue in which hosts take turns, and the ports of a host take turns within those of their host.
 * So one datagram of a quiet peer waits for at most one of each other.
 *
 * It holds at most `capacity` bytes, overheads included, so the number of peers is bounded as well.
 * A port may have as many bytes as are free when those of its host are taken away (the dynamic
 * threshold of Choudhury and Hahne, IEEE/ACM Transactions on Networking 6 (1998) 130): one that
 * floods gets a third, a host half, and there is room left for everybody else.
 */
export class FairQueue<T extends Queued> {
  readonly #capacity: number;
  readonly #hosts = new Map<string, Host<T>>();
  readonly #turns = new Fifo<Host<T>>();
  #bytes = 0;
  #length = 0;

  /** Holds `capacity` bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number of datagrams that are queued. */
  get length(): number {
    return this.#length;
  }

  /** The bytes that they take, overheads included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns whether there is room for `datagram`. */
  accepts({ host: name, port, data }: Queued): boolean {
    const host = this.#hosts.get(name);
    const own = host?.flows.get(port)?.bytes ?? 0;
    const free = this.#capacity - this.#bytes - (host?.bytes ?? 0);
    return own + data.length + OVERHEAD <= free;
  }

  /** Appends `datagram`, for which there is room. */
  push(datagram: T): void {
    const bytes = datagram.data.length + OVERHEAD;
    let host = this.#hosts.get(datagram.host);
    if (!host) {
      this.#hosts.set(datagram.host, host = new Host(datagram.host));
      this.#turns.push(host);
    }
    let flow = host.flows.get(datagram.port);
    if (!flow) {
      host.flows.set(datagram.port, flow = new Flow(datagram.port));
      host.turns.push(flow);
    }
    flow.push(datagram);
    flow.bytes += bytes;
    host.bytes += bytes;
    this.#bytes += bytes;
    this.#length++;
  }

  /** Returns the datagram whose turn it is and takes it out, or `undefined` if there is none. */
  shift(): T | undefined {
    const host = this.#turns.shift();
    if (!host) return undefined;
    const flow = host.turns.shift()!; // neither a host nor a flow in a queue of turns is empty
    const datagram = flow.shift()!;
    const bytes = datagram.data.length + OVERHEAD;
    flow.bytes -= bytes;
    host.bytes -= bytes;
    this.#bytes -= bytes;
    this.#length--;
    if (flow.empty) host.flows.delete(flow.port);
    else host.turns.push(flow);
    if (host.bytes === 0) this.#hosts.delete(host.name);
    else this.#turns.push(host);
    return datagram;
  }
}
