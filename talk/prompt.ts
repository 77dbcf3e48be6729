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
  /** Reads the lines that are typed, with their line feeds, `null` after Ctrl-D. Long lines come in parts. */
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

/** The byte of the key Enter. */
const CR = 0x0d;

/** Opens the prompt on standard input and output, which must be terminals. */
export async function openPrompt(): Promise<Prompt> {
  const [readline, { default: process }] = await Promise.all([
    import("node:readline"),
    import("node:process"),
  ]);
  const { stdin, stdout } = process;
  const emit = stdin.emit as (event: string | symbol, ...values: unknown[]) => boolean;
  stdin.emit = (event: string | symbol, ...values: unknown[]) => {
    const paste = event === "data" ? pasteOf(values[0]) : null;
    if (paste === null) return emit.call(stdin, event, ...values);
    return emit.call(stdin, "keypress", paste, {}); // key by key, a line takes the editor 4 ms
  };
  const editor = readline.createInterface({ input: stdin, output: stdout, prompt: PROMPT });
  const interrupted = new AbortController();
  const incoming = new TerminalText();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let prompt = PROMPT;
  const lines: Uint8Array[] = [];
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
  // After Ctrl-Z and `fg` the editor has paused its input; only a prompt starts that again.
  editor.on("SIGCONT", () => editor.prompt(true));
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
      if (lines.length === 0) return null;
      let count = 0; // a paste has many lines, which go together
      let taken = 0;
      while (taken < lines.length && count + lines[taken]!.length <= buffer.length) {
        buffer.set(lines[taken]!, count);
        count += lines[taken++]!.length;
      }
      lines.splice(0, taken);
      if (count > 0) return count;
      buffer.set(lines[0]!.subarray(0, buffer.length));
      lines[0] = lines[0]!.subarray(buffer.length);
      return buffer.length;
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
      stdin.emit = emit as typeof stdin.emit;
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

/** Returns the text of a chunk of input that has several lines and no keys of a line editor, or `null`. */
function pasteOf(chunk: unknown): string | null {
  if (!(chunk instanceof Uint8Array) || chunk.indexOf(CR) === chunk.lastIndexOf(CR)) return null;
  if (chunk.some((byte) => byte < 0x20 && byte !== CR || byte === 0x7f)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(chunk);
  } catch {
    return null; // it begins or ends within a character
  }
}
