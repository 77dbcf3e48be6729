/**
 * The page of `netkit trace`, served in the process of a test, and what it says in a browser.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import { violationsIn } from "./axe.ts";
import type { Browser, Page } from "./browser.ts";
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

/** A record of `trace --json`, as far as the tests look at it. */
interface SegmentRecord {
  readonly type: string;
  readonly connection: number;
  readonly before: readonly [string, string];
  readonly moves: readonly [readonly string[], readonly string[]];
}

async function segmentsOf(capture: Uint8Array): Promise<SegmentRecord[]> {
  const { out } = await traceIn(capture, "--json");
  return out.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ type }) => type === "segment");
}

/** Asserts that stepping through an example lights the states that `--json` tells. */
export async function assertSteps(browser: Browser, name: string): Promise<void> {
  const capture = await example(name);
  const segments = (await segmentsOf(capture)).filter(({ connection }) => connection === 1);
  await using served = await ServedTrace.start(capture);
  const page = await browser.open(`${served.url}#all=1`);
  await arrived(page, segments.length);
  const lamps = await page.evaluate<string[][]>(`(() => {
    const lamps = [];
    for (let i = 0; i < ${segments.length}; i++) {
      document.getElementById(i === 0 ? "first" : "next").click();
      lamps.push(${LAMPS});
    }
    return lamps;
  })()`);
  const isSelf = await page.evaluate(`document.querySelectorAll("#legend li").length === 1`);
  for (const [i, { before, moves }] of segments.entries()) {
    const states = [0, 1].map((side) => moves[side]!.at(-1) ?? before[side]);
    if (isSelf) states[1] = "?";
    assertEquals(lamps[i], states, `segment ${i + 1}`);
  }
  assertEquals(page.console, []);
  await page.close();
}

/** Asserts that axe-core finds nothing in the page of an example, in both languages. */
export async function assertUsable(
  browser: Browser,
  name: string,
  width: number,
  scheme: "dark" | "light",
): Promise<void> {
  await using served = await ServedTrace.start(await example(name));
  const page = await browser.open(served.url, width, scheme);
  await page.until(`document.querySelectorAll("#summary p").length > 0`);
  await page.until(`document.querySelectorAll("#boxes .field").length > 10`);
  assertEquals(await violationsIn(page), []);
  await click(page, "#first");
  await click(page, "[value=zh]");
  await page.evaluate(`document.querySelector(".field").click()`);
  assertEquals(await violationsIn(page), []);
  await click(page, "[value=en]");
  await page.close();
}
