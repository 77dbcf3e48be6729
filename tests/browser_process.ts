/**
 * Headless Chromium as a process, for the tests of one run or for one test alone.
 *
 * @module
 */
import { assert } from "@std/assert";
import { until } from "./waiting.ts";

/** The names of the browser: Debian's of the one without windows, the fastest; its one with windows; others. */
const PROGRAMS = ["chromium-headless-shell", "chromium", "google-chrome", "chrome"];

/** The environment variable that has the DevTools address of the browser that all tests of a run share. */
export const SHARED_BROWSER = "NETKIT_BROWSER";

/** Returns the path of a browser, or `null`. In CI there must be one. */
export function findBrowser(): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const program of PROGRAMS) {
    for (const folder of folders) {
      try {
        if (Deno.statSync(`${folder}/${program}`).isFile) return `${folder}/${program}`;
      } catch {
        // not here
      }
    }
  }
  return Deno.env.get("CI") === "true" ? PROGRAMS[1]! : null;
}

/** A browser without a page. Disposing of it ends it. */
export interface BrowserProcess extends AsyncDisposable {
  /** Its DevTools address. */
  readonly address: string;
}

/** Starts a browser that speaks `language`; `flags` are further ones of its command line. */
export async function startBrowser(
  language = "en",
  flags: readonly string[] = [],
): Promise<BrowserProcess> {
  const program = findBrowser();
  assert(program !== null, "there is no browser");
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command(program, {
    args: [
      ..."--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run".split(" "),
      ..."--disable-background-networking --disable-component-update --disable-sync".split(" "),
      // Pages of several tests are open at a time, and none may be slower for standing behind others.
      ..."--disable-background-timer-throttling --disable-renderer-backgrounding".split(" "),
      ..."--disable-backgrounding-occluded-windows".split(" "),
      ..."--remote-debugging-port=0 --hide-scrollbars".split(" "),
      `--accept-lang=${language}`,
      ...flags,
      `--user-data-dir=${folder}`,
      "about:blank",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const address = Promise.withResolvers<string>();
  const errors = (async () => {
    let text = "";
    for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const found = text.match(/DevTools listening on (ws:\S+)\s/);
      if (found) address.resolve(found[1]!);
    }
    address.reject(new Error(`the browser has ended: ${text}`));
  })();
  const end = async () => {
    await child.status;
    await errors.catch(() => {});
    // Its children, which end behind it, may still write there.
    await until(() => Deno.remove(folder, { recursive: true }).then(() => true, () => false));
  };
  try {
    const found = await address.promise;
    return {
      address: found,
      async [Symbol.asyncDispose]() {
        const socket = new WebSocket(found);
        const closed = new Promise((resolve) => socket.onclose = socket.onerror = resolve);
        socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "Browser.close" }));
        await end();
        await closed;
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
