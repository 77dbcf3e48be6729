/**
 * Certificates in files.
 *
 * @module
 */
import { cannot, EXIT, UserError } from "./errors.ts";
import type { Io } from "./io.ts";

/**
 * Resolves to the text of a file that has certificates in PEM (RFC 7468).
 *
 * @throws {UserError} When it cannot be read or has none, with exit code 2.
 */
export async function readCertificates(path: string, io: Io): Promise<string> {
  let text;
  try {
    text = await io.readTextFile(path);
  } catch (error) {
    throw cannot(`read ${path}`, error, { exit: EXIT.usage });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UserError(`${path} has no certificate in PEM`, {
    hint: "it has to have a line -----BEGIN CERTIFICATE-----",
  });
}
