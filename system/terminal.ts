/**
 * The terminal of this process in raw mode, given back however the process ends.
 *
 * @module
 */
import type { RawTerminal, TerminalEvents } from "../cli/raw_terminal.ts";

/** Pasted text comes between marks (XTerm Control Sequences, "Bracketed Paste Mode"). */
const MARKS_ON = "\x1b[?2004h", MARKS_OFF = "\x1b[?2004l";

/**
 * Milliseconds that a stop may need to take effect. A process group that no shell watches is not stopped
 * at all, and goes on after that.
 */
const STOPPING = 50;

/** Signals that would end the process and leave the terminal in raw mode, with their numbers. */
const FATAL = [["SIGHUP", 1], ["SIGQUIT", 3]] as const;

/** Takes the terminal of standard input over. */
export function openTerminal(events: TerminalEvents): RawTerminal {
  const encoder = new TextEncoder();
  const windows = Deno.build.os === "windows";
  let isRaw = false;

  function enter(): void {
    Deno.stdin.setRaw(true); // again: whatever a shell has made of it meanwhile
    isRaw = true;
    mark(MARKS_ON);
  }

  function leave(): void {
    if (!isRaw) return;
    isRaw = false;
    try {
      mark(MARKS_OFF);
      Deno.stdin.setRaw(false);
    } catch {
      // the terminal has gone
    }
  }

  function mark(text: string): void {
    Deno.stdout.writeSync(encoder.encode(text));
  }

  function onContinue(): void {
    enter();
    events.continued();
  }

  const signals: (readonly [Deno.Signal, () => void])[] = [
    ["SIGWINCH", events.resized],
    ...(windows ? [] : [
      ["SIGCONT", onContinue] as const,
      ...FATAL.map(([signal, number]) =>
        [signal, () => {
          mark("\n"); // what the shell prints does not stand behind the prompt
          leave();
          Deno.exit(128 + number);
        }] as const
      ),
    ]),
  ];
  for (const [signal, listener] of signals) Deno.addSignalListener(signal, listener);
  globalThis.addEventListener("unload", leave);
  enter();

  return {
    size: () => Deno.consoleSize(),
    async suspend() {
      if (windows) return;
      leave();
      Deno.kill(0, "SIGTSTP"); // the whole process group, as the terminal does it
      await new Promise((resolve) => setTimeout(resolve, STOPPING));
      if (!isRaw) onContinue();
    },
    close() {
      leave();
      for (const [signal, listener] of signals) Deno.removeSignalListener(signal, listener);
      globalThis.removeEventListener("unload", leave);
    },
  };
}
