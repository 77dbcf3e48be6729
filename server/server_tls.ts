/**
 * The server's half of TLS, as the options of `netkit serve` ask for it.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { withoutZone } from "../address/zone.ts";
import { readCertificates, readServerTls } from "../cli/certificates.ts";
import { UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { parseAlpn } from "../net/alpn.ts";
import { DEFAULT_HOST, type Endpoint } from "../net/endpoint.ts";
import type { ServerTls } from "../net/connection.ts";
import type { CertificateEvent } from "./events.ts";
import type { Options } from "./options.ts";
import { t } from "../text/messages.ts";

/** The server's half of TLS, and the event that tells of a certificate that was made for it. */
export interface ServedTls extends ServerTls {
  /** Tells of the certificate, or is `null` if the user gave one. */
  readonly made: CertificateEvent | null;
}

/** The subject of a certificate that is made; its names are those by which a client knows the server. */
const SUBJECT = "netkit serve";

/** Resolves to the server's half of TLS: the certificate of the files that were given, or one made for this run. */
export async function readTls(
  { tlsCert, tlsKey, clientCa, alpn }: Options,
  endpoint: Endpoint,
  io: Io,
): Promise<ServedTls> {
  const more = {
    ...(alpn === null ? {} : { alpn: readAlpn(alpn) }),
    ...(clientCa === null ? {} : { clientCa: await readAuthorities(clientCa, io) }),
  };
  if (tlsCert !== null && tlsKey !== null) {
    return { ...await readServerTls(tlsCert, tlsKey, io), ...more, made: null };
  }
  const { makeSelfSigned } = await import("../net/self_signed.ts");
  const names = namesAt(endpoint, io);
  const { cert, key, fingerprint } = await makeSelfSigned(SUBJECT, names, io.now());
  return { cert, key, ...more, made: { event: "tls", fingerprint, names } };
}

/**
 * Returns the protocols of `--alpn`.
 *
 * @throws {UserError} For a text that is no list of them.
 */
export function readAlpn(text: string): readonly string[] {
  try {
    return parseAlpn(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // Without its cause: the advice on operands knows endpoints, and "h2,:8000" is a list as well.
    throw new UserError(`--alpn: ${error.message}`, { hint: error.hint });
  }
}

/** Resolves to the text of a file with certificates, each of which can be read. */
async function readAuthorities(path: string, io: Io): Promise<string> {
  const text = await readCertificates(path, io);
  const { checkCertificates } = await import("../net/node_tls_server.ts");
  try {
    await checkCertificates(text);
  } catch (error) {
    throw new UserError(t`${path} has a certificate that cannot be read`, { cause: error });
  }
  return text;
}

/** Returns the names and addresses at which a server that listens at `endpoint` is reached. */
function namesAt(endpoint: Endpoint, io: Pick<Io, "networkInterfaces">): string[] {
  const host = endpoint.transport === "unix" ? DEFAULT_HOST : endpoint.hostname;
  const names = host === "0.0.0.0" || /^[0:]+$/.test(host)
    ? ["localhost", "127.0.0.1", "::1", ...io.networkInterfaces().map(({ address }) => address)]
    : /^(localhost|127\..*|::1)$/.test(host)
    ? ["localhost", "127.0.0.1", "::1", host]
    : [host];
  return [...new Set(names.map(withoutZone))];
}
