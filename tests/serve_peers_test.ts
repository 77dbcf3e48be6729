import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "./certificates.ts";
import { firstLine } from "./first_line.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, startServer } from "./processes.ts";
import { endProcess, until } from "./waiting.ts";

/** Text that needs all of Unicode, more than any buffer holds. */
const TEXT = "straße 你好 ŉ ﬁ\n".repeat(20_000);

/** Runs a program with `input` and resolves to its whole output. */
async function pipe(words: readonly string[], input: string): Promise<string> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const sending = new Blob([input]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  await sending;
  return new TextDecoder().decode(stdout);
}

function peerTest(name: string, programs: readonly string[], test: () => Promise<void>): void {
  Deno.test({ name, ...needs(UNIX, ...programs), fn: test });
}

peerTest("socat gets its answer from netkit serve", ["socat"], async () => {
  await using server = await startServer();
  const answer = await pipe(["socat", "-t30", "-", `TCP4:127.0.0.1:${server.port}`], TEXT);
  assertEquals(answer === TEXT.toUpperCase(), true);
});

peerTest("curl's telnet gets its answer from netkit serve", ["curl"], async () => {
  await using server = await startServer(["--once"]);
  // curl does not half-close: the answer is there before it ends.
  const child = new Deno.Command("curl", {
    args: ["-sN", `telnet://127.0.0.1:${server.port}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const answer = reader.read();
  let isAnswered = false;
  answer.then(() => isAnswered = true);
  await server.says(/ accept /);
  await until(async () => { // what it is told before it has set up its terminal, curl may forget
    if (!isAnswered) await writer.write(new TextEncoder().encode("straße\n"));
    return isAnswered;
  });
  assertMatch((await answer).value!, /^STRASSE\n/);
  endProcess(child); // it does not half-close
  await writer.close().catch(() => {});
  await reader.cancel();
  await child.status;
  const { code, err } = await server.end();
  assertEquals(code, / reset /.test(err) ? 1 : 0, err); // it may have left with bytes unread
});

peerTest("nc gets its answer from netkit serve over a Unix socket", ["nc.openbsd"], async () => {
  const folder = await Deno.makeTempDir();
  await using server = new Netkit(["serve", `unix:${folder}/socket`, "--once"]);
  await server.says(/waiting/);
  const answer = await pipe(["nc.openbsd", "-N", "-U", `${folder}/socket`], TEXT);
  assertEquals(answer === TEXT.toUpperCase(), true);
  assertEquals((await server.end()).code, 0);
  await Deno.remove(folder, { recursive: true });
});

for (const program of ["openssl", "ncat", "socat"]) {
  const name = `${program} gets its answer from netkit serve over TLS`;
  peerTest(name, ["openssl", program], async () => {
    const folder = await Deno.makeTempDir();
    const { cert, key } = await makeCertificate();
    await Deno.writeTextFile(`${folder}/cert.pem`, cert);
    await Deno.writeTextFile(`${folder}/key.pem`, key);
    const files = ["--tls-cert", `${folder}/cert.pem`, "--tls-key", `${folder}/key.pem`];
    await using server = await startServer(files);
    const { port } = server;
    const authority = `${folder}/cert.pem`;
    const words: Record<string, string[]> = {
      openssl: [
        ...["openssl", "s_client", "-quiet", "-verify_return_error", "-no_ign_eof"],
        ...["-CAfile", authority, "-connect", `localhost:${port}`],
      ],
      ncat: ["ncat", "--ssl-verify", "--ssl-trustfile", authority, "localhost", `${port}`],
      socat: ["socat", "-t30", "-", `OPENSSL:localhost:${port},cafile=${authority}`],
    };
    // openssl ends with its input; it gets a line and the end later.
    if (program === "openssl") {
      assertEquals(await converseWithOpenssl(words.openssl!), "STRASSE\n");
    } else {
      assertEquals(await pipe(words[program]!, TEXT) === TEXT.toUpperCase(), true);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

async function converseWithOpenssl([program, ...args]: readonly string[]): Promise<string> {
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("straße\n"));
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  await writer.close();
  await reader.cancel();
  await child.status;
  return value;
}

peerTest("netkit serve says what is wrong with a certificate", ["openssl"], async () => {
  const folder = await Deno.makeTempDir();
  const [one, other] = await Promise.all([makeCertificate(), makeCertificate()]);
  await Deno.writeTextFile(`${folder}/cert.pem`, one.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, other.key);
  await Deno.writeTextFile(`${folder}/none.pem`, "no certificate\n");
  const refuse = async (cert: string, key: string) => {
    const args = ["serve", "0", "--tls-cert", `${folder}/${cert}`, "--tls-key", `${folder}/${key}`];
    await using server = new Netkit(args);
    const { code, err } = await server.end();
    return [code, err.replaceAll(folder, "FOLDER").split("\n")[0]];
  };
  assertEquals(await refuse("missing.pem", "key.pem"), [
    2,
    "netkit serve: cannot read FOLDER/missing.pem: no such file or directory",
  ]);
  for (
    const [cert, key] of [["none.pem", "key.pem"], ["cert.pem", "none.pem"], [
      "cert.pem",
      "key.pem",
    ]]
  ) {
    const [code, line] = await refuse(cert!, key!);
    assertEquals(
      [code, /^netkit serve: cannot speak TLS: .+/.test(`${line}`)],
      [2, true],
      `${line}`,
    );
  }
  await Deno.remove(folder, { recursive: true });
});

peerTest("netkit serve --echo sends exact bytes back to nc, by TCP and by UDP to socat", [
  "nc.openbsd",
  "socat",
], async () => {
  await using server = await startServer(["--echo"]);
  assertEquals(
    await pipe(["nc.openbsd", "-N", "127.0.0.1", `${server.port}`], TEXT) === TEXT,
    true,
  );
  await using udp = new Netkit(["serve", "0", "--udp", "--echo"]);
  const [, port] = await udp.says(/bind +127\.0\.0\.1:(\d+)/);
  assertEquals(await firstLine(["socat", "-", `UDP4:127.0.0.1:${port}`], "straße\n"), "straße\n");
});

for (const program of ["nc.openbsd", "ncat"]) {
  peerTest(`${program} -u gets its answer from netkit serve --udp`, [program], async () => {
    await using server = new Netkit(["serve", "0", "--udp"]);
    const [, port] = await server.says(/bind +127\.0\.0\.1:(\d+)/);
    const words = [program, "-u", "127.0.0.1", port!];
    assertEquals(await firstLine(words, "straße 你好\n"), "STRASSE 你好\n");
  });

  peerTest(`${program} -z finds netkit serve open, which goes on serving`, [program], async () => {
    await using server = await startServer(["--echo"]);
    for (const _ of [1, 2]) {
      const args = ["-z", "127.0.0.1", `${server.port}`];
      assertEquals((await new Deno.Command(program, { args }).output()).code, 0);
    }
  });
}

peerTest("netkit serve --hold never answers nc", ["nc.openbsd"], async () => {
  await using server = await startServer(["--hold"]);
  assertEquals(await pipe(["nc.openbsd", "-N", "127.0.0.1", `${server.port}`], TEXT), "");
  await server.says(/ close .* 0 B out/);
});

Deno.test("netkit serve --linger closes late: when the client has its answer, it is still open", async () => {
  await using server = await startServer(["--linger", "3600", "--grace", "0"]);
  using conn = await Deno.connect({ port: server.port });
  await conn.write(new TextEncoder().encode("hello"));
  await conn.closeWrite();
  const buffer = new Uint8Array(16);
  assertEquals(await conn.read(buffer), 5);
  assertEquals(/ close /.test(server.err), false);
  server.signal("SIGTERM"); // ends waiting
  assertEquals(await conn.read(buffer), null);
  assertEquals((await server.end()).code, 0);
});
