import { assert, assertEquals, assertRejects } from "@std/assert";
import { bold } from "@std/fmt/colors";
import { arp } from "../arp.ts";
import { Stopped, UserError } from "../cli/errors.ts";
import type { Captured, CaptureOptions } from "../cli/io.ts";
import { readNeighbours } from "../arp/formats.ts";
import { decodeOutput } from "../text/code_pages.ts";
import { type FakeIo, fakeIo, type FakeOptions, missing, run } from "./fakes.ts";
import { jsonLines } from "./json_lines.ts";
import { needs } from "./needs.ts";

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
    `Address       MAC                Interface  State       Kind    Flags
192.0.2.1     00:00:5e:00:53:aa  br-lan     -           -       -
203.0.113.55  02:00:5e:10:00:55  br-lan     -           -       -
192.0.2.1     00:00:5e:00:53:01  v0         -           -       -
192.0.2.2     00:00:5e:00:53:02  v0         -           -       -
192.0.2.3     00:00:5e:00:53:03  v0         -           -       -
192.0.2.4     00:00:5e:00:53:04  v0         -           -       -
192.0.2.5     00:00:5e:00:53:05  v0         permanent   static  -
192.0.2.7     -                  v0         incomplete  -       -
192.0.2.50    00:00:5e:00:53:50  v0         permanent   static  -
192.0.2.51    00:00:5e:00:53:51  v0         -           -       -
192.0.2.52    -                  v0         -           static  published
192.0.2.77    -                  v0         -           static  published
`,
  );
  assert(io.err().startsWith("source: arp -an (IPv6 was not read)\nhint: "), io.err());
});

Deno.test("arp --json prints an object a line", async () => {
  const io = fakeIo(programs({ arp: wrote(testdataOf("written-freebsd")) }));
  assertEquals(await run(arp, ["--json"], io), 0);
  assertEquals(io.out().split("\n").slice(0, 1), [
    '{"address":"192.0.2.1","mac":"00:00:5e:00:53:01","hardware_type":"ethernet","interface":"em0","interface_index":null,' +
    '"state":null,"kind":"dynamic","name":"gateway.example.test","expires_s":1187,"age_s":null,"vendor":null,' +
    '"flags":[],"gateway":false,"own":false,"source":"arp -an","vlan":null}',
  ]);
  assertEquals(jsonLines(io.out()).length, 4);
  assertEquals(io.err(), "source: arp -an (IPv6 was not read)\n");
});

Deno.test("arp --json prints exactly the fields that its help lists", async () => {
  const io = fakeIo(programs({ arp: wrote(ARP) }));
  await run(arp, ["--json"], io);
  const listed = (await arp.fields!()).filter(({ says }) =>
    !/^(?:with --watch|in (?:a last|that) object)/.test(says)
  );
  assertEquals(Object.keys(jsonLines<object>(io.out())[0]!), listed.map(({ name }) => name));
});

Deno.test("arp --csv prints a heading and a line a row, whatever is in them", async () => {
  const rows = [{ dst: "192.0.2.1", dev: 'a"b,\r\n\x1b', router: null, proxy: null }];
  const io = fakeIo(programs({ ip: wrote(JSON.stringify(rows)) }));
  assertEquals(await run(arp, ["--csv"], io), 0);
  assertEquals(
    io.out(),
    "address,mac,hardware_type,interface,interface_index,state,kind,name,expires_s,age_s,vendor,flags,gateway,own,source,vlan\r\n" +
      '192.0.2.1,,,"a""b,\\x0d\\n\\x1b",,,,,,,,router proxy,false,false,ip -j neigh,\r\n',
  );
});

Deno.test("arp shows when an entry expires", async () => {
  const io = fakeIo({ ...programs({ arp: wrote(testdataOf("written-freebsd")) }), columns: 120 });
  await run(arp, [], io);
  assertEquals(
    io.out(),
    `Address     MAC                Interface  State       Kind     Name                  Expires  Flags
192.0.2.1   00:00:5e:00:53:01  em0        -           dynamic  gateway.example.test  1187 s   -
192.0.2.7   -                  em0        incomplete  dynamic  -                     now      -
192.0.2.9   00:00:5e:00:53:09  em0        permanent   static   -                     -        -
192.0.2.10  00:00:5e:00:53:0a  em0        permanent   static   -                     -        published
`,
  );
});

/** Returns the rows in the JSON that was printed, and the last object if it is none. */
function recordsOf(io: FakeIo) {
  const all = jsonLines<{ address: string; kind: string; gateway: boolean }>(io.out());
  const rows = all.filter((record) => "address" in record);
  return { rows, last: all.length > rows.length ? all.at(-1) as unknown : null };
}

/** Returns programs as `programs` does, and the list in which their calls are kept. */
function recorded(results: Readonly<Record<string, Captured | Error>>) {
  const calls: { line: string; options: CaptureOptions }[] = [];
  const options: FakeOptions = {
    programs(program, args, options) {
      calls.push({ line: [program, ...args].join(" "), options });
      return results[program] ?? missing(program);
    },
  };
  return { calls, options };
}

Deno.test("arp runs `arp -an` in the C locale with a time limit, and asks for no more permission", async () => {
  const { calls, options } = recorded({ arp: wrote(ARP) });
  await run(arp, [], fakeIo(options));
  const env = { LC_ALL: "C", LANGUAGE: "C" };
  const [[first], others] = [
    calls.filter(({ line }) => line.startsWith("arp")),
    calls.filter(({ line }) => !line.startsWith("arp")),
  ];
  assertEquals(first, { line: "arp -an", options: { timeout: 60_000, env, ask: true } });
  assertEquals(
    new Set(others.map(({ line }) => line.replace(/^.*\/(?=ip )/, ""))),
    new Set([
      "ip -j neigh",
      "ip -j route show table all type unicast",
    ]),
  );
  for (const { options } of others) assertEquals(options, { timeout: 60_000, env, ask: false });
});

Deno.test("arp --timeout is how long each program may take, and a late one is told of it", async () => {
  const { calls, options } = recorded({ arp: wrote(ARP) });
  await run(arp, ["--timeout", "1.5"], fakeIo(options));
  assertEquals(new Set(calls.map(({ options }) => options.timeout)), new Set([1500]));
  const programs = () => new DOMException("no answer", "TimeoutError");
  const error = await assertRejects(() => run(arp, ["-4"], fakeIo({ programs })), UserError);
  assertEquals(error.hint, "--timeout SECONDS gives it longer");
});

Deno.test("arp runs `arp -a` on Windows, and reads its language and code page", async () => {
  const { calls, options } = recorded({ arp: wrote(testdataOf("written-windows-zh_CN-gbk")) });
  const io = fakeIo({ ...options, platform: "windows" });
  assertEquals(await run(arp, ["--all"], io), 0);
  assertEquals(
    calls.map(({ line }) => line).toSorted(),
    ["arp -a", "netsh interface ipv6 show neighbors", "route print"],
  );
  for (const { options } of calls) assertEquals(options.env, {});
  assertEquals(
    io.out(),
    `Address       MAC                Interface      Kind
192.0.2.1     00:00:5e:00:53:01  192.0.2.10     dynamic
192.0.2.255   ff:ff:ff:ff:ff:ff  192.0.2.10     broadcast
224.0.0.22    01:00:5e:00:00:16  192.0.2.10     multicast
198.51.100.1  02:00:5e:10:00:64  198.51.100.20  dynamic
`,
  );
  assert(io.err().startsWith("source: arp -a (IPv6 was not read)\n"), io.err());
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
    `Address    MAC                Interface
192.0.2.3  00:00:5e:00:53:03  eth0
`,
  );
  assertEquals(
    io.err(),
    "source: /proc/net/arp (arp -an: not installed; " +
      `ip -j neigh: exit code 1, "ip: invalid option -- 'j'"; IPv6 was not read)\n`,
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

Deno.test("arp asks netsh and nobody else besides on Windows", async () => {
  const io = fakeIo({ ...programs({ ip: wrote(IP) }), platform: "windows" });
  const error = await assertRejects(() => run(arp, [], io), UserError);
  assertEquals(
    error.message,
    "cannot read the neighbour table: arp -a: not installed; netsh interface ipv4 show neighbors: not installed",
  );
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
    assertEquals(json.out(), "");
  });
}

Deno.test("arp prints no line longer than the terminal is wide", async () => {
  const options = programs({ arp: wrote(testdataOf("written-macos")) });
  const io = fakeIo({ ...options, columns: 30 });
  await run(arp, [], io);
  for (const line of io.out().split("\n")) assert(line.length <= 30, line);
});

Deno.test("arp prints the heading in bold on a terminal only, and without NO_COLOR", async () => {
  const heading = "Address    MAC                Interface";
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
    "192.0.2.1  \\x1b[2J\\u202e\\x9b\\n中  lladdr",
  );

  const json = fakeIo(options);
  await run(arp, ["--json"], json);
  assert(/^[\n\x20-\x7e中]*$/.test(json.out()), json.out());
  assertEquals(jsonLines<{ interface: string }>(json.out())[0]!.interface, rows[0]!.dev);
});

const IP4 = [
  { dst: "192.0.2.1", dev: "eth0", lladdr: "00:00:5e:00:53:01", state: ["DELAY"] },
];

const IP6 = [
  { dst: "fe80::1", dev: "eth0", lladdr: "00:00:5e:00:53:01", router: null, state: ["REACHABLE"] },
  { dst: "ff02::1", dev: "eth0", lladdr: "33:33:00:00:00:01", state: ["NOARP"] },
];

const ROUTES = '[{"dst":"default","gateway":"192.0.2.1","dev":"eth0"}]';

/** A Linux with arp and ip, each of which knows its own. */
const LINUX: FakeOptions = {
  programs(program, args) {
    const line = [program, ...args].join(" ");
    if (line === "arp -an") return wrote(ARP);
    if (line === "arp -a") return wrote(ARP.replace("?", "gateway.example.test"));
    if (line === "ip -j neigh") return wrote(JSON.stringify([...IP4, ...IP6]));
    if (line === "ip -4 -j neigh") return wrote(JSON.stringify(IP4));
    if (line === "ip -6 -j neigh") return wrote(JSON.stringify(IP6));
    if (line === "ip -j route show table all type unicast") return wrote(ROUTES);
    return missing(program);
  },
  interfaces: [{ name: "eth0", address: "192.0.2.10", netmask: "255.255.255.0" }],
};

Deno.test("arp shows IPv6 besides, marks the gateway, and hides multicast", async () => {
  const io = fakeIo(LINUX);
  assertEquals(await run(arp, [], io), 0);
  assertEquals(
    io.out(),
    `Address    MAC                Interface  State      Kind     Flags
192.0.2.1  00:00:5e:00:53:01  eth0       delay      gateway  -
fe80::1    00:00:5e:00:53:01  eth0       reachable  -        router
`,
  );
  assertEquals(
    io.err(),
    "source: arp -an, ip -j neigh\n1 multicast or broadcast row hidden; --all shows it\n",
  );
  const all = fakeIo(LINUX);
  await run(arp, ["ff02::1"], all);
  assert(all.out().includes("\nff02::1  "), all.out());
});

for (
  const [args, addresses, source] of [
    [["-4"], ["192.0.2.1"], "arp -an, ip -4 -j neigh"],
    [["--ipv6"], ["fe80::1"], "ip -6 -j neigh"],
    [["-46"], ["192.0.2.1", "fe80::1"], "arp -an, ip -j neigh"],
    [["--source", "arp"], ["192.0.2.1"], "arp -an"],
    [["--source", "ip", "-4"], ["192.0.2.1"], "ip -4 -j neigh"],
    [["fe80:0:0::1", "192.0.2.0/24"], ["192.0.2.1", "fe80::1"], "arp -an, ip -j neigh"],
    [["0-0-5E-0-53-1", "--ipv4"], ["192.0.2.1"], "arp -an, ip -4 -j neigh"],
    [["gateway.example.test"], ["192.0.2.1"], "arp -a, ip -j neigh"],
    [["--names", "192.0.2.1"], ["192.0.2.1"], "arp -a, ip -j neigh"],
  ] as const
) {
  Deno.test(`arp ${args.join(" ")} shows ${addresses.join(" and ")} of ${source}`, async () => {
    const io = fakeIo(LINUX);
    assertEquals(await run(arp, ["--json", ...args], io), 0);
    const { rows, last } = recordsOf(io);
    assertEquals(rows.map(({ address }) => address), [...addresses]);
    const hidden = last === null ? "" : "1 multicast or broadcast row hidden; --all shows it\n";
    assertEquals(io.err(), `source: ${source}\n${hidden}`);
    assertEquals(
      last,
      args.every((arg) => /^-[^4]|^-46$/.test(arg)) ? { hidden: 1, not_understood: [] } : null,
    );
  });
}

Deno.test("arp shows the names where they are asked for", async () => {
  const io = fakeIo(LINUX);
  await run(arp, ["--names", "-4"], io);
  assertEquals(
    io.out(),
    `Address    MAC                Interface  State  Kind     Name
192.0.2.1  00:00:5e:00:53:01  eth0       delay  gateway  gateway.example.test
`,
  );
});

Deno.test("arp shows what macOS knows: arp, ndp and the default routes of netstat", async () => {
  const io = fakeIo({
    ...programs({
      arp: wrote(testdataOf("written-macos")),
      ndp: wrote(testdataOf("written-macos-ndp")),
      netstat: wrote("default            192.0.2.1          UGScg                 en0\n"),
    }),
    platform: "darwin",
  });
  assertEquals(await run(arp, ["--json"], io), 0);
  const { rows } = recordsOf(io);
  assertEquals(
    rows.filter(({ gateway }) => gateway).map(({ address }) => address),
    ["192.0.2.1"],
  );
  assert(rows.some(({ address }) => address.startsWith("fe80::")), io.out());
  assert(rows.every(({ kind }) => kind !== "multicast" && kind !== "broadcast"), io.out());
  assert(io.err().startsWith("source: arp -an, ndp -an\n"), io.err());
});

Deno.test("arp shows what Windows knows where arp is missing: netsh for both, and route", async () => {
  const io = fakeIo({
    platform: "windows",
    programs: (program, args) =>
      program === "route"
        ? wrote("  0.0.0.0  0.0.0.0  192.0.2.1  192.0.2.10  25\r\n")
        : program === "netsh"
        ? wrote(testdataOf(`written-netsh-${args[1]}-en`))
        : missing(program),
    interfaces: [{ name: "Ethernet", address: "192.0.2.10", netmask: "255.255.255.0" }],
  });
  assertEquals(await run(arp, ["--json"], io), 0);
  const { rows } = recordsOf(io);
  assertEquals(rows.filter(({ gateway }) => gateway).map(({ address }) => address), ["192.0.2.1"]);
  assert(rows.some(({ address }) => address.includes(":")), io.out());
});

Deno.test("arp goes without names where looking them up takes too long", async () => {
  const io = fakeIo({
    programs: (program, args) =>
      program !== "arp"
        ? missing(program)
        : args[0] === "-a"
        ? new DOMException("no answer", "TimeoutError")
        : wrote(ARP),
  });
  assertEquals(await run(arp, ["--names"], io), 0);
  assertEquals(io.err(), "source: arp -an (arp -a: timed out; IPv6 was not read)\n");
});

Deno.test("arp exits with 1 and says so where nothing is what was asked for", async () => {
  for (const [args, out] of [[[], ""], [["--json"], ""]] as const) {
    const io = fakeIo(LINUX);
    assertEquals(await run(arp, [...args, "192.0.2.10", "nobody\x1b"], io), 1);
    assertEquals(io.out(), out);
    assertEquals(
      io.err(),
      "source: arp -a, ip -j neigh\nnothing in the table is 192.0.2.10 or nobody\\x1b\n",
    );
  }
});

for (
  const [args, message] of [
    [["--json", "--csv"], "--json and --csv do not go together"],
    [["--watch", "--csv"], "--watch and --csv do not go together"],
    [["--watch", "--read", "x"], "--watch and --read do not go together"],
    [["--source", "ip", "--read", "x"], "--source and --read do not go together"],
    [["--timeout", "2", "--read", "x"], "--timeout and --read do not go together"],
    [["--ask", "192.0.2.1", "--watch"], "--watch and --ask do not go together"],
    [["--ask", "192.0.2.1", "192.0.2.2"], "--ask and WHAT do not go together"],
    [["--interval", "2"], "--interval means nothing without --watch"],
    [["--watch", "--interval", "0"], "--interval: 0.1 seconds is the least"],
    [["--source", "arp", "-6"], "arp cannot tell that"],
    [["--source", "netsh"], "netsh cannot tell that"],
    [["--source", "proc"], "cannot read the neighbour table: /proc/net/arp: no such file"],
  ] as const
) {
  Deno.test(`arp ${args.join(" ")} is refused: ${message}`, async () => {
    const io = fakeIo(LINUX);
    const error = await assertRejects(() => run(arp, args, io), UserError, message);
    assertEquals(error.exit, 2);
  });
}

Deno.test("arp gives hints below the table, within the width, unless they are not wanted", async () => {
  const table = wrote(
    ARP + "? (192.0.2.2) at 00:00:5e:00:53:01 [ether] on eth0\n",
  );
  const hints = async (...args: string[]) => {
    const io = fakeIo({ ...programs({ arp: table }), columns: 60 });
    await run(arp, args, io);
    return io.err().split("\n").slice(1, -1);
  };
  assertEquals(await hints(), [
    "hint: 00:00:5e:00:53:01 answers for 192.0.2.1 and 192.0.2.2:",
    "one host with several addresses, a router that answers for",
    "others (proxy ARP), or ARP spoofing",
  ]);
  for (const args of [["--no-hints"], ["--json"], ["--csv"], ["192.0.2.9"]]) {
    const more = await hints(...args);
    assert(!more.join("\n").includes("hint"), `${args}: ${more}`);
  }
});

Deno.test("arp --vendor shows who has made the card, and of a randomised MAC nobody", async () => {
  const table = `? (192.0.2.2) at 02:00:5e:00:53:01 [ether] on eth0\n${ARP}`;
  const io = fakeIo(programs({ arp: wrote(table) }));
  await run(arp, ["--vendor", "--json"], io);
  assertEquals(
    jsonLines<{ vendor: unknown }>(io.out()).map(({ vendor }) => vendor),
    ["ICANN, IANA Department", null],
  );
});

Deno.test("arp --read reads saved answers of other systems, and asks nobody", async () => {
  const bytes = testdataOf("written-windows-zh_CN-gbk");
  const file = fakeIo({ files: { "saved.txt": bytes } });
  assertEquals(await run(arp, ["--read", "saved.txt"], file), 0);
  assertEquals(
    file.out(),
    `Address       MAC                Interface      Kind
192.0.2.1     00:00:5e:00:53:01  192.0.2.10     dynamic
198.51.100.1  02:00:5e:10:00:64  198.51.100.20  dynamic
`,
  );
  assert(file.err().startsWith("source: saved.txt, arp of Windows\n"), file.err());

  const input = fakeIo({ ...LINUX, stdin: bytes });
  assertEquals(await run(arp, ["--read", "-", "192.0.2.1", "--json"], input), 0);
  const row = JSON.parse(input.out());
  assertEquals([row.source, row.gateway], ["standard input", false]);
});

for (const [label, mark] of [["utf-16le", [0xff, 0xfe]], ["utf-16be", [0xfe, 0xff]]] as const) {
  Deno.test(`arp --read reads ${label}, as Windows PowerShell saves`, async () => {
    const text = new TextDecoder().decode(testdataOf("written-windows-en"));
    const units = Array.from(text, (character) => character.charCodeAt(0));
    const little = label === "utf-16le";
    const octets = units.flatMap((unit) => little ? [unit, 0] : [0, unit]); // it is all ASCII
    const io = fakeIo({ files: { x: Uint8Array.from([...mark, ...octets]) } });
    assertEquals(await run(arp, ["--read", "x", "00:00:5e"], io), 0);
    assert(io.out().includes("\n192.0.2.1  00:00:5e:00:53:01  192.0.2.10"), io.out());
  });
}

for (
  const [what, files, message] of [
    ["is not there", {}, "cannot read x: no such file or directory"],
    ["is no table", { x: "hello\n" }, "cannot read x: it is in no known format"],
    [
      "is too large",
      { x: new Uint8Array(64 * 1024 * 1024 + 1) },
      "cannot read x: it has more than 64.0 MiB",
    ],
  ] as const
) {
  Deno.test(`arp --read says that its file ${what}`, async () => {
    const error = await assertRejects(
      () => run(arp, ["--read", "x"], fakeIo({ files })),
      UserError,
    );
    assertEquals([error.message, error.exit], [message, what === "is not there" ? 2 : 1]);
  });
}

Deno.test("arp --read says how many rows are hidden, where the table has no others", async () => {
  const file = "Interface : 192.0.2.10 --- 0xb\r\n" +
    [1, 2, 3].map((n) => `  224.0.0.${n}   01-00-5e-00-00-0${n}   statique\r\n`).join("");
  const io = fakeIo({ files: { x: file } });
  assertEquals(await run(arp, ["--read", "x"], io), 0);
  assertEquals(io.out(), "");
  assertEquals(
    io.err(),
    "source: x, arp of Windows\n3 multicast or broadcast rows hidden; --all shows them\n",
  );
  const json = fakeIo({ files: { x: file } });
  await run(arp, ["--read", "x", "--json"], json);
  assertEquals(jsonLines(json.out()), [{ hidden: 3, not_understood: [] }]);
  const all = fakeIo({ files: { x: file } });
  await run(arp, ["--read", "x", "--all"], all);
  assertEquals(all.err(), "source: x, arp of Windows\n");
});

Deno.test("arp counts the lines with an address that it did not understand, and names the first", async () => {
  const bytes = testdataOf("unknown-sentences");
  const io = fakeIo({ files: { x: bytes } });
  assertEquals(await run(arp, ["--read", "x"], io), 0);
  assertEquals(
    io.err(),
    "source: x, a table of unknown format\nx: 10 lines not understood, the first is line 2\n",
  );
  const json = fakeIo({ files: { x: bytes } });
  await run(arp, ["--read", "x", "--json"], json);
  assertEquals(recordsOf(json).last, {
    hidden: 0,
    not_understood: [{ source: "x", lines: 10, first: 2 }],
  });
  const live = fakeIo(programs({ arp: wrote(`${ARP}? (192.0.2.2) is at home\n`) }));
  assertEquals(await run(arp, [], live), 0);
  assertEquals(
    live.err(),
    "source: arp -an (IPv6 was not read)\narp -an: 1 line not understood, line 2\n",
  );
});

Deno.test("arp names the formats that it knows where a file is in none", async () => {
  const io = fakeIo({ files: { x: "hello\n" } });
  const { hint } = await assertRejects(() => run(arp, ["--read", "x"], io), UserError);
  assert(hint?.startsWith("known are ip -j neigh, "), hint ?? "");
  assert(
    hint?.includes("snmpwalk of ipNetToMediaTable, and any table with one IP address"),
    hint ?? "",
  );
});

Deno.test("arp reads the columns of a router's table: interface, VLAN, age, type", async () => {
  const io = fakeIo({ files: { x: testdataOf("unknown-h3c-comware") }, columns: 120 });
  await run(arp, ["--read", "x", "--no-hints"], io);
  assertEquals(
    io.out(),
    `Address    MAC                Interface  VLAN  Kind
192.0.2.1  00:00:5e:00:53:01  M-GE0/0/0  -     dynamic
192.0.2.7  00:00:5e:00:53:07  XGE1/0/47  1     dynamic
192.0.2.9  00:00:5e:00:53:09  XGE1/0/48  20    static
`,
  );
});

Deno.test("arp reads tables of any size", async () => {
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `? (10.${i >> 16}.${i >> 8 & 255}.${i & 255}) at 00:00:5e:00:53:01 [ether] on eth0\n`,
  );
  const io = fakeIo(programs({ arp: wrote(rows.join("")) }));
  assertEquals(await run(arp, ["--csv"], io), 0);
  assertEquals(io.out().split("\r\n").length, 60_002);
});

/** Runs `arp --watch` on tables that come one after the other; the last one interrupts it. */
async function watched(tables: readonly (string | Error)[], args: readonly string[]) {
  const left = [...tables];
  const io: FakeIo = fakeIo({
    programs(program, programArgs) {
      if (program !== "arp") return missing(program);
      assertEquals(programArgs, ["-an"]);
      const next = left.shift();
      if (left.length === 0) io.interrupt(new Stopped("SIGINT"));
      return next instanceof Error ? next : wrote(next ?? "");
    },
  });
  const code = await run(arp, ["--watch", "--interval", "0.1", ...args], io);
  return { code, out: io.out().replace(/^\d\d:\d\d:\d\d\.\d{3}/gm, "TIME"), err: io.err() };
}

const MOVED = ARP.replace("53:01", "53:02");

Deno.test("arp --watch prints changes until Ctrl-C, and stays with its source", async () => {
  const late = new DOMException("no answer", "TimeoutError");
  const { code, out, err } = await watched([ARP, late, late, MOVED, "", ""], []);
  assertEquals(code, 0);
  assertEquals(
    out,
    `TIME  present   192.0.2.1  eth0  00:00:5e:00:53:01
TIME  changed   192.0.2.1  eth0  MAC 00:00:5e:00:53:01 -> 00:00:5e:00:53:02
TIME  vanished  192.0.2.1  eth0  00:00:5e:00:53:02
`,
  );
  assertEquals(
    err,
    "source: arp -an (IPv6 was not read)\ncannot read the neighbour table: timed out; trying again\n",
  );
});

Deno.test("arp --watch --json prints an object a line, with exactly the fields of its help", async () => {
  const { out } = await watched([ARP, MOVED, ""], ["--json"]);
  const events = out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(events.map(({ event }) => event), ["present", "changed"]);
  assertEquals(events[1].time, "2026-01-02T03:04:05.006Z");
  assertEquals(events[1].before, { mac: "00:00:5e:00:53:01", state: null });
  assertEquals(
    Object.keys(events[1]).toSorted(),
    (await arp.fields!()).filter(({ says }) => !/^in (?:a last|that) object/.test(says))
      .map(({ name }) => name).toSorted(),
  );
});

for (const code of [130, 143]) {
  Deno.test(`arp takes a program that a signal has ended (${code}) for its own end, and is quiet`, async () => {
    for (const args of [["--watch"], []]) {
      let readings = 0;
      const io: FakeIo = fakeIo({
        programs(program) {
          if (program !== "arp") return missing(program);
          if (readings++ === 0 && args.length > 0) return wrote(ARP);
          // The signal comes to the child first, then to netkit.
          queueMicrotask(() => setTimeout(() => io.interrupt(new Stopped("SIGINT"))));
          return wrote("", code);
        },
      });
      const ended = run(arp, [...args, ...(args.length > 0 ? ["--interval", "0.1"] : [])], io);
      if (args.length > 0) assertEquals(await ended, 0);
      else await assertRejects(() => ended, Stopped);
      assertEquals(io.err(), args.length > 0 ? "source: arp -an (IPv6 was not read)\n" : "");
    }
  });
}

Deno.test("arp --watch gives up where there is no source", async () => {
  await assertRejects(() => run(arp, ["--watch"], fakeIo()), UserError, "not installed");
});

Deno.test({
  name: "readNeighbours() reads what arp prints here",
  ...needs("arp"),
  async fn() {
    const windows = Deno.build.os === "windows";
    const { code, stdout } = await new Deno.Command("arp", {
      args: [windows ? "-a" : "-an"],
      env: windows ? {} : { LC_ALL: "C", LANGUAGE: "C" },
    }).output();
    const table = readNeighbours(decodeOutput(stdout));
    assert(table !== null, decodeOutput(stdout));
    const addresses = decodeOutput(stdout).match(/\(\d+\.\d+\.\d+\.\d+\)/g) ?? [];
    if (!windows) {
      assertEquals(code, 0);
      assertEquals(table.neighbours.map(({ address }) => `(${address})`), [...addresses]);
    }
  },
});
