/**
 * Lists of packets as tcpdump and tshark print them, which `trace -r` reads as the capture itself.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";

/** What `trace --json` tells of `bytes`: numbers, flags and moves of each segment, and the ends. */
async function told(bytes: Uint8Array): Promise<unknown[]> {
  const io = fakeIo({ files: { x: bytes } });
  assertEquals(await run(trace, ["-r", "x", "--json"], io), 0);
  return io.out().trimEnd().split("\n").map((line) => {
    const { type, connection, from, flags, seq, ack, bytes, moves, paths, refused } = JSON.parse(
      line,
    );
    return { type, connection, from, flags, seq, ack, bytes, moves, paths, refused };
  });
}

async function output(program: string, args: readonly string[]): Promise<Uint8Array> {
  const { stdout } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stderr: "null",
    env: { TZ: "UTC" },
  }).output();
  return stdout;
}

const EXAMPLES = new URL("../examples/", import.meta.url);
const NAMES = ["four-segment-close", "half-close", "refused", "reset", "simultaneous-open"];

/** Declares a test for each of these variants of the output of a program. */
export function testPacketLists(
  program: "tcpdump" | "tshark",
  variants: readonly string[],
): void {
  for (const variant of variants) {
    Deno.test({
      name: `trace -r reads the lines of ${program} ${variant} as the capture itself`,
      ...needs(program),
      async fn() {
        for (const name of program === "tshark" ? NAMES.slice(0, 2) : NAMES) {
          const path = new URL(`${name}.pcap`, EXAMPLES).pathname;
          const more = variant.split(" ").filter((word) => word !== "");
          const text = await output(program, ["-n", ...more, "-r", path]);
          assertEquals(await told(text), await told(await Deno.readFile(path)), name);
        }
      },
    });
  }
}
