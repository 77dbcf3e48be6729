/**
 * netkit as the single file that `deno task bundle` makes.
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
  /** The folder. */
  readonly cwd: string;
  /** The arguments of Deno that run it. */
  readonly run: readonly string[];
}

/**
 * Does what `deno task bundle` does, in a folder where nothing else is.
 *
 * @throws {Error} When it fails.
 */
export async function makeBundle(): Promise<Bundle> {
  const cwd = await Deno.makeTempDir();
  const file = `${cwd}/netkit.js`;
  await bundle("inside", file);
  return {
    cwd,
    run: ["run", "-A", "--quiet", file],
    [Symbol.asyncDispose]: () => Deno.remove(cwd, { recursive: true }),
  };
}

/** Asserts that the bundle says to this command line what netkit says in this process. */
export async function assertSaysTheSame(bundle: Bundle, args: readonly string[]): Promise<void> {
  const io = fakeIo();
  const here = { code: await main(args, io), out: io.out(), err: io.err() };
  assertEquals(await netkit(args, "", bundle), here);
}
