import { assertEquals, assertStringIncludes } from "@std/assert";
import { onesSum, pseudoHeaderSum } from "../packet/checksum.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";

/** Sizes of pcap, and of IPv4 without options, in bytes. */
const [FILE, RECORD, IPV4] = [24, 16, 20];
const TCP = 6;

/** The example, captured at 10.9.0.1, with the unfinished checksums that the kernel makes for these senders. */
async function unfinished(senders: readonly number[]): Promise<Uint8Array> {
  const url = new URL("../examples/simultaneous-close.pcap", import.meta.url);
  const file = await Deno.readFile(url);
  const view = new DataView(file.buffer);
  for (let at = FILE; at < file.length;) {
    const length = view.getUint32(at + 8, true);
    const ip = at + RECORD; // the link type is raw IP
    if (senders.includes(file[ip + 15]!)) {
      const addresses = file.subarray(ip + 12, ip + 20);
      const sum = pseudoHeaderSum(addresses, TCP, view.getUint16(ip + 2) - IPV4);
      view.setUint16(ip + IPV4 + 16, onesSum(file, 0, 0, sum));
    }
    at += RECORD + length;
  }
  return file;
}

async function read(file: Uint8Array, args: readonly string[]): Promise<[string, string]> {
  const io = fakeIo({ files: { x: file }, stdin: file });
  assertEquals(await run(trace, args, io), 0);
  return [io.out(), io.err()];
}

Deno.test("trace -r knows the host of the capture by its unfinished checksums", async () => {
  const [expected] = await read(await unfinished([]), ["-r", "x", "--at", "10.9.0.1"]);
  const [out, err] = await read(await unfinished([1]), ["-r", "x"]);
  assertEquals(out, expected);
  assertStringIncludes(err, "taken at 10.9.0.1: only there");
  const [other] = await read(await unfinished([2]), ["-r", "x"]);
  assertEquals(other, (await read(await unfinished([]), ["-r", "x", "--at", "10.9.0.2"]))[0]);
});

for (
  const [what, senders, args] of [
    ["all checksums are right", [], ["-r", "x"]],
    ["those of both directions are unfinished: one machine", [1, 2], ["-r", "x"]],
    ["the capture comes from a pipe, which may be live", [1], ["-r", "-"]],
    ["--at says it", [1], ["-r", "x", "--at", "10.9.0.2"]],
  ] as const
) {
  Deno.test(`trace -r infers no host where ${what}`, async () => {
    const [, err] = await read(await unfinished(senders), args);
    assertEquals(err, "");
  });
}
