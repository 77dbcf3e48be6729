import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Channel } from "../net/stream.ts";
import { Traffic } from "../web/stats.ts";
import { webHandler } from "../web/browser_connection.ts";
import { accessFor } from "../web/web_access.ts";
import { HTTP_ATTACKS } from "./http_attacks.ts";
import { HTTP_CASES } from "./http_cases.ts";

const ALL = [...HTTP_CASES, ...HTTP_ATTACKS];

/** Returns a client that sends `stream` in pieces of these sizes, again and again, and what it gets. */
function client(stream: string, sizes: readonly number[]) {
  let rest = Uint8Array.from(stream, (character) => character.charCodeAt(0));
  let reads = 0;
  const received: string[] = [];
  const channel: Channel = {
    read(buffer) {
      if (rest.length === 0) return Promise.resolve(null);
      const piece = rest.subarray(0, Math.min(buffer.length, sizes[reads++ % sizes.length]!));
      buffer.set(piece);
      rest = rest.subarray(piece.length);
      return Promise.resolve(piece.length);
    },
    write(bytes) {
      received.push(new TextDecoder("latin1").decode(bytes));
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  return { channel, received };
}

/** Resolves to the status codes of the answers to `stream`, cut into pieces of these sizes. */
async function answersTo(stream: string, sizes: readonly number[]): Promise<number[]> {
  const { channel, received } = client(stream, sizes);
  const traffic = new Traffic();
  const talk = webHandler({
    resources: new Map([["/", { type: "text/html", content: "" }]]),
    answer: () => [],
    traffic,
    address: "127.0.0.1:1",
    protocol: "TCP",
    ...accessFor("127.0.0.1", "127.0.0.1", { names: [], origins: [] }),
    secure: false,
    draining: () => false,
    accepting: () => true,
    stop: new AbortController().signal,
    onAnswer: () => {},
    onUpgrade: () => 1,
  });
  const peer = "127.0.0.1:2";
  await new Promise((resolve) =>
    talk(channel, { number: 1, peer, connection: { channel, peer }, end: resolve })
  );
  traffic.close();
  return received.join("").match(/HTTP\/1\.1 \d{3} /g)?.map((text) => Number(text.slice(9))) ?? [];
}

for (const { kind, what, stream, answers } of ALL) {
  Deno.test(`HTTP, ${kind}: ${what} is answered with ${answers.slice(0, 4).join(" ") || "nothing"}`, async () => {
    assertEquals(await answersTo(stream, [Infinity]), answers);
    assertEquals(await answersTo(stream, [1]), answers, "byte by byte");
  });
}

Deno.test("any cut of a stream of requests gives the same answers", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ALL), sizes, async ({ stream, answers }, sizes) => {
      assertEquals(await answersTo(stream, sizes), answers);
    }),
    { numRuns: 500 },
  );
});

Deno.test("any cut of any bytes gives the same answers as no cut", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ..."GET POST / /healthz * HTTP/1.1 HTTP/1.0 Host: localhost Content-Length: 5 0 chunked :"
        .split(" "),
      "Transfer-Encoding:",
      " ",
      "\r",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "\x16\x03\x01",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    fc.string({ maxLength: 3 }),
  );
  const stream = fc.array(piece, { maxLength: 30 }).map((pieces) =>
    pieces.join("").replace(/[^\0-\xff]/g, "?")
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(stream, sizes, async (stream, sizes) => {
      assertEquals(await answersTo(stream, sizes), await answersTo(stream, [Infinity]));
    }),
    { numRuns: 500 },
  );
});
