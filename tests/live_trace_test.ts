import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Running } from "../cli/io.ts";
import type { Site } from "../web/site.ts";
import { startLiveTrace } from "../web/live_trace.ts";
import { Recording } from "../web/recording.ts";
import { writeRecording } from "../web/trace_stream.ts";
import { speak } from "../cli/language.ts";
import { fakeIo } from "./fakes.ts";
import { until } from "./waiting.ts";

const SAYS = "tcpdump: listening on lo, link-type EN10MB\n";

/** The interfaces of a machine. */
const interfaces = [
  { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "en0", address: "192.0.2.2", netmask: "255.255.255.0" },
];

/** A tcpdump that captures the packets of an example, says `says`, and ends with `code` when it is asked to. */
function fakeTcpdump(example: string, says = SAYS, code = 0) {
  const calls: (readonly string[])[] = [];
  const spawns = (_: string, args: readonly string[]): Running => {
    calls.push(args);
    const over = Promise.withResolvers<number>();
    const isListening = says === SAYS;
    if (!isListening) over.resolve(code);
    return {
      stdout: (async function* () {
        yield await Deno.readFile(new URL(`../examples/${example}`, import.meta.url));
        if (code === 0) await over.promise;
        else over.resolve(code);
      })(),
      stderr: (async function* () {
        yield new TextEncoder().encode(says);
      })(),
      ended: over.promise,
      kill: () => over.resolve(0),
    };
  };
  return { calls, spawns };
}

/** Reads the events of a page until a pattern is in them; resolves to what was read. */
async function events(site: Site, pattern: RegExp): Promise<string> {
  let read = "";
  const stop = new AbortController();
  const write = site.eventsFor({
    method: "GET",
    path: "/trace/events",
    query: "conn=1",
    host: "localhost",
    version: "1.1",
    fields: new Map(),
    persistent: true,
    hasContent: false,
  })!;
  await write({
    write(bytes) {
      read += new TextDecoder().decode(bytes);
      if (pattern.test(read)) stop.abort();
      return Promise.resolve(bytes.length);
    },
  }, stop.signal);
  return read;
}

Deno.test("startLiveTrace() records the connections of the server, and no others at its port", async () => {
  for (
    const [address, rows] of [
      ["192.0.2.2:8000", /"server":"192\.0\.2\.2:8000".*"kept":1\d/],
      ["0.0.0.0:8000", /"server":"192\.0\.2\.2:8000".*"kept":1\d/],
      ["192.0.2.3:8000", null],
    ] as const
  ) {
    const { spawns } = fakeTcpdump("first-contact.pcap");
    const io = fakeIo({ platform: "linux", interfaces, spawns });
    const trace = await startLiveTrace(address, true, io);
    if (rows !== null) assertMatch(await events(trace.site, /event: packets/), rows);
    await trace.end();
    const all = await events(trace.site, /"complete":true/);
    assertEquals(/event: rows/.test(all), rows !== null, address);
    assertStringIncludes(all, `"title":"tcp port 8000, any","live":true,"problem":null`);
    assertEquals(io.err(), "");
  }
});

Deno.test("startLiveTrace() leaves out what this machine asks of other servers at the same port", async () => {
  const { spawns } = fakeTcpdump("first-contact.pcap");
  const here = [{ name: "eth0", address: "192.0.2.1", netmask: "255.255.255.0" }];
  const trace = await startLiveTrace("0.0.0.0:8000", true, fakeIo({ interfaces: here, spawns }));
  await trace.end();
  assertEquals(/event: rows/.test(await events(trace.site, /"complete":true/)), false);
});

for (
  const [address, platform, name] of [
    ["127.0.0.1:8000", "linux", "lo"],
    ["[::1]:8000", "darwin", "lo0"],
    ["192.0.2.2:8000", "linux", "any"],
    ["192.0.2.2:8000", "darwin", "en0"],
    ["[::]:8000", "darwin", "any"],
  ] as const
) {
  Deno.test(`startLiveTrace() captures at ${name} for ${address} on ${platform}`, async () => {
    const { calls, spawns } = fakeTcpdump("hello.pcap");
    const trace = await startLiveTrace(address, true, fakeIo({ platform, interfaces, spawns }));
    await trace.end();
    const args = calls.at(-1)!;
    assertEquals(args[args.indexOf("-i") + 1], name);
    assertMatch(args.at(-1)!, /^tcp port 8000\b/);
  });
}

Deno.test("startLiveTrace() says what helps without the right to capture, in the page and once beside it", async () => {
  for (const isTold of [true, false]) {
    const { spawns } = fakeTcpdump(
      "hello.pcap",
      "tcpdump: lo: You don't have permission to capture on that device\n",
      1,
    );
    const io = fakeIo({ platform: "linux", spawns });
    const trace = await startLiveTrace("127.0.0.1:8000", isTold, io);
    const told = await events(trace.site, /"complete":true/);
    assertStringIncludes(told, `"message":"capturing on lo needs root"`);
    assertStringIncludes(told, "sudo netkit serve 8000 --web --trace, or give tcpdump the right");
    const [said, hint] = io.err().split("\n");
    assertEquals(said, isTold ? "netkit serve: --trace: capturing on lo needs root" : "");
    if (isTold) assertMatch(hint!, /^ {2}sudo netkit serve 8000 --web --trace, /);
    await trace.end();
  }
});

Deno.test("startLiveTrace() has its title, and what helps, in the language of the program", async () => {
  const { spawns } = fakeTcpdump("hello.pcap", SAYS, 3);
  await speak("zh");
  try {
    const io = fakeIo({ platform: "linux", spawns });
    const trace = await startLiveTrace("127.0.0.1:8000", true, io);
    await until(() => io.err() !== "");
    const told = await events(trace.site, /"complete":true/);
    assertStringIncludes(told, `"title":"TCP端口8000，lo"`);
    assertStringIncludes(told, `"message":"tcpdump自行结束`);
    await trace.end();
  } finally {
    await speak("en");
  }
});

Deno.test("startLiveTrace() keeps what it has, and says so, when tcpdump ends by itself", async () => {
  const { spawns } = fakeTcpdump("hello.pcap", SAYS, 3);
  const io = fakeIo({ platform: "linux", spawns });
  const trace = await startLiveTrace("127.0.0.1:8000", true, io);
  await until(() => io.err() !== "");
  const told = await events(trace.site, /"complete":true/);
  assertStringIncludes(told, `"server":"127.0.0.1:8000"`);
  assertStringIncludes(told, `"message":"tcpdump has ended by itself: `);
  await trace.end();
});

Deno.test("writeRecording() shows in a silence that it is there", async () => {
  const stop = new AbortController();
  let signs = 0;
  await writeRecording(
    {
      write(bytes) {
        if (new TextDecoder().decode(bytes) === ":\n\n" && ++signs === 3) stop.abort();
        return Promise.resolve(bytes.length);
      },
    },
    new Recording(),
    () => ({ title: "it", live: true, problem: null }),
    { connection: null, last: null, stop: stop.signal, silence: 1 },
  );
  assertEquals(signs, 3);
});
