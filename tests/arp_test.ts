import { assert, assertEquals, assertRejects } from "@std/assert";
import { bold } from "@std/fmt/colors";
import { arp } from "../arp.ts";
import { Stopped, UserError } from "../cli/errors.ts";
import type { Captured, CaptureOptions } from "../cli/io.ts";
import { decodeTable, readNeighbours } from "../net/neighbour_formats.ts";
import { fakeIo, type FakeOptions, missing, run } from "./fakes.ts";

const testdata = new URL("testdata/arp/", import.meta.url);

const ARP = "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0\n";
const IP = '[{"dst":"192.0.2.2","dev":"eth0","lladdr":"00:00:5e:00:53:02","state":["STALE"]}]\n';
const PROC = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.3        0x1         0x2         00:00:5e:00:53:03     *        eth0
`;

/** Returns what a program leaves that wrote `stdout`. */
function wrote(stdout: string | Uint8Array, code = 0, stderr = ""): Captured {
  const encoder = new TextEncoder();
  return {
    code,
    stdout: typeof stdout === "string" ? encoder.encode(stdout) : stdout,
    stderr: encoder.encode(stderr),
  };
}

/** Returns programs by name; a program without an entry is not installed. */
function programs(results: Readonly<Record<string, Captured | Error>>): FakeOptions {
  return { programs: (program) => results[program] ?? missing(program) };
}

function testdataOf(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`${name}.out`, testdata));
}

Deno.test("arp prints an aligned table, ordered by interface and address", async () => {
  const io = fakeIo(programs({ arp: wrote(testdataOf("nettools210-arp-an")) }));
  assertEquals(await run(arp, [], io), 0);
  assertEquals(
    io.out(),
    `Address       MAC                Interface  State
192.0.2.1     00:00:5e:00:53:aa  br-lan     -
203.0.113.55  02:00:5e:10:00:55  br-lan     -
192.0.2.1     00:00:5e:00:53:01  v0         -
192.0.2.2     00:00:5e:00:53:02  v0         -
192.0.2.3     00:00:5e:00:53:03  v0         -
192.0.2.4     00:00:5e:00:53:04  v0         -
192.0.2.5     00:00:5e:00:53:05  v0         permanent
192.0.2.7     -                  v0         incomplete
192.0.2.50    00:00:5e:00:53:50  v0         permanent
192.0.2.51    00:00:5e:00:53:51  v0         -
192.0.2.52    -                  v0         static, published
192.0.2.77    -                  v0         static, published
`,
  );
  assertEquals(io.err(), "source: arp -an\n");
});

Deno.test("arp --json prints an array with an object a line", async () => {
  const io = fakeIo(programs({ arp: wrote(testdataOf("written-freebsd")) }));
  assertEquals(await run(arp, ["--json"], io), 0);
  const rows = await Deno.readTextFile(new URL("written-freebsd.jsonl", testdata));
  assertEquals(io.out(), `[\n${rows.trimEnd().replaceAll("\n", ",\n")}\n]\n`);
  assertEquals(
    JSON.parse(io.out())[0],
    {
      address: "192.0.2.1",
      mac: "00:00:5e:00:53:01",
      hardware_type: "ethernet",
      interface: "em0",
      interface_index: null,
      state: null,
      kind: "dynamic",
      name: "gateway.example.test",
      expires_s: 1187,
      age_s: null,
      flags: [],
    },
  );
});

Deno.test("arp --json prints exactly the fields that its help lists", async () => {
  const io = fakeIo(programs({ arp: wrote(ARP) }));
  await run(arp, ["--json"], io);
  assertEquals(Object.keys(JSON.parse(io.out())[0]), arp.json?.map((field) => field.name));
});

Deno.test("arp shows when an entry expires", async () => {
  const io = fakeIo(programs({ arp: wrote(testdataOf("written-freebsd")) }));
  await run(arp, [], io);
  assertEquals(
    io.out(),
    `Address     MAC                Interface  State
192.0.2.1   00:00:5e:00:53:01  em0        dynamic, expires in 1187 s
192.0.2.7   -                  em0        incomplete, expired
192.0.2.9   00:00:5e:00:53:09  em0        permanent
192.0.2.10  00:00:5e:00:53:0a  em0        permanent, published
`,
  );
});

Deno.test("arp runs `arp -an` in the C locale with a time limit", async () => {
  const calls: [string, readonly string[], CaptureOptions][] = [];
  const io = fakeIo({
    programs(...call) {
      calls.push(call);
      return wrote(ARP);
    },
  });
  await run(arp, [], io);
  assertEquals(calls, [
    ["arp", ["-an"], { timeout: 5000, env: { LC_ALL: "C", LANGUAGE: "C" } }],
  ]);
});

Deno.test("arp runs `arp -a` on Windows, and reads its language and code page", async () => {
  const calls: [string, readonly string[], CaptureOptions][] = [];
  const io = fakeIo({
    platform: "windows",
    programs(...call) {
      calls.push(call);
      return wrote(testdataOf("written-windows-zh_CN-gbk"));
    },
  });
  assertEquals(await run(arp, [], io), 0);
  assertEquals(calls, [["arp", ["-a"], { timeout: 5000, env: {} }]]);
  assertEquals(
    io.out(),
    `Address       MAC                Interface      State
192.0.2.1     00:00:5e:00:53:01  192.0.2.10     dynamic
192.0.2.255   ff:ff:ff:ff:ff:ff  192.0.2.10     static
224.0.0.22    01:00:5e:00:00:16  192.0.2.10     static
198.51.100.1  02:00:5e:10:00:64  198.51.100.20  dynamic
`,
  );
  assertEquals(io.err(), "source: arp -a\n");
});

for (
  const [what, result, why] of [
    ["is missing", missing("arp"), "not installed"],
    [
      "may not be run",
      new Deno.errors.NotCapable(
        'Requires run access to "arp", run again with the --allow-run flag',
      ),
      "Deno was not given the permission",
    ],
    ["is forbidden", new Deno.errors.PermissionDenied("os error 13"), "permission denied"],
    ["does not answer in time", new DOMException("no answer", "TimeoutError"), "timed out"],
    ["fails", wrote("", 1, "arp: \x1b[2Jno\nmore"), 'exit code 1, "arp: \\x1b[2Jno"'],
    ["fails without a word", wrote("", 255), "exit code 255"],
    ["crashes half-way", wrote(ARP, 139), "exit code 139"],
    ["writes what nobody knows", wrote("hello\n"), "its output is in no known format"],
    ["complains on standard output", wrote("usage: arp\n", 1), "its output is in no known format"],
  ] as const
) {
  Deno.test(`arp asks ip where arp ${what}`, async () => {
    const io = fakeIo(programs({ arp: result, ip: wrote(IP) }));
    assertEquals(await run(arp, [], io), 0);
    assertEquals(
      io.out(),
      `Address    MAC                Interface  State
192.0.2.2  00:00:5e:00:53:02  eth0       stale
`,
    );
    assertEquals(io.err(), `source: ip -j neigh (arp -an: ${why})\n`);
  });
}

Deno.test("arp reads /proc/net/arp where arp is missing and ip cannot write JSON", async () => {
  const io = fakeIo({
    ...programs({ ip: wrote("", 1, "ip: invalid option -- 'j'\n") }),
    files: { "/proc/net/arp": PROC },
  });
  assertEquals(await run(arp, [], io), 0);
  assertEquals(
    io.out(),
    `Address    MAC                Interface  State
192.0.2.3  00:00:5e:00:53:03  eth0       -
`,
  );
  assertEquals(
    io.err(),
    "source: /proc/net/arp (arp -an: not installed; " +
      `ip -j neigh: exit code 1, "ip: invalid option -- 'j'")\n`,
  );
});

Deno.test("arp names what it tried and what to install where nothing is left", async () => {
  const error = await assertRejects(() => run(arp, [], fakeIo()), UserError);
  assertEquals(
    error.message,
    "cannot read the neighbour table: arp -an: not installed; ip -j neigh: not installed; " +
      "/proc/net/arp: no such file or directory",
  );
  assertEquals(error.hint, "install arp (package net-tools) or ip (package iproute2)");
  assertEquals(error.exit, 2);
});

Deno.test("arp names the permission that is missing", async () => {
  const refused = new Deno.errors.NotCapable(
    'Requires run access to "arp", run again with the --allow-run flag',
  );
  const io = fakeIo(programs({ arp: refused, ip: refused }));
  const error = await assertRejects(() => run(arp, [], io), UserError);
  assertEquals(error.hint, "run again with --allow-run (or -A)");
});

Deno.test("arp has no other source on Windows", async () => {
  const io = fakeIo({ ...programs({ ip: wrote(IP) }), platform: "windows" });
  const error = await assertRejects(() => run(arp, [], io), UserError);
  assertEquals(error.message, "cannot read the neighbour table: arp -a: not installed");
  assertEquals(error.hint, "arp.exe is a part of Windows: look whether PATH leads to System32");
});

Deno.test("arp ends at once when the user stops it, and does not hide a bug", async () => {
  for (const error of [new Stopped("SIGINT"), new TypeError("a bug")]) {
    const io = fakeIo(programs({ arp: error, ip: wrote(IP) }));
    const thrown = await assertRejects(() => run(arp, [], io), Error);
    assertEquals(thrown, error);
  }
});

for (
  const [platform, captured] of [
    ["linux", wrote("")],
    ["windows", wrote("No ARP Entries Found.\r\n")],
    ["windows", wrote(testdataOf("written-windows-empty-zh_CN-gbk"), 1)],
  ] as const
) {
  Deno.test(`arp takes an empty table for an answer (${platform}, exit code ${captured.code})`, async () => {
    const io = fakeIo({ ...programs({ arp: captured }), platform });
    assertEquals(await run(arp, [], io), 0);
    assertEquals(io.out(), "");
    assert(io.err().endsWith("\nthe table is empty\n"), io.err());

    const json = fakeIo({ ...programs({ arp: captured }), platform });
    assertEquals(await run(arp, ["--json"], json), 0);
    assertEquals(json.out(), "[]\n");
  });
}

Deno.test("arp prints no line longer than the terminal is wide", async () => {
  const options = programs({ arp: wrote(testdataOf("written-macos")) });
  const io = fakeIo({ ...options, columns: 30 });
  await run(arp, [], io);
  for (const line of io.out().split("\n")) assert(line.length <= 30, line);
});

Deno.test("arp prints the heading in bold on a terminal only, and without NO_COLOR", async () => {
  const heading = "Address    MAC                Interface  State";
  for (
    const [terminal, env, expected] of [
      [true, {}, bold(heading)],
      [true, { NO_COLOR: "1" }, heading],
      [false, {}, heading],
    ] as const
  ) {
    const io = fakeIo({ ...programs({ arp: wrote(ARP) }), terminal, env });
    await run(arp, [], io);
    assertEquals(io.out().split("\n")[0], expected);
  }
});

Deno.test("arp escapes what could command the terminal, also in JSON", async () => {
  const rows = [{ dst: "192.0.2.1", dev: "\x1b[2J\u202e\u009b\n中", lladdr: null }];
  const options = programs({ ip: wrote(JSON.stringify(rows)) });

  const table = fakeIo(options);
  await run(arp, [], table);
  assertEquals(
    table.out().split("\n")[1],
    "192.0.2.1  -    \\x1b[2J\\u202e\\x9b\\n中  lladdr",
  );

  const json = fakeIo(options);
  await run(arp, ["--json"], json);
  assert(/^[\n\x20-\x7e中]*$/.test(json.out()), json.out());
  assertEquals(JSON.parse(json.out())[0].interface, rows[0]!.dev);
});

/** Whether arp can be run here. */
async function isInstalled(): Promise<boolean> {
  try {
    await new Deno.Command("arp", { args: ["-V"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const hasArp = await isInstalled();

Deno.test({
  name: `readNeighbours() reads what arp prints here${hasArp ? "" : " (arp is not installed)"}`,
  ignore: !hasArp && Deno.env.get("CI") !== "true",
  async fn() {
    const windows = Deno.build.os === "windows";
    const { code, stdout } = await new Deno.Command("arp", {
      args: [windows ? "-a" : "-an"],
      env: windows ? {} : { LC_ALL: "C", LANGUAGE: "C" },
    }).output();
    const table = readNeighbours(decodeTable(stdout));
    assert(table !== null, decodeTable(stdout));
    const addresses = decodeTable(stdout).match(/\(\d+\.\d+\.\d+\.\d+\)/g) ?? [];
    if (!windows) {
      assertEquals(code, 0);
      assertEquals(table.neighbours.map(({ address }) => `(${address})`), [...addresses]);
    }
  },
});
