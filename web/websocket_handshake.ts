/**
 * The keys with which a WebSocket is opened (RFC 6455, section 4).
 *
 * @module
 */

/** The text with which a key is hashed (RFC 6455, section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Whether `key` is a `Sec-WebSocket-Key`: 16 bytes in base64. */
export function isKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key);
}

/** Resolves to the `Sec-WebSocket-Accept` that answers `key` (RFC 6455, section 4.2.2). */
export async function acceptKey(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return new Uint8Array(hash).toBase64();
}
