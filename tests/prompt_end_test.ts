/**
 * The end of a conversation at a prompt: all that is to be drawn is on the terminal before netkit ends.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { client } from "../client.ts";
import { Stopped } from "../cli/errors.ts";
import { serve } from "../server.ts";
import { fakeIo, run } from "./fakes.ts";
import { until } from "./waiting.ts";

/** A terminal whose keys the test types, and which shows what is written some turns of the event loop later. */
function slowTerminal() {
  const io = fakeIo({ terminal: true, env: { NO_COLOR: "1" } });
  const typed: string[] = [];
  let [wake, shown] = [() => {}, ""];
  const write = async (bytes: Uint8Array) => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
    shown += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  Object.assign(io.stdout, { write });
  Object.assign(io.stderr, { write });
  Object.assign(io.stdin, {
    async read(buffer: Uint8Array) {
      while (typed.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return new TextEncoder().encodeInto(typed.shift()!, buffer).written;
    },
  });
  Object.assign(io, {
    openTerminal: () =>
      Promise.resolve({
        size: () => ({ columns: 60, rows: 12 }),
        suspend: () => Promise.resolve(),
        close() {},
      }),
  });
  const type = (keys: string) => {
    typed.push(keys);
    wake();
  };
  return { io, type, shown: () => shown };
}

for (const end of ["client", "serve --talk"] as const) {
  Deno.test(`Ctrl-C at the prompt of ${end} erases the line before netkit ends, however slow the terminal is`, async () => {
    const { io, type, shown } = slowTerminal();
    const listener = end === "client" ? Deno.listen({ hostname: "127.0.0.1", port: 0 }) : null;
    const running = (listener === null
      ? run(serve, ["--talk", "0"], io)
      : run(client, [`127.0.0.1:${listener.addr.port}`], io)).catch((error) =>
        error
      );
    if (listener === null) await until(() => /listen +127\.0\.0\.1:\d+/.test(shown()), shown);
    const port = () => Number(shown().match(/listen +127\.0\.0\.1:(\d+)/)![1]);
    using conn = await (listener?.accept() ?? Deno.connect({ port: port() }));
    await until(() => shown().endsWith("> "), shown);
    type("never sent");
    await until(() => shown().endsWith("> never sent"), shown);
    type("\x03");
    const ended = await running;
    assertEquals(ended instanceof Stopped && ended.exit, 130);
    assert(shown().endsWith("> never sent\r\x1b[K"), JSON.stringify(shown()));
    await conn.readable.cancel();
    listener?.close();
  });
}
