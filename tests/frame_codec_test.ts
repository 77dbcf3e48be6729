import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { concat } from "@std/bytes/concat";
import { readPackets } from "../capture/packet_source.ts";
import { dissect } from "../packet/dissect.ts";
import { encodeHeader, wrap } from "../packet/encode.ts";
import { explain, type ExplainedLayer } from "../packet/explain.ts";
import { formatValue } from "../packet/field.ts";
import { LINK } from "../packet/link.ts";
import { loadProtocols } from "../packet/protocols.ts";
import { frames, headerOf } from "./frames.ts";
import { bytesOfFile, CAPTURES } from "./captures.ts";

await loadProtocols(); // dissect() loads none

/** Asserts that the layers of a packet are encoded to its bytes again, but for the bits that are in no field. */
function assertEncodedAgain(
  bytes: Uint8Array,
  linkType: number,
  length = bytes.length,
): void {
  const layers = dissect(bytes, linkType, length);
  const headers = layers.map((layer) => headerOf(layer, bytes));
  const expected = bytes.slice();
  headers.forEach(({ table }, i) => {
    const named = new Set(
      table.fields.flatMap(({ bit, bits }) => Array.from({ length: bits }, (_, k) => bit + k)),
    );
    for (let bit = 0; bit < table.size * 8; bit++) {
      if (!named.has(bit)) expected[layers[i]!.start + (bit >> 3)]! &= ~(0x80 >> (bit & 7));
    }
  });
  assertEquals(concat(headers.map(encodeHeader)).toHex(), expected.toHex());
}

function explained(bytes: Uint8Array, linkType: number = LINK.ethernet, length = bytes.length) {
  return explain({ bytes, length, layers: dissect(bytes, linkType, length) });
}

/** Returns the fields of a layer as text by their names. */
function shown(layers: readonly ExplainedLayer[], name: string): Record<string, string> {
  const layer = layers.find((each) => each.name === name);
  assert(layer, `no ${name} in ${layers.map((each) => each.name)}`);
  return Object.fromEntries(layer.fields.map((field) => [field.name, formatValue(field)]));
}

function problems(layers: readonly ExplainedLayer[]): string[] {
  return layers.flatMap(({ name, problems }) => problems.map((each) => `${name}: ${each}`));
}

Deno.test("dissect() finds again the headers, fields and content that wrap() was given", () => {
  fc.assert(
    fc.property(frames, ({ layers, payload }) => {
      const bytes = wrap(layers, payload);
      const found = dissect(bytes);
      const names = layers.map(({ name }) => name);
      const headers = found.slice(0, names.length);
      assertEquals(headers.map(({ name }) => name), names);
      const content = found[names.length]; // of a protocol where the random port is its own
      assertEquals(content !== undefined, payload.length > 0);
      assertEquals(bytes.subarray(content?.start ?? bytes.length).toHex(), payload.toHex());
      headers.forEach((layer, i) => {
        const { table, values, options } = headerOf(layer, bytes);
        for (const [name, value] of layers[i]!.set) {
          const at = table.fields.findIndex((spec) => spec.name === name);
          assertEquals(values[at], value, name);
        }
        assertEquals(options.toHex(), (layers[i]!.options ?? new Uint8Array()).toHex());
      });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("encodeHeader() makes the bytes again that headerOf() has read, of any frame", () => {
  fc.assert(
    fc.property(frames, ({ layers, payload }) => {
      const bytes = wrap(layers, payload);
      assertEncodedAgain(bytes, LINK.ethernet);
    }),
    { numRuns: 500 },
  );
});

Deno.test("encodeHeader() makes the bytes again that headerOf() has read, of any bytes on any link", () => {
  const links = fc.constantFrom(...Object.values(LINK), 105);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), links, (bytes, linkType) => {
      assertEncodedAgain(bytes, linkType);
    }),
    { numRuns: 3000 },
  );
});

for (const name of CAPTURES) {
  Deno.test(`encodeHeader() makes the bytes of the real packets in ${name} again`, async () => {
    let count = 0;
    for await (const { bytes, linkType, length } of readPackets(bytesOfFile(name))) {
      assertEncodedAgain(bytes, linkType, length);
      count++;
    }
    assert(count > 0 || name === "blackhole.b.pcap"); // nothing arrived there
  });
}

Deno.test("explain() covers every bit of a whole header once", () => {
  fc.assert(
    fc.property(frames, ({ layers, payload }) => {
      const bytes = wrap(layers, payload);
      for (const { name, pos, fields } of explained(bytes).slice(0, layers.length)) {
        if (name === "tcp") continue; // options are shown whole and in parts
        let bit = 8 * pos;
        for (const { spec } of fields) bit += spec.bits;
        const next = dissect(bytes).find(({ start }) => start > pos)?.start ?? bytes.length;
        assertEquals(bit, 8 * next, name);
      }
    }),
    { numRuns: 200 },
  );
});

/** A frame that has a bit of everything, as it was computed by hand from the RFCs. */
const HELLO =
  "00005e00530200005e00530108004500002d000040004006b6c7c0000201c0000202c7381f4000000000000000005018ffff017900006" +
  "8656c6c6f";

Deno.test("explain() names every field of a plain TCP segment", () => {
  const layers = explained(Uint8Array.fromHex(HELLO));
  assertEquals(layers.map(({ title }) => title), ["Ethernet II", "IPv4", "TCP", "data"]);
  assertEquals(shown(layers, "ip")["ip.src"], "192.0.2.1");
  assertEquals(shown(layers, "tcp"), {
    "tcp.srcport": "51000",
    "tcp.dstport": "8000",
    "tcp.seq_raw": "0",
    "tcp.ack_raw": "0",
    "tcp.hdr_len": "20",
    "tcp.flags": "0x0018",
    "tcp.window_size_value": "65535",
    "tcp.checksum": "0x0179",
    "tcp.urgent_pointer": "0",
  });
  assertEquals(problems(layers), []);
});

/** Returns the frame `HELLO` with other bytes at `at`. */
function changed(at: number, hex: string, size = HELLO.length / 2): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.fromHex(HELLO);
  bytes.set(Uint8Array.fromHex(hex), at);
  return bytes.slice(0, size);
}

const DAMAGES:
  readonly (readonly [what: string, bytes: Uint8Array, problems: readonly string[]])[] = [
    ["a wrong checksum of IPv4", changed(24, "b6c8"), ["ip: checksum 0xb6c8, should be 0xb6c7"]],
    ["a wrong checksum of TCP", changed(50, "0001"), ["tcp: checksum 0x0001, should be 0x0179"]],
    [
      "checksums of IP that are 0, as drivers leave them to the network card",
      changed(24, "0000"),
      ["ip: checksum 0: left to the network card (offload), not an error"],
    ],
    [
      "a checksum of TCP that is 0",
      changed(50, "0000"),
      ["tcp: checksum 0: left to the network card (offload), not an error"],
    ],
    ["a changed byte of the data", changed(54, "69"), ["tcp: checksum 0x0179, should be 0x0079"]],
    [
      "a checksum left to the network card",
      changed(50, "8423"),
      [
        "tcp: checksum 0x8423 is only the pseudo-header sum: left to the network card (offload), not an error",
      ],
    ],
    [
      "a total length that is too large",
      changed(16, "0059000040004006b69b"),
      ["ip: total length 89, only 45 bytes present"],
    ],
    ["another version", changed(14, "55"), ["ip: version is 5, not 4"]],
    ["a header length below the least", changed(14, "44"), [
      "ip: header length 16, but the least is 20",
    ]],
    ["a header length beyond the end", changed(14, "4f"), ["ip: header cut short: 45 of 60 bytes"]],
    ["an Ethernet header that is cut", changed(0, "00", 12), [
      "eth: header cut short: 12 of 14 bytes",
    ]],
    ["an IPv4 header that is cut", changed(0, "00", 26), ["ip: header cut short: 12 of 20 bytes"]],
    [
      "a TCP header that is cut",
      changed(0, "00", 44),
      ["ip: total length 45, only 30 bytes present", "tcp: header cut short: 10 of 20 bytes"],
    ],
    ["a data offset below the least", changed(46, "40"), [
      "tcp: header length 16, but the least is 20",
    ]],
  ];

for (const [what, bytes, expected] of DAMAGES) {
  Deno.test(`explain() says what is wrong: ${what}`, () => {
    const found = problems(explained(bytes));
    assertEquals(found.length, expected.length, found.join("; "));
    expected.forEach((each, i) => assert(found[i]!.startsWith(each), found.join("; ")));
  });
}

Deno.test("explain() blames the capture, not the packet, for what the capture has cut off", () => {
  const bytes = Uint8Array.fromHex(HELLO).slice(0, 56);
  assertEquals(problems(explained(bytes, LINK.ethernet, 59)), [
    "data: cut short by the capture: 2 of 5 bytes",
  ]);
  const tcp = explained(bytes, LINK.ethernet, 59).find(({ name }) => name === "tcp")!;
  assertEquals(tcp.checksum?.status, "unchecked");
});

Deno.test("wrap() sends a UDP checksum of 0 as ffff", () => {
  // The two bytes of the payload make the sum what it takes.
  const layers = (payload: Uint8Array) =>
    wrap([{ name: "ip", set: new Map() }, { name: "udp", set: new Map() }], payload);
  const sum = explained(layers(Uint8Array.of(0, 0)), LINK.raw)[1]!.checksum!.found;
  const bytes = layers(Uint8Array.of(sum >> 8, sum & 0xff));
  const udp = explained(bytes, LINK.raw)[1]!;
  assertEquals(udp.checksum, { status: "good", found: 0xffff, expected: 0xffff });
});

Deno.test("explain() knows that UDP over IPv4 may be without a checksum, and over IPv6 not", () => {
  const set = new Map([["udp.checksum", 0]]);
  const over = (name: "ip" | "ipv6") =>
    problems(
      explained(
        wrap([{ name, set: new Map() }, { name: "udp", set }], new Uint8Array(3)),
        LINK.raw,
      ),
    );
  assertEquals(over("ip"), []);
  assertEquals(over("ipv6"), ["udp: checksum 0 is not allowed over IPv6"]);
});

Deno.test("dissect() stops at a hundred headers inside each other", () => {
  const deep = wrap(
    Array.from({ length: 100 }, () => ({ name: "vlan", set: new Map() }) as const),
    new Uint8Array(),
  );
  const bytes = concat([new Uint8Array(12), Uint8Array.of(0x81, 0), deep]);
  const layers = dissect(bytes);
  assert(layers.length <= 42, `${layers.length} layers`);
  assertEquals(layers.at(-1)!.name, "data");
});

Deno.test("dissect() takes protocols below 0x600 of Linux cooked captures for no length", () => {
  const layersOf = (protocol: string) =>
    dissect(
      Uint8Array.fromHex(
        `000200010006020000000009 0000${protocol}424203`.replace(" ", "") +
          "00".repeat(35),
      ),
      LINK.sll,
    ).map(({ name, start, body }) => [name, body - start]);
  assertEquals(layersOf("0004"), [["sll", 16], ["llc", 3], ["stp", 35]]);
  assertEquals(layersOf("000c"), [["sll", 16], ["can", 8], ["padding", 30]]);
});

Deno.test("explain() takes the last address of a source route into the pseudo-header", () => {
  const bytes = Uint8Array.fromHex(
    "48000034000100004006ac74090a0b0c0d0e0f10830b04010203040506070800001400500000000000000000500220006f5b0000",
  );
  const tcp = explained(bytes, 228).find(({ name }) => name === "tcp");
  assertEquals(tcp?.checksum, { status: "good", found: 0x6f5b, expected: 0x6f5b });
});

Deno.test("dissect() takes what stands behind the end of an IPv6 packet for padding", () => {
  const layers = [
    { name: "eth", set: new Map() },
    { name: "ipv6", set: new Map() },
    { name: "udp", set: new Map() },
  ];
  const bytes = concat([wrap(layers, Uint8Array.of(1, 2)), Uint8Array.of(0xde, 0xad, 0xbe, 0xef)]);
  const found = explained(bytes);
  assertEquals(found.map(({ name, size }) => [name, size]), [
    ["eth", 14],
    ["ipv6", 40],
    ["udp", 8],
    ["data", 2],
    ["padding", 4],
  ]);
  assertEquals(found[2]!.checksum?.status, "good");
});
