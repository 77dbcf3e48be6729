/**
 * The log of `netkit serve -v` as text, read again.
 *
 * @module
 */

/** A call on a connection. */
export interface LoggedCall {
  /** Its name: `read`. */
  readonly call: string;
  /** Bytes that were read or written; `null` for other calls. */
  readonly bytes: number | null;
}

/** Returns the calls on connections in their order. */
export function callsOf(log: string): LoggedCall[] {
  const lines = log.matchAll(/^[\d:.]+ +(\w+) +#\d+ +\S+(?: {2}(\d+) B)?/gm);
  return [...lines].map(([, call, bytes]) => ({
    call: call!,
    bytes: bytes === undefined ? null : Number(bytes),
  }));
}
