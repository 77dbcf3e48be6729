import { assert, assertEquals } from "@std/assert";
import { loadedWith, readModules } from "../tasks/module_graph.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";

const ROOT = new URL("..", import.meta.url);

/** Resolves to the modules that are loaded with a file. */
async function loadedWithFile(path: string): Promise<ReadonlySet<string>> {
  return loadedWith(await readModules(), new URL(path, ROOT).href);
}

Deno.test("main.ts loads few modules at once, none of them node:, which take 5 to 20 ms each", async () => {
  const modules = [...await loadedWithFile("main.ts")];
  assert(modules.includes(new URL("server/serve_connections.ts", ROOT).href), modules.join("\n"));
  assertEquals(modules.filter((each) => each.startsWith("node:")), []);
  assert(modules.length <= 36, `${modules.length} modules: a module takes 0.3 ms`);
});

/** The most modules that a command loads at once; what an option needs is loaded with the option. */
const MOST_MODULES = {
  "client.ts": 46,
  "arp.ts": 26,
  "ipinfo.ts": 37,
  "port.ts": 35,
  "frame.ts": 43,
  "trace.ts": 43,
  "learn.ts": 12,
  "cli/run_service.ts": 16, // help of the program loads no command
  "cli/help.ts": 14,
};

for (const [path, most] of Object.entries(MOST_MODULES)) {
  Deno.test(`${path} loads few modules at once`, async () => {
    const modules = [...await loadedWithFile(path)];
    assert(modules.length <= most, `${modules.length} modules:\n${modules.join("\n")}`);
  });
}

/** netkit that names on standard error each function for timers that is called. */
const NAMES_TIMERS = `for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (...args) => {
    Deno.stderr.writeSync(new TextEncoder().encode(name + "\\n"));
    return real(...args);
  };
}
const { main } = await import(${JSON.stringify(new URL("main.ts", ROOT).href)});
const { system } = await import(${JSON.stringify(new URL("system/io.ts", ROOT).href)});
Deno.exit(await main(Deno.args, system()));`;

/** Makes a file of `NAMES_TIMERS`; disposing of it removes the file. */
async function namingTimers() {
  const folder = await Deno.makeTempDir();
  const script = `${folder}/names_timers.ts`;
  await Deno.writeTextFile(script, NAMES_TIMERS);
  const config = new URL("deno.json", ROOT).pathname;
  return {
    run: ["run", "-A", "--no-check", "--quiet", "--config", config, script],
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("netkit serve answers before anything asks for a timer: the first one takes 8 ms", {
  ...needs(UNIX),
}, async () => {
  await using program = await namingTimers();
  await using server = new Netkit(["serve", "0"], { run: program.run });
  const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
  using client = await Deno.connect({ port: Number(port) });
  await client.write(new TextEncoder().encode("hello"));
  const answer = new Uint8Array(16);
  assertEquals(await client.read(answer), 5);
  assertEquals(server.err.includes("set"), false, server.err);
  server.signal("SIGTERM");
  await server.says(/setTimeout/); // the grace: the script does see timers
});

for (
  const args of [["--help"], ["ipinfo", "192.0.2.1"], ["arp", "--json"], ["port", "80", "--json"]]
) {
  Deno.test(`netkit ${args.join(" ")} asks for no timer`, { ...needs(UNIX) }, async () => {
    await using program = await namingTimers();
    const { err } = await netkit(args, "", { run: program.run });
    assertEquals(err.includes("setTimeout") || err.includes("setInterval"), false, err);
  });
}
