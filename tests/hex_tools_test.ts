import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { HexDumpError } from "../capture/hex_digits.ts";
import { parseHexDump } from "../capture/hex_dump.ts";
import { captureOf, frames } from "./frames.ts";
import { needs, UNIX } from "./needs.ts";
import { wrap } from "../packet/encode.ts";

/** Bytes that make a dump hard to read: text beside it that looks like bytes, rows left out. */
function* hardBytes(): Generator<Uint8Array<ArrayBuffer>> {
  const digits = "ab cd ef 01 23 45 67 89  deadbeef 0000 ";
  for (const size of [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 59, 60, 74, 100, 300]) {
    const random = new Uint8Array(size);
    let state = size;
    yield random.map(() => (state = state * 1103515245 + 12345 & 0x7fffffff) >> 16);
    yield new Uint8Array(size).map((_, i) => digits.charCodeAt((3 * i + size) % digits.length));
    yield new Uint8Array(size);
    yield new Uint8Array(size).fill(0x20);
  }
}

/** Programs that dump a file, and the program that has to be there. */
const DUMPERS: readonly (readonly [command: string, program: string])[] = [
  ["xxd", "xxd"],
  ["xxd -p", "xxd"],
  ["xxd -i", "xxd"],
  ["xxd -g 1 -u", "xxd"],
  ["xxd -c 8", "xxd"],
  ["xxd -c 32 -g 4", "xxd"],
  ["hexdump -C", "hexdump"],
  ["hexdump -C -v", "hexdump"],
  ["hexdump", "hexdump"],
  ["od -A x -t x1", "od"],
  ["od -t x1", "od"],
  ["od -A d -t x1", "od"],
  ["od -A x -t x1z -v", "od"],
  ["od -A n -t x1 -v", "od"],
];

for (const [command, program] of DUMPERS) {
  Deno.test({
    name: `parseHexDump() reads what ${command} prints`,
    ...needs(UNIX, program),
    async fn() {
      const path = await Deno.makeTempFile();
      const [name, ...args] = command.split(" ");
      for (const bytes of hardBytes()) {
        await Deno.writeFile(path, bytes);
        const { stdout } = await new Deno.Command(name!, { args: [...args, path] }).output();
        const text = new TextDecoder().decode(stdout);
        const found = parseHexDump(text).map((each) => each.toHex());
        assertEquals(found, [bytes.toHex()], text);
        assertEquals(parseHexDump(asCopied(text)).map((each) => each.toHex()), found, "as copied");
      }
      await Deno.remove(path);
    },
  });
}

/** Returns a dump as a web page gives it: lines of Windows, blanks that do not break. */
function asCopied(text: string): string {
  return text.replaceAll("\n", "\r\n").replaceAll("  ", " \u00a0");
}

/** Programs that dump packets; some leave out the headers of the link. */
const PACKET_DUMPERS: readonly (readonly [command: string, program: string, link: boolean])[] = [
  ["tcpdump -n -x", "tcpdump", false],
  ["tcpdump -n -X", "tcpdump", false],
  ["tcpdump -n -xx", "tcpdump", true],
  ["tcpdump -n -XX", "tcpdump", true],
  ["tcpdump -n -e -XX -tttt", "tcpdump", true],
  ["tshark -n -x", "tshark", true],
  ["tshark -n -x -P", "tshark", true],
];

for (const [command, program, link] of PACKET_DUMPERS) {
  Deno.test({
    name: `parseHexDump() reads the packets that ${command} prints`,
    ...needs(program),
    async fn() {
      // Of ARP with unknown operations, tcpdump prints dumps of its own besides.
      const samples = fc.sample(frames, { numRuns: 60, seed: 7 })
        .filter(({ layers }) => layers.at(-1)!.name !== "arp");
      const packets = samples.map(({ layers, payload }) => wrap(layers, payload));
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      await Deno.writeFile(path, captureOf(packets));
      const [name, ...args] = command.split(" ");
      const { stdout } = await new Deno.Command(name!, {
        args: [...args, "-r", path],
        stderr: "null",
      }).output();
      await Deno.remove(path);
      const found = parseHexDump(new TextDecoder().decode(stdout)).map((each) => each.toHex());
      const links = samples.map(({ layers }) =>
        link ? 0 : 14 + 4 * layers.filter(({ name }) => name === "vlan").length
      );
      assertEquals(found, packets.map((each, i) => each.subarray(links[i]).toHex()));
    },
  });
}

const WRITTEN: readonly (readonly [what: string, text: string, packets: readonly string[]])[] = [
  ["digits", "00005e0053\n", ["00005e0053"]],
  ["digits in groups of four", "0000 5e00 5302 0000", ["00005e0053020000"]],
  ["colons", "00:00:5e:00:53:02", ["00005e005302"]],
  ["dashes", "00-00-5E-00", ["00005e00"]],
  ["an escaped string", '"\\x00\\x5e" \\\n"\\x00\\x53"', ["005e0053"]],
  ["bytes of Python", 'b"\\x00\\x5e"', ["005e"]],
  ["a list with 0x", "0x00, 0x5e, 0x00", ["005e00"]],
  ["packets with an empty line between", "0102\n0304\n\n\n0506\n", ["01020304", "0506"]],
  [
    "arrays of C with comments",
    "/* Frame (3 bytes) */\nstatic const unsigned char pkt1[3] = {\n0x00, 0x5e, /* .^ */\n0x7d  // }\n};\n" +
    "unsigned char pkt2[] = { 1,0x02 };".replace("1,", "0x01,"),
    ["005e7d", "0102"],
  ],
  [
    "two dumps in one",
    "0000  01 02 03 04   ....\n\n0000  05 06   ..\n",
    ["01020304", "0506"],
  ],
  [
    "a dump of Wireshark with what it reassembled",
    "Frame (4 bytes):\n\n0000  01 02 03 04   ....\n\nReassembled TCP (6 bytes):\n0000  05 06 07 08 09 0a   ......\n",
    ["01020304"],
  ],
  ["a byte order mark", "\ufeff0000: 0102", ["0102"]],
  ["nothing", "\n\n", []],
];

for (const [what, text, packets] of WRITTEN) {
  Deno.test(`parseHexDump() reads ${what}`, () => {
    assertEquals(parseHexDump(text).map((each) => each.toHex()), packets);
  });
}

const WRONG: readonly (readonly [text: string, message: string])[] = [
  [
    "00000000: 0102 0304 0506 0708 090a 0b0c 0d0e 0f10\n00000010: 01\n00000020: 02\n",
    "line 3: offset 0x20 where 0x11 was expected",
  ],
  [
    "0000: 0102 0304 0506 0708 090a 0b0c 0d0e 0f10  ................\n" +
    "0020: 0102 0304 0506 0708 090a 0b0c 0d0e 0f10  ................\n",
    "line 2: offset 0x20 where 0x10 was expected",
  ],
  ["123", "packet 1: odd number of hex digits, 3"],
  ["01 02\n03 0y", 'line 2: "y" is not a hexadecimal digit'],
  ["hello", 'line 1: "h" is not a hexadecimal digit'],
];

for (const [text, message] of WRONG) {
  Deno.test(`parseHexDump() refuses ${JSON.stringify(text)}`, () => {
    assertEquals(assertThrows(() => parseHexDump(text), HexDumpError).message, message);
  });
}
