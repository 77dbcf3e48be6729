/**
 * The page of `netkit trace`, served in the process of a test, and what it says in a browser.
 *
 * @module
 */
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import type { Page } from "./browser.ts";
import { fakeIo } from "./fakes.ts";
import { until } from "./waiting.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** The names of the captures among the examples. */
export const CAPTURES: readonly string[] = (await Array.fromAsync(Deno.readDir(EXAMPLES)))
  .map(({ name }) => name).filter((name) => name.endsWith(".pcap")).sort();

/** Resolves to the bytes of an example. */
export function example(name: string): Promise<Uint8Array> {
  return Deno.readFile(new URL(name, EXAMPLES));
}

/** Runs `netkit trace -r` with a capture; resolves to what it leaves. */
export async function traceIn(
  capture: Uint8Array,
  ...args: readonly string[]
): Promise<
  { code: number; out: string; err: string; written: (path: string) => Uint8Array | null }
> {
  const io = fakeIo({ files: { "it.pcap": capture } });
  const code = await main(["trace", "-r", "it.pcap", ...args], io);
  return { code, out: io.out(), err: io.err(), written: (path: string) => io.written(path) };
}

/** A page of `netkit trace -r FILE --web`. Disposing of it ends netkit. */
export class ServedTrace {
  /** The URL of the page. */
  readonly url: string;
  readonly #stop: () => void;
  readonly #done: Promise<number>;

  private constructor(url: string, stop: () => void, done: Promise<number>) {
    this.url = url;
    this.#stop = stop;
    this.#done = done;
  }

  /** Serves a capture; resolves when the page is there. */
  static async start(capture: Uint8Array, port = 0): Promise<ServedTrace> {
    const io = fakeIo({ files: { "it.pcap": capture } });
    const done = main(["trace", "-r", "it.pcap", "--web", `${port}`], io);
    await until(() => io.err() !== "");
    const [url] = io.err().match(/http:\S+/) ?? [];
    if (url === undefined) throw new Error(io.err());
    return new ServedTrace(url, () => io.interrupt(new Stopped("SIGINT")), done);
  }

  /** Ends netkit; resolves to its exit code. */
  end(): Promise<number> {
    this.#stop();
    return this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** Clicks on an element. */
export function click(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
}

/** Returns an expression for the text of an element. */
export function text(selector: string): string {
  return `document.querySelector(${JSON.stringify(selector)}).textContent`;
}

/** An expression for the states of the lamps: client, server. */
export const LAMPS = `["client", "server"].map((side) =>
  document.querySelector("#diagram-picture .node." + side)?.dataset.state ?? "?")`;

/** Resolves when the page shows so many segments of a connection, and how it ended. */
export async function arrived(page: Page, count: number): Promise<void> {
  await page.until(`${text("#position")}.includes(${JSON.stringify(`of ${count}`)})`);
  await page.until(`document.querySelectorAll("#summary p").length > 0`);
}
