/**
 * Deno with `read` and `write` in a loop, a buffer of 4 KiB, a to z only: deno run -A loop.ts PORT
 *
 * @module
 */

async function answer(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (let length; (length = await conn.read(buffer)) !== null;) {
    for (let i = 0; i < length; i++) {
      const byte = buffer[i]!;
      if (byte >= 0x61 && byte <= 0x7a) buffer[i] = byte - 0x20;
    }
    for (let written = 0; written < length;) {
      written += await conn.write(buffer.subarray(written, length));
    }
  }
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
for await (const conn of listener) {
  conn.setNoDelay(true);
  answer(conn).catch(() => conn.close());
}
