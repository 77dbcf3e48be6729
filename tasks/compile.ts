/**
 * Makes binaries of `bin/program/`, one for each system: that folder and a runtime that runs it.
 *
 * @module
 */
import { PROGRAM } from "./bundle.ts";

/** The systems, as the binaries are named after them, and the names that Deno has for them. */
export const TARGETS: Readonly<Record<string, string>> = {
  "linux-x86_64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "macos-x86_64": "x86_64-apple-darwin",
  "macos-arm64": "aarch64-apple-darwin",
  "windows-x86_64": "x86_64-pc-windows-msvc",
  "windows-arm64": "aarch64-pc-windows-msvc",
};

/** The file that a binary runs. */
const MAIN = `${PROGRAM}/main.js`;

const encoder = new TextEncoder();

/**
 * Makes `bin/netkit-SYSTEM` for each of `systems`.
 *
 * @returns The exit code: 1 when a runtime cannot be had, 2 when a system has no name here.
 */
async function compile(systems: readonly string[]): Promise<number> {
  const unknown = systems.find((system) => !Object.hasOwn(TARGETS, system));
  if (unknown !== undefined) {
    return fail(`"${unknown}": choose ${Object.keys(TARGETS).join(", ")}`, 2);
  }
  for (const system of systems) {
    const file = `bin/netkit-${system}${system.startsWith("windows") ? ".exe" : ""}`;
    const error = await compileFor(system, file);
    if (error !== null) return fail(error, 1);
    Deno.stdout.writeSync(encoder.encode(`${file}\n`));
  }
  return 0;
}

/** Makes one binary; resolves to what went wrong, `null` for nothing. */
async function compileFor(system: string, file: string): Promise<string | null> {
  // Neither a configuration nor a lockfile: what the bundle needs is in it. With the folder's own one, or
  // the option of that name, only what main.js imports at once would be taken along: the folder is named.
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--allow-all", "--no-config", "--no-check"],
      ...["--target", TARGETS[system]!, "--output", file, "--include", PROGRAM, MAIN],
    ],
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  if (success) return null;
  const said = new TextDecoder().decode(stderr);
  const [url] = said.match(/https:\S+\.zip/) ?? [];
  return url === undefined ? said.trim() : `cannot download the runtime for ${system} (${url}); ` +
    `${MAIN}, which deno task bundle makes, needs none: deno run -A ${MAIN}`;
}

/** Says why it ends; returns `code`. */
function fail(reason: string, code: number): number {
  Deno.stderr.writeSync(encoder.encode(`compile: ${reason}\n`));
  return code;
}

if (import.meta.main) {
  Deno.exit(await compile(Deno.args.length > 0 ? Deno.args : Object.keys(TARGETS)));
}
