/**
 * TLS of a client over a TCP connection of Deno's.
 *
 * @module
 */
import type { PeerCertificate } from "./peer_certificate.ts";
import { closeQuietly } from "./stream.ts";

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
  /** Given the server's certificate, whatever it is, which then is not refused. */
  readonly inspect?: ((certificate: PeerCertificate) => void) | undefined;
}

/** Speaks TLS over `conn`, and closes it if that fails. */
export async function secure(
  conn: Deno.TcpConn,
  hostname: string,
  { serverName, ca }: TlsOptions,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  let open: { close(): void } = conn;
  const stop = () => closeQuietly(open);
  signal.addEventListener("abort", stop);
  try {
    const secured = await Deno.startTls(conn, {
      hostname: serverName ?? hostname,
      caCerts: ca === null ? [] : [ca],
    });
    open = secured;
    signal.throwIfAborted();
    await secured.handshake();
    return secured;
  } catch (error) {
    stop();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
