import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { HexDumpError } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { readPaste } from "../capture/paste.ts";
import type { PasteForm } from "../capture/paste_forms.ts";
import { main } from "../main.ts";
import { fakeIo } from "./fakes.ts";
import { ARP, HELLO, testForms } from "./pasted_forms.ts";

const IPV6 = Uint8Array.fromHex(
  "333300000001020000000001" + "86dd" + "600000000010113f" + "fe800000000000000000000000000001" +
    "ff020000000000000000000000000001" + "14e914e90010abcd" + "6162636465666768",
);
const STP = Uint8Array.fromHex(
  "0180c2000000" + "020000000009" + "0026" + "424203" + "0000000000" + "8000020000000009" +
    "00000000" + "8000020000000009" + "8001" + "0000" + "1400" + "0200" + "0f00",
);
/** Nothing that is known here: only the form of the text tells what its bytes are. */
const UNKNOWN = Uint8Array.from({ length: 57 }, (_, i) => i * 89 + 7 & 0xff);

const PACKETS: Readonly<Record<string, Uint8Array>> = { HELLO, IPV6, ARP, STP, UNKNOWN };

const pairs = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
const octal = (byte: number) => byte.toString(8).padStart(3, "0");

/** Returns rows of a dump: `offset` writes the offset, `row` the bytes. */
function rows(
  bytes: Uint8Array,
  offset: (at: number) => string,
  row: (part: Uint8Array) => string,
  size = 16,
): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += size) {
    text += `${offset(at)}${row(bytes.subarray(at, at + size))}\n`;
  }
  return text;
}

const hexOffset = (digits: number, from = 0) => (at: number) =>
  (at + from).toString(16).padStart(digits, "0");
const spaced = (part: Uint8Array) => pairs(part).join(" ");
const words = (size: number) => (part: Uint8Array) =>
  pairs(part).join("").match(new RegExp(`.{1,${2 * size}}`, "g"))!.join(" ");
const text = (part: Uint8Array) =>
  Array.from(part, (byte) => byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".").join("");
const withText = (part: Uint8Array) => `${spaced(part).padEnd(47)}  ${text(part)}`;
const swapped = (part: Uint8Array) =>
  words(4)(part).split(" ").map((word) => word.match(/../g)!.reverse().join("")).join(" ");
const pythonRepr = (bytes: Uint8Array) =>
  `b'${
    Array.from(bytes, (byte) =>
      byte === 0x27 || byte === 0x5c
        ? `\\${String.fromCharCode(byte)}`
        : byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`).join("")
  }'`;

/** Forms in which bytes are pasted. */
const FORMS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  "xxd": (b) => rows(b, hexOffset(8), (p) => `: ${words(2)(p).padEnd(39)}  ${text(p)}`),
  "xxd -e": (b) => rows(b, hexOffset(8), (p) => `: ${swapped(p)}`),
  "od -tu1": (b) =>
    rows(
      b,
      (at) => at.toString(8).padStart(7, "0"),
      (p) => Array.from(p, (each) => ` ${String(each).padStart(3)}`).join(""),
    ),
  "od -to1": (b) =>
    rows(b, (at) => at.toString(8).padStart(7, "0"), (p) => ` ${Array.from(p, octal).join(" ")}`) +
    `${b.length.toString(8).padStart(7, "0")}\n`,
  "hexdump -b": (b) =>
    rows(b, hexOffset(7), (p) => ` ${Array.from(p, octal).join(" ")}`) +
    `${hexOffset(7)(b.length)}\n`,
  "offsets of two digits": (b) => rows(b, hexOffset(2), (p) => `: ${spaced(p)}`),
  "offsets of three digits": (b) => rows(b, hexOffset(3), (p) => ` ${spaced(p)}`),
  "offsets with h": (b) => rows(b, hexOffset(4), (p) => `h: ${withText(p)}`),
  "decimal offsets": (b) => rows(b, (at) => String(at).padStart(4, "0"), (p) => `  ${spaced(p)}`),
  "the middle of a dump": (b) => rows(b, hexOffset(4, 0x40), (p) => `   ${withText(p)}`),
  "memory of Cisco": (b) =>
    `Router#show monitor capture buffer CAP dump\n*Mar  1 01:06:48.815 UTC : IPv4\n\n` +
    rows(b, hexOffset(8, 0xf402000), (p) => `: ${words(4)(p).toUpperCase()}`) + "\nRouter#\n",
  "memory of gdb": (b) =>
    rows(
      b,
      (at) => `0x${hexOffset(12, 0x7fffffffe000)(at)}`,
      (p) => `:${pairs(p).map((each) => `\t0x${each}`).join("")}`,
      8,
    ),
  "the kernel's log": (b) =>
    rows(b, (at) => `[  123.456789] skb linear: ${hexOffset(8)(at)}`, (p) => `: ${withText(p)}`),
  "a time before the first row": (b) =>
    `2026-01-01 12:00:00.123456 ${rows(b, hexOffset(6), (p) => ` ${spaced(p)}`)}`,
  "quoted mail": (b) => rows(b, (at) => `> ${hexOffset(4)(at)}`, (p) => `   ${withText(p)}`),
  "mail quoted twice": (b) => rows(b, (at) => `> > ${hexOffset(6)(at)}`, (p) => ` ${spaced(p)}`, 8),
  "bars": (b) => rows(b, hexOffset(4), (p) => ` | ${spaced(p).padEnd(47)} | ${text(p)}`),
  "fullwidth colons": (b) => rows(b, hexOffset(4), (p) => `： ${spaced(p)}`),
  "a list of Python": (b) => `[${Array.from(b).join(", ")}]`,
  "a list of Python, assigned": (b) => `pkt = bytes([${Array.from(b).join(", ")}])`,
  "JSON": (b) => JSON.stringify(Array.from(b)),
  "JSON of a Buffer": (b) => JSON.stringify({ type: "Buffer", data: Array.from(b) }),
  "a slice of Go": (b) => `[${Array.from(b).join(" ")}]`,
  "a slice of Go with %x": (b) => `[${spaced(b)}]`,
  "a literal of Go": (b) =>
    `[]byte{${Array.from(b, (each) => `0x${each.toString(16)}`).join(", ")}}`,
  "Erlang": (b) => `<<${Array.from(b).join(",")}>>`,
  "an array of C": (b) => `unsigned char p[${b.length}] = { ${Array.from(b).join(", ")} };`,
  "an array of C, hexadecimal": (b) =>
    `uint8_t p[${b.length}] = {\n${pairs(b).map((each) => `  0x${each}`).join(",\n")}\n};`,
  "an array of Rust": (b) =>
    `let p: [u8; ${b.length}] = [${pairs(b).map((e) => `0x${e}`).join(", ")}];`,
  "an array of Java": (b) => `byte[] p = {${pairs(b).map((e) => `(byte)0x${e}`).join(", ")}};`,
  "negative bytes of Java": (b) => `[${Array.from(b, (each) => each << 24 >> 24).join(", ")}]`,
  "a Buffer of Node.js": (b) => `<Buffer ${spaced(b)}>`,
  "bytes.fromhex()": (b) => `bytes.fromhex('${b.toHex()}')`,
  "tshark -T jsonraw": (b) =>
    `"frame_raw": ["${b.toHex()}", 0, ${b.length}, 0, 1],\n"eth_raw": ["00005e005302", 0]`,
  "a field of Wireshark": (b) => `data: ${b.toHex()}`,
  "repr() of Python": pythonRepr,
  "an escaped string": (b) => `"${pairs(b).map((each) => `\\x${each}`).join("")}"`,
  "octal escapes": (b) => `"${Array.from(b, (each) => `\\${octal(each)}`).join("")}"`,
  "base64": (b) => b.toBase64(),
  "base64 in lines": (b) => b.toBase64().replace(/.{20}/g, "$&\n"),
  "digits": (b) => b.toHex(),
  "groups of digits": (b) => rows(b, () => "", words(2)),
  "colons": (b) => pairs(b).join(":"),
  "a heading": (b) => `报文内容:\n${rows(b, () => "", spaced)}`,
};

testForms(FORMS, PACKETS, "");

Deno.test("readPaste() reads several packets: arrays, dumps, memory at two addresses", () => {
  const both = [HELLO, ARP].map((each) => each.toHex());
  const go = `var packets = [][]byte{\n// crashers/f951\n${
    [HELLO, ARP].map((b) => `[]byte{${pairs(b).map((e) => `0x${e}`).join(", ")}},\n`).join(
      "// x/b2\n",
    )
  }}`;
  const memory = [HELLO, ARP].map((b, i) =>
    `packet:\n${rows(b, hexOffset(8, 0xf402000 + 0x100 * i), (p) => `: ${words(4)(p)}`)}`
  ).join("\n");
  for (const each of [go, memory, `${HELLO.toHex()}\n\n${ARP.toHex()}`]) {
    assertEquals(readPaste(each).packets.map((packet) => packet.toHex()), both, each);
  }
});

const SAYS: readonly (readonly [what: string, says: string | null])[] = [
  ["a list of Python", "read as arrays of decimal bytes; the IP checksum is right"],
  ["xxd -e", "read as a hex dump of little-endian words with offsets; the IP checksum is right"],
  ["decimal offsets", "read as a hex dump with decimal offsets; the IP checksum is right"],
  [
    "the middle of a dump",
    "read as a hex dump with offsets from 0x40 on; the IP checksum is right",
  ],
  ["base64", "read as base64; the IP checksum is right"],
  ["xxd", null],
  ["digits", null],
];

for (const [what, says] of SAYS) {
  Deno.test(`readPaste() says of ${what}: ${says}`, () => {
    assertEquals(readPaste(FORMS[what]!(HELLO)).says, says);
  });
}

const REFUSED: readonly (readonly [text: string, message: RegExp])[] = [
  ["10 20 30 40", /^it can be read in two ways: as .*--as hex: 10203040.*--as decimal: 0a141e28/],
  ["<Buffer 00 00 5e 00 53 ... 9 more bytes>", /^line 1: "\.\.\. 9 more bytes" stands for bytes/],
  ["0, 0, 94, 300", /^line 1: "0" has no two digits for each byte/],
  ["the quick brown fox", /^it is neither a capture \(pcap, pcapng\) nor a hex dump$/],
  ["00 5e 0g", /^line 1: "g" is not a hexadecimal digit/],
  [
    `${"A page with a table of figures.\n".repeat(9)}34: c7 38  port\n36: 1f 40  port\n`,
    /^it is neither a capture .*: too little of it reads as one \(a hex dump .*: 4 B\); .* --as hex$/,
  ],
  ["const TABLE = [1, 2, 3];\nexport function next(i) {\n  return TABLE[i];\n}", /^it is neither/],
  ['print("a page\\n")\nprint("and its end\\n")', /^it is neither a capture .* dump$/],
  ["usage: netkit arp [ADDRESS...]", /^it is neither a capture .* dump$/],
];

for (const [pasted, message] of REFUSED) {
  Deno.test(`readPaste() refuses ${pasted.slice(0, 60)}`, () => {
    const error = assertThrows(() => readPaste(pasted), HexDumpError);
    assert(message.test(error.message), error.message);
  });
}

/** Texts of this repository in which no packet is: pages, programs, data, in both languages. */
const ORDINARY: readonly string[] = [
  ..."README.md README.zh-CN.md CHANGELOG.md LICENSE deno.json .ci/run main.ts".split(" "),
  ..."address/blocked_ports.ts capture/paste.ts packet/dissect.ts web/page/axes.js".split(" "),
  ..."arp client frame ipinfo port reference serve trace".split(" ").flatMap((each) => [
    `docs/${each}.md`,
    `docs/zh-CN/${each}.md`,
  ]),
];

Deno.test("readPaste() takes no ordinary text for packets", async () => {
  for (const path of ORDINARY) {
    const text = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    const error = assertThrows(() => readPaste(text), HexDumpError);
    assert(/^it is neither a capture /.test(error.message), `${path}: ${error.message}`);
  }
});

const PROSE = "We see this frame on the uplink, and wonder what it is.\n".repeat(50);

for (
  const what of ["xxd", "od -tu1", "the middle of a dump", "an array of Rust", "repr() of Python"]
) {
  Deno.test(`readPaste() reads ${what} of unknown bytes also in a long letter`, () => {
    const { packets } = readPaste(`${PROSE}\n${FORMS[what]!(UNKNOWN)}\n${PROSE}`);
    assertEquals(packets.map((each) => each.toHex()), [UNKNOWN.toHex()]);
  });
}

/** Dumps of six bytes, of which offsets and letters take more characters than the bytes. */
const SHORT: readonly string[] = [
  "00000000: 4865 6c6c 6f0a                           Hello.\n",
  "00000000  48 65 6c 6c 6f 0a                                 |Hello.|\n00000006\n",
  "0000000 48 65 6c 6c 6f 0a\n0000006\n",
];

for (const dump of SHORT) {
  Deno.test(`readPaste() reads a short dump: ${dump.split("\n")[0]}`, () => {
    assertEquals(readPaste(dump).packets.map((each) => each.toHex()), ["48656c6c6f0a"]);
    const message =
      /^it is neither a capture .*: too little of it reads as one \(a hex dump: 6 B\)/;
    const error = assertThrows(() => readPaste(`${PROSE}\n${dump}`), HexDumpError);
    assert(message.test(error.message), error.message);
  });
}

const FORCED: readonly (readonly [text: string, form: PasteForm, hex: string])[] = [
  ["10 20 30 40", "hex", "10203040"],
  ["10 20 30 40", "decimal", "0a141e28"],
  ["010 020 030 100", "octal", "08101840"],
  ["aGVsbG8gd29ybGQhISEh", "base64", "68656c6c6f20776f726c6421212121"],
];

for (const [pasted, form, hex] of FORCED) {
  Deno.test(`readPaste() reads ${pasted} as ${form} if told so`, () => {
    assertEquals(readPaste(pasted, form).packets.map((each) => each.toHex()), [hex]);
  });
}

async function packetsOf(bytes: Uint8Array): Promise<string[]> {
  const found: string[] = [];
  for await (const packet of readPackets(ReadableStream.from([bytes]))) {
    found.push(packet.bytes.toHex());
  }
  return found;
}

Deno.test("readPackets() reads text in UTF-16 and with comments in GBK", async () => {
  const dump = FORMS["xxd"]!(HELLO);
  const utf16 = Uint8Array.from(dump, (each) => each.charCodeAt(0)).reduce<number[]>(
    (all, byte) => (all.push(byte, 0), all),
    [],
  );
  const swap = utf16.map((_, i) => utf16[i ^ 1]!);
  const gbk = concat([
    Uint8Array.fromHex("2320d7a5b0fcceb4"),
    new TextEncoder().encode(`\n${dump}`),
  ]);
  const texts = [[0xff, 0xfe, ...utf16], [0xfe, 0xff, ...swap], utf16, swap, [...gbk]];
  for (const each of texts) assertEquals(await packetsOf(Uint8Array.from(each)), [HELLO.toHex()]);
});

async function frame(args: readonly string[], stdin: string) {
  const io = fakeIo({ stdin });
  const code = await main(["frame", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

Deno.test("frame -r says how it has read a list of numbers, and --as forces a form", async () => {
  const { code, out, err } = await frame(["-r", "-"], JSON.stringify(Array.from(HELLO)));
  assertEquals([code, err], [
    0,
    "note: read as arrays of decimal bytes; the IP checksum is right\n",
  ]);
  assert(out.includes("ip.src"));
  assertEquals((await frame(["-r", "-"], "10 20 30 40")).code, 1);
  const forced = await frame(["-r", "-", "--as", "decimal", "--json"], "10 20 30 40");
  assertEquals(forced.code, 0);
  assertEquals(JSON.parse(forced.out).hex, "0a141e28");
});
