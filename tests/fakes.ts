/**
 * An `Io` without a system: what a command reads is given, what it writes is kept.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type {
  Captured,
  CaptureOptions,
  InputInfo,
  InterfaceAddress,
  Io,
  Running,
  SpawnOptions,
} from "../cli/io.ts";
import { parse } from "../cli/parse.ts";
import type { Command } from "../cli/command.ts";

/** The properties of a fake system; everything has a default. */
export interface FakeOptions {
  /** The bytes of standard input, empty if not given. */
  readonly stdin?: string | Uint8Array;
  /** Whether the standard streams are terminals. */
  readonly terminal?: boolean;
  /** The width of the terminal, or the value of `COLUMNS`; without it 80 and no value. */
  readonly columns?: number;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** The language of the locale; American English if not given. */
  readonly language?: string;
  /** The operating system; `linux` if not given. */
  readonly platform?: string;
  /** Programs that can be run: what they leave, or the error with which they do not start. */
  readonly programs?: (
    program: string,
    args: readonly string[],
    options: CaptureOptions,
  ) => Captured | Error;
  /** Programs that can be started. */
  readonly spawns?: (
    program: string,
    args: readonly string[],
    options: SpawnOptions,
  ) => Running | Error;
  /** The kind of standard input; nothing special if not given. */
  readonly stdinInfo?: InputInfo;
  /** Files that can be read, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Symbolic links, by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** The result of binding: a code, or `null` if it works, as it does if this is not given. */
  readonly bind?: (protocol: "tcp" | "udp", hostname: string, port: number) => string | null;
  /** The addresses of the machine; none if not given. */
  readonly interfaces?: readonly InterfaceAddress[];
}

/** An `Io` that keeps what is written. */
export interface FakeIo extends Io {
  /** Returns what was written to standard output, as text. */
  out(): string;
  /** Returns what was written to standard output. */
  outBytes(): Uint8Array;
  /** Returns what was written to standard error. */
  err(): string;
  /** Returns what was written to the file at `path`, or `null` if it was never made. */
  written(path: string): Uint8Array | null;
  /** Does what a first or second SIGINT does. */
  interrupt(reason: Error): void;
}

/** Makes a fake system. */
export function fakeIo(options: FakeOptions = {}): FakeIo {
  const stop = new AbortController();
  const stopNow = new AbortController();
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const made = new Map<string, Uint8Array[]>();
  const terminal = options.terminal ?? false;
  let rest = typeof options.stdin === "string"
    ? new TextEncoder().encode(options.stdin)
    : options.stdin ?? new Uint8Array();
  const sink = (kept: Uint8Array[]) => ({
    write(bytes: Uint8Array): Promise<number> {
      kept.push(bytes.slice());
      return Promise.resolve(bytes.length);
    },
    isTerminal: () => terminal,
  });
  return {
    stdin: {
      get readable() {
        return new Blob([rest as Uint8Array<ArrayBuffer>]).stream();
      },
      read(buffer: Uint8Array): Promise<number | null> {
        if (rest.length === 0) return Promise.resolve(null);
        const taken = rest.subarray(0, buffer.length);
        buffer.set(taken);
        rest = rest.subarray(taken.length);
        return Promise.resolve(taken.length);
      },
      close() {},
      isTerminal: () => terminal,
    },
    stdout: sink(out),
    stderr: sink(err),
    platform: options.platform ?? "linux",
    language: options.language ?? "en-US",
    stop: stop.signal,
    stopNow: stopNow.signal,
    env: (name) =>
      options.env?.[name] ??
        (name === "COLUMNS" ? options.columns?.toString() : undefined),
    columns: () => options.columns ?? 80,
    openTerminal: () => Promise.reject(new Error("a fake has no terminal")),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    cpuTime: () => Promise.resolve(0),
    capture(program, args, how) {
      const result = options.programs?.(program, args, how) ?? missing(program);
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    spawn(program, args, how = {}) {
      const running = options.spawns?.(program, args, how) ?? missing(program);
      if (running instanceof Error) throw running;
      return running;
    },
    self: ["netkit"],
    stdinInfo: () => Promise.resolve(options.stdinInfo ?? { kind: "other", size: null }),
    stderrFile: () => Promise.resolve(null),
    async readTextFile(path) {
      return new TextDecoder().decode(await this.readFile(path, Infinity));
    },
    readFile(path, limit) {
      const data = options.files?.[path];
      if (data === undefined) return Promise.reject(missing(path));
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      return Promise.resolve(bytes.slice(0, limit));
    },
    async openFile(path) {
      let left = await this.readFile(path, Infinity);
      return {
        read(buffer) {
          const taken = left.subarray(0, buffer.length);
          buffer.set(taken);
          left = left.subarray(taken.length);
          return Promise.resolve(taken.length === 0 ? null : taken.length);
        },
        close() {},
      };
    },
    makeFolder: () => Promise.resolve(),
    temporaryFolder: () =>
      Promise.resolve({ path: "/tmp/fake", [Symbol.asyncDispose]: () => Promise.resolve() }),
    replaceFile(path, text) {
      made.set(path, [new TextEncoder().encode(text)]);
      return Promise.resolve();
    },
    isSameFile: (one, other) => Promise.resolve(one === other),
    createFile(path) {
      const kept: Uint8Array[] = [];
      made.set(path, kept);
      return Promise.resolve({ write: sink(kept).write, close() {} });
    },
    listFolder(path) {
      const paths = [...Object.keys(options.files ?? {}), ...Object.keys(options.links ?? {})];
      const inside = paths.filter((each) => each.startsWith(`${path}/`));
      if (inside.length === 0) throw missing(path);
      return [...new Set(inside.map((each) => each.slice(path.length + 1).split("/")[0]!))];
    },
    readLink(path) {
      const target = options.links?.[path];
      if (target === undefined) throw missing(path);
      return target;
    },
    tryBind: (protocol, hostname, port) =>
      Promise.resolve(options.bind?.(protocol, hostname, port) ?? null),
    networkInterfaces: () => options.interfaces ?? [],
    out: () => new TextDecoder().decode(concat(out)),
    outBytes: () => concat(out),
    err: () => new TextDecoder().decode(concat(err)),
    written: (path) => made.has(path) ? concat(made.get(path)!) : null,
    interrupt(reason) {
      if (stop.signal.aborted) stopNow.abort(reason);
      else stop.abort(reason);
    },
  };
}

/** Returns the error with which a program or file that is not there is refused. */
export function missing(name: string): Error {
  return new Deno.errors.NotFound(`No such file or directory (os error 2): '${name}'`);
}

/** Runs `command` with `args` in `io`; resolves to its exit code. */
export async function run(command: Command, args: readonly string[], io: Io): Promise<number> {
  return await command.run(parse(command, args), io) ?? 0;
}
