import { assert, assertEquals } from "@std/assert";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** A script: what it prints, in this order, and which program it needs. */
interface Script {
  readonly prints: readonly RegExp[];
  readonly needs?: string;
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  "load-balancer.sh": {
    needs: "haproxy",
    prints: [
      /\nQUESTION 1\nQUESTION 2\nQUESTION 3\nQUESTION 4\n/,
      / accept {2}#\d+ 127\.0\.0\.1:\d+ by way of 127\.0\.0\.1:\d+\n/,
      /\nQUESTION 5\nQUESTION 6\nQUESTION 7\nQUESTION 8\nQUESTION 9\nQUESTION 10\n/,
      / drain .*\n.* stop /, // how many are still open then is a matter of moments
    ],
  },
};

const scripts = (await Array.fromAsync(Deno.readDir(EXAMPLES)))
  .map(({ name }) => name).filter((name) => name.endsWith(".sh")).sort();

Deno.test("the README leads to every script in examples/", async () => {
  for (const file of ["README.md", "README.zh-CN.md"]) {
    const readme = await Deno.readTextFile(new URL(`../${file}`, EXAMPLES));
    const linked = [...readme.matchAll(/\]\(examples\/([^)]*\.sh)\)/g)].map(([, name]) => name);
    assertEquals(linked, scripts, file);
  }
});

for (const name of scripts) {
  const script = SCRIPTS[name];
  Deno.test({
    name: `examples/${name} prints what it shows`,
    ...needs(UNIX, ...(script?.needs === undefined ? [] : [script.needs])),
    fn: async () => {
      assert(script, "no test says what it prints");
      const { code, out, err } = await runScript(name);
      assertEquals([code, err], [0, ""], out);
      let at = 0;
      for (const pattern of script.prints) {
        const found = out.slice(at).match(pattern);
        assert(found, `no ${pattern} in ${out.slice(at)}`);
        at += found.index! + 1;
      }
    },
  });
}

/** Runs a script as somebody does who has Deno and no netkit. */
async function runScript(name: string) {
  const cwd = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [new URL(name, EXAMPLES).pathname],
      cwd,
      env: {
        PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
        COLUMNS: "80",
        NETKIT_PORT: `${freePort()}`,
      },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test({
  name: "the scripts are clean for shellcheck",
  ...needs("shellcheck"),
  fn: async () => {
    const { code, stdout } = await new Deno.Command("shellcheck", {
      // What is between quotation marks is run later, and what one file sets another one uses.
      args: ["-x", "-P", ".", "-e", "SC2016,SC2034", "-s", "sh", "setup", ...scripts],
      cwd: EXAMPLES,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
  },
});
