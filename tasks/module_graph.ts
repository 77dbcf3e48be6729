/**
 * The modules of netkit as `deno info` tells of them, each of them within reach of main.ts.
 *
 * @module
 */
import { runDeno } from "./deno.ts";

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

/**
 * Resolves to all modules that main.ts can lead to.
 *
 * @throws {Error} When Deno cannot tell, with its message.
 */
export async function readModules(): Promise<readonly Module[]> {
  return JSON.parse(await runDeno(["info", "--json", "main.ts"])).modules;
}

/** Returns a module and those that are loaded with it: without those that are imported when asked for. */
export function loadedWith(modules: readonly Module[], specifier: string): Set<string> {
  const found = new Set([specifier]);
  for (const each of found) { // those that are added meanwhile come, too
    const module = modules.find((other) => other.specifier === each);
    for (const { isDynamic, code } of module?.dependencies ?? []) {
      if (!isDynamic && code) found.add(code.specifier);
    }
  }
  return found;
}
