/**
 * An accepted TLS connection: a channel that is closed only when its descriptor is free.
 *
 * @module
 */
import { tlsClientReason } from "../text/tls_reason.ts";
import { type Channel, closeQuietly } from "./stream.ts";
import type { TlsAgreement, TlsConnection } from "./connection.ts";
import { msg, t } from "../text/messages.ts";

/** Milliseconds that a client gets, when its connection is closed, to take the last bytes. */
export const FLUSH_TIME = 1000;

/** The reason for a client that is gone before both sides have agreed. */
export const GONE: string = msg("gone before its TLS handshake");

/** The remark about a client that has ended TCP without ending TLS. */
export const LEFT_WITHOUT_NOTIFY: string = msg("the client left without close_notify");

/**
 * A TLS connection as a channel.
 *
 * Life of a TLS connection: accepted, its handshake agreed or failed, read and written, released.
 * `close` starts the release; `released` resolves when its descriptor is free.
 */
export class TlsChannel implements Channel, TlsConnection {
  /** A remark for the log about the way in which the client left, or `null`. */
  remark: string | null = null;
  /** The result of the handshake, or `null` before it is over. */
  agreement: TlsAgreement | null = null;
  readonly #conn: Deno.TlsConn;
  readonly #released = Promise.withResolvers<void>();
  #handshake: Promise<void> | null = null;
  #agreed = false;
  #releasing: Promise<boolean> | null = null;

  /** Takes over `conn`. */
  constructor(conn: Deno.TlsConn) {
    this.#conn = conn;
  }

  /** Resolves when the channel has been closed and its descriptor is free. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Resolves when both sides have agreed. Rejects with the reason in words. */
  handshake(): Promise<void> {
    return this.#handshake ??= this.#conn.handshake().then(({ alpnProtocol }) => {
      this.#agreed = true;
      this.agreement = { alpn: alpnProtocol, client: null };
    }, (error) => {
      throw inWords(error, GONE);
    });
  }

  /**
   * Reads as `Deno.TlsConn` does, but takes the end of TCP without that of TLS (`close_notify`, RFC 8446,
   * section 6.1) for the end: a server has nothing to lose when the client's last words are cut off.
   */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer).catch(this.#failed);
  }

  #failed = (error: unknown): null => {
    if (!(error instanceof Error) || error.name !== "UnexpectedEof") {
      throw inWords(error, t`connection reset by peer`);
    }
    this.remark = LEFT_WITHOUT_NOTIFY;
    return null;
  };

  /** Writes as `Deno.TlsConn` does. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** Resolves when everything written is sent, and the end. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Closes it, in a second at the latest; see `release`. */
  close(): void {
    void this.release();
  }

  /** Closes it; resolves to whether the descriptor is free. */
  release(): Promise<boolean> {
    return this.#releasing ??= this.#release();
  }

  /**
   * `Deno.TlsConn.close()` would leave the socket open as long as the handshake is not over or bytes are
   * not taken: see `shutDown`. So it waits for that, and helps.
   */
  async #release(): Promise<boolean> {
    const over = this.#agreed ? this.closeWrite() : this.handshake();
    const settled = over.then(() => true as const, () => true as const);
    if (await within(settled, this.#agreed ? FLUSH_TIME : 0)) return this.#done();
    const { shutDown } = await import("./socket_calls.ts");
    const { localAddr, remoteAddr } = this.#conn;
    const freed = await shutDown({ local: localAddr, remote: remoteAddr });
    const done = settled.then(() => this.#done());
    return await within(done, freed ? FLUSH_TIME : 0);
  }

  /** Closes it at once. */
  drop(): void {
    this.#done();
  }

  #done(): true {
    closeQuietly(this.#conn);
    this.#released.resolve();
    return true;
  }
}

/** Resolves to whether `promise` has resolved in this many milliseconds. */
export async function within(promise: Promise<true>, milliseconds: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, milliseconds, false);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns an error of TLS in words, `gone` if it only says that the client has gone; others as they are. */
function inWords(error: unknown, gone: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "UnexpectedEof") return new Error(gone, { cause: error });
  return error.name === "InvalidData" ? new Error(tlsClientReason(error), { cause: error }) : error;
}
