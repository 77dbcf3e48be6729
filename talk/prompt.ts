/**
 * A line editor on the terminal that incoming text does not tear up.
 *
 * Life of a prompt: the terminal is taken over; keys change the line, which is drawn once for all keys that
 * came together; ended lines wait to be read; text from elsewhere is written above the line; Ctrl-Z stops the
 * program and gives the terminal back meanwhile; at the end the terminal is given back for good.
 *
 * @module
 */
import { Stopped } from "../cli/errors.ts";
import type { Io, Output } from "../cli/io.ts";
import { OutputQueue } from "../cli/output_queue.ts";
import { escapeControls, TerminalText } from "../text/escape.ts";
import { KeyDecoder } from "./keys.ts";
import { type Effect, LineEditor } from "./line_editor.ts";
import { PromptScreen } from "./prompt_screen.ts";

/** A terminal at which a person types lines while text arrives. */
export interface Prompt {
  /** Aborted, with a `Stopped`, by Ctrl-C: the terminal is in raw mode and sends no signal. */
  readonly interrupted: AbortSignal;
  /** Reads ended lines with their line feeds, as many as are there and have room, `null` after Ctrl-D. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Shows `bytes`, escaped, above the line that is being typed; resolves to their number. */
  write(bytes: Uint8Array): Promise<number>;
  /** Shows whole lines of netkit's own, as they are, above everything that is not finished. */
  readonly notes: Output;
  /** Changes the text before the line that is typed. */
  setPrompt(prompt: string): void;
  /** Resolves when everything is drawn or erased that is to be. */
  flush(): Promise<void>;
  /** Gives the terminal back, the unfinished line erased. */
  close(): void;
}

/** The text before the line that is typed, unless another one is set. */
const PROMPT = "> ";

/** Characters of an unfinished incoming line that are kept on the line of the prompt. */
const LONGEST_UNFINISHED = 4096;

/** Bytes of keys that are read at once. */
const KEYS = 64 * 1024;

/** Opens the prompt on standard input and output, which must be terminals. */
export async function openPrompt(io: Io): Promise<Prompt> {
  const interrupted = new AbortController();
  const incoming = new TerminalText();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const keys = new KeyDecoder();
  const editor = new LineEditor();
  const screen = new PromptScreen();
  const output = new OutputQueue(io.stdout);
  const terminal = await io.openTerminal({
    resized: () => show(""),
    continued() {
      hidden = false;
      screen.forget();
      output.add("\r\x1b[J");
      show("");
    },
  });
  const lines: Uint8Array[] = [];
  let prompt = PROMPT;
  let unfinished = ""; // the incoming line that has no line feed yet: it stands before what is typed
  let ended = false;
  let hidden = false; // while the program is being stopped
  let wake = () => {};

  /** Writes `text`, nothing or whole lines, above the line that is typed, and draws that. */
  function show(text: string): void {
    if (ended) return void output.add(text);
    const erased = screen.erase(terminal.size());
    output.add(erased + text + (hidden ? "" : screen.draw(lineToDraw(), terminal.size())));
  }

  function lineToDraw(): { readonly text: string; readonly before: string } {
    const { text, cursor, query } = editor;
    const head = query === null ? beforeLine() : `(reverse-i-search)\`${query}': `;
    return { text: head + text, before: head + text.slice(0, cursor) };
  }

  function beforeLine(): string {
    return unfinished === "" ? prompt : unfinished;
  }

  async function readKeys(): Promise<void> {
    const buffer = new Uint8Array(KEYS);
    while (!ended) {
      const count = await io.stdin.read(buffer).catch(() => null); // the terminal has gone
      if (count === null) return end();
      await press(buffer.subarray(0, count));
    }
  }

  /** Does what keys ask for that came together; the line is drawn once for all of them. */
  async function press(bytes: Uint8Array): Promise<void> {
    let typed = "";
    let above = "";
    const finish = () => {
      if (typed !== "") lines.push(encoder.encode(typed));
      show(above);
      typed = above = "";
      wake();
    };
    for (const key of keys.push(bytes)) {
      for (const effect of editor.press(key)) {
        if (ended) return;
        if (effect.kind === "line") {
          typed += `${effect.line}\n`;
          above += `${escapeControls(beforeLine() + effect.line)}\n`;
          unfinished = "";
        } else {
          finish();
          await act(effect.kind);
        }
      }
    }
    finish();
    await output.flush().catch(end);
  }

  async function act(kind: Exclude<Effect["kind"], "line">): Promise<void> {
    switch (kind) {
      case "end":
        return end();
      case "interrupt":
        return interrupted.abort(new Stopped("SIGINT"));
      case "clear":
        screen.forget();
        output.add("\x1b[H\x1b[2J");
        return show("");
      case "suspend":
        hidden = true;
        show(`${escapeControls(lineToDraw().text)}\n`);
        await output.flush().catch(end);
        await terminal.suspend();
    }
  }

  function end(): void {
    if (ended) return;
    output.add(screen.erase(terminal.size()) + unfinished);
    ended = true;
    terminal.close();
    wake();
  }

  show("");
  readKeys();
  return {
    interrupted: interrupted.signal,
    async read(buffer) {
      while (lines.length === 0 && !ended) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const [first] = lines;
      if (first === undefined) return null;
      const part = first.subarray(0, buffer.length);
      buffer.set(part);
      if (part.length < first.length) lines[0] = first.subarray(part.length);
      else lines.shift();
      return part.length;
    },
    async write(bytes) {
      const text = incoming.push(bytes);
      if (ended) {
        output.add(text);
      } else {
        const all = unfinished + text;
        const whole = all.length - all.lastIndexOf("\n") > LONGEST_UNFINISHED
          ? all.length
          : all.lastIndexOf("\n") + 1;
        unfinished = all.slice(whole);
        const above = all.slice(0, whole);
        show(above === "" || above.endsWith("\n") ? above : `${above}\n`);
      }
      await output.flush();
      return bytes.length;
    },
    notes: {
      async write(bytes) {
        show(decoder.decode(bytes, { stream: true }));
        await output.flush();
        return bytes.length;
      },
      isTerminal: () => true,
    },
    setPrompt(text) {
      if (ended || text === prompt) return;
      prompt = text;
      if (unfinished === "") show("");
    },
    flush: () => output.flush(),
    close: end,
  };
}
