import { assertEquals } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import { answer, serveDatagrams } from "../net/datagrams.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import type { ServerEvent } from "../net/events.ts";
import { bindDatagrams } from "../net/udp.ts";
import { asciiUpperCase, upperCase } from "../net/upper.ts";
import { needs, UNIX } from "./needs.ts";
import { endProcess } from "./waiting.ts";

/** A server for datagrams on a free port. Disposing of it stops it. */
class DatagramServer {
  readonly events: ServerEvent[] = [];
  readonly #stop = new AbortController();
  #done = Promise.resolve();
  #told: (kind: string) => void = () => {};
  port = 0;

  static async start(
    options: { access?: (address: string) => boolean; verbose?: boolean } = {},
    where = "127.0.0.1:0",
  ): Promise<DatagramServer> {
    const server = new DatagramServer();
    const socket = await bindDatagrams(parseEndpoint(where));
    server.port = Number(socket.address.split(":").at(-1));
    server.#done = serveDatagrams(socket, {
      transform: upperCase,
      stop: server.#stop.signal,
      onEvent: (event) => {
        server.events.push(event);
        server.#told(event.event);
      },
      ...options,
    });
    return server;
  }

  /** Resolves at the next event of this kind. */
  next(kind: ServerEvent["event"]): Promise<void> {
    return new Promise((resolve) => this.#told = (told) => told === kind && resolve());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

/** Resolves to the next datagram that `socket` receives, as text. */
function next(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once("message", (data) => resolve(data.toString())));
}

/** Runs `test` with a UDP socket. */
async function withSocket(test: (socket: Socket) => Promise<void>, type: "udp4" | "udp6" = "udp4") {
  const socket = createSocket(type);
  try {
    await test(socket);
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

for (const length of [0, 1, 1472, 65507]) {
  Deno.test(`serveDatagrams() answers a datagram of ${length} bytes`, async () => {
    await using server = await DatagramServer.start();
    await withSocket(async (socket) => {
      const answered = next(socket);
      socket.send("ß".repeat(length / 2) + "x".repeat(length % 2), server.port, "127.0.0.1");
      assertEquals(await answered, "SS".repeat(length / 2) + "X".repeat(length % 2));
    });
  });
}

Deno.test("serveDatagrams() works over IPv6", async () => {
  await using server = await DatagramServer.start({}, "[::1]:0");
  await withSocket(async (socket) => {
    const answered = next(socket);
    socket.send("six", server.port, "::1");
    assertEquals(await answered, "SIX");
  }, "udp6");
});

Deno.test("serveDatagrams() goes on when an answer is too long for a datagram", async () => {
  await using server = await DatagramServer.start();
  await withSocket(async (socket) => {
    const answered = next(socket);
    const failed = server.next("fail");
    socket.send("ŉ".repeat(32_000), server.port, "127.0.0.1"); // grows from 64,000 to 96,000 bytes
    await failed;
    socket.send("short", server.port, "127.0.0.1");
    assertEquals(await answered, "SHORT");
  });
});

Deno.test("serveDatagrams() does not answer whom it may not serve", async () => {
  let asked = 0;
  await using server = await DatagramServer.start({ access: () => asked++ > 0 });
  await withSocket(async (socket) => {
    const answered = next(socket);
    const refused = server.next("refuse");
    socket.send("denied", server.port, "127.0.0.1");
    await refused;
    socket.send("allowed", server.port, "127.0.0.1");
    assertEquals(await answered, "ALLOWED");
    assertEquals(server.events.map(({ event }) => event), ["socket", "bind", "refuse"]);
  });
});

Deno.test("serveDatagrams() tells of every datagram when it is verbose", async () => {
  await using server = await DatagramServer.start({ verbose: true });
  await withSocket(async (socket) => {
    const answered = next(socket);
    socket.send("x", server.port, "127.0.0.1");
    await answered;
    const again = next(socket); // its answer comes after the first one's event
    socket.send("y", server.port, "127.0.0.1");
    await again;
    assertEquals(server.events.slice(0, 4).map(({ event }) => event), [
      "socket",
      "bind",
      "read",
      "write",
    ]);
  });
});

Deno.test("answer() runs the service over one message", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(await answer(bytes("straße"), upperCase), bytes("STRASSE"));
  assertEquals(await answer(bytes("straße"), asciiUpperCase), bytes("STRAßE"));
  // The start of a character at the end stays as it is, behind what was changed.
  assertEquals(
    await answer(Uint8Array.of(0x61, 0xe4, 0xbd), upperCase),
    Uint8Array.of(0x41, 0xe4, 0xbd),
  );
});

for (const program of ["ncat", "nc.openbsd", "socat"]) {
  Deno.test({
    name: `${program} gets its answer from serveDatagrams()`,
    ...needs(UNIX, program),
    async fn() {
      await using server = await DatagramServer.start();
      const port = `${server.port}`;
      const args = program === "socat"
        ? ["-", `UDP4:127.0.0.1:${port}`]
        : ["-u", "127.0.0.1", port];
      const child = new Deno.Command(program, {
        args,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      })
        .spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("straße\n"));
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await reader.read()).value, "STRASSE\n");
      endProcess(child);
      await writer.close().catch(() => {}); // it may be gone already
      await reader.cancel();
      await child.status;
    },
  });
}
