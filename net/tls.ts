/**
 * TLS of a client over a TCP connection of Deno's.
 *
 * @module
 */
import type { PeerCertificate } from "./peer_certificate.ts";
import type { StartTls } from "./starttls.ts";
import { type Channel, closeQuietly } from "./stream.ts";

/** The name and the certificates that a client of TLS accepts. */
export interface TlsOptions {
  /** The name that the certificate must have, and that is asked for (SNI); the host if `null`. */
  readonly serverName: string | null;
  /** Certificates in PEM that are trusted besides those of the system, or `null`. */
  readonly ca: string | null;
  /** Takes any certificate: a machine on the way can pretend to be the server. */
  readonly insecure: boolean;
  /** The SHA-256 of the only certificate that is taken, in upper-case hexadecimal; whoever signed it. */
  readonly fingerprint?: string | null;
  /** The certificate and the key of this side in PEM, for a server that asks for them (mutual TLS). */
  readonly own?: { readonly cert: string; readonly key: string } | null;
  /** The application protocols that are offered (ALPN, RFC 7301), the best first; none if not given. */
  readonly alpn?: readonly string[];
  /** The protocol in which TLS is asked for on a plain connection; spoken from the start if not given. */
  readonly starttls?: StartTls | null;
  /** Given the server's certificate, whatever it is, which then is not refused. */
  readonly inspect?: ((certificate: PeerCertificate) => void) | undefined;
}

/** A channel over which TLS is spoken, and what both sides have agreed on. */
export interface Secured {
  /** The decrypted bytes. */
  readonly channel: Channel;
  /** The application protocol (ALPN), or `null` if none was agreed on. */
  readonly alpn: string | null;
}

/**
 * Speaks TLS over `conn`, and closes it if that fails: with a server that an authority of the system vouches for.
 *
 * @throws As `Deno.startTls` does, or the reason of `signal`.
 */
export async function secure(
  conn: Deno.TcpConn,
  hostname: string,
  { serverName, alpn = [] }: Pick<TlsOptions, "serverName" | "alpn">,
  signal: AbortSignal,
): Promise<Secured> {
  let open: { close(): void } = conn;
  const stop = () => closeQuietly(open);
  signal.addEventListener("abort", stop);
  try {
    const secured = await Deno.startTls(conn, {
      hostname: serverName ?? hostname,
      ...(alpn.length === 0 ? {} : { alpnProtocols: [...alpn] }),
    });
    open = secured;
    signal.throwIfAborted();
    const { alpnProtocol } = await secured.handshake();
    return { channel: secured, alpn: alpnProtocol };
  } catch (error) {
    stop();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
