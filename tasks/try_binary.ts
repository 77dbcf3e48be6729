/**
 * Runs every command of a binary once, where it was not built: `deno run -A tasks/try_binary.ts
 * bin/netkit-linux-x86_64`. Only this machine is talked to.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";

/** Milliseconds after which a command that has not ended is a failure. */
const LIMIT = 60_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Runs the binary to its end; resolves to its exit code and its output. */
async function run(binary: string, args: readonly string[], input = "") {
  const child = new Deno.Command(binary, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(LIMIT),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(encoder.encode(input)).then(() => writer.close()).catch(() => {}); // it reads nothing
  const { code, stdout, stderr } = await child.output();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Resolves to the addresses for TCP and for browsers, when the server's log has both. */
async function twoAddresses(log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  let said = "";
  for await (const text of log.pipeThrough(new TextDecoderStream())) {
    said += text;
    const listening = [...said.matchAll(/"event":"listen".*?"address":"([^"]+)"/g)];
    if (listening.length === 2) return listening.map(([, address]) => address!);
  }
  throw new Error(`the server does not listen: ${said}`);
}

/** Starts the server for TCP and for browsers; talks to it both ways. */
async function serves(binary: string): Promise<void> {
  const child = new Deno.Command(binary, {
    args: ["serve", "0", "--web", "0", "--log", "json"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(LIMIT),
  }).spawn();
  try {
    const [tcp, page] = await twoAddresses(child.stderr);
    const answered = await run(binary, ["client", tcp!], "straße 你好\n");
    assertEquals(answered, { code: 0, out: "STRASSE 你好\n", err: "" });
    assertMatch(await (await fetch(`http://${page}/`)).text(), /<title>/);
  } finally {
    child.kill();
    await child.status;
  }
}

/** Runs each command; throws where one does not do what it is for. */
export async function tryBinary(binary: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/hello.pcap`;
    const version = await run(binary, ["--version"]);
    assertMatch(version.out, /^netkit \d+\.\d+\.\d+/);
    assertMatch((await run(binary, ["ipinfo", "192.0.2.1/24"])).out, /192\.0\.2\.255/);
    assertEquals((await run(binary, ["frame", "hello", "-w", file])).code, 0);
    assertMatch((await run(binary, ["frame", "-r", file])).out, /hello/);
    assertEquals((await run(binary, ["trace", "-r", file])).code, 0);
    assertMatch((await run(binary, ["port", "443"])).out, /https/);
    const table = "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0\n";
    assertMatch((await run(binary, ["arp", "--read", "-"], table)).out, /00:00:5e:00:53:01/);
    assertEquals((await run(binary, ["srve"])).code, 2);
    await serves(binary);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [binary = ""] = Deno.args;
  await tryBinary(binary);
  Deno.stdout.writeSync(encoder.encode(`${binary}: every command works\n`));
}
