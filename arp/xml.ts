/**
 * Entries in XML, as `show arp | display xml` of Junos and `show ip arp | xml` of NX-OS print them.
 *
 * @module
 */
import { entriesOf, plainName } from "./key_values.ts";
import { MAX_LINE, type NeighbourFormat } from "./neighbour.ts";

/** The most lines of an entry. */
const MOST_LINES = 30;

/** Elements that hold an address and a MAC address in elements of a line each. */
export const xml: NeighbourFormat = {
  name: "XML",
  fixture: "written-xml",
  read(lines, at) {
    const name = lines[at]!.length > MAX_LINE
      ? null
      : lines[at]!.match(/^<([\w:.-]+)(?: [^<>]*)?>$/);
    if (!name) return null;
    const pairs = new Map<string, string>();
    for (let length = 1; length < MOST_LINES && at + length < lines.length; length++) {
      const line = lines[at + length]!;
      if (line === `</${name[1]}>`) {
        const neighbours = entriesOf(pairs);
        return neighbours.length === 0 ? null : { neighbours, length: length + 1, readBelow: null };
      }
      const leaf = line.length > MAX_LINE
        ? null
        : line.match(/^<(?:\w+:)?([\w.-]+)(?: [^<>]*)?>([^<>]*)<\/[\w:.-]+>$/);
      if (!leaf) continue;
      const plain = plainName(leaf[1]!);
      if (pairs.has(plain)) return null; // it holds several entries, which are read one by one
      pairs.set(plain, leaf[2]!.trim());
    }
    return null;
  },
};
