import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";

import { readProxyHeader } from "../server/proxy_protocol.ts";
import { writeAll } from "../net/stream.ts";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit } from "./processes.ts";
import { endProcess } from "./waiting.ts";

const OPTIONS = {
  ...needs(UNIX, "haproxy"),
};

const EXAMPLE = new URL("../examples/haproxy.cfg", import.meta.url).pathname;

/** HAProxy; disposing of it ends it. */
class Haproxy {
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<unknown>;

  private constructor(child: Deno.ChildProcess, output: Promise<unknown>) {
    this.#child = child;
    this.#output = output;
  }

  /** Starts it; resolves when it listens, which it says when it has a master process. */
  static async start(config: string, env: Record<string, string> = {}): Promise<Haproxy> {
    const child = new Deno.Command("haproxy", {
      args: ["-W", "-f", config],
      env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin`, ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const listens = Promise.withResolvers<void>();
    let said = "";
    const output = (async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (said.includes("Loading success")) listens.resolve();
      }
      listens.reject(new Error(`haproxy has ended: ${said}`));
    })();
    const haproxy = new Haproxy(child, output);
    await listens.promise;
    return haproxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    endProcess(this.#child, "SIGTERM");
    await this.#child.status;
    await this.#output;
  }
}

/** Sends `text` and the end; resolves to the answer and the client's own port. */
async function ask(port: number, text: string): Promise<{ answer: string; own: number }> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const own = conn.localAddr.port;
  await writeAll(conn, new TextEncoder().encode(text));
  await conn.closeWrite();
  return { answer: await new Response(conn.readable).text(), own };
}

/** How the two versions start, with TCP or the command PROXY. */
const ORDINARY = /^PROXY TCP[46] /;
const BINARY = /^\r\n\r\n\0\r\nQUIT\n!/;

for (
  const [option, starts] of [
    ["send-proxy", ORDINARY],
    ["send-proxy-v2", BINARY],
    ["send-proxy-v2 proxy-v2-options crc32c,unique-id", BINARY],
  ] as const
) {
  for (const [family, host] of [["IPv4", "127.0.0.1"], ["IPv6", "::1"]] as const) {
    const name = `readProxyHeader() reads what HAProxy sends with ${option} over ${family}`;
    Deno.test(name, OPTIONS, async () => {
      using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const port = freePort(host);
      const config = await Deno.makeTempFile({ suffix: ".cfg" });
      await Deno.writeTextFile(
        config,
        `defaults
  mode tcp
  timeout connect 100s
  timeout client 100s
  timeout server 100s
listen recorded
  bind ${host}:${port}
  unique-id-format %pid
  server one 127.0.0.1:${server.addr.port} ${option}
`,
      );
      await using _haproxy = await Haproxy.start(config);
      using client = await Deno.connect({ hostname: host, port });
      await client.write(new TextEncoder().encode("hello"));
      await client.closeWrite();
      using conn = await server.accept();
      const raw: number[] = [];
      const channel = {
        async read(buffer: Uint8Array) {
          const count = await conn.read(buffer);
          raw.push(...buffer.subarray(0, count ?? 0));
          return count;
        },
      };
      const { rest, ...header } = await readProxyHeader(channel);
      const address = host.includes(":") ? `[${host}]` : host;
      assertEquals(header, {
        source: `${address}:${client.localAddr.port}`,
        destination: `${address}:${port}`,
        local: false,
      });
      const behind = new Uint8Array(await new Response(conn.readable).arrayBuffer());
      assertEquals(new TextDecoder().decode(rest) + new TextDecoder().decode(behind), "hello");
      assertMatch(String.fromCharCode(...raw), starts);
      await Deno.remove(config);
    });
  }
}

/**
 * Seconds in which HAProxy learns from two checks that a server is about to end: it takes less than one, but a
 * server that stands still on a busy machine does not answer them.
 */
const DRAIN_SECONDS = "8";

/** Milliseconds between two requests of a client: so long, the load does not make the machine a busy one. */
const PAUSE = 20;

/**
 * Starts a server as examples/haproxy.cfg wants it; its log is JSON. HAProxy goes on checking its port when
 * it has ended: nobody else may be given that, as one that the system chooses would be.
 */
async function startBehindProxy(): Promise<Netkit & { readonly port: string }> {
  const port = `${freePort()}`;
  const words = ["serve", "--proxy-protocol", "--drain", DRAIN_SECONDS, "--log", "json", port];
  const server = new Netkit(words);
  await server.says(/"event":"listen"/);
  return Object.assign(server, { port });
}

/** A line of the log, as far as it matters here. */
interface LogLine {
  readonly event: string;
  readonly connection?: number;
  readonly peer?: string;
  readonly proxy?: string;
}

/** Returns the addresses of the clients in the events of this kind, without the health checks. */
function clientsIn(log: string, kind: string): string[] {
  const lines = log.trim().split("\n").map((line) => JSON.parse(line) as LogLine);
  const behindProxy = new Set(
    lines.filter(({ proxy }) => proxy !== undefined).map(({ connection }) => connection),
  );
  return lines.filter(({ event, connection }) => event === kind && behindProxy.has(connection))
    .map(({ peer }) => peer!);
}

/** Returns what is in only one of two lists. */
function difference(a: readonly string[], b: readonly string[]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...inA.symmetricDifference(inB)];
}

const DRAIN =
  "netkit serve behind HAProxy, as in examples/haproxy.cfg, stops without losing a request";

Deno.test(DRAIN, OPTIONS, async () => {
  await using one = await startBehindProxy();
  await using two = await startBehindProxy();
  const port = freePort();
  await using _haproxy = await Haproxy.start(EXAMPLE, {
    NETKIT_PORT: `${port}`,
    NETKIT_PORT_1: one.port,
    NETKIT_PORT_2: two.port,
  });
  const clients: string[] = [];
  const wrong: string[] = [];
  let enough = Infinity; // answers
  const load = Promise.all(Array.from({ length: 16 }, async (_, worker) => {
    for (let request = 0; clients.length < enough; request++) {
      const text = `client ${worker}, request ${request}: straße\n`;
      const { answer, own } = await ask(port, text);
      clients.push(`127.0.0.1:${own}`);
      if (answer !== text.toUpperCase()) wrong.push(`${text}: ${JSON.stringify(answer)}`);
      if (clients.length === 500) one.signal("SIGTERM");
      await delay(PAUSE);
    }
  }));
  const ended = one.end();
  await Promise.race([ended, load]); // the load goes on, or rejects
  const stopped = await ended;
  enough = clients.length + 500; // at the other one alone
  await load;
  two.signal("SIGTERM");
  const other = await two.end();

  assertEquals(wrong, []);
  assertEquals([stopped.code, other.code], [0, 0]);
  for (const event of ["accept", "close"]) {
    const [first, second] = [clientsIn(stopped.err, event), clientsIn(other.err, event)];
    assert(first.length > 0, "the server that was stopped has served nobody");
    assertEquals(difference([...first, ...second], clients), []);
    assertEquals(first.length + second.length, clients.length);
  }
});
