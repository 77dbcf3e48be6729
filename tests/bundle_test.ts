import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { asciiOnly, bundle as makeProgram, CONFIG, removeProgram } from "../tasks/bundle.ts";
import { RESOURCES } from "../web/resources.ts";
import { traceResources } from "../web/trace_resources.ts";
import { assertSaysTheSame, type Bundle, makeBundle } from "./bundle.ts";
import { needs } from "./needs.ts";
import { Netkit, netkit, startServer } from "./processes.ts";
import { GUARD } from "./waiting.ts";

Deno.test("asciiOnly() changes no string, template or regular expression", () => {
  const script = [
    `export const string = "[→ \\→ \\\\→ \\\\\\→ é 中 😀]";`,
    "export const template = `[→ \\→ \\\\→ \\u{1f600} é 中 😀]`;",
    "export const set = /^[\\→中–\\]…]+$/;",
    "export const words = /^(?:é|动态|\\p{Lu})$/iu;",
    "export const sign = /^😀$/u;",
  ].join("\n");
  const ascii = asciiOnly(script);
  assertMatch(ascii, /^\p{ASCII}*$/u);
  const value = (text: string) => new Function(text.replaceAll("export const ", "this."));
  const [was, is]: Record<string, unknown>[] = [{}, {}];
  value(script).call(was);
  value(ascii).call(is);
  assertEquals([is!.string, is!.template], [was!.string, was!.template]);
  const texts = ["→", "中–…]", "É", "动态", "a", "😀", "\ud83d"];
  for (const name of ["set", "words", "sign"]) {
    const matches = (from: unknown) => texts.map((text) => (from as RegExp).test(text));
    assertEquals(matches(is![name]), matches(was![name]), name);
  }
});

async function assertServes(bundle: Bundle): Promise<void> {
  await using server = await startServer([], bundle);
  const left = await netkit(["client", server.address], "straße 你好 ŉ ﬁ\n", bundle);
  assertEquals(left, { code: 0, out: "STRASSE 你好 ʼN FI\n", err: "" });
}

async function assertHasPage(bundle: Bundle): Promise<void> {
  await using server = await startServer(["--web", "0"], bundle);
  const [, url] = await server.says(/(http:\S+\/),/);
  for (const [path, { content }] of RESOURCES) {
    assertEquals(await (await fetch(new URL(path, url))).text(), content, path);
  }
}

/** Resolves to the names of what is in a folder, in alphabetical order. */
async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("bundle() replaces what it has made before, and nothing else", async () => {
  const path = await Deno.makeTempDir();
  const put = (name: string) => Deno.writeTextFile(`${path}/${name}`, "");
  for (const name of ["main.js", "chunk-2A7JXNVT.js", "ip.v4-HJNPR6FI.js", "deno.json"]) {
    await put(name);
  }
  await put("notes.txt");
  await assertRejects(() => makeProgram(path), Error, "notes.txt in it is not of a bundle");
  assertEquals((await namesIn(path)).length, 5);
  await Deno.remove(`${path}/notes.txt`);
  await removeProgram(path);
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  await removeProgram(path);
});

Deno.test("deno task bundle leaves what is there when it fails", async () => {
  const path = await Deno.makeTempDir();
  try {
    for (const name of ["main.js", "deno.json"]) await Deno.writeTextFile(`${path}/${name}`, "");
    const nowhere = `${path}/nowhere`;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", new URL("../tasks/bundle.ts", import.meta.url).href, path],
      env: { TMPDIR: nowhere, TMP: nowhere, TEMP: nowhere },
    }).output();
    assertEquals([code, stdout.length], [1, 0]);
    assertMatch(new TextDecoder().decode(stderr), /^bundle: .*\n$/);
    assertEquals(await namesIn(path), ["deno.json", "main.js"]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

/** The bundle as a folder; made by the first test that needs it. */
let folder: Promise<Bundle> | undefined;

Deno.test.afterAll(async () => {
  await (await folder)?.[Symbol.asyncDispose]();
});

/** The most files of the bundle that a command reads. */
const MOST_FILES: readonly (readonly [most: number, args: readonly string[]])[] = [
  [16, ["--help"]],
  [24, ["ipinfo", "10.0.0.1"]],
];

Deno.test("the bundle, by itself, reads few of its files at each start", {
  ...needs("strace"),
  timeout: GUARD,
}, async () => {
  const bundle = await (folder ??= makeBundle());
  for (const [most, args] of MOST_FILES) {
    const calls = await Deno.makeTempFile({ dir: bundle.cwd });
    const strace = ["strace", "-f", "-qq", "-e", "trace=?open,openat,?openat2", "-o", calls];
    const wrap = (words: readonly string[]) => [...strace, ...words];
    assertEquals((await netkit(args, "", { run: bundle.run, wrap })).code, 0);
    const opened = (await Deno.readTextFile(calls)).match(/[^"/]+\.js(?=")/g) ?? [];
    const read = new Set(opened);
    assert(read.has("main.js") && read.size <= most, `${args}: ${read.size}: ${[...read]}`);
  }
});

// What both forms say to each command is in bundle_matrix_test.ts and transcripts_matrix_test.ts.
Deno.test("the bundle, alone in an empty folder, is netkit", { timeout: GUARD }, async (test) => {
  const bundle = await (folder ??= makeBundle());
  const names = await namesIn(bundle.path);

  await test.step("it is scripts and a configuration, each in ASCII", async () => {
    assertEquals(names.filter((name) => !name.endsWith(".js")), ["deno.json"]);
    assert(names.includes("main.js") && names.length > 200, `${names.length} files`);
    for (const name of names) {
      assertMatch(await Deno.readTextFile(`${bundle.path}/${name}`), /^\p{ASCII}*$/u, name);
    }
    assertEquals(JSON.parse(await Deno.readTextFile(`${bundle.path}/deno.json`)), CONFIG);
  });

  for (const args of [[], ["help", "serve"]]) {
    await test.step(`it says what netkit says: netkit ${args.join(" ")}`, () =>
      assertSaysTheSame(bundle, args));
  }

  await test.step("it serves, and is its own client", () => assertServes(bundle));

  await test.step("it has the page of trace in it", async () => {
    const capture = new URL("../examples/hello.pcap", import.meta.url).pathname;
    await using trace = new Netkit(["trace", "-r", capture, "--web", "0"], bundle);
    const [, url] = await trace.says(/(http:\S+\/) shows it/);
    for (const [name, { content }] of await traceResources()) {
      assertEquals(await (await fetch(new URL(name, url))).text(), content, name);
    }
  });

  await test.step("it knows who makes network cards", async () => {
    const line = "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0\n";
    const { code, out } = await netkit(["arp", "--vendor", "--read", "-"], line, bundle);
    assertEquals(code, 0);
    assertMatch(out, / ICANN, IANA Department$/m);
  });
});

Deno.test("the bundle as a single file, alone in an empty folder, is netkit", {
  timeout: GUARD,
}, async (test) => {
  await using bundle = await makeBundle("file");
  assertEquals(await namesIn(bundle.cwd), ["netkit.js"]);

  await test.step("each of its characters takes one byte", async () => {
    assertMatch(await Deno.readTextFile(bundle.path), /^\p{ASCII}*$/u);
  });
  await test.step("it says what netkit says: netkit srve", () =>
    assertSaysTheSame(bundle, ["srve"]));
  await test.step("it serves, and is its own client", () => assertServes(bundle));
  await test.step("it has the page for browsers in it", () => assertHasPage(bundle));
});
