import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../server/events.ts";
import { BOUNDS, Histogram } from "../web/histogram.ts";
import { MAX_ROWS, SAMPLES } from "../web/stats.ts";
import { steppedTraffic } from "./stepped_traffic.ts";

function accept(connection: number): ServerEvent {
  return { event: "accept", connection, peer: `192.0.2.1:${connection}` };
}

function close(connection: number): ServerEvent {
  return {
    ...{ event: "close", connection, peer: `192.0.2.1:${connection}`, bytesIn: 0, bytesOut: 0 },
    ...{ durationMs: 1, reason: null, error: null },
  } as ServerEvent;
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

Deno.test("Traffic shows the youngest connections, and no more than fit a page", () => {
  const { traffic } = steppedTraffic();
  for (const number of numbers(1, 3 * MAX_ROWS)) traffic.tell(accept(number));
  const shown = traffic.rows().map(({ number }) => number);
  assertEquals(shown, numbers(2 * MAX_ROWS + 1, 3 * MAX_ROWS).reverse());
  assertEquals(traffic.sums.tcp.open, 3 * MAX_ROWS);
});

Deno.test("Traffic keeps the last connections that have ended, however many end at once", () => {
  const { traffic } = steppedTraffic();
  const all = numbers(1, 3 * MAX_ROWS);
  for (const number of all) traffic.tell(accept(number));
  // The youngest end first, so that what is kept is not what would be shown anyway.
  for (const number of all.toReversed()) traffic.tell(close(number));
  assertEquals(traffic.rows().map(({ number }) => number), numbers(1, MAX_ROWS).reverse());
});

Deno.test("Traffic keeps the samples of a minute, the newest last", () => {
  const { traffic, tick } = steppedTraffic();
  for (const number of numbers(1, 2 * SAMPLES)) {
    traffic.count("tcp", 0, number, 0);
    tick();
  }
  assertEquals(
    traffic.samples.map(({ received }) => received),
    numbers(SAMPLES + 1, 2 * SAMPLES),
  );
});

Deno.test("Histogram counts what is exactly a bound at that bound, as Prometheus does", () => {
  for (const [i, bound] of BOUNDS.entries()) {
    const histogram = new Histogram();
    histogram.observe(bound);
    assertEquals(histogram.cumulative().indexOf(1), i);
  }
});
