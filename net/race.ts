/**
 * Attempts to connect to the addresses of one name, raced as RFC 8305 ("happy eyeballs") has it.
 *
 * @module
 */
import { delay } from "@std/async/delay";

/** Milliseconds between two attempts, unless one fails before (RFC 8305, section 5). */
const ATTEMPT_DELAY = 250;

/** Returns `addresses` with IPv6 and IPv4 in turn, the first one first (RFC 8305, section 4). */
export function interleaved(addresses: readonly string[]): string[] {
  const isFirst = (address: string) => address.includes(":") === addresses[0]?.includes(":");
  const [ones, others] = [addresses.filter(isFirst), addresses.filter((each) => !isFirst(each))];
  return ones.flatMap((address, i) => others[i] === undefined ? [address] : [address, others[i]])
    .concat(others.slice(ones.length));
}

/**
 * Resolves to what `attempt` gives for the first of `addresses` that answers. The next attempt starts when
 * one has failed or taken 250 ms; the signal that each gets is aborted when another one has won.
 *
 * @param close Closes what an attempt gives that came second.
 * @throws The error of the first address, the system's first choice, or the reason of `signal`.
 */
export async function race<T>(
  addresses: readonly string[],
  signal: AbortSignal,
  attempt: (address: string, signal: AbortSignal) => Promise<T>,
  close: (late: T) => void,
): Promise<T> {
  const over = new AbortController();
  const each = AbortSignal.any([over.signal, signal]);
  const won = Promise.withResolvers<T>();
  let isWon = false;
  const running: Promise<void>[] = [];
  const errors: unknown[] = [];
  const start = async (address: string, i: number) => {
    try {
      const result = await attempt(address, each);
      if (isWon) return close(result);
      isWon = true;
      won.resolve(result);
    } catch (error) {
      errors[i] = error;
    }
  };
  const startAll = async () => {
    for (const [i, address] of interleaved(addresses).entries()) {
      if (isWon) return;
      signal.throwIfAborted();
      const trying = start(address, i);
      running.push(trying);
      const waiting = new AbortController();
      const late = delay(ATTEMPT_DELAY, { signal: AbortSignal.any([waiting.signal, each]) });
      await Promise.race([trying, won.promise, late]).catch(() => {});
      waiting.abort();
      await late.catch(() => {});
    }
    await Promise.all(running);
    signal.throwIfAborted();
    if (!isWon) throw errors[0];
  };
  startAll().catch(won.reject);
  try {
    return await won.promise;
  } finally {
    over.abort();
  }
}
