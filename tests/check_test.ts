import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { client } from "../client.ts";
import { daysLeft } from "../client/check_result.ts";
import { eachPort } from "../client/port_ranges.ts";
import { parseAltNames } from "../net/peer_certificate.ts";
import { inNetwork, NETWORKS, withBlackHole } from "./networks.ts";
import { makeCertificate } from "./certificates.ts";
import { fakeIo, run } from "./fakes.ts";
import { installed, needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit, netkit } from "./processes.ts";

/** Runs `client --check` with an input that must not be read. */
async function check(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ files });
  const reads = { read: () => Promise.reject(new Error("standard input is read")) };
  Object.assign(io.stdin, reads);
  Object.assign(io, { now: Date.now });
  const code = await run(client, ["--check", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

/** Listens, and hangs up on whoever connects. */
function listen() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) conn.close();
  })();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

Deno.test("client --check prints that an endpoint is open, and how long that took", async () => {
  await using server = listen();
  const { code, out, err } = await check([server.address]);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /^open 127\.0\.0\.1:\d+ {2}\d[\d.]* m?s\n$/);
});

Deno.test("client --check prints several endpoints in the order given, and 1 says that not all are open", async () => {
  await using server = listen();
  const closed = `127.0.0.1:${freePort()}`;
  const unknown = "no-such-name.invalid:80"; // RFC 6761, section 6.4
  const { code, out } = await check([unknown, server.address, closed, server.address]);
  assertEquals(code, 1);
  const lines = out.trimEnd().split("\n").map((line) => line.split(/ +/).slice(0, 2).join(" "));
  assertEquals(lines, [
    `unresolved ${unknown}`,
    `open ${server.address}`,
    `refused ${closed}`,
    `open ${server.address}`,
  ]);
  assertMatch(out, / {2}name does not resolve\n/);
});

Deno.test("client --check tries more endpoints than it tries at the same time", async () => {
  await using server = listen();
  const { code, out } = await check(Array(40).fill(server.address));
  assertEquals([code, out.split("\n").length], [0, 41]);
});

Deno.test("client --check tries each port of a range, also as nc has it", async () => {
  const first = [1, 2, 3].map((port) => `refused    127.0.0.1:${port}\n`).join("");
  for (const words of [["127.0.0.1:1-3"], ["127.0.0.1", "1-3"], ["127.0.0.1", "1", "2", "3"]]) {
    assertEquals(await check(words), { code: 1, out: first, err: "" });
  }
  const error = await assertRejects(() => check(["127.0.0.1:3-1"]), ParseError);
  assertEquals([error.reason, error.hint], ["it ends before it begins", "write 127.0.0.1:1-3"]);
});

Deno.test("eachPort() leaves names with digits and hyphens, and paths, alone", () => {
  const alone = ["db-1-2:80", "unix:/a-1-2", "unix:@1-2", "localhost:80", "[::1]:80", "8000"];
  assertEquals(eachPort(alone), alone);
  assertEquals(eachPort(["[::1]:1-2", ":5-5", "7-8"]), ["[::1]:1", "[::1]:2", ":5", "7", "8"]);
});

Deno.test("client --check --json is one object a line, with the documented fields", async () => {
  await using server = listen();
  const closed = `127.0.0.1:${freePort()}`;
  const { code, out } = await check(["--json", server.address, closed]);
  assertEquals(code, 1);
  const [open, refused] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([open.state, open.peer, open.reason], ["open", server.address, null]);
  assert(open.look_up_ms <= open.connect_ms);
  assertEquals([refused.state, refused.peer, refused.connect_ms, refused.reason], [
    ...["refused", null, null, "connection refused"],
  ]);
  const documented = new Set((await client.fields!()).map(({ name }) => name));
  for (const name of Object.keys(open)) assert(documented.has(name), name);
});

Deno.test("client --check in Chinese does not say twice that a port is refused", async () => {
  const words = ["client", "--lang", "zh", "--check", `127.0.0.1:${freePort()}`];
  assertMatch((await netkit(words)).out, /^refused 127\.0\.0\.1:\d+\n$/);
});

Deno.test("client --check ends with 2 where the request is wrong", async () => {
  const left = await netkit(["client", "--check", "127.0.0.1:9", "127.0.0.1:0"]);
  assertEquals(left.code, 2);
  assertMatch(
    left.err,
    /^netkit client: cannot connect to 127\.0\.0\.1:0: 0 is no port of a server/,
  );
});

Deno.test("client --check --retry waits until somebody listens, while its input stays open", {
  ...needs(UNIX),
}, async () => {
  const port = freePort();
  const words = ["client", "-z", `${port}`, "--retry", "60", "--wait", "0", "--log", "json"];
  await using process = new Netkit(words, { stdin: "piped" });
  await process.says(/"event":"fail"/);
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const conn = await listener.accept();
  const { code, out } = await process.end();
  assertEquals(code, 0);
  assertMatch(out, /^open 127\.0\.0\.1:\d+ /);
  conn.close();
  await process.child.stdin.close().catch(() => {});
});

Deno.test("client --check goes on behind an address that a route forbids", {
  ...needs(NETWORKS, "python3"),
}, async () => {
  const routes = "ip route add blackhole 192.0.2.0/25; ip route add prohibit 192.0.2.128/25";
  const server = `
import socket, time
s = socket.create_server(("127.0.0.1", 7000))
print("ready")
time.sleep(600)`;
  const words = ["client", "--check", "192.0.2.1:9", "192.0.2.129:9", "127.0.0.1:7000"];
  const { code, out, err } = await netkit(words, "", { wrap: inNetwork(routes, "", server) });
  const states = out.trimEnd().split("\n").map((line) => line.split(/ +/)[0]);
  assertEquals([code, states], [1, ["failed", "failed", "open"]], err);
});

Deno.test("client --check says after which time nothing came back", {
  ...needs(NETWORKS, "python3"),
}, async () => {
  const words = ["client", "--check", "--connect-timeout", "10"];
  const left = await netkit([...words, "[2001:db8::99]:7000", "he.example:7000"], "", {
    wrap: withBlackHole,
  });
  const [silent, open] = left.out.split("\n");
  assertEquals(silent, "silent     [2001:db8::99]:7000  no answer in 10 s", left.err);
  assertMatch(open!, /^open {7}he\.example:7000 {6}\d[\d.]* m?s {2}127\.0\.0\.1:7000$/);
  assertEquals(left.code, 1);
});

const CERTIFICATE = installed("openssl") ? await makeCertificate() : null;

/** Listens with TLS, and hangs up after the handshake. */
function listenTls() {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...CERTIFICATE! });
  const serving = (async () => {
    for await (const conn of listener) {
      await conn.handshake().catch(() => {});
      conn.close();
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

const TRUSTING = ["--tls", "--ca", "ca.pem"];

/** Checks of the server's certificate, valid for a day: the options, the exit code, the first line. */
const CHECKS: [args: string[], code: number, line: RegExp][] = [
  [TRUSTING, 0, /^open localhost:\d+ {2}\d[\d.]* m?s {2}127\.0\.0\.1:\d+$/],
  [["--tls", "--insecure"], 0, /^open /],
  [
    ["--tls"],
    1,
    /^failed localhost:\d+ {2}no trusted authority has signed the server's certificate$/,
  ],
  [[...TRUSTING, "--days", "0"], 0, /^open /],
  [[...TRUSTING, "--days", "3"], 1, / {2}the certificate ends in \d days?, and is to have 3 left$/],
  [
    [...TRUSTING, "--server-name", "other.example"],
    1,
    /^failed .* {2}the server's certificate is for another name$/,
  ],
  [[...TRUSTING, "--source", "127.0.0.1"], 0, /^open /],
];

for (const [args, expected, line] of CHECKS) {
  Deno.test(`client --check ${args.join(" ")} shows the certificate of the server`, {
    ...needs("openssl"),
  }, async () => {
    await using server = listenTls();
    const files = { "ca.pem": CERTIFICATE!.cert };
    const { code, out } = await check([...args, `localhost:${server.port}`], files);
    const [first, ...rest] = out.trimEnd().split("\n");
    assertMatch(first!, line);
    assertEquals(code, expected);
    assertEquals(rest.slice(0, 3), [
      "  subject  CN=localhost",
      "  names    localhost, 127.0.0.1",
      "  issuer   CN=localhost (itself)",
    ]);
    assertMatch(rest[3]!, /^ {2}ends {5}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, [01] days? left$/);
  });
}

Deno.test("client --check --tls --ca reads the file once for all endpoints: it may be a pipe", {
  ...needs("openssl"),
}, async () => {
  await using server = listenTls();
  const contents = [CERTIFICATE!.cert];
  const files = {
    get "ca.pem"() {
      return contents.shift() ?? "";
    },
  };
  const endpoints = [`localhost:${server.port}`, `127.0.0.1:${server.port}`];
  const { code, out, err } = await check([...TRUSTING, ...endpoints], files);
  assertEquals([code, out.match(/^open /mg)?.length, err], [0, 2, ""]);
});

Deno.test("client --check --tls --json has the certificate that openssl has made", {
  ...needs("openssl"),
}, async () => {
  await using server = listenTls();
  const files = { "ca.pem": CERTIFICATE!.cert };
  const { out } = await check([...TRUSTING, "--json", `localhost:${server.port}`], files);
  const { certificate, handshake_ms } = JSON.parse(out);
  assertEquals(typeof handshake_ms, "number");
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, CERTIFICATE!.cert);
  const args = ["x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-enddate"];
  const { stdout } = await new Deno.Command("openssl", { args }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(certificate.sha256, text.match(/Fingerprint=(\S+)/)?.[1]);
  assertEquals(Date.parse(certificate.not_after), Date.parse(text.match(/notAfter=(.+)/)![1]!));
  const documented = new Set((await client.fields!()).map(({ name }) => name));
  for (const name of Object.keys(certificate)) assert(documented.has(`certificate.${name}`), name);
  await Deno.remove(path);
});

Deno.test("daysLeft() counts whole days, downwards", () => {
  const day = 86_400_000;
  assertEquals([0, 1, day - 1, day, -1].map((ms) => daysLeft({ notAfter: ms }, 0)), [
    ...[0, 0, 0, 1, -1],
  ]);
});

Deno.test("parseAltNames() has names and addresses, and nothing else", () => {
  const text = "DNS:localhost, DNS:*.example.com, IP Address:::1, email:a@b.c, URI:http://x/";
  assertEquals(parseAltNames(text), ["localhost", "*.example.com", "::1"]);
  assertEquals(parseAltNames(""), []);
});

Deno.test("netkit client --retry --wait 0 ends though its input is a pipe that stays open", {
  ...needs(UNIX),
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const words = ["client", `${listener.addr.port}`, "--retry", "3", "--wait", "0"];
  await using process = new Netkit(words, { stdin: "piped" });
  const conn = await listener.accept();
  const { code, err } = await process.end();
  assertEquals(code, 0);
  assertMatch(err, /^nothing came from standard input: not waited for/);
  conn.close();
  await process.child.stdin.close().catch(() => {});
});

Deno.test("netkit client --retry --wait 0 sends what its input has", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const words = ["client", `${listener.addr.port}`, "--retry", "3", "--wait", "0"];
  const running = netkit(words, "hello");
  const conn = await listener.accept();
  const buffer = new Uint8Array(16);
  assertEquals(await conn.read(buffer), 5);
  assertEquals(await conn.read(buffer), null);
  conn.close();
  assertEquals((await running).code, 0);
});
