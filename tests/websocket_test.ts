import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes/concat";
import fc from "fast-check";
import { MessageDecoder } from "../web/websocket.ts";
import {
  type Control,
  formatClose,
  formatFrame,
  isAscii,
  type Message,
  parseClose,
  WebSocketError,
} from "../web/websocket_frame.ts";
import { acceptKey, isKey } from "../web/websocket_handshake.ts";
import { type ClientFrame, clientFrame } from "./client_frames.ts";
import { assertLinear } from "./linear.ts";

const encoder = new TextEncoder();
const LIMIT = 100_000;

/** Returns what `bytes`, cut into pieces of these sizes again and again, decode to. */
function decode(bytes: Uint8Array, sizes: readonly number[] = [Infinity]): (Message | Control)[] {
  const decoder = new MessageDecoder(LIMIT);
  const items: (Message | Control)[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = Math.min(bytes.length, at + sizes[i % sizes.length]!);
    const lent = bytes.slice(at, end);
    for (const { kind, data } of decoder.push(lent)) items.push({ kind, data: data.slice() });
    lent.fill(0xa5); // who keeps a chunk has copied it
    at = end;
  }
  return items;
}

/** Returns the code with which frames are refused. */
function codeOf(...frames: readonly ClientFrame[]): number {
  return assertThrows(() => decode(concat(frames.map(clientFrame))), WebSocketError).code;
}

Deno.test("acceptKey() gives what RFC 6455, section 1.3, gives for its key", async () => {
  assertEquals(await acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

Deno.test("isKey() takes 16 bytes in base64 and nothing else", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    assertEquals(isKey(bytes.toBase64()), bytes.length === 16);
  }));
  for (const key of ["", "a".repeat(24), "dGhlIHNhbXBsZSBub25jZR=="]) {
    assertEquals(isKey(key), false, key);
  }
});

Deno.test("MessageDecoder reads the frames of RFC 6455, section 5.7", () => {
  const hello = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
  assertEquals(decode(hello), [{ kind: "text", data: encoder.encode("Hello") }]);
  const unmasked = Uint8Array.of(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
  assertEquals(formatFrame("text", encoder.encode("Hello")), unmasked);
});

const message = fc.record({
  kind: fc.constantFrom("text" as const, "binary" as const),
  text: fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.constantFrom("ß".repeat(62), "ß".repeat(63), "a".repeat(65_535), "a".repeat(65_536)),
  ),
  /** Where the message is cut into frames, as parts of its length. */
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  ping: fc.boolean(),
  mask: fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
});

Deno.test("MessageDecoder gives the messages that were sent, however frames and bytes are cut", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), sizes, (messages, sizes) => {
      const frames: Uint8Array[] = [];
      const expected: (Message | Control)[] = [];
      for (const { kind, text, cuts, ping, mask } of messages) {
        const data = encoder.encode(text);
        const ends = cuts.map((cut) => Math.floor(cut * data.length)).sort((a, b) => a - b);
        const opcode = kind === "text" ? 1 : 2;
        [...ends, data.length].forEach((end, i) => {
          const piece = data.subarray(ends[i - 1] ?? 0, end);
          const final = i === ends.length;
          frames.push(clientFrame({ opcode: i === 0 ? opcode : 0, final, mask, data: piece }));
          if (!ping || final) return;
          frames.push(clientFrame({ opcode: 9, data: "in between" }));
          expected.push({ kind: "ping", data: encoder.encode("in between") });
        });
        expected.push({ kind, data });
      }
      assertEquals(decode(concat(frames), sizes), expected);
    }),
  );
});

const REFUSED: readonly (readonly [code: number, what: string, frames: readonly ClientFrame[]])[] =
  [
    [1002, "a frame that is not masked", [{ mask: null, data: "a" }]],
    [1002, "reserved bits", [{ reserved: 4 }]],
    [1002, "opcode 3", [{ opcode: 3 }]],
    [1002, "opcode 15", [{ opcode: 15 }]],
    [1002, "a continuation of nothing", [{ opcode: 0 }]],
    [1002, "a message within a message", [{ final: false, data: "a" }, { data: "b" }]],
    [1002, "a continuation behind the end", [{ final: false }, { opcode: 0 }, { opcode: 0 }]],
    [1002, "a ping in two frames", [{ opcode: 9, final: false }]],
    [1002, "a ping of 126 bytes", [{ opcode: 9, data: "a".repeat(126) }]],
    [1002, "a length that is longer than needed", [{ extended: 2, data: "a" }]],
    [1002, "a length that is much longer than needed", [{ extended: 8, data: "a".repeat(200) }]],
    [1007, "text that is no UTF-8", [{ data: Uint8Array.of(0xff) }]],
    [1007, "text that ends within a character", [{ data: Uint8Array.of(0xc3) }]],
    [1009, "a message that is too long, before it has come", [{ length: LIMIT + 1 }]],
    [1009, "a length without end", [{ length: 2 ** 62 }]],
    [
      1009,
      "frames that are too long together",
      [{ final: false, data: "a".repeat(LIMIT) }, { opcode: 0, data: "a" }],
    ],
  ];

for (const [code, what, frames] of REFUSED) {
  Deno.test(`MessageDecoder refuses ${what} with ${code}`, () => {
    assertEquals(codeOf(...frames), code);
  });
}

Deno.test("MessageDecoder takes a character that is cut by frames", () => {
  const frames = [
    { final: false, data: Uint8Array.of(0xc3) },
    { opcode: 0, data: Uint8Array.of(0x9f) },
  ];
  assertEquals(decode(concat(frames.map(clientFrame))), [
    { kind: "text", data: encoder.encode("ß") },
  ]);
});

Deno.test("MessageDecoder throws nothing but WebSocketError, whatever comes", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), sizes, (bytes, sizes) => {
      const outcome = (sizes: readonly number[]): unknown => {
        try {
          return decode(bytes, sizes);
        } catch (error) {
          if (error instanceof WebSocketError) return error.code;
          throw error;
        }
      };
      const pieces = outcome(sizes);
      if (typeof pieces === "number") assertEquals(pieces, outcome([Infinity]));
      else assertEquals(pieces, outcome([Infinity]));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseClose() takes the codes that may be sent", () => {
  for (const code of [1000, 1001, 1003, 1007, 1011, 3000, 4999]) {
    assertEquals(parseClose(formatClose(code, "bye")), code);
  }
  assertEquals(parseClose(new Uint8Array()), 1005);
  const codes = [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535];
  for (const content of [Uint8Array.of(3), ...codes.map((code) => formatClose(code))]) {
    assertEquals(assertThrows(() => parseClose(content), WebSocketError).code, 1002);
  }
  const noText = concat([formatClose(1000), Uint8Array.of(0xff)]);
  assertEquals(assertThrows(() => parseClose(noText), WebSocketError).code, 1007);
});

/** Ways to send `size` frames or bytes that may cost much. */
const FLOODS: readonly (readonly [name: string, make: (size: number) => readonly ClientFrame[]])[] =
  [
    [
      "fragments of a byte",
      (size) => many(size, { final: false }, { opcode: 0, final: false, data: "a" }),
    ],
    ["fragments of half a character", (size) => [
      { final: false, data: Uint8Array.of(0xc3) },
      ...many(size, {}, { opcode: 0, final: false, data: Uint8Array.of(0x9f, 0xc3) }).slice(1),
    ]],
    ["empty fragments", (size) => many(size, { final: false }, { opcode: 0, final: false })],
    ["pings", (size) => many(size, {}, { opcode: 9 })],
    ["pings within a message", (size) => many(size, { final: false }, { opcode: 9, data: "ping" })],
    ["messages of a byte", (size) => many(size, {}, { data: "a" })],
    ["one text", (size) => [{ data: "a".repeat(size) }]],
  ];

function many(size: number, first: ClientFrame, frame: ClientFrame): ClientFrame[] {
  return [first, ...Array.from({ length: size }, () => frame)];
}

for (const [name, make] of FLOODS) {
  Deno.test(`MessageDecoder takes linear time for ${name}, however they are cut`, async () => {
    for (const cut of [1, 1000, 16 * 1024]) {
      await assertLinear(
        (size) => concat(make(Math.ceil(size / 8)).map(clientFrame)), // about `size` bytes
        (bytes) => {
          const decoder = new MessageDecoder(1024 * 1024);
          for (let at = 0; at < bytes.length; at += cut) {
            for (const _ of decoder.push(bytes.subarray(at, at + cut)));
          }
        },
        { name: `${cut} at a time`, limit: 50_000 },
      );
    }
  });
}

Deno.test("MessageDecoder keeps no more memory than the longest message takes", () => {
  const fragment = clientFrame({ opcode: 0, final: false, data: "a" });
  const empty = clientFrame({ opcode: 0, final: false });
  const limit = 5000;
  const decoder = new MessageDecoder(limit);
  const items = [
    clientFrame({ final: false }),
    ...Array.from({ length: limit }, () => fragment),
    ...Array.from({ length: limit }, () => empty),
    clientFrame({ opcode: 0 }),
  ].flatMap((frame) => [...decoder.push(frame)]);
  assertEquals(items.map(({ kind, data }) => [kind, data.length]), [["text", limit]]);
  assertEquals(items[0]!.data.buffer.byteLength, limit);
});

Deno.test("isAscii() finds a byte above ASCII wherever it is", () => {
  const buffer = new Uint8Array(80).fill(0x7f);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end < 60; end++) {
      const bytes = buffer.subarray(start, end);
      assertEquals(isAscii(bytes), true);
      for (const byte of [0x80, 0xff]) {
        for (let at = 0; at < bytes.length; at++) {
          bytes[at] = byte;
          assertEquals(isAscii(bytes), false, `${start} ${end} ${at}`);
          bytes[at] = 0x7f;
        }
      }
      if (end < buffer.length) buffer[end] = 0x80; // behind it
      assertEquals(isAscii(bytes), true);
      buffer[end] = 0x7f;
    }
  }
});

Deno.test("MessageDecoder copies each byte a few times only, however many fragments a message has", () => {
  const count = 50_000;
  const frames = concat([
    clientFrame({ opcode: 2, final: false }),
    concat(many(count, {}, { opcode: 0, final: false, data: "a" }).slice(1).map(clientFrame)),
    clientFrame({ opcode: 0 }),
  ]);
  const { set } = Uint8Array.prototype;
  let copied = 0;
  try {
    Uint8Array.prototype.set = function (bytes, at) {
      copied += bytes.length;
      set.call(this, bytes, at);
    };
    assertEquals([...new MessageDecoder(count).push(frames)].length, 1);
  } finally {
    Uint8Array.prototype.set = set;
  }
  assert(copied <= count, `${copied} bytes are copied`);
});

Deno.test("MessageDecoder takes off the mask wherever a frame is cut", () => {
  const message = fc.uint8Array({ minLength: 60, maxLength: 400 });
  const mask = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(message, mask, sizes, fc.nat(60), (data, mask, sizes, cut) => {
    const frames = [
      { opcode: 2, final: false, mask, data: data.subarray(0, cut) },
      { opcode: 0, mask, data: data.subarray(cut) },
    ];
    assertEquals(decode(concat(frames.map(clientFrame)), sizes), [{ kind: "binary", data }]);
  }));
});

Deno.test("MessageDecoder refuses a text at the first byte with which it is none", () => {
  const decoder = new MessageDecoder(LIMIT);
  const start = clientFrame({ length: 1000, data: "stra\u00df" });
  assertEquals([...decoder.push(start)], []);
  const next = Uint8Array.of(0xed ^ 0x21, 0xa0 ^ 0x3d); // the mask goes on behind six bytes
  assertEquals([...decoder.push(next.subarray(0, 1))], []);
  const error = assertThrows(() => [...decoder.push(next.subarray(1))], WebSocketError);
  assertEquals(error.code, 1007);
});

Deno.test("MessageDecoder uses the bytes of a message again that was given back, and of no other", () => {
  const decoder = new MessageDecoder(1000);
  const next = (text: string) => {
    const frame = clientFrame({ opcode: 2, final: true, data: new TextEncoder().encode(text) });
    const [message] = [...decoder.push(frame)];
    return message as Message;
  };
  const textOf = ({ data }: Message) => new TextDecoder().decode(data);
  const kept = next("kept as it is");
  const given = next("given back");
  decoder.giveBack(given);
  const third = next("third");
  assertEquals([kept, third].map(textOf), ["kept as it is", "third"]);
  assertEquals(third.data.buffer, given.data.buffer);
  decoder.giveBack(third);
  assertEquals(
    textOf(next("longer than any message before it")),
    "longer than any message before it",
  );
});

Deno.test("MessageDecoder takes the bytes of a long message for that of another connection", () => {
  const first = new MessageDecoder(1_000_000);
  const second = new MessageDecoder(1_000_000);
  const send = (decoder: MessageDecoder, data: Uint8Array) => {
    const [message] = [...decoder.push(clientFrame({ opcode: 2, data }))];
    return message as Message;
  };
  const one = send(first, new Uint8Array(300_000).fill(1));
  first.giveBack(one);
  const other = send(second, new Uint8Array(200_000).fill(2));
  assertEquals(other.data.buffer, one.data.buffer);
  assertEquals(other.data, new Uint8Array(200_000).fill(2)); // nothing of the first is in it
});
