/**
 * Certificates and keys in PEM files (RFC 7468).
 *
 * @module
 */
import { cannot, EXIT, UserError } from "./errors.ts";
import type { Io } from "./io.ts";
import { t } from "../text/messages.ts";

/**
 * Resolves to the text of a file that has certificates in PEM (RFC 7468).
 *
 * @throws {UserError} When it cannot be read or has none, with exit code 2.
 */
export async function readCertificates(path: string, io: Io): Promise<string> {
  const text = await readPem(path, io);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UserError(t`${path} has no certificate in PEM`, {
    hint: t`it has to have a line -----BEGIN CERTIFICATE-----`,
  });
}

/**
 * Resolves to the texts of a server's certificate chain and of its private key, which are not looked at.
 *
 * @throws {UserError} When a file cannot be read, with exit code 2.
 */
export async function readServerTls(
  certFile: string,
  keyFile: string,
  io: Io,
): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = await Promise.all([readPem(certFile, io), readPem(keyFile, io)]);
  return { cert, key };
}

async function readPem(path: string, io: Io): Promise<string> {
  try {
    return await io.readTextFile(path);
  } catch (error) {
    throw cannot(t`read ${path}`, error, { exit: EXIT.usage });
  }
}
