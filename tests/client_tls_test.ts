import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { cannotConnect } from "../client/connect_errors.ts";
import { parseFingerprint } from "../client/options.ts";
import { certificateFiles, clientFiles } from "./certificates.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";

Deno.test("cannotConnect() says whose address is missing where there is no IPv6", () => {
  const error = new Deno.errors.AddrNotAvailable("Cannot assign requested address (os error 99)");
  const { message } = cannotConnect(error, "[::1]:80", { timeout: 1, retry: null, source: null });
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
        `  SHA-256 ${fingerprint!.replaceAll(":", "")}\n`,
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
    assertEquals((await by("stranger")).out, "");
  },
});

Deno.test({
  name: "netkit client --cert shows its certificate to openssl s_server",
  ...needs(UNIX, "openssl"),
  async fn() {
    await using own = await certificateFiles();
    await using files = await clientFiles();
    const server = new Deno.Command("openssl", {
      args: [
        ...["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-Verify", "1"],
        ...[
          "-verify_return_error",
          "-CAfile",
          files.ca,
          "-cert",
          own.args[1]!,
          "-key",
          own.args[3]!,
        ],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let said = "";
    const port = Promise.withResolvers<string>();
    const reading = (async () => {
      for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
        said += text;
        const [, found] = said.match(/ACCEPT \S*:(\d+)/) ?? [];
        if (found !== undefined) port.resolve(found);
      }
    })();
    const { code, err } = await netkit([
      ...["client", "--tls", "--insecure", "--mode", "send", await port.promise],
      ...["--cert", `${files.folder}/alice.pem`, "--key", `${files.folder}/alice.key`],
    ], "hello from alice\n");
    assertEquals(code, 0, err);
    await server.stdin.close();
    await server.status;
    await reading;
    assertMatch(said, /CN ?= ?alice/);
    assertStringIncludes(said, "hello from alice");
  },
});
