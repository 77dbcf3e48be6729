import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inheritedDescriptor } from "../net/inherited.ts";
import { LINUX, needs, UNIX } from "./needs.ts";
import { allowed, Netkit, netkit, RUN, startServer } from "./processes.ts";
import { askPython } from "./python.ts";
import { until } from "./waiting.ts";

/** Connects, says something, and prints what came back, or the name of the error. */
const CLIENT = `
import json, socket, sys
port, text = json.load(sys.stdin)
try:
    conn = socket.create_connection(("127.0.0.1", port)) # it may be reset as early as that
    if text: conn.sendall(text.encode())
    print(json.dumps([conn.recv(100).decode()]))
except OSError as error:
    print(json.dumps([type(error).__name__]))
`;

for (const text of ["", "x"]) {
  Deno.test({
    name: `netkit serve --reset breaks a connection off with a reset (the client says "${text}")`,
    ...needs("python3"),
    async fn() {
      await using server = await startServer(["--reset"]);
      assertEquals(await askPython(CLIENT, [server.port, text]), ["ConnectionResetError"]);
      await server.says(/ accept +#1 .*\n.* reset +#1 \S+ {2}0 B in, 0 B out, /);
      assertEquals(await askPython(CLIENT, [server.port, text]), ["ConnectionResetError"]); // and goes on
    },
  });
}

Deno.test({
  name: "netkit serve --reset is a reset to ncat, and --once ends with 0 after it",
  ...needs("ncat"),
  async fn() {
    await using server = await startServer(["--reset", "--linger", "0.1", "--once"]);
    const { success, stderr } = await new Deno.Command("ncat", {
      args: ["127.0.0.1", `${server.port}`],
      stdin: "null",
    }).output();
    assert(!success);
    assertStringIncludes(new TextDecoder().decode(stderr), "Connection reset by peer");
    const { code, err } = await server.end();
    assertEquals(code, 0);
    assertMatch(err, /totals +1 accepted, 1 reset, /);
  },
});

const REFUSED: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["--reset", "--echo"], /--echo and --reset do not go together: choose one/],
  [["--reset", "--tls"], /--reset is about TCP: leave TLS out/],
  [["--reset", "--udp"], /--reset needs connections, and UDP has none/],
  [["--reset", "--web"], /--web does not go with --echo/],
  [["--reset", "--talk"], /--reset is for many clients/],
  [["--reset", "unix:x"], /--reset is about TCP: leave the Unix socket out/],
  [["--port-file", "x", "unix:x"], /--port-file needs a port, and a Unix socket has none/],
  [
    ["--port-file", "/nonexistent/x", "0"],
    /cannot write the port to \/nonexistent\/x: no such file/,
  ],
];

for (const [args, says] of REFUSED) {
  Deno.test({
    name: `netkit serve ${args.join(" ")} is refused`,
    ...needs(UNIX),
    async fn() {
      const { code, err } = await netkit(["serve", "--log", "none", ...args]);
      assertEquals(code, 2, err);
      assertMatch(err, says);
    },
  });
}

for (const args of [[], ["--udp"], ["--talk"], ["--talk", "--udp"], ["--reset"], ["--tls"]]) {
  Deno.test({
    name: `netkit serve ${args.join(" ")} --port-file writes the port when it listens`,
    ...needs(UNIX),
    async fn() {
      const folder = await Deno.makeTempDir();
      const path = `${folder}/port`;
      await Deno.writeTextFile(path, "an old one that is longer\n");
      await using server = new Netkit(["serve", ...args, "--port-file", path, "0"]);
      const [, port] = await server.says(/ bind +127\.0\.0\.1:(\d+)/);
      assertEquals(await Deno.readTextFile(path), `${port}\n`);
      assertEquals([...Deno.readDirSync(folder)].length, 1);
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name:
    "netkit serve unix:@NAME listens in Linux's abstract namespace: netkit, ncat and socat reach it",
  ...needs(LINUX, "socat"),
  async fn() {
    const name = `netkit-test-${crypto.randomUUID()}`;
    await using server = new Netkit(["serve", `unix:@${name}`]);
    await server.says(/ listen +unix:@/);
    assertStringIncludes(server.err, ` listen  unix:@${name}, waiting`);
    const table = await Deno.readTextFile("/proc/net/unix");
    assertStringIncludes(table, ` @${name}\n`);
    assertEquals((await netkit(["client", `unix:@${name}`], "straße")).out, "STRASSE");
    const socat = new Deno.Command("socat", {
      args: ["-t60", "-", `ABSTRACT-CONNECT:${name}`],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = socat.stdin.getWriter();
    await writer.write(new TextEncoder().encode("straße"));
    await writer.close();
    assertEquals(new TextDecoder().decode((await socat.output()).stdout), "STRASSE");
    const second = await netkit(["serve", `unix:@${name}`, "--log", "none"]);
    assertEquals(second.code, 2);
    assertStringIncludes(second.err, `cannot listen on unix:@${name}: address already in use`);
    server.signal("SIGTERM");
    assertEquals((await server.end()).code, 0);
    assertEquals((await netkit(["client", `unix:@${name}`])).code, 1); // it has gone without a trace
  },
});

Deno.test({
  name: "netkit client reaches an abstract socket of socat",
  ...needs(LINUX, "socat"),
  async fn() {
    const name = `netkit-test-${crypto.randomUUID()}`;
    const socat = new Deno.Command("socat", {
      args: ["-t60", `ABSTRACT-LISTEN:${name}`, "SYSTEM:'cat'"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const listening = new RegExp(` 00010000 .* @${name}\n`); // the flag of listen(): it is there from bind() on
    await until(async () => listening.test(await Deno.readTextFile("/proc/net/unix")));
    assertEquals((await netkit(["client", `unix:@${name}`], "as it is")).out, "as it is");
    await socat.status;
  },
});

const PID = String(Deno.pid);

Deno.test("inheritedDescriptor() is 3 where this process was handed a socket, as sd_listen_fds(3) says", () => {
  const ask = (variables: Record<string, string>) => inheritedDescriptor((name) => variables[name]);
  assertEquals(ask({}), null);
  assertEquals(ask({ LISTEN_FDS: "1" }), null);
  assertEquals(ask({ LISTEN_FDS: "1", LISTEN_PID: "1" }), null); // meant for another process
  assertEquals(ask({ LISTEN_FDS: "0", LISTEN_PID: PID }), null);
  assertEquals(ask({ LISTEN_FDS: "x", LISTEN_PID: PID }), null);
  assertEquals(ask({ LISTEN_FDS: "1", LISTEN_PID: PID }), 3);
});

/** Starts a program with a socket as systemd does; returns what it prints, and its process. */
const HAND_OVER = `
import os
def hand_over(listener, words, count, prepare=lambda: None):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.dup2(write, 2)
        os.dup2(os.open("/dev/null", os.O_RDWR), 0)
        os.dup2(listener.fileno(), 60)
        os.dup2(60, 3)
        os.set_inheritable(3, True)
        prepare()
        os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()), NO_COLOR="1")
        os.execv(words[0], words)
    os.close(write)
    listener.close()
    return read, pid
`;

/** Opens a socket and starts a program with it; then talks with it and prints the answer. */
const ACTIVATE = `${HAND_OVER}
import json, os, socket, ssl, sys
kind, count, words, text = json.load(sys.stdin)
family = {"tcp": socket.AF_INET, "tcp6": socket.AF_INET6, "unix": socket.AF_UNIX, "udp": socket.AF_INET}[kind]
listener = socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
listener.bind("" if kind == "unix" else ("::1" if kind == "tcp6" else "127.0.0.1", 0))
if kind != "udp": listener.listen(10)
at = listener.getsockname()
read, pid = hand_over(listener, words, count)
answer = b""
if text:
    conn = socket.socket(family)
    conn.connect(at)
    if "--tls" in words: conn = ssl._create_unverified_context().wrap_socket(conn)
    conn.sendall(text.encode())
    if "--tls" not in words: conn.shutdown(socket.SHUT_WR)
    answer = conn.recv(100)
    conn.close()
err = b""
while True:
    more = os.read(read, 65536)
    if more == b"": break
    err += more
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps([answer.decode(), code, err.decode()]))
`;

/** Starts \`netkit serve\` with a socket that python has opened; resolves to its answer, exit code and log. */
async function activate(kind: string, args: readonly string[], text: string, count = 1) {
  const words = [Deno.execPath(), ...RUN, "serve", ...args];
  const [answer, code, err] = await askPython(ACTIVATE, [kind, count, words, text]);
  return { answer, code, err: String(err) };
}

for (const kind of ["tcp", "tcp6", "unix"]) {
  for (const args of [[], ...kind === "tcp" ? [["--tls"], ["--echo"]] : []]) {
    Deno.test({
      name: `netkit serve ${args.join(" ")} listens at a socket that was handed over (${kind})`,
      ...needs(LINUX, "python3"),
      async fn() {
        const { answer, code, err } = await activate(kind, [...args, "--once"], "straße");
        assertEquals([answer, code], [args[0] === "--echo" ? "straße" : "STRASSE", 0], err);
        assertEquals(/ (socket|bind) /.test(err), false, err); // another program has done that
        assertMatch(err, / listen +(127\.0\.0\.1:\d+|\[::1\]:\d+|descriptor 3), waiting/);
      },
    });
  }
}

Deno.test({
  name: "netkit serve --talk talks at a socket that was handed over",
  ...needs(LINUX, "python3"),
  async fn() {
    // Standard input is connected to nothing, so it only receives; and that is asked for.
    const args = ["--talk", "--mode", "receive", "--log", "text"];
    const { code, err } = await activate("tcp", args, "straße");
    assertEquals(code, 0, err);
    assertMatch(err, / accept +127/);
    assertStringIncludes(err, "straße"); // on standard output, which is the same here
  },
});

/** Starts a program as above with few descriptors, takes them all for a time, and asks it then. */
const EXHAUST = `${HAND_OVER}
import json, os, resource, signal, socket, sys
words = json.load(sys.stdin)
listener = socket.create_server(("127.0.0.1", 0), backlog=200)
at = listener.getsockname()
few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
read, pid = hand_over(listener, words, 1, few)
err = b""
def until(text):
    global err
    while text not in err:
        more = os.read(read, 65536)
        if more == b"": raise SystemExit(err.decode())
        err += more
conns = [socket.create_connection(at) for _ in range(100)]
until(b"cannot accept: too many open files")
for conn in conns: conn.close()
conn = socket.create_connection(at)
conn.sendall(b"after")
answer = conn.recv(100)
conn.close()
os.kill(pid, signal.SIGTERM)
until(b"totals")
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps([answer.decode(), code]))
`;

Deno.test({
  name: "netkit serve at a socket that was handed over outlives running out of file descriptors",
  ...needs(LINUX, "python3"),
  async fn() {
    const words = [Deno.execPath(), ...RUN, "serve", "--max-connections", "1000"];
    assertEquals(await askPython(EXHAUST, words), ["AFTER", 0]);
  },
});

Deno.test({
  name: "netkit serve takes a socket that was handed over, and resets, also without --allow-ffi",
  ...needs(LINUX, "python3"),
  async fn() {
    const { wrap } = allowed("--allow-net", "--allow-env", "--allow-sys");
    const words = wrap!([Deno.execPath(), ...RUN, "serve", "--once"]);
    const [answer, code, err] = await askPython(ACTIVATE, ["tcp", 1, words, "straße"]);
    assertEquals([answer, code], ["STRASSE", 0], String(err));
    await using server = await startServer(["--reset"], allowed("--allow-net", "--allow-env"));
    assertEquals(await askPython(CLIENT, [server.port, ""]), ["ConnectionResetError"]);
  },
});

const HANDED: readonly (readonly [kind: string, count: number, args: string[], says: RegExp])[] = [
  ["udp", 1, [], /cannot listen on descriptor 3, which was handed over: .*\n.*ListenStream=/],
  ["udp", 1, ["--udp"], /a socket was handed over \(LISTEN_FDS\), and --udp takes none/],
  ["tcp", 2, [], /LISTEN_FDS hands over 2 sockets, and it listens at one/],
  ["unix", 1, ["--reset"], /--reset is about TCP, and a Unix socket was handed over/],
];

for (const [kind, count, args, says] of HANDED) {
  Deno.test({
    name: `netkit serve ${args.join(" ")} refuses ${count} socket(s) of kind ${kind} handed over`,
    ...needs(LINUX, "python3"),
    async fn() {
      const { code, err } = await activate(kind, args, "", count);
      assertEquals(code, 2, err);
      assertMatch(err, says);
    },
  });
}

Deno.test({
  name: "netkit serve with a port ignores a socket that was handed over",
  ...needs(LINUX, "python3"),
  async fn() {
    // LISTEN_FDS=2 would be refused; and the port cannot be had: both together show which was looked at.
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    const { code, err } = await activate("tcp", ["--port", `${port}`], "", 2);
    assertEquals(code, 2);
    assertStringIncludes(err, `cannot listen on 127.0.0.1:${port}: address already in use`);
  },
});

Deno.test({
  name: "netkit serve --reset leaves no descriptor open, whatever its clients do",
  ...needs(LINUX),
  async fn() {
    await using server = await startServer(["--reset"]);
    const sockets = () =>
      [...Deno.readDirSync(`/proc/${server.child.pid}/fd`)].filter(({ name }) => {
        try {
          return Deno.readLinkSync(`/proc/${server.child.pid}/fd/${name}`).startsWith("socket:");
        } catch {
          return false; // closed meanwhile
        }
      }).length;
    const before = sockets();
    for (let i = 0; i < 100; i++) {
      const connecting = Deno.connect({ hostname: "127.0.0.1", port: server.port });
      using conn = await connecting.catch(() => null); // it may be reset as early as that
      if (conn === null) continue;
      if (i % 2 === 0) await conn.write(new Uint8Array(1)).catch(() => {});
      if (i % 3 === 0) await conn.read(new Uint8Array(1)).catch(() => {});
    }
    await until(() => sockets() === before);
    await server.says(/ accept +#100 /);
    assertEquals(/ retry /.test(server.err), false);
  },
});
