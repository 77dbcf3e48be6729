import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { HexDump } from "../talk/transfer_dump.ts";
import { formatTime } from "../text/units.ts";

Deno.test("HexDump shows offsets, sixteen bytes and their characters, in 80 columns", () => {
  const dump = new HexDump();
  const linesOf = (bytes: Uint8Array) => dump.format("read", bytes, 0).split("\n").slice(1);
  assertEquals(linesOf(new Uint8Array(16))[0]!.length, 78);
  assertEquals(linesOf(new TextEncoder().encode("hello, world\n\x1b[2Jé")), [
    "00000010  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 0a 1b 5b 32  |hello, world..[2|",
    "00000020  4a c3 a9                                          |J..|",
  ]);
  assertEquals(linesOf(new Uint8Array()), []);
});

/** Reads the bytes of dump lines back, at the offsets where they stand. */
function parseDump(text: string, bytes: number[] = []): number[] {
  for (const [, offset, hex] of text.matchAll(/^([0-9a-f]{8}) {2}((?:[0-9a-f]{2} {1,2})+)/gm)) {
    hex!.trim().split(/ +/).forEach((pair, i) => {
      bytes[parseInt(offset!, 16) + i] = parseInt(pair, 16);
    });
  }
  return bytes;
}

Deno.test("HexDump of any cut has every byte at its offset, each direction for itself", () => {
  const moves = fc.array(
    fc.record({
      event: fc.constantFrom("read", "write"),
      bytes: fc.uint8Array({ maxLength: 40 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(fc.property(moves, (moves) => {
    const dump = new HexDump();
    const seen = { read: [] as number[], write: [] as number[] };
    const moved = { read: [] as number[], write: [] as number[] };
    for (const { event, bytes } of moves) {
      const text = dump.format(event, bytes, 0);
      assert(text.split("\n").every((line) => line.length <= 80));
      parseDump(text, seen[event]);
      moved[event].push(...bytes);
    }
    assertEquals(seen, moved);
  }));
});

Deno.test("HexDump says which way, when and how much", () => {
  const dump = new HexDump();
  const time = 1_700_000_000_000;
  assertEquals(
    dump.format("write", Uint8Array.of(0x41), time),
    `> ${formatTime(time)}  1 B\n00000000  41${" ".repeat(48)}|A|`,
  );
  assertEquals(dump.format("read", new Uint8Array(), time), `< ${formatTime(time)}  0 B`);
});
