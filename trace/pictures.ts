/**
 * The pictures of `trace --svg`: a file for each connection.
 *
 * @module
 */
import { type ByteSink, createBytes } from "../cli/byte_source.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import type { LadderPicture } from "../ladder/svg.ts";
import { count } from "../text/units.ts";
import { t } from "../text/messages.ts";

/** The most names of files that are told. */
const MAX_NAMES = 4;

/**
 * Writes the picture of the first connection to `sink`, the file at `path`, and those of the others beside
 * it, with their numbers in the names: `ladder.svg`, `ladder-2.svg`.
 *
 * @throws {UserError} If a file cannot be written.
 */
export async function writePictures(
  picture: LadderPicture,
  path: string,
  sink: ByteSink,
  io: Io,
): Promise<void> {
  const [first, ...others] = picture.connections;
  const encoder = new TextEncoder();
  await sink.write(encoder.encode(picture.toSvg(first ?? null)));
  const names = [path];
  for (const connection of others) {
    const name = nameFor(path, connection.number);
    const file = await createBytes(name, io);
    try {
      await file.write(encoder.encode(picture.toSvg(connection)));
    } finally {
      file.close();
    }
    names.push(name);
  }
  if (others.length === 0) return;
  const shown = names.length > MAX_NAMES
    ? t`${names.slice(0, MAX_NAMES - 1).join(", ")} to ${names.at(-1)}`
    : names.join(", ");
  const left = picture.left === 0 ? "" : t`; ${count(picture.left, "more connection")} not drawn`;
  await sayFolded(
    io,
    t`a picture for each connection: ${shown}${left}; --conn or --only draws fewer`,
  );
}

/** Returns `ladder-2.svg` for `ladder.svg` and 2. */
function nameFor(path: string, number: number): string {
  const dot = path.lastIndexOf(".");
  const end = dot > path.lastIndexOf("/") + 1 ? dot : path.length;
  return `${path.slice(0, end)}-${number}${path.slice(end)}`;
}
