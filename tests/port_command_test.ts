import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../main.ts";
import type { Captured } from "../cli/io.ts";
import { type FakeIo, fakeIo, type FakeOptions, run } from "./fakes.ts";
import { jsonLines } from "./json_lines.ts";
import { port } from "../port.ts";
import { procRow } from "./proc_rows.ts";
import { width } from "../text/layout.ts";

const ANY = ["0.0.0.0", 0] as const;
const SERVER = ["127.0.0.1", 8000] as const;

/** The files of a machine on which deno holds port 8000. */
const FILES: Readonly<Record<string, string>> = {
  "/proc/net/tcp": procRow(SERVER, ANY, "0A", 11) +
    procRow(SERVER, ["127.0.0.1", 51478], "01", 12) +
    procRow(SERVER, ["127.0.0.1", 51480], "01", 13) +
    procRow(SERVER, ["127.0.0.1", 51482], "06", 0, { timer: "03:00001004" }) +
    procRow(["0.0.0.0", 22], ANY, "0A", 21, { user: 1000 }),
  "/proc/net/tcp6": "",
  "/proc/net/udp": procRow(["0.0.0.0", 5353], ANY, "07", 31),
  "/proc/net/udp6": "",
  "/proc/4121/comm": "deno\n",
  "/proc/4121/cmdline": "deno\0run\0-A\0main.ts\0serve\0",
  "/proc/4121/status": "Name:\tdeno\nUid:\t0\t0\t0\t0\n",
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n",
  "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
};

const LINKS: Readonly<Record<string, string>> = {
  "/proc/4121/fd/0": "/dev/null",
  "/proc/4121/fd/9": "socket:[11]",
  "/proc/4121/fd/10": "socket:[12]",
  "/proc/4121/fd/11": "socket:[13]",
  "/proc/4121/fd/12": "socket:[31]",
  "/proc/4121/cwd": "/home/root/netkit",
  "/proc/4121/exe": "/usr/bin/deno",
  "/proc/4121/ns/net": "net:[1]",
  "/proc/self/ns/net": "net:[1]",
};

/** A machine on which deno holds port 8000, and something in no table port 8002. */
function machine(options: FakeOptions = {}): FakeIo {
  const bind = (_: string, hostname: string, port: number) =>
    hostname !== "::1" && [8000, 8002, 22].includes(port) ? "EADDRINUSE" : null;
  return fakeIo({ files: FILES, links: LINKS, bind, columns: 80, ...options });
}

async function shown(args: readonly string[], io = machine()): Promise<[string, string, number]> {
  const code = await run(port, args, io);
  return [io.out(), io.err(), code];
}

Deno.test("port tells what a port is, who holds it, and how to free it", async () => {
  assertEquals(await shown(["8000"]), [
    `8000/tcp   registered (1024–49151); IANA irdmi; in practice development web
           servers
held by    deno, pid 4121, user root: deno run -A main.ts serve  (in
           /home/root/netkit)
           127.0.0.1:8000 LISTEN; 2 ESTABLISHED, 1 TIME-WAIT (41 s left)
IPv4       held
IPv6       free for a server that takes IPv6 alone (IPV6_V6ONLY)
to free it kill 4121
next free  8001
`,
    "",
    1,
  ]);
});

Deno.test("port on a wide terminal tells the folder of the process on the same line", async () => {
  const [out] = await shown(["8000"], machine({ columns: 120 }));
  assertStringIncludes(
    out,
    "held by    deno, pid 4121, user root: deno run -A main.ts serve  (in /home/root/netkit)\n",
  );
});

Deno.test("port tells that a port is free, and what speaks against it", async () => {
  assertEquals(await shown(["6000"]), [
    `6000/tcp   registered (1024–49151); IANA x11; in practice X11
free       bound 0.0.0.0 and [::] just now
caution    browsers refuse http://…:6000 (ERR_UNSAFE_PORT): good for other
           clients, not for web pages
`,
    "",
    0,
  ]);
  const [out, , code] = await shown(["40000"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "32768–60999: an outgoing");
  assertStringIncludes(out, "5000–32767 is safer");
});

Deno.test("port --json has the fields that its help promises, and no others", async () => {
  const [out] = await shown(["--json", "8000"]);
  const record = JSON.parse(out);
  const documented = new Set((await port.fields!()).flatMap(({ name }) => name.split(", ")));
  const [socket] = record.sockets;
  const names = [
    ...Object.keys(record),
    ...Object.keys(socket).map((name) => `sockets.${name}`),
    ...Object.keys(socket.processes[0]).map((name) => `suspects.${name}`),
  ];
  for (const name of names) assert(documented.has(name), name);
  const { sockets, ...rest } = record;
  assertEquals(rest, {
    port: 8000,
    protocol: "tcp",
    class: "registered",
    iana: "irdmi",
    practice: "development web servers",
    free: false,
    bind: { "0.0.0.0": "EADDRINUSE", "::": "EADDRINUSE" },
    ephemeral: [32768, 60999],
    in_ephemeral: false,
    privileged: false,
    browser_blocked: false,
    cautions: [],
    next_free: 8001,
    kernel: null,
    address: null,
    free_address: "::1",
    ipv4: "held",
    ipv6: "free",
    elsewhere: null,
    to_free: ["kill 4121"],
    managers: [],
    suspects: [],
  });
  assertEquals(sockets.length, 4);
  assertEquals(socket, {
    protocol: "tcp",
    local: "127.0.0.1:8000",
    peer: null,
    state: "LISTEN",
    time_left_s: null,
    pid: 4121,
    command: "deno",
    user: "root",
    processes: [{
      pid: 4121,
      command: "deno",
      command_line: "deno run -A main.ts serve",
      user: "root",
      folder: "/home/root/netkit",
      program_deleted: false,
      fds: [9],
      services: [],
    }],
  });
});

Deno.test("port takes ranges and several ports, and joins what is the same", async () => {
  assertEquals(await shown(["7998-8004", "ssh"]), [
    `Port           State  Held by
7998–7999/tcp  free   -
8000/tcp       held   deno, pid 4121, user root: deno run -A main.ts serve
8001/tcp       free   -
8002/tcp       held   a socket that is bound, but neither listens nor is
                      connected: no table names its process
8003–8004/tcp  free   -
22/tcp         held   a process of user anna that may not be seen: the processes
                      of other users are named for root only, those of other
                      containers not at all
`,
    "",
    1,
  ]);
  const [json] = await shown(["--json", "7998-8004"]);
  assertEquals(json.trim().split("\n").map((line) => JSON.parse(line).port), [
    7998,
    7999,
    8000,
    8001,
    8002,
    8003,
    8004,
  ]);
});

Deno.test("port names who may hold what no table tells", async () => {
  const links = {
    ...LINKS,
    "/proc/4121/fd/13": "socket:[99]", // in no table
    "/proc/5000/fd/3": "socket:[98]", // neither, but in another network namespace
    "/proc/5000/ns/net": "net:[2]",
  };
  const [out] = await shown(["8002"], machine({ links }));
  assertStringIncludes(
    out,
    `
held by    a socket that is bound, but neither listens nor is connected: no
           table names its process
suspects   deno, pid 4121, user root: deno run -A main.ts serve  (in
           /home/root/netkit)
IPv4       held
IPv6       free for a server that takes IPv6 alone (IPV6_V6ONLY)
next free  8003
`,
  );
  const [json] = await shown(["--json", "8002"], machine({ links }));
  const { suspects } = JSON.parse(json);
  assertEquals(suspects.map(({ pid, fds }: { pid: number; fds: number[] }) => [pid, fds]), [
    [4121, [13]],
  ]);
});

Deno.test("port lists what waits for peers, --all everything", async () => {
  assertEquals(await shown([]), [
    `Port      Address    Process  PID   User  Command
22/tcp    0.0.0.0    -        -     anna  -
8000/tcp  127.0.0.1  deno     4121  root  deno run -A main.ts serve
5353/udp  0.0.0.0    deno     4121  root  deno run -A main.ts serve
`,
    `"-": the processes of other users are named for root only, those of other
containers not at all
`,
    0,
  ]);
  const [all] = await shown(["--all"], machine({ columns: 120 }));
  assertEquals(all.trim().split("\n").length, 7);
  assertMatch(all, /8000\/tcp +127\.0\.0\.1 +127\.0\.0\.1:51482 +TIME-WAIT/);
  const [udp] = await shown(["--udp", "--json"]);
  assertEquals(jsonLines<{ protocol: string }>(udp).map(({ protocol }) => protocol), ["udp"]);
  const nothing = machine({ files: { ...FILES, "/proc/net/tcp": "", "/proc/net/udp": "" } });
  assertEquals(await shown([], nothing), ["", "nothing listens\n", 0]);
  assertEquals((await shown(["--json"], nothing))[0], "");
});

Deno.test("port tells root, who sees every process, why a socket has none", async () => {
  const root = (files: Readonly<Record<string, string>> = {}) =>
    machine({ files: { ...FILES, "/proc/self/status": "Uid:\t0\t0\t0\t0\n", ...files } });
  const reason = "the kernel has sockets of its own (VXLAN, NFS), and the processes of other " +
    "containers are not seen";
  const flat = (text: string) => text.replace(/\s+/g, " ").trim();
  assertEquals(flat((await shown([], root()))[1]), `"-": ${reason}`);
  const [held] = await shown(["22"], root());
  assertStringIncludes(
    flat(held),
    `held by a socket of user anna that no process here has: ${reason}`,
  );
  // Without any process there is no column for "-".
  const alone = { "/proc/net/udp": "", "/proc/net/tcp": procRow(["0.0.0.0", 22], ANY, "0A", 21) };
  assertEquals(flat((await shown([], root(alone)))[1]), `no process is named: ${reason}`);
  // A connection that its process has closed is the kernel's, and needs no reason.
  const closed = procRow(SERVER, ["127.0.0.1", 51482], "06", 0, { timer: "03:00001004" });
  const left = root({ "/proc/net/udp": "", "/proc/net/tcp": closed });
  assertEquals((await shown(["--all"], left))[1], "1 socket: 1 TIME-WAIT\n");
});

Deno.test("port asks for one address, where others hold the port elsewhere", async () => {
  const io = () =>
    machine({
      bind: (_, hostname, port) => port === 8000 && hostname === "127.0.0.1" ? "EADDRINUSE" : null,
    });
  assertEquals(await shown(["127.0.0.2:8000"], io()), [
    `8000/tcp   at 127.0.0.2; registered (1024–49151); IANA irdmi; in practice
           development web servers
free       bound 127.0.0.2 just now
           held on 127.0.0.1 only: 127.0.0.2 is free
`,
    "",
    0,
  ]);
  const [held, , code] = await shown(["127.0.0.1:8000"], io());
  assertStringIncludes(held, "\nheld by    deno, pid 4121");
  assertStringIncludes(held, "\nnext free  8001\n");
  assertEquals(code, 1);
  const [json] = await shown(["--json", "127.0.0.2:8000"], io());
  const { address, bind, free, ipv4, sockets } = JSON.parse(json);
  assertEquals([address, bind, free, ipv4, sockets], [
    "127.0.0.2",
    { "127.0.0.2": "ok" },
    true,
    null,
    [],
  ]);
  const foreign = machine({ bind: () => "EADDRNOTAVAIL" });
  const [out, , exit] = await shown(["203.0.113.7:9"], foreign);
  assertStringIncludes(out, "\nrefused    203.0.113.7 is no address of this machine\n");
  assertEquals(exit, 1);
});

Deno.test("port takes ports with commas, each at its address", async () => {
  assertEquals(await shown(["7000,[::1]:7000,7001-7002/udp"]), [
    `Port            State
7000/tcp        free
[::1]:7000/tcp  free
7001–7002/udp   free
`,
    "",
    0,
  ]);
});

Deno.test("port --process and --pid list the sockets of some processes", async () => {
  const unseen = "sockets of unknown processes are left out: the processes of other users are\n" +
    "named for root only, those of other containers not at all\n";
  const list = async (...args: string[]): Promise<[string[], string, number]> => {
    const [out, err, code] = await shown(args);
    return [out.match(/^\d+\/\w+/gm) ?? [], err, code];
  };
  assertEquals(await list("--process", "DEN"), [["8000/tcp", "5353/udp"], unseen, 0]);
  assertEquals((await list("--all", "--pid", "4121"))[0].length, 4);
  assertEquals(await list("--pid", "4121", "--udp", "--process", "deno"), [["5353/udp"], "", 0]);
  assertEquals(await list("--process", "nginx"), [
    [],
    "no process called nginx has a socket of TCP or UDP that can be seen\n" + unseen,
    1,
  ]);
  assertEquals(
    (await list("--pid", "7", "--process", "deno"))[1],
    "no process called deno and with " +
      "the number 7 has a socket of TCP or UDP that can\nbe seen\n" + unseen,
  );
  assertEquals((await shown(["--json", "--pid", "7"])).slice(0, 3), ["", "", 1]);
});

Deno.test("port --process of a process that only has connections tells of --all", async () => {
  const tcp = procRow(SERVER, ["127.0.0.1", 51478], "01", 12);
  const io = machine({ files: { ...FILES, "/proc/net/tcp": tcp, "/proc/net/udp": "" } });
  assertEquals(await shown(["--process", "deno"], io), [
    "",
    "no process called deno waits for peers; --all lists 1 other socket of it\n",
    0,
  ]);
});

Deno.test("port --free prints a number alone", async () => {
  assertEquals(await shown(["--free"]), ["5000\n", "", 0]);
  assertEquals(await shown(["--free", "8000"]), ["8001\n", "", 0]);
  assertEquals(await shown(["--free", "8002"]), ["8003\n", "", 0]);
  // On macOS AirPlay comes and goes.
  assertEquals((await shown(["--free"], machine({ platform: "darwin" })))[0], "5001\n");
});

Deno.test("port --no-bind binds nothing, and calls nothing free", async () => {
  const io = machine({
    bind: () => {
      throw new Error("bound");
    },
  });
  const [out, , code] = await shown(["--no-bind", "6000"], io);
  assertStringIncludes(
    out,
    "\nunknown    no socket is on it; whether it can be bound was not tried\n",
  );
  assertEquals(code, 0);
  const [held, , exit] = await shown(["--no-bind", "8000"], machine());
  assertStringIncludes(held, "\nheld by    deno, pid 4121");
  assertEquals(exit, 1);
  assertEquals(JSON.parse((await shown(["--no-bind", "--json", "6000"]))[0]).free, null);
});

Deno.test("port without IPv6 is content with IPv4", async () => {
  const io = machine({ bind: (_, hostname) => hostname === "::" ? "EAFNOSUPPORT" : null });
  const [out, , code] = await shown(["6000"], io);
  assertStringIncludes(out, "\nfree       bound 0.0.0.0 just now (there is no other here)\n");
  assertEquals(code, 0);
});

Deno.test("port on macOS asks for the loopback addresses, too: there they can be another's", async () => {
  const nothing = () => ({ code: 1, stdout: new Uint8Array(), stderr: new Uint8Array() });
  const taken = machine({
    platform: "darwin",
    programs: nothing, // without root, lsof does not see what others have
    bind: (_, hostname) => hostname === "127.0.0.1" ? "EADDRINUSE" : null,
  });
  assertEquals((await shown(["6001"], taken))[2], 1);
  const free = machine({ platform: "darwin", programs: nothing, bind: () => null });
  const [out, , code] = await shown(["6001"], free);
  assertStringIncludes(out, "\nfree       bound 0.0.0.0, [::], 127.0.0.1 and [::1] just now\n");
  assertEquals(code, 0);
});

Deno.test("port tells that a port is refused to who is not root", async () => {
  const io = machine({ bind: () => "EACCES" });
  const [out, , code] = await shown(["443"], io);
  assertStringIncludes(out, "\nrefused    nobody holds it, but it cannot be bound (EACCES)\n");
  assertStringIncludes(out, "\ncaution    ports below 1024 need root or CAP_NET_BIND_SERVICE\n");
  assertEquals(code, 1);
});

Deno.test("port never proposes to kill the process that all others come from", async () => {
  const links = Object.fromEntries(
    Object.entries(LINKS).map(([path, target]) => [path.replace("4121", "1"), target]),
  );
  const [out] = await shown(["8000"], machine({ links }));
  assertMatch(out, /\nto free it stop its service: process 1 is init,/);
});

Deno.test("port says where it cannot look, and tells the rest", async () => {
  const denied = Object.assign(
    new Error("Requires all access, run again with the --allow-all flag"),
    {
      name: "NotCapable",
    },
  );
  const io = Object.assign(machine(), { readTextFile: () => Promise.reject(denied) });
  const [out, err, code] = await shown(["8000"], io);
  assertEquals(
    err,
    "the sockets of this machine may not be seen: Deno was not given the permission\n",
  );
  assertStringIncludes(out, "\nheld by    unknown: the sockets of this machine may not be seen");
  assertEquals(code, 1);
});

Deno.test("port shows what Windows and macOS tell", async () => {
  const answer = (text: string): Captured => ({
    code: 0,
    stdout: new TextEncoder().encode(text),
    stderr: new Uint8Array(),
  });
  const windows = machine({
    platform: "windows",
    programs: (program) =>
      answer(
        program === "netstat"
          ? "  TCP    127.0.0.1:8000    0.0.0.0:0    ABHÖREN    4121\r\n"
          : program === "tasklist"
          ? '"my server.exe","4121","Console","1","1 K"\r\n'
          : "",
      ),
  });
  const [out] = await shown(["8000"], windows);
  assertStringIncludes(
    out,
    "\nheld by    my server.exe, pid 4121\n           127.0.0.1:8000 LISTEN\n",
  );
  assertStringIncludes(out, "\nto free it taskkill /PID 4121 (with /F if it does not end)\n");
  const macos = machine({
    platform: "darwin",
    bind: () => null, // there all addresses can be bound beside a server on one of them
    programs: (program) =>
      program === "lsof"
        ? answer("p9\ncdeno\nLanna\nf3\nd0x1\ntIPv4\nPTCP\nn127.0.0.1:8000\nTST=LISTEN\n")
        : answer(program === "ps" ? "    9 anna deno run -A main.ts serve\n" : ""),
  });
  const [held, , code] = await shown(["8000"], macos);
  assertStringIncludes(held, "\nheld by    deno, pid 9, user anna: deno run -A main.ts serve\n");
  assertEquals(code, 1);
});

Deno.test("no line of port is wider than the terminal, whatever is on it", async () => {
  const files = {
    ...FILES,
    "/proc/4121/comm": "服务器服务器服务\n",
    "/proc/4121/cmdline": `deno\0${"很长的参数 ".repeat(40)}\0\x1b[31m\0`,
  };
  for (const columns of [20, 40, 60, 80, 120]) {
    for (const args of [["8000"], ["40000"], ["7998-8004"], []]) {
      const [out] = await shown(args, machine({ columns, files }));
      for (const line of out.split("\n")) {
        assert(width(line) <= Math.max(31, columns), `${width(line)} at ${columns}: ${line}`);
        assert(!line.includes("\x1b"));
      }
    }
  }
});

/** The fault, the message, and the hint. */
const REFUSED: readonly (readonly [args: string, message: string, hint?: string])[] = [
  ["65536", `"65536" is not a port: ports are 16 bits, 0-65535`],
  ["-1", `"-1" is not a port: a port is a decimal number`],
  ["80.5", `"80.5" is not a port: a port is a decimal number`],
  [
    "８０００",
    `"８０００" is not a port: a port is a decimal number`,
    "write it in ASCII: 8000",
  ],
  ["9000-8000", `"9000-8000" is not a range of ports: it ends before it begins`, "write 8000-9000"],
  [
    "0",
    `"0" is not a port: 0 asks the system to choose a free port; nothing can connect to 0`,
    "a free one is printed by: netkit port --free",
  ],
  [
    "htttp",
    `"htttp" is not a port or the name of a service: no service is called that`,
    "did you mean http?",
  ],
  [
    "postgress",
    `"postgress" is not a port or the name of a service: no service is called that`,
    "did you mean postgres?",
  ],
  [
    "xyzzyxyzzy",
    `"xyzzyxyzzy" is not a port or the name of a service: no service is called that`,
    "if it is a program: netkit port --process xyzzyxyzzy",
  ],
  ["--watch", "--watch looks at one port: give it, and no other"],
  ["--watch 1 2", "--watch looks at one port: give it, and no other"],
  ["--watch 1-2", "--watch looks at one port: give no range"],
  ["--free 1 2", "--free starts at one port: give no other"],
  ["--free --watch 1", "--free and --watch do not go together"],
  ["--all 80", "--all, --process and --pid are for the list: give no port"],
  [
    "--free --no-bind",
    "--free has to bind: leave --no-bind out",
  ],
];

for (const [args, message, hint] of REFUSED) {
  Deno.test(`port ${args} is refused: ${message}`, async () => {
    const io = machine();
    assertEquals(await main(["port", ...args.split(" ")], io), 2);
    assertEquals(io.err(), `netkit port: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
    assertEquals(io.out(), "");
  });
}

Deno.test("port looks at the descriptors of processes only where a socket has the port", async () => {
  const looked: string[] = [];
  const io = machine();
  const watched: FakeIo = {
    ...io,
    listFolder(path) {
      looked.push(path);
      return io.listFolder(path);
    },
  };
  for (const args of [["9000"], ["--free", "9000"], ["9000-9010"]]) await run(port, args, watched);
  assertEquals(looked.filter((path) => path.endsWith("/fd")), []);
  await run(port, ["8000"], watched);
  assert(looked.includes("/proc/4121/fd"));
});
