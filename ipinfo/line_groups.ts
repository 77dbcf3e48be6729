/**
 * Lines of lists, as many at a time as there are.
 *
 * @module
 */
import { cannot, EXIT } from "../cli/errors.ts";
import type { InputFile, Io } from "../cli/io.ts";
import { t } from "../text/messages.ts";

/**
 * Yields the lines of standard input without their LF or CRLF, in groups of those that come
 * together: a file takes few steps, and a person who types lines gets an answer to each. Stops reading
 * when the caller stops. A byte-order mark at the start is left out.
 *
 * @throws {UserError} When standard input cannot be read.
 */
export async function* readLineGroups(io: Io): AsyncGenerator<readonly string[]> {
  const reader = io.stdin.readable.getReader();
  try {
    yield* lineGroups(async () => (await reader.read()).value ?? null);
  } catch (error) {
    throw cannot(t`read standard input`, error);
  } finally {
    reader.cancel().catch(() => {}); // it may have failed already
  }
}

/** The size of the pieces in which a file is read. */
const PIECE = 1 << 16;

/**
 * Yields the lines of the file at `path` in the same way.
 *
 * @throws {UserError} When the file cannot be read, with exit code 2.
 */
export async function* readFileLineGroups(
  path: string,
  io: Io,
): AsyncGenerator<readonly string[]> {
  let file: InputFile | null = null;
  const buffer = new Uint8Array(PIECE);
  try {
    const opened = file = await io.openFile(path);
    yield* lineGroups(async () => {
      const count = await opened.read(buffer);
      return count === null ? null : buffer.subarray(0, count);
    });
  } catch (error) {
    throw cannot(t`read ${path}`, error, { exit: EXIT.usage });
  } finally {
    file?.close();
  }
}

/** Yields groups of the lines in the pieces that `next` resolves to, wherever these are cut. */
async function* lineGroups(
  next: () => Promise<Uint8Array | null>,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  while (true) {
    const piece = await next();
    const text = piece === null ? decoder.decode() : decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf("\n");
    if (end !== -1) {
      // The CR of the last line stands before the LF at which the group ends.
      yield (rest + text.slice(0, end)).replace(/\r$/, "").split(/\r?\n/);
      rest = "";
    }
    rest += text.slice(end + 1);
    if (piece === null) {
      if (rest !== "") yield [rest.replace(/\r$/, "")];
      return;
    }
  }
}
