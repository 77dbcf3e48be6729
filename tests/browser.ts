/**
 * Headless Chromium by the Chrome DevTools Protocol, over Deno's own WebSocket.
 *
 * @module
 */
import { assert } from "@std/assert";
import {
  type BrowserProcess,
  findBrowser,
  SHARED_BROWSER,
  startBrowser,
} from "./browser_process.ts";
import { needs } from "./needs.ts";
import { GUARD } from "./waiting.ts";

/** Declares a test in a browser; in CI there must be one. */
export function inBrowser(name: string, fn: (test: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, ...needs({ what: "a browser", isHere: findBrowser() !== null }), fn });
}

/** A message of the browser: the answer to a command, or an event. */
interface Received {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/**
 * A browser. Its pages have a storage of their own, and none of other tests. Disposing of it closes them,
 * and ends it where it is not the one that all tests of the run share.
 */
export class Browser {
  /** `null` if it is shared. */
  readonly #process: BrowserProcess | null;
  /** The pages of a shared browser that are one test's. */
  #context: { readonly browserContextId?: string } = {};
  #socket!: WebSocket;
  #count = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #listeners = new Map<string, (event: Received) => void>();

  private constructor(process: BrowserProcess | null) {
    this.#process = process;
  }

  /**
   * Returns a browser that speaks `language` and has no page yet; `flags` are further ones of its command
   * line. `deno task test` starts one for all tests, at the address `shared`; they start their own only for
   * what is not usual, and when that one has gone.
   */
  static async start(
    language = "en",
    flags: readonly string[] = [],
    shared: string | undefined = Deno.env.get(SHARED_BROWSER),
  ): Promise<Browser> {
    const isUsual = language === "en" && flags.length === 0;
    if (isUsual && shared !== undefined) {
      const browser = new Browser(null);
      if (await browser.#connect(shared)) {
        const { browserContextId } = await browser.send("Target.createBrowserContext", {
          disposeOnDetach: true,
        });
        browser.#context = { browserContextId: browserContextId as string };
        return browser;
      }
    }
    const process = await startBrowser(language, flags);
    const browser = new Browser(process);
    assert(await browser.#connect(process.address), "the browser has gone");
    return browser;
  }

  /** Connects to the browser at a DevTools address; resolves to whether it is there. */
  async #connect(address: string): Promise<boolean> {
    this.#socket = new WebSocket(address);
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    return await new Promise((resolve) => {
      this.#socket.onopen = () => resolve(true);
      this.#socket.onclose = () => {
        resolve(false);
        for (const { reject } of this.#waiting.values()) reject(new Error("the browser has gone"));
      };
    });
  }

  #take(received: Received): void {
    if (received.id === undefined) {
      this.#listeners.get(received.sessionId ?? "")?.(received);
      return;
    }
    const waiting = this.#waiting.get(received.id);
    this.#waiting.delete(received.id);
    if (received.error) waiting?.reject(new Error(received.error.message));
    else waiting?.resolve(received.result ?? {});
  }

  /** Sends a command; resolves to its answer. */
  send(
    method: string,
    params: Record<string, unknown>,
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    if (this.#socket.readyState !== WebSocket.OPEN) {
      waiting.reject(new Error("the browser has gone"));
    }
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
    return waiting.promise;
  }

  /**
   * Opens a page, `width` pixels wide; resolves when it is loaded.
   *
   * @param script Runs in the page before its own scripts.
   */
  async open(
    url: string,
    width = 1280,
    scheme: "light" | "dark" = "light",
    script = "",
  ): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", {
      url: "about:blank",
      ...this.#context,
    });
    const attached = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, attached.sessionId as string, targetId as string);
    this.#listeners.set(page.session, (event) => page.take(event));
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(`${domain}.enable`);
    // Whatever page of another test is in front.
    await page.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.resize(width);
    await page.prefer(scheme);
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: script });
    await page.go(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      if (this.#process === null) await this.send("Target.disposeBrowserContext", this.#context);
      const closed = new Promise((resolve) => this.#socket.onclose = resolve);
      this.#socket.close();
      await closed;
    }
    await this.#process?.[Symbol.asyncDispose]();
  }
}

/** A page in a browser. */
export class Page {
  /** The session in which the browser speaks of it. */
  readonly session: string;
  /** The lines of its console: messages, errors, and resources that did not load. */
  readonly console: string[] = [];
  /** The hosts that it has sent requests to, and the URLs. */
  readonly hosts = new Set<string>();
  readonly urls: string[] = [];
  readonly #browser: Browser;
  readonly #target: string;
  #loaded = Promise.withResolvers<void>();

  constructor(browser: Browser, session: string, target: string) {
    this.#browser = browser;
    this.session = session;
    this.#target = target;
  }

  /** Sends a command about this page. */
  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.session);
  }

  /** Takes an event of this page. */
  take({ method, params = {} }: Received): void {
    switch (method) {
      case "Page.loadEventFired":
        return this.#loaded.resolve();
      case "Runtime.consoleAPICalled":
      case "Runtime.exceptionThrown":
      case "Log.entryAdded":
        this.console.push(JSON.stringify(params));
        return;
      case "Network.requestWillBeSent": {
        const { url } = params.request as { url: string };
        this.urls.push(url);
        this.hosts.add(new URL(url).host);
        return;
      }
      case "Network.webSocketCreated":
        this.urls.push(params.url as string);
        this.hosts.add(new URL(params.url as string).host);
    }
  }

  /** Loads `url`; resolves when that is done. */
  async go(url: string): Promise<void> {
    this.#loaded = Promise.withResolvers();
    const { errorText } = await this.send("Page.navigate", { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    await this.#loaded.promise;
  }

  /** Loads the page again. */
  async reload(): Promise<void> {
    this.#loaded = Promise.withResolvers();
    await this.send("Page.reload");
    await this.#loaded.promise;
  }

  /** Makes the window `width` pixels wide. */
  async resize(width: number, height = 800): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
  }

  /** Prefers light or dark pages, on a screen or on paper. */
  async prefer(scheme: "light" | "dark", media: "screen" | "print" = "screen"): Promise<void> {
    await this.send("Emulation.setEmulatedMedia", {
      media,
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
  }

  /** Resolves to what an expression, or the promise that it is, evaluates to in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /**
   * Resolves when an expression is true in the page, or in the one that comes in its place. As long as what
   * it looks for is not there, it may throw.
   */
  async until(expression: string): Promise<void> {
    const body = `new Promise((resolve) => {
      const end = Date.now() + ${GUARD * 0.9};
      const isSo = () => {
        try {
          return (${expression});
        } catch {
          return false;
        }
      };
      const look = () => {
        if (isSo()) resolve(true);
        else if (Date.now() > end) resolve(false);
        else setTimeout(look, 20);
      };
      look();
    })`;
    for (;;) {
      try {
        if (await this.evaluate<boolean>(body)) return;
        break;
      } catch (error) {
        // The page has gone for another one: it is looked for there.
        if (!/navigated|context was destroyed/.test(`${error}`)) throw error;
      }
    }
    const text = await this.evaluate<string>("document.body.innerText");
    throw new Error(`never true: ${expression}\n${text}`);
  }

  /** Types text where the focus is. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** Presses a key: `Enter`, `Tab`, ` `. */
  async press(key: string): Promise<void> {
    const codes: Readonly<Record<string, number>> = {
      ...{ Enter: 13, Tab: 9, " ": 32, Escape: 27 },
      ...{ Home: 36, End: 35, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
    };
    const text = key === "Enter" ? "\r" : key === " " ? " " : "";
    const params = { key, windowsVirtualKeyCode: codes[key], ...(text ? { text } : {}) };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...params });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...params });
  }

  /** Resolves to a picture of the page in PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(data as string);
  }

  /** Closes the page. */
  async close(): Promise<void> {
    await this.#browser.send("Target.closeTarget", { targetId: this.#target });
  }
}
