/**
 * Limits for exchanges that clients have begun and not finished, a TLS handshake or the head of a
 * request: their number, in all and of one address, and their time.
 *
 * @module
 */
import { isMapped } from "../address/ip.ts";
import { parseIpv6 } from "../address/ipv6.ts";
import { IdleWatch } from "../net/idle.ts";

/** The limits. */
export interface UnfinishedLimits {
  /** Milliseconds after which it is given up. */
  readonly milliseconds: number;
  /** The number of them in all. */
  readonly all: number;
  /** The number of them of one address. */
  readonly host: number;
  /**
   * Milliseconds in which nothing has to make room for others: so many honest clients that arrive
   * together are all served. 0, the oldest makes room at once, if not given.
   */
  readonly grace?: number;
}

/** The reason for giving one up: its time was over, or its address or all addresses had too many. */
export type GivenUp = "time" | "host" | "all";

/**
 * The unfinished exchanges of a server. Where there are too many, the oldest is given up. Adding and
 * deleting cost the same however many there are.
 *
 * Life of one: added when it begins; young, when it makes no room for others, for `grace`; then old;
 * deleted when it is finished, or given up, of which `onGivenUp` is told.
 */
export class Unfinished<T> {
  readonly #limits: UnfinishedLimits;
  readonly #onGivenUp: (thing: T, why: GivenUp) => void;
  readonly #hosts = new Map<T, string>();
  readonly #counts = new Map<string, number>();
  /** Those that have had their grace, by their hosts, and all of them, the oldest first. */
  readonly #oldOfHost = new Map<string, Set<T>>();
  readonly #old = new Set<T>();
  readonly #late: IdleWatch<T>;
  readonly #young: IdleWatch<T> | null;

  /** Calls `onGivenUp` with each thing that has to go, and forgets it. Stopping it is the callee's. */
  constructor(limits: UnfinishedLimits, onGivenUp: (thing: T, why: GivenUp) => void) {
    const { milliseconds, grace = 0 } = limits;
    this.#limits = limits;
    this.#onGivenUp = onGivenUp;
    this.#late = new IdleWatch(milliseconds, (thing) => this.#giveUp(thing, "time"));
    this.#young = grace === 0 ? null : new IdleWatch(grace, (thing) => this.#age(thing));
  }

  /** The number of them now. */
  get size(): number {
    return this.#hosts.size;
  }

  /**
   * Takes `thing`, which is new, of the client at the IP address `address`; older ones make room. All
   * addresses of an IPv6 network are one.
   */
  add(thing: T, address: string): void {
    const host = networkOf(address);
    this.#hosts.set(thing, host);
    this.#counts.set(host, (this.#counts.get(host) ?? 0) + 1);
    this.#late.touch(thing);
    if (this.#young === null) return this.#age(thing);
    this.#young.touch(thing);
    this.#makeRoom(host);
  }

  /** Forgets `thing`: it is finished, or gone. Returns whether it was there. */
  delete(thing: T): boolean {
    const host = this.#hosts.get(thing);
    if (host === undefined) return false;
    this.#hosts.delete(thing);
    const count = this.#counts.get(host)! - 1;
    if (count === 0) this.#counts.delete(host);
    else this.#counts.set(host, count);
    const old = this.#oldOfHost.get(host);
    if (old?.delete(thing) && old.size === 0) this.#oldOfHost.delete(host);
    this.#old.delete(thing);
    this.#late.delete(thing);
    this.#young?.delete(thing);
    return true;
  }

  /** Returns the oldest thing of the address that has the most, young or not; `undefined` if there is none. */
  get first(): T | undefined {
    let busiest: string | undefined;
    let most = 0;
    for (const [host, count] of this.#counts) {
      if (count > most) [busiest, most] = [host, count];
    }
    for (const [thing, host] of this.#hosts) if (host === busiest) return thing;
    return undefined;
  }

  /** `thing` has had its grace. */
  #age(thing: T): void {
    const host = this.#hosts.get(thing)!;
    const old = this.#oldOfHost.get(host) ?? new Set();
    this.#oldOfHost.set(host, old.add(thing));
    this.#old.add(thing);
    this.#makeRoom(host);
  }

  /** Gives up the oldest of `host`, and of all, if they are too many. */
  #makeRoom(host: string): void {
    const { host: most, all } = this.#limits;
    if (this.#counts.get(host)! > most) this.#giveUpFirst(this.#oldOfHost.get(host), "host");
    if (this.#hosts.size > all) this.#giveUpFirst(this.#old, "all");
  }

  #giveUpFirst(old: ReadonlySet<T> | undefined, why: GivenUp): void {
    for (const thing of old ?? []) return this.#giveUp(thing, why);
  }

  #giveUp(thing: T, why: GivenUp): void {
    if (this.delete(thing)) this.#onGivenUp(thing, why);
  }
}

/** Returns what one client has: an IPv4 address, or the 64 bits before its own in IPv6 (RFC 4291, 2.5.4). */
function networkOf(host: string): string {
  if (!host.includes(":")) return host;
  const address = parseIpv6(host);
  return isMapped(address) ? host : `${address.value >> 64n}`;
}
