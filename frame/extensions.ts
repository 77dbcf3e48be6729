/**
 * The extension headers of IPv6 that a packet is made with (`--ipv6-ext`).
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import type { Wanted } from "../packet/encode.ts";
import { t } from "../text/messages.ts";

/** The extension headers by the names that they have in RFC 8200. */
export const EXTENSIONS = ["hop-by-hop", "destination", "routing", "fragment"] as const;

/** An extension header. */
export type Extension = typeof EXTENSIONS[number];

/** The layer of each, and what stands behind its fields up to 8 bytes: PadN of 6 bytes, or zeros. */
const HEADERS: Readonly<Record<Extension, readonly [layer: string, behind: string]>> = {
  "hop-by-hop": ["ipv6.hopopts", "010400000000"],
  destination: ["ipv6.dstopts", "010400000000"],
  routing: ["ipv6.routing", "00000000"],
  fragment: ["ipv6.fraghdr", ""],
};

/**
 * Returns the extension headers that `text` lists.
 *
 * @throws {ParseError} For another name, and for hop-by-hop options that do not come first.
 */
export function parseExtensions(text: string): Extension[] {
  const extensions = text.toLowerCase().split(",").map((word) => {
    const found = EXTENSIONS.find((each) => each === word);
    if (found !== undefined) return found;
    throw new ParseError(t`an extension header of IPv6`, word, t`it is not known`, {
      hint: t`choose ${EXTENSIONS.join(", ")}`,
    });
  });
  if (extensions.lastIndexOf("hop-by-hop") > 0) {
    throw new ParseError(
      t`extension headers`,
      text,
      t`hop-by-hop options come first, and once (RFC 8200, section 4.1)`,
    );
  }
  return extensions;
}

/** Returns the names of the layers of these headers. */
export function extensionNames(extensions: readonly Extension[]): string[] {
  return extensions.map((each) => HEADERS[each][0]);
}

/** Returns what stands behind the fields of the header called `name`; `null` for one that is none of these. */
export function behindFields(name: string): Pick<Wanted, "options"> | null {
  const found = Object.values(HEADERS).find(([layer]) => layer === name);
  return found === undefined ? null : { options: Uint8Array.fromHex(found[1]) };
}
