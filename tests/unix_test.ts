import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseEndpoint } from "../net/endpoint.ts";
import { longestPath } from "../net/endpoint_errors.ts";
import { listen } from "../net/listen.ts";
import { ExplainedError } from "../text/reason.ts";
import { isUnixSocketOpen } from "../net/unix_probe.ts";
import { LINUX, needs, UNIX } from "./needs.ts";
import { allowed, Netkit, netkit } from "./processes.ts";
import { until } from "./waiting.ts";
import type { Listener } from "../net/connection.ts";

/** Runs `test` with a path in a folder of its own. */
function unixTest(name: string, test: (path: string) => Promise<void>): void {
  Deno.test({
    name,
    ...needs(UNIX),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await test(`${folder}/upper.sock`);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

unixTest("listen() removes the socket's file when it is closed", async (path) => {
  const listener = await listen(parseEndpoint(`unix:${path}`));
  assertEquals(listener.address, `unix:${path}`);
  assert(await exists(path));
  listener.close();
  assertEquals(await exists(path), false);
});

unixTest("listen() replaces the file of a server that is gone", async (path) => {
  await using server = new Netkit(["serve", `unix:${path}`]);
  await server.says(/waiting/);
  server.signal("SIGKILL");
  await server.child.status;
  assert(await exists(path));
  (await listen(parseEndpoint(`unix:${path}`))).close();
});

unixTest("listen() refuses a path at which a server listens", async (path) => {
  const listener = await listen(parseEndpoint(`unix:${path}`));
  await assertRejects(() => listen(parseEndpoint(`unix:${path}`)), Deno.errors.AddrInUse);
  assert(await exists(path));
  listener.close();
});

unixTest("listen() never removes a file that is no socket", async (path) => {
  await Deno.writeTextFile(path, "precious");
  await assertRejects(() => listen(parseEndpoint(`unix:${path}`)), Deno.errors.AddrInUse);
  assertEquals(await Deno.readTextFile(path), "precious");
});

/** Resolves when a client has connected to `path`, and `listener` has accepted it. */
async function reach(path: string, listener: Pick<Listener, "accept">): Promise<void> {
  const accepted = listener.accept();
  (await Deno.connect({ transport: "unix", path })).close();
  (await accepted)!.channel.close();
}

function namesIn(path: string): string[] {
  return Array.from(Deno.readDirSync(path.slice(0, path.lastIndexOf("/"))), ({ name }) => name)
    .sort();
}

unixTest("listen() leaves nothing but the socket's file, and nothing when closed", async (path) => {
  const listener = await listen(parseEndpoint(`unix:${path}`));
  assertEquals(namesIn(path), ["upper.sock"]);
  await reach(path, listener);
  listener.close();
  listener.close();
  assertEquals(namesIn(path), []);
});

unixTest("listen(), closed, leaves the file of its successor", async (path) => {
  const first = await listen(parseEndpoint(`unix:${path}`));
  await Deno.remove(path);
  const second = await listen(parseEndpoint(`unix:${path}`));
  first.close();
  await reach(path, second);
  second.close();
  assertEquals(namesIn(path), []);
});

unixTest("listen(), closed, leaves a file that was put in place of its own", async (path) => {
  const listener = await listen(parseEndpoint(`unix:${path}`));
  await Deno.remove(path);
  await Deno.writeTextFile(path, "precious");
  listener.close();
  assertEquals(await Deno.readTextFile(path), "precious");
});

unixTest(
  "netkit serve, stopped, leaves the file of the server that came after it",
  async (path) => {
    await using first = new Netkit(["serve", `unix:${path}`]);
    await first.says(/waiting/);
    await Deno.rename(path, `${path}.old`);
    await using second = new Netkit(["serve", `unix:${path}`]);
    await second.says(/waiting/);
    first.signal("SIGTERM");
    assertEquals((await first.end()).code, 0);
    assertEquals((await netkit(["client", `unix:${path}`], "still there")).out, "STILL THERE");
    second.signal("SIGTERM");
    assertEquals((await second.end()).code, 0);
    assertEquals(namesIn(path), ["upper.sock.old"]); // who renames it, has it
  },
);

unixTest("listen() refuses a symbolic link, wherever it leads, and keeps it", async (path) => {
  for (const target of ["nowhere", "upper.sock"]) {
    await Deno.symlink(target, path);
    await assertRejects(() => listen(parseEndpoint(`unix:${path}`)), Deno.errors.AddrInUse);
    assertEquals(await Deno.readLink(path), target);
    await Deno.remove(path);
  }
  assertEquals(namesIn(path), []);
});

unixTest(
  "listen() takes paths up to the last byte, and names the limit for one more",
  async (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const limit = longestPath(Deno.build.os);
    for (const name of ["s", "sock", "ß", "a".repeat(30)]) {
      const bytes = (text: string) => new TextEncoder().encode(text).length;
      const pad = limit - bytes(`${folder}//${name}`);
      const deep = `${folder}/${"d".repeat(pad)}`;
      await Deno.mkdir(deep, { recursive: true });
      const listener = await listen(parseEndpoint(`unix:${deep}/${name}`));
      assertEquals(namesIn(`${deep}/`), [name]);
      await reach(`${deep}/${name}`, listener);
      listener.close();
      assertEquals(namesIn(`${deep}/`), []);
      await assertRejects(
        () => listen(parseEndpoint(`unix:${deep}/${name}x`)),
        ExplainedError,
        `the path has ${limit + 1} bytes, and that of a socket has at most ${limit}`,
      );
      assertEquals(namesIn(`${deep}/`), []);
    }
  },
);

unixTest(
  "listen() at once on one stale path: one gets it, and nothing is left over",
  async (path) => {
    for (let round = 0; round < 20; round++) {
      await makeStale(path);
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => listen(parseEndpoint(`unix:${path}`))),
      );
      const won = tries.filter((each) => each.status === "fulfilled");
      const lost = tries.filter((each) => each.status === "rejected");
      assertEquals(won.length, 1);
      for (const { reason } of lost) assert(reason instanceof Deno.errors.AddrInUse, `${reason}`);
      assertEquals(namesIn(path), ["upper.sock"]);
      await reach(path, won[0]!.value);
      won[0]!.value.close();
    }
  },
);

/** Makes a socket's file on which nobody listens. */
async function makeStale(path: string): Promise<void> {
  const listener = Deno.listen({ transport: "unix", path: `${path}.made` });
  await Deno.rename(`${path}.made`, path);
  listener.close();
  await untilStale(path);
}

/** Resolves when a closed socket is open nowhere: a program that is being started has it for a moment. */
async function untilStale(path: string): Promise<void> {
  await until(() => isUnixSocketOpen(path) !== true); // null where nobody can know
}

unixTest("netkit serve, started five times on a stale path, serves once", async (path) => {
  await makeStale(path);
  const servers = Array.from({ length: 5 }, () => new Netkit(["serve", `unix:${path}`]));
  const said = await Promise.all(servers.map((each) => each.says(/waiting|netkit serve: .*\n/)));
  const winner = servers.filter((_, i) => said[i]![0] === "waiting");
  for (const [i, [text]] of said.entries()) {
    if (text === "waiting") continue;
    assertEquals(text, `netkit serve: cannot listen on unix:${path}: address already in use\n`);
    assertEquals((await servers[i]!.end()).code, 2);
  }
  assertEquals(winner.length, 1);
  assertEquals((await netkit(["client", `unix:${path}`], "one")).out, "ONE");
  winner[0]!.signal("SIGTERM");
  assertEquals((await winner[0]!.end()).code, 0);
  assertEquals(namesIn(path), []);
  for (const each of servers) await each[Symbol.asyncDispose]();
});

unixTest("netkit serve has its socket with the permission for this file alone", async (path) => {
  await makeStale(path);
  const only = allowed("--allow-net", `--allow-read=${path}`, `--allow-write=${path}`);
  await using server = new Netkit(["serve", `unix:${path}`], only);
  await server.says(/waiting/);
  assertEquals((await netkit(["client", `unix:${path}`], "alone")).out, "ALONE");
  server.signal("SIGTERM");
  assertEquals((await server.end()).code, 0);
  assertEquals(namesIn(path), []);
});

unixTest(
  "netkit serve removes the socket's file on SIGTERM, netkit client talks to it",
  async (path) => {
    await using server = new Netkit(["serve", `unix:${path}`]);
    await server.says(/waiting/);
    assertEquals(await netkit(["client", `unix:${path}`], "unix"), {
      code: 0,
      out: "UNIX",
      err: "",
    });
    server.signal("SIGTERM");
    assertEquals((await server.end()).code, 0);
    assertEquals(await exists(path), false);
    assertEquals(await netkit(["client", `unix:${path}`]), {
      code: 1,
      out: "",
      err: `netkit client: cannot connect to unix:${path}: no such file or directory\n`,
    });
  },
);

Deno.test({
  name: "netkit serve at a Unix socket that is taken leaves nothing in the log of the other server",
  ...needs(LINUX),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/upper.sock`;
      await using first = new Netkit(["serve", `unix:${path}`]);
      await first.says(/listen +unix:/);
      assertEquals((await netkit(["serve", `unix:${path}`])).code, 2);
      assertEquals((await netkit(["client", `unix:${path}`], "hello")).out, "HELLO");
      await first.says(/close +#1 .* 5 B in, 5 B out/); // the one that has talked is the first one
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

unixTest(
  "isUnixSocketOpen() tells a file that was left behind from one with a server",
  async (path) => {
    if (Deno.build.os !== "linux") return;
    const listener = Deno.listen({ transport: "unix", path });
    await Deno.rename(path, `${path}.moved`);
    assertEquals(isUnixSocketOpen(`${path}.moved`), true);
    listener.close();
    await untilStale(`${path}.moved`);
    assertEquals(isUnixSocketOpen(`${path}.moved`), false);
    assertEquals(isUnixSocketOpen(path), null); // there is none
    assertEquals(isUnixSocketOpen("x".repeat(200)), null);
  },
);
