import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { PROGRAM } from "../tasks/bundle.ts";
import { TARGETS } from "../tasks/compile.ts";
import { type Bundle, makeBundle } from "./bundle.ts";
import { readModules } from "../tasks/module_graph.ts";

const COMPILE = new URL("../tasks/compile.ts", import.meta.url).href;

/** A character for each byte. */
const decoder = new TextDecoder("latin1");

/** The bundle; made by the first test that needs it. */
let bundle: Promise<Bundle> | undefined;

Deno.test.afterAll(async () => {
  await (await bundle)?.[Symbol.asyncDispose]();
});

/** Runs `deno task compile` behind the bundling, with the bundle in `bin` of a folder of its own. */
async function compile(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { path } = await (bundle ??= makeBundle());
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/${PROGRAM}`, { recursive: true });
  for await (const { name } of Deno.readDir(path)) {
    await Deno.copyFile(`${path}/${name}`, `${folder}/${PROGRAM}/${name}`);
  }
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", COMPILE, ...args],
    cwd: folder,
    env: { ...env },
  }).output();
  const names = (await Array.fromAsync(Deno.readDir(`${folder}/bin`))).map(({ name }) => name);
  const made = names.filter((name) => name !== "program");
  const binary = made.length === 1 ? await Deno.readFile(`${folder}/bin/${made[0]}`) : null;
  await Deno.remove(folder, { recursive: true });
  return {
    code,
    out: new TextDecoder().decode(stdout),
    err: new TextDecoder().decode(stderr),
    made,
    binary,
  };
}

Deno.test("deno task compile says in one line what works where nothing can be downloaded", async () => {
  const cache = await Deno.makeTempDir();
  try {
    // A cache without a runtime, and a proxy that is not there.
    const nowhere = { DENO_DIR: cache, HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "" };
    const { code, out, err, made } = await compile(["linux-arm64", "macos-arm64"], nowhere);
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /^compile: cannot download the runtime for linux-arm64 \(https:.*\n$/);
    assertMatch(
      err,
      /; bin\/program\/main\.js, which deno task bundle makes, needs none: deno run /,
    );
    assertEquals(made, []);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

for (const env of [{}, { DENO_UNSTABLE_LAZY_DYNAMIC_IMPORTS: "1" }]) {
  const where = Object.entries(env).map((pair) => ` with ${pair.join("=")}`).join("");
  Deno.test(`deno task compile makes a binary with every file of the bundle${where}`, async () => {
    const [system] = Object.entries(TARGETS).find(([, target]) => target === Deno.build.target)!;
    // With Deno itself in the place of the runtime: the file is made, though it is no netkit.
    const { code, out, err, made, binary } = await compile([system], {
      DENORT_BIN: Deno.execPath(),
      ...env,
    });
    assertEquals([code, err, made.length], [0, "", 1]);
    assertEquals(out, `bin/${made[0]}\n`);
    assertMatch(made[0]!, new RegExp(`^netkit-${system}(\\.exe)?$`));
    // Deno puts files into a binary as they are, behind the runtime.
    const { path } = await bundle!;
    const { size } = await Deno.stat(Deno.execPath());
    const behind = decoder.decode(binary!.subarray(size));
    const missing: string[] = [];
    for await (const { name } of Deno.readDir(path)) {
      const text = decoder.decode(await Deno.readFile(`${path}/${name}`));
      if (!behind.includes(text)) missing.push(name);
    }
    assertEquals(missing, []);
  });
}

Deno.test("deno task compile refuses a system that it does not know", async () => {
  const { code, out, err, made } = await compile(["linux-x86_64", "beos"], {});
  assertEquals([code, out, made], [2, "", []]);
  assertMatch(err, /^compile: "beos": choose linux-x86_64, .*, windows-arm64\n$/);
});

Deno.test("deno compile main.ts takes along what is loaded when it is asked for", async () => {
  const root = new URL("..", import.meta.url).href;
  const lazy = (await readModules())
    .flatMap(({ dependencies = [] }) => dependencies.filter(({ isDynamic }) => isDynamic))
    .map(({ code }) => code!.specifier)
    .filter((specifier) => specifier.startsWith(root))
    .map((specifier) => specifier.slice(root.length));
  assert(lazy.length > 30, lazy.join());
  const left = lazy.filter((path) =>
    !config.compile.include.some((each) => path === each || path.startsWith(`${each}/`))
  );
  assertEquals(left, [], "compile.include in deno.json");
});
