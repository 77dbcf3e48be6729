import { assert, assertEquals } from "@std/assert";
import { BEGINNING, CallJournal, FIRST, LAST } from "../web/call_journal.ts";
import type { ServerEvent } from "../server/events.ts";

function accept(connection: number): ServerEvent {
  return { event: "accept", connection, peer: `192.0.2.1:${connection}` };
}

function end(connection: number, reason: string | null = null): ServerEvent {
  return {
    ...{ event: "close", connection, peer: `192.0.2.1:${connection}`, bytesIn: 0, bytesOut: 0 },
    ...{ durationMs: 1, reason, error: null },
  };
}

Deno.test("CallJournal keeps nothing while nobody looks", () => {
  const journal = new CallJournal();
  journal.tell(accept(1));
  assertEquals([journal.isKept, journal.bytes, journal.after(1, 0)], [false, 0, null]);
});

Deno.test("CallJournal keeps accept, read, write and close with the beginning of their bytes", () => {
  const journal = new CallJournal();
  journal.look([]);
  journal.tell(accept(1));
  const lent = new Uint8Array(1000).fill(0x61);
  journal.transfer(1, "read", lent);
  lent.fill(0x5a); // who keeps it has copied it
  journal.transfer(1, "write", lent.subarray(0, 3));
  journal.tell(end(1, "idle for 5 s"));
  const { calls, dropped } = journal.after(1, 0)!;
  assertEquals(dropped, 0);
  assertEquals(calls.map(({ number, call, bytes, note }) => [number, call, bytes, note]), [
    [1, "accept", 0, ""],
    [2, "read", 1000, ""],
    [3, "write", 3, ""],
    [4, "close", 0, "idle for 5 s"],
  ]);
  assertEquals(calls[1]!.data, new Uint8Array(BEGINNING).fill(0x61));
  assertEquals(journal.after(1, 3)!.calls.map(({ call }) => call), ["close"]);
});

Deno.test("CallJournal keeps the first and the last calls of a connection, and says how many are between", () => {
  const journal = new CallJournal();
  journal.look([]);
  journal.tell(accept(1));
  for (let i = 1; i < 1000; i++) journal.transfer(1, "read", Uint8Array.of(i));
  const { calls, dropped } = journal.after(1, 0)!;
  assertEquals(dropped, 1000 - FIRST - LAST);
  assertEquals(calls.map(({ number }) => number), [
    ...Array.from({ length: FIRST }, (_, i) => i + 1),
    ...Array.from({ length: LAST }, (_, i) => 1000 - LAST + i + 1),
  ]);
});

Deno.test("CallJournal keeps at most 4 MiB, of those that are opened and then of the youngest", () => {
  const journal = new CallJournal();
  journal.look([3]);
  const bytes = new Uint8Array(BEGINNING);
  for (let connection = 1; connection <= 2000; connection++) {
    journal.tell(accept(connection));
    for (let i = 0; i < 50; i++) journal.transfer(connection, "read", bytes);
    if (connection % 2 === 0) journal.tell(end(connection));
  }
  assert(journal.bytes <= 4 * 1024 * 1024, `${journal.bytes}`);
  assert(journal.bytes > 3 * 1024 * 1024, `${journal.bytes}`);
  assert(journal.has(3));
  assert(!journal.has(4), "one that has ended is forgotten before one that is open");
  assert(journal.has(1999));
});

Deno.test("CallJournal forgets all when nobody has looked for ten seconds, and not before", () => {
  const journal = new CallJournal();
  const endLook = journal.look([1]);
  journal.tell(accept(1));
  endLook();
  for (let i = 0; i < 19; i++) journal.tick();
  assert(journal.has(1));
  journal.look([1])(); // a page that is loaded again
  for (let i = 0; i < 19; i++) journal.tick();
  assert(journal.has(1));
  journal.tick();
  assertEquals([journal.has(1), journal.isKept, journal.bytes], [false, false, 0]);
});

Deno.test("CallJournal tells of what was before anybody looked", () => {
  const journal = new CallJournal();
  journal.look([]);
  journal.begin(7, { since: 1000, received: 5, sent: 6 });
  journal.transfer(7, "read", Uint8Array.of(1));
  const { calls, before } = journal.after(7, 0)!;
  assertEquals(before, { received: 5, sent: 6 });
  assertEquals([calls[0]!.call, calls[0]!.time, calls[1]!.call], ["accept", 1000, "read"]);
});
