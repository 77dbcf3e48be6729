/**
 * `netkit serve --web` under attack, and two clients that talk with it all the time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { Netkit } from "./processes.ts";
import { exchangeText } from "./servers.ts";
import { type Vitals, vitals } from "./vitals.ts";
import { until } from "./waiting.ts";
import { nextMessage } from "./web_servers.ts";

const encoder = new TextEncoder();

/** Bytes of a text, a character each. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A process of `netkit serve --web` with two clients, one of each listener, that talk with it all the time. */
export class AttackedServer {
  readonly #process: Netkit;
  readonly #port: number;
  readonly web: number;
  readonly #conn: Deno.TcpConn;
  readonly #socket: WebSocket;
  /** Its descriptors before the attack. */
  #descriptors = 0;

  private constructor(
    process: Netkit,
    [port, web]: readonly [number, number],
    conn: Deno.TcpConn,
    socket: WebSocket,
  ) {
    this.#process = process;
    this.#port = port;
    this.web = web;
    this.#conn = conn;
    this.#socket = socket;
  }

  static async start(...args: readonly string[]): Promise<AttackedServer> {
    const process = new Netkit(["serve", "0", "--web", "0", ...args]);
    const [port, web] = await Promise.all(
      [/ listen +127\.0\.0\.1:(\d+),/, / listen +http:\/\/127\.0\.0\.1:(\d+)\/,/].map(
        async (pattern) => Number((await process.says(pattern))[1]),
      ),
    ) as [number, number];
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = new WebSocket(`ws://127.0.0.1:${web}/ws`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const server = new AttackedServer(process, [port, web], conn, socket);
    await server.answersOthers();
    server.#descriptors = (await server.vitals()).descriptors;
    return server;
  }

  /** Connects to the listener for browsers. */
  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.web });
  }

  vitals(): Promise<Vitals> {
    return vitals(this.#process.child.pid);
  }

  /** Both clients, and two new ones, are answered. */
  async answersOthers(): Promise<void> {
    const message = nextMessage(this.#socket);
    this.#socket.send("straße");
    await writeAll(this.#conn, encoder.encode("straße"));
    const answer = new Uint8Array(7);
    for (let at = 0; at < 7;) at += await this.#conn.read(answer.subarray(at)) ?? 7;
    assertEquals([new TextDecoder().decode(answer), await message], ["STRASSE", "STRASSE"]);
    const page = await this.connect();
    const health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const answers = await Promise.all([
      exchangeText(await Deno.connect({ hostname: "127.0.0.1", port: this.#port }), "x"),
      exchangeText(page, health),
    ]);
    assertEquals(answers.map((text) => text.split("\r\n\r\n").at(-1)), ["X", "ok\n"]);
  }

  /** It has no descriptor more than before. */
  async hasItsDescriptors(): Promise<void> {
    let now = 0;
    await until(
      async () => (now = (await this.vitals()).descriptors) <= this.#descriptors,
      () => `${now - this.#descriptors} descriptors are left open`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    const gone = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await gone;
    await this.#process[Symbol.asyncDispose]();
  }
}
