/**
 * Names of the holders and issuers of certificates, in one line.
 *
 * @module
 */

/** A name as `node:tls` has it: its attributes by their short names, several of one name as an array. */
type Name = Readonly<Record<string, string | readonly string[]>>;

/**
 * Returns a name as RFC 4514 writes it, the last part first: `CN=alice,O=Example`; `""` for an empty one.
 *
 * @param name Its parts in their order in the certificate.
 */
export function distinguishedName(name: object | undefined): string {
  return Object.entries(name as Name ?? {})
    .flatMap(([type, values]) => [values].flat().map((value) => `${type}=${escaped(value)}`))
    .reverse()
    .join(",");
}

/** Escapes the value of an attribute (RFC 4514, section 2.4). */
function escaped(value: string): string {
  return value.replace(/[\\,+"<>;]/g, "\\$&").replace(/^[ #]/, "\\$&").replace(/ $/, "\\ ");
}
