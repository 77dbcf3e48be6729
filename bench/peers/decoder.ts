/**
 * Deno with a loop around a streaming `TextDecoder`, a buffer of 64 KiB: deno run -A decoder.ts PORT
 *
 * @module
 */

const encoder = new TextEncoder();

async function writeAll(conn: Deno.TcpConn, text: string): Promise<void> {
  const bytes = encoder.encode(text.toUpperCase());
  for (let written = 0; written < bytes.length;) {
    written += await conn.write(bytes.subarray(written));
  }
}

async function answer(conn: Deno.TcpConn): Promise<void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(64 * 1024);
  for (let length; (length = await conn.read(buffer)) !== null;) {
    await writeAll(conn, decoder.decode(buffer.subarray(0, length), { stream: true }));
  }
  await writeAll(conn, decoder.decode());
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
for await (const conn of listener) {
  conn.setNoDelay(true);
  answer(conn).catch(() => conn.close());
}
