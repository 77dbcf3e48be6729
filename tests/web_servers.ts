/**
 * A server with a listener for sockets and one for browsers in the process of a test, and clients of the
 * second one.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { parseEndpoint } from "../net/endpoint.ts";
import type { ServerEvent } from "../server/events.ts";
import { listen } from "../net/listen.ts";
import type { ServeOptions } from "../server/serve_options.ts";
import { serveWithWeb, type WebListener } from "../web/serve_with_web.ts";
import { upperCase } from "../server/upper.ts";
import { RESOURCES } from "../web/resources.ts";
import { readAll } from "./servers.ts";

/** The options of the listener for browsers in a test. */
export type WebListenerOptions = Partial<
  WebListener["timeouts"] & Pick<WebListener, "host" | "names" | "system" | "maxConnections"> & {
    /** The address that the listener for sockets tells, if it is not its own. */
    readonly address: string;
  }
>;

/** A server with both listeners on free ports of loopback. Disposing of it stops it at once. */
export class ServerWithWeb {
  readonly events: ServerEvent[] = [];
  /** The token that it asks for, `null` if it asks for none. */
  token: string | null = null;
  /** The ports of the listener for sockets and of that for browsers. */
  readonly port: number;
  readonly web: number;
  /** Resolves when it has stopped. */
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  readonly #stopNow = new AbortController();
  readonly #watchers = new Set<() => void>();

  private constructor(
    webListener: Omit<WebListener, "resources" | "secure">,
    listener: WebListener["listener"],
    options: Partial<ServeOptions>,
  ) {
    this.port = portOf(listener.address);
    this.web = portOf(webListener.listener.address);
    const onToken = (token: string) => this.token = token;
    const web = { ...webListener, onToken, secure: false, resources: RESOURCES };
    this.done = serveWithWeb(listener, web, {
      transform: upperCase,
      grace: 5000,
      stop: this.#stop.signal,
      stopNow: this.#stopNow.signal,
      ...options,
      onEvent: (event) => {
        this.events.push(event);
        for (const watcher of this.#watchers) watcher();
      },
    });
  }

  /** Starts a server. */
  static async start(
    options: Partial<ServeOptions> = {},
    webListener: WebListenerOptions = {},
  ): Promise<ServerWithWeb> {
    const { host = "127.0.0.1", names, system, maxConnections = 100, address, ...timeouts } =
      webListener;
    const real = await listen(parseEndpoint("0"));
    const listener = address === undefined ? real : { ...real, address };
    const web = await listen({ transport: "tcp", hostname: host, port: 0 });
    const given = { ...(names ? { names } : {}), ...(system ? { system } : {}) };
    return new ServerWithWeb(
      { listener: web, host, ...given, maxConnections, timeouts },
      listener,
      options,
    );
  }

  /** Asks it to stop. */
  stop(): void {
    this.#stop.abort();
  }

  /** Resolves to the first event that is like this, also when that has been. */
  async saw(isIt: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    for (;;) {
      const found = this.events.find(isIt);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      await promise;
      this.#watchers.delete(resolve);
    }
  }

  /** Connects to the listener for sockets, or to the one at another port. */
  connect(port = this.port): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port });
  }

  /** Sends the head of a request, `Host` and all; resolves to the whole answer. */
  async ask(lines: readonly string[]): Promise<{ status: number; head: string; text: string }> {
    const conn = await this.connect(this.web);
    const host = lines.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${this.web}`];
    await conn.write(bytesOf([...lines, ...host, "Connection: close", "", ""].join("\r\n")));
    const answer = new TextDecoder().decode(await readAll(conn));
    conn.close();
    const [head, ...text] = answer.split("\r\n\r\n");
    return { status: Number(head!.split(" ")[1]), head: head!, text: text.join("\r\n\r\n") };
  }

  /** Asks for a path; resolves to what is there. */
  async text(path: string): Promise<string> {
    return (await this.ask([`GET ${path} HTTP/1.1`])).text;
  }

  /** Opens a WebSocket by hand; resolves when it is open. */
  upgrade(fields: readonly string[] = []): Promise<RawSocket> {
    return openRawSocket(this.web, fields);
  }

  /** Opens a WebSocket of Deno's; resolves when it is open. */
  async socket(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.web}/ws`);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.#stopNow.abort();
    await this.done;
  }
}

/** The fields that ask for a WebSocket, with the key of RFC 6455, section 1.3. */
export const UPGRADE: readonly string[] = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** A WebSocket of which every byte is seen. */
export class RawSocket {
  readonly conn: Deno.TcpConn;
  /** The head of the answer that opened it. */
  readonly head: string;
  #received: Uint8Array;

  constructor(conn: Deno.TcpConn, head: string, received: Uint8Array) {
    this.conn = conn;
    this.head = head;
    this.#received = received;
  }

  /** Sends bytes, all of them. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.conn.write(bytes.subarray(at));
  }

  /** Resolves to everything that comes until the server ends. */
  async rest(): Promise<Uint8Array> {
    const rest = await readAll(this.conn);
    return concat([this.#received, rest]);
  }

  [Symbol.dispose](): void {
    this.conn.close();
  }
}

/** Opens a WebSocket by hand at a port; resolves when it is open. */
export async function openRawSocket(
  port: number,
  fields: readonly string[] = [],
): Promise<RawSocket> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = ["GET /ws HTTP/1.1", `Host: 127.0.0.1:${port}`, ...UPGRADE, ...fields, "", ""];
  await conn.write(bytesOf(lines.join("\r\n")));
  let received: Uint8Array = new Uint8Array();
  for (;;) {
    const text = new TextDecoder("latin1").decode(received);
    const end = text.indexOf("\r\n\r\n");
    if (end !== -1) return new RawSocket(conn, text.slice(0, end), received.subarray(end + 4));
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`no answer: ${text}`);
    received = concat([received, buffer.subarray(0, count)]);
  }
}

function portOf(address: string): number {
  return Number(address.split(":").at(-1));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Resolves to the next message of a WebSocket, and rejects when it is closed instead. */
export function nextMessage(socket: WebSocket): Promise<string | ArrayBuffer> {
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onclose = ({ code, reason }) => reject(new Error(`${code} ${reason}`));
  });
}

/** Closes a WebSocket; resolves to the code when it is closed. */
export function closed(socket: WebSocket, close = true): Promise<number> {
  return new Promise((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
    socket.onerror = () => {};
    if (close) socket.close(1000);
  });
}
