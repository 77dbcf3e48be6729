import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "./certificates.ts";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit, netkit, PATIENT } from "./processes.ts";
import { endProcess } from "./waiting.ts";

/** A server of another make. Disposing of it kills it. */
class Peer {
  readonly child: Deno.ChildProcess;
  readonly #log: ReadableStreamDefaultReader<string>;
  readonly #out: ReadableStreamDefaultReader<string>;

  private constructor(words: readonly string[]) {
    const [program, ...args] = words;
    this.child = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#log = this.child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    this.#out = this.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts one; resolves when it has said, on standard error or output, that it is `ready`. */
  static async start(
    words: readonly string[],
    ready: RegExp,
    where: "stderr" | "stdout" = "stderr",
  ): Promise<Peer & { said: RegExpMatchArray }> {
    const peer = new Peer(words);
    const said = await seen(where === "stderr" ? peer.#log : peer.#out, ready);
    return Object.assign(peer, { said });
  }

  /** Resolves when it has printed `text`. */
  async prints(text: string): Promise<void> {
    for (let seen = ""; !seen.includes(text);) {
      const { value, done } = await this.#out.read();
      if (done) throw new Error(`standard output ended with ${JSON.stringify(seen)}`);
      seen += value;
    }
  }

  /** Gives it text to send. */
  async type(text: string): Promise<void> {
    const writer = this.child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await this.#started();
    endProcess(this.child);
    for (const process of started) endProcess(process);
    await this.child.status;
    await this.child.stdin.close().catch(() => {});
    await this.#log.cancel();
    await this.#out.cancel();
  }

  /** Resolves to the processes that it has started and that are still there, as one of ncat for each client by UDP. */
  async #started(): Promise<readonly number[]> {
    const { pid } = this.child;
    const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
    return text.split(" ").filter((word) => word !== "").map(Number);
  }
}

async function seen(
  from: ReadableStreamDefaultReader<string>,
  pattern: RegExp,
): Promise<RegExpMatchArray> {
  for (let text = "";;) {
    const match = text.match(pattern);
    if (match) return match;
    const { value, done } = await from.read();
    if (done) throw new Error(`it ended without ${pattern}: ${text}`);
    text += value;
  }
}

function peerTest(name: string, programs: readonly string[], test: () => Promise<void>): void {
  Deno.test({ name, ...needs(UNIX, ...programs), fn: test });
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Talks to `peer` line by line, both ways, until one side, or both, end their half. */
async function converse(
  peer: Peer,
  args: readonly string[],
  ends: "client" | "peer" | "both" = "both",
): Promise<{ code: number; err: string }> {
  await using client = new Netkit(["client", ...args], { stdin: "piped" });
  const answers = client.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await client.type("question ü\n");
  await peer.prints("question ü\n");
  await peer.type("answer ß\n");
  assertEquals((await answers.read()).value, "answer ß\n");
  if (ends !== "peer") await client.child.stdin.close();
  if (ends !== "client") await peer.child.stdin.close();
  assertEquals((await answers.read()).done, true);
  const code = await client.ended();
  if (ends === "peer") await client.child.stdin.abort().catch(() => {});
  return { code, err: client.err };
}

peerTest("netkit client gets every byte back from socat's echo", ["socat"], async () => {
  const words = ["socat", "-t60", "-dd", "TCP4-LISTEN:0,bind=127.0.0.1,fork", "PIPE"];
  await using peer = await Peer.start(words, /listening on AF=2 127\.0\.0\.1:(\d+)/);
  const text = "straße 你好\n".repeat(50_000);
  const { code, out, err } = await netkit(["client", peer.said[1]!], text);
  assertEquals([code, err, out === text], [0, "", true]);
});

peerTest("netkit client --mode half alternates with socat's echo", ["socat"], async () => {
  const words = ["socat", "-dd", "TCP4-LISTEN:0,bind=127.0.0.1,fork", "PIPE"];
  await using peer = await Peer.start(words, /listening on AF=2 127\.0\.0\.1:(\d+)/);
  const args = ["client", peer.said[1]!, "--mode", "half", "--turn-timeout", "30"];
  const { code, out, err } = await netkit([...args, "--log", "json"], "one\ntwo\nthree\n");
  assertEquals([code, out], [0, "one\ntwo\nthree\n"]);
  const calls = [...err.matchAll(/"event":"(read|write)"/g)].map(([, call]) => call);
  assertEquals(calls, ["write", "read", "write", "read", "write", "read", "read"]);
});

peerTest("netkit client --mode receive takes what ncat --send-only sends", ["ncat"], async () => {
  const port = freePort();
  const words = ["ncat", "-v", "-l", "--send-only", "127.0.0.1", `${port}`];
  await using peer = await Peer.start(words, /Listening on 127/);
  await peer.type("news\n");
  await peer.child.stdin.close();
  assertEquals(await netkit(["client", `${port}`, "--mode", "receive"], "", {}), {
    code: 0,
    out: "news\n",
    err: "standard input is not read with --mode receive\n",
  });
});

peerTest("netkit client --mode send reaches ncat --recv-only", ["ncat"], async () => {
  const port = freePort();
  const words = ["ncat", "-v", "-l", "--recv-only", "127.0.0.1", `${port}`];
  await using peer = await Peer.start(words, /Listening on 127/);
  const left = await netkit(["client", `${port}`, "--mode", "send"], "news\n");
  assertEquals(left, { code: 0, out: "", err: "" });
  await peer.prints("news\n");
});

peerTest("netkit client --udp talks to ncat --udp", ["ncat"], async () => {
  const port = freePort();
  const words = ["ncat", "-v", "-l", "-u", "127.0.0.1", `${port}`];
  await using peer = await Peer.start(words, /Listening on 127/);
  const args = [`${port}`, "--udp", "--wait", "0.2"];
  assertEquals(await converse(peer, args), { code: 0, err: "" });
});

peerTest("netkit client --udp talks to nc -u", ["nc.openbsd"], async () => {
  const port = freePort();
  const words = ["nc.openbsd", "-v", "-u", "-l", "127.0.0.1", `${port}`];
  await using peer = await Peer.start(words, /Bound on/);
  const args = [`${port}`, "--udp", "--wait", "0.2"];
  assertEquals(await converse(peer, args), { code: 0, err: "" });
});

peerTest("netkit client talks to nc over a Unix socket", ["nc.openbsd"], async () => {
  await inFolder(async (folder) => {
    const words = ["nc.openbsd", "-v", "-N", "-U", "-l", `${folder}/socket`];
    await using peer = await Peer.start(words, /Listening on/);
    assertEquals(await converse(peer, [`unix:${folder}/socket`]), { code: 0, err: "" });
  });
});

/** Starts `ncat --ssl` with a certificate, which it writes into `folder`. */
async function startNcatTls(folder: string): Promise<{ peer: Peer; port: number }> {
  const { cert, key } = await makeCertificate();
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  const port = freePort();
  const files = ["--ssl-cert", `${folder}/cert.pem`, "--ssl-key", `${folder}/key.pem`];
  const words = ["ncat", "-v", "-l", "--ssl", ...files, "127.0.0.1", `${port}`];
  return { peer: await Peer.start(words, /Listening on 127/), port };
}

peerTest(
  "netkit client --tls tells that ncat ends without ending TLS",
  ["ncat", "openssl"],
  () =>
    inFolder(async (folder) => {
      const { peer, port } = await startNcatTls(folder);
      await using _ = peer;
      const args = [`${port}`, "--tls", "--ca", `${folder}/cert.pem`];
      const { code, err } = await converse(peer, args, "peer");
      assertEquals(code, 1);
      assertMatch(err, /: the connection to \S+ broke: the server broke off without ending TLS\n/);
    }),
);

for (const trust of ["--ca", "--insecure"] as const) {
  peerTest(`netkit client --tls ${trust} talks to ncat --ssl`, ["ncat", "openssl"], async () => {
    await inFolder(async (folder) => {
      const { peer, port } = await startNcatTls(folder);
      await using _ = peer;
      const trusted = trust === "--ca" ? ["--ca", `${folder}/cert.pem`] : ["--insecure"];
      const args = [`${port}`, "--tls", ...trusted];
      assertEquals(await converse(peer, args, "client"), { code: 0, err: "" });
    });
  });

  peerTest(`netkit client --tls ${trust} talks to openssl s_server`, ["openssl"], async () => {
    await inFolder(async (folder) => {
      const { cert, key } = await makeCertificate();
      await Deno.writeTextFile(`${folder}/cert.pem`, cert);
      await Deno.writeTextFile(`${folder}/key.pem`, key);
      const files = ["-cert", `${folder}/cert.pem`, "-key", `${folder}/key.pem`];
      const words = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", ...files];
      await using peer = await Peer.start(words, /ACCEPT 127\.0\.0\.1:(\d+)/, "stdout");
      const port = peer.said[1]!;
      const trusted = trust === "--ca" ? ["--ca", `${folder}/cert.pem`] : ["--insecure"];
      const args = [port, "--tls", "--mode", "half", "--wait", "2", ...trusted];
      const { code, out } = await netkit(["client", ...args], "olleh\ndlrow\n");
      assertEquals([code, out], [0, "hello\nworld\n"]);
      const refused = await netkit(["client", port, "--tls"]);
      assertEquals(refused.code, 1);
      assertMatch(refused.err, /: no trusted authority has signed the server's certificate\n/);
    });
  });
}

/** Servers of other makes: the words that start one at a port, and that it says when it listens. */
const LISTENING: Record<string, [words: (port: number) => string[], ready: RegExp]> = {
  ncat: [(port) => ["ncat", "-vlk", "127.0.0.1", `${port}`], /Listening on 127/],
  "nc.openbsd": [(port) => ["nc.openbsd", "-vlk", "127.0.0.1", `${port}`], /Listening on/],
  socat: [
    (port) => ["socat", "-dd", `TCP4-LISTEN:${port},bind=127.0.0.1,fork`, "PIPE"],
    /listening on/,
  ],
  python3: [
    (port) => ["python3", "-um", "http.server", "--bind", "127.0.0.1", `${port}`],
    /Serving HTTP/,
  ],
};

for (const [program, [words, ready]] of Object.entries(LISTENING)) {
  peerTest(
    `netkit client --check finds ${program} open, and does not end it`,
    [program],
    async () => {
      const port = freePort();
      const where = program === "python3" ? "stdout" : "stderr";
      await using _peer = await Peer.start(words(port), ready, where);
      for (const _ of [1, 2]) {
        const { code, out, err } = await netkit(["client", "--check", `127.0.0.1:${port}`]);
        assertEquals([code, err], [0, ""]);
        assertMatch(out, /^open 127\.0\.0\.1:\d+ {2}\d/);
      }
    },
  );
}

peerTest(
  "netkit client --check --tls shows the certificate of ncat --ssl",
  ["ncat", "openssl"],
  () =>
    inFolder(async (folder) => {
      const { peer, port } = await startNcatTls(folder);
      await using _ = peer;
      const args = [
        "client",
        "--check",
        "--tls",
        "--ca",
        `${folder}/cert.pem`,
        `localhost:${port}`,
      ];
      const { code, out } = await netkit(args);
      assertEquals(code, 0, out);
      assertMatch(
        out,
        /^open localhost:.*\n {2}subject {2}CN=localhost\n {2}names {4}localhost, 127/,
      );
    }),
);

peerTest(
  "netkit client --keep-open ends its output with ncat, and sends on",
  ["ncat"],
  async () => {
    const port = freePort();
    const words = ["ncat", "-v", "-l", "127.0.0.1", `${port}`];
    await using peer = await Peer.start(words, /Listening on 127/);
    await using client = new Netkit(["client", "--keep-open", `${port}`], { stdin: "piped" });
    await peer.type("an archive");
    await peer.child.stdin.close();
    assertEquals(await new Response(client.child.stdout).text(), "an archive");
    await client.type("thanks\n");
    await peer.prints("thanks\n");
    await client.child.stdin.close();
    assertEquals((await client.child.status).code, 0);
  },
);

/** UDP servers of other makes that send everything back. */
const UDP_ECHO: Record<string, [words: (port: number) => string[], ready: RegExp]> = {
  ncat: [
    (port) => ["ncat", "-vluk", "--exec", "/bin/cat", "127.0.0.1", `${port}`],
    /Listening on 127/,
  ],
  socat: [
    (port) => ["socat", "-t60", "-dd", `UDP4-RECVFROM:${port},bind=127.0.0.1,fork`, "EXEC:cat"],
    /receiving on/,
  ],
};

for (const [program, [words, ready]] of Object.entries(UDP_ECHO)) {
  peerTest(
    `netkit client --udp gets each line of a pipe back from ${program}`,
    [program],
    async () => {
      const port = freePort();
      await using _peer = await Peer.start(words(port), ready);
      const args = ["client", "--udp", ...PATIENT, `127.0.0.1:${port}`];
      const { code, out, err } = await netkit(args, "one\ntwo\nthree\n");
      assertEquals({ code, out, err }, { code: 0, out: "one\ntwo\nthree\n", err: "" });
    },
  );
}
