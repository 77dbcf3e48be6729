import { assert, assertEquals } from "@std/assert";

/**
 * Who may import whom. This is policy: a build that breaks it is mended in the code, not here.
 */
const POLICY: readonly (readonly [files: RegExp, mayImport: RegExp])[] = [
  [/^std\/.*/, /^(deno-std\/.*|get-east-asian-width)$/],
  [/^text\/.*/, /^(text\/.*|@std\/.*)$/],
  [/^address\/.*/, /^(address\/.*|@std\/.*)$/],
  [/^net\/.*/, /^((net|address|text)\/.*|@std\/.*)$/],
  [/^packet\/.*/, /^((packet|address|text)\/.*|@std\/.*)$/],
  [/^web\/page\.ts$/, /^web\/[a-z]+\.(css|html|js|svg)$/],
  [/^web\/[a-z]+\.js$/, /^web\/[a-z]+\.js$/],
  [/^cli\/.*/, /^((cli|address|text)\/.*|@std\/.*)$/],
  [/^system\/.*/, /^((system|cli|net|address|text)\/.*|@std\/.*)$/],
  [/^main\.ts$/, /^([a-z]+\.ts|(cli|system)\/.*|(address|text)\/[a-z_]+\.ts|deno\.json)$/],
  [/^[a-z]+\.ts$/, /^((cli|net|packet|address|text)\/.*|web\/page\.ts|@std\/.*)$/],
];

/** Imports that are loaded only when they are needed, and by whom. */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  "talk/prompt.ts": ["node:readline", "node:process"],
  "system/io.ts": ["node:fs", "node:process"],
  "server/idle_gc.ts": ["node:v8", "node:vm"],
  "net/dns.ts": ["node:dns"],
  "net/node_socket.ts": ["node:net"],
  "net/node_tls.ts": ["node:stream", "node:tls"],
  "net/udp.ts": ["node:dgram", "node:dns"],
  "net/udp_channel.ts": ["node:dgram"],
};

/** The files in which the system (`Deno.`) may be touched. */
const SYSTEM: readonly string[] = [
  "main.ts",
  "net/connect.ts",
  "net/endpoint_errors.ts",
  "net/listen.ts",
  "net/permission.ts",
  "net/socket_shutdown.ts",
  "net/unix_socket.ts",
  "system/io.ts",
];

/** The longest file, in lines: what fits a head is about 250. */
const LONGEST_FILE = 300;

const ROOT = new URL("../", import.meta.url);

async function sources(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(new URL(`./${folder}`, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isFile && /\.[jt]s$/.test(path)) paths.push(path);
    if (entry.isDirectory && /^(address|cli|net|packet|std|system|text|web)$/.test(entry.name)) {
      paths.push(...await sources(`${path}/`));
    }
  }
  return paths.sort();
}

/** Returns what `path` imports, relative to the project's folder. */
function importsOf(path: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"]+)"/g;
  return [...code.matchAll(pattern)].map(([, specifier]) =>
    specifier!.startsWith(".")
      ? new URL(specifier!, new URL(path, ROOT)).href.slice(ROOT.href.length)
      : specifier!
  );
}

for (const path of await sources()) {
  const text = await Deno.readTextFile(new URL(path, ROOT));

  Deno.test(`${path} imports only what its floor may`, () => {
    const rule = POLICY.find(([files]) => files.test(path));
    assert(rule, `no rule for ${path}`);
    const allowed = LAZY[path] ?? [];
    const wrong = importsOf(path, text).filter((each) =>
      !rule[1].test(each) && !allowed.includes(each)
    );
    assertEquals(wrong, []);
  });

  Deno.test(`${path} loads no module of Node before it needs it`, () => {
    const loaded = [
      ...text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from "(node:[^"]+)";$/gm),
    ];
    assertEquals(loaded.map(([, specifier]) => specifier), []);
  });

  Deno.test(`${path} touches the system only where that is allowed`, () => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assertEquals(/\bDeno\s*\.\s*[a-z]/.test(code) && !SYSTEM.includes(path), false);
  });

  Deno.test(`${path} opens with what it is, and fits a head`, () => {
    assert(text.startsWith("/**\n * "), "it does not open with a module comment");
    assert(/ \* @module\n \*\//.test(text), "the module comment has no @module");
    const lines = text.split("\n").length;
    assert(lines <= LONGEST_FILE, `it has ${lines} lines: split it along a noun of the domain`);
  });
}

Deno.test("no command file imports another command file", async () => {
  const commands = (await sources()).filter((path) => !path.includes("/") && path !== "main.ts");
  for (const path of commands) {
    const imports = importsOf(path, await Deno.readTextFile(new URL(path, ROOT)));
    assertEquals(imports.filter((each) => commands.includes(each)), [], path);
  }
});
