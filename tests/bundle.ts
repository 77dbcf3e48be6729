/**
 * netkit as `deno task bundle` makes it: a folder, or a single file.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { main } from "../main.ts";
import { bundle } from "../tasks/bundle.ts";
import { fakeIo } from "./fakes.ts";
import { netkit } from "./processes.ts";

/** The bundle, alone in a folder. Disposing of it removes both. */
export interface Bundle extends AsyncDisposable {
  /** The folder that it is in. */
  readonly cwd: string;
  /** The bundle itself: a folder or a file. */
  readonly path: string;
  /** The arguments of Deno that run it. */
  readonly run: readonly string[];
}

/**
 * Does what `deno task bundle` does, in a folder where nothing else is.
 *
 * @throws {Error} When it fails.
 */
export async function makeBundle(form: "folder" | "file" = "folder"): Promise<Bundle> {
  const cwd = await Deno.makeTempDir();
  const path = `${cwd}/${form === "folder" ? "program" : "netkit.js"}`;
  await bundle(path);
  return {
    cwd,
    path,
    run: ["run", "-A", "--quiet", form === "folder" ? `${path}/main.js` : path],
    [Symbol.asyncDispose]: () => Deno.remove(cwd, { recursive: true }),
  };
}

/** Asserts that the bundle says to this command line what netkit says in this process. */
export async function assertSaysTheSame(bundle: Bundle, args: readonly string[]): Promise<void> {
  const io = fakeIo();
  const here = { code: await main(args, io), out: io.out(), err: io.err() };
  assertEquals(await netkit(args, "", bundle), here);
}
