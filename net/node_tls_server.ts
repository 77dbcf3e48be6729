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
 * signed by, or equal to, one of those given.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { tlsClientReason } from "../text/tls_reason.ts";
import type { ServerTls, TlsAgreement, TlsConnection } from "./connection.ts";
import { distinguishedName } from "./distinguished_name.ts";
import { denoError } from "./node_errors.ts";
import { type Channel, closeQuietly } from "./stream.ts";
import { FLUSH_TIME, within } from "./tls_channel.ts";
import { tlsStream } from "./tls_stream.ts";

/**
 * A TLS connection as a channel.
 *
 * Life of it: accepted, its handshake agreed or failed, read and written, released.
 */
export class NodeTlsChannel implements Channel, TlsConnection {
  /** No remark: this engine does not tell whether a client has ended in order. */
  readonly remark = null;
  /** The result of the handshake, or `null` before it is over. */
  agreement: TlsAgreement | null = null;
  readonly #conn: Channel;
  readonly #tls: ServerTls;
  readonly #released = Promise.withResolvers<void>();
  #handshake: Promise<Channel> | null = null;
  #decrypted: Channel | null = null;
  #releasing: Promise<true> | null = null;

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
    const [{ createServer }, { encrypted, channelOf }] = await Promise.all([
      import("node:tls"),
      tlsStream(this.#conn),
    ]);
    const { cert, key, clientCa, alpn = [] } = this.#tls;
    // A server for each connection: it is how node:tls tells which one has failed, and why.
    const server = createServer({
      cert,
      key,
      requestCert: clientCa !== undefined,
      rejectUnauthorized: true,
      ...(clientCa === undefined ? {} : { ca: clientCa }),
      ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
      allowHalfOpen: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<Channel>();
    server.once("secureConnection", (socket) => {
      if (!socket.authorized) return reject(new Error(NOT_AUTHORIZED)); // it has been refused already
      this.agreement = {
        alpn: socket.alpnProtocol || null,
        client: distinguishedName(socket.getPeerCertificate().subject) || null,
      };
      resolve(channelOf(socket));
    });
    server.once("tlsClientError", (error, socket) => reject(inWords(error, socket)));
    server.emit("connection", encrypted);
    return await promise;
  }

  /** Reads as a channel does. */
  async read(buffer: Uint8Array): Promise<number | null> {
    return await this.#open.read(buffer);
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
    const end = this.#decrypted?.closeWrite().then(() => true as const, () => true as const);
    if (end !== undefined) await within(end, FLUSH_TIME);
    this.drop();
    return true;
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
  if (!certificate.checkPrivateKey(readPem("private key", () => createPrivateKey(tls.key)))) {
    throw new Error("the private key does not belong to the certificate");
  }
  return (conn) => new NodeTlsChannel(conn, tls);
}

function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`the ${what} cannot be read`, { cause: error }); // of several classes, TypeError too
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
const NOT_AUTHORIZED = "the client's certificate is not one that --client-ca vouches for";

/** The codes of `node:tls` for a client's certificate in words; any other is `NOT_AUTHORIZED`. */
const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the client's certificate has expired",
  CERT_NOT_YET_VALID: "the client's certificate is not yet valid",
};

/** Returns why a handshake came to nothing. */
function inWords(error: Error, { authorizationError }: TLSSocket): Error {
  const code: unknown = authorizationError; // its code, whatever the types say
  if (typeof code === "string") return new Error(CERTIFICATE_REASONS[code] ?? NOT_AUTHORIZED);
  const { name, code: reason } = denoError(error) as Error & { readonly code?: string };
  if (name === "ConnectionReset" || error.name === "Interrupted") {
    return new Error("gone before its TLS handshake", { cause: error });
  }
  return reason?.startsWith("ERR_SSL_")
    ? new Error(tlsClientReason(error), { cause: error })
    : error;
}
