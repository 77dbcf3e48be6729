import { assert, assertEquals, assertRejects } from "@std/assert";

import fc from "fast-check";
import { formatIp } from "../address/ip_text.ts";
import { ipv4, ipv6 } from "../address/ip.ts";
import { ProxyHeaderError } from "../server/proxy_header.ts";
import { readProxyHeader, withPrefix } from "../server/proxy_protocol.ts";
import type { Channel } from "../net/stream.ts";
import {
  bytesOf,
  HEADERS,
  hex,
  IPV4,
  IPV4_BLOCK,
  SIGNATURE,
  textOf,
  unixBlock,
  version2,
} from "./proxy_headers.ts";

/** A channel whose every read gives one of `pieces`, or as much of it as was asked for. */
class Pieces implements Channel {
  /** The most bytes that it could have given so far, had there been as many as were asked for. */
  asked = 0;
  readonly calls: string[] = [];
  #given = 0;
  #pieces: Uint8Array[];

  constructor(...pieces: readonly Uint8Array[]) {
    this.#pieces = pieces.filter((piece) => piece.length > 0);
  }

  read(buffer: Uint8Array): Promise<number | null> {
    assert(buffer.length > 0, "a read for nothing would not see the end");
    this.asked = Math.max(this.asked, this.#given + buffer.length);
    const [piece, ...others] = this.#pieces;
    if (piece === undefined) return Promise.resolve(null);
    const count = Math.min(piece.length, buffer.length);
    buffer.set(piece.subarray(0, count));
    this.#given += count;
    this.#pieces = count < piece.length ? [piece.subarray(count), ...others] : others;
    return Promise.resolve(count);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.calls.push(`write ${bytes.length}`);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    this.calls.push("closeWrite");
    return Promise.resolve();
  }

  close(): void {
    this.calls.push("close");
  }
}

/** Reads a header that comes in one piece. */
async function read(text: string, options: { maxLength?: number } = {}) {
  const { source, destination, local, rest } = await readProxyHeader(
    new Pieces(bytesOf(text)),
    options,
  );
  return { source, destination, local, rest: textOf(rest) };
}

for (const [what, header, expected] of HEADERS) {
  Deno.test(`readProxyHeader() reads ${what}, and what comes behind it`, async () => {
    assertEquals(await read(header), { ...expected, rest: "" });
    const rest = "hello".slice(0, Math.max(0, 107 - header.length)); // what was read with it
    assertEquals(await read(`${header}hello`), { ...expected, rest });
  });

  Deno.test(`readProxyHeader() reads ${what} cut anywhere, and reads no more than it may`, async () => {
    const bytes = bytesOf(header);
    const single = new Pieces(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const cuts = Array.from(bytes, (_, at) => new Pieces(bytes.slice(0, at), bytes.slice(at)));
    for (const channel of [single, ...cuts]) {
      assertEquals(await readProxyHeader(channel), { ...expected, rest: new Uint8Array() });
      assert(channel.asked <= Math.max(107, bytes.length), `${channel.asked} bytes were asked for`);
    }
  });

  Deno.test(`readProxyHeader() throws when ${what} is cut short`, async () => {
    await assertRejects(() => read(""), ProxyHeaderError, "no PROXY header: nothing was sent");
    for (let length = 1; length < header.length; length++) {
      const expected = `cut short after ${length} bytes`;
      await assertRejects(() => read(header.slice(0, length)), ProxyHeaderError, expected);
    }
  });
}

/** A line of version 1 with one field changed. */
const line = (fields: string) => `PROXY ${fields}\r\n`;

/** What is no header, and what the error says. */
const DAMAGED = [
  ["GET / HTTP/1.1\r\n", "no PROXY header"],
  ["PROXy TCP4 1.2.3.4 1.2.3.4 1 2\r\n", "no PROXY header"],
  ["PROXY\tTCP4 1.2.3.4 1.2.3.4 1 2\r\n", "no PROXY header"],
  ["\r\n\r\n\0\r\nQUIT\r", "no PROXY header"],
  [line("TCP4 1.2.3.4 1.2.3.4 70000 2"), 'version 1: "70000" is not a port: ports are 16 bits'],
  [line("TCP4 1.2.3.4 1.2.3.4 1 65536"), 'version 1: "65536" is not a port: ports are 16 bits'],
  [line("TCP4 1.2.3.4 1.2.3.4 01 2"), 'version 1: "01" is not a port: a leading zero'],
  [line("TCP4 1.2.3.4 1.2.3.4 -1 2"), 'version 1: "-1" is not a port'],
  [line("TCP4 1.2.3.4 1.2.3.4 1 "), 'version 1: "" is not a port'],
  [line("TCP4 1.2.3.256 1.2.3.4 1 2"), "version 1: "],
  [line("TCP4 1.2.3.04 1.2.3.4 1 2"), "version 1: "],
  [line("TCP4 16909060 1.2.3.4 1 2"), "version 1: "],
  [line("TCP4 ::1 ::1 1 2"), "version 1: "],
  [line("TCP6 1.2.3.4 1.2.3.4 1 2"), "version 1: "],
  [line("TCP6 ::1%lo ::1 1 2"), "version 1: "],
  [line("TCP6 ::1::1 ::1 1 2"), "version 1: "],
  [line("TCP4  1.2.3.4 1.2.3.4 1 2"), "version 1: 7 fields instead of 6"],
  [line("TCP4 1.2.3.4 1.2.3.4 1 2 "), "version 1: 7 fields instead of 6"],
  [line("TCP4 1.2.3.4 1.2.3.4 1"), "version 1: 5 fields instead of 6"],
  [line("TCP4 1.2.3.4 1.2.3.4 1 2\r"), "version 1: "],
  [line("UDP4 1.2.3.4 1.2.3.4 1 2"), "version 1: the protocol is not TCP4, TCP6 or UNKNOWN"],
  [line("UNKNOWNS"), "version 1: the protocol is not TCP4, TCP6 or UNKNOWN"],
  ["PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "version 1: the line ends with LF instead of CRLF"],
  ["PROXY UNKNOWN\n", "version 1: the line ends with LF instead of CRLF"],
  [`PROXY UNKNOWN ${"x".repeat(92)}\r\n`, "version 1: no CRLF in the first 107 bytes"],
  [version2(0x11, 0x11, IPV4_BLOCK), "version 2: its version is 1"],
  [version2(0x22, 0x11, IPV4_BLOCK), "version 2: command 2 is not assigned"],
  [version2(0x21, 0x41, IPV4_BLOCK), "version 2: family 4 is not assigned"],
  [version2(0x21, 0x13, IPV4_BLOCK), "version 2: transport protocol 3 is not assigned"],
  [version2(0x21, 0x11, IPV4_BLOCK.slice(1)), "version 2: 11 address bytes instead of 12"],
  [version2(0x21, 0x21, IPV4_BLOCK), "version 2: 12 address bytes instead of 36"],
  [
    version2(0x21, 0x31, unixBlock("a", "b").slice(1)),
    "version 2: 215 address bytes instead of 216",
  ],
  [version2(0x21, 0x11, `${IPV4_BLOCK}\x04\0`), "version 2: the value at byte 28 is longer"],
  [version2(0x21, 0x11, `${IPV4_BLOCK}\x04\0\x01`), "version 2: the value at byte 28 is longer"],
  [version2(0x21, 0x11, `${IPV4_BLOCK}\x03\0\x01a`), "version 2: the checksum has not 4 bytes"],
  [version2(0x21, 0x11, `${IPV4_BLOCK}\x03\0\x04abcd`), "version 2: the checksum is wrong"],
  [version2(0x20, 0x00, `\x03\0\x04abcd`), "version 2: the checksum is wrong"],
  [`${SIGNATURE}\x21\x11\x0f\xf1`, "version 2: 4097 bytes are more than 4096"],
  [`${SIGNATURE}\x21\x11\xff\xff`, "version 2: 65551 bytes are more than 4096"],
] as const;

for (const [text, message] of DAMAGED) {
  const name = JSON.stringify(text).slice(0, 90);
  Deno.test(`readProxyHeader() refuses ${name} before the connection ends`, async () => {
    const channel = new Pieces(bytesOf(text));
    channel.read = new Proxy(channel.read, {
      apply: (read, self, args) => read.apply(self, args as [Uint8Array]).then(notAtEnd),
    });
    const error = await assertRejects(() => readProxyHeader(channel), ProxyHeaderError);
    assert(error.message.startsWith(message), error.message);
  });
}

/** Fails at the end of a channel: a peer that waits for an answer has not ended. */
function notAtEnd(count: number | null): number {
  assert(count !== null, "it has waited for more");
  return count;
}

Deno.test("readProxyHeader() refuses every byte of a checksummed header that is changed", async () => {
  const [, header] = HEADERS.find(([what]) => what === "a checksum and an identifier")!;
  for (let at = 0; at < header.length; at++) {
    if (at === 28) continue; // the type of the checksum: of another type, it is none
    const bytes = bytesOf(header);
    bytes[at]! ^= 0x40;
    await assertRejects(() => readProxyHeader(new Pieces(bytes)), ProxyHeaderError);
  }
});

Deno.test("readProxyHeader() reads longer headers of version 2 when it is told to", async () => {
  const long = version2(0x21, 0x11, `${IPV4_BLOCK}\x04\xff\xf0${"x".repeat(0xfff0)}`);
  assertEquals(await read(`${long}!`, { maxLength: 65551 }), { ...IPV4, rest: "" });
  const message = "version 2: 28 bytes are more than 27";
  await assertRejects(() => read(HEADERS[7][1], { maxLength: 27 }), ProxyHeaderError, message);
});

Deno.test("readProxyHeader() rejects as the channel does", async () => {
  const channel = { read: () => Promise.reject(new Deno.errors.ConnectionReset("gone")) };
  await assertRejects(() => readProxyHeader(channel), Deno.errors.ConnectionReset);
});

Deno.test("readProxyHeader() throws nothing but ProxyHeaderError, and stays within its bounds", async () => {
  const start = fc.constantFrom("", "PROXY ", "PROXY TCP4 ", "PROXY UNKNOWN", SIGNATURE);
  const second = fc.constantFrom("", "\x21\x11\0", "\x20\0\0", "\x21\x21\0", "\x21\x31\x01");
  const piece = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(start, second, fc.array(piece, { maxLength: 5 }), async (a, b, pieces) => {
      const channel = new Pieces(bytesOf(a + b), ...pieces);
      try {
        await readProxyHeader(channel);
      } catch (error) {
        if (!(error instanceof ProxyHeaderError)) throw error;
      }
      assert(channel.asked <= (a === SIGNATURE ? 4096 : 107), `${channel.asked} bytes`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("readProxyHeader() reads what an encoder writes, in both versions", async () => {
  const port = fc.integer({ min: 0, max: 65535 });
  const bits = (count: bigint) => fc.bigInt({ min: 0n, max: (1n << count) - 1n });
  const pair = fc.oneof(
    fc.tuple(bits(32n).map((value) => ipv4(value)), bits(32n).map((value) => ipv4(value))),
    fc.tuple(bits(128n).map((value) => ipv6(value)), bits(128n).map((value) => ipv6(value))),
  );
  await fc.assert(fc.asyncProperty(pair, port, port, async ([from, to], fromPort, toPort) => {
    const [source, destination] = [formatIp(from), formatIp(to)];
    const named = (host: string, port: number) =>
      from.version === 4 ? `${host}:${port}` : `[${host}]:${port}`;
    const digits = (value: bigint | number, bytes: number) =>
      value.toString(16).padStart(bytes * 2, "0");
    const size = from.version === 4 ? 4 : 16;
    const block = digits(from.value, size) + digits(to.value, size) + digits(fromPort, 2) +
      digits(toPort, 2);
    const expected = {
      source: named(source, fromPort),
      destination: named(destination, toPort),
      local: false,
      rest: "",
    };
    const family = from.version === 4 ? 0x11 : 0x21;
    assertEquals(await read(version2(0x21, family, hex(block))), expected);
    const v1 = line(`TCP${from.version} ${source} ${destination} ${fromPort} ${toPort}`);
    assertEquals(await read(v1), expected);
  }));
});

Deno.test("withPrefix() gives the prefix first, then what the channel gives", async () => {
  const inner = new Pieces(bytesOf("world"));
  const channel = withPrefix(inner, bytesOf("hello "));
  const buffer = new Uint8Array(4);
  const parts: string[] = [];
  for (let count; (count = await channel.read(buffer)) !== null;) {
    parts.push(textOf(buffer.subarray(0, count)));
  }
  assertEquals(parts, ["hell", "o ", "worl", "d"]);
});

Deno.test("withPrefix() passes everything else through", async () => {
  const inner = new Pieces();
  const channel = withPrefix(inner, bytesOf("x"));
  assertEquals(await channel.write(new Uint8Array(3)), 3);
  await channel.closeWrite();
  channel.close();
  assertEquals(inner.calls, ["write 3", "closeWrite", "close"]);
});

Deno.test("withPrefix() returns the channel itself when there is no prefix", () => {
  const inner = new Pieces();
  assert(withPrefix(inner, new Uint8Array()) === inner);
});
