import { assertEquals, assertStringIncludes } from "@std/assert";
import { speak } from "../cli/language.ts";
import { width } from "../text/layout.ts";
import { formatStats, formatStatsJson, STATS_FIELDS } from "../talk/stats.ts";
import { Measurement } from "../talk/measurement.ts";

/** A measurement by a clock that is set by hand. */
function measure() {
  let now = 1000;
  const measurement = new Measurement(() => now);
  return { measurement, at: (milliseconds: number) => now = 1000 + milliseconds };
}

Deno.test("Measurement has the time of each step, of the first byte, and counts both ways", () => {
  const { measurement, at } = measure();
  at(1);
  measurement.step("look-up");
  at(3);
  measurement.step("connect");
  at(10);
  measurement.observe("write", new Uint8Array(7));
  at(12);
  measurement.observe("read", new Uint8Array(5));
  at(14);
  measurement.observe("read", new Uint8Array(6));
  measurement.observe("read", new Uint8Array(0)); // the end
  at(20);
  assertEquals(measurement.result(), {
    lookUp: 1,
    connect: 3,
    handshake: null,
    firstByte: 12,
    total: 20,
    sent: 7,
    received: 11,
  });
});

Deno.test("Measurement has no first byte when only the end came", () => {
  const { measurement } = measure();
  measurement.observe("read", new Uint8Array(0));
  assertEquals(measurement.result().firstByte, null);
});

Deno.test("Measurement starts anew when everything that is needed has been loaded", () => {
  const { measurement, at } = measure();
  at(20);
  measurement.step("start");
  at(21);
  measurement.step("connect");
  assertEquals(measurement.result().connect, 1);
});

const STATS = {
  peer: "127.0.0.1:8000",
  alpn: null,
  lookUp: null,
  connect: 0.4321987,
  handshake: null,
  firstByte: 12.5,
  total: 1500,
  sent: 5,
  received: 1536,
};

Deno.test("formatStats() leaves out what did not come to be", async () => {
  assertEquals(
    await formatStats(STATS),
    [
      "server      127.0.0.1:8000",
      "connect     0.43 ms",
      "first byte  13 ms",
      "total       1.50 s",
      "sent        5 B",
      "received    1.5 KiB",
    ].join("\n"),
  );
});

Deno.test("formatStats() has a line for the application protocol that was agreed on", async () => {
  const text = await formatStats({ ...STATS, alpn: "h2" });
  assertStringIncludes(text, "\nALPN        h2\nfirst byte");
});

Deno.test("formatStats() has labels in the user's language, and its values below each other", async () => {
  await speak("zh");
  try {
    const lines = (await formatStats({ ...STATS, alpn: "h2", lookUp: 2 })).split("\n");
    assertEquals(lines.find((line) => line.includes("0.43")), "建立连接    0.43 ms");
    assertEquals(lines.filter((line) => /^[a-z]/.test(line)), []);
    assertEquals(
      new Set(lines.map((line) => width(line.replace(/ {2}\S+( \S+)?$/, "  ")))).size,
      1,
    );
  } finally {
    await speak("en");
  }
});

Deno.test("formatStatsJson() is one line with the fields that the help names, rounded", () => {
  const parsed = JSON.parse(formatStatsJson(STATS));
  assertEquals(parsed, {
    peer: "127.0.0.1:8000",
    look_up_ms: null,
    connect_ms: 0.432,
    handshake_ms: null,
    alpn: null,
    first_byte_ms: 12.5,
    total_ms: 1500,
    bytes_out: 5,
    bytes_in: 1536,
  });
  assertEquals(Object.keys(parsed), STATS_FIELDS.map(({ name }) => name));
});
