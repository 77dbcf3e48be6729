import { assert, assertEquals } from "@std/assert";
import { loadedBefore } from "../tasks/loaded_before.ts";
import type { Module } from "../tasks/module_graph.ts";

/** Returns modules by what each imports: `b` at once, `?c` when it is asked for. */
function modulesOf(imports: Readonly<Record<string, string>>): readonly Module[] {
  return Object.entries(imports).map(([specifier, names]) => ({
    specifier,
    dependencies: names.split(" ").filter(Boolean).map((name) => ({
      isDynamic: name.startsWith("?"),
      code: { specifier: name.replace("?", "") },
    })),
  }));
}

/** Returns by each module that is asked for what is there before, in alphabetical order. */
function before(imports: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    [...loadedBefore(modulesOf(imports), "main")].map(([each, found]) => [
      each,
      [...found].sort().join(" "),
    ]),
  );
}

Deno.test("loadedBefore() has what is loaded with the program, and with those that ask", () => {
  assertEquals(
    before({
      main: "text ?one ?two",
      text: "",
      one: "address ?block ?last",
      two: "?last",
      address: "bits",
      bits: "",
      block: "address layout",
      layout: "",
      last: "",
    }),
    {
      one: "main text",
      two: "main text",
      block: "address bits main one text", // only one asks for it
      last: "main text", // either asks for it
    },
  );
});

Deno.test("loadedBefore() has nothing for a module that is there before it is asked for", () => {
  assertEquals(before({ main: "text ?text ?one", text: "", one: "?text" }), { one: "main text" });
});

Deno.test("loadedBefore() knows modules that ask for each other", () => {
  assertEquals(
    before({ main: "?one", one: "a ?two", two: "b ?one ?three", three: "", a: "", b: "" }),
    { one: "main", two: "a main one", three: "a b main one two" },
  );
});

Deno.test("loadedBefore() is true on each way to a module, whatever the modules are", () => {
  let seed = 7; // the same modules each time
  const random = (below: number) => (seed = seed * 48271 % 0x7fffffff) % below;
  for (let round = 0; round < 200; round++) {
    const names = ["main", ..."abcdefgh"];
    const imports = Object.fromEntries(
      names.map((name) => [
        name,
        Array.from({ length: random(4) }, () => (random(2) ? "?" : "") + names[1 + random(8)])
          .join(" "),
      ]),
    );
    const reached = new Set(["main"]); // Deno tells of no other ones
    for (const name of reached) imports[name]!.match(/\w+/g)?.forEach((each) => reached.add(each));
    const modules = modulesOf(imports).filter(({ specifier }) => reached.has(specifier));
    const found = loadedBefore(modules, "main");
    // On each way, what is said to be there is there.
    for (let walk = 0; walk < 20; walk++) {
      const there = new Set<string>();
      const load = (name: string) => {
        if (there.has(name)) return;
        there.add(name);
        imports[name]!.split(" ").filter((each) => /^\w/.test(each)).forEach(load);
      };
      load("main");
      for (let step = 0; step < 8; step++) {
        const asked = [...there].flatMap((name) => imports[name]!.match(/(?<=\?)\w/g) ?? []);
        if (asked.length === 0) break;
        const next = asked[random(asked.length)]!;
        const missing = [...found.get(next) ?? []].filter((each) => !there.has(each));
        assert(
          there.has(next) || missing.length === 0,
          `${next}: ${missing}: ${JSON.stringify(imports)}`,
        );
        load(next);
      }
    }
  }
});
