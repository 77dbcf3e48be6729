/**
 * Application protocols of TLS (ALPN, RFC 7301) as they are written on a command line.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { t } from "../text/messages.ts";

/** The most octets of a protocol's name (RFC 7301, section 3.1). */
const LONGEST = 255;

/**
 * Returns the application protocols of a list with commas, the best first: `h2,http/1.1`.
 *
 * @throws {ParseError} For an empty name, one twice, one that is too long, and characters beyond ASCII.
 */
export function parseAlpn(text: string): readonly string[] {
  const names = text.split(",");
  let at = 0;
  for (const [i, name] of names.entries()) {
    const refused = (reason: string) =>
      new ParseError(t`a list of application protocols`, text, reason, {
        at: [at, at + name.length],
        hint: t`write names with commas between them, as in h2,http/1.1`,
      });
    if (name === "") throw refused(t`a name is empty`);
    if (name.length > LONGEST) throw refused(t`a name is longer than ${LONGEST} characters`);
    if (!/^[\x21-\x7e]+$/.test(name)) {
      throw refused(t`a name has only visible characters of ASCII here`);
    }
    if (names.indexOf(name) !== i) throw refused(t`"${name}" stands in it twice`);
    at += name.length + 1;
  }
  return names;
}
