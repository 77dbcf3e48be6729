/**
 * The modules that are loaded already when another one is asked for with `import()`.
 *
 * @module
 */
import { loadedWith, type Module } from "./module_graph.ts";

/**
 * Returns for each module that is asked for with `import()` those that are there before in any case: all
 * that ask for it have been loaded with them. A module that is itself there before it is asked for is left out.
 */
export function loadedBefore(
  modules: readonly Module[],
  main: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  /** By each module that is asked for, those that ask for it. */
  const askers = new Map<string, Set<string>>();
  for (const { specifier, dependencies = [] } of modules) {
    for (const { isDynamic, code } of dependencies) {
      if (!isDynamic || !code) continue;
      askers.set(code.specifier, (askers.get(code.specifier) ?? new Set()).add(specifier));
    }
  }
  const loaded = new Map([main, ...askers.keys()].map((each) => [each, loadedWith(modules, each)]));
  /** By each module that is asked for, those with which one that asks for it is loaded. */
  const roots = new Map(
    [...askers].map(([each, by]) => [
      each,
      [...loaded].filter(([, found]) => !found.isDisjointFrom(by)).map(([root]) => root),
    ]),
  );

  // At first everything counts as there; what is not there on one of the ways to a module falls away.
  const everything = new Set([...loaded.values()].flatMap((found) => [...found]));
  const there = new Map([...loaded.keys()].map((each) => [each, everything]));
  there.set(main, loaded.get(main)!);
  const before = (each: string) =>
    roots.get(each)!.map((root) => there.get(root)!).reduce((a, b) => a.intersection(b));
  for (let changed = true; changed;) {
    changed = false;
    for (const each of askers.keys()) {
      const found = loaded.get(each)!.union(before(each));
      changed ||= found.size < there.get(each)!.size;
      there.set(each, found);
    }
  }
  return new Map(
    [...askers.keys()].map((each) => [each, before(each)] as const)
      .filter(([each, found]) => !found.has(each)),
  );
}
