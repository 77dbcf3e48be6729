import { assertEquals } from "@std/assert";
import { agreed, type HandshakeOptions } from "../server/handshakes.ts";
import { until } from "./waiting.ts";
import type { Connection, TlsConnection } from "../net/connection.ts";

/** A connection whose handshake does what a test says. */
class FakeConnection implements Connection, TlsConnection {
  readonly peer: string;
  readonly host: string;
  readonly tls: TlsConnection = this;
  readonly agreement = null;
  readonly channel = {
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(0),
    closeWrite: () => Promise.resolve(),
    close: () => void this.release(),
  };
  readonly remark = null;
  /** Whether the client holds its socket, which nothing can close. */
  readonly #stays: boolean;
  readonly #handshake = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();

  constructor(host: string, stays = false) {
    this.host = host;
    this.peer = `${host}:1`;
    this.#stays = stays;
  }

  get released() {
    return this.#released.promise;
  }

  handshake() {
    return this.#handshake.promise;
  }

  agree() {
    this.#handshake.resolve();
  }

  fail(reason: string) {
    this.#handshake.reject(new Error(reason));
  }

  release() {
    if (this.#stays) return Promise.resolve(false);
    this.drop();
    return Promise.resolve(true);
  }

  drop() {
    this.#handshake.reject(new Error("closed"));
    this.#released.resolve();
  }
}

/** Connections that a test makes one after the other, and what becomes of them. */
function handshaking(options: Partial<HandshakeOptions>) {
  const stop = new AbortController();
  const waiting: FakeConnection[] = [];
  const refused: string[] = [];
  let changed = Promise.withResolvers<void>();
  let taken = 0;
  async function* source() {
    for (;;) {
      while (waiting.length === 0 && !stop.signal.aborted) await changed.promise;
      if (stop.signal.aborted) return;
      taken++;
      yield waiting.shift()!;
    }
  }
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const ready = agreed(source(), {
    places: 8,
    signal: stop.signal,
    onRefuse: ({ host }, reason) => refused.push(`${host} ${reason}`),
    ...options,
  });
  return {
    refused,
    connect(host: string, stays = false) {
      const connection = new FakeConnection(host, stays);
      waiting.push(connection);
      change();
      return connection;
    },
    /** How many were accepted. */
    get taken() {
      return taken;
    },
    /** Resolves to the host of the next one that can be served, or `null` at the end. */
    async next() {
      const { value, done } = await ready.next();
      return done ? null : value.host;
    },
    async stop() {
      stop.abort();
      change();
      assertEquals(await this.next(), null);
    },
  };
}

Deno.test("agreed() yields connections as their handshakes are over, and says why others are not", async () => {
  const all = handshaking({});
  const [slow, broken, quick] = ["slow", "broken", "quick"].map((host) => all.connect(host));
  const first = all.next();
  quick!.agree();
  broken!.fail("what the client says is not TLS");
  assertEquals(await first, "quick");
  slow!.agree();
  assertEquals(await all.next(), "slow");
  assertEquals(all.refused, ["broken what the client says is not TLS"]);
  await all.stop();
});

Deno.test("agreed() refuses who may not connect before anything is agreed", async () => {
  const all = handshaking({ access: (address) => address !== "bad" });
  all.connect("bad");
  all.connect("good").agree();
  assertEquals(await all.next(), "good");
  assertEquals(all.refused, ["bad the address is not allowed"]);
  await all.stop();
});

Deno.test("agreed() takes no more connections than it has places until one is free", async () => {
  const all = handshaking({ places: 2 });
  const [first, second, third] = ["1", "2", "3"].map((host) => all.connect(host));
  third!.agree(); // it has not been accepted
  const next = all.next();
  await until(() => all.taken === 2);
  second!.agree();
  assertEquals([await next, await all.next(), all.taken], ["2", "3", 3]);
  first!.agree();
  assertEquals(await all.next(), "1");
  await all.stop();
});

Deno.test("agreed() gives a place away only when its descriptor is free, and says what stays", async () => {
  const all = handshaking({ places: 1, milliseconds: 20 });
  const stuck = all.connect("stuck", true);
  all.connect("honest").agree();
  const next = all.next();
  await until(() => all.refused.length > 0);
  assertEquals([all.refused, all.taken], [[
    "stuck no TLS handshake in 0.02 s; its socket stays until the client closes it " +
    "(--allow-ffi lets netkit do that)",
  ], 1]);
  stuck.drop(); // the client has gone
  assertEquals(await next, "honest");
  assertEquals(all.refused.length, 1);
  await all.stop();
});

Deno.test("agreed() makes room by the oldest of an address that has too many", async () => {
  const all = handshaking({ places: 16, milliseconds: 200 }); // two of an address, when they are 0.1 s old
  for (let i = 0; i < 3; i++) all.connect("many");
  const one = all.connect("one");
  const next = all.next();
  await until(() => all.refused.length > 0);
  assertEquals(all.refused, ["many too many unfinished TLS handshakes of this address"]);
  one.agree();
  assertEquals(await next, "one");
  await all.stop();
});

Deno.test("agreed() refuses what is not over when the server stops", async () => {
  const all = handshaking({});
  all.connect("slow");
  all.connect("quick").agree();
  assertEquals(await all.next(), "quick");
  await all.stop();
  assertEquals(all.refused, ["slow the server stops"]);
});
