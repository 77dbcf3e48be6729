/**
 * The modules of netkit as `deno info` tells of them.
 *
 * @module
 */

const ROOT = new URL("..", import.meta.url);

/** The used part of a module in the output of `deno info --json`. */
export interface Module {
  /** Where it is. */
  readonly specifier: string;
  /** The modules that it imports. */
  readonly dependencies?: readonly {
    /** Whether by `import()`, when it is asked for. */
    readonly isDynamic?: boolean;
    /** The module, unless only types are imported. */
    readonly code?: { readonly specifier: string };
  }[];
}

/** Resolves to all modules that main.ts can lead to. */
export async function readModules(): Promise<readonly Module[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: ROOT,
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).modules;
}
