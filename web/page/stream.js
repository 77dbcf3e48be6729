/**
 * The server's events (server-sent events of HTML, section 9.2), received by fetch: unlike
 * `EventSource` it sends a header, and asks for something else when it connects again. The page of `serve`
 * and that of `trace` have it in common.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Milliseconds until it connects again. */
const RETRY = 2000;

/** Milliseconds after which a server that says nothing has gone: it says something every 15 s. */
const SILENCE = 40_000;

/**
 * @typedef {object} StreamOptions
 * @property {() => string} url Returns what to ask for, each time that it connects.
 * @property {() => Record<string, string>} headers Returns the fields of the request.
 * @property {(name: string, data: string, id: string) => void} onEvent Told of each event; `id` is empty
 *   if it has none.
 * @property {(status: number | null) => void} onTrouble Told of a connection that was lost (`null`: it
 *   connects again), or of the status of a refusal, which ends it.
 */

/** A stream of events that connects again by itself. */
export class EventStream {
  /** @param {StreamOptions} options */
  constructor(options) {
    this.options = options;
    /** Ends what is open. @type {AbortController | null} */
    this.current = null;
  }

  /** Whether it is open, or connects. */
  get isOpen() {
    return this.current !== null;
  }

  /** Opens it, anew if it is open. */
  open() {
    this.close();
    const current = this.current = new AbortController();
    void this.run(current);
  }

  /** Ends it. */
  close() {
    this.current?.abort();
    this.current = null;
  }

  /** @param {AbortController} current */
  async run(current) {
    const { url, headers, onTrouble } = this.options;
    const { signal } = current;
    while (!signal.aborted) {
      const once = new AbortController();
      const end = () => once.abort();
      signal.addEventListener("abort", end);
      try {
        const fields = { Accept: "text/event-stream", ...headers() };
        const answer = await fetch(url(), {
          headers: fields,
          cache: "no-store",
          signal: once.signal,
        });
        if (!answer.ok || answer.body === null) {
          if (this.current === current) this.current = null;
          if (!signal.aborted) onTrouble(answer.status);
          return;
        }
        await this.receive(answer.body, once, signal);
      } catch {
        // The connection was lost, or nothing has come for too long.
      }
      signal.removeEventListener("abort", end);
      if (signal.aborted) return;
      onTrouble(null);
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }

  /**
   * Tells of the events in `body` until it ends.
   *
   * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
   * @param {AbortController} once Aborted when nothing comes.
   * @param {AbortSignal} signal
   */
  async receive(body, once, signal) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    try {
      for (;;) {
        clearTimeout(timer);
        timer = setTimeout(() => once.abort(), SILENCE);
        const { value, done } = await reader.read();
        if (done) return;
        rest += value;
        const events = rest.split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) {
          if (signal.aborted) return;
          this.tell(event);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {string} text The lines of an event. */
  tell(text) {
    let name = "message";
    let data = "";
    let id = "";
    let isEvent = false;
    for (const line of text.split("\n")) {
      if (line.startsWith("event: ")) name = line.slice("event: ".length);
      if (line.startsWith("id: ")) id = line.slice("id: ".length);
      if (line.startsWith("data:")) {
        data += line.slice("data:".length).trimStart();
        isEvent = true;
      }
    }
    if (isEvent) this.options.onEvent(name, data, id);
  }
}
