/**
 * netkit as the single file that `deno task bundle` makes.
 *
 * @module
 */
import { bundle } from "../tasks/bundle.ts";

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
