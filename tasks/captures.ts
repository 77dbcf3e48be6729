/**
 * `deno task captures`: writes the captures that lessons show where this machine may not capture into
 * `learn/captures_data.ts`, so that they are part of a bundle and of a binary.
 *
 * @module
 */

/** The captures of `examples/` that lessons use, by their names without `.pcap`. */
export const NAMES: readonly string[] = [
  "first-contact",
  "four-segment-close",
  "half-close",
  "hello",
  "simultaneous-close",
  "three-segment-close",
];

/** Resolves to the text of the module. */
export async function capturesModule(): Promise<string> {
  const rows: string[] = [];
  for (const name of NAMES) {
    const bytes = await Deno.readFile(new URL(`../examples/${name}.pcap`, import.meta.url));
    const lines = bytes.toBase64().match(/.{1,92}/g)!;
    rows.push(`  "${name}":\n${lines.map((line) => `    "${line}"`).join(" +\n")},\n`);
  }
  return `/**
 * Captures of \`examples/\` in Base64 (RFC 4648), written by \`deno task captures\`.
 *
 * @module
 */

/** The name of a capture. */
export type CaptureName =
${NAMES.map((name) => `  | "${name}"`).join("\n")};

/** The captures by their names. */
export const CAPTURES: Readonly<Record<CaptureName, string>> = {
${rows.join("")}};
`;
}

if (import.meta.main) {
  const file = new URL("../learn/captures_data.ts", import.meta.url);
  await Deno.writeTextFile(file, await capturesModule());
}
