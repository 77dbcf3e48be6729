/**
 * Frames that a WebSocket client may and may not send, and the server's answers: RFC 6455, in the order
 * of the sections of the Autobahn testsuite (1 to 7, 9 and 10), whose cases these are in our own form.
 *
 * Where that expects an echo, this server answers in upper case.
 *
 * @module
 */
import type { ClientFrame } from "./client_frames.ts";

/** One conversation. */
export interface WebSocketCase {
  /** The action of the client. */
  readonly name: string;
  /** The frames that it sends. */
  readonly frames: readonly ClientFrame[];
  /** The number of bytes that it sends at a time; all at once if not given. */
  readonly cut?: number;
  /** The answer before the close frame: `pong` or a message, and its content; none if not given. */
  readonly answers?: readonly (readonly [kind: "pong" | "text" | "binary", data: Content])[];
  /**
   * The code with which the server closes. If not given, the client closes with 1000 behind its frames and
   * the server answers with that.
   */
  readonly close?: number;
}

/** Content as text or as bytes. */
export type Content = string | Uint8Array;

/** Cases that belong together. */
export interface WebSocketSection {
  /** Their subject, with the number of the section. */
  readonly name: string;
  /** The cases. */
  readonly cases: readonly WebSocketCase[];
}

const MIB = 1024 * 1024;
const PROTOCOL_ERROR = 1002;
const NO_UTF8 = 1007;
const TOO_BIG = 1009;

const HELLO: ClientFrame = { data: "hello" };
const PING: ClientFrame = { opcode: 9, data: "alive?" };
const BYTES = Uint8Array.of(0x00, 0xff, 0xfe, 0x61, 0xfb, 0x00, 0x80);
const BYTES_UPPER = Uint8Array.of(0x00, 0xff, 0xfe, 0x41, 0xfb, 0x00, 0x80);

/** Returns `data` in frames of `size` bytes. */
function fragments(data: Content, size: number, opcode = 1): ClientFrame[] {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, i) => ({
    opcode: i === 0 ? opcode : 0,
    final: i === count - 1,
    data: bytes.subarray(i * size, (i + 1) * size),
  }));
}

const framing: WebSocketCase[] = [0, 125, 126, 127, 128, 65535, 65536].flatMap((length) => [
  {
    name: `a text of ${length} bytes`,
    frames: [{ data: "*a".repeat(length).slice(0, length) }],
    answers: [["text", "*A".repeat(length).slice(0, length)]],
  },
  {
    name: `${length} bytes that are no text`,
    frames: [{ opcode: 2, data: new Uint8Array(length).fill(0xfe) }],
    answers: [["binary", new Uint8Array(length).fill(0xfe)]],
  },
]);
framing.push({
  name: "a text of 65536 bytes, 997 at a time",
  cut: 997,
  frames: [{ data: "a".repeat(65536) }],
  answers: [["text", "A".repeat(65536)]],
});

const longest = new Uint8Array(125).fill(0xfe);
const pings: WebSocketCase[] = [
  { name: "an empty ping", frames: [{ opcode: 9 }], answers: [["pong", ""]] },
  { name: "a ping with text", frames: [PING], answers: [["pong", "alive?"]] },
  { name: "a ping with bytes", frames: [{ opcode: 9, data: BYTES }], answers: [["pong", BYTES]] },
  {
    name: "a ping of 125 bytes",
    frames: [{ opcode: 9, data: longest }],
    answers: [["pong", longest]],
  },
  {
    name: "a ping of 126 bytes",
    frames: [{ opcode: 9, data: new Uint8Array(126) }],
    close: PROTOCOL_ERROR,
  },
  {
    name: "a ping of 125 bytes, byte by byte",
    cut: 1,
    frames: [{ opcode: 9, data: longest }],
    answers: [["pong", longest]],
  },
  { name: "an empty pong that nobody asked for", frames: [{ opcode: 10 }] },
  { name: "a pong that nobody asked for", frames: [{ opcode: 10, data: "here" }] },
  {
    name: "such a pong, then a ping",
    frames: [{ opcode: 10, data: "here" }, PING],
    answers: [["pong", "alive?"]],
  },
  ...[undefined, 1].map((cut): WebSocketCase => ({
    name: `ten pings${cut ? ", byte by byte" : ""}`,
    ...(cut ? { cut } : {}),
    frames: Array.from({ length: 10 }, (_, i) => ({ opcode: 9, data: `ping ${i}` })),
    answers: Array.from({ length: 10 }, (_, i) => ["pong", `ping ${i}`]),
  })),
];

/** Every value of the reserved bits, on every kind of frame, alone and behind a message. */
const reserved: WebSocketCase[] = [1, 2, 3, 4, 5, 6, 7].flatMap((reserved) =>
  [1, 2, 8, 9, 10].flatMap((opcode): WebSocketCase[] => {
    const frame = { opcode, reserved };
    const name = `reserved bits ${reserved}, opcode ${opcode}`;
    return [
      { name, frames: [frame, PING], close: PROTOCOL_ERROR },
      {
        name: `${name}, behind a message, byte by byte`,
        cut: 1,
        frames: [HELLO, { ...frame, data: "x" }, PING],
        answers: [["text", "HELLO"]],
        close: PROTOCOL_ERROR,
      },
    ];
  })
);

const opcodes: WebSocketCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  { name: `opcode ${opcode}`, frames: [{ opcode }, PING], close: PROTOCOL_ERROR },
  {
    name: `opcode ${opcode} with content, behind a message`,
    frames: [HELLO, { opcode, data: "x" }, PING],
    answers: [["text", "HELLO"]],
    close: PROTOCOL_ERROR,
  },
  {
    name: `opcode ${opcode} within a message, byte by byte`,
    cut: 1,
    frames: [{ final: false, data: "a" }, { opcode, data: "x" }, PING],
    close: PROTOCOL_ERROR,
  },
]);

const START: ClientFrame = { final: false, data: "stra" };
const GOES_ON: ClientFrame = { opcode: 0, final: false, data: "ß" };
const END: ClientFrame = { opcode: 0, data: "e" };
const ping = (data: string): ClientFrame => ({ opcode: 9, data });

/** In one piece, byte by byte. */
const cuts = (made: WebSocketCase): WebSocketCase[] => [
  made,
  { ...made, name: `${made.name}, byte by byte`, cut: 1 },
];

const fragmentation: WebSocketCase[] = [
  { name: "a ping in two frames", frames: [{ opcode: 9, final: false }, END] },
  { name: "a pong in two frames", frames: [{ opcode: 10, final: false }, END] },
  { name: "a close frame that is not final", frames: [{ opcode: 8, final: false }, END] },
  { name: "the end of a message that has not begun", frames: [END, HELLO] },
  { name: "the middle of a message that has not begun", frames: [GOES_ON, HELLO] },
  { name: "twice the end of no message, then one", frames: [END, START, END, END, START, END] },
  { name: "twice the middle of no message", frames: [GOES_ON, START, END, GOES_ON, START, END] },
  { name: "a message within a message", frames: [START, HELLO] },
  { name: "bytes within a text", frames: [START, { opcode: 2, data: "x" }] },
].map((made) => ({ ...made, close: PROTOCOL_ERROR })).flatMap(cuts);

const messages: readonly WebSocketCase[] = [
  { name: "a message in two frames", frames: [START, END], answers: [["text", "STRAE"]] },
  {
    name: "a message in three frames with pings between them",
    frames: [START, ping("1"), GOES_ON, ping("2"), END],
    answers: [["pong", "1"], ["pong", "2"], ["text", "STRASSE"]],
  },
  {
    name: "a message with a pong in it",
    frames: [START, { opcode: 10, data: "x" }, END],
    answers: [["text", "STRAE"]],
  },
  {
    name: "a message, then the middle of none, then another",
    frames: [START, END, GOES_ON, HELLO],
    answers: [["text", "STRAE"]],
    close: PROTOCOL_ERROR,
  },
];
fragmentation.push(...messages.flatMap(cuts));

/**
 * Bytes, and the index of the first with which they can be no UTF-8, however they go on; `null` for
 * those that are UTF-8 (RFC 3629, section 4; after Markus Kuhn's stress test for decoders).
 */
export const UTF8: readonly (readonly [hex: string, wrongAt: number | null])[] = [
  // One character of each length; the first and the last of each.
  ["24", null],
  ["c2a2", null],
  ["e282ac", null],
  ["f0a4ada2", null],
  ["cebae1bdb9cf83cebcceb5", null],
  ["00", null],
  ["c280", null],
  ["e0a080", null],
  ["f0908080", null],
  ["7f", null],
  ["dfbf", null],
  ["efbfbf", null],
  ["f48fbfbf", null],
  // Beside the surrogates; the replacement character; what is no character and still UTF-8.
  ["ed9fbf", null],
  ["ee8080", null],
  ["efbfbd", null],
  ["efbfb9efbfbaefbfbbefbfbc", null],
  ["efbfbe", null],
  ...["f09f", "f0af", "f0bf", "f18f", "f19f", "f1af", "f1bf", "f28f", "f29f", "f2af", "f2bf"]
    .concat("f38f", "f39f", "f3af", "f3bf", "f48f")
    .flatMap((start) => [[`${start}bfbe`, null], [`${start}bfbf`, null]] as const),
  // Forms of five and six bytes, and of four above U+10FFFF.
  ["f888808080", 0],
  ["fc8480808080", 0],
  ["f7bfbfbf", 0],
  ["fbbfbfbfbf", 0],
  ["fdbfbfbfbfbf", 0],
  ["f4908080", 1],
  ["f5808080", 0],
  // Bytes that go on with nothing; all of them.
  ["80", 0],
  ["bf", 0],
  ["80bf80bf80bf", 0],
  [Array.from({ length: 64 }, (_, i) => (0x80 + i).toString(16)).join(""), 0],
  // Beginnings with a space behind.
  ["c220", 1],
  ["df20", 1],
  ["e020", 1],
  ["ef20", 1],
  ["f020", 1],
  ["f420", 1],
  ["c020", 0],
  ["c120", 0],
  ["f820", 0],
  ["fc20", 0],
  // The last byte is missing, at the end and before another beginning.
  ["c2", 1],
  ["df", 1],
  ["e0a0", 2],
  ["efbf", 2],
  ["f09080", 3],
  ["f48fbf", 3],
  ["dfefbf", 1],
  ["efbff7bfbf", 2],
  ["cebae1bdb9cf83cebcce", 10],
  // Bytes that are in no UTF-8.
  ["fe", 0],
  ["ff", 0],
  ["fefeffff", 0],
  // Longer forms than needed, of a slash, of the last before the next length, of NUL.
  ["c0af", 0],
  ["e080af", 1],
  ["f08080af", 1],
  ["c1bf", 0],
  ["e09fbf", 1],
  ["f08fbfbf", 1],
  ["c080", 0],
  ["e08080", 1],
  ["f0808080", 1],
  // Surrogates, alone and in pairs.
  ["eda080", 1],
  ["edadbf", 1],
  ["edae80", 1],
  ["edafbf", 1],
  ["edb080", 1],
  ["edbfbf", 1],
  ["eda080edb080", 1],
  ["edafbfedbfbf", 1],
  // In the middle of a text.
  ["cebae1bdb9cf83cebcceb5eda080656469746564", 12],
  ["cebae1bdb9cf83cebcceb5f4908080656469746564", 12],
];

const utf8: WebSocketCase[] = UTF8.flatMap(([hex, wrongAt]): WebSocketCase[] => {
  const data = Uint8Array.fromHex(hex);
  const before = new TextEncoder().encode("a");
  if (wrongAt === null) {
    const upper = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data).toUpperCase();
    return [
      { name: `${hex} as text`, frames: [{ data }], answers: [["text", upper]] },
      {
        name: `${hex} as text in frames of a byte`,
        frames: fragments(data, 1),
        answers: [["text", upper]],
      },
    ];
  }
  const good = data.subarray(0, wrongAt);
  const atEnd = wrongAt === data.length;
  return [
    { name: `${hex} as text`, frames: [{ data }], close: NO_UTF8 },
    { name: `${hex} as text in frames of a byte`, frames: fragments(data, 1), close: NO_UTF8 },
    {
      name: `${hex} in a text that has not ended: it is refused at byte ${wrongAt}, and not before`,
      frames: [
        { final: false, data: before },
        { opcode: 0, final: false, data: good },
        PING,
        { opcode: 0, final: atEnd, data: data.subarray(wrongAt, wrongAt + 1) },
      ],
      answers: [["pong", "alive?"]],
      close: NO_UTF8,
    },
    ...(atEnd ? [] : [{
      name: `${hex} in a frame that has not ended: it is refused at byte ${wrongAt}`,
      frames: [{ length: 100, data: data.subarray(0, wrongAt + 1) }],
      close: NO_UTF8,
    }]),
  ];
});
utf8.push(
  { name: "no text at all", frames: [{}], answers: [["text", ""]] },
  {
    name: "three empty frames",
    frames: [{ final: false }, { opcode: 0, final: false }, { opcode: 0 }],
    answers: [["text", ""]],
  },
  {
    name: "a text between empty frames",
    frames: [{ final: false }, { opcode: 0, final: false, data: "µß" }, { opcode: 0 }],
    answers: [["text", "ΜSS"]],
  },
  {
    name: "bytes that are no UTF-8 in a message that is no text",
    frames: [{ opcode: 2, data: BYTES }],
    answers: [["binary", BYTES_UPPER]],
  },
);

/** Returns the content of a close frame. */
function closing(code: number, reason: Content = ""): Uint8Array {
  const words = typeof reason === "string" ? new TextEncoder().encode(reason) : reason;
  return Uint8Array.of(code >> 8, code & 0xff, ...words);
}

const close = (data: Uint8Array): ClientFrame => ({ opcode: 8, data });
const BYE = close(closing(1000));

const closes: WebSocketCase[] = [
  { name: "a message, then a close frame", frames: [HELLO], answers: [["text", "HELLO"]] },
  { name: "two close frames", frames: [BYE, BYE], close: 1000 },
  { name: "a ping behind a close frame", frames: [BYE, PING], close: 1000 },
  { name: "a message behind a close frame", frames: [BYE, HELLO], close: 1000 },
  { name: "a close frame within a message", frames: [START, BYE, END], close: 1000 },
  {
    name: "a frame against the protocol behind a close frame",
    frames: [BYE, { opcode: 3 }],
    close: 1000,
  },
  {
    name: "a long message, a short one, a close frame and a ping",
    frames: [{ data: "a".repeat(256 * 1024) }, HELLO, BYE, PING],
    answers: [["text", "A".repeat(256 * 1024)], ["text", "HELLO"]],
    close: 1000,
  },
  {
    name: "a megabyte behind a close frame",
    frames: [BYE, { data: "a".repeat(MIB) }],
    close: 1000,
  },
  { name: "an empty close frame", frames: [close(new Uint8Array())], close: 1005 },
  { name: "a close frame of one byte", frames: [close(Uint8Array.of(3))], close: PROTOCOL_ERROR },
  { name: "a close frame with a reason", frames: [close(closing(1000, "bye"))], close: 1000 },
  {
    name: "a close frame with the longest reason",
    frames: [close(closing(1000, "*".repeat(123)))],
    close: 1000,
  },
  {
    name: "a close frame with too long a reason",
    frames: [close(closing(1000, "*".repeat(124)))],
    close: PROTOCOL_ERROR,
  },
  {
    name: "a close frame with a reason that is no text",
    frames: [close(closing(1000, Uint8Array.fromHex("cebaeda080")))],
    close: NO_UTF8,
  },
  {
    name: "a close frame with a reason that ends within a character",
    frames: [close(closing(1000, Uint8Array.of(0xce)))],
    close: NO_UTF8,
  },
  ...[
    1000,
    1001,
    1002,
    1003,
    1007,
    1008,
    1009,
    1010,
    1011,
    1012,
    1013,
    1014,
    3000,
    3999,
    4000,
    4999,
  ]
    .map((code) => ({ name: `close code ${code}`, frames: [close(closing(code))], close: code })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => ({
    name: `close code ${code}, which nobody may send`,
    frames: [close(closing(code))],
    close: PROTOCOL_ERROR,
  })),
];

const text = "Straße 5".repeat(MIB / 8).slice(0, MIB - MIB / 8); // with its ß, about a megabyte
const bytes = Uint8Array.from({ length: MIB }, (_, i) => [0x00, 0xfe, 0x23, 0xfa, 0xf0][i % 5]!);

const limits: WebSocketCase[] = [
  ...[64, 256, 1024].flatMap((kib): WebSocketCase[] => [
    {
      name: `a text of ${kib} KiB`,
      frames: [{ data: "a".repeat(kib * 1024) }],
      answers: [["text", "A".repeat(kib * 1024)]],
    },
    {
      name: `${kib} KiB of bytes that are no UTF-8`,
      frames: [{ opcode: 2, data: bytes.subarray(0, kib * 1024) }],
      answers: [["binary", bytes.subarray(0, kib * 1024)]],
    },
  ]),
  ...[64, 256, 1024, 4096, 16384, 65536, 262144].flatMap((size): WebSocketCase[] => [
    {
      name: `a megabyte of text in frames of ${size} bytes`,
      frames: fragments(text, size),
      answers: [["text", text.toUpperCase()]],
    },
    {
      name: `a megabyte of bytes in frames of ${size}`,
      frames: fragments(bytes, size, 2),
      answers: [["binary", bytes]],
    },
  ]),
  ...[64, 128, 256, 512, 1024, 2048].map((cut): WebSocketCase => ({
    name: `128 KiB of text, ${cut} bytes at a time`,
    cut,
    frames: [{ data: "a".repeat(131072) }],
    answers: [["text", "A".repeat(131072)]],
  })),
  ...[0, 16, 64, 256, 1024, 4096].map((length): WebSocketCase => ({
    name: `200 texts of ${length} bytes`,
    frames: Array.from({ length: 200 }, () => ({ data: "a".repeat(length) })),
    answers: Array.from({ length: 200 }, () => ["text", "A".repeat(length)]),
  })),
  ...[1, 2].flatMap((opcode) =>
    [MIB + 1, 4 * MIB, 16 * MIB, 2 ** 40, 2 ** 53].map((length): WebSocketCase => ({
      name: `a frame of opcode ${opcode} that announces ${length} bytes`,
      frames: [{ opcode, length, extended: 8, data: "a".repeat(1000) }],
      close: TOO_BIG,
    }))
  ),
  {
    name: "2 MiB of text in frames of 4 KiB",
    frames: fragments("a".repeat(2 * MIB), 4096),
    close: TOO_BIG,
  },
  {
    name: "a byte more than a megabyte, in two frames",
    frames: [{ opcode: 2, final: false, data: new Uint8Array(MIB) }, END],
    close: TOO_BIG,
  },
];

const misc: WebSocketCase[] = [
  {
    name: "a text of 65536 bytes in frames of 1300",
    frames: fragments("a".repeat(65536), 1300),
    answers: [["text", "A".repeat(65536)]],
  },
];

/** All of them. */
export const WEBSOCKET_CASES: readonly WebSocketSection[] = [
  { name: "framing (1)", cases: framing },
  { name: "pings and pongs (2)", cases: pings },
  { name: "reserved bits (3)", cases: reserved },
  { name: "opcodes (4)", cases: opcodes },
  { name: "fragmentation (5)", cases: fragmentation },
  { name: "UTF-8 (6)", cases: utf8 },
  { name: "close frames (7)", cases: closes },
  { name: "limits and many frames (9)", cases: limits },
  { name: "automatic fragmentation (10)", cases: misc },
];
