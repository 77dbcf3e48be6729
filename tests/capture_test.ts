import { zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { concat } from "@std/bytes/concat";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { captureWriter } from "../capture/capture_writer.ts";
import { readPackets } from "../capture/packet_source.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { formatTimestamp } from "../capture/timestamp.ts";
import { bytesOfFile, CAPTURES } from "./captures.ts";
import { captureOf } from "./frames.ts";
import { needs } from "./needs.ts";

/** Yields `bytes` in chunks that end at `cuts`, from one buffer that is overwritten each time. */
async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const lent = new Uint8Array(bytes.length);
  let start = 0;
  for (
    const end of [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
  ) {
    lent.fill(0xa5);
    lent.set(bytes.subarray(start, end));
    yield lent.subarray(0, end - start);
    start = end;
  }
}

type Kept = Omit<CapturedPacket, "bytes"> & { readonly hex: string };

async function packetsOf(source: AsyncIterable<Uint8Array>): Promise<Kept[]> {
  const kept: Kept[] = [];
  for await (const { bytes, fcs, ...rest } of readPackets(source)) {
    assertEquals(fcs, 0);
    kept.push({ ...rest, hex: bytes.toHex() });
  }
  return kept;
}

interface PcapVariant {
  readonly little: boolean;
  readonly nanoseconds: boolean;
}

/** Returns a pcap file with two packets, the second one cut off by the capture. */
function pcap({ little, nanoseconds }: PcapVariant): Uint8Array<ArrayBuffer> {
  const u32 = (...values: number[]) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => view.setUint32(4 * i, value, little));
    return new Uint8Array(view.buffer);
  };
  const version = little ? 0x00040002 : 0x00020004;
  return concat([
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, version, 0, 0, 65535, 101),
    u32(1_700_000_000, 123_456, 3, 3),
    Uint8Array.of(1, 2, 3),
    u32(1_700_000_001, 999_999, 1, 1500),
    Uint8Array.of(4),
  ]);
}

for (const little of [true, false]) {
  for (const nanoseconds of [true, false]) {
    const what = `${little ? "little" : "big"}-endian ${nanoseconds ? "nano" : "micro"}seconds`;
    Deno.test(`readPackets() reads pcap: ${what}`, async () => {
      const unit = nanoseconds ? 1n : 1000n;
      const start = 1_700_000_000_000_000_000n;
      assertEquals(await packetsOf(inPieces(pcap({ little, nanoseconds }), [])), [
        { number: 1, time: start + 123_456n * unit, linkType: 101, length: 3, hex: "010203" },
        {
          number: 2,
          time: start + 1_000_000_000n + 999_999n * unit,
          linkType: 101,
          length: 1500,
          hex: "04",
        },
      ]);
    });
  }
}

/** Returns a block of pcapng. */
function block(type: number, body: Uint8Array, little: boolean): Uint8Array<ArrayBuffer> {
  const padded = (body.length + 3) & ~3;
  const bytes = new Uint8Array(padded + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, bytes.length, little);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, little);
  return bytes;
}

/** Returns numbers one behind the other: `[bytes of the number, the number]`. */
function numbers(
  little: boolean,
  ...values: readonly (readonly [size: 1 | 2 | 4, value: number])[]
) {
  return concat(values.map(([size, value]) => {
    const view = new DataView(new ArrayBuffer(size));
    if (size === 1) view.setUint8(0, value);
    else if (size === 2) view.setUint16(0, value, little);
    else view.setUint32(0, value, little);
    return new Uint8Array(view.buffer);
  }));
}

function section(little: boolean): Uint8Array<ArrayBuffer> {
  const body = numbers(little, [4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff]);
  return block(0x0a0d0d0a, body, little);
}

function description(little: boolean, linkType: number, resolution: number | null) {
  const option = resolution === null
    ? []
    : [[2, 9], [2, 1], [1, resolution], [1, 0], [2, 0], [2, 0], [4, 0]] as const;
  return block(1, numbers(little, [2, linkType], [2, 0], [4, 0], ...option), little);
}

function enhanced(little: boolean, index: number, ticks: number, bytes: Uint8Array) {
  const head = numbers(little, [4, index], [4, 0], [4, ticks], [4, bytes.length], [
    4,
    bytes.length,
  ]);
  return block(6, concat([head, bytes]), little);
}

Deno.test("readPackets() reads pcapng: sections of both byte orders, interfaces with their own clocks", async () => {
  const bytes = concat([true, false].flatMap((little) => [
    section(little),
    description(little, 1, null),
    description(little, 101, 9),
    description(little, 113, 0x8a),
    block(0x0bad, new Uint8Array(40), little),
    enhanced(little, 0, 5, Uint8Array.of(1, 2, 3, 4, 5)),
    enhanced(little, 1, 5, Uint8Array.of(6)),
    enhanced(little, 2, 512, Uint8Array.of(7, 8)),
    block(3, concat([numbers(little, [4, 2]), Uint8Array.of(9, 10)]), little),
  ]));
  const one = [
    { time: 5000n, linkType: 1, length: 5, hex: "0102030405" },
    { time: 5n, linkType: 101, length: 1, hex: "06" },
    { time: 500_000_000n, linkType: 113, length: 2, hex: "0708" },
    { time: 0n, linkType: 1, length: 2, hex: "090a" },
  ];
  assertEquals(
    await packetsOf(inPieces(bytes, [])),
    [...one, ...one].map((each, i) => ({ number: i + 1, ...each })),
  );
});

Deno.test("readPackets() takes no packet for shorter than the bytes that are there of it", async () => {
  const head = numbers(true, [4, 0], [4, 0], [4, 0], [4, 5], [4, 3]); // 5 captured of 3
  const longer = block(6, concat([head, Uint8Array.of(1, 2, 3, 4, 5)]), true);
  const pcapng = concat([section(true), description(true, 1, null), longer]);
  const plain = concat([
    pcapHeader(1),
    pcapRecord({ time: 0n, bytes: Uint8Array.of(1, 2, 3, 4, 5), length: 3 }),
  ]);
  for (const file of [pcapng, plain]) {
    const [packet] = await packetsOf(inPieces(file, []));
    assertEquals([packet!.length, packet!.hex], [5, "0102030405"]);
  }
});

Deno.test("readPackets() finds the link type below the bits that tell of a frame check sequence", async () => {
  const file = concat([
    pcapHeader(1, 4),
    pcapRecord({ time: 0n, bytes: Uint8Array.of(1), length: 1 }),
  ]);
  assertEquals(file.slice(20, 24).toHex(), "01000024"); // two words (draft-ietf-opsawg-pcap, section 4)
  for await (const { linkType, fcs } of readPackets(inPieces(file, []))) {
    assertEquals([linkType, fcs], [1, 4]);
  }
});

Deno.test("readPackets() passes over the padding of options and of a packet that was cut off", async () => {
  const body = numbers(
    ...[true, [2, 1], [2, 0], [4, 2]] as const, // 2 bytes of each packet are captured
    ...[[2, 2], [2, 3], [1, 0x65], [1, 0x74], [1, 0x68], [1, 0]] as const, // if_name "eth"
    ...[[2, 9], [2, 1], [1, 9], [1, 0], [1, 0], [1, 0], [2, 0], [2, 0]] as const, // nanoseconds
  );
  const simple = block(3, concat([numbers(true, [4, 5]), Uint8Array.of(9, 10)]), true);
  const file = concat([
    ...[section(true), block(1, body, true), simple],
    enhanced(true, 0, 7, Uint8Array.of(1)),
  ]);
  const packets = await packetsOf(inPieces(file, []));
  assertEquals(packets.map(({ time, length, hex }) => [time, length, hex]), [
    [0n, 5, "090a"],
    [7n, 1, "01"],
  ]);
});

Deno.test("formatTimestamp() writes times before 1970, which a damaged clock has, like all others", () => {
  const times = [0n, 1n, -1n, -1_500_000_000n].map(formatTimestamp);
  assertEquals(times, [
    "1970-01-01T00:00:00.000000000Z",
    "1970-01-01T00:00:00.000000001Z",
    "1969-12-31T23:59:59.999999999Z",
    "1969-12-31T23:59:58.500000000Z",
  ]);
});

Deno.test("formatTimestamp() knows no date beyond the years of RFC 3339", () => {
  const year = (date: string) => BigInt(Date.parse(date)) * 1_000_000n;
  const times = [
    year("9999-12-31T23:59:59.999Z"),
    year("+010000-01-01T00:00:00Z"),
    18_446_744_073_204_126_329_000n,
    year("-000001-12-31T23:59:59Z"),
  ];
  assertEquals(times.map(formatTimestamp), ["9999-12-31T23:59:59.999000000Z", null, null, null]);
});

Deno.test("readPackets() reads the same in whatever pieces the bytes come", async () => {
  const files = [
    pcap({ little: false, nanoseconds: true }),
    concat([section(true), description(true, 1, 6), enhanced(true, 0, 9, new Uint8Array(50))]),
    await concatOf(bytesOfFile("normal4.a.pcap")),
  ];
  for (const bytes of files) {
    const whole = await packetsOf(inPieces(bytes, []));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 30 }), async (cuts) => {
        assertEquals(await packetsOf(inPieces(bytes, cuts)), whole);
      }),
      { numRuns: 100 },
    );
  }
});

async function concatOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk.slice());
  return concat(chunks);
}

Deno.test("readPackets() reads captures that gzip has compressed", async () => {
  const bytes = await concatOf(bytesOfFile("normal4.a.pcap"));
  const zipped = await concatOf(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")),
  );
  assertEquals(await packetsOf(inPieces(zipped, [10, 20])), await packetsOf(inPieces(bytes, [])));
});

Deno.test("readPackets() reads the pcap of a patched libpcap, whose records have 8 bytes more", async () => {
  const bytes = Uint8Array.fromHex(
    "34cdb2a1020004000000000000000000ffff000001000000" + // little-endian
      "00f153650000000002000000020000000100000000080000" + "abcd" +
      "01f153650000000001000000010000000100000000080000" + "ef",
  );
  const packets = await packetsOf(inPieces(bytes, [30]));
  assertEquals(packets.map(({ hex }) => hex), ["abcd", "ef"]);
});

Deno.test("readPackets() reads a gzip file of several members (RFC 1952, section 2.2)", async () => {
  const bytes = await concatOf(bytesOfFile("normal4.a.pcap"));
  const zip = (part: Uint8Array<ArrayBuffer>) =>
    concatOf(new Blob([part]).stream().pipeThrough(new CompressionStream("gzip")));
  const zipped = concat([await zip(bytes.slice(0, 100)), await zip(bytes.slice(100))]);
  assertEquals(await packetsOf(inPieces(zipped, [10, 20])), await packetsOf(inPieces(bytes, [])));
});

Deno.test("readPackets() reads captures that zstd has compressed, of several frames (RFC 8878)", async () => {
  const bytes = await concatOf(bytesOfFile("normal4.a.pcap"));
  const parts = [bytes.slice(0, 100), bytes.slice(100)].map((part) => zstdCompressSync(part));
  const zipped = concat(parts.map((part) => new Uint8Array(part)));
  assertEquals(await packetsOf(inPieces(zipped, [10, 20])), await packetsOf(inPieces(bytes, [])));
});

Deno.test("readPackets() says that a compressed capture is damaged, after the packets before", async () => {
  const bytes = new Uint8Array(zstdCompressSync(captureOf([new Uint8Array(66)])));
  const other = new Uint8Array(zstdCompressSync(new Uint8Array(10)));
  for (const more of [other.slice(0, 3), other.slice(0, -1), Uint8Array.of(1, 2, 3, 4)]) {
    let count = 0;
    const error = await assertRejects(async () => {
      for await (const _ of readPackets(inPieces(concat([bytes, more]), []))) count++;
    }, CaptureError);
    assert(error.message.startsWith("its compression is damaged"), error.message);
    assertEquals(count, 1);
  }
});

Deno.test("readPackets() reads captures of snoop (RFC 1761)", async () => {
  const bytes = Uint8Array.fromHex(
    "736e6f6f700000000000000200000004" +
      "00000040000000020000001c00000000" + "6553f100000000 07".replace(" ", "") + "abcd0000" +
      "0000000100000001000000190000000965 53f101000f423f".replace(" ", "") + "ef",
  );
  const packets = await packetsOf(inPieces(bytes, [30]));
  assertEquals(packets.map(({ hex, length, time, linkType }) => [hex, length, time, linkType]), [
    ["abcd", 64, 1_700_000_000_000_007_000n, 1],
    ["ef", 1, 1_700_000_001_999_999_000n, 1],
  ]);
});

Deno.test("readPackets() reads pcap before version 2.4, in which the lengths stand the other way round", async () => {
  const file = (minor: number, lengths: string) =>
    Uint8Array.fromHex(
      `a1b2c3d40002000${minor}00000000000000000000ffff00000001` + `0000000100000000${lengths}abcd`,
    );
  const [short, long] = ["00000002", "00000040"];
  for (
    const [minor, lengths] of [[2, long + short], [3, long + short], [3, short + long]] as const
  ) {
    const packets = await packetsOf(inPieces(file(minor, lengths), []));
    assertEquals(packets.map(({ hex, length }) => [hex, length]), [["abcd", 64]]);
  }
});

Deno.test("captureWriter() writes what readPackets() reads, in both formats", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({
        linkType: fc.constantFrom(1, 101, 276),
        time: fc.bigInt({ min: 0n, max: 2n ** 32n * 1_000_000_000n - 1n }),
        bytes: fc.uint8Array({ maxLength: 70 }),
        more: fc.nat(9),
        fcs: fc.constantFrom(0, 4),
      })),
      fc.boolean(),
      async (all, isPcapng) => {
        const packets = all.map(({ more, bytes, fcs, linkType, time }, i) => ({
          number: i + 1,
          time,
          bytes,
          length: bytes.length + more,
          linkType: isPcapng ? linkType : all[0]!.linkType,
          fcs: isPcapng ? fcs : all[0]!.fcs,
        }));
        const writer = captureWriter(isPcapng ? "x.PCAPNG" : "x.pcap");
        const file = concat([...packets.map((each) => writer.packet(each)), writer.end()]);
        const found: CapturedPacket[] = [];
        for await (const packet of readPackets(inPieces(file, [40]))) {
          found.push({ ...packet, bytes: packet.bytes.slice() });
        }
        assertEquals(found, packets);
      },
    ),
  );
});

Deno.test("captureWriter() refuses a second type of links in pcap, and says what has several", () => {
  const writer = captureWriter("-");
  const packet = { number: 1, time: 0n, linkType: 1, bytes: new Uint8Array(3), length: 3 };
  writer.packet(packet);
  const error = assertThrows(
    () => writer.packet({ ...packet, number: 2, linkType: 113 }),
    CaptureError,
  );
  assertEquals(
    error.message,
    "packet 2 is of Linux cooked capture v1, those before of Ethernet: a pcap file has one type, a " +
      "file called .pcapng any",
  );
});

const DAMAGED:
  readonly (readonly [what: string, bytes: Uint8Array, packets: number, message: string])[] = [
    ["nothing", new Uint8Array(), 0, "it is empty"],
    [
      "an ELF program",
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1),
      0,
      "not a pcap or pcapng file (starts 0x7f454c46), and no hex dump",
    ],
    [
      "half of a file header",
      captureOf([]).slice(0, 10),
      0,
      "the file header is cut short: 10 of 24 bytes",
    ],
    [
      "a packet that ends too early",
      captureOf([new Uint8Array(66), new Uint8Array(66)]).slice(0, -54),
      1,
      "packet 2 at byte 106 is cut short: 12 of 66 bytes",
    ],
    [
      "a packet header that ends too early",
      captureOf([new Uint8Array(66)]).slice(0, 30),
      0,
      "packet 1 at byte 24 is cut short: 6 of 16 bytes of its header",
    ],
    [
      "a packet of four gigabytes",
      concat([captureOf([]), new Uint8Array(8).fill(0), new Uint8Array(8).fill(0xff)]),
      0,
      "packet 1 at byte 24 says that it has 4294967295 bytes; 262144 are the most",
    ],
    [
      "an interface that is not described",
      concat([section(true), enhanced(true, 3, 0, new Uint8Array(4))]),
      0,
      "packet 1 at byte 28 is of interface 3, which is not described",
    ],
    [
      "a version of pcap that does not exist",
      Uint8Array.fromHex("a1b2c3d4000200050000000000000000" + "0000ffff00000001"),
      0,
      "its version of pcap is 2.5, not one of 2.0 to 2.4",
    ],
    [
      "a version of pcapng that does not exist",
      Uint8Array.fromHex("0a0d0d0a0000001c1a2b3c4d00020000" + "ffffffffffffffff0000001c"),
      0,
      "the section at byte 0 has version 2.0 of pcapng, not 1.0",
    ],
    [
      "a version of snoop that does not exist",
      Uint8Array.fromHex("736e6f6f700000000000000300000004"),
      0,
      "its version of snoop is 3, not 2",
    ],
    [
      "FDDI of snoop",
      Uint8Array.fromHex("736e6f6f700000000000000200000008"),
      0,
      "its packets are of link type 8 of snoop, only Ethernet is read",
    ],
    [
      "a record of snoop that is shorter than its packet",
      Uint8Array.fromHex(
        "736e6f6f700000000000000200000004" + "000000020000000200000018" + "00".repeat(12),
      ),
      0,
      "packet 1 at byte 16 says that its record has 24 bytes",
    ],
    ["xz", Uint8Array.fromHex("fd377a585a000004"), 0, "it is compressed by xz: unxz first"],
    [
      "bzip2",
      Uint8Array.fromHex("425a6839314159265359f0a1b2c3"),
      0,
      "it is compressed by bzip2: bunzip2 first",
    ],
    [
      "a block of five bytes",
      concat([section(true), numbers(true, [4, 6], [4, 5], [4, 5])]),
      0,
      "the block at byte 28 says that it has 5 bytes",
    ],
  ];

for (const [what, bytes, packets, message] of DAMAGED) {
  Deno.test(`readPackets() says what is wrong: ${what}`, async () => {
    let count = 0;
    const error = await assertRejects(async () => {
      for await (const _ of readPackets(inPieces(bytes, []))) count++;
    }, CaptureError);
    assertEquals([error.message, count], [message, packets]);
  });
}

Deno.test("readPackets() gives its source back when nobody wants more packets", async () => {
  let ended = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(captureOf([new Uint8Array(10)]));
    } finally {
      ended = true;
    }
  }
  for await (const _ of readPackets(source())) break;
  assert(ended);
});

Deno.test({
  name: "readPackets() reads what Wireshark's editcap makes of Ethernet for snoop",
  ...needs("editcap"),
  async fn() {
    const path = new URL("../examples/first-contact.pcap", import.meta.url);
    const expected = await packetsOf(ReadableStream.from([await Deno.readFile(path)]));
    const out = await Deno.makeTempFile();
    const { success } = await new Deno.Command("editcap", {
      args: ["-F", "snoop", path.pathname, out],
      stderr: "null",
    }).output();
    assert(success);
    const found = await packetsOf(inPieces(await Deno.readFile(out), []));
    await Deno.remove(out);
    assertEquals(found, expected.map((each) => ({ ...each, time: each.time / 1000n * 1000n })));
  },
});

Deno.test({
  name: "readPackets() reads what Wireshark's editcap makes of the captures",
  ...needs("editcap"),
  async fn() {
    const folder = await Deno.makeTempDir();
    for (const name of CAPTURES.filter((each) => each !== "blackhole.b.pcap")) {
      const bytes = await concatOf(bytesOfFile(name));
      const expected = await packetsOf(inPieces(bytes, []));
      await Deno.writeFile(`${folder}/in.pcap`, bytes);
      for (const format of ["pcapng", "nsecpcap", "pcap", "modpcap"]) {
        const { success } = await new Deno.Command("editcap", {
          args: ["-F", format, `${folder}/in.pcap`, `${folder}/out`],
          stderr: "null",
        }).output();
        assert(success);
        const found = await packetsOf(inPieces(await Deno.readFile(`${folder}/out`), []));
        // A file with microseconds has lost the rest of the time.
        const unit = /^(pcap|modpcap)$/.test(format) ? 1000n : 1n;
        assertEquals(
          found,
          expected.map((each) => ({ ...each, time: each.time / unit * unit })),
          `${name} as ${format}`,
        );
      }
    }
    await Deno.remove(folder, { recursive: true });
  },
});
