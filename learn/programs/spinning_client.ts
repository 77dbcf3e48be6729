/**
 * A client as it stands in many notes. It has two faults: what happens at the end of input, and what
 * happens to a character that comes in two pieces?
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a lesson runs it as a program of its own
const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
const decoder = new TextDecoder();
const buffer = new Uint8Array(4);

/** Prints what the server answers. */
async function print(): Promise<void> {
  const answer = new Uint8Array(4);
  for (;;) {
    const count = await conn.read(answer);
    if (count === null) return;
    console.log(decoder.decode(answer.subarray(0, count)));
  }
}

print();
for (;;) {
  const count = await Deno.stdin.read(buffer);
  if (count === null) {
    console.log("os.Stdin.Read EOF");
    continue;
  }
  await conn.write(buffer.subarray(0, count));
}
