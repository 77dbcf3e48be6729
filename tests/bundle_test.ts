import { assertEquals, assertMatch } from "@std/assert";
import { asciiOnly } from "../tasks/bundle.ts";
import { RESOURCES } from "../web/resources.ts";
import { traceResources } from "../web/trace_resources.ts";
import { assertSaysTheSame, makeBundle } from "./bundle.ts";
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

Deno.test("the bundle, alone in an empty folder, is netkit", { timeout: GUARD }, async (test) => {
  await using bundle = await makeBundle();
  assertEquals((await Array.fromAsync(Deno.readDir(bundle.cwd))).map(({ name }) => name), [
    "netkit.js",
  ]);

  await test.step("each of its characters takes one byte", async () => {
    assertMatch(await Deno.readTextFile(`${bundle.cwd}/netkit.js`), /^\p{ASCII}*$/u);
  });

  // Those of each command are in bundle_matrix_test.ts.
  for (const args of [[], ["srve"], ["help", "serve"]]) {
    await test.step(`it says what netkit says: netkit ${args.join(" ")}`, () =>
      assertSaysTheSame(bundle, args));
  }

  await test.step("it serves, and is its own client", async () => {
    await using server = await startServer([], bundle);
    const left = await netkit(["client", server.address], "straße 你好 ŉ ﬁ\n", bundle);
    assertEquals(left, { code: 0, out: "STRASSE 你好 ʼN FI\n", err: "" });
  });

  await test.step("it has the page for browsers in it", async () => {
    await using server = await startServer(["--web", "0"], bundle);
    const [, url] = await server.says(/(http:\S+\/),/);
    for (const [path, { content }] of RESOURCES) {
      assertEquals(await (await fetch(new URL(path, url))).text(), content, path);
    }
  });

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
