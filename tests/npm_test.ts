import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { makePackage, packageOf, withAbsoluteLinks } from "../tasks/npm.ts";
import { freePort } from "./free_port.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { GUARD } from "./waiting.ts";

Deno.test("packageOf() has the version of deno.json, and the repository if it is known", () => {
  assertEquals(packageOf(null).version, config.version);
  assertEquals(packageOf(null).repository, undefined);
  assertEquals(packageOf("ada/netkit").repository, {
    type: "git",
    url: "git+https://github.com/ada/netkit.git",
  });
});

Deno.test("packageOf() depends on the Deno of .ci/run", async () => {
  const ci = await Deno.readTextFile(new URL("../.ci/run", import.meta.url));
  const [, deno] = ci.match(/deno@([\d.]+)/)!;
  assertEquals(packageOf(null).dependencies, { deno });
});

Deno.test("withAbsoluteLinks() leaves links of the web and of the page itself alone", () => {
  const markdown = "![a](examples/web.png) [b](README.zh-CN.md) [c](#serve) [d](https://deno.com)";
  const at = `ada/netkit`;
  assertEquals(
    withAbsoluteLinks(markdown, at),
    `![a](https://raw.githubusercontent.com/${at}/v${config.version}/examples/web.png) ` +
      `[b](https://github.com/${at}/blob/v${config.version}/README.zh-CN.md) ` +
      "[c](#serve) [d](https://deno.com)",
  );
  assertEquals(withAbsoluteLinks(markdown, null), markdown);
});

/** Runs a program to its end. */
async function runIn(cwd: string, program: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { npm_config_audit: "false", npm_config_fund: "false", npm_config_prefer_offline: "true" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("the npm package, packed and installed in an empty folder, is netkit", {
  ...needs("npm", UNIX),
  timeout: 4 * GUARD, // npm fetches Deno, where it has none yet
}, async (test) => {
  const folder = await Deno.makeTempDir({ suffix: " ü" });
  try {
    await makePackage(new URL(`file://${folder}/package/`), null);
    const packed = await runIn(`${folder}/package`, "npm", ["pack", "--pack-destination", folder]);
    assertEquals(packed.code, 0, packed.err);
    await Deno.mkdir(`${folder}/empty`);
    const tarball = `../netkit-${config.version}.tgz`;
    const installed = await runIn(`${folder}/empty`, "npm", ["install", tarball]);
    assertEquals(installed.code, 0, installed.err);
    const program = `${folder}/empty/node_modules/.bin/netkit`;
    const installedNetkit = (args: readonly string[]) => runIn(`${folder}/empty`, program, args);

    await test.step("every command says what it does", async () => {
      for (const name of ["serve", "client", "arp", "ipinfo", "port", "frame", "trace", "learn"]) {
        const { code, out } = await installedNetkit(["help", name]);
        assertEquals([code, out.includes(`netkit ${name}`)], [0, true], name);
      }
    });

    await test.step("results and exit codes come through", async () => {
      const { code, out } = await installedNetkit(["ipinfo", "--json", "192.0.2.1/24"]);
      assertEquals([code, JSON.parse(out).network.broadcast], [0, "192.0.2.255"]);
      assertEquals((await installedNetkit(["client", "127.0.0.1:0"])).code, 2);
      assertEquals((await installedNetkit(["srve"])).code, 2);
    });

    await test.step("a frame that it writes is one that it reads", async () => {
      const file = `${folder}/hello.pcap`;
      assertEquals((await installedNetkit(["frame", "hello", "-w", file])).code, 0);
      assertMatch((await installedNetkit(["frame", "-r", file])).out, /hello/);
      assertEquals((await installedNetkit(["trace", "-r", file])).code, 0);
    });

    await test.step("a file is read when the program asks for it", async () => {
      const program = `${folder}/empty/node_modules/netkit/program`;
      const files = await Array.fromAsync(Deno.readDir(program));
      const { name } = files.find(({ name }) => name.startsWith("mac_vendors_data-"))!;
      await Deno.rename(`${program}/${name}`, `${folder}/vendors`);
      assertEquals((await runIn(program, "mkfifo", [name])).code, 0); // nobody writes: to read it takes forever
      assertEquals((await installedNetkit(["ipinfo", "192.0.2.1/24"])).code, 0);
      await Deno.rename(`${folder}/vendors`, `${program}/${name}`);
    });

    const wrap = (words: readonly string[]) => [
      program,
      ...words.slice(words.findIndex((word) => /^(serve|client)$/.test(word))),
    ];
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      await test.step(`it serves, and ends with ${signal}: Deno is not left behind`, async () => {
        await using server = new Netkit(["serve", `${freePort()}`], { wrap });
        const [, address] = await server.says(/listen {2}(\S+),/);
        const client = new Deno.Command(program, {
          args: ["client", address!],
          stdin: "piped",
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const writer = client.stdin.getWriter();
        await writer.write(new TextEncoder().encode("straße\n"));
        await writer.close();
        assertEquals(new TextDecoder().decode((await client.output()).stdout), "STRASSE\n");
        await using held = new Netkit(["client", "--log", "text", address!], {
          stdin: "piped",
          wrap,
        });
        await held.says(/connect/);
        held.signal(signal);
        assertEquals((await held.end()).code, code, held.err);
        await held.child.stdin.close();
        server.signal(signal);
        const left = await server.end();
        assertEquals(left.code, 0, left.err);
        const [host, port] = address!.split(":");
        await Deno.connect({ hostname: host!, port: Number(port) }).then(
          (conn) => {
            conn.close();
            throw new Error(`somebody still listens at ${address}`);
          },
          (error) => assertEquals(error instanceof Deno.errors.ConnectionRefused, true),
        );
      });
    }

    await test.step("without Deno it says so in two lines", async () => {
      await Deno.remove(`${folder}/empty/node_modules/deno`, { recursive: true });
      const { code, err } = await installedNetkit(["help"]);
      assertEquals([code, err.trimEnd().split("\n").length], [2, 2], err);
      assertMatch(err, /^netkit: Deno is not installed here: /);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
