/**
 * `deno task npm`: makes the npm package of netkit in `bin/npm/`, for `npm pack` or `npm publish`. In it are
 * the program, bundled into one folder, and a launcher; Deno is a dependency of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { bundle } from "./bundle.ts";

const ROOT = new URL("../", import.meta.url);

/** The Deno with which this version of netkit is tested. */
const DENO = "2.9.6";

/** The oldest Node on which the launcher is tested, which is all that Node does. */
const NODE = ">=20";

/** Returns the contents of package.json; `repository` is `owner/name` on GitHub, if it is known. */
export function packageOf(repository: string | null): Record<string, unknown> {
  return {
    name: "netkit",
    version: config.version,
    description:
      "A network toolkit in one program: TCP server and client, MAC table, addresses and networks, " +
      "ports, packets byte by byte, TCP connections as a ladder of segments and states",
    keywords: ["tcp", "netcat", "arp", "ipcalc", "port", "pcap", "wireshark", "network", "deno"],
    license: config.license,
    ...(repository === null ? {} : {
      repository: { type: "git", url: `git+https://github.com/${repository}.git` },
      homepage: `https://github.com/${repository}#readme`,
    }),
    bin: { netkit: "netkit.cjs" },
    files: ["netkit.cjs", "program/"],
    engines: { node: NODE },
    dependencies: { deno: DENO },
  };
}

/** Returns a README whose links to files lead to the repository: npm shows it, and has no files beside it. */
export function withAbsoluteLinks(markdown: string, repository: string | null): string {
  if (repository === null) return markdown;
  const at = `v${config.version}`;
  return markdown.replace(
    /(!?)\[([^\]\n]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)/g,
    (_, picture: string, text: string, path: string) =>
      picture === "!"
        ? `![${text}](https://raw.githubusercontent.com/${repository}/${at}/${path})`
        : `[${text}](https://github.com/${repository}/blob/${at}/${path})`,
  );
}

/**
 * Makes the package in `folder`, which is replaced.
 *
 * @throws {Error} When the program cannot be bundled.
 */
export async function makePackage(folder: URL, repository: string | null): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await bundle(fileURLToPath(new URL("program", folder)));
  const write = (name: string, text: string) => Deno.writeTextFile(new URL(name, folder), text);
  const read = (name: string) => Deno.readTextFile(new URL(name, ROOT));
  await write("package.json", JSON.stringify(packageOf(repository), null, 2) + "\n");
  await write("netkit.cjs", await read("tasks/npm/netkit.cjs"));
  await Deno.chmod(new URL("netkit.cjs", folder), 0o755);
  await write("README.md", withAbsoluteLinks(await read("README.md"), repository));
  await write("LICENSE", await read("LICENSE"));
}

if (import.meta.main) {
  await makePackage(new URL("bin/npm/", ROOT), Deno.env.get("GITHUB_REPOSITORY") ?? null);
  Deno.stdout.writeSync(
    new TextEncoder().encode(
      "bin/npm: npm install -g --install-links ./bin/npm, or npm publish ./bin/npm\n",
    ),
  );
}
