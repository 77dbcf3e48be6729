/**
 * netkit as a process of its own, for what only a process shows: signals, pipes, exit codes.
 *
 * @module
 */
import { endProcess } from "./waiting.ts";

export { ALL_INSTALLED, HAS_SIGNALS, installed } from "./needs.ts";

const MAIN = new URL("../main.ts", import.meta.url).href;

// All processes that tests start speak English, whatever the language of the machine is; one that is not
// allowed to read NETKIT_LANG goes by the locale.
Deno.env.set("NETKIT_LANG", "en");
Deno.env.set("LANG", "C.UTF-8");
for (const name of ["LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE"]) Deno.env.delete(name);

/**
 * The arguments of Deno that run netkit. Quiet: on a machine on which nothing is cached yet, Deno would
 * tell on standard error what it downloads.
 */
export const RUN: readonly string[] = ["run", "-A", "--quiet", MAIN];

/** The permission that any command needs, to load its program. */
export const READ_ITSELF = `--allow-read=${new URL("..", import.meta.url).pathname}`;

/**
 * Options of `netkit client --udp` for an answer that is waited for, however late it comes: without them the
 * client waits a second from the end of its input.
 */
export const PATIENT: readonly string[] = ["--mode", "half", "--turn-timeout", "60"];

/** Options of a process of netkit. */
export interface StartOptions {
  /** Where standard input comes from; nowhere if not given. */
  readonly stdin?: "piped" | "null";
  /** The arguments of Deno that run netkit; `RUN` if not given. */
  readonly run?: readonly string[];
  /** The folder in which it runs; this process's if not given. */
  readonly cwd?: string;
  /** Wraps the command, for example `["script", "-qec", …]`; gets the words of the command. */
  readonly wrap?: (words: readonly string[]) => readonly string[];
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Gives a process of netkit these permissions alone and that to load itself, and asks nobody for others. */
export function allowed(...permissions: readonly string[]): Pick<StartOptions, "wrap"> {
  const given = ["--no-prompt", READ_ITSELF, ...permissions];
  return { wrap: (words) => words.flatMap((word) => word === "-A" ? given : word) };
}

/** The result of a process that has ended. */
export interface Left {
  /** Its exit code; 128 + the signal's number if a signal ended it. */
  readonly code: number;
  /** Its standard output, as text. */
  readonly out: string;
  /** Its standard error, as text. */
  readonly err: string;
}

/** A process of netkit. Disposing of it kills it. */
export class Netkit {
  readonly child: Deno.ChildProcess;
  /** Its standard error so far. */
  err = "";
  readonly #errEnded: Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor(args: readonly string[], options: StartOptions = {}) {
    const words = [Deno.execPath(), ...options.run ?? RUN, ...args];
    const [program, ...rest] = options.wrap?.(words) ?? words;
    this.child = new Deno.Command(program!, {
      args: [...rest],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { NO_COLOR: "1", COLUMNS: "80", DENO_NO_UPDATE_CHECK: "1", ...options.env },
      stdin: options.stdin ?? "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#errEnded = this.#collect();
  }

  async #collect(): Promise<void> {
    for await (const text of this.child.stderr.pipeThrough(new TextDecoderStream())) {
      this.err += text;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    this.#changed.resolve();
  }

  /** Resolves to the first match of `pattern` in standard error; rejects when that ends without one. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    let ended = false;
    this.#errEnded.then(() => ended = true);
    for (;;) {
      const match = this.err.match(pattern);
      if (match) return match;
      if (ended) throw new Error(`standard error ended without ${pattern}: ${this.err}`);
      await this.#changed.promise;
    }
  }

  /** Writes text to standard input. */
  async type(text: string): Promise<void> {
    const writer = this.child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  /** Sends it a signal, unless it has ended. */
  signal(signal: Deno.Signal): void {
    endProcess(this.child, signal);
  }

  /** Resolves to its exit code when it has ended, and all of its standard error is in `err`. */
  async ended(): Promise<number> {
    const { code } = await this.child.status;
    await this.#errEnded;
    return code;
  }

  /** Resolves to what it leaves when it ends. */
  async end(): Promise<Left> {
    const out = await new Response(this.child.stdout).text();
    const code = await this.ended();
    return { code, out, err: this.err };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    endProcess(this.child);
    if (!this.child.stdout.locked) await this.child.stdout.cancel();
    await this.child.status;
    await this.#errEnded;
    // The pipe of standard input is closed by whoever asked for it.
  }
}

/** Runs netkit to its end, with `stdin` as its whole input. */
export async function netkit(
  args: readonly string[],
  stdin = "",
  options: StartOptions = {},
): Promise<Left> {
  await using process = new Netkit(args, { ...options, stdin: "piped" });
  const left = process.end();
  try {
    await process.type(stdin);
    await process.child.stdin.close();
  } catch {
    // it has ended without reading its input
  }
  return await left;
}

/** Starts `netkit serve`, on a free port if none is given; resolves when it listens. */
export async function startServer(
  args: readonly string[] = [],
  { port = 0, ...options }: StartOptions & { readonly port?: number } = {},
): Promise<Netkit & { readonly address: string; readonly port: number }> {
  const server = new Netkit(["serve", `${port}`, ...args], options);
  const [, address] = await server.says(/listen +([^\s，]+)[,，]/);
  return Object.assign(server, {
    address: address!,
    port: Number(address!.split(":").at(-1)),
  });
}
