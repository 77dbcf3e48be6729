/**
 * The service over datagrams on a socket in memory, with a clock that stands still.
 */
import { assertEquals } from "@std/assert";
import { type DatagramOptions, serveDatagrams } from "../server/datagrams.ts";
import type { ServerEvent, StopEvent } from "../server/events.ts";
import { upperCaseMessage } from "../server/upper_message.ts";
import { until } from "./waiting.ts";
import type { Datagram, DatagramSocket } from "../net/datagram.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An answer on its way. */
interface Answer {
  readonly text: string;
  readonly to: Datagram;
  readonly done: (error: Error | null) => void;
}

/** A socket in memory: what is sent to it and by it, the test says. */
class FakeSocket implements DatagramSocket {
  readonly address: string;
  readonly protocol = "UDP over IPv4";
  readonly sending: Answer[] = [];
  mostSending = 0;
  closed = false;
  dropped: number | null = 0;
  #onDatagram: (datagram: Datagram) => void = () => {};

  constructor(readonly port = 7000) {
    this.address = `192.0.2.1:${port}`;
  }

  receive(onDatagram: (datagram: Datagram) => void): void {
    this.#onDatagram = onDatagram;
  }

  send(data: Uint8Array, to: Datagram, done: (error: Error | null) => void): void {
    this.sending.push({ text: decoder.decode(data), to, done });
    this.mostSending = Math.max(this.mostSending, this.sending.length);
  }

  isOwn({ host, port }: Datagram): boolean {
    return host === "192.0.2.1" && port === this.port;
  }

  drops(): Promise<number | null> {
    return Promise.resolve(this.dropped);
  }

  close(): void {
    this.closed = true;
  }

  /** Has `text` arrive, in a buffer that is used again. */
  arrive(text: string, host = "192.0.2.7", port = 4999): void {
    const data = encoder.encode(text);
    this.#onDatagram({ data, host, port, peer: `${host}:${port}` });
    data.fill(0xa5);
  }

  /** Ends sending the answer that is on its way for longest; returns it. */
  sent(error: Error | null = null): Answer | undefined {
    const answer = this.sending.shift();
    answer?.done(error);
    return answer;
  }

  /** Ends sending what is on its way, and then what was queued; returns whom it went to. */
  sendAll(): string[] {
    const peers: string[] = [];
    for (let next; (next = this.sent());) peers.push(next.to.peer);
    return peers;
  }
}

/** Serves `socket`; what is returned ends that and resolves to the last event. */
function serving(socket: FakeSocket, options: Partial<DatagramOptions> = {}) {
  const events: ServerEvent[] = [];
  const stop = new AbortController();
  const done = serveDatagrams(socket, {
    answer: (message) => upperCaseMessage(message),
    stop: stop.signal,
    onEvent: (event) => events.push(event),
    now: () => 0,
    ...options,
  });
  return {
    events,
    /** What was told of lost datagrams, summed up by reason. */
    losses(): Record<string, number> {
      const sums: Record<string, number> = {};
      for (const event of events) {
        if (event.event === "lost") sums[event.reason] = (sums[event.reason] ?? 0) + event.count;
      }
      return sums;
    },
    async end(): Promise<StopEvent> {
      stop.abort();
      await done;
      return events.at(-1) as StopEvent;
    },
  };
}

const OVERLOAD = "more came than can be answered";
const LOOP = "the peer sends back what it was sent, as in a loop";

Deno.test("serveDatagrams() sends a bounded number of answers at a time, and all in the end", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 500; i++) socket.arrive(`line ${i}`);
  const texts: string[] = [];
  for (let next; (next = socket.sent());) texts.push(next.text);
  assertEquals(texts, Array.from({ length: 500 }, (_, i) => `LINE ${i}`));
  assertEquals(socket.mostSending, 64);
  const { datagrams } = await server.end();
  assertEquals([datagrams?.received, datagrams?.answered, datagrams?.lost], [500, 500, 0]);
});

Deno.test("serveDatagrams() answers a polite client in the middle of a flood, and loses none of its", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 20_000; i++) {
    socket.arrive(`flood ${i}`);
    if (i % 1000 !== 999) continue;
    socket.arrive(`please ${i}`, "192.0.2.8", 4000);
    socket.arrive(`please ${i}`, "192.0.2.7", 4000); // the flood's own host
    // They wait for what is being sent, and for one of the flood each.
    const next = Array.from({ length: 64 + 4 }, () => socket.sent()?.to.peer);
    assertEquals(next.includes("192.0.2.8:4000"), true);
    assertEquals(next.includes("192.0.2.7:4000"), true);
  }
  const served = socket.sendAll();
  assertEquals(served.filter((peer) => peer.endsWith(":4000")), []);
  const { datagrams } = await server.end();
  assertEquals(datagrams!.received, 20_040);
  assertEquals(datagrams!.lost > 0, true);
  assertEquals(datagrams!.answered + datagrams!.lost, 20_040);
  assertEquals(server.losses(), { [OVERLOAD]: datagrams!.lost });
  const peers = server.events.flatMap((event) => event.event === "lost" ? [event.peer] : []);
  assertEquals(new Set(peers), new Set(["192.0.2.7:4999"]));
});

Deno.test("serveDatagrams() answers another host while one floods from every port", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let port = 1024; port <= 65_535; port++) socket.arrive("flood", "192.0.2.7", port);
  socket.arrive("please", "192.0.2.8", 4000);
  const next = Array.from({ length: 64 + 2 }, () => socket.sent()?.to.peer);
  assertEquals(next.includes("192.0.2.8:4000"), true);
  socket.sendAll();
  await server.end();
});

Deno.test("serveDatagrams() answers datagrams of any length, also when they were queued", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 70; i++) {
    socket.arrive(i % 2 === 0 ? "" : "ΐ".repeat(10), "192.0.2.7", 1000 + i);
  }
  const texts: string[] = [];
  for (let next; (next = socket.sent());) texts.push(next.text);
  assertEquals(texts[68], "");
  assertEquals(texts[69], "ΐ".repeat(10).toUpperCase());
  await server.end();
});

Deno.test("two servers end a loop that one forged datagram has begun", async () => {
  const a = new FakeSocket(1);
  const b = new FakeSocket(2);
  const servers = [serving(a), serving(b)];
  a.arrive("begin", "192.0.2.1", 2);
  let carried = 0;
  for (let moved = true; moved && carried < 10_000;) {
    moved = false;
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const answer = from.sent();
      if (!answer) continue;
      moved = true;
      carried++;
      to.arrive(answer.text, "192.0.2.1", from.port);
    }
  }
  assertEquals(carried, 42); // each answers once and then 20 times more
  for (const server of servers) await server.end();
  assertEquals(servers.map((server) => server.losses()[LOOP] ?? 0), [1, 0]);
});

Deno.test("serveDatagrams() ends a loop with a service that sends back what it is sent", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  socket.arrive("begin", "192.0.2.9", 7);
  let carried = 0;
  for (let answer; (answer = socket.sent()) && carried < 10_000; carried++) {
    socket.arrive(answer.text, "192.0.2.9", 7);
  }
  assertEquals(carried, 21);
  await server.end();
});

Deno.test("serveDatagrams() never answers itself, ports that answer anything, nor many hosts", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  socket.arrive("x", "192.0.2.1", 7000);
  for (const port of [0, 13, 17, 19, 37]) socket.arrive("x", "192.0.2.9", port);
  for (const host of ["224.0.0.1", "255.255.255.255", "ff02::1"]) socket.arrive("x", host);
  assertEquals(socket.sending, []);
  await server.end();
  assertEquals(server.losses(), {
    "the sender's address is this server's own": 1,
    "an answer to there would reach many, or begin a loop": 8,
  });
});

Deno.test("serveDatagrams() answers the same digits 20 times at once, and others always", async () => {
  const socket = new FakeSocket();
  let now = 0;
  const server = serving(socket, { now: () => now });
  let answered = 0;
  const ask = (text: string) => {
    socket.arrive(text);
    if (socket.sent()) answered++;
  };
  for (let i = 0; i < 100; i++) ask("42\n");
  assertEquals(answered, 21);
  for (let i = 0; i < 100; i++) ask(`${i}`);
  assertEquals(answered, 121);
  for (let i = 0; i < 100; i++) {
    now += 100;
    ask("42\n");
  }
  assertEquals(answered, 221);
  await server.end();
});

Deno.test("serveDatagrams() tells what the kernel has dropped, and that it does not know", async () => {
  for (
    const [dropped, losses] of [[12, { "the socket's receive buffer was full": 12 }], [null, {}]]
  ) {
    const socket = new FakeSocket();
    const server = serving(socket);
    socket.arrive("x");
    socket.sent();
    socket.dropped = dropped as number | null;
    const { datagrams } = await server.end();
    assertEquals(datagrams, {
      received: 1,
      answered: 1,
      refused: 0,
      failed: 0,
      lost: 0,
      dropped: dropped as number | null,
    });
    assertEquals(server.losses(), losses as Record<string, number>);
  }
});

Deno.test("serveDatagrams() tells of losses while it runs, once for each reason and second", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 1000; i++) socket.arrive("x", "192.0.2.1", 7000);
  await until(() => Object.keys(server.losses()).length > 0);
  assertEquals(server.events.filter(({ event }) => event === "lost").length, 1);
  assertEquals(Object.values(server.losses()), [1000]);
  await server.end();
});

Deno.test("serveDatagrams() goes on when an answer cannot be sent", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 100; i++) socket.arrive(`${i}`);
  for (let i = 0; i < 50; i++) socket.sent(new Error("no route to host"));
  assertEquals(socket.sendAll().length, 50);
  const { datagrams } = await server.end();
  assertEquals([datagrams?.answered, datagrams?.failed], [50, 50]);
});

Deno.test("serveDatagrams() sends what is on its way when it stops, and nothing that is queued", async () => {
  const socket = new FakeSocket();
  const server = serving(socket);
  for (let i = 0; i < 100; i++) socket.arrive(`${i}`);
  const ended = server.end();
  socket.arrive("late");
  assertEquals(socket.sendAll().length, 64);
  const { datagrams } = await ended;
  assertEquals([datagrams?.received, datagrams?.answered, datagrams?.lost], [100, 64, 36]);
  assertEquals(socket.closed, true);
});
