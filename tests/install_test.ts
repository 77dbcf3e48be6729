import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { needs, UNIX } from "./needs.ts";

const ROOT = new URL("../", import.meta.url);
const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** Runs Deno in the project's folder; resolves to everything it says, without styles. */
async function deno(args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  assert(success, said);
  return said;
}

const INSTALL = "deno install -g --config deno.json -A -n netkit main.ts";

Deno.test(`README.md names what installs netkit: ${INSTALL}`, () => {
  assert(README.includes(`\n${INSTALL}`));
});

Deno.test({
  name: `netkit runs anywhere after: ${INSTALL}`,
  ...needs(UNIX), // where it is a .cmd, which only a shell runs
  fn: async () => {
    const root = await Deno.makeTempDir();
    try {
      const [, ...args] = INSTALL.split(" ");
      await deno([...args.slice(0, 2), "--root", root, ...args.slice(2)]);
      const { code, stdout } = await new Deno.Command(`${root}/bin/netkit`, {
        args: ["--version"],
        cwd: root,
        env: { PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}` },
      }).output();
      const version = `netkit ${config.version}\n`;
      assertEquals([code, new TextDecoder().decode(stdout)], [0, version]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

Deno.test("deno publish finds nothing to object to, and would take netkit alone", async () => {
  const said = await deno(["publish", "--dry-run", "--allow-dirty", "--no-check"]);
  assertEquals(said.match(/.*\b(?:warning|error)\b.*/i), null);
  const files = [...said.matchAll(/file:\/\/\S+/g)].map(([file]) => file.slice(ROOT.href.length));
  for (
    const file of ["main.ts", "deno.json", "README.md", "LICENSE", "server/serve_connections.ts"]
  ) {
    assert(files.includes(file), `${file} is missing`);
  }
  const folders = new Set(
    files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]!),
  );
  assertEquals([...folders.intersection(new Set(config.publish.exclude))], []);
});
