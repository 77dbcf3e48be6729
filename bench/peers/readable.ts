/**
 * Deno with web streams, as its manual shows them: deno run -A readable.ts PORT
 *
 * @module
 */

async function answer(conn: Deno.TcpConn): Promise<void> {
  const upper = new TransformStream<string, string>({
    transform: (text, controller) => controller.enqueue(text.toUpperCase()),
  });
  await conn.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(upper)
    .pipeThrough(new TextEncoderStream())
    .pipeTo(conn.writable);
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
for await (const conn of listener) {
  conn.setNoDelay(true);
  answer(conn).catch(() => {}); // the peer has broken it off
}
