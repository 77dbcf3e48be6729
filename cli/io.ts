/**
 * The system as a command sees it: streams, files, programs, signals. `system/io.ts` makes the real one,
 * tests make their own.
 *
 * @module
 */
import { asciiSigns } from "../text/escape.ts";
import { cannot, OutputClosed } from "./errors.ts";
import { t } from "../text/messages.ts";
import type { RawTerminal, TerminalEvents } from "./raw_terminal.ts";

/** A source of bytes: the shape of `Deno.stdin`. */
export interface Input {
  /** The same bytes as a web stream: for lines, not for bulk. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Reads into `buffer`; resolves to the number of bytes, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Ends reading, also a read under way, so that the program can end. */
  close(): void;
  /** Whether it is a terminal. */
  isTerminal(): boolean;
}

/** A destination of bytes: the shape of `Deno.stdout` and `Deno.stderr`. */
export interface Output {
  /** Writes some of `bytes`; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Whether it is a terminal. */
  isTerminal(): boolean;
}

/** A destination of bytes that are written before the call returns: the shape of `Deno.stderr`. */
export interface SyncOutput {
  /** Writes some of `bytes`; returns how many. Throws when nothing can be written, as on a full disk. */
  writeSync(bytes: Uint8Array): number;
}

/** The result of a program that has ended. */
export interface Captured {
  /** Its exit code; 128 + the signal's number if a signal ended it. */
  readonly code: number;
  /** All bytes of its standard output. */
  readonly stdout: Uint8Array;
  /** All bytes of its standard error. */
  readonly stderr: Uint8Array;
}

/** The kind of standard input. */
export interface InputInfo {
  /** A regular file, a pipe or socket, or something else: a terminal, a device, nothing. */
  readonly kind: "file" | "pipe" | "other";
  /** The size of the file in bytes; `null` if it is none. */
  readonly size: number | null;
}

/** Options of a program that is run to its end. */
export interface CaptureOptions {
  /** Environment variables set for it, beside those of netkit. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed and `capture` rejects with a `TimeoutError`. */
  readonly timeout: number;
  /**
   * Whether the user may be asked for a permission that is missing, as Deno does on a terminal; if
   * not, `capture` rejects at once with a `NotCapable`. `true` if not given.
   */
  readonly ask?: boolean;
}

/** A running program. */
export interface Running {
  /** The number of its process, if it is a child of netkit's own. */
  readonly pid?: number;
  /** Its standard output, as it comes. It must be read to the end, or the program cannot end. */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Its standard error, as it comes; empty if that is inherited. */
  readonly stderr: AsyncIterable<Uint8Array>;
  /** Resolves to its exit code when it has ended: 128 + the signal's number if a signal ended it. */
  readonly ended: Promise<number>;
  /** Sends it a signal; does nothing when it has ended. */
  kill(signal: "SIGINT" | "SIGKILL"): void;
}

/** Options of a program that is started. */
export interface SpawnOptions {
  /** Environment variables set for it, beside those of netkit. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it shares netkit's standard input and standard error; if not, its input is `input`. */
  readonly inherit?: boolean;
  /** All of its standard input; nothing if not given. */
  readonly input?: Uint8Array;
  /** The folder in which it runs; that of netkit if not given. */
  readonly cwd?: string;
}

/** An address of this machine: the used part of `Deno.NetworkInterfaceInfo`. */
export interface InterfaceAddress {
  /** The name of the interface. */
  readonly name: string;
  /** The IPv4 or IPv6 address. */
  readonly address: string;
  /** The netmask in the notation of the address. */
  readonly netmask: string;
  /** The MAC address of the interface, all zeros where it has none. */
  readonly mac?: string;
}

/** A file that is read piece by piece. */
export interface InputFile extends Pick<Input, "read"> {
  /** Closes the file. */
  close(): void;
}

/** A file that is written piece by piece. */
export interface OutputFile extends Pick<Output, "write"> {
  /** Closes the file. */
  close(): void;
}

/** A folder that is removed when it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  /** Its path. */
  readonly path: string;
}

/** A socket of another process. */
export interface ForeignSocket {
  /** The number of its protocol (IANA, Protocol Numbers). */
  readonly protocol: number;
  /** Its own address; `null` if it has none of IP. */
  readonly local: { readonly hostname: string; readonly port: number } | null;
}

/** A look at the sockets of other processes; disposing of it gives the C library back. */
export interface ForeignSockets extends Disposable {
  /** Returns the socket of a descriptor of a process, `null` if that may not be seen. */
  look(pid: number, descriptor: number): ForeignSocket | null;
  /**
   * Calls `use` with each descriptor in a folder /proc/PID/fd that is a socket, and with its inode; returns
   * how many descriptors are in it, 0 if they may not be seen, `null` if there is no such call here.
   */
  list(folder: string, use: (descriptor: number, inode: string) => void): number | null;
}

/** The system, handed to a command's `run`. */
export interface Io {
  /** Standard input. */
  readonly stdin: Input;
  /** Standard output: results. */
  readonly stdout: Output;
  /** Standard error: everything else. */
  readonly stderr: Output;
  /** The operating system: `linux`, `darwin`, `windows`, `freebsd`, … */
  readonly platform: string;
  /** The language of the user's locale, as a tag of BCP 47: `en-US`. */
  readonly language: string;
  /**
   * Aborted, with a `Stopped` as its reason, by the first SIGINT or SIGTERM. Asking for it the first
   * time takes these signals over; a command that never asks dies of them like any program.
   */
  readonly stop: AbortSignal;
  /** Aborted by the second signal: the user does not want to wait. */
  readonly stopNow: AbortSignal;
  /** Returns the environment variable `name`, or `undefined` if it is unset or may not be read. */
  env(name: string): string | undefined;
  /** Returns the terminal's width in columns, else `COLUMNS`, else 80. */
  columns(): number;
  /**
   * Takes the terminal of standard input over, until it is closed or the program ends, however that
   * happens; pasted text comes between marks.
   */
  openTerminal(events: TerminalEvents): Promise<RawTerminal>;
  /** Returns milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Resolves to the milliseconds of its processor time. The first time takes 30 ms: it loads `node:process`. */
  cpuTime(): Promise<number>;
  /** Runs a program to its end without a shell. Rejects as `Deno.Command` does if it cannot start. */
  capture(program: string, args: readonly string[], options: CaptureOptions): Promise<Captured>;
  /** Starts a program without a shell. Throws as `Deno.Command` does if it cannot start. */
  spawn(program: string, args: readonly string[], options?: SpawnOptions): Running;
  /** The words of a command line that starts netkit again; a command follows them. */
  readonly self: readonly string[];
  /** Resolves to the kind of standard input. The first time takes 20 ms: it loads `node:fs`. */
  stdinInfo(): Promise<InputInfo>;
  /**
   * Resolves to standard error for synchronous writing if it is a regular file, which never blocks for
   * long, else to `null`. Without all permissions (`deno run -A`) it takes 20 ms: it loads `node:fs`.
   */
  stderrFile(): Promise<SyncOutput | null>;
  /**
   * Lets the reader of standard output see its end, if that is a pipe, before the program ends; nothing is
   * written to it from then on. Resolves to whether that was possible. Never asks for a permission.
   */
  endOutput?(): Promise<boolean>;
  /** Reads a whole text file; `ask` as in `CaptureOptions`. */
  readTextFile(path: string, options?: { readonly ask?: boolean }): Promise<string>;
  /** Reads a file, or its first `limit` bytes if it has more. */
  readFile(path: string, limit: number): Promise<Uint8Array>;
  /** Opens a file for reading piece by piece. */
  openFile(path: string): Promise<InputFile>;
  /** Makes a text file or replaces it: a reader sees the old text or the new one, never a part. */
  replaceFile(path: string, text: string): Promise<void>;
  /** Resolves to whether two paths name one file, by device and inode; `-` is standard input. */
  isSameFile(one: string, other: string): Promise<boolean>;
  /** Makes a folder, and those in which it is, if they are missing. */
  makeFolder(path: string): Promise<void>;
  /** Makes a folder for files that are needed for a while; disposing of it removes all of it. */
  temporaryFolder(): Promise<TemporaryFolder>;
  /** Makes a file, or empties the one that is there. */
  createFile(path: string): Promise<OutputFile>;
  /** Returns the names of the entries of a folder, in no order. */
  listFolder(path: string): readonly string[];
  /** Returns the target of a symbolic link. */
  readLink(path: string): string;
  /**
   * Binds a socket as a server does, makes it listen if it is TCP, and closes it at once. Resolves to
   * `null` if that works, else to the system's code, such as `EADDRINUSE`. Rejects with a `NotCapable`
   * without the permission. A client that connects in that moment is reset.
   */
  tryBind(protocol: "tcp" | "udp", hostname: string, port: number): Promise<string | null>;
  /** Opens a look at the sockets of other processes; `null` where that is not possible. Never asks. */
  foreignSockets?(): Promise<ForeignSockets | null>;
  /** Returns the addresses of this machine, none if they may not be asked for; never asks for that. */
  networkInterfaces(): readonly InterfaceAddress[];
}

/** Reads `input` to its end, or its first `limit` bytes if it has more. */
export async function readUpTo(input: Pick<Input, "read">, limit: number): Promise<Uint8Array> {
  let buffer = new Uint8Array(Math.min(limit, 64 * 1024));
  let length = 0;
  while (length < limit) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(limit, 2 * length));
      larger.set(buffer);
      buffer = larger;
    }
    const count = await input.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

const encoder = new TextEncoder();

/**
 * Writes all of `data` to `output`.
 *
 * @param name The name of `output` in the error; `standard output` if not given.
 * @throws {OutputClosed} When the reader has gone.
 * @throws {UserError} When it cannot be written for another reason, such as a full disk.
 */
export async function print(
  output: Output,
  data: string | Uint8Array,
  name = t`standard output`,
): Promise<void> {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  try {
    while (rest.length > 0) rest = rest.subarray(await output.write(rest));
  } catch (error) {
    if (error instanceof Error && error.name === "BrokenPipe") throw new OutputClosed();
    throw cannot(t`write to ${name}`, error);
  }
}

/**
 * Whether the user can be expected to see more than ASCII: the locale says so (POSIX.1-2017, section
 * 8.2), and the terminal is not one of few characters.
 */
export function speaksUnicode(io: Pick<Io, "env" | "platform">): boolean {
  if (io.env("TERM") === "linux" || io.env("TERM") === "dumb") return false;
  const locale = io.env("LC_ALL") || io.env("LC_CTYPE") || io.env("LANG");
  return io.platform === "windows" || !locale || /utf-?8/i.test(locale);
}

/** Returns the function that writes the signs in a text in ASCII, where the locale has no others. */
export function signsOf(io: Pick<Io, "env" | "platform">): (text: string) => string {
  return speaksUnicode(io) ? (text) => text : asciiSigns;
}

/** Returns `text`, its signs in ASCII where the locale has no others. */
export function inLocale(text: string, io: Pick<Io, "env" | "platform">): string {
  return signsOf(io)(text);
}

/** Returns the columns of a line that the user has set as `COLUMNS`; `null` if that is no number above 0. */
export function columnsAsked(io: Pick<Io, "env">): number | null {
  return Math.max(Number(io.env("COLUMNS")), 0) || null;
}

/** Writes `line` and a line feed to standard error; does nothing when that is closed. */
export async function say(io: Io, line: string): Promise<void> {
  try {
    await print(io.stderr, `${inLocale(line, io)}\n`, t`standard error`);
  } catch { /* standard error is closed: the line cannot be shown anywhere */ }
}
