import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { cannotConnect } from "../client/connect_errors.ts";
import { parseFingerprint } from "../client/options.ts";
import { certificateFiles, clientFiles, makeCertificate } from "./certificates.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit, startServer } from "./processes.ts";
import { endProcess } from "./waiting.ts";

Deno.test("cannotConnect() says whose address is missing where there is no IPv6", () => {
  const error = new Deno.errors.AddrNotAvailable("Cannot assign requested address (os error 99)");
  const { message } = cannotConnect(error, "[::1]:80", {
    timeout: 1,
    retry: null,
    source: null,
    host: "::1",
  });
  assertStringIncludes(message, "this machine has no address from which it gets there");
});

const DIGITS = "ab".repeat(32);

for (
  const text of [
    DIGITS,
    DIGITS.toUpperCase(),
    DIGITS.replace(/..(?=.)/g, "$&:"),
    `sha256:${DIGITS}`,
  ]
) {
  Deno.test(`parseFingerprint() reads ${text}`, () => {
    assertEquals(parseFingerprint(text), DIGITS.toUpperCase());
  });
}

for (const text of ["", "ab", `${DIGITS}a`, DIGITS.slice(1), DIGITS.replace("a", "g")]) {
  Deno.test(`parseFingerprint() refuses "${text}"`, () => {
    assertThrows(() => parseFingerprint(text), ParseError, "64 hexadecimal digits");
  });
}

Deno.test({
  name:
    "netkit client --fingerprint takes the certificate that netkit serve --tls has made, and no other",
  ...needs(UNIX),
  async fn() {
    await using server = new Netkit(["serve", "--tls", "0"]);
    const [, fingerprint] = await server.says(/SHA-256 ([0-9A-F:]{95})/);
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    const args = ["client", "--tls", port!, "--fingerprint"];
    assertEquals((await netkit([...args, fingerprint!], "hello\n")).out, "HELLO\n");
    const { code, out, err } = await netkit([...args, DIGITS], "hello\n");
    assertEquals({ code, out }, { code: 1, out: "" });
    assertEquals(
      err,
      `netkit client: cannot connect to 127.0.0.1:${port}: the server's certificate has another fingerprint\n` +
        `  SHA-256 ${fingerprint}\n`, // as the server writes it
    );
  },
});

Deno.test({
  name:
    "netkit client --cert shows its certificate to netkit serve --client-ca, which refuses others",
  ...needs(UNIX, "openssl"),
  async fn() {
    await using files = await clientFiles();
    await using server = new Netkit(["serve", "--tls", "--client-ca", files.ca, "0"]);
    const [, fingerprint] = await server.says(/SHA-256 ([0-9A-F:]{95})/);
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    const by = (name: string) =>
      netkit([
        ...["client", "--tls", port!, "--fingerprint", fingerprint!],
        ...["--cert", `${files.folder}/${name}.pem`, "--key", `${files.folder}/${name}.key`],
      ], "hello\n");
    assertEquals((await by("alice")).out, "HELLO\n");
    await server.says(/CN=alice/);
    const name = `127.0.0.1:${port}`;
    const { code, out, err } = await by("stranger");
    assertEquals({ code, out }, { code: 1, out: "" });
    assertEquals(
      err,
      `netkit client: the connection to ${name} broke: the server broke TLS off (unexpected_message)\n` +
        "  so does netkit serve --client-ca with a certificate that it does not take\n",
    );
    await server.says(/ refuse .*the client's certificate is not one that --client-ca vouches for/);
  },
});

for (const engine of [["--ca"], ["--fingerprint"], ["--insecure"]]) {
  Deno.test({
    name:
      `netkit client ${engine} without a certificate is told that netkit serve --client-ca asks for one`,
    ...needs(UNIX, "openssl"),
    async fn() {
      await using own = await certificateFiles();
      await using files = await clientFiles();
      const fingerprint = new Uint8Array(
        await crypto.subtle.digest("SHA-256", pemBytes(own.authority)),
      ).toHex();
      await using server = await startServer([...own.args, "--client-ca", files.ca]);
      const trust = { "--ca": [own.args[1]!], "--fingerprint": [fingerprint], "--insecure": [] };
      const { code, out, err } = await netkit([
        ...["client", "--tls", ...engine, ...trust[engine[0] as keyof typeof trust]],
        server.address,
      ], "hello\n");
      assertEquals({ code, out }, { code: 1, out: "" });
      assertEquals(
        err,
        `netkit client: the connection to ${server.address} broke: ` +
          "the server asks for a certificate of the client (certificate_required)\n" +
          "  --cert FILE and --key FILE show one\n",
      );
    },
  });
}

/** The bytes of a certificate in PEM. */
function pemBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text.replace(/-----[A-Z ]+-----|\s/g, ""));
}

/** A server whose answer is cut off: it ends TCP, and does not say before that TLS ends. */
const CUT_OFF = `
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
conn = context.wrap_socket(server.accept()[0], server_side=True)
conn.recv(100)
conn.sendall(b"half of it")
socket.socket(fileno=conn.detach()).shutdown(socket.SHUT_RDWR)
`;

const TRUST: readonly (readonly [trust: string, isTold: boolean])[] = [
  ["--ca", true],
  ["--fingerprint", true],
  ["--insecure", false], // it takes that for the end, as its help says
];

for (const [trust, isTold] of TRUST) {
  Deno.test({
    name: `netkit client ${trust} ${isTold ? "says" : "does not say"} that an answer is cut off`,
    ...needs(UNIX, "openssl", "python3"),
    async fn() {
      await using own = await certificateFiles();
      const child = new Deno.Command("python3", {
        args: ["-c", CUT_OFF, own.args[1]!, own.args[3]!],
        stdout: "piped",
      }).spawn();
      const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const port = (await lines.read()).value!.trim();
      const hash = await crypto.subtle.digest("SHA-256", pemBytes(own.authority));
      const value = {
        "--ca": [own.args[1]!],
        "--fingerprint": [new Uint8Array(hash).toHex()],
        "--insecure": [],
      }[trust]!;
      const { code, out, err } = await netkit(
        ["client", "--tls", trust, ...value, `127.0.0.1:${port}`],
        "hello\n",
      );
      await lines.cancel();
      await child.status;
      assertEquals({ code, out }, { code: isTold ? 1 : 0, out: "half of it" }, err);
      assertEquals(err.includes("the server broke off without ending TLS"), isTold, err);
    },
  });
}

/** Versions of TLS that netkit does not speak, and what openssl calls a server of them. */
const OLD = ["-tls1", "-tls1_1"] as const;

for (const version of OLD) {
  for (const trust of [[], ["--insecure"]]) {
    Deno.test({
      name: `netkit client --tls ${trust} says that openssl s_server ${version} is too old`,
      ...needs(UNIX, "openssl"),
      async fn() {
        await using own = await certificateFiles();
        const server = await startOpenssl([
          ...[version, "-cipher", "ALL:@SECLEVEL=0", "-cert", own.args[1]!, "-key", own.args[3]!],
        ]);
        const { code, err } = await netkit([
          ...["client", "--tls", ...trust, `127.0.0.1:${server.port}`],
        ]);
        await server.end();
        assertEquals(code, 1);
        assertEquals(
          err,
          `netkit client: cannot connect to 127.0.0.1:${server.port}: ` +
            "the server speaks only versions of TLS older than 1.2\n" +
            "  they are not secure (RFC 8996), and netkit does not speak them\n",
        );
      },
    });
  }
}

/** The hello of a server that speaks TLS 1.0 and answers with it (RFC 2246, section 7.4.1.3). */
const OLD_HELLO = [22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1, ...Array(32).fill(7), 0, 0, 0x2f, 0];

for (const trust of [[], ["--insecure"]]) {
  Deno.test({
    name: `netkit client --tls ${trust} says that a server which answers in TLS 1.0 is too old`,
    ...needs(UNIX),
    async fn() {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const serving = (async () => {
        using conn = await listener.accept();
        await conn.write(Uint8Array.from(OLD_HELLO));
        while (await conn.read(new Uint8Array(1000)) !== null);
      })();
      const { port } = listener.addr as Deno.NetAddr;
      const { code, err } = await netkit(["client", "--tls", ...trust, `127.0.0.1:${port}`]);
      await serving;
      assertEquals(code, 1);
      assertStringIncludes(err, "the server speaks only versions of TLS older than 1.2");
    },
  });
}

for (const trust of ["--ca", "--insecure"]) {
  Deno.test({
    name: `netkit client --alpn ${trust} agrees with openssl s_server on a protocol, and tells it`,
    ...needs(UNIX, "openssl"),
    async fn() {
      await using own = await certificateFiles();
      const server = await startOpenssl([
        ...["-alpn", "x,h2", "-cert", own.args[1]!, "-key", own.args[3]!, "-naccept", "3"],
      ]);
      const args = ["client", "--tls", trust, ...(trust === "--ca" ? [own.args[1]!] : [])];
      const to = `127.0.0.1:${server.port}`;
      const stats = await netkit([
        ...[...args, "--alpn", "y,h2", "--stats", "--json", "--log", "text", "--mode", "send", to],
      ], "hello\n");
      assertEquals(stats.code, 0, stats.err);
      assertMatch(stats.err, / tls +h2\n/);
      assertStringIncludes(stats.err, '"alpn":"h2"');
      const checked = await netkit([...args, "--alpn", "h2", "--check", "--json", to]);
      assertEquals(JSON.parse(checked.out).alpn, "h2", checked.err);
      const other = await netkit([...args, "--alpn", "z", to]);
      assertEquals(other.code, 1);
      assertEquals(
        other.err,
        `netkit client: cannot connect to ${to}: ` +
          "the server speaks none of the protocols of --alpn (no_application_protocol)\n",
      );
      await server.end();
    },
  });
}

for (const [list, says] of [["h2,", "a name is empty"], ["a,a", '"a" stands in it twice']]) {
  Deno.test(`netkit client --alpn ${list} is refused`, async () => {
    const { code, err } = await netkit(["client", "--tls", "--alpn", list!]);
    assertEquals(code, 2);
    assertStringIncludes(err, `--alpn: "${list}" is not a list of application protocols: ${says}`);
  });
}

/** A server of openssl's, at the port that it says. */
async function startOpenssl(
  args: readonly string[],
): Promise<{ readonly port: string; ended(): Promise<string>; end(): Promise<void> }> {
  const child = new Deno.Command("openssl", {
    args: ["s_server", "-accept", "127.0.0.1:0", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  const port = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      const [, found] = said.match(/ACCEPT \S*:(\d+)/) ?? [];
      if (found !== undefined) port.resolve(found);
    }
    port.reject(new Error(`openssl has ended: ${said}`));
  })();
  return {
    port: await port.promise,
    /** Resolves to what it has said, when it has ended with its last client. */
    async ended() {
      await child.stdin.close();
      await child.status;
      await reading;
      return said;
    },
    async end() {
      endProcess(child);
      await child.stdin.abort().catch(() => {});
      await child.status;
      await reading;
    },
  };
}

Deno.test({
  name: "netkit client --cert shows its certificate to openssl s_server",
  ...needs(UNIX, "openssl"),
  async fn() {
    await using own = await certificateFiles();
    await using files = await clientFiles();
    const server = await startOpenssl([
      ...["-naccept", "1", "-Verify", "1", "-verify_return_error", "-CAfile", files.ca],
      ...["-cert", own.args[1]!, "-key", own.args[3]!],
    ]);
    const { code, err } = await netkit([
      ...["client", "--tls", "--insecure", "--mode", "send", server.port],
      ...["--cert", `${files.folder}/alice.pem`, "--key", `${files.folder}/alice.key`],
    ], "hello from alice\n");
    assertEquals(code, 0, err);
    const said = await server.ended();
    assertMatch(said, /CN ?= ?alice/);
    assertStringIncludes(said, "hello from alice");
  },
});

Deno.test({
  name: "netkit client --ca connects once, also to a server whose certificate may sign others",
  ...needs(UNIX, "openssl"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const { cert, key } = await makeCertificate("localhost", "TRUE"); // as openssl req -x509 makes it
      await Deno.writeTextFile(`${folder}/cert.pem`, cert);
      await Deno.writeTextFile(`${folder}/key.pem`, key);
      const files = ["-cert", `${folder}/cert.pem`, "-key", `${folder}/key.pem`];
      const server = await startOpenssl([...files, "-naccept", "1", "-rev"]);
      const args = ["client", "--tls", "--ca", `${folder}/cert.pem`, `127.0.0.1:${server.port}`];
      const { code, out, err } = await netkit(
        [...args, "--mode", "half", "--wait", "1"],
        "olleh\n",
      );
      await server.end();
      assertEquals([code, out], [0, "hello\n"], err);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
