/**
 * Files that are read and written as streams: `FILE`, or `-` for the standard streams.
 *
 * @module
 */
import { cannot, EXIT, UserError } from "./errors.ts";
import { type InputFile, type Io, type OutputFile, print } from "./io.ts";
import { inContext, t } from "../text/messages.ts";

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/** Returns the name of an input in messages: its path, or `standard input` for `-`. */
export function nameOfInput(path: string): string {
  return path === "-" ? t`standard input` : path;
}

/**
 * Yields the bytes of the file at `path`, or of standard input for `-`. Chunks are lent: the next step
 * overwrites them.
 *
 * @throws {UserError} When it cannot be read: with exit code 2 at its beginning, with 1 further on.
 */
export async function* readBytes(path: string, io: Io): AsyncGenerator<Uint8Array> {
  let exit: number = EXIT.usage;
  const failed = (error: unknown) => cannot(t`read ${nameOfInput(path)}`, error, { exit });
  const file: InputFile | null = path === "-" ? null : await io.openFile(path).catch((error) => {
    throw failed(error);
  });
  const source = file ?? io.stdin;
  let [buffer, other] = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)];
  let reading: Promise<number | null> | null = null;
  try {
    for (;;) {
      let count: number | null;
      try {
        count = await (reading ?? source.read(buffer));
      } catch (error) {
        throw failed(error);
      }
      if (count === null) return;
      exit = EXIT.failed;
      // A large file is read ahead. A source that has given less may be a pipe, in which nothing else may come.
      reading = file && count === CHUNK ? file.read(other) : null;
      reading?.catch(() => {}); // when the caller stops, nothing waits for it
      yield buffer.subarray(0, count);
      if (reading) [buffer, other] = [other, buffer];
    }
  } finally {
    file?.close();
  }
}

/**
 * Refuses to write the file that is read: making it would empty it before it is read.
 *
 * @throws {UserError} If both paths name one file, by device and inode.
 */
export async function refuseSameFile(input: string, output: string, io: Io): Promise<void> {
  if (output === "-" || !await io.isSameFile(input, output)) return;
  throw new UserError(t`${output} is the file that is read: writing it would destroy it`, {
    hint: t`name another file, and rename it when it is done`,
  });
}

/** The destination of bytes: a file or standard output. */
export interface ByteSink {
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/**
 * Makes the file at `path`, or takes standard output for `-` if that is no terminal.
 *
 * @throws {UserError} When it cannot be made or written, with exit code 2 or 1.
 */
export async function createBytes(path: string, io: Io): Promise<ByteSink> {
  if (path === "-" && io.stdout.isTerminal()) {
    throw new UserError(t`standard output is a terminal, and the output is no text`, {
      hint: t`redirect it, or name a file`,
    });
  }
  if (path === "-") return { write: (bytes) => print(io.stdout, bytes), close() {} };
  const file: OutputFile = await io.createFile(path).catch((error) => {
    throw cannot(inContext("cannot")`write ${path}`, error, { exit: EXIT.usage });
  });
  return {
    async write(bytes) {
      try {
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
      } catch (error) {
        throw cannot(inContext("cannot")`write ${path}`, error, { exit: EXIT.failed });
      }
    },
    close: () => file.close(),
  };
}
