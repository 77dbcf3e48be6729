import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { HeadReader } from "../web/head_reader.ts";
import { formatAnswer, HttpError, MAX_HEAD, parseHead } from "../web/http.ts";
import { codePoint } from "./code_points.ts";
import { assertLinear } from "./linear.ts";

const encoder = new TextEncoder();

/** Returns a source of `text` in pieces of these sizes, again and again, that counts how often it was read. */
function readable(text: string, sizes: readonly number[]) {
  let rest = encoder.encode(text);
  let reads = 0;
  return {
    read(buffer: Uint8Array): Promise<number | null> {
      if (rest.length === 0) return Promise.resolve(null);
      const piece = rest.subarray(0, Math.min(buffer.length, sizes[reads++ % sizes.length]!));
      buffer.set(piece);
      rest = rest.subarray(piece.length);
      return Promise.resolve(piece.length);
    },
  };
}

/** Returns the status with which `text`, a head in one piece, is refused. */
async function statusOf(text: string): Promise<number> {
  const error = await assertRejects(
    () => new HeadReader(readable(text, [Infinity])).next(),
    HttpError,
  );
  return error.status;
}

Deno.test("parseHead() reads method, path, query, host and fields", () => {
  const { fields, ...rest } = parseHead(encoder.encode(
    "GET /ws?tab=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: a\r\nACCEPT:\t b \r\nX-Empty:\r\n\r\n",
  ));
  assertEquals(rest, {
    method: "GET",
    path: "/ws",
    query: "tab=1",
    version: "1.1",
    host: "127.0.0.1:8080",
    hasContent: false,
    persistent: true,
  });
  assertEquals([...fields], [["host", "127.0.0.1:8080"], ["accept", "a, b"], ["x-empty", ""]]);
});

Deno.test("parseHead() takes lines without carriage returns, as from netcat", () => {
  assertEquals(parseHead(encoder.encode("GET / HTTP/1.1\nHost: x\n\n")).host, "x");
});

Deno.test("parseHead() takes the host of a target in absolute form before that of the field", () => {
  const { path, host } = parseHead(
    encoder.encode("GET http://127.0.0.1:1/a?b HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
  );
  assertEquals([path, host], ["/a", "127.0.0.1:1"]);
});

Deno.test("parseHead() keeps a connection that speaks HTTP/1.1 and does not close", () => {
  const persistent = (version: string, field = "") =>
    parseHead(encoder.encode(`GET / HTTP/${version}\r\nHost: x\r\n${field}\r\n`)).persistent;
  assertEquals(persistent("1.1"), true);
  assertEquals(persistent("1.1", "Connection: x, Close\r\n"), false);
  assertEquals(persistent("1.0", "Connection: keep-alive\r\n"), false);
});

Deno.test("HeadReader gives the same requests however the stream is cut, and what is behind them", async () => {
  const heads = fc.array(
    fc.record({
      path: fc.constantFrom("/", "/ws", "/a/b?c=d"),
      value: fc.stringMatching(/^[ -~]{0,40}$/),
      end: fc.constantFrom("\r\n", "\n"),
    }),
    { minLength: 1, maxLength: 5 },
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  await fc.assert(fc.asyncProperty(heads, sizes, async (heads, sizes) => {
    const text = heads.map(({ path, value, end }) =>
      [`GET ${path} HTTP/1.1`, "Host: x", `Value: ${value}`, "", ""].join(end)
    ).join("");
    const reader = new HeadReader(readable(text, sizes));
    for (const { path, value } of heads) {
      const head = await reader.next();
      assertEquals(head?.path, path.split("?")[0]);
      assertEquals(head?.fields.get("value"), value.trim());
    }
    assertEquals(await reader.next(), null);
    assertEquals(reader.bytes, text.length);
  }));
});

Deno.test("HeadReader leaves what stands behind a head", async () => {
  const reader = new HeadReader(readable("GET / HTTP/1.1\r\nHost: x\r\n\r\nframe", [Infinity]));
  await reader.next();
  assertEquals(new TextDecoder().decode(reader.rest()), "frame");
  assertEquals(reader.rest().length, 0);
});

Deno.test("HeadReader passes over empty lines before a request", async () => {
  const reader = new HeadReader(readable("\r\n\r\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", [1]));
  assertEquals((await reader.next())?.path, "/");
});

const REFUSED: readonly (readonly [status: number, what: string, text: string])[] = [
  [400, "no request line", "hello\r\n\r\n"],
  [400, "TLS where none is spoken", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n"],
  [400, "a blank too many", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"],
  [400, "a target that is no path", "GET * HTTP/1.1\r\nHost: x\r\n\r\n"],
  [400, "no host", "GET / HTTP/1.1\r\n\r\n"],
  [400, "two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"],
  [400, "a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"],
  [400, "a folded field", "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"],
  [400, "a carriage return in a field", "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n"],
  [400, "an end in the head", "GET / HTTP/1.1\r\nHost: x\r\n"],
  [431, "an endless head", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(MAX_HEAD)}`],
  [431, "an endless line", "a".repeat(2 * MAX_HEAD)],
  [505, "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
];

for (const [status, what, text] of REFUSED) {
  Deno.test(`HeadReader refuses ${what} with ${status}`, async () => {
    assertEquals(await statusOf(text), status);
  });
}

Deno.test("parseHead() throws nothing but HttpError, whatever comes", () => {
  const line = fc.oneof(
    fc.constantFrom("GET / HTTP/1.1", "Host: x", "Content-Length: 0", ":", " ", "\0"),
    fc.string({ unit: codePoint }),
  );
  fc.assert(fc.property(fc.array(line), fc.constantFrom("\r\n", "\n", "\r"), (lines, end) => {
    try {
      parseHead(encoder.encode(`${lines.join(end)}${end}${end}`).slice(0, MAX_HEAD));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
  }));
});

const LONG_HEADS: readonly (readonly [what: string, make: (size: number) => string])[] = [
  ["blanks before a control character", (size) => `x:${" ".repeat(size)}\x01`],
  ["blanks between words", (size) => `x:${" a".repeat(size / 2)}\x01`],
  ["tabs", (size) => `x:${"\t ".repeat(size / 2)}\x01`],
  ["many fields", (size) => "a:\r\n".repeat(size / 4)],
  ["a list of commas", (size) => `Connection: ${",".repeat(size)}`],
  ["a list of blanks", (size) => `Transfer-Encoding: ${", ".repeat(size / 2)}`],
  ["a long number", (size) => `Content-Length: ${"0".repeat(size)}x`],
  ["line ends that are none", (size) => `x: ${"\r".repeat(size)}`],
];

for (const [what, make] of LONG_HEADS) {
  Deno.test(`parseHead() takes linear time for ${what}`, async () => {
    const head = (size: number) =>
      encoder.encode(`GET / HTTP/1.1\r\nHost: x\r\n${make(size)}\r\n\r\n`);
    await assertLinear(head, failOrNot(parseHead), { limit: MAX_HEAD });
  });
}

const LONG_TARGETS: readonly (readonly [what: string, make: (size: number) => string])[] = [
  ["question marks", (size) => `/${"?".repeat(size)}#`],
  ["slashes", (size) => `http://${"/".repeat(size)}#`],
  ["colons", (size) => `http://${":".repeat(size)}`],
  ["a host of escapes", (size) => `http://${"%41".repeat(size / 3)}%`],
];

for (const [what, make] of LONG_TARGETS) {
  Deno.test(`parseHead() takes linear time for a target of ${what}`, async () => {
    const head = (size: number) => encoder.encode(`GET ${make(size)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await assertLinear(head, failOrNot(parseHead), { limit: MAX_HEAD });
  });
}

for (const size of [1, Infinity]) {
  Deno.test(`HeadReader takes linear time for empty lines and a head in pieces of ${size}`, async () => {
    const stream = (length: number) =>
      `${"\r\n".repeat(length / 4)}GET / HTTP/1.1\r\nHost: x\r\nx:${
        " ".repeat(length / 4)
      }\r\n\r\n`;
    const run = (text: string) => new HeadReader(readable(text, [size])).next();
    await assertLinear(stream, run, { limit: MAX_HEAD });
  });
}

Deno.test("HeadReader takes linear time for many requests in one piece", async () => {
  const stream = (length: number) => "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(length / 27);
  await assertLinear(stream, async (text) => {
    const reader = new HeadReader(readable(text, [Infinity]));
    while (await reader.next());
  });
});

/** Returns `parse`, which may also refuse. */
function failOrNot<T>(parse: (input: T) => unknown): (input: T) => void {
  return (input) => {
    try {
      parse(input);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
  };
}

Deno.test("formatAnswer() gives length and end, and for HEAD the same head without content", () => {
  const answer = { status: 200, fields: { "Content-Type": "text/plain" }, content: "straße" };
  const text = (head: boolean, persistent: boolean) =>
    new TextDecoder().decode(formatAnswer(answer, { head, persistent }))
      .replace(/Date: .*\r\n/, "");
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n";
  assertEquals(text(false, true), `${head}Content-Type: text/plain\r\n\r\nstraße`);
  assertEquals(text(true, true), `${head}Content-Type: text/plain\r\n\r\n`);
  assertEquals(
    text(true, false),
    `${head}Connection: close\r\nContent-Type: text/plain\r\n\r\n`,
  );
});
