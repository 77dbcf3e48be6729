import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LSOF_ARGUMENTS, parseLsof, parsePs } from "../sockets/lsof.ts";
import {
  parseCommandLines,
  parseDynamicPorts,
  parseExcludedPorts,
  parseNetstat,
  parseTasklist,
} from "../sockets/netstat.ts";
import { readSockets } from "../sockets/sockets.ts";
import { readPortRules } from "../port/rules.ts";
import type { Captured } from "../cli/io.ts";
import { codePoint } from "./code_points.ts";
import { fakeIo } from "./fakes.ts";

const BOTH = { protocols: ["tcp", "udp"], range: null } as const;

function answer(text: string, code = 0): Captured {
  return { code, stdout: new TextEncoder().encode(text), stderr: new Uint8Array() };
}

/**
 * Written, not recorded, after lsof(8) of macOS, "OUTPUT FOR OTHER PROGRAMS": two processes that share
 * a listener, a name with a blank and parentheses, a link-local address with its interface inside.
 */
const LSOF = `p345
cControlCenter
Lanna
f8
d0x5f1e8d5a0b0c0d01
tIPv4
PTCP
n*:7000
TST=LISTEN
TQR=0
TQS=0
f9
d0x5f1e8d5a0b0c0d02
tIPv6
PTCP
n*:7000
TST=LISTEN
p512
cGoogle\\x20Chrome\\x20Helper\\x20(GPU)
Lanna
f21
d0x5f1e8d5a0b0c0d03
tIPv4
PTCP
n192.0.2.10:51478->192.0.2.7:443
TST=ESTABLISHED
f22
d0x5f1e8d5a0b0c0d04
tIPv4
PUDP
n*:5353
f23
d0x5f1e8d5a0b0c0d05
tIPv6
PTCP
n[fe80:4::1]:8000
TST=LISTEN
f24
d0x5f1e8d5a0b0c0d06
tIPv4
PUDP
n*:*
p600
cnginx
Lroot
f6
d0x5f1e8d5a0b0c0d07
tIPv4
PTCP
n127.0.0.1:8080
TST=LISTEN
p601
cnginx
L_www
f6
d0x5f1e8d5a0b0c0d07
tIPv4
PTCP
n127.0.0.1:8080
TST=LISTEN
`;

Deno.test("parseLsof() reads sockets, and joins those that several processes hold", () => {
  const sockets = parseLsof(LSOF);
  assertEquals(
    sockets.map(({ protocol, version, local, remote, state, processes }) => [
      protocol + version,
      `${local.hostname} ${local.port}`,
      remote && `${remote.hostname} ${remote.port}`,
      state,
      processes.map(({ pid, name, user, descriptors }) => `${name} ${pid} ${user} ${descriptors}`),
    ]),
    [
      ["tcp4", "0.0.0.0 7000", null, "LISTEN", ["ControlCenter 345 anna 8"]],
      ["tcp6", ":: 7000", null, "LISTEN", ["ControlCenter 345 anna 9"]],
      [
        "tcp4",
        "192.0.2.10 51478",
        "192.0.2.7 443",
        "ESTABLISHED",
        ["Google Chrome Helper (GPU) 512 anna 21"],
      ],
      ["udp4", "0.0.0.0 5353", null, "UNCONNECTED", ["Google Chrome Helper (GPU) 512 anna 22"]],
      ["tcp6", "fe80::1%4 8000", null, "LISTEN", ["Google Chrome Helper (GPU) 512 anna 23"]],
      ["tcp4", "127.0.0.1 8080", null, "LISTEN", ["nginx 600 root 6", "nginx 601 _www 6"]],
    ],
  );
});

Deno.test("parseLsof() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => void parseLsof(text)));
  const lines = fc.array(
    fc.constantFrom(...LSOF.split("\n"), "p", "f", "n", "n:", "n*:99999", "TST="),
  );
  fc.assert(fc.property(lines, (lines) => {
    for (const { local } of parseLsof(lines.join("\n"))) assert(local.port <= 65535);
  }));
});

Deno.test("the sockets of macOS have the command lines that ps tells", async () => {
  const io = fakeIo({
    platform: "darwin",
    programs: (program, args) => {
      if (program === "lsof") {
        assertEquals(args, [...LSOF_ARGUMENTS]);
        return answer(LSOF);
      }
      if (program === "netstat") return answer("");
      assertEquals([program, args.at(-1)], ["ps", "345,512,600,601"]);
      return answer("  345 anna /System/ControlCenter\n  600 root nginx: master process\n");
    },
  });
  const sockets = await readSockets(io, { protocols: ["tcp"], range: [7000, 8080] });
  assertEquals(sockets.map(({ local, processes }) => [local.port, processes[0]!.words]), [
    [7000, ["/System/ControlCenter"]],
    [7000, ["/System/ControlCenter"]],
    [8000, null],
    [8080, ["nginx: master process"]],
  ]);
});

Deno.test("lsof ends with 1 when there is nothing: there are no sockets then", async () => {
  const io = fakeIo({ platform: "freebsd", programs: () => answer("", 1) });
  assertEquals(await readSockets(io, BOTH), []);
  assertEquals(parsePs(""), new Map());
});

/** The words of netstat of Windows in a language: headings, and the words for four states. */
interface Language {
  readonly name: string;
  readonly headings: string;
  readonly listening: string;
  readonly established: string;
  readonly timeWait: string;
}

/** Written, not recorded, with the words of these languages' versions of Windows. */
const LANGUAGES: readonly Language[] = [
  {
    name: "English",
    headings:
      "Active Connections\n\n  Proto  Local Address          Foreign Address        State           PID",
    listening: "LISTENING",
    established: "ESTABLISHED",
    timeWait: "TIME_WAIT",
  },
  {
    name: "German",
    headings:
      "Aktive Verbindungen\n\n  Proto  Lokale Adresse         Remoteadresse          Status           PID",
    listening: "ABHÖREN",
    established: "HERGESTELLT",
    timeWait: "WARTEND",
  },
  {
    name: "Chinese",
    headings: "活动连接\n\n  协议  本地地址          外部地址        状态           PID",
    listening: "LISTENING",
    established: "ESTABLISHED",
    timeWait: "TIME_WAIT",
  },
  {
    name: "a language with words of several words",
    headings:
      "Соединения\n\n  Имя    Локальный адрес        Внешний адрес          Состояние       PID",
    listening: "EN ÉCOUTE",
    established: "LIAISON ÉTABLIE 2",
    timeWait: "EN ATTENTE",
  },
];

function netstat({ headings, listening, established, timeWait }: Language): string {
  return `
${headings}
  TCP    0.0.0.0:135            0.0.0.0:0              ${listening}       1064
  TCP    127.0.0.1:8000         0.0.0.0:0              ${listening}       4121
  TCP    127.0.0.1:8000         127.0.0.1:51478        ${established}     4121
  TCP    127.0.0.1:51480        127.0.0.1:8000         ${timeWait}       0
  TCP    [::]:135               [::]:0                 ${listening}       1064
  TCP    [fe80::1%5]:139        [::]:0                 ${listening}       4
  UDP    0.0.0.0:5353           *:*                                    2468
  UDP    [::1]:1900             *:*                                    2468
`.replaceAll("\n", "\r\n");
}

/** Written after \`tasklist /fo csv /nh\`: a name with a comma and a blank. */
const TASKLIST = `"System Idle Process","0","Services","0","8 K"\r
"System","4","Services","0","148 K"\r
"svchost.exe","1064","Services","0","12,345 K"\r
"my server, (v2).exe","4121","Console","1","1.234 K"\r
"Dienst für Übermittlung.exe","2468","Console","1","1 234 K"\r
`;

for (const language of LANGUAGES) {
  Deno.test(`parseNetstat() reads sockets in ${language.name}`, () => {
    const sockets = parseNetstat(netstat(language), parseTasklist(TASKLIST));
    const english = language.established === "ESTABLISHED";
    assertEquals(
      sockets.map(({ protocol, local, remote, state, processes }) => [
        protocol,
        `${local.hostname} ${local.port}`,
        remote && `${remote.hostname} ${remote.port}`,
        state,
        processes.map(({ pid, name }) => `${name} ${pid}`).join(),
      ]),
      [
        ["tcp", "0.0.0.0 135", null, "LISTEN", "svchost.exe 1064"],
        ["tcp", "127.0.0.1 8000", null, "LISTEN", "my server, (v2).exe 4121"],
        [
          "tcp",
          "127.0.0.1 8000",
          "127.0.0.1 51478",
          english ? "ESTABLISHED" : null,
          "my server, (v2).exe 4121",
        ],
        ["tcp", "127.0.0.1 51480", "127.0.0.1 8000", "TIME-WAIT", ""],
        ["tcp", ":: 135", null, "LISTEN", "svchost.exe 1064"],
        ["tcp", "fe80::1%5 139", null, "LISTEN", "System 4"],
        ["udp", "0.0.0.0 5353", null, "UNCONNECTED", "Dienst für Übermittlung.exe 2468"],
        ["udp", "::1 1900", null, "UNCONNECTED", "Dienst für Übermittlung.exe 2468"],
      ],
    );
  });
}

Deno.test("parseNetstat() and parseTasklist() take any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    parseNetstat(text, parseTasklist(text));
    parseDynamicPorts(text);
    parseExcludedPorts(text);
  }));
});

Deno.test("the sockets of Windows have numbers for names where tasklist is missing", async () => {
  const io = fakeIo({
    platform: "windows",
    programs: (program) =>
      program === "netstat" ? answer(netstat(LANGUAGES[1]!)) : new Deno.errors.NotFound(program),
  });
  const sockets = await readSockets(io, { protocols: ["tcp"], range: [8000, 8000] });
  assertEquals(sockets.map(({ processes }) => processes[0]!.pid), [4121, 4121]);
});

Deno.test("the port rules of Windows are read from netsh in any language", async () => {
  // netsh interface ipv4 show dynamicport tcp, and excludedportrange; written after its documentation.
  const io = fakeIo({
    platform: "windows",
    programs: (_, args) =>
      args.includes("dynamicport")
        ? answer(
          "\r\nProtokoll tcp Dynamischer Portbereich\r\n---------------------------------\r\n" +
            "Startport      : 49152\r\nAnzahl von Ports : 16384\r\n\r\n",
        )
        : answer(
          "\r\n协议 tcp 端口排除范围\r\n\r\n开始端口    结束端口\r\n----------    --------\r\n" +
            "      5357        5357\r\n     50000       50059     *\r\n\r\n* - 管理的端口排除。\r\n",
        ),
  });
  assertEquals(await readPortRules(io, "tcp"), {
    ephemeral: [49152, 65535],
    spared: [],
    firstUnprivileged: 0,
    excluded: [[5357, 5357], [50000, 50059]],
  });
});

Deno.test("the port rules of macOS are read from sysctl, and are IANA's if it is silent", async () => {
  const io = fakeIo({ platform: "darwin", programs: () => answer("10000\n20000\n") });
  assertEquals((await readPortRules(io, "tcp")).ephemeral, [10000, 20000]);
  const silent = fakeIo({ platform: "darwin" });
  assertEquals((await readPortRules(silent, "tcp")).ephemeral, [49152, 65535]);
});

Deno.test("the port rules of Linux are read from /proc/sys", async () => {
  const folder = "/proc/sys/net/ipv4";
  const io = fakeIo({
    files: {
      [`${folder}/ip_local_port_range`]: "20000\t30000\n",
      [`${folder}/ip_local_reserved_ports`]: "20080,20100-20110\n",
      [`${folder}/ip_unprivileged_port_start`]: "80\n",
    },
  });
  assertEquals(await readPortRules(io, "tcp"), {
    ephemeral: [20000, 30000],
    spared: [[20080, 20080], [20100, 20110]],
    firstUnprivileged: 80,
    excluded: [],
  });
  assertEquals(await readPortRules(fakeIo(), "tcp"), {
    ephemeral: [32768, 60999],
    spared: [],
    firstUnprivileged: 1024,
    excluded: [],
  });
});

Deno.test("parseCommandLines() reads what PowerShell writes, and nothing of another text", () => {
  // Composed after the documentation of ConvertTo-Json; Windows PowerShell escapes < > & and '.
  const text = '\ufeff[{"ProcessId":0,"CommandLine":null},{"ProcessId":4121,"CommandLine":' +
    '"\\"C:\\\\Program Files\\\\nodejs\\\\node.exe\\" server.js \\u003cport\\u003e"}]';
  assertEquals([...parseCommandLines(text)], [
    [4121, '"C:\\Program Files\\nodejs\\node.exe" server.js <port>'],
  ]);
  assertEquals([...parseCommandLines('{"ProcessId":7,"CommandLine":"a b"}')], [[7, "a b"]]);
  for (const other of ["", "[]", "null", '"x"', "[null,1]", "'powershell' is not recognized"]) {
    assertEquals(parseCommandLines(other).size, 0, other);
  }
});

Deno.test("readSockets() of Windows has the command lines, and does without PowerShell", async () => {
  const io = (commands: string) =>
    fakeIo({
      platform: "windows",
      programs: (program) =>
        program === "netstat"
          ? answer("  TCP    127.0.0.1:8000    0.0.0.0:0    ABHÖREN    4121\r\n")
          : program === "tasklist"
          ? answer('"node.exe","4121","N/A"\r\n')
          : program === "powershell" && commands !== ""
          ? answer(commands)
          : new Deno.errors.NotFound(program),
    });
  const wordsOf = async (commands: string) =>
    (await readSockets(io(commands), BOTH))[0]!.processes.map(({ name, words }) => [name, words]);
  const line = '"C:\\Program Files\\nodejs\\node.exe" server.js';
  assertEquals(await wordsOf(JSON.stringify([{ ProcessId: 4121, CommandLine: line }])), [
    ["node.exe", [line]],
  ]);
  assertEquals(await wordsOf(""), [["node.exe", null]]);
});
