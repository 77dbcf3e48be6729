/**
 * A command of netkit that runs beside a lesson until it is ended: a server, a page.
 *
 * @module
 */
import { ChildText, textOf } from "../cli/child_text.ts";
import type { Running } from "../cli/io.ts";
import type { Server } from "./command_line.ts";

/** Milliseconds after which a command is ended the hard way: on a busy machine each takes seconds. */
export const TIME_LIMIT = 90_000;

/** A running command, and what it says on standard error. */
export class Background {
  /** Its standard error as it comes. */
  readonly log: ChildText;
  readonly #child: Running;
  readonly #over: Promise<unknown>;

  /** Takes over a child that was started. */
  constructor(child: Running) {
    this.#child = child;
    this.log = new ChildText(child.stderr);
    this.#over = Promise.all([child.ended, textOf(child.stdout), this.log.ended]);
  }

  /** Resolves to the first match of `pattern` in its standard error; to `null` when it ends without one. */
  async says(pattern: RegExp): Promise<RegExpMatchArray | null> {
    const match = await this.log.match(pattern);
    if (match === null) await this.#over;
    return match;
  }

  /** Ends it as Ctrl-C does; resolves to its standard error. */
  async end(): Promise<string> {
    this.#child.kill("SIGINT");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), TIME_LIMIT);
    await this.#over;
    clearTimeout(timer);
    return this.log.text;
  }
}

/** Returns a running command as a server at `port`; `onEnd` is called when it is to end. */
export function serverOf(child: Background, port: number, onEnd: () => void): Server {
  return {
    port,
    says: async (pattern) => {
      const match = await child.says(pattern);
      if (match === null) throw new Error(`the log has no ${pattern}`);
      return match;
    },
    end: () => {
      onEnd();
      return child.end();
    },
  };
}
