/**
 * The client of the notes without its faults: the end of input ends the loop, and bytes are passed on as
 * they come, so that no character is cut.
 *
 * @module
 */
const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });

/** Prints what the server answers. */
async function print(): Promise<void> {
  for await (const bytes of conn.readable) {
    await Deno.stdout.write(bytes);
  }
}

const printed = print();
for await (const bytes of Deno.stdin.readable) {
  await conn.write(bytes);
}
await conn.closeWrite();
await printed;
