import { assert, assertEquals } from "@std/assert";
import { writeEvents } from "../web/event_stream.ts";
import { type Sample, SAMPLES } from "../web/stats.ts";
import { steppedTraffic } from "./stepped_traffic.ts";

/** A stream of events to a page, written step by step. */
function openStream() {
  const { traffic, tick } = steppedTraffic();
  const stop = new AbortController();
  let text = "";
  let draining = false;
  const start = (since: number | null = null) =>
    writeEvents({
      write(bytes) {
        text += new TextDecoder().decode(bytes);
        return Promise.resolve(bytes.length);
      },
    }, {
      traffic,
      address: "127.0.0.1:8000",
      protocol: "TCP",
      stop: stop.signal,
      own: () => null,
      draining: () => draining,
      since,
    });
  /** Takes a sample of so many bytes; resolves to what was written then. */
  const step = async (bytes = 0) => {
    text = "";
    traffic.count("tcp", 0, bytes, 0);
    tick();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return text;
  };
  const drain = () => draining = true;
  return { traffic, tick, start, step, stop, drain, written: () => text };
}

/** Returns the samples in the last event of a text, with their number. */
function samplesIn(text: string): [number: number, samples: Sample[]] {
  const { number, samples } = JSON.parse(text.match(/data: (\{.*"samples".*\})/)![1]!);
  return [number, samples];
}

Deno.test("writeEvents() writes nothing where nothing moves, but a comment every 15 s", async () => {
  const { start, step, stop } = openStream();
  const done = start();
  await step();
  const texts = [];
  for (let i = 0; i < 90; i++) texts.push(await step());
  assertEquals(texts.filter((text) => text !== ""), [":\n\n", ":\n\n", ":\n\n"]);
  stop.abort();
  await step();
  await done;
});

Deno.test("writeEvents() writes as long as a page shows that something has moved, and no longer", async () => {
  const { start, step, stop } = openStream();
  const done = start();
  await step();
  assert((await step(5)).includes('"received":5'));
  for (let i = 1; i < SAMPLES; i++) assert((await step()).startsWith("data: "), `${i}`);
  assertEquals(await step(), "");
  stop.abort();
  await step();
  await done;
});

Deno.test("writeEvents() tells at once of a server that drains", async () => {
  const { start, step, stop, drain } = openStream();
  const done = start();
  await step();
  drain();
  assert((await step()).includes('"draining":true'));
  stop.abort();
  await step();
  await done;
});

Deno.test("writeEvents() sends a page that slept the samples that it has missed, by their numbers", async () => {
  for (const missed of [0, 1, 7, SAMPLES, SAMPLES + 1, -3]) {
    const { traffic, start, step, stop, written } = openStream();
    for (let i = 1; i <= SAMPLES + 5; i++) await step(i);
    const { number } = traffic;
    stop.abort();
    await start(number - missed);
    const [newest, samples] = samplesIn(written());
    assertEquals(newest, number);
    // Of one that has missed more than is kept, or has the number of another run, all are sent.
    const count = missed < 0 || missed > SAMPLES ? SAMPLES : missed;
    assertEquals(samples, traffic.samples.slice(SAMPLES - count), `${missed} missed`);
  }
});

Deno.test("writeEvents() sends a slow page the samples that came meanwhile, each once", async () => {
  const { traffic, tick, start, step, stop, written } = openStream();
  const done = start();
  await step(1);
  for (const bytes of [2, 3, 4]) { // three samples before the stream has its turn
    traffic.count("tcp", 0, bytes, 0);
    tick();
  }
  const [, samples] = samplesIn(await step(5));
  assertEquals(samples.map(({ received }) => received), [2, 3, 4, 5]);
  stop.abort();
  await step();
  await done;
  assert(written().endsWith("event: stop\ndata:\n\n"));
});
