import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseEndpoint } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { certificateFiles, makeCertificate } from "./certificates.ts";
import { LINUX, needs } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { allowed, Netkit, startServer } from "./processes.ts";
import { askPython } from "./python.ts";
import { connectAndReset, exchangeText, TestServer } from "./servers.ts";
import { until } from "./waiting.ts";

const encoder = new TextEncoder();

/** The beginning of a handshake: the type of the record and its version (RFC 8446, section 5.1). */
const HALF_HELLO = new Uint8Array([0x16, 3, 1]);

/** Connects `count` times, begins a handshake each time, and leaves it at that. */
function beginHandshakes(port: number, count: number): Promise<Deno.TcpConn[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(HALF_HELLO);
    return conn;
  }));
}

/** Resolves when the server has closed `count` of the connections. */
async function closed(conns: readonly Deno.TcpConn[], count: number): Promise<void> {
  let ended = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const conn of conns) {
    conn.read(new Uint8Array(1)).catch(() => null).then(() => ++ended === count && resolve());
  }
  await promise;
}

/** Returns how many sockets a process has open. */
function socketsOf({ pid }: Deno.ChildProcess): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`).startsWith("socket:");
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}

/** Starts `netkit serve` with TLS and `--web`; `url` is what a browser opens. */
async function startBoth(args: readonly string[], descriptors: number) {
  const wrap = (words: readonly string[]) => ["prlimit", `--nofile=${descriptors}`, ...words];
  const server = await startServer([...args, "--web", "0"], { wrap });
  const [, url] = await server.says(/listen +(https:\S+),/);
  return Object.assign(server, { web: Number(new URL(url!).port) });
}

/** A certificate that a client trusts, and shows as its own. */
interface Shown {
  readonly authority: string;
  readonly key: string;
}

/** Connects to a server with TLS, and shows it a certificate if it asks for one. */
function connectShowing(port: number, { authority, key }: Shown): Promise<Deno.TlsConn> {
  const options = { hostname: "localhost", port, caCerts: [authority], cert: authority, key };
  return Deno.connectTls(options);
}

async function converse(port: number, shown: Shown): Promise<string> {
  const conn = await connectShowing(port, shown);
  return await exchangeText(conn, "straße");
}

async function healthOf(port: number, shown: Shown): Promise<string> {
  const conn = await connectShowing(port, shown);
  const answer = await exchangeText(conn, "GET /healthz HTTP/1.0\r\n\r\n");
  return answer.split("\r\n")[0]!;
}

for (const [attacked, mutual] of [["port", false], ["web", false], ["port", true]] as const) {
  Deno.test({
    name: `half a handshake of 250 clients costs netkit serve nothing that stays (${attacked}${
      mutual ? ", --client-ca" : ""
    })`,
    ...needs(LINUX, "openssl", "prlimit"),
    async fn() {
      await using tls = await certificateFiles();
      const args = [...tls.args, ...mutual ? tls.mutual : [], "--max-connections", "20"];
      await using server = await startBoth(args, 1000);
      const before = socketsOf(server.child);
      const attackers = await beginHandshakes(server[attacked], 250);
      assertEquals(await converse(server.port, tls), "STRASSE");
      assertEquals(await healthOf(server.web, tls), "HTTP/1.1 200 OK");
      await closed(attackers, 235); // a few of an address may take their time
      await until(() => socketsOf(server.child) <= before + 15);
      for (const conn of attackers) conn.close();
      await until(() => socketsOf(server.child) === before);
    },
  });
}

for (const mutual of [false, true]) {
  Deno.test({
    name:
      `netkit serve with few descriptors answers everybody beside clients that never finish TLS (${mutual})`,
    ...needs(LINUX, "openssl", "prlimit"),
    async fn() {
      await using tls = await certificateFiles();
      await using server = await startBoth([...tls.args, ...mutual ? tls.mutual : []], 150);
      const attackers = [
        ...await beginHandshakes(server.port, 100),
        ...await beginHandshakes(server.web, 100),
      ];
      assertEquals(await healthOf(server.web, tls), "HTTP/1.1 200 OK");
      assertEquals(await converse(server.port, tls), "STRASSE");
      assertEquals(/retry/.test(server.err), false, server.err); // there are always descriptors
      for (const conn of attackers) conn.close();
    },
  });
}

Deno.test({
  name: "netkit serve says without --allow-ffi that a socket stays, and counts it until it goes",
  ...needs(LINUX, "openssl"),
  async fn() {
    await using tls = await certificateFiles();
    await using server = await startServer(
      tls.args,
      allowed("--allow-net", `--allow-read=${tls.args[1]},${tls.args[3]}`),
    );
    const before = socketsOf(server.child);
    const attackers = await beginHandshakes(server.port, 40);
    await server.says(/refuse .*its socket stays until the client closes it \(--allow-ffi/);
    await until(() => socketsOf(server.child) === before + 40); // some may not be accepted yet
    assertEquals(await converse(server.port, tls), "STRASSE");
    for (const conn of attackers) conn.close();
    await until(() => socketsOf(server.child) === before);
    server.signal("SIGTERM");
    assertEquals((await server.end()).code, 0);
  },
});

for (const mutual of [false, true]) {
  Deno.test({
    name:
      `the descriptor of a TLS client that reads nothing goes when it is closed for being idle (${mutual})`,
    ...needs(LINUX, "openssl"),
    async fn() {
      await using tls = await certificateFiles();
      await using server = await startServer([
        ...tls.args,
        ...mutual ? tls.mutual : [],
        ...["--idle-timeout", "0.5"],
      ]);
      const before = socketsOf(server.child);
      const conn = await connectShowing(server.port, tls);
      const flood = (async () => {
        for (;;) await conn.write(new Uint8Array(65536));
      })();
      flood.catch(() => {}); // the server closes it
      await server.says(/close .*idle for 0\.5 s/);
      await until(() => socketsOf(server.child) === before);
      conn.close();
    },
  });
}

/** A client in Python: connects over TCP or TLS, says something, and leaves in its own way; prints the answer. */
const CLIENT = `
import json, socket, ssl, struct, sys
how, port, text, ending = json.load(sys.stdin)
raw = socket.create_connection(("127.0.0.1", port))
conn = ssl._create_unverified_context().wrap_socket(raw) if how == "TLS" else raw
conn.sendall(text.encode("latin-1"))
answer = conn.recv(100)
if ending == "reset":
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
else:
    socket.socket.shutdown(conn, socket.SHUT_WR)  # the end of TCP, and not that of TLS
    while True:
        more = conn.recv(100)
        if more == b"": break
        answer += more
conn.close()
print(json.dumps([answer.decode("latin-1")]))
`;

for (const how of ["TCP", "TLS"] as const) {
  Deno.test({
    name: `netkit serve --once exits 1 after a reset, and 0 when everything was answered (${how})`,
    ...needs("openssl", "python3"),
    async fn() {
      await using tls = await certificateFiles();
      const args = ["--once", ...how === "TLS" ? tls.args : []];
      for (const [ending, code] of [["reset", 1], ["leave", 0]] as const) {
        await using server = await startServer(args);
        await askPython(CLIENT, [how, server.port, "x", ending]);
        assertEquals((await server.end()).code, code, ending);
        assertEquals(/ reset +#1 /.test(server.err), code === 1, server.err);
      }
    },
  });
}

Deno.test({
  name: "netkit serve --once --log none says itself that the connection was reset",
  ...needs("python3"),
  async fn() {
    const port = freePort();
    await using server = new Netkit(["serve", `${port}`, "--once", "--log", "none"]);
    let ended = false;
    const left = server.end().finally(() => ended = true);
    await until(async () => {
      await connectAndReset(port, "x"); // again, until it listens
      return ended;
    });
    const { code, err } = await left;
    assertEquals(code, 1);
    assertMatch(
      err,
      /^netkit serve: cannot serve 127\.0\.0\.1:\d+ to the end: connection reset by peer\n$/,
    );
  },
});

Deno.test({
  name:
    "serve() answers a TLS client that leaves without close_notify to the last byte, and says so",
  ...needs("openssl", "python3"),
  async fn() {
    const listener = await listen(parseEndpoint("127.0.0.1:0"), await makeCertificate());
    await using server = await TestServer.start({}, listener);
    const [answer] = await askPython(CLIENT, [
      "TLS",
      server.port,
      "stra\u00c3\u009fe\u00c3",
      "leave",
    ]);
    assertEquals(answer, "STRASSE\u00c3");
    await server.saw("close");
    const end = server.events.find(({ event }) => event === "close");
    assert(end?.event === "close");
    assertEquals([end.reason, end.bytesIn, end.bytesOut], [
      "the client left without close_notify",
      8,
      8,
    ]);
  },
});

/** What clients do that do not finish their handshake, and how the server says it. */
const FAILURES:
  readonly (readonly [what: string, reason: string, act: (port: number) => unknown])[] = [
    [
      "plain HTTP",
      "what the client says is not TLS",
      (port) => say(port, "GET / HTTP/1.0\r\n\r\n"),
    ],
    ["zeros", "what the client says is not TLS", (port) => say(port, "\0".repeat(1000))],
    [
      "a record that is too long",
      "what the client says is not TLS",
      (port) => say(port, "\x16\x03\x01\x7f\x7f\x01\x02\x03"),
    ],
    ["nothing", "gone before its TLS handshake", (port) => say(port, "")],
    ["half a hello", "gone before its TLS handshake", (port) => say(port, "\x16\x03\x01")],
    [
      "that it does not accept the certificate",
      "the client does not accept the certificate (unknown_ca)",
      async (port) => {
        using conn = await Deno.connectTls({ port });
        await conn.handshake().catch(() => {});
      },
    ],
    [
      "TLS 1.1",
      "the client offers neither TLS 1.2 nor TLS 1.3",
      (port) => openssl(port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
    ],
    [
      "TLS 1.2 with RSA key exchange",
      "the client and the server have no key exchange in common",
      (port) => openssl(port, "-tls1_2", "-cipher", "AES128-SHA"),
    ],
  ];

async function say(port: number, text: string): Promise<void> {
  using conn = await Deno.connect({ port });
  await conn.write(encoder.encode(text));
  await conn.closeWrite();
  await conn.read(new Uint8Array(1)).catch(() => null);
}

async function openssl(port: number, ...args: readonly string[]): Promise<void> {
  await new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${port}`, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
}

for (const [what, reason, act] of FAILURES) {
  Deno.test({
    name: `serve() says in plain words what is wrong when a TLS client says ${what}`,
    ...needs("openssl"),
    async fn() {
      const listener = await listen(parseEndpoint("127.0.0.1:0"), await makeCertificate());
      await using server = await TestServer.start({}, listener);
      await act(server.port);
      await server.saw("refuse");
      const refused = server.events.find(({ event }) => event === "refuse");
      assert(refused?.event === "refuse");
      assertEquals([refused.reason, server.counts()], [reason, { refuse: 1 }]);
    },
  });
}
