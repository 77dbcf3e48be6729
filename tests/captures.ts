/**
 * The captures of real connections in `testdata/tcp` (Linux at both ends, a wire between them).
 *
 * @module
 */

const FOLDER = new URL("./testdata/tcp/", import.meta.url);

/** The names of the captures. */
export const CAPTURES: readonly string[] = [...Deno.readDirSync(FOLDER)]
  .map(({ name }) => name).filter((name) => name.endsWith(".pcap")).sort();

/** Yields the bytes of a capture, in chunks of `size`. */
export async function* bytesOfFile(name: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = await Deno.readFile(new URL(name, FOLDER));
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
