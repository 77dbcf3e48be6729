/**
 * TLS by `node:tls` over any channel, for what Deno's own cannot do: take any certificate, or one by its
 * fingerprint, trust a self-signed one that says CA:TRUE (as `openssl req -x509` makes it), show a certificate
 * of this side, and speak over a connection that Deno has not made.
 *
 * It takes 20 ms to load: import this module only where it is needed.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { abortable } from "@std/async/abortable";
import { isAddress } from "./dns.ts";
import { denoError } from "./node_errors.ts";
import { ExplainedError } from "../text/reason.ts";
import type { Channel } from "./stream.ts";
import type { Secured, TlsOptions } from "./tls.ts";
import { tlsStream } from "./tls_stream.ts";
import { t } from "../text/messages.ts";

/** Loads what `secureChannel` needs, so that its time is not measured. */
export async function prepareTls(): Promise<void> {
  await Promise.all([import("node:tls"), import("node:stream")]);
}

/**
 * Returns the authorities that are trusted besides those of a file: none without the permission `--allow-sys`,
 * which Deno asks for here.
 */
function authoritiesOf(rootCertificates: readonly string[]): readonly string[] {
  try {
    return [...rootCertificates]; // Deno reads them only now
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") return [];
    throw error;
  }
}

/**
 * Speaks TLS over `channel`, which belongs to the result from now on, and is closed when that fails.
 *
 * @param hostname The name that the certificate must have, if `tls` says nothing else.
 * @throws Errors of `node:tls` with their `code`, or the reason of `signal`.
 */
export async function secureChannel(
  channel: Channel,
  hostname: string,
  tls: TlsOptions,
  signal: AbortSignal,
): Promise<Secured> {
  const [{ connect, rootCertificates }, { encrypted, channelOf }] = await Promise.all([
    import("node:tls"),
    tlsStream(channel),
  ]);
  const name = tls.serverName ?? hostname;
  const options = {
    socket: encrypted,
    host: name,
    allowHalfOpen: true, // an option of sockets, which the types of node:tls leave out
    rejectUnauthorized: !tls.insecure && !tls.inspect && !tls.fingerprint,
    ...tls.own,
    ...(isAddress(name) ? {} : { servername: name }), // RFC 6066, section 3: no literal addresses
    ...(tls.ca === null ? {} : { ca: [...authoritiesOf(rootCertificates), tls.ca] }),
    ...(tls.alpn === undefined || tls.alpn.length === 0 ? {} : { ALPNProtocols: [...tls.alpn] }),
  };
  const socket: TLSSocket = connect(options);
  const decrypted = channelOf(socket);
  await agreed(socket, signal);
  if (tls.fingerprint) refuseOther(socket, tls.fingerprint);
  if (tls.inspect) {
    const { peerCertificateOf } = await import("./peer_certificate.ts");
    tls.inspect(peerCertificateOf(socket));
  }
  const alpn = socket.alpnProtocol || null;
  return { channel: tls.insecure ? takingAnyEnd(decrypted) : decrypted, alpn };
}

/** Returns `channel` such that a connection that is cut off has just ended: there is no trust that could be betrayed. */
function takingAnyEnd(channel: Channel): Channel {
  return {
    read: (buffer) =>
      channel.read(buffer).catch((error) => {
        if (error instanceof Error && error.name === "UnexpectedEof") return null;
        throw error;
      }),
    write: (bytes) => channel.write(bytes),
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
}

/**
 * Ends `socket` if its peer's certificate has another SHA-256 than `fingerprint`: nothing was sent yet.
 *
 * @throws {ExplainedError} That names the certificate that was shown.
 */
function refuseOther(socket: TLSSocket, fingerprint: string): void {
  const shown = socket.getPeerCertificate().fingerprint256;
  if (shown.replaceAll(":", "") === fingerprint) return;
  socket.destroy();
  throw new ExplainedError({
    words: t`the server's certificate has another fingerprint`,
    hint: `SHA-256 ${shown}`,
  });
}

/** Resolves when both sides have agreed. */
async function agreed(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cutOff = () => reject(Object.assign(new Error("EOF"), { name: "UnexpectedEof" }));
  socket.once("secureConnect", resolve).once("error", reject).once("end", cutOff)
    .once("close", cutOff);
  try {
    await abortable(promise, signal);
  } catch (error) {
    socket.destroy();
    throw denoError(error);
  } finally {
    socket.off("error", reject).off("end", cutOff).off("close", cutOff);
  }
}
