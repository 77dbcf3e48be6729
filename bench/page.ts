/**
 * The cost of the page of `netkit trace --web` and of `serve --web`: what headless Chromium and netkit take
 * of a processor while one scrolls, while segments come, and while nothing happens.
 *
 * Nothing is captured: `bench/paced_capture.ts` stands in the place of tcpdump, so that no rights are
 * needed, and as many segments come as are asked for.
 *
 *     deno task bench-page [--segments N] [--rate N] [--before N] [--seconds N]
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { parseArgs } from "@std/cli/parse-args";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { LINK } from "../packet/link.ts";
import { Browser, type Page } from "../tests/browser.ts";
import { describeMachine } from "./machine.ts";
import { cpuOf } from "./processes.ts";
import { formatNumber, formatTable } from "./report.ts";
import { bulkRows, packetOf } from "./segments.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Pixels that one scrolls in a frame: a flick of the wheel, in which every row is made anew after some. */
const SCROLL = 300;

/** Frames that are measured. */
const FRAMES = 300;

/** A page that netkit serves. */
interface Served extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** Starts netkit; resolves when it tells the URL of its page. */
async function serve(args: readonly string[], env: Record<string, string> = {}): Promise<Served> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${ROOT}main.ts`, ...args],
    env: { ...env, NO_COLOR: "1", NETKIT_LANG: "en" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const found = Promise.withResolvers<string>();
  const reading = (async () => {
    let said = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      const [url] = said.match(/http:\/\/[^\s,]+\/(?=[\s,])/) ?? [];
      if (url !== undefined) found.resolve(url);
    }
    found.reject(new Error(said));
  })();
  return {
    url: await found.promise,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await child.status;
      await reading;
    },
  };
}

/** Processor time in seconds. */
interface Cost {
  /** Of the processes that run pages. */
  readonly page: number;
  /** Of the browser's other processes: they draw, without a graphics card. */
  readonly rest: number;
  /** Of netkit. */
  readonly server: number;
}

async function costNow(browser: Browser, served: Served): Promise<Cost> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo", {}) as {
    processInfo: readonly { readonly type: string; readonly cpuTime: number }[];
  };
  let [page, rest] = [0, 0];
  for (const { type, cpuTime } of processInfo) {
    if (type === "renderer") page += cpuTime;
    else rest += cpuTime;
  }
  return { page, rest, server: cpuOf(served.pid) / 1000 };
}

/** Resolves to the processor time that `act` costs. */
async function costOf(
  browser: Browser,
  served: Served,
  act: () => Promise<unknown>,
): Promise<Cost & { readonly seconds: number }> {
  const [before, start] = [await costNow(browser, served), performance.now()];
  await act();
  const [after, seconds] = [await costNow(browser, served), (performance.now() - start) / 1000];
  return {
    page: after.page - before.page,
    rest: after.rest - before.rest,
    server: after.server - before.server,
    seconds,
  };
}

/** Resolves to the bytes of the page's objects and the number of its nodes, garbage collected. */
async function memoryOf(
  page: Page,
): Promise<{ readonly mebibytes: number; readonly nodes: number }> {
  await page.send("HeapProfiler.collectGarbage");
  const { usedSize } = await page.send("Runtime.getHeapUsage") as { usedSize: number };
  const { nodes } = await page.send("Memory.getDOMCounters") as { nodes: number };
  return { mebibytes: usedSize / 2 ** 20, nodes };
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Scrolls through a recording; resolves to the milliseconds between its frames. */
function scroll(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const rungs = document.getElementById("rungs");
    const waits = [];
    let last = null;
    const frame = (now) => {
      if (last !== null) waits.push(now - last);
      last = now;
      rungs.scrollTop += ${SCROLL};
      if (waits.length < ${FRAMES}) requestAnimationFrame(frame);
      else resolve(waits);
    };
    requestAnimationFrame(frame);
  })`);
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))]!;
}

/** Returns a share of a core: `12 %`. */
function share(cost: number, seconds: number): string {
  return `${formatNumber(100 * cost / seconds)} %`;
}

async function benchScroll(browser: Browser, segments: number, folder: string): Promise<string> {
  const path = `${folder}/it.pcap`;
  await Deno.writeFile(path, concat([...captureOf(segments)]));
  await using served = await serve(["trace", "-r", path, "--web", "0"]);
  const page = await browser.open(`${served.url}#all=1&segment=1`);
  await page.until(`document.getElementById("position").textContent.includes(" of ${segments}")`);
  let waits: number[] = [];
  const { page: cost } = await costOf(browser, served, async () => waits = await scroll(page));
  const { nodes } = await memoryOf(page);
  await page.close();
  const [half, most] = [percentile(waits, 0.5), percentile(waits, 0.95)].map(formatNumber);
  return `${segments} segments scroll: a frame every ${half} ms, p95 ${most} ms; ` +
    `${formatNumber(1000 * cost / FRAMES)} ms of processor time a frame; ${nodes} nodes\n`;
}

/** Yields the parts of a capture of one connection. */
function* captureOf(segments: number): Generator<Uint8Array<ArrayBuffer>> {
  yield pcapHeader(LINK.raw);
  let time = 1_700_000_000_000_000_000n;
  let left = segments;
  for (const row of bulkRows(segments)) {
    if (left-- === 0) return;
    const bytes = packetOf(0, row);
    yield pcapRecord({ time: time += 1_000_000n, bytes, length: bytes.length });
  }
}

/** Puts the paced capture in the place of tcpdump; resolves to the environment of netkit. */
async function standIn(folder: string): Promise<Record<string, string>> {
  const command = `"${Deno.execPath()}" run -A --quiet "${ROOT}bench/paced_capture.ts"`;
  await Deno.writeTextFile(`${folder}/tcpdump`, `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
  return { PATH: `${folder}:${Deno.env.get("PATH")}` };
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["segments", "rate", "before", "seconds"] });
  const segments = Number(options.segments ?? 10_000);
  const rate = Number(options.rate ?? 200);
  const before = Number(options.before ?? 0);
  const seconds = Number(options.seconds ?? 10);
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  const folder = await Deno.makeTempDir();
  try {
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print("");
    await using browser = await Browser.start();
    print(await benchScroll(browser, segments, folder));
    const env = await standIn(folder);
    const rows = [["", "page", "drawing", "netkit", "MiB", "nodes"]];
    const measure = async (
      title: string,
      args: readonly string[],
      { path = "", view = "", ready, ...paced }: {
        readonly path?: string;
        readonly view?: string;
        readonly ready: string;
        readonly rate?: number;
        readonly before?: number;
      },
    ) => {
      const given = { BENCH_RATE: `${paced.rate ?? 0}`, BENCH_BEFORE: `${paced.before ?? 0}` };
      await using served = await serve(args, { ...env, ...given });
      const page = await browser.open(`${served.url}${path}${view}`);
      await page.until(ready);
      await pause(1); // what is done once is done
      const cost = await costOf(browser, served, () => pause(seconds));
      const { mebibytes, nodes } = await memoryOf(page);
      await page.close();
      rows.push([
        title,
        share(cost.page, cost.seconds),
        share(cost.rest, cost.seconds),
        share(cost.server, cost.seconds),
        formatNumber(mebibytes),
        `${nodes}`,
      ]);
    };
    const isFollowing = `parseInt(document.getElementById("position").textContent) > ${before}`;
    const trace = ["trace", "8000", "--web", "0"];
    const live = { rate, before, ready: isFollowing };
    await measure(`${rate} segments a second`, trace, live);
    await measure("the same, every segment", trace, { ...live, view: "#all=1" });
    const isThere = `document.querySelectorAll("#grid .connection").length === 1`;
    await measure("trace --web, nothing comes", trace, { before: 100, ready: isThere });
    const isLive = `document.getElementById("status").dataset.state === "live"`;
    await measure("serve --web, nobody talks", ["serve", "0", "--web", "0"], { ready: isLive });
    print(`shares of a core in ${seconds} s; memory of the page behind them\n`);
    print(formatTable(rows));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
