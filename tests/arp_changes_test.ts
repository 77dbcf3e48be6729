import { assertEquals, assertRejects } from "@std/assert";
import { changesBetween, describeChange } from "../arp/changes.ts";
import type { NeighbourRow } from "../arp/classify.ts";
import { watchNeighbours } from "../arp/watch.ts";
import { row } from "./arp_rows.ts";

const A = "00:00:5e:00:53:01";
const B = "00:00:5e:00:53:02";

function told(before: readonly NeighbourRow[] | null, now: readonly NeighbourRow[]): string[] {
  return changesBetween(before, now).map((change) => `${change.event} ${describeChange(change)}`);
}

Deno.test("changesBetween() has everything present in the first reading", () => {
  assertEquals(
    told(null, [row("192.0.2.1", { mac: A, state: "stale" }), row("192.0.2.2")]),
    [`present 192.0.2.1  eth0  ${A}  stale`, "present 192.0.2.2  eth0"],
  );
});

Deno.test("changesBetween() tells what appeared, changed and vanished, and nothing else", () => {
  const same = row("192.0.2.9", { mac: A, expiresSeconds: 9 });
  assertEquals(
    told(
      [
        same,
        row("192.0.2.1", { mac: A, state: "reachable" }),
        row("192.0.2.2", { mac: A, state: "stale" }),
        row("192.0.2.3", { mac: A }),
        row("192.0.2.4", { state: "incomplete" }),
      ],
      [
        { ...same, expiresSeconds: 7 },
        row("192.0.2.1", { mac: A, state: "stale" }),
        row("192.0.2.2", { mac: B, state: "stale" }),
        row("192.0.2.4", { mac: B, state: "reachable" }),
        row("192.0.2.5", { mac: B, interface: null, kind: "static" }),
      ],
    ),
    [
      "changed 192.0.2.1  eth0  state reachable -> stale",
      `changed 192.0.2.2  eth0  MAC ${A} -> ${B}`,
      `changed 192.0.2.4  eth0  MAC unknown -> ${B}, state incomplete -> reachable`,
      `appeared 192.0.2.5  ${B}  static`,
      `vanished 192.0.2.3  eth0  ${A}`,
    ],
  );
});

Deno.test("changesBetween() tells rows on two interfaces, and two with one key, apart", () => {
  const rows = [
    row("192.0.2.1", { mac: A }),
    row("192.0.2.1", { mac: B }),
    row("192.0.2.1", { mac: A, interface: "eth1" }),
  ];
  assertEquals(told(rows, rows), []);
  assertEquals(told(rows, rows.slice(0, 2)), [`vanished 192.0.2.1  eth1  ${A}`]);
  assertEquals(told(rows, [rows[0]!, rows[2]!]), [`vanished 192.0.2.1  eth0  ${B}`]);
});

/** Watches readings one after the other; the last one stops it. */
async function watched(readings: readonly (readonly NeighbourRow[] | Error)[]): Promise<string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  const left = [...readings];
  const read = () => {
    const next = left.shift();
    if (next === undefined) {
      stop.abort();
      return new Promise<never>(() => {}); // it hangs: who is stopped does not wait for it
    }
    return next instanceof Error ? Promise.reject(next) : Promise.resolve({ rows: next });
  };
  for await (const each of watchNeighbours(read, 0, stop.signal)) {
    seen.push(
      each.kind === "failed"
        ? `failed: ${(each.error as Error).message}`
        : each.changes.map(({ event, row }) => `${event} ${row.address}`).join(", "),
    );
  }
  return seen;
}

Deno.test("watchNeighbours() tells a failure once, and compares with the reading before it", async () => {
  const one = row("192.0.2.1", { mac: A });
  const two = row("192.0.2.2", { mac: B });
  assertEquals(
    await watched([[one], new Error("a"), new Error("b"), [one, two], new Error("c"), [two]]),
    ["present 192.0.2.1", "failed: a", "appeared 192.0.2.2", "failed: c", "vanished 192.0.2.1"],
  );
});

Deno.test("watchNeighbours() gives up if the first reading fails", async () => {
  await assertRejects(() => watched([new Error("first")]), Error, "first");
});

Deno.test("watchNeighbours() reads nothing when it is stopped already", async () => {
  const readings = watchNeighbours(() => Promise.reject(new Error()), 0, AbortSignal.abort());
  assertEquals(await readings.next(), { done: true, value: undefined });
});
