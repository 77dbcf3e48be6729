/**
 * Frames with which a client may try to stop, slow down or mislead a server, and the answers, in the form of
 * `websocket_cases.ts`.
 *
 * @module
 */
import type { ClientFrame } from "./client_frames.ts";
import type { WebSocketCase, WebSocketSection } from "./websocket_cases.ts";

const HELLO: ClientFrame = { data: "hello" };
const PING: ClientFrame = { opcode: 9, data: "alive?" };
const START: ClientFrame = { final: false, data: "stra" };
const END: ClientFrame = { opcode: 0, data: "e" };
const [PROTOCOL_ERROR, NO_UTF8, TOO_BIG] = [1002, 1007, 1009];
const HELLO_ANSWER = ["text", "HELLO"] as const;

/** Returns `count` frames between others. */
function many(count: number, frame: ClientFrame): ClientFrame[] {
  return Array.from({ length: count }, () => frame);
}

/** The same behind a message, and within one. */
function anywhere(name: string, frame: ClientFrame, close: number): WebSocketCase[] {
  return [
    { name, frames: [frame, PING], close },
    { name: `${name}, byte by byte`, cut: 1, frames: [frame, PING], close },
    {
      name: `${name}, behind a message`,
      frames: [HELLO, frame, PING],
      answers: [HELLO_ANSWER],
      close,
    },
    ...((frame.opcode ?? 1) >= 8 || frame.opcode === 0
      ? [{ name: `${name}, within a message`, frames: [START, frame, END], close }]
      : []),
  ];
}

const heads: WebSocketCase[] = [
  ...[1, 2, 4, 7].flatMap((reserved) =>
    [1, 8, 9].flatMap((opcode) =>
      anywhere(
        `opcode ${opcode} with reserved bits ${reserved}`,
        { opcode, reserved },
        PROTOCOL_ERROR,
      )
    )
  ),
  ...[1, 2, 8, 9, 10].flatMap((opcode) =>
    anywhere(`opcode ${opcode} without a mask`, { opcode, mask: null }, PROTOCOL_ERROR)
  ),
  ...[0, 1, 125].flatMap((length) => [
    ...anywhere(
      `${length} bytes with a length of 16 bits`,
      { extended: 2, data: "a".repeat(length) },
      PROTOCOL_ERROR,
    ),
    ...anywhere(
      `${length} bytes with a length of 64 bits`,
      { extended: 8, data: "a".repeat(length) },
      PROTOCOL_ERROR,
    ),
  ]),
  ...anywhere(
    "65,535 bytes with a length of 64 bits",
    { extended: 8, length: 65_535 },
    PROTOCOL_ERROR,
  ),
  ...[2 ** 63, 2 ** 64 - 2048].flatMap((length) =>
    anywhere(
      `a length of ${length}, with its first bit set`,
      { extended: 8, length },
      PROTOCOL_ERROR,
    )
  ),
  ...[2 ** 32, 2 ** 32 + 5, 2 ** 53 + 2, 2 ** 62].flatMap((length) =>
    anywhere(`a length of ${length}`, { extended: 8, length }, TOO_BIG)
  ),
  ...[8, 9, 10].flatMap((opcode) => [
    ...anywhere(`opcode ${opcode} in two frames`, { opcode, final: false }, PROTOCOL_ERROR),
    ...anywhere(
      `opcode ${opcode} with 126 bytes`,
      { opcode, data: "a".repeat(126) },
      PROTOCOL_ERROR,
    ),
    ...anywhere(
      `opcode ${opcode} with a length of 64 bits`,
      { opcode, extended: 8, length: 5 },
      PROTOCOL_ERROR,
    ),
  ]),
];

const UTF8_CUT: readonly (readonly [name: string, ...parts: readonly (readonly number[])[]])[] = [
  ["a surrogate in three fragments", [0xed], [0xa0], [0x80]],
  ["an overlong slash in two fragments", [0xc0], [0xaf]],
  ["a character of four bytes whose last is missing", [0xf0, 0x9f], [0x98], []],
  ["a continuation byte as the first of a fragment", [0x61], [0x80]],
  ["a beginning behind a beginning", [0xe2, 0x82], [0xe2, 0x82, 0xac]],
  ["a character above U+10FFFF in two fragments", [0xf4], [0x90, 0x80, 0x80]],
];

const texts: WebSocketCase[] = UTF8_CUT.flatMap(([name, ...parts]) => {
  const frames = parts.map((part, i): ClientFrame => ({
    opcode: i === 0 ? 1 : 0,
    final: i === parts.length - 1,
    data: Uint8Array.from(part),
  }));
  const behind = [
    frames[0]!,
    ...frames.slice(1).flatMap((frame) => [{ opcode: 0, final: false }, frame]),
  ];
  return [
    { name, frames, close: NO_UTF8 },
    { name: `${name}, with empty fragments between them`, frames: behind, close: NO_UTF8 },
    { name: `${name}, byte by byte`, cut: 1, frames, close: NO_UTF8 },
    {
      name: `${name}, behind a message`,
      frames: [HELLO, ...frames],
      answers: [HELLO_ANSWER],
      close: NO_UTF8,
    },
  ];
});
texts.push(
  ...[65_535, 65_536, 65_537, 200_000].map((at): WebSocketCase => ({
    name: `a byte that is no UTF-8 behind ${at} bytes of text`,
    frames: [{ data: Uint8Array.from({ length: at + 100 }, (_, i) => i === at ? 0xff : 0x61) }],
    close: NO_UTF8,
  })),
  ...[65_533, 65_534, 65_535].map((at): WebSocketCase => ({
    name: `a text whose last character is not whole, of ${at + 2} bytes`,
    frames: [{ data: Uint8Array.of(...new Uint8Array(at).fill(0x61), 0xe2, 0x82) }],
    close: NO_UTF8,
  })),
);

/** Close frames that no client may send, and what is behind them. */
const closes: WebSocketCase[] = [0, 1, 500, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535]
  .flatMap((code) =>
    anywhere(
      `close code ${code}`,
      { opcode: 8, data: Uint8Array.of(code >> 8, code & 0xff) },
      PROTOCOL_ERROR,
    )
  );
closes.push(
  ...anywhere("a close frame of one byte", { opcode: 8, data: Uint8Array.of(3) }, PROTOCOL_ERROR),
  ...anywhere(
    "a close frame whose reason is half a character",
    { opcode: 8, data: Uint8Array.of(3, 0xe8, 0xf0, 0x9f, 0x98) },
    NO_UTF8,
  ),
);

const floods: WebSocketCase[] = [
  {
    name: "5,000 pings within a message",
    frames: [START, ...many(5000, PING), END],
    answers: [...many(5000, PING).map(() => ["pong", "alive?"] as const), ["text", "STRAE"]],
  },
  {
    name: "5,000 pongs that nobody asked for",
    frames: [...many(5000, { opcode: 10, data: "x" }), HELLO],
    answers: [HELLO_ANSWER],
  },
  {
    name: "20,000 fragments of a byte",
    frames: [{ final: false }, ...many(20_000, { opcode: 0, final: false, data: "a" }), END],
    answers: [["text", `${"A".repeat(20_000)}E`]],
  },
  {
    name: "20,000 empty fragments",
    frames: [START, ...many(20_000, { opcode: 0, final: false }), END],
    answers: [["text", "STRAE"]],
  },
  {
    name: "20,000 empty messages",
    frames: many(20_000, {}),
    answers: many(20_000, {}).map(() => ["text", ""] as const),
  },
  {
    name: "a message of a fragment too many",
    frames: [
      { opcode: 2, final: false, data: new Uint8Array(1024 * 1024 - 1) },
      ...many(10, { opcode: 0, final: false }),
      { opcode: 0, final: false, data: "a" },
      { opcode: 0, data: "a" },
    ],
    close: TOO_BIG,
  },
  {
    name: "thousands of frames behind a close frame",
    frames: [{ opcode: 8, data: Uint8Array.of(3, 0xe8) }, ...many(5000, PING)],
    close: 1000,
  },
];

/** All of them. */
export const WEBSOCKET_ATTACKS: readonly WebSocketSection[] = [
  { name: "heads of frames", cases: heads },
  { name: "texts that are none", cases: texts },
  { name: "close frames", cases: closes },
  { name: "floods", cases: floods },
];
