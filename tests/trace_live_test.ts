import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { until } from "./waiting.ts";
import { freePort } from "./free_port.ts";
import { Netkit, netkit, startServer } from "./processes.ts";

const CAPTURING = await capturing();

function live(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs(CAPTURING), fn });
}

/** Returns how many processes have `argument` among their arguments (proc_pid_cmdline(5)). */
async function processesWith(argument: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.split("\0").includes(argument)) count++;
  }
  return count;
}

/** A record of `--json`, as far as the tests look at it. */
interface LiveRecord {
  readonly type: string;
  readonly flags: readonly string[];
  readonly len: number;
  readonly moves: readonly [readonly string[], readonly string[]];
  readonly paths: readonly [readonly string[], readonly string[]];
  readonly "bytes_in": number;
  readonly "bytes_out": number;
  readonly packets: number;
  readonly dropped: number;
  readonly "client_process": { readonly pid: number } | null;
  readonly "server_process": { readonly pid: number } | null;
}

function recordsOf(out: string): LiveRecord[] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const CLIENT = ["CLOSED", "SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"];
const SERVER = ["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"];

live("trace --serve shows a server, a client and their connection in one command", async () => {
  const port = `${freePort()}`;
  const left = await netkit(
    ["trace", "--serve", port, "--", "netkit", "client", "--mode", "half", port],
    "hello\n",
  );
  assertEquals(left.code, 0, left.err);
  assertStringIncludes(left.err, `capturing on lo, tcp port ${port}; Ctrl-C ends\n`);
  assertStringIncludes(left.err, "HELLO\n");
  const order = [
    "SYN seq=0",
    "SYN,ACK seq=0 ack=1",
    '"hello\\n"',
    '"HELLO\\n"',
    "FIN,ACK",
    "opened in 3",
  ];
  const places = order.map((text) => left.out.indexOf(text));
  assert(places.every((place) => place !== -1), left.out);
  assertEquals(places, places.toSorted((one, other) => one - other), left.out);
  assert(/closed by the client in [34] segments/.test(left.out), left.out);
});

live(
  "trace --json tells the states of a real connection, and of each segment its moves",
  async () => {
    await using server = await startServer();
    const port = `${server.port}`;
    const left = await netkit(["trace", port, "--json", "--", "netkit", "client", port], "hello\n");
    const records = recordsOf(left.out);
    const segments = records.filter(({ type }) => type === "segment");
    // On a busy machine a move of the receiver may be known with a later segment only.
    assertEquals(segments[0]!.moves[0], ["SYN-SENT"]);
    for (const [side, path] of [CLIENT, SERVER].entries()) {
      assertEquals(segments.flatMap(({ moves }) => moves[side]!), path.slice(1));
    }
    const [connection] = records.filter(({ type }) => type === "connection");
    assertEquals(connection!.paths, [CLIENT, SERVER]);
    assertEquals([connection!.bytes_in, connection!.bytes_out], [6, 6]);
    const last = records.at(-1)!;
    assertEquals([last.type, last.packets, last.dropped], ["capture", segments.length, 0]);
  },
);

live(
  "trace ends at Ctrl-C with exit code 0, tells what is still open, and leaves no tcpdump",
  async () => {
    await using server = await startServer();
    const port = `${server.port}`;
    await using process = new Netkit(["trace", port]);
    await process.says(/capturing on lo/);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(new TextEncoder().encode("hello"));
    await conn.read(new Uint8Array(10));
    let out = "";
    for await (const text of process.child.stdout.pipeThrough(new TextDecoderStream())) {
      out += text;
      if (out.includes('"HELLO"')) process.signal("SIGINT");
    }
    assertEquals((await process.child.status).code, 0, process.err);
    conn.close();
    assertStringIncludes(out, "still open when the capture ended");
    await until(
      async () => await processesWith(`tcp port ${port}`) === 0,
      () => "tcpdump has not ended",
    );
  },
);

live("trace says that it was refused, and ends with the exit code of the command", async () => {
  const port = `${freePort()}`;
  const left = await netkit(["trace", port, "--", "netkit", "client", port]);
  assertEquals(left.code, 1);
  assertStringIncludes(left.out, `refused: nothing listens on 127.0.0.1:${port}\n`);
  assert(!left.out.includes("LISTEN"), left.out);
  assertStringIncludes(left.err, "netkit ended with exit code 1");
});

live(
  "trace loses nothing of a bulk transfer, which costs one screen; -r reads what -w kept",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const size = 20_000_000;
      await Deno.writeFile(`${folder}/bulk`, new Uint8Array(size).fill(0x61));
      const port = `${freePort()}`;
      const words = [Deno.execPath(), "run", "-A", "--quiet", "main.ts", "client", port];
      const command = `cd ${new URL("..", import.meta.url).pathname} && ${words.join(" ")} ` +
        `<${folder}/bulk >/dev/null`;
      const left = await netkit(
        ["trace", "--serve", port, "-w", `${folder}/kept`, "--", "sh", "-c", command],
      );
      assertEquals(left.code, 0, left.err);
      assert(!left.err.includes("dropped"), left.err);
      assertStringIncludes(left.out, "19.1 MiB →, 19.1 MiB ←");
      // Some fifty lines of a thousand segments; a busy machine adds a line of marks below each row.
      assert(left.out.split("\n").length < 100, left.out);
      const again = await netkit(["trace", "-r", `${folder}/kept`, "--json"]);
      const connection = recordsOf(again.out).at(-1)!;
      assertEquals([connection.bytes_in, connection.bytes_out], [size, size]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

live("trace says that an interface is not there, and that a port is taken", async () => {
  const none = await netkit(["trace", "-i", "nosuch0"]);
  assertEquals([none.code, none.out], [2, ""]);
  assert(/^netkit trace: cannot capture on nosuch0: .*No such device/.test(none.err), none.err);
  await using server = await startServer();
  const taken = await netkit(["trace", "--serve", `${server.port}`]);
  assertEquals(taken.code, 2);
  assertStringIncludes(taken.err, "if the server runs already, leave --serve out");
});

live("trace ends quietly when its reader has gone", async () => {
  const port = freePort();
  await using process = new Netkit(["trace", "--serve", `${port}`]);
  await process.says(/capturing on lo/);
  const reader = process.child.stdout.getReader();
  const talk = async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.close();
  };
  await talk();
  await reader.read();
  await reader.cancel();
  await talk();
  assertEquals((await process.child.status).code, 0, process.err);
});

live("trace names the processes at both ends", async () => {
  await using server = await startServer();
  await using process = new Netkit(["trace", `${server.port}`, "--json"]);
  await process.says(/capturing on lo/);
  // Not a socket of this process: a program that it starts has all of them for a moment.
  await using client = new Netkit(["client", `${server.port}`], { stdin: "piped" });
  await client.type("hello");
  let out = "";
  for await (const text of process.child.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (out.includes('"from":"server"')) process.signal("SIGINT");
  }
  const connection = recordsOf(out).find(({ type }) => type === "connection")!;
  assertEquals(connection.client_process?.pid, client.child.pid, process.err);
  assertEquals(connection.server_process?.pid, server.child.pid);
  await client.child.stdin.close();
});

live("trace leaves neither tcpdump nor a file behind when it is killed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const port = `${freePort()}`;
    await using process = new Netkit(["trace", port], { env: { TMPDIR: folder } });
    await process.says(/capturing on lo/);
    assertEquals(await processesWith(`tcp port ${port}`) > 0, true);
    process.signal("SIGKILL");
    await process.child.status;
    await until(
      async () => await processesWith(`tcp port ${port}`) === 0,
      () => "tcpdump has not ended",
    );
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
