import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseEndpoint } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";

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
