/**
 * A stage on which a step of a lesson runs something else than it asks for: what its answer depends on is
 * then seen.
 *
 * @module
 */
import type { CaptureName } from "../learn/captures_data.ts";
import type { ProgramEnd, ProgramOptions } from "../learn/other_program.ts";
import type { Line, Ran, Server } from "../learn/command_line.ts";
import { Stage } from "../learn/stage.ts";
import type { TraceRecord } from "../learn/watched.ts";
import type { FakeIo } from "./fakes.ts";
import { Screen } from "../learn/screen.ts";

/** A command line of a step: its words, and its standard input. */
export type Typed = readonly [words: readonly string[], input: string];

/** A change of the run of a step, and the answer that is right then. */
export interface Change {
  /** The right answer in the changed run, by the protocol and not by netkit. */
  readonly answer: string;
  /**
   * Returns the command line that is run for another one.
   *
   * @param held A port at which this process listens.
   */
  readonly line?: (words: readonly string[], input: string, held: string) => Typed;
  /** The capture of `examples/` that is shown, without `.pcap`. */
  readonly capture?: string;
  /** Returns what a command has said or logged, where no command would say so. */
  readonly said?: (text: string) => string;
  /** Returns the objects of `--json`, where no command would print them. */
  readonly objects?: (objects: readonly unknown[]) => unknown[];
  /** Returns the text of a program that is no netkit. */
  readonly program?: (text: string) => string;
  /** Whether each client comes twice. */
  readonly twice?: boolean;
}

/** A stage that runs each step with a change. */
export class ChangedStage extends Stage {
  readonly #change: Change;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  /** Makes a stage with the seed 1. */
  constructor(io: FakeIo, change: Change) {
    super(io, new Screen(io), 1);
    this.#change = change;
  }

  #line(words: readonly string[], input: string): Typed {
    const { line } = this.#change;
    return line?.(words, input, `${this.#listener.addr.port}`) ?? [words, input];
  }

  #said(text: string): string {
    return this.#change.said?.(text) ?? text;
  }

  override async run(args: readonly string[], line: Line = {}): Promise<Ran> {
    const asJson = args.filter((word) => word === "--json");
    const [words, input] = this.#line(args.slice(0, args.length - asJson.length), line.input ?? "");
    const all = [...words, ...asJson];
    if (this.#change.twice && words[0] === "client") await super.run(all, { ...line, input });
    const ran = await super.run(all, { ...line, input });
    return { ...ran, err: this.#said(ran.err) };
  }

  override async json<T>(args: readonly string[], input = ""): Promise<T[]> {
    const found = await super.json<T>(args, input);
    return this.#change.objects?.(found) as T[] ?? found;
  }

  override async serve(args: readonly string[] = [], input = ""): Promise<Server> {
    const [[, ...words], text] = this.#line(["serve", ...args], input);
    const server = await super.serve(words, text);
    return { ...server, end: async () => this.#said(await server.end()) };
  }

  override async program(
    line: readonly string[],
    options: ProgramOptions = {},
  ): Promise<ProgramEnd | null> {
    const [, input] = this.#line(["program"], options.input ?? "");
    return await super.program(line, input === "" ? options : { ...options, input });
  }

  override async watch(
    _: string,
    { fallback }: { readonly fallback: CaptureName },
  ): Promise<TraceRecord[]> {
    return await this.showCapture(fallback);
  }

  override async write(name: string, content: Uint8Array | string): Promise<void> {
    const { capture, program } = this.#change;
    if (typeof content === "string") return await super.write(name, program?.(content) ?? content);
    const other = new URL(`../examples/${capture}.pcap`, import.meta.url);
    await super.write(name, capture === undefined ? content : await Deno.readFile(other));
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await super[Symbol.asyncDispose]();
  }
}
