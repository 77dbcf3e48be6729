/**
 * The local side of a conversation: a prompt for a person, otherwise the standard streams as they are.
 *
 * @module
 */
import { type Io, print } from "../cli/io.ts";
import type { Prompt } from "./prompt.ts";
import { TerminalText } from "../text/escape.ts";

/** Standard input and output as a conversation uses them. */
export interface LocalSide {
  /** The bytes that are typed, piped or redirected. */
  readonly input: {
    read(buffer: Uint8Array): Promise<number | null>;
    close(): void;
  };
  /** The output for received bytes, which escapes them on a terminal. */
  readonly output: { write(bytes: Uint8Array): Promise<number> };
  /** The system, its standard error such that it does not tear up the line that is typed. */
  readonly io: Io;
  /** Aborted by the first signal, or by Ctrl-C at the prompt. */
  readonly stop: AbortSignal;
  /** Changes the text of the prompt, where there is one. */
  setPrompt(text: string): void;
  /** Writes the rest of the received text, such as half a character. */
  end(): Promise<void>;
  /** Resolves when the prompt, if there is one, is as it is to be seen: erased, if it was closed. */
  flush(): Promise<void>;
}

/** Opens the local side: with a prompt where input and output are terminals and it `reads`. */
export async function openLocalSide(io: Io, reads: boolean): Promise<LocalSide> {
  const { stop } = io;
  const isDumb = io.env("TERM") === "dumb"; // it has no cursor to move
  if (!reads || isDumb || !io.stdin.isTerminal() || !io.stdout.isTerminal()) {
    const output = received(io);
    const flush = () => Promise.resolve();
    return { input: io.stdin, output, io, stop, setPrompt() {}, end: output.end, flush };
  }
  const { openPrompt } = await import("./prompt.ts");
  const prompt: Prompt = await openPrompt(io);
  return {
    input: prompt,
    output: prompt,
    io: io.stderr.isTerminal() ? withNotes(io, prompt) : io,
    stop: AbortSignal.any([stop, prompt.interrupted]),
    setPrompt: (text) => prompt.setPrompt(text),
    end: () => Promise.resolve(),
    flush: () => prompt.flush(),
  };
}

/** Returns `io` with standard error above the prompt. */
function withNotes(io: Io, { notes }: Prompt): Io {
  // Its getters stay as they are: asking for `stop` has an effect.
  return Object.create(io, { stderr: { value: notes } });
}

interface Received {
  write(bytes: Uint8Array): Promise<number>;
  end(): Promise<void>;
}

/** Returns standard output as it is, or, on a terminal, such that it escapes what is written. */
function received({ stdout }: Io): Received {
  if (!stdout.isTerminal()) {
    return { write: (bytes) => stdout.write(bytes), end: () => Promise.resolve() };
  }
  const text = new TerminalText();
  return {
    async write(bytes) {
      await print(stdout, text.push(bytes));
      return bytes.length;
    },
    end: () => print(stdout, text.end()),
  };
}
