import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { readPackets } from "../capture/packet_source.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { completions, SHELLS } from "../cli/completions.ts";
import type { Command } from "../cli/command.ts";
import { parse } from "../cli/parse.ts";
import type { DocumentedCommand } from "../cli/program.ts";
import { addLayers } from "../frame/text.ts";
import { addPacketRecord } from "../frame/record.ts";
import { TextBuffer } from "../text/text_buffer.ts";
import { readLineGroups } from "../ipinfo/line_groups.ts";
import { loadNetkit } from "../main.ts";
import { dissect } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { LINK } from "../packet/link.ts";
import { readProxyHeader } from "../server/proxy_protocol.ts";
import { crlf } from "../talk/crlf.ts";
import { PLAIN } from "../cli/terminal.ts";
import { Tracker } from "../tcp/tracker.ts";
import { fakeIo } from "./fakes.ts";
import { assertLinear } from "./linear.ts";
import { bytesOf, version2 } from "./proxy_headers.ts";
import { segment } from "./segments.ts";

/** Sizes of the pieces in which a stream comes. */
const PIECES = [1, 1000, Infinity];

/** Yields `bytes` in pieces of at most `size`. */
async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A source of `bytes`, at most `size` of which come at a time. */
function readable(
  bytes: Uint8Array,
  size: number,
): { read(buffer: Uint8Array): Promise<number | null>; close(): void } {
  let at = 0;
  return {
    read(buffer) {
      const piece = bytes.subarray(at, at + Math.min(size, buffer.length));
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
    close() {},
  };
}

/** Returns a block of a pcapng file. */
function block(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

/** Returns little-endian 32-bit numbers. */
function words(...numbers: number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view.setUint32(4 * i, number, true));
  return new Uint8Array(view.buffer);
}

const PCAPNG_HEAD = concat([
  block(0x0a0d0d0a, words(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff)),
  block(1, words(LINK.ethernet, 0)),
]);
const PACKET = { time: 0n, bytes: new Uint8Array(60), length: 60 };
const ENHANCED = block(6, concat([words(0, 0, 0, 60, 60), PACKET.bytes]));
const UNKNOWN = block(0xbad, words(1, 2, 3));

/** Returns so many times the same bytes behind a head. */
function many(head: Uint8Array, piece: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  return concat([head, ...new Array<Uint8Array>(Math.ceil(size / piece.length)).fill(piece)]);
}

const text = (piece: string) => (size: number) => bytesOf(piece.repeat(size / piece.length));

/** Captures of about so many bytes. */
const CAPTURES: Readonly<Record<string, (size: number) => Uint8Array>> = {
  "packets in pcap": (size) => many(pcapHeader(LINK.ethernet), pcapRecord(PACKET), size),
  "one long packet in pcap": (size) =>
    concat([
      pcapHeader(LINK.ethernet),
      pcapRecord({ time: 0n, bytes: new Uint8Array(size), length: size }),
    ]),
  "empty packets in pcap": (size) =>
    many(pcapHeader(LINK.ethernet), pcapRecord({ ...PACKET, bytes: new Uint8Array() }), size),
  "packets in pcapng": (size) => many(PCAPNG_HEAD, ENHANCED, size),
  "blocks of no kind in pcapng": (size) => many(PCAPNG_HEAD, UNKNOWN, size),
  "interfaces in pcapng": (size) => many(PCAPNG_HEAD, block(1, words(LINK.ethernet, 0)), size),
  "sections in pcapng": (size) => many(PCAPNG_HEAD, PCAPNG_HEAD, size),
  "a hex dump": text("0000  00 11 22 33\n"),
  "hexadecimal digits": text("00112233 "),
  "empty lines": text("\n00\n\n"),
};

for (const [name, make] of Object.entries(CAPTURES)) {
  Deno.test(`readPackets() takes linear time for ${name}`, async () => {
    for (const piece of PIECES) {
      await assertLinear(make, async (bytes) => {
        try {
          for await (const _ of readPackets(piecesOf(bytes, piece)));
        } catch {
          // it may refuse it, in linear time
        }
      }, { name: `pieces of ${piece}` });
    }
  });
}

/** Bytes of a packet: headers, then something that is repeated. */
const FRAMES: Readonly<Record<string, (size: number) => Uint8Array<ArrayBuffer>>> = {
  "a long payload": (size) => concat([headers("06"), new Uint8Array(20), new Uint8Array(size)]),
  "IPv4 in IPv4": (size) => many(ETHERNET, ip("04"), size),
  "IPv6 extension headers": (size) =>
    many(IPV6_HEADERS, Uint8Array.fromHex("3c00000000000000"), size),
  "VLAN tags": (size) => many(new Uint8Array(12), Uint8Array.fromHex("81000001"), size),
  "bytes of no protocol": (size) => concat([new Uint8Array(12).fill(0xff), new Uint8Array(size)]),
};

const ETHERNET = Uint8Array.fromHex("02000000000202000000000108" + "00");
const IPV6_HEADERS = Uint8Array.fromHex(
  `02000000000202000000000186dd60000000ffff3c40${"00".repeat(32)}`,
);

/** Returns a header of IPv4 for the longest packet. */
function ip(protocol: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(`4500ffff0000000040${protocol}00007f0000017f000001`);
}

function headers(protocol: string): Uint8Array<ArrayBuffer> {
  return concat([ETHERNET, ip(protocol)]);
}

const STYLE = { columns: 80, ...PLAIN };

for (const [name, make] of Object.entries(FRAMES)) {
  Deno.test(`a packet takes linear time as text and as JSON: ${name}`, async () => {
    await assertLinear(make, (bytes) => {
      const layers = dissect(bytes, LINK.ethernet, bytes.length);
      const explained = explain({ bytes, length: bytes.length, layers });
      addLayers(new TextBuffer(), explained, bytes, STYLE);
      addPacketRecord(new TextBuffer(), explained, bytes);
    }, { limit: 65_536 });
  });
}

/** Segments, so many of them. */
const SEGMENTS: Readonly<Record<string, (i: number) => ReturnType<typeof segment>>> = {
  "data of one connection": (i) => segment(">", "PA", 1000 * i, 1, 1000),
  "the same data again and again": () => segment(">", "PA", 1, 1, 1000),
  "holes": (i) => segment(">", "PA", 2000 * i, 1, 1000),
  "data backwards": (i) => segment(">", "PA", -1000 * i, 1, 1000),
  "acknowledgments": (i) => segment("<", "A", 1, i),
  "SYNs again and again": () => segment(">", "S", 1),
  "SYNs of new connections": (i) => segment(">", "S", i),
  "SYNs of other ports": (i) =>
    segment(">", "S", 1, 0, 0, { source: `192.0.2.${i >> 16}:${i & 65535}` }),
  "resets": (i) => segment(i % 2 === 0 ? ">" : "<", "RA", i, i),
};

for (const [name, make] of Object.entries(SEGMENTS)) {
  Deno.test(`Tracker takes linear time for ${name}`, async () => {
    const segments = (size: number) => Array.from({ length: size }, (_, i) => make(i));
    await assertLinear(segments, (all) => {
      const tracker = new Tracker({ here: () => true });
      for (const each of all) tracker.feed(each);
      tracker.finish();
    }, { limit: 32_768 });
  });
}

/** Headers of the PROXY protocol of so many bytes, and of version 1 with bytes behind them. */
const PROXY: Readonly<Record<string, (size: number) => string>> = {
  "a header of version 2 with TLVs": (size) =>
    version2(0x21, 0x11, "\0".repeat(12) + "\x04\0\0".repeat((size - 12) / 3)),
  "a header of version 2 with one TLV": (size) =>
    version2(0x21, 0x11, `${"\0".repeat(12)}\xe0${length(size)}${"x".repeat(size)}`),
  "a header of version 1 and what follows": (size) => `PROXY UNKNOWN\r\n${"x".repeat(size)}`,
  "a version 1 without end": (size) => `PROXY TCP4 ${"1".repeat(size)}`,
  "blanks in version 1": (size) => `PROXY ${" ".repeat(size)}\r\n`,
};

function length(size: number): string {
  return String.fromCharCode(size >> 8, size & 255);
}

for (const [name, make] of Object.entries(PROXY)) {
  Deno.test(`readProxyHeader() takes linear time for ${name}`, async () => {
    for (const piece of PIECES) {
      await assertLinear((size) => bytesOf(make(size)), async (bytes) => {
        await readProxyHeader(readable(bytes, piece), { maxLength: 65_551 }).catch(() => {});
      }, { name: `pieces of ${piece}`, limit: 60_000 });
    }
  });
}

Deno.test("crlf() takes linear time for LFs, CRs and text", async () => {
  const buffer = new Uint8Array(4096);
  for (const piece of PIECES) {
    for (const unit of ["\n", "\r", "\r\n", "x", "x\n", "\n\r"]) {
      await assertLinear((size) => bytesOf(unit.repeat(size / unit.length)), async (bytes) => {
        const input = crlf(readable(bytes, piece));
        while (await input.read(buffer) !== null);
      }, { name: `${JSON.stringify(unit)} in pieces of ${piece}` });
    }
  }
});

Deno.test("readLineGroups() takes linear time for lines of any length, however they are cut", async () => {
  for (const piece of PIECES) {
    for (const unit of ["\n", "\r\n", "\r", "192.0.2.1\n", "x", "\xe4"]) {
      await assertLinear((size) => bytesOf(unit.repeat(size / unit.length)), async (bytes) => {
        const readable = ReadableStream.from(piecesOf(bytes, piece));
        const io = fakeIo();
        const stdin = { ...io.stdin, readable };
        let lines = 0;
        for await (const group of readLineGroups({ ...io, stdin })) lines += group.length;
        return lines;
      }, { name: `${JSON.stringify(unit)} in pieces of ${piece}` });
    }
  }
});

/** The longest word of a command line, in bytes (Linux, MAX_ARG_STRLEN). */
const LONGEST_WORD = 131_072;

const { commands, ...program } = await loadNetkit();

for (const command of commands) {
  Deno.test(`the options of ${command.name} take linear time to be parsed`, async () => {
    for (
      const unit of ["x", "-", "--", "-1", "--json", "-v", "--nosuch", "=", "--port=1", "--", "-p"]
    ) {
      await assertLinear(
        (size) => new Array<string>(size).fill(unit),
        (args) => tryParse(command, args),
        {
          name: `many ${unit}`,
          limit: 32_768,
        },
      );
      await assertLinear((size) => [`-${unit.repeat(size)}`], (args) => tryParse(command, args), {
        name: `a long ${unit}`,
        limit: LONGEST_WORD / unit.length,
      });
    }
  });
}

function tryParse(command: Command, args: readonly string[]): void {
  try {
    parse(command, args);
  } catch {
    // it may refuse them, in linear time
  }
}

for (const shell of SHELLS) {
  Deno.test(`completions() for ${shell} take time in proportion to the commands`, async () => {
    await assertLinear(
      (size) => ({ ...program, commands: new Array<DocumentedCommand>(size).fill(commands[0]!) }),
      (program) => assertEquals(completions(program, shell).length > 0, true),
      { limit: 128 },
    );
  });
}
