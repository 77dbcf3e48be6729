/**
 * A line editor on the terminal that incoming text does not tear up.
 *
 * It stands on `node:readline`, which costs 20 ms to load: import this module only on a terminal.
 *
 * @module
 */
import { Stopped } from "../cli/errors.ts";
import type { Output } from "../cli/io.ts";
import { TerminalText } from "../text/escape.ts";

/** A terminal at which a person types lines while text arrives. */
export interface Prompt {
  /** Aborted, with a `Stopped`, by Ctrl-C: the terminal is in raw mode and sends no signal. */
  readonly interrupted: AbortSignal;
  /** Reads the next line with its line feed, `null` after Ctrl-D. Long lines come in parts. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Shows `bytes`, escaped, above the line that is being typed; resolves to their number. */
  write(bytes: Uint8Array): Promise<number>;
  /** Shows whole lines of netkit's own, as they are, above everything that is not finished. */
  readonly notes: Output;
  /** Changes the text before the line that is typed. */
  setPrompt(prompt: string): void;
  /** Gives the terminal back, the unfinished line erased. */
  close(): void;
}

/** The text before the line that is typed, unless another one is set. */
const PROMPT = "> ";

/** Characters of an unfinished incoming line that are kept on the line of the prompt. */
const LONGEST_UNFINISHED = 4096;

/** Opens the prompt on standard input and output, which must be terminals. */
export async function openPrompt(): Promise<Prompt> {
  const [readline, { default: process }] = await Promise.all([
    import("node:readline"),
    import("node:process"),
  ]);
  const { stdin, stdout } = process;
  const editor = readline.createInterface({ input: stdin, output: stdout, prompt: PROMPT });
  const interrupted = new AbortController();
  const incoming = new TerminalText();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let prompt = PROMPT;
  let lines: Uint8Array[] = [];
  let ended = false;
  let unfinished = ""; // the incoming line that has no line feed yet: it stands before what is typed
  let wake = () => {};

  editor.on("line", (line) => {
    lines.push(encoder.encode(`${line}\n`));
    showBefore("");
    editor.prompt();
    wake();
  });
  editor.on("SIGINT", () => interrupted.abort(new Stopped("SIGINT")));
  editor.on("close", () => {
    if (!ended) erase();
    stdout.write(unfinished);
    ended = true;
    wake();
  });
  editor.prompt();

  /** Erases the prompt and what is typed, over as many rows as it takes. */
  function erase(): void {
    readline.moveCursor(stdout, 0, -editor.getCursorPos().rows);
    readline.cursorTo(stdout, 0);
    readline.clearScreenDown(stdout);
    // The editor remembers in which row of the prompt the cursor was, and would go up as many.
    (editor as { prevRows?: number }).prevRows = 0;
  }

  function showBefore(text: string): void {
    unfinished = text;
    editor.setPrompt(text === "" ? prompt : text);
  }

  return {
    interrupted: interrupted.signal,
    async read(buffer) {
      while (lines.length === 0 && !ended) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const line = lines[0];
      if (line === undefined) return null;
      const part = line.subarray(0, buffer.length);
      buffer.set(part);
      if (part.length < line.length) lines[0] = line.subarray(part.length);
      else lines = lines.slice(1);
      return part.length;
    },
    async write(bytes) {
      const text = incoming.push(bytes);
      if (ended) {
        await written(stdout, text);
        return bytes.length;
      }
      const all = unfinished + text;
      const end = all.length - all.lastIndexOf("\n") > LONGEST_UNFINISHED
        ? all.length
        : all.lastIndexOf("\n") + 1;
      erase();
      const whole = all.slice(0, end);
      await written(stdout, whole === "" || whole.endsWith("\n") ? whole : `${whole}\n`);
      showBefore(all.slice(end));
      editor.prompt(true);
      return bytes.length;
    },
    notes: {
      async write(bytes) {
        const text = decoder.decode(bytes, { stream: true });
        if (ended) {
          await written(stdout, text);
        } else {
          erase();
          await written(stdout, text);
          editor.prompt(true);
        }
        return bytes.length;
      },
      isTerminal: () => true,
    },
    setPrompt(text) {
      if (ended || text === prompt) return;
      prompt = text;
      if (unfinished !== "") return;
      erase();
      showBefore("");
      editor.prompt(true);
    },
    close() {
      editor.close();
    },
  };
}

/** Resolves when the terminal has taken `text`. */
function written(
  output: { write(text: string, done: () => void): boolean },
  text: string,
): Promise<void> {
  return new Promise((resolve) => output.write(text, resolve));
}
