import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { askForTls, type StartTls } from "../net/starttls.ts";
import type { Channel } from "../net/stream.ts";
import { ExplainedError } from "../text/reason.ts";
import { startMailServer } from "./mail_server.ts";
import { needs, UNIX } from "./needs.ts";
import { netkit } from "./processes.ts";

/** A server that sends each of `answers` in turn: the first at once, another after each line that it gets. */
function scripted(answers: readonly string[]) {
  const said: string[] = [];
  const rest = [...answers];
  let isClosed = false;
  let next = rest.shift() ?? null;
  const channel: Channel = {
    read(buffer) {
      if (isClosed) return Promise.reject(new Deno.errors.Interrupted("closed"));
      if (next === null) return Promise.resolve(null);
      const { read, written } = new TextEncoder().encodeInto(next, buffer);
      next = next.slice(read) || null;
      return Promise.resolve(written);
    },
    write(bytes) {
      said.push(new TextDecoder().decode(bytes));
      next = (next ?? "") + (rest.shift() ?? "") || null;
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => void (isClosed = true),
  };
  return { channel, said, isClosed: () => isClosed };
}

const { signal } = new AbortController();

Deno.test("askForTls() asks for TLS in SMTP, and leaves the connection open for it", async () => {
  const server = scripted(["220-a\r\n220 b\r\n", "250-x\r\n250 starttls\r\n", "220 go\r\n"]);
  await askForTls(server.channel, "smtp", "192.0.2.1", signal);
  assertEquals(server.said, ["EHLO [192.0.2.1]\r\n", "STARTTLS\r\n"]);
  assert(!server.isClosed());
});

Deno.test("askForTls() introduces itself by an IPv6 address as RFC 5321 has it", async () => {
  const server = scripted(["220 b\n", "250 STARTTLS\n", "220 go\n"]);
  await askForTls(server.channel, "smtp", "2001:db8::1", signal);
  assertEquals(server.said[0], "EHLO [IPv6:2001:db8::1]\r\n");
});

Deno.test("askForTls() asks for TLS in IMAP", async () => {
  const server = scripted([
    "* OK [CAPABILITY IMAP4rev1] hello\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n",
    "* OK still here\r\na2 OK begin\r\n",
  ]);
  await askForTls(server.channel, "imap", "192.0.2.1", signal);
  assertEquals(server.said, ["a1 CAPABILITY\r\n", "a2 STARTTLS\r\n"]);
});

const REFUSED: readonly (readonly [StartTls, answers: readonly string[], words: string])[] = [
  // What a machine on the way puts behind the answer would be taken for the first words under TLS.
  [
    "smtp",
    ["220 x\r\n", "250 STARTTLS\r\n", "220 go\r\n250 evil\r\n"],
    "the server has sent more behind its answer to STARTTLS, before TLS",
  ],
  [
    "imap",
    ["* OK x\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 OK go\r\n* PREAUTH evil\r\n"],
    "the server has sent more behind its answer to STARTTLS, before TLS",
  ],
  ["smtp", ["220 x\r\n", "250 HELP\r\n"], "the server does not offer STARTTLS in SMTP"],
  ["smtp", ["220 x\r\n", "250 XSTARTTLSX\r\n"], "the server does not offer STARTTLS in SMTP"],
  ["smtp", ["554 go\x1b away\r\n"], 'the server greets with "554 go\\x1b away"'],
  ["smtp", ["220 x\r\n", "502 what?\r\n"], 'the server answers EHLO with "502 what?"'],
  [
    "smtp",
    ["220 x\r\n", "250 STARTTLS\r\n", "454 4.7.0 no\r\n"],
    'the server answers STARTTLS with "454 4.7.0 no"',
  ],
  ["smtp", ["SSH-2.0-x\r\n"], 'the server speaks no SMTP: "SSH-2.0-x"'],
  ["smtp", ["220-x\r\n".repeat(200)], "an answer of the server has no end"],
  ["smtp", ["x".repeat(10_000)], "a line of the server has no end"],
  ["smtp", ["220 x"], "the server has ended the connection before TLS"],
  ["smtp", [], "the server has ended the connection before TLS"],
  [
    "imap",
    ["* OK x\r\n", "* CAPABILITY IMAP4rev1\r\na1 OK\r\n"],
    "the server does not offer STARTTLS in IMAP",
  ],
  ["imap", ["* PREAUTH hello alice\r\n"], 'the server greets with "* PREAUTH hello alice"'],
  ["imap", ["* BYE later\r\n"], 'the server greets with "* BYE later"'],
  ["imap", ["220 x\r\n"], 'the server speaks no IMAP: "220 x"'],
  [
    "imap",
    ["* OK x\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 BAD no\r\n"],
    'the server answers STARTTLS with "a2 BAD no"',
  ],
  ["imap", ["* OK x\r\n", "* A\r\n".repeat(200)], "an answer of the server has no end"],
];

for (const [protocol, answers, words] of REFUSED) {
  Deno.test(`askForTls() in ${protocol} refuses: ${words.slice(0, 60)}`, async () => {
    const server = scripted(answers);
    await assertRejects(
      () => askForTls(server.channel, protocol, "192.0.2.1", signal),
      ExplainedError,
      words,
    );
    assert(server.isClosed());
  });
}

Deno.test("askForTls() ends with the reason of its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("stop");
  const server = scripted(["220 x\r\n"]);
  const reading = Promise.withResolvers<number | null>();
  const close = () => reading.reject(new Deno.errors.Interrupted("closed"));
  const channel = { ...server.channel, read: () => reading.promise, close };
  const asking = askForTls(channel, "smtp", "192.0.2.1", stop.signal);
  stop.abort(reason);
  assertEquals(await asking.then(() => null, (error) => error), reason);
});

/** The verbs that `openssl s_client -starttls` says, which is the oracle; its tag of IMAP is ".". */
async function heardFromOpenssl(protocol: StartTls): Promise<string[]> {
  await using server = await startMailServer(protocol);
  const { success, stdout } = await new Deno.Command("openssl", {
    args: ["s_client", "-starttls", protocol, "-connect", `127.0.0.1:${server.port}`],
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stdout));
  return (await server.heard()).filter((line) => !line.startsWith("!"));
}

for (const protocol of ["smtp", "imap"] as const) {
  Deno.test({
    name: `netkit client --starttls ${protocol} asks for TLS as openssl s_client does`,
    ...needs(UNIX, "python3", "openssl"),
    async fn() {
      await using server = await startMailServer(protocol);
      const args = ["client", "--starttls", protocol, "--ca", server.authority, "--alpn", "y,x"];
      const { code, out, err } = await netkit(
        [...args, "--stats", "--json", `127.0.0.1:${server.port}`],
        "hello\n",
      );
      assertEquals([code, out], [0, "HELLO\n"], err);
      assertEquals(JSON.parse(err).alpn, "x");
      const verbs = (lines: readonly string[]) =>
        lines.map((line) => line.split(" ")[protocol === "smtp" ? 0 : 1]);
      const heard = await server.heard();
      assertEquals(verbs(heard), verbs(await heardFromOpenssl(protocol)));
      if (protocol === "smtp") assertEquals(heard[0], "EHLO [127.0.0.1]");
    },
  });

  // The other engine: --check looks at certificates, --insecure takes any, --source binds.
  for (const more of [["--insecure"], ["--insecure", "--source", "127.0.0.1"]]) {
    Deno.test({
      name: `netkit client --starttls ${protocol} ${more.join(" ")} goes by node:tls`,
      ...needs(UNIX, "python3", "openssl"),
      async fn() {
        await using server = await startMailServer(protocol);
        const args = ["client", "--starttls", protocol, ...more, "--log", "text"];
        const { code, out, err } = await netkit([...args, `127.0.0.1:${server.port}`], "hello\n");
        assertEquals([code, out], [0, "HELLO\n"], err);
        assertStringIncludes(err, `  TCP, then ${protocol.toUpperCase()}, then TLS\n`);
        assertEquals((await server.heard()).length, 2);
      },
    });
  }

  Deno.test({
    name: `netkit client --check --starttls ${protocol} shows the certificate of a mail server`,
    ...needs(UNIX, "python3", "openssl"),
    async fn() {
      await using server = await startMailServer(protocol);
      const args = ["client", "--check", "--starttls", protocol, "--ca", server.authority];
      const { code, out, err } = await netkit([
        ...[...args, "--alpn", "x", "--json", `127.0.0.1:${server.port}`],
      ]);
      assertEquals(code, 0, err);
      const { state, alpn, certificate } = JSON.parse(out);
      assertEquals([state, alpn, certificate.subject], ["open", "x", "CN=localhost"]);
    },
  });
}

Deno.test({
  name: "netkit client --starttls says in one line what a server that has none says",
  ...needs(UNIX),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      using conn = await listener.accept();
      await conn.write(new TextEncoder().encode("* OK hello\r\n"));
      while (await conn.read(new Uint8Array(100)) !== null);
    })();
    const { port } = listener.addr as Deno.NetAddr;
    const { code, err } = await netkit(["client", "--starttls", "smtp", `127.0.0.1:${port}`]);
    await serving;
    assertEquals(
      [code, err],
      [
        1,
        `netkit client: cannot connect to 127.0.0.1:${port}: the server speaks no SMTP: "* OK hello"\n`,
      ],
    );
  },
});

Deno.test({
  name: "netkit client --starttls gives up after --connect-timeout on a server that says nothing",
  ...needs(UNIX),
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      using conn = await listener.accept();
      while (await conn.read(new Uint8Array(100)) !== null);
    })();
    const { port } = listener.addr as Deno.NetAddr;
    const { code, out } = await netkit([
      ...["client", "--check", "--starttls", "imap", "--connect-timeout", "0.2"],
      `127.0.0.1:${port}`,
    ]);
    listener.close(); // its time may be over before it has connected
    await serving.catch(() => {});
    assertEquals(code, 1);
    assertMatch(out, /^silent 127\.0\.0\.1:\d+ {2}no answer in 0\.2 s\n$/);
  },
});
