/**
 * TLS of a server by `node:tls`, over any connection that was accepted.
 *
 * Two engines serve TLS, both rustls below: Deno's own (`tls_channel.ts`) whatever it can, and this one
 * where clients have to show a certificate, which `Deno.listenTls` never asks for, and where another program
 * has opened the socket that listens. It costs 20 ms for its
 * modules with the first client, and a millisecond each. Accepting stays with Deno, so the limits of
 * handshakes are the same; and a socket that is closed in the middle of one is free at once.
 *
 * A client's certificate has to be one of X.509 version 3, for clients where it says for what it is, and
 * signed by, or equal to, one of those given. A client that is refused is told by an alert, which `node:tls`
 * leaves unsent (Deno 2.9.6); hence the use of its inner parts.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { tlsClientReason } from "../text/tls_reason.ts";
import type { ServerTls, TlsAgreement, TlsConnection } from "./connection.ts";
import { distinguishedName } from "./distinguished_name.ts";
import { denoError } from "./node_errors.ts";
import { type Channel, closeQuietly, writeAll } from "./stream.ts";
import { FLUSH_TIME, GONE, LEFT_WITHOUT_NOTIFY, within } from "./tls_channel.ts";
import { tlsStream } from "./tls_stream.ts";
import { msg, t } from "../text/messages.ts";

/** Milliseconds that a client which was refused gets to read why. */
const REFUSAL_TIME = 500;

/** The inner part of a TLS socket of Deno's that speaks TLS. */
interface TlsWrap {
  /** Called with what breaks the connection off. */
  onerror(this: TlsWrap, error: Error): void;
  /** Returns what is to be sent and was not taken yet. */
  drainEncOut(): Uint8Array | null;
  /** Takes encrypted bytes of the peer. */
  readBuffer(bytes: Uint8Array): void;
  /** Returns the code of what is wrong with the peer's certificate; nothing if it is right. */
  verifyError(): string;
}

/** The connection that the types of `node:tls` ask for, where any stream will do. */
type Plain = ConstructorParameters<typeof TLSSocket>[0];

/** A TLS socket of Deno's, with what the types of `node:tls` leave out. */
interface InnerSocket {
  /** Begins the handshake. */
  _start(): void;
  readonly _handle: TlsWrap;
}

/**
 * A TLS connection as a channel.
 *
 * Life of it: accepted, its handshake agreed or failed, read and written, released.
 */
export class NodeTlsChannel implements Channel, TlsConnection {
  /** A remark for the log about the way in which the client left, or `null`. */
  remark: string | null = null;
  /** The result of the handshake, or `null` before it is over. */
  agreement: TlsAgreement | null = null;
  readonly #conn: Channel;
  readonly #tls: ServerTls;
  readonly #released = Promise.withResolvers<void>();
  #handshake: Promise<Channel> | null = null;
  #decrypted: Channel | null = null;
  #releasing: Promise<true> | null = null;
  /** Ends when the alert that tells the client why it is refused is sent; `null` if it is not refused. */
  #refusing: Promise<void> | null = null;

  /** Takes over `conn`. */
  constructor(conn: Channel, tls: ServerTls) {
    this.#conn = conn;
    this.#tls = tls;
  }

  /** Resolves when the channel has been closed and its descriptor is free. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Resolves when both sides have agreed. Rejects with the reason in words. */
  async handshake(): Promise<void> {
    this.#decrypted = await (this.#handshake ??= this.#agree());
  }

  async #agree(): Promise<Channel> {
    const conn = this.#conn;
    const [{ TLSSocket: Tls, createSecureContext }, { encrypted, channelOf }] = await Promise.all([
      import("node:tls"),
      tlsStream({
        read: (buffer) => conn.read(buffer),
        write: (bytes) => conn.write(bytes),
        closeWrite: () => conn.closeWrite(),
        close: () => {}, // `drop` does that, when the alert is sent
      }),
    ]);
    const { cert, key, clientCa, alpn = [] } = this.#tls;
    const options = {
      isServer: true,
      // One for each connection, so that nobody resumes the session of a client that was refused.
      secureContext: createSecureContext({
        cert,
        key,
        ...(clientCa === undefined ? {} : { ca: clientCa }),
      }),
      requestCert: clientCa !== undefined,
      rejectUnauthorized: true,
      ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<Channel>();
    const socket = new Tls(encrypted as unknown as Plain, options);
    const inner = socket as unknown as InnerSocket;
    const { _handle: wrap } = inner;
    const { onerror } = wrap;
    wrap.onerror = (error) => {
      this.#sendAlert(wrap.drainEncOut());
      onerror.call(wrap, error);
    };
    socket.once("secure", () => {
      try {
        const fault = wrap.verifyError();
        if (fault !== "") {
          reject(new Error(CERTIFICATE_FAULTS[fault]?.words ?? NOT_AUTHORIZED));
          this.#refuse(fault, socket.getProtocol(), wrap);
          return void socket.destroy();
        }
        this.agreement = {
          alpn: socket.alpnProtocol || null,
          client: distinguishedName(socket.getPeerCertificate().subject) || null,
        };
        resolve(channelOf(socket));
      } catch (error) {
        reject(error); // another Deno: nobody is taken for somebody
      }
    });
    socket.once("_tlsError", (error: Error) => reject(inWords(error)));
    socket.once("close", () => reject(new Error(GONE)));
    inner._start();
    return await promise;
  }

  /**
   * Tells a client that its certificate is refused. In TLS 1.2 what the server says is still plain at this
   * point. In TLS 1.3 it is not, and rustls sends no alert of choice: so it is given a record that has no place
   * here, and says `unexpected_message`.
   */
  #refuse(fault: string, protocol: string | null, wrap: TlsWrap): void {
    if (protocol === "TLSv1.3") wrap.readBuffer(CHANGE_CIPHER_SPEC);
    else this.#sendAlert(fatalAlert(CERTIFICATE_FAULTS[fault]?.alert ?? UNKNOWN_CA));
  }

  #sendAlert(bytes: Uint8Array | null): void {
    if (bytes === null || bytes.length === 0) return;
    this.#refusing = writeAll(this.#conn, bytes.slice()).catch(() => {}); // it is gone already
  }

  /** Reads as a channel does, and takes the end of TCP for the end of TLS, as `TlsChannel.read` does. */
  async read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#open.read(buffer);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "UnexpectedEof") throw error;
      this.remark = LEFT_WITHOUT_NOTIFY;
      return null;
    }
  }

  /** Writes as a channel does. */
  async write(bytes: Uint8Array): Promise<number> {
    return await this.#open.write(bytes);
  }

  /** Resolves when everything written is sent, and the end. */
  async closeWrite(): Promise<void> {
    await this.#open.closeWrite();
  }

  get #open(): Channel {
    if (this.#decrypted === null) throw new Error("the handshake is not over");
    return this.#decrypted;
  }

  /** Closes it, in a second at the latest; see `release`. */
  close(): void {
    void this.release();
  }

  /** Closes it, when the last bytes are sent; resolves to `true`, for the descriptor is free. */
  release(): Promise<boolean> {
    return this.#releasing ??= this.#release();
  }

  async #release(): Promise<true> {
    const isOver = () => true as const;
    if (this.#decrypted !== null) {
      await within(this.#decrypted.closeWrite().then(isOver, isOver), FLUSH_TIME);
    } else if (this.#refusing !== null) {
      await within(this.#refusing.then(() => this.#untilGone()).then(isOver, isOver), REFUSAL_TIME);
    }
    this.drop();
    return true;
  }

  /**
   * Ends this half, and waits until the client has ended its own: with bytes that nobody has read TCP resets
   * (RFC 1122, section 4.2.2.13), and the alert may be lost on the way.
   */
  async #untilGone(): Promise<void> {
    await this.#conn.closeWrite();
    const buffer = new Uint8Array(1024);
    while (await this.#conn.read(buffer) !== null);
  }

  /** Closes it at once. */
  drop(): void {
    this.#decrypted?.close();
    closeQuietly(this.#conn);
    this.#released.resolve();
  }
}

/**
 * Resolves to the function that takes over a connection and speaks TLS on it. The certificate and its key are
 * checked before the server listens: `node:tls` looks at neither until a client comes, who is then told of it.
 *
 * @throws {Error} When one of them cannot be read, or they do not belong together.
 */
export async function nodeTls(tls: ServerTls): Promise<(conn: Channel) => NodeTlsChannel> {
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  const certificate = readPem("certificate", () => new X509Certificate(tls.cert));
  if (!certificate.checkPrivateKey(readPem(t`private key`, () => createPrivateKey(tls.key)))) {
    throw new Error("the private key does not belong to the certificate");
  }
  return (conn) => new NodeTlsChannel(conn, tls);
}

function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(t`the ${what} cannot be read`, { cause: error }); // of several classes, TypeError too
  }
}

/**
 * Checks that each certificate of a text in PEM can be read, for the same reason.
 *
 * @throws {Error} When one cannot.
 */
export async function checkCertificates(pem: string): Promise<void> {
  const { X509Certificate } = await import("node:crypto");
  for (const part of pem.split(/(?=-----BEGIN CERTIFICATE-----)/)) {
    if (part.startsWith("-----BEGIN CERTIFICATE-----")) new X509Certificate(part);
  }
}

/** The reason for a certificate that cannot be followed to one of those given. */
const NOT_AUTHORIZED = msg("the client's certificate is not one that --client-ca vouches for");

/** The number of the alert `unknown_ca` (RFC 8446, section 6). */
const UNKNOWN_CA = 48;

/** The codes of `node:tls` for a client's certificate; any other is `NOT_AUTHORIZED` and `unknown_ca`. */
const CERTIFICATE_FAULTS: Readonly<
  Record<string, { readonly words: string; readonly alert: number }>
> = {
  CERT_HAS_EXPIRED: { words: msg("the client's certificate has expired"), alert: 45 },
  CERT_NOT_YET_VALID: { words: msg("the client's certificate is not yet valid"), alert: 42 },
};

/** A record that has no place behind a handshake of TLS 1.3 (RFC 8446, section 5). */
const CHANGE_CIPHER_SPEC = Uint8Array.of(20, 3, 3, 0, 1, 1);

/** Returns the record of a fatal alert in plain text (RFC 5246, sections 6.2.1 and 7.2). */
function fatalAlert(number: number): Uint8Array {
  return Uint8Array.of(21, 3, 3, 0, 2, 2, number);
}

/** Returns why a handshake came to nothing. */
function inWords(error: Error): Error {
  const { name, code: reason } = denoError(error) as Error & { readonly code?: string };
  if (name === "ConnectionReset" || error.name === "Interrupted") {
    return new Error(GONE, { cause: error });
  }
  return reason?.startsWith("ERR_SSL_")
    ? new Error(tlsClientReason(error), { cause: error })
    : error;
}
