import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { FIRST, LONG, quickFiles, skippedLines } from "../tasks/test.ts";
import { needs, UNIX } from "./needs.ts";
import { endProcess, GUARD } from "./waiting.ts";

const TESTS = new URL("./", import.meta.url);

/** Returns the lines of the files of tests that match `pattern`, without those of `exempt`. */
async function linesWith(pattern: RegExp, ...exempt: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(TESTS)) {
    if (!name.endsWith(".ts") || name === "test_task_test.ts" || exempt.includes(name)) continue;
    const text = await Deno.readTextFile(new URL(name, TESTS));
    for (const [i, line] of text.split("\n").entries()) {
      if (pattern.test(line)) found.push(`${name}:${i + 1}: ${line.trim()}`);
    }
  }
  return found;
}

Deno.test("every test that may be skipped says by needs() what it takes", async () => {
  assertEquals(await linesWith(/\bignore\b ?[:,=](?! ?boolean)|\.ignore\(/, "needs.ts"), []);
});

Deno.test("every signal goes to a process that may be gone", async () => {
  // In these files a signal also asserts that the process is still there.
  const asserting = ["sockets_real_test.ts", "port_laboratory_test.ts", "prompt_test.ts"];
  // Running.kill() does nothing after the end; the last is Python's, of a child that it has not waited for.
  const harmless = ["spooled_test.ts", "trace_test.ts", "special_servers_test.ts"];
  assertEquals(await linesWith(/\.kill\(/, "waiting.ts", ...asserting, ...harmless), []);
});

Deno.test("every test that has a limit has the guard alone", async () => {
  assertEquals(await linesWith(/(^ *|\{ )timeout: [\d_]{5,}(,?$| })/), []);
  assertEquals(needs().timeout, GUARD);
});

Deno.test("needs() ignores a test, and counts it, where something is missing", async () => {
  const path = await Deno.makeTempFile();
  const before = Deno.env.get("NETKIT_SKIPPED");
  Deno.env.set("NETKIT_SKIPPED", path);
  try {
    const missing = needs({ what: "a unicorn", isHere: false }, { what: "air", isHere: true });
    assertEquals([{ ...missing }.ignore, { ...missing }.ignore], [true, true]);
    assertEquals(needs({ what: "air", isHere: true }).ignore, false);
    assertEquals(await Deno.readTextFile(path), "a unicorn\na unicorn\n");
  } finally {
    if (before === undefined) Deno.env.delete("NETKIT_SKIPPED");
    else Deno.env.set("NETKIT_SKIPPED", before);
    await Deno.remove(path);
  }
});

Deno.test("skippedLines() says how many tests need what, the most frequent first", () => {
  assertEquals(skippedLines(["tmux", "tshark", "tshark"]), [
    "skipped: 2 tests need tshark",
    "skipped: 1 test needs tmux",
  ]);
  assertEquals(skippedLines([]), []);
});

Deno.test("the quick tests are those that start no program", async () => {
  const quick = await quickFiles();
  for (const file of ["endpoint_test.ts", "ip_test.ts", "http_test.ts"]) {
    assert(quick.includes(`tests/${file}`), file);
  }
  // By itself, by what it imports from tests/, and from bench/.
  for (const file of ["man_test.ts", "process_test.ts", "bench_load_test.ts"]) {
    assert(!quick.includes(`tests/${file}`), file);
  }
});

Deno.test({
  name: "deno task test says at its end what was skipped for want of what",
  ...needs(),
  async fn() {
    const [, ...words] = config.tasks.test.command.split(" ");
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [...words, "tests/man_test.ts"],
      cwd: new URL("..", TESTS),
      env: { PATH: "/nowhere", CI: "", NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    assertEquals(code, 0, said);
    assertMatch(said, /\nok \| 3 passed \| 0 failed \| 5 ignored .*\n/);
    assertMatch(said, /\nskipped: 3 tests need mandoc\n/);
  },
});

Deno.test("every file that is called long, or runs first, is there", async () => {
  for (const name of [...LONG, ...FIRST]) {
    assert((await Deno.stat(new URL(name, TESTS))).isFile, name);
  }
});

Deno.test("deno task test takes away what it has made also when a signal ends it", {
  ...needs(UNIX),
}, async () => {
  const folder = await Deno.makeTempDir();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const file = `${folder}/endless_test.ts`;
  const connecting = `Deno.connect({ hostname: "127.0.0.1", port: ${listener.addr.port} })`;
  const test = `async () => await (await ${connecting}).read(new Uint8Array(1))`;
  await Deno.writeTextFile(file, `Deno.test("endless", ${test});\n`);
  await Deno.mkdir(`${folder}/tmp`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../tasks/test.ts", TESTS).pathname, file],
    env: { TMPDIR: `${folder}/tmp` },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const conn = await listener.accept();
  listener.close();
  endProcess(child, "SIGTERM");
  assertEquals((await child.status).code, 143);
  assertEquals(await conn.read(new Uint8Array(1)), null); // the tests have ended as well
  conn.close();
  assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/tmp`)), []);
  await Deno.remove(folder, { recursive: true });
});
