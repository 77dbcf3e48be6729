import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { Captured } from "../cli/io.ts";
import { port as portCommand } from "../port.ts";
import { parseBsdNetstat } from "../sockets/bsd_netstat.ts";
import { parseSockstat, sockstatArguments } from "../sockets/sockstat.ts";
import { readSockets } from "../sockets/sockets.ts";
import { codePoint } from "./code_points.ts";
import { type FakeIo, fakeIo, run } from "./fakes.ts";

/** Layouts of macOS and BSD, composed by rows that users of macOS 12, 15 and 26 and of FreeBSD 14 show. */
const LAYOUTS: readonly (readonly [name: string, text: string, rows: readonly string[]])[] = [
  [
    "macOS 12",
    `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)     rhiwat shiwat    pid   epid  state    options
tcp4       0      0  127.0.0.1.8080         *.*                    LISTEN      131072 131072  18432      0 0x0100 0x00000106
tcp46      0      0  *.3306                 *.*                    LISTEN      131072 131072    561      0 0x0100 0x00000106
tcp6       0      0  fe80::1%lo0.48126      *.*                    LISTEN      131072 131072    999      0 0x0100 0x00000106
tcp4       0      0  192.0.2.1.51478        192.0.2.7.443          ESTABLISHED 131072 131072    700      0 0x0102 0x00000008
tcp4       0      0  127.0.0.1.8080         127.0.0.1.52344        TIME_WAIT   131072 131072  18432      0 0x0000 0x00000000
udp4       0      0  *.5353                 *.*                                196724   9216    321      0 0x0100 0x00000000
udp4       0      0  *.*                    *.*                                196724   9216    321      0 0x0100 0x00000000
`,
    [
      "tcp4 127.0.0.1 8080 - LISTEN ? 18432",
      "tcp6 :: 3306 - LISTEN ? 561",
      "tcp6 fe80::1%lo0 48126 - LISTEN ? 999",
      "tcp4 192.0.2.1 51478 192.0.2.7 443 ESTABLISHED ? 700",
      "tcp4 127.0.0.1 8080 127.0.0.1 52344 TIME-WAIT",
      "udp4 0.0.0.0 5353 - UNCONNECTED ? 321",
    ],
  ],
  [
    "macOS 15, with bytes before the process",
    `Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)     rhiwat shiwat  rxbytes  txbytes    pid   epid
tcp4       0      0  *.22                   *.*                    LISTEN      131072 131072        0        0      1      0
`,
    ["tcp4 0.0.0.0 22 - LISTEN ? 1"],
  ],
  [
    "macOS 26, with names that have blanks",
    `Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)          rxbytes      txbytes  rhiwat  shiwat          process:pid    state  options           gencnt    flags   flags1 usecnt rtncnt fltrs
tcp4       0      0  127.0.0.1.4242         *.*                    LISTEN                 0            0  131072  131072              bun:2415   00100 00000006 000000000bf559ba 00000000 00000800      1      0 000000
tcp4       0      0  127.0.0.1.55910        127.0.0.1.4242         ESTABLISHED         2960          528  406912  146988  Codex (Service):56664  00102 00000008 0
udp4       0      0  192.0.2.5.64161        192.0.2.95.443                            13398         5574 1048576   29040 Brave Browser He:855    00102 00000000 0
`,
    [
      "tcp4 127.0.0.1 4242 - LISTEN bun 2415",
      "tcp4 127.0.0.1 55910 127.0.0.1 4242 ESTABLISHED Codex (Service) 56664",
      "udp4 192.0.2.5 64161 192.0.2.95 443 ESTABLISHED Brave Browser He 855",
    ],
  ],
  [
    "FreeBSD, which tells no process",
    `Active Internet connections (including servers)
Proto Recv-Q Send-Q Local Address          Foreign Address        (state)
tcp4       0      0 *.22                   *.*                    LISTEN
tcp6       0      0 ::1.25                 *.*                    LISTEN
udp4       0      0 *.514                  *.*
`,
    ["tcp4 0.0.0.0 22 - LISTEN", "tcp6 ::1 25 - LISTEN", "udp4 0.0.0.0 514 - UNCONNECTED"],
  ],
];

for (const [name, text, rows] of LAYOUTS) {
  Deno.test(`parseBsdNetstat() reads ${name}`, () => {
    assertEquals(
      parseBsdNetstat(text).map(({ protocol, version, local, remote, state, processes }) =>
        [
          protocol + version,
          local.hostname,
          local.port,
          ...(remote ? [remote.hostname, remote.port] : ["-"]),
          state,
          ...processes.flatMap(({ name, pid }) => [name, pid]),
        ].join(" ")
      ),
      rows,
    );
  });
}

Deno.test("parseBsdNetstat() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => void parseBsdNetstat(text)));
  const words = LAYOUTS.flatMap(([, text]) => text.split(/(\s+)/));
  fc.assert(fc.property(fc.array(fc.constantFrom(...words)), (some) => {
    for (const { local } of parseBsdNetstat(some.join(""))) assert(local.port <= 65535);
  }));
});

function captured(text: string, code = 0): Captured {
  return { code, stdout: new TextEncoder().encode(text), stderr: new Uint8Array() };
}

/** A Mac without root: lsof tells of nothing, netstat of all. */
function mac(netstat: string, platform = "darwin", ps = "  561 root /usr/sbin/sshd -D\n"): FakeIo {
  return fakeIo({
    platform,
    columns: 200,
    bind: (_, __, port) => port === 22 ? "EADDRINUSE" : null,
    programs: (program, args) =>
      program === "lsof"
        ? captured("", 1)
        : program === "netstat" && args.includes("tcp")
        ? captured(netstat)
        : captured(program === "ps" ? ps : ""),
  });
}

const SSHD = `Proto Recv-Q Send-Q  Local Address  Foreign Address  (state)  rhiwat shiwat pid epid
tcp4 0 0  *.22  *.*  LISTEN  131072 131072  561  0
`;

Deno.test("port on macOS without root names the listener of another user", async () => {
  const io = mac(SSHD);
  assertEquals(await run(portCommand, ["22"], io), 1);
  assertMatch(io.out(), /\nheld by {4}sshd, pid 561, user root: \/usr\/sbin\/sshd -D\n/);
  const list = mac(SSHD);
  await run(portCommand, [], list);
  assertMatch(list.out(), /^22\/tcp +0\.0\.0\.0 +sshd +561 +root +\/usr\/sbin\/sshd -D$/m);
});

Deno.test("port on BSD without root says what sudo would show", async () => {
  const io = mac("tcp4 0 0 *.22 *.* LISTEN\n", "freebsd");
  await run(portCommand, ["22"], io);
  assertMatch(
    io.out(),
    /\nheld by {4}a process that may not be seen: .* \(sudo lsof -nP -i :22 names/,
  );
  const list = mac("tcp4 0 0 *.22 *.* LISTEN\n", "freebsd");
  await run(portCommand, [], list);
  assertMatch(
    list.err(),
    /^no process is named: the processes of other users are named for root only/,
  );
});

Deno.test("port on macOS does not say that an unseen socket does not listen", async () => {
  const io = mac("");
  await run(portCommand, ["22"], io);
  assertMatch(
    io.out(),
    /\nheld by {4}a socket in no list: another user's, or .*sudo lsof -nP -i :22/,
  );
});

Deno.test("a socket that lsof and netstat both list is there once", async () => {
  const lsof = "p561\ncsshd\nLroot\nf3\nd0x1\ntIPv4\nPTCP\nn*:22\nTST=LISTEN\n" +
    "f4\nd0x2\ntIPv6\nPTCP\nn[fe80:4::1]:22->[fe80:4::2]:5000\nTST=ESTABLISHED\n";
  const netstat = `${SSHD}tcp6 0 0  fe80::1%en0.22  fe80::2%en0.5000  ESTABLISHED 1 1 561 0\n`;
  const io = fakeIo({
    platform: "darwin",
    programs: (program, args) =>
      captured(
        program === "lsof" ? lsof : program === "netstat" && args.includes("tcp") ? netstat : "",
      ),
  });
  await run(portCommand, ["--json"], io);
  assertEquals(io.out().trimEnd().split("\n").length, 2);
});

Deno.test("port in WSL with mirrored ports tells that Windows holds it", async () => {
  const wsl = (mode: string | null) =>
    fakeIo({
      files: {
        "/proc/net/tcp": "",
        "/proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n",
      },
      bind: () => "EADDRINUSE",
      columns: 200,
      programs: (program) =>
        program === "wslinfo" && mode !== null
          ? captured(`${mode}\n`)
          : Object.assign(new Error("not found"), { name: "NotFound" }),
    });
  const held = async (mode: string | null) => {
    const io = wsl(mode);
    await run(portCommand, ["5433"], io);
    return io.out().match(/^held by +(.*)$/m)![1]!;
  };
  assertMatch(
    await held("mirrored"),
    /^Windows, which shares its ports with WSL in mirrored mode: /,
  );
  assertMatch(await held(null), /^perhaps Windows, which/);
  assertMatch(await held("nat"), /^a socket that is bound, but neither listens nor is connected/);
});

/** Composed after sockstat(1) of FreeBSD 14: a command with a blank, a socket of nobody, a dual one. */
const SOCKSTAT = `USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS
www      nginx        801 6   tcp4   *:80                  *:*
www      nginx        802 6   tcp4   *:80                  *:*
root     sshd         700 3   tcp46  *:22                  *:*
anna     my server   4121 9   tcp6   ::1:8000              *:*
anna     my server   4121 10  tcp4   192.0.2.1:51478       192.0.2.7:443
ntpd     ntpd         650 20  udp6   fe80::1%lo0:123       *:*
?        ?          ?     ?   tcp4   192.0.2.1:22          192.0.2.7:50000
root     syslogd      600 7   dgram  /var/run/log
`;

Deno.test("parseSockstat() reads the processes of sockets, also of NetBSD", () => {
  const rows = parseSockstat(SOCKSTAT).map(({ protocol, version, local, remote, processes: [p] }) =>
    `${protocol}${version} ${local.hostname} ${local.port} ${remote?.port ?? "-"} ${p!.name} ` +
    `${p!.pid} ${p!.user} ${p!.descriptors}`
  );
  assertEquals(rows, [
    "tcp4 0.0.0.0 80 - nginx 801 www 6",
    "tcp4 0.0.0.0 80 - nginx 802 www 6",
    "tcp6 :: 22 - sshd 700 root 3",
    "tcp6 ::1 8000 - my server 4121 anna 9",
    "tcp4 192.0.2.1 51478 443 my server 4121 anna 10",
    "udp6 fe80::1%lo0 123 - ntpd 650 ntpd 20",
  ]);
  const [netbsd] = parseSockstat("root     sshd       1007  3 tcp6   *.22        *.*\n");
  assertEquals([netbsd?.version, netbsd?.local], [6, { hostname: "::", port: 22 }]);
  assertEquals(sockstatArguments("darwin"), null);
});

Deno.test("port on FreeBSD without lsof names the processes that sockstat knows", async () => {
  const netstat = `Active Internet connections (including servers)
Proto Recv-Q Send-Q Local Address          Foreign Address        (state)
tcp4       0      0 *.80                   *.*                    LISTEN
tcp46      0      0 *.22                   *.*                    LISTEN
`;
  const answer = (text: string): Captured => ({
    code: 0,
    stdout: new TextEncoder().encode(text),
    stderr: new Uint8Array(),
  });
  const io = fakeIo({
    platform: "freebsd",
    programs: (program, args) =>
      program === "netstat"
        ? answer(args.includes("tcp") ? netstat : "")
        : program === "sockstat"
        ? answer(SOCKSTAT)
        : program === "ps"
        ? answer("  801 www nginx: worker process\n")
        : new Deno.errors.NotFound(program),
  });
  const sockets = await readSockets(io, { protocols: ["tcp", "udp"], range: null });
  assertEquals(
    sockets.map(({ local, user, processes }) => [
      local.port,
      user,
      processes.map(({ pid, name, words }) => [pid, name, words]),
    ]),
    [
      [22, "root", [[700, "sshd", null]]],
      [80, "www", [[801, "nginx", ["nginx: worker process"]], [802, "nginx", null]]],
    ],
  );
});

Deno.test("parseSockstat() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    parseSockstat(`root sshd 7 3 tcp4 *:22 ${text}`);
    parseSockstat(text);
  }));
});
