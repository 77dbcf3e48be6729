import { assertEquals } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import { serveDatagrams } from "../server/datagrams.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import type { ServerEvent } from "../server/events.ts";
import { bindDatagrams } from "../net/udp.ts";
import { readDrops } from "../server/udp_drops.ts";
import { upperCaseMessage } from "../server/upper_message.ts";
import { reasonOf } from "../text/reason.ts";
import { needs, UNIX } from "./needs.ts";
import { endProcess, until } from "./waiting.ts";

/** What a server takes of the system. */
const SYSTEM = {
  networkInterfaces: () => Deno.networkInterfaces(),
  drops: (hostname: string, port: number) =>
    readDrops({ readTextFile: (path: string) => Deno.readTextFile(path) }, hostname, port),
};

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
    const socket = await bindDatagrams(parseEndpoint(where), SYSTEM);
    server.port = Number(socket.address.split(":").at(-1));
    server.#done = serveDatagrams(socket, {
      answer: (message) => upperCaseMessage(message),
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
    const [failure] = server.events.filter(({ event }) => event === "fail");
    assertEquals(failure?.event === "fail" && reasonOf(failure.error), "message too long");
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

/** Sends 5,000 datagrams a second from one socket, and from another one until 20 are answered. */
const FLOOD = `import select, socket, sys, time
flood, polite = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
for each in (flood, polite): each.connect(("127.0.0.1", int(sys.argv[1])))
answers = 0
while answers < 20:
    for i in range(50): flood.send(b"flood %d" % i)
    polite.send(b"please")
    if select.select([polite], [], [], 0.01)[0] and polite.recv(100) == b"PLEASE": answers += 1
`;

Deno.test({
  name: "serveDatagrams() answers one client while another floods",
  ...needs("python3"),
  async fn() {
    await using server = await DatagramServer.start();
    const args = ["-c", FLOOD, `${server.port}`];
    assertEquals((await new Deno.Command("python3", { args }).output()).success, true);
  },
});

for (
  const [where, other] of [["127.0.0.1", "127.0.0.1"], ["0.0.0.0", "127.0.0.1"], ["::1", "::1"]]
) {
  Deno.test(`two servers at ${where} do not answer each other for ever`, async () => {
    await using server = await DatagramServer.start(
      {},
      `${where!.includes(":") ? `[${where}]` : where}:0`,
    );
    const bound = other!.includes(":") ? `[${other}]` : other;
    const events: ServerEvent[] = [];
    const stop = new AbortController();
    const socket = await bindDatagrams(parseEndpoint(`${bound}:0`), SYSTEM);
    // What a forged source address does: it has the other server say something.
    const spoofed = { host: other!, port: server.port, peer: "", data: new Uint8Array() };
    socket.send(new TextEncoder().encode("begin"), spoofed, () => {});
    const done = serveDatagrams(socket, {
      answer: (message) => upperCaseMessage(message),
      stop: stop.signal,
      onEvent: (event) => events.push(event),
    });
    const told = () => [...events, ...server.events].some(({ event }) => event === "lost");
    await until(told);
    stop.abort();
    await done;
    const end = events.at(-1);
    assertEquals(end?.event === "stop" && end.datagrams!.answered < 60, true);
  });
}

Deno.test("a socket on all addresses knows datagrams from itself by each of its machine's", async () => {
  const socket = await bindDatagrams(parseEndpoint("0.0.0.0:0"), SYSTEM);
  const port = Number(socket.address.split(":").at(-1));
  const from = (host: string, port: number) =>
    socket.isOwn({ host, port, peer: "", data: new Uint8Array() });
  for (const { address } of Deno.networkInterfaces()) {
    assertEquals(from(address, port), true, address);
  }
  for (const host of ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(from(host, port), true, host);
  }
  assertEquals(from("192.0.2.7", port), false);
  assertEquals(from("127.0.0.1", port === 9 ? 10 : 9), false);
  socket.close();
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
