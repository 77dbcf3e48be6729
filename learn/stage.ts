/**
 * Commands of netkit that a lesson runs: children of this program, shown as they would be typed, with
 * their real output.
 *
 * Life of a stage: made for one lesson; its folder is made when the first file is needed, and the children
 * run in it; servers that a step leaves running are ended with the step; the folder is removed at the end.
 *
 * @module
 */
import { createBytes } from "../cli/byte_source.ts";
import { ChildText, textOf } from "../cli/child_text.ts";
import { UserError } from "../cli/errors.ts";
import type { Io, Running, TemporaryFolder } from "../cli/io.ts";
import { languageInUse, t } from "../text/messages.ts";
import { Background, serverOf, TIME_LIMIT } from "./background.ts";
import { capture } from "./captures.ts";
import type { CaptureName } from "./captures_data.ts";
import { type Line, partOf, type Ran, type Server } from "./command_line.ts";
import { type ProgramEnd, type ProgramOptions, runProgram } from "./other_program.ts";
import { Random } from "./random.ts";
import type { Screen } from "./screen.ts";
import { typed } from "./typed.ts";
import type { TraceRecord } from "./watched.ts";

/** Commands of netkit, run and shown. */
export class Stage implements AsyncDisposable {
  /** Numbers for the exercise of this step: the same for the same seed. */
  random: Random;
  readonly #seed: number;
  readonly #io: Io;
  readonly #screen: Screen | null;
  readonly #running = new Set<{ end(): Promise<unknown> }>();
  #folder: TemporaryFolder | null = null;
  /** The options with which `trace` reads the capture of this step's connection; none without one. */
  protected recording: readonly string[] = [];
  #page: Background | null = null;
  /** Whether anything was shown since the last empty line. */
  protected hasShown = false;
  #hasExplained = false;

  /** Makes a stage; without a `screen` nothing is shown. */
  constructor(io: Io, screen: Screen | null, seed: number) {
    this.#io = io;
    this.#screen = screen;
    this.#seed = seed;
    this.random = new Random(seed);
  }

  /** Plays step `number`, counted from 0, and ends what it has left running; resolves as `play` does. */
  async step<T>(number: number, play: (stage: Stage) => Promise<T>): Promise<T> {
    this.recording = [];
    this.random = new Random(this.#seed + number);
    const result = await play(this);
    await this.endServers();
    if (this.hasShown) await this.#screen?.gap();
    this.hasShown = false;
    return result;
  }

  /** Ends the servers that run, and all that was started beside the lesson. */
  async endServers(): Promise<void> {
    for (const each of [...this.#running].toReversed()) await each.end();
    this.#running.clear();
  }

  /** Writes a paragraph between commands. */
  async note(text: string): Promise<void> {
    if (this.hasShown) await this.#screen?.gap();
    await this.#screen?.paragraph(text);
    this.hasShown = false;
  }

  /** Shows a part of the output of a command that was run quietly. */
  async show(text: string): Promise<void> {
    await this.#screen?.output(text);
    this.hasShown = true;
  }

  /** Runs `netkit` with these arguments to its end. */
  async run(args: readonly string[], line: Line = {}): Promise<Ran> {
    const { input = "", quiet = false, until } = line;
    const screen = quiet ? null : this.#screen;
    const isPart = line.head !== undefined || line.tail !== undefined;
    const shown = typed(["netkit", ...args], input);
    if (!quiet && !isPart) await this.#showLine(shown);
    const child = await this.#start(args, input);
    const timer = setTimeout(() => child.kill("SIGKILL"), TIME_LIMIT);
    const stop = () => child.kill("SIGINT");
    this.#io.stop.addEventListener("abort", stop, { once: true });
    try {
      const text = new ChildText(child.stdout);
      if (until !== undefined) text.match(until).then(stop);
      const [err, code] = await Promise.all([textOf(child.stderr), child.ended, text.ended]);
      this.#io.stop.throwIfAborted();
      const { filter, text: part } = partOf(text.text, line);
      if (!quiet && isPart) await this.#showLine(shown + filter);
      await screen?.output(err + part);
      return { code, out: text.text, err };
    } finally {
      clearTimeout(timer);
      this.#io.stop.removeEventListener("abort", stop);
    }
  }

  /** Runs `netkit` with `--json`, unseen; resolves to the objects that it prints. */
  async json<T>(args: readonly string[], input = ""): Promise<T[]> {
    const { out } = await this.run([...args, "--json"], { input, quiet: true });
    return out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as T);
  }

  /**
   * Starts a server of netkit at a free port, and waits until it listens.
   *
   * @throws {UserError} If it does not.
   */
  async serve(args: readonly string[] = [], input = "", endpoint = "0"): Promise<Server> {
    const all = ["serve", ...args, endpoint];
    await this.#showLine(`${typed(["netkit", ...all], input)} &`);
    const pattern = /^.*(?:listen|bind) +\S+?:(\d+)[,，].*$/m;
    return await this.#beside(await this.#start(all, input), pattern, args.includes("-v"));
  }

  /** Starts a server that is no command of netkit, and waits until it says on standard error where it listens. */
  async serveProgram(line: readonly string[], options: ProgramOptions): Promise<Server> {
    const { shown = line, cwd = (await this.place()).path } = options;
    await this.#showLine(`${typed(shown, "")} &`);
    const env = { NO_COLOR: "1", NETKIT_LANG: languageInUse().split("-")[0]! };
    const running = this.#io.spawn(line[0]!, line.slice(1), { env, cwd });
    return await this.#beside(running, /^.*listen +\S+?:(\d+).*$/m);
  }

  /** Starts a client that keeps its connection, and shows its command line; it is ended with the step. */
  async client(args: readonly string[], input: string): Promise<void> {
    const all = ["client", ...args];
    await this.#showLine(`${typed(["netkit", ...all], input)} &`);
    this.#running.add(new Background(await this.#start(all, input)));
  }

  async #beside(running: Running, pattern: RegExp, isVerbose = false): Promise<Server> {
    const child = new Background(running);
    const match = await child.says(pattern);
    if (match === null) throw new UserError(t`the server does not start: ${child.log.text.trim()}`);
    const before = isVerbose ? match.input!.slice(0, match.index) : "";
    await this.#screen?.output(`${before}${match[0]}\n`);
    const server = serverOf(child, Number(match[1]), () => this.#running.delete(server));
    this.#running.add(server);
    return server;
  }

  /** Says what a capture is, where the first one of the lesson is named. */
  async #explain(text: string): Promise<void> {
    if (!this.#hasExplained) await this.note(text);
    this.#hasExplained = true;
  }

  async #showLine(text: string): Promise<void> {
    await this.#screen?.commandLine(text);
    this.hasShown = true;
  }

  /**
   * Runs a program that is no netkit, and shows its command line and the beginning of its output;
   * resolves as `runProgram` does.
   */
  async program(line: readonly string[], options: ProgramOptions = {}): Promise<ProgramEnd | null> {
    const { input, shown = line, head } = options;
    await this.#showLine(typed(shown, input ?? "") + (input === "" ? " </dev/null" : ""));
    const end = await runProgram(this.#io, line, { cwd: (await this.place()).path, ...options });
    if (end === null) return null;
    const lines = (end.err + end.out).trimEnd().split("\n");
    const isCut = head !== undefined && lines.length > head;
    await this.#screen?.output([...lines.slice(0, head), ...isCut ? ["…"] : []].join("\n"));
    return end;
  }

  /** The words of the command line that starts netkit. */
  get self(): readonly string[] {
    return this.#io.self;
  }

  /**
   * Watches a client of netkit and a server while they talk, and shows their ladder. Where this machine
   * may not capture, it shows a capture that was made elsewhere, and says so. Resolves to its objects.
   */
  async watch(
    input: string,
    { fallback, client = [] }: {
      readonly fallback: CaptureName;
      readonly client?: readonly string[];
    },
  ): Promise<TraceRecord[]> {
    const port = await this.freePort();
    const name = "mine.pcap";
    const args = [
      ...["trace", "--serve", `${port}`, "-w", name],
      ...["--", "netkit", "client", ...client, `${port}`],
    ];
    const live = await this.run(args, { input, quiet: true });
    const records = live.code === 0 ? await this.json<TraceRecord>(["trace", "-r", name]) : [];
    if (records.some(({ type, close }) => type === "connection" && close !== null)) {
      this.recording = ["-r", name];
      await this.#explain(
        t`The option -w keeps the packets in a file, ${name}: a capture, as tcpdump and Wireshark write
        it. It is gone when the lesson ends.`,
      );
      await this.#showLine(typed(["netkit", ...args], input));
      await this.#screen?.output(live.out);
      return records;
    }
    await this.#screen?.paragraph(
      t`This machine lets netkit capture nothing (it takes tcpdump and its rights, as with sudo). So
      here is a connection that was captured elsewhere; the rest is the same.`,
    );
    return await this.showCapture(fallback);
  }

  /** Shows the ladder of a capture that comes with netkit; resolves to its objects. */
  async showCapture(name: CaptureName): Promise<TraceRecord[]> {
    this.recording = ["-r", await this.file(name)];
    await this.run(["trace", ...this.recording]);
    return await this.json<TraceRecord>(["trace", ...this.recording]);
  }

  /** Resolves to the ladder of this step's connection to be filled in (SVG), `null` if it has none. */
  async blankLadder(): Promise<string | null> {
    if (this.recording.length === 0) return null;
    const args = ["trace", ...this.recording, "--svg", "blank.svg", "--blank", "states,ack"];
    await this.run(args, { quiet: true });
    return await this.#io.readTextFile(await this.path("blank.svg"));
  }

  /** Puts a capture that comes with netkit into the folder of the lesson; resolves to its name there. */
  async file(name: CaptureName): Promise<string> {
    await this.#explain(
      t`${`${name}.pcap`} is a capture that comes with netkit: a file of packets, as tcpdump and
      Wireshark write it.`,
    );
    await this.write(`${name}.pcap`, capture(name));
    return `${name}.pcap`;
  }

  /** Writes a file into the folder of the lesson. */
  async write(name: string, content: Uint8Array | string): Promise<void> {
    const file = await createBytes(await this.path(name), this.#io);
    await file.write(typeof content === "string" ? new TextEncoder().encode(content) : content);
    file.close();
  }

  /**
   * Serves the page of `trace --web` with the connection of this step; resolves to its address, to `null`
   * if the step has no connection.
   */
  async openPage(): Promise<string | null> {
    if (this.recording.length === 0) return null;
    await this.#page?.end();
    const args = ["trace", ...this.recording, "--web=0"];
    this.#page = new Background(await this.#start(args, ""));
    return (await this.#page.says(/http:\S+/))?.[0] ?? null;
  }

  async #start(args: readonly string[], input: string): Promise<Running> {
    const [program, ...words] = [...this.#io.self, ...args];
    const columns = Math.max(40, this.#io.columns() - 2); // output is indented
    return this.#io.spawn(program!, words, {
      cwd: (await this.place()).path,
      env: {
        NO_COLOR: "1",
        COLUMNS: `${columns}`,
        NETKIT_LANG: languageInUse().split("-")[0]!,
      },
      input: new TextEncoder().encode(input),
    });
  }

  /** Resolves to the path of a file in the folder of the lesson. */
  async path(name: string): Promise<string> {
    return `${(await this.place()).path}/${name}`;
  }

  /** Resolves to the folder of the lesson. */
  protected async place(): Promise<TemporaryFolder> {
    return this.#folder ??= await this.#io.temporaryFolder();
  }

  /** Resolves to a port that is free, below those that the system gives to clients. */
  async freePort(): Promise<number> {
    for (;;) {
      const port = 10_000 + Math.floor(Math.random() * 10_000);
      if (await this.#io.tryBind("tcp", "127.0.0.1", port) === null) return port;
    }
  }

  /** Ends all servers, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.endServers();
    await this.#page?.end();
    await this.#folder?.[Symbol.asyncDispose]();
  }
}
