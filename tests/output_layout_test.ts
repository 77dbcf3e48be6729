import { concat } from "@std/bytes/concat";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../main.ts";
import { width } from "../text/layout.ts";
import { type FakeIo, fakeIo, type FakeOptions } from "./fakes.ts";
import { procRow } from "./proc_rows.ts";

/** A script whose command line does not fit beside its socket on a terminal. */
const SCRIPT = `/home/anna/projects/${"a-folder-with-a-long-name/".repeat(3)}server.ts`;

/** Bytes of the header of a pcap file. */
const PCAP_HEADER = 24;

/** A capture of one packet. */
const PACKET = await captureOf(
  "GET /a/path/that/is/long/enough/to/be/cut HTTP/1.1 and the-end-of-it.example",
);

async function captureOf(payload: string): Promise<Uint8Array> {
  const io = fakeIo();
  await main(["frame", payload, "-w", "x"], io);
  return io.written("x")!;
}

/** A machine with one server, one neighbour and one capture, in which everything is long. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "/proc/net/tcp": procRow(["127.0.0.1", 8000], ["0.0.0.0", 0], "0A", 11),
  "/proc/net/tcp6": "",
  "/proc/net/udp": "",
  "/proc/net/udp6": "",
  "/proc/4121/comm": "deno\n",
  "/proc/4121/cmdline": `deno\0run\0-A\0${SCRIPT}\0--verbose\0`,
  "/proc/4121/status": "Name:\tdeno\nUid:\t0\t0\t0\t0\n",
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
  "neighbours": JSON.stringify([{
    dst: "2001:db8:1111:2222:3333:4444:5555:6666",
    dev: "interface-of-vlan-7",
    lladdr: "00:00:5e:00:53:01",
    state: ["REACHABLE"],
  }]),
  "two.pcap": concat([PACKET, PACKET.subarray(PCAP_HEADER)]),
};

const LINKS = {
  "/proc/4121/fd/9": "socket:[11]",
  "/proc/4121/cwd": "/home/anna",
  "/proc/4121/exe": "/usr/bin/deno",
  "/proc/4121/ns/net": "net:[1]",
  "/proc/self/ns/net": "net:[1]",
};

async function shown(args: readonly string[], options: FakeOptions): Promise<FakeIo> {
  const io = fakeIo({ files: FILES, links: LINKS, ...options });
  await main(args, io);
  return io;
}

/** Command lines that lay something out, and what stands at the end of their longest line. */
const LAID_OUT: readonly (readonly [args: readonly string[], end: string])[] = [
  [["port"], `${SCRIPT} --verbose`],
  [["port", "8000"], `${SCRIPT} --verbose  (in /home/anna)`],
  [["port", "7999-8001"], `${SCRIPT} --verbose`],
  [["arp", "--read", "neighbours"], "reachable"],
  [["frame", "-r", "two.pcap"], "the-end-of-it.example"],
  [["frame", "hello"], "the next station on this link"],
  [["trace", "-r", "two.pcap"], "-"],
  [["ipinfo", "2001:DB8::c0a8:1/60"], "0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"],
  [["ipinfo", "--explain", "192.168.1.130/25"], "host"],
];

for (const [args, end] of LAID_OUT) {
  Deno.test(`netkit ${args.join(" ")} cuts nothing in a pipe`, async () => {
    const pipe = (await shown(args, {})).out();
    assert(!/…$/m.test(pipe), pipe);
    assertStringIncludes(pipe, end);
  });

  Deno.test(`netkit ${args.join(" ")} is no wider than the terminal, or than COLUMNS in a pipe`, async () => {
    for (const terminal of [true, false]) {
      const out = (await shown(args, { terminal, columns: 80, env: { NO_COLOR: "1" } })).out();
      for (const line of out.split("\n")) assert(width(line) <= 80, line);
    }
  });

  Deno.test(`netkit ${args.join(" ")} is drawn in ASCII where the locale is not UTF-8`, async () => {
    for (const env of [{ LANG: "C" }, { LC_ALL: "POSIX" }, { LANG: "de_DE.ISO-8859-1" }]) {
      for (const options of [{ env }, { env: { ...env, NO_COLOR: "1" }, terminal: true }]) {
        const io = await shown(args, options);
        assertMatch(io.out() + io.err(), /^[\n\x20-\x7e]*$/);
      }
    }
    const unicode = await shown(args, { env: { LC_ALL: "zh_CN.UTF-8", LANG: "C" } });
    assertEquals(unicode.out(), (await shown(args, {})).out());
  });
}

Deno.test("port on a terminal keeps the name of a script and wraps its folder", async () => {
  const io = await shown(["port"], { terminal: true, columns: 80, env: { NO_COLOR: "1" } });
  const words = io.out().replace(/\n +/g, " ");
  assertStringIncludes(words, "server.ts --verbose");
  assert(!io.out().includes("…"), io.out());
});

Deno.test("arp on a narrow terminal drops no column", async () => {
  const args = ["arp", "--read", "neighbours"];
  const io = await shown(args, { terminal: true, columns: 60, env: { NO_COLOR: "1" } });
  for (const word of ["interface-of-vlan-7", "reachable", "00:00:5e:00:53:01"]) {
    assertStringIncludes(io.out(), word);
  }
});

for (const columns of [40, 50, 80, 120]) {
  Deno.test(`frame -r on a terminal of ${columns} columns goes on below a line, and marks what it leaves out`, async () => {
    const io = await shown(["frame", "-r", "two.pcap"], {
      terminal: true,
      columns,
      env: { NO_COLOR: "1" },
    });
    for (const line of io.out().split("\n")) assert(width(line) <= columns, line);
    const whole = io.out().replace(/\n {4,}/g, " ");
    assertStringIncludes(
      whole.replace(/\s+/g, ""),
      "GET/a/path/that/is/long/enough/to/be/cutHTTP/1",
    );
    assertStringIncludes(whole, '…"'); // the first 48 of 77 bytes
    assertEquals(whole.match(/…/g)?.length, 2);
  });

  Deno.test(`frame of a payload on a terminal of ${columns} columns has every value`, async () => {
    const full = await shown(["frame", "-r", "two.pcap", "-v"], {});
    const io = await shown(["frame", "-r", "two.pcap", "-v"], {
      terminal: true,
      columns,
      env: { NO_COLOR: "1" },
    });
    for (const line of io.out().split("\n")) assert(width(line) <= columns, line);
    for (const [value] of full.out().matchAll(/\b(?:tcp|ip|eth)\.[a-z_.]+\b/g)) {
      assertStringIncludes(io.out().replace(/\s+/g, ""), value);
    }
    assert(!io.out().includes("…"), io.out());
  });

  Deno.test(`the ladder on a terminal of ${columns} columns has every state of both ends`, async () => {
    const hello = await Deno.readFile(new URL("../examples/hello.pcap", import.meta.url));
    const io = fakeIo({
      files: { "x.pcap": hello },
      terminal: true,
      columns,
      env: { NO_COLOR: "1" },
    });
    await main(["trace", "-r", "x.pcap"], io);
    const ladder = io.out().split("opened in")[0]!;
    for (const line of ladder.split("\n")) assert(width(line) <= columns, line);
    const states = [
      "SYN-SENT",
      "SYN-RECEIVED",
      "FIN-WAIT-1",
      "CLOSE-WAIT",
      "FIN-WAIT-2",
      "LAST-ACK",
    ];
    for (const state of [...states, "LISTEN", "TIME-WAIT"]) assertStringIncludes(ladder, state);
    assert(!ladder.includes("…"), ladder);
  });
}
