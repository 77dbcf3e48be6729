/**
 * Lines of standard input, as many at a time as there are.
 *
 * @module
 */
import { cannot } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";

/**
 * Yields the lines of standard input without their LF or CRLF, in groups of those that come
 * together: a file takes few steps, and a person who types lines gets an answer to each. Stops reading when
 * the caller stops. A byte-order mark at the start is left out.
 *
 * @throws {UserError} When standard input cannot be read.
 */
export async function* readLineGroups(io: Io): AsyncGenerator<readonly string[]> {
  const reader = io.stdin.readable.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      const text = rest + decoder.decode(value, { stream: !done });
      const end = done ? text.length : text.lastIndexOf("\n");
      rest = done ? "" : text.slice(end + 1);
      if (end > 0 || (end === 0 && !done)) yield text.slice(0, end).split(/\r?\n/);
      if (done) return;
    }
  } catch (error) {
    throw cannot("read standard input", error);
  } finally {
    reader.cancel().catch(() => {}); // it may have failed already
  }
}
