/**
 * Calls of one side of a conversation in words.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { withPreview } from "../text/preview.ts";
import { reasonOf } from "../text/reason.ts";
import { formatBytes, formatDuration } from "../text/units.ts";
import { t } from "../text/messages.ts";

/** A call, named as in the sockets interface, with the values that it has. */
export interface Call {
  /** The name of the call: `read`. */
  readonly event: string;
  /** The protocol, of `socket`, `bind` and `listen`: `TCP`. */
  readonly protocol?: string;
  /** The address of this side, of `bind` and `listen`. */
  readonly address?: string;
  /** The address of the peer, of `connect`, `try`, `cancel`, `accept` and `refuse`; of `fail` if it is one of several. */
  readonly peer?: string;
  /** The name that was resolved, of `resolve`. */
  readonly name?: string;
  /** Its addresses, in the system's order. */
  readonly addresses?: readonly string[];
  /** SHA-256 of a certificate that was made, of `tls`. */
  readonly fingerprint?: string;
  /** The host names and addresses of that certificate. */
  readonly names?: readonly string[];
  /** The name in the client's certificate, of `tls`. */
  readonly subject?: string;
  /** The application protocol that TLS has agreed on, of `tls`. */
  readonly alpn?: string;
  /** The reason in words, of `refuse`. */
  readonly reason?: string;
  /** The error, of `fail`. */
  readonly error?: unknown;
  /** The bytes that were read or written. */
  readonly data?: Uint8Array;
  /** Bytes received until the end. */
  readonly bytesIn?: number;
  /** Bytes sent until the end. */
  readonly bytesOut?: number;
  /** Milliseconds until the end. */
  readonly durationMs?: number;
}

/** Returns the text of `call` behind its time and name, on one line; bytes fill up to `columns`. */
export function describeCall(call: Call, columns: number): string {
  const {
    protocol,
    address,
    peer,
    name,
    addresses,
    fingerprint,
    names = [],
    subject,
    alpn,
    reason,
    error,
    data,
    bytesIn,
    bytesOut,
    durationMs,
  } = call;
  if (address !== undefined) {
    const waits = call.event === "listen" || protocol?.startsWith("UDP");
    return `${escapeLine(address)}${waits ? t`, waiting for a client; Ctrl-C stops` : ""}`;
  }
  if (protocol !== undefined) return protocol;
  if (addresses) return escapeLine(`${name}: ${addresses.join(", ")}`);
  if (fingerprint !== undefined) return t`SHA-256 ${fingerprint}, made for ${names.join(", ")}`;
  const agreed = [alpn, subject].filter((part) => part !== undefined);
  if (agreed.length > 0) return agreed.map(escapeLine).join("  ");
  const why = reason ?? (error === undefined ? null : reasonOf(error));
  if (peer !== undefined) return escapeLine(why === null ? peer : `${peer}  ${why}`);
  if (why !== null) return escapeLine(why);
  if (data) return withPreview(formatBytes(data.length), data, columns);
  if (bytesIn === undefined) return "";
  return t`${formatBytes(bytesIn)} in, ${formatBytes(bytesOut ?? 0)} out, ` +
    formatDuration(durationMs ?? 0);
}
