/**
 * Makes `arp/mac_vendors_data.ts` from the table of IEEE that npm's `oui-data` carries.
 *
 * @module
 */
import table from "oui-data" with { type: "json" };

const DATA = new URL("../arp/mac_vendors_data.ts", import.meta.url);

/** Returns the makers: a line for each, its name and its prefixes with tabs between, sorted. */
export function vendorsText(): string {
  const prefixes = new Map<string, string[]>();
  for (const [prefix, maker] of Object.entries(table as Readonly<Record<string, string>>)) {
    const name = maker.split("\n", 1)[0]!; // the other lines are its address
    prefixes.set(name, [...prefixes.get(name) ?? [], prefix]);
  }
  return [...prefixes].map((each) => each.flat().join("\t")).sort().join("\n");
}

/** Returns the source of `arp/mac_vendors_data.ts`. */
async function vendorsSource(): Promise<string> {
  const packed = new Blob([vendorsText()]).stream().pipeThrough(new CompressionStream("gzip"));
  const base64 = new Uint8Array(await new Response(packed).arrayBuffer()).toBase64();
  return `/**
 * IEEE's table of the makers of network cards, from npm's oui-data, by \`deno task vendors\`.
 *
 * @module
 */

/** A line for each maker, its name and its prefixes with tabs between: gzip, in base64. */
export const VENDORS: string =
  "${base64}";
`;
}

if (import.meta.main) await Deno.writeTextFile(DATA, await vendorsSource());
