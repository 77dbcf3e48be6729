import { assertEquals } from "@std/assert";
import { type AcceptTrouble, connections } from "../server/accept.ts";
import { pause } from "../net/waiting.ts";
import type { Connection } from "../net/connection.ts";

const NEVER = new AbortController().signal;

/** A listener that accepts, or fails, as listed, and then is closed. */
function listening(...answers: (Connection | Error)[]) {
  return {
    address: "test",
    protocol: "test",
    accept(): Promise<Connection | null> {
      const answer = answers.shift() ?? null;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    close() {},
  };
}

function connection(peer: string): Connection {
  const read = () => Promise.resolve(null);
  const write = () => Promise.resolve(0);
  return { peer, channel: { read, write, closeWrite: () => Promise.resolve(), close() {} } };
}

function outOfFiles(): Error {
  return Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" });
}

Deno.test("connections() goes on at once when a client has gone before it was accepted", async () => {
  const troubles: AcceptTrouble[] = [];
  const listener = listening(
    new Deno.errors.NotConnected(),
    connection("a"),
    new Deno.errors.ConnectionAborted(),
    connection("b"),
  );
  const peers: string[] = [];
  const options = { signal: NEVER, onTrouble: (trouble: AcceptTrouble) => troubles.push(trouble) };
  for await (const { peer } of connections(listener, options)) peers.push(peer);
  assertEquals(peers, ["a", "b"]);
  assertEquals(troubles.map(({ wait }) => wait), [0, 0]);
});

Deno.test("connections() waits twice as long after each failure, and anew after a success", async () => {
  const waits: number[] = [];
  const listener = listening(
    outOfFiles(),
    outOfFiles(),
    outOfFiles(),
    connection("a"),
    outOfFiles(),
    connection("b"),
  );
  const options = { signal: NEVER, onTrouble: ({ wait }: AcceptTrouble) => waits.push(wait) };
  const peers: string[] = [];
  for await (const { peer } of connections(listener, options)) peers.push(peer);
  assertEquals(peers, ["a", "b"]);
  assertEquals(waits, [5, 10, 20, 5]);
});

Deno.test("connections() ends in the middle of a wait when it is told to stop", async () => {
  const stop = new AbortController();
  const endless = {
    ...listening(),
    accept: (): Promise<Connection | null> => Promise.reject(outOfFiles()),
  };
  const waits: number[] = [];
  const onTrouble = ({ wait }: AcceptTrouble) => {
    waits.push(wait);
    if (waits.length === 9) stop.abort();
  };
  for await (const _ of connections(endless, { signal: stop.signal, onTrouble }));
  assertEquals(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1000]);
});

Deno.test("pause() ends with its signal, also one that was aborted before", async () => {
  const stop = new AbortController();
  const slept = pause(60_000, stop.signal);
  stop.abort();
  await slept;
  await pause(60_000, stop.signal);
});
