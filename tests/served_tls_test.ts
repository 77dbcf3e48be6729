import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { parseAlpn } from "../net/alpn.ts";
import { distinguishedName } from "../net/distinguished_name.ts";
import { makeSelfSigned } from "../net/self_signed.ts";
import { type ClientFiles, clientFiles } from "./certificates.ts";
import { firstLine } from "./first_line.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit, startServer } from "./processes.ts";

/** Runs a program with `input` in a folder; resolves to its output, that of both kinds. */
async function run(
  program: string,
  args: readonly string[],
  { input = "", cwd }: { input?: string; cwd?: string } = {},
): Promise<{ code: number; out: string; err: string }> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

async function openssl(args: readonly string[], input = ""): Promise<string> {
  const { code, out, err } = await run("openssl", args, { input });
  assertEquals(code, 0, err);
  return out;
}

Deno.test({
  name: "makeSelfSigned() makes a certificate of a server as OpenSSL understands it",
  ...needs("openssl"),
  async fn() {
    const names = ["localhost", "127.0.0.1", "::1", "2001:db8::a", "example.com"];
    const now = Date.UTC(2026, 10, 28, 12, 0, 0);
    const { cert, key, fingerprint } = await makeSelfSigned("netkit serve", names, now);
    const text = await openssl(["x509", "-noout", "-text", "-fingerprint", "-sha256"], cert);
    for (
      const part of [
        "Version: 3 (0x2)",
        "Issuer: CN = netkit serve",
        "Subject: CN = netkit serve",
        "Not Before: Nov 27 12:00:00 2026 GMT",
        "Not After : Nov 28 12:00:00 2027 GMT",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature",
        "TLS Web Server Authentication",
        "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, " +
        "IP Address:2001:DB8:0:0:0:0:0:A, DNS:example.com",
        `sha256 Fingerprint=${fingerprint}`,
      ]
    ) assertStringIncludes(text, part);
    assertStringIncludes(await openssl(["pkey", "-noout", "-check"], key), "Key is valid");
    const publicKeys = [
      await openssl(["x509", "-noout", "-pubkey"], cert),
      await openssl(["pkey", "-pubout"], key),
    ];
    assertEquals(publicKeys[0], publicKeys[1]);
  },
});

Deno.test({
  name: "makeSelfSigned() signs what OpenSSL verifies, with any number of names and in any year",
  ...needs("openssl"),
  async fn() {
    const folder = await Deno.makeTempDir();
    for (const [count, year] of [[1, 2026], [5, 2048], [12, 2049], [20, 2050], [300, 2300]]) {
      const names = Array.from({ length: count! }, (_, i) => `host${i}.example`);
      const { cert } = await makeSelfSigned("x", names, Date.UTC(year!, 6));
      await Deno.writeTextFile(`${folder}/cert`, cert);
      const args = ["verify", "-no_check_time", "-CAfile", `${folder}/cert`, `${folder}/cert`];
      assertEquals(await openssl(args), `${folder}/cert: OK\n`);
      const text = await openssl(["x509", "-noout", "-dates", "-ext", "subjectAltName"], cert);
      assertStringIncludes(text, `${year} GMT`);
      assertEquals(text.match(/DNS:/g)?.length, count);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("makeSelfSigned() never makes the same serial number or key twice", async () => {
  const made = await Promise.all([1, 2, 3].map(() => makeSelfSigned("x", ["y"], 0)));
  assertEquals(new Set(made.map(({ fingerprint }) => fingerprint)).size, 3);
  assertEquals(new Set(made.map(({ key }) => key)).size, 3);
});

Deno.test({
  name: "distinguishedName() writes a name as OpenSSL does by RFC 2253",
  ...needs("openssl"),
  async fn() {
    const name = { C: "DE", O: 'Example, "Inc" <a+b;c\\d>', OU: ["one", "two"], CN: "#x " };
    const parts = Object.entries(name).flatMap(([type, values]) =>
      [values].flat().map((value) => `/${type}=${value.replace(/[\\+]/g, "\\$&")}`)
    );
    const folder = await Deno.makeTempDir();
    await openssl([
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", `${folder}/key`, "-out", `${folder}/cert`, "-subj", parts.join("")],
    ]);
    const subject = await openssl([
      ...["x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", `${folder}/cert`],
    ]);
    await Deno.remove(folder, { recursive: true });
    assertEquals(`subject=${distinguishedName(name)}\n`, subject);
    assertEquals([distinguishedName(undefined), distinguishedName({})], ["", ""]);
  },
});

Deno.test("parseAlpn() reads names with commas between them, and refuses others", () => {
  assertEquals(parseAlpn("h2,http/1.1"), ["h2", "http/1.1"]);
  assertEquals(parseAlpn("x"), ["x"]);
  for (const text of ["", ",", "h2,", "h2,,x", "h2, x", "h2,h2", "é", "x".repeat(256)]) {
    assertThrows(() => parseAlpn(text), ParseError);
  }
});

const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["--alpn", "h2"], /--alpn is about TLS\n {2}add --tls/],
  [["--client-ca", "x"], /--client-ca is about TLS\n {2}add --tls/],
  [["--tls", "--udp"], /--tls needs connections, and UDP has none/],
  [["--tls", "unix:x"], /a Unix socket does without TLS/],
  [
    ["--tls", "--alpn", "h2,"],
    /--alpn: "h2," is not a list .*: a name is empty\n {2}write names with commas between them/,
  ],
  [["--tls", "--client-ca", "/nonexistent"], /cannot read \/nonexistent: no such file/],
  [["--tls", "--client-ca", "/dev/null"], /\/dev\/null has no certificate in PEM/],
  [["--tls", "--tls-cert", "x"], /--tls-cert and --tls-key belong together/],
];

for (const [args, says] of WRONG) {
  Deno.test({
    name: `netkit serve ${args.join(" ")} is refused`,
    ...needs(UNIX),
    async fn() {
      const { code, err } = await netkit(
        ["serve", "--log", "none", "0", ...args].filter((word) =>
          word !== "0" || !args.includes("unix:x")
        ),
      );
      assertEquals(code, 2, err);
      assertMatch(err, says);
    },
  });
}

/**
 * Connects to a server by openssl and sends `input`; resolves to what it prints when the server has ended. It
 * does not end by itself: -quiet implies -ign_eof, and without that it does not wait for an answer.
 */
function askOpenssl(
  port: number,
  args: readonly string[],
  input: string,
  cwd?: string,
): Promise<{ code: number; out: string; err: string }> {
  return run("openssl", ["s_client", "-quiet", "-connect", `127.0.0.1:${port}`, ...args], {
    input,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

Deno.test({
  name: "netkit serve --tls makes a certificate, says its fingerprint, and answers with it",
  ...needs("openssl", "curl", "ncat"),
  async fn() {
    await using server = await startServer(["--tls", "--web", "0"]);
    const [, fingerprint, names] = await server.says(
      / tls +SHA-256 ([0-9A-F:]{95}), made for (.*)/,
    );
    assertEquals(names, "localhost, 127.0.0.1, ::1");
    const [, url] = await server.says(/listen +(https:\S+),/);
    const web = new URL(url!).host;
    for (const at of [`127.0.0.1:${server.port}`, web]) {
      const { out } = await run("openssl", ["s_client", "-connect", at], { input: "" });
      const text = await openssl(["x509", "-noout", "-fingerprint", "-sha256"], out);
      assertEquals(text, `sha256 Fingerprint=${fingerprint}\n`);
    }
    assertEquals((await run("curl", ["-sk", `${url}healthz`])).out, "ok\n");
    assertStringIncludes((await run("curl", ["-sk", url!])).out, "<html");
    const ncat = await run("ncat", ["--ssl", "127.0.0.1", `${server.port}`], { input: "straße\n" });
    assertEquals(ncat.out, "STRASSE\n");
  },
});

Deno.test({
  name:
    "a client that trusts the certificate that netkit serve --tls has made believes it, by name and by address",
  ...needs("openssl", "curl"),
  async fn() {
    const folder = await Deno.makeTempDir();
    await using server = await startServer(["--tls", "--echo"]);
    const { out } = await run("openssl", ["s_client", "-connect", server.address], { input: "" });
    const [cert] = out.match(/-----BEGIN[^]*END CERTIFICATE-----\n/)!;
    await Deno.writeTextFile(`${folder}/cert.pem`, cert);
    for (const hostname of ["localhost", "127.0.0.1"]) {
      using conn = await Deno.connectTls({ hostname, port: server.port, caCerts: [cert] });
      await conn.write(new TextEncoder().encode("as it is"));
      await conn.closeWrite();
      const buffer = new Uint8Array(20);
      const count = await conn.read(buffer);
      assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "as it is");
      // curl knows no other request than one of HTTP, and an echo is no answer: that is after its checks
      const target = `https://${hostname}:${server.port}/`;
      const curl = await run("curl", ["-s", "-m", "60", "--cacert", `${folder}/cert.pem`, target]);
      assertEquals(curl.code, 1, curl.err); // CURLE_UNSUPPORTED_PROTOCOL: "Received HTTP/0.9"
    }
    await Deno.remove(folder, { recursive: true });
  },
});

/**
 * Types `text` as the whole input of a person's side when the client has said something; resolves to all that
 * the client says. openssl looks at the server first: one that has ended already gets nothing from it.
 */
async function answerWith(side: Netkit, text: string): Promise<string> {
  let heard = "";
  for await (const more of side.child.stdout.pipeThrough(new TextDecoderStream())) {
    if (heard === "") {
      await side.type(text);
      await side.child.stdin.close();
    }
    heard += more;
  }
  return heard;
}

Deno.test({
  name: "netkit serve --talk --tls is a person's side of TLS, with a certificate for this run",
  ...needs("openssl"),
  async fn() {
    await using side = new Netkit(["serve", "--talk", "--tls", "0"], { stdin: "piped" });
    const [, port] = await side.says(/listen +127\.0\.0\.1:(\d+),/);
    assertMatch(side.err, / tls +SHA-256 [0-9A-F:]{95}, made for localhost, 127\.0\.0\.1, ::1\n/);
    const client = askOpenssl(Number(port), [], "straße\n");
    await side.says(/accept/);
    assertEquals(await answerWith(side, "hello\n"), "straße\n");
    assertEquals((await client).out, "hello\n");
  },
});

for (const mutual of [false, true]) {
  Deno.test({
    name:
      `netkit serve says before it listens that a key is another one's, or no certificate (${mutual})`,
    ...needs("openssl"),
    async fn() {
      await using files = await clientFiles();
      const { folder, ca } = files;
      await Deno.writeTextFile(
        `${folder}/bad.pem`,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      );
      for (const [cert, key] of [["alice", "ca"], ["bad", "alice"], ["alice", "none"]] as const) {
        if (key === "none") await Deno.writeTextFile(`${folder}/none.key`, "no key");
        const more = mutual ? ["--client-ca", ca] : [];
        const { code, err } = await netkit([
          ...[
            "serve",
            "0",
            "--tls-cert",
            `${folder}/${cert}.pem`,
            "--tls-key",
            `${folder}/${key}.key`,
          ],
          ...more,
        ]);
        assertEquals(code, 2, err);
        assertMatch(
          err,
          /^netkit serve: cannot speak TLS: .*\n {2}--tls-cert and --tls-key name files/,
        );
      }
      if (!mutual) return;
      const { code, err } = await netkit([
        "serve",
        "0",
        "--tls",
        "--client-ca",
        `${folder}/bad.pem`,
      ]);
      assertEquals(code, 2);
      assertMatch(err, /^netkit serve: \S+\/bad\.pem has a certificate that cannot be read\n$/);
    },
  });
}

Deno.test({
  name: "netkit serve --tls at all addresses makes a certificate for each of them",
  ...needs(UNIX),
  async fn() {
    for (const [endpoint, version] of [["0.0.0.0:0", 4], ["[::]:0", 6]] as const) {
      await using server = new Netkit(["serve", endpoint, "--tls"]);
      const [, text] = await server.says(/ tls +SHA-256 \S+, made for (.*)/);
      const names = text!.split(", ");
      const own = Deno.networkInterfaces().map(({ address }) => address.replace(/%.*/, ""));
      for (const address of own) {
        if (version === 6 || !address.includes(":")) assert(names.includes(address), address);
      }
      assert(names.includes("localhost"));
    }
  },
});

/** Programs that show alice's certificate, and the arguments with which they do. */
const CLIENTS: Readonly<Record<string, (port: number) => readonly string[]>> = {
  ncat: (port) => [
    ...["--ssl", "--ssl-cert", "alice.pem", "--ssl-key", "alice.key", "127.0.0.1", `${port}`],
  ],
  socat: (port) => ["-t60", "-", `OPENSSL:127.0.0.1:${port},cert=alice.pem,key=alice.key,verify=0`],
  python3: (port) => [
    "-c",
    `
import socket, ssl, sys
context = ssl._create_unverified_context()
context.load_cert_chain("alice.pem", "alice.key")
conn = context.wrap_socket(socket.create_connection(("127.0.0.1", ${port})))
conn.sendall(sys.stdin.buffer.read())
answer = b""
while not answer.endswith(b"\\n"): answer += conn.recv(100)
print(answer.decode(), end="")
conn.unwrap()
`,
  ],
};

/** The name in alice's certificate, as RFC 4514 writes it. */
const ALICE = "CN=alice,O=Example\\, Inc,C=DE";

/** Starts a server that asks its clients for certificates. */
async function startMutual({ ca }: ClientFiles, ...args: readonly string[]) {
  return await startServer(["--tls", "--client-ca", ca, ...args]);
}

for (const [program, args] of Object.entries(CLIENTS)) {
  Deno.test({
    name: `netkit serve --client-ca answers ${program} with a certificate, and logs its name`,
    ...needs("openssl", program),
    async fn() {
      await using files = await clientFiles();
      await using server = await startMutual(files);
      const { out, err } = await run(program, args(server.port), {
        input: "straße\n",
        cwd: files.folder,
      });
      assertEquals(out, "STRASSE\n", err);
      await server.says(/ close +#1 /);
      assertStringIncludes(server.err, `  ${ALICE}\n`);
    },
  });
}

/** Programs that do not end by themselves. */
const LASTING: Readonly<Record<string, (port: number) => readonly string[]>> = {
  openssl: (port) => [
    ...["openssl", "s_client", "-quiet", "-connect", `127.0.0.1:${port}`],
    ...["-cert", "alice.pem", "-key", "alice.key"],
  ],
  curl: (port) => [
    ...["curl", "-skN", "--http0.9", "--cert", "alice.pem", "--key", "alice.key"],
    `https://127.0.0.1:${port}/stra%C3%9Fe`,
  ],
};

for (const [program, words] of Object.entries(LASTING)) {
  Deno.test({
    name: `netkit serve --client-ca answers ${program} with a certificate`,
    ...needs("openssl", program),
    async fn() {
      await using files = await clientFiles();
      await using server = await startMutual(files);
      const line = await firstLine(words(server.port), "get /stra%C3%9Fe\n", files.folder);
      assertMatch(line, /^GET \/STRA%C3%9FE/);
      await server.says(/ close +#1 /);
      assertStringIncludes(server.err, `  ${ALICE}\n`);
    },
  });
}

Deno.test({
  name: "netkit serve --tls --log json tells of its certificate, the client's and the protocol",
  ...needs("openssl", "ncat"),
  async fn() {
    await using files = await clientFiles();
    const args = ["serve", "0", "--tls", "--client-ca", files.ca, "--log", "json"];
    await using server = new Netkit([...args, "--once", "--alpn", "h2,x"]);
    const [, port] = await server.says(/"listen",.*"address":"127\.0\.0\.1:(\d+)"/);
    const ncat = await run("ncat", [...CLIENTS.ncat!(Number(port)), "--ssl-alpn", "x"], {
      input: "a",
      cwd: files.folder,
    });
    assertEquals(ncat.out, "A");
    const lines = (await server.end()).err.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertMatch(lines[0].fingerprint, /^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/);
    assertEquals([lines[0].event, lines[0].names], ["tls", ["localhost", "127.0.0.1", "::1"]]);
    const { subject, alpn } = lines.find(({ event }) => event === "accept");
    assertEquals([subject, alpn], [ALICE, "x"]);
  },
});

/** Clients that are refused: the reason in the log, and the numbers of the alerts in TLS 1.2 and 1.3 (RFC 8446, 6). */
const REFUSED: readonly (readonly [
  who: string,
  args: readonly string[],
  reason: string,
  alerts: readonly [number, number],
])[] = [
  ["without a certificate", [], "the client has sent no certificate", [116, 116]],
  [
    "with one of another authority",
    ["-cert", "stranger.pem", "-key", "stranger.key"],
    "the client's certificate is not one that --client-ca vouches for",
    [48, 10],
  ],
  [
    "with one that is over",
    ["-cert", "expired.pem", "-key", "expired.key"],
    "the client's certificate has expired",
    [45, 10],
  ],
  [
    "that speaks another protocol",
    ["-cert", "alice.pem", "-key", "alice.key", "-alpn", "h3"],
    "the client and the server have no application protocol (ALPN) in common",
    [120, 120],
  ],
];

for (const version of ["-tls1_2", "-tls1_3"]) {
  for (const [who, args, reason, [alert12, alert13]] of REFUSED) {
    Deno.test({
      name: `netkit serve --client-ca refuses a client ${who}, and says so to it (${version})`,
      ...needs("openssl"),
      async fn() {
        await using files = await clientFiles();
        await using server = await startMutual(files, "--alpn", "h2");
        const { code, out, err } = await askOpenssl(
          server.port,
          [version, ...args],
          "secret\n",
          files.folder,
        );
        assertEquals([code, out], [1, ""]);
        const alert = version === "-tls1_2" ? alert12 : alert13;
        assertMatch(err, new RegExp(`SSL alert number ${alert}\n`));
        await server.says(/ refuse +#1 /);
        assertStringIncludes(server.err, `  ${reason}\n`);
        assertEquals(/ (accept|read) /.test(server.err), false, server.err);
      },
    });
  }
}

Deno.test({
  name: "netkit serve --client-ca asks browsers as well, and serves the page to those it knows",
  ...needs("openssl", "curl"),
  async fn() {
    await using files = await clientFiles();
    await using server = await startMutual(files, "--web", "0", "--alpn", "h2");
    const [, url] = await server.says(/listen +(https:\S+),/);
    const known = ["--cert", "alice.pem", "--key", "alice.key"];
    const cwd = files.folder;
    assertEquals((await run("curl", ["-sk", ...known, `${url}healthz`], { cwd })).out, "ok\n");
    const { code, out, err } = await run("curl", ["-sSk", `${url}healthz`], { cwd });
    assert(code !== 0);
    assertEquals(out, "");
    assertStringIncludes(err, "certificate required");
    await server.says(/ refuse .*the client has sent no certificate/);
  },
});

for (const mutual of [false, true]) {
  Deno.test({
    name:
      `netkit serve --alpn agrees with openssl on a protocol and logs it (client-ca: ${mutual})`,
    ...needs("openssl"),
    async fn() {
      await using files = await clientFiles();
      const more = mutual ? ["--client-ca", files.ca] : [];
      await using server = await startServer(["--tls", "--alpn", "h2,http/1.1", ...more]);
      const show = mutual ? ["-cert", "alice.pem", "-key", "alice.key"] : [];
      const { out } = await run(
        "openssl",
        ["s_client", "-connect", server.address, "-alpn", "x,http/1.1", ...show],
        { cwd: files.folder },
      );
      assertStringIncludes(out, "ALPN protocol: http/1.1\n");
      await server.says(
        mutual ? / accept +#1 \S+ {2}http\/1\.1 {2}CN=alice/ : / accept +#1 \S+ {2}http\/1\.1\n/,
      );
    },
  });
}

Deno.test({
  name:
    "netkit serve --talk --client-ca says who is talking, and waits for the next one after a stranger",
  ...needs("openssl"),
  async fn() {
    await using files = await clientFiles();
    await using side = new Netkit(["serve", "--talk", "--tls", "--client-ca", files.ca, "0"], {
      stdin: "piped",
    });
    const [, port] = await side.says(/listen +127\.0\.0\.1:(\d+),/);
    assertEquals((await askOpenssl(Number(port), [], "")).out, "");
    await side.says(/refuse +\S+ +the client has sent no certificate/);
    const show = ["-cert", "alice.pem", "-key", "alice.key"];
    const client = askOpenssl(Number(port), show, "it is me\n", files.folder);
    await side.says(/ tls +CN=alice,O=Example/);
    assertEquals(await answerWith(side, "hello\n"), "it is me\n");
    assertEquals((await client).out, "hello\n");
  },
});
