import { assert, assertEquals } from "@std/assert";
import { importsOf, ROOT, sources } from "./sources.ts";

/** The floors that a command builds on, and that no command owns. */
const SHARED = "cli|net|talk|sockets|system|address|text";
/** The floors of packets, which run in a test, in a browser and in a worker without change. */
const PURE = "packet|capture|tcp|ladder";

/**
 * Which files may import which. This is policy: a build that breaks it is mended in the code, not
 * here. The first rule that fits a file holds; a file may always import its own folder.
 */
const POLICY: readonly (readonly [files: RegExp, mayImport: RegExp])[] = [
  [/^std\//, /^(deno-std\/.*|get-east-asian-width)$/],
  [/^(address|text)\//, floors("")],
  [/^packet\//, floors("address|text")],
  [/^capture\//, floors("packet")],
  [/^tcp\//, floors("packet|address")],
  [/^ladder\//, floors("tcp|packet|address|text")],
  [/^cli\//, floors("address|text")],
  [/^net\//, floors("address|text")],
  [/^system\//, floors("cli|net|address|text")],
  [/^sockets\//, floors("system|address|text")],
  [/^talk\//, floors("net|cli|text")],
  [/^web\/page\//, floors("")],
  // The page of a recording runs the same code as the terminal: a bundler joins it.
  [/^web\/trace_page\//, floors(`${PURE}|address|text`)],
  [/^web\/trace_resources\.ts$/, /^web\/.*$/],
  [/^web\/resources\.ts$/, /^web\/page\/[a-z]+\.(css|html|js|svg)$/],
  [/^web\//, floors(`server|${SHARED}|${PURE}`)],
  [/^(frame|trace)\//, floors(`${SHARED}|${PURE}`)],
  // A wire looks at the segments that it carries, and keeps a capture of them.
  [/^learn\/lab\//, floors(`learn|${SHARED}|${PURE}`)],
  [/^(frame|trace)\.ts$/, floors(`${SHARED}|${PURE}`)],
  [/^main\.ts$/, /^([a-z]+\.ts|((cli|system|address|text)\/.*)|deno\.json)$/],
  [/^[a-z]+(\/.*|\.ts)$/, floors(SHARED)],
];

/** What one command takes from the room of another, and why. */
const EXCEPTIONS: Readonly<Record<string, { readonly may: RegExp; readonly why: string }>> = {
  "server.ts": {
    may: /^web\/(serve_with_web|resources|live_trace)\.ts$/,
    why: "serve --web serves browsers",
  },
  "trace/page.ts": {
    may: /^web\/(recording|site_server|trace_(document|site|stream))\.ts$/,
    why: "trace --web serves browsers",
  },
  "trace/upper_server.ts": { may: /^server\//, why: "trace --serve traces the server itself" },
};

/**
 * Returns what matches the files of `names`, separated by bars, the standard library, and the tag of
 * messages: any text for the user may need another language, and the tag imports nothing.
 */
function floors(names: string): RegExp {
  return new RegExp(`^(${names === "" ? "" : `(${names})/.*|`}@std/.*|text/messages\\.ts)$`);
}

/** Imports that are loaded only when they are needed, and by whom. */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  "capture/compression.ts": ["node:stream", "node:zlib"],
  "system/io.ts": ["node:fs", "node:process"],
  "system/spooled.ts": ["node:fs"], // Deno has no statfs
  "net/dns.ts": ["node:dns"],
  "net/link_socket.ts": ["node:net"],
  "net/node_listen.ts": ["node:net"],
  "net/node_socket.ts": ["node:net"],
  "net/node_tls.ts": ["node:stream", "node:tls"],
  "net/node_tls_server.ts": ["node:crypto", "node:tls"],
  "net/peer_certificate.ts": ["node:tls"],
  "net/tls_stream.ts": ["node:stream", "node:tls"],
  "net/udp.ts": ["node:dgram", "node:dns"],
  "net/udp_channel.ts": ["node:dgram"],
  "net/udp_group.ts": ["node:dgram"],
  "net/udp_listen.ts": ["node:dgram"],
};

/** The files in which the system (`Deno.`) may be touched. */
const SYSTEM: readonly string[] = [
  "main.ts",
  "net/c_library.ts",
  "learn/programs/ending_client.ts", // programs that a lesson runs as a child
  "learn/programs/spinning_client.ts",
  "net/connect.ts",
  "net/dial.ts",
  "net/endpoint_errors.ts",
  "net/inherited.ts",
  "net/listen.ts",
  "net/permission.ts",
  "net/unix_socket.ts",
  "net/tls.ts",
  "system/foreign_sockets.ts",
  "system/host.ts",
  "system/io.ts",
  "system/spooled.ts",
  "system/tap.ts",
  "system/terminal.ts",
  "system/standard_output.ts",
];

/** The longest file, in lines: what fits a head is about 250. */
const LONGEST_FILE = 300;

const FILES: readonly string[] = await sources();
const TEXTS: ReadonlyMap<string, string> = new Map(
  await Promise.all(
    FILES.map(async (path) => [path, await Deno.readTextFile(new URL(path, ROOT))] as const),
  ),
);

/** Returns the folder of `path`, or the command of which it is the file: `arp` for `arp.ts`. */
function roomOf(path: string): string {
  return path.replace(/(\/.*|\.ts)$/, "");
}

for (const [path, text] of TEXTS) {
  const room = roomOf(path);

  Deno.test(`${path} imports only what its floor may`, () => {
    const rule = POLICY.find(([files]) => files.test(path));
    assert(rule, `no rule for ${path}`);
    const allowed = LAZY[path] ?? [];
    const wrong = importsOf(path, text).filter((each) =>
      !each.startsWith(`${room}/`) && !rule[1].test(each) && !allowed.includes(each) &&
      !EXCEPTIONS[path]?.may.test(each)
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

Deno.test("only main.ts imports the file of a command", () => {
  for (const [path, text] of TEXTS) {
    if (path === "main.ts") continue;
    assertEquals(importsOf(path, text).filter((each) => /^[a-z]+\.ts$/.test(each)), [], path);
  }
});

Deno.test("no file imports itself by way of others, type imports included", () => {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    assert(start === -1, `a circle: ${[...way.slice(start), path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of importsOf(path, TEXTS.get(path) ?? "")) {
      if (TEXTS.has(next)) visit(next, [...way, path]);
    }
    done.add(path);
  };
  for (const path of FILES) visit(path, []);
});

Deno.test("every exception of the policy is used", () => {
  for (const [path, { may }] of Object.entries(EXCEPTIONS)) {
    assert(importsOf(path, TEXTS.get(path)!).some((each) => may.test(each)), path);
  }
});

Deno.test("only the registry imports protocols", () => {
  const registry = "packet/protocols.ts";
  const protocols = [...TEXTS].filter(([path, text]) =>
    path.startsWith("packet/") && path !== "packet/content.ts" &&
    /^export const [A-Z0-9_]+: Protocol\b/m.test(text)
  ).map(([path]) => path);
  assert(protocols.length > 10, protocols.join(" "));
  const registered = importsOf(registry, TEXTS.get(registry)!);
  assertEquals(protocols.filter((each) => !registered.includes(each)), []);
  for (const [path, text] of TEXTS) {
    if (path === registry) continue;
    assertEquals(importsOf(path, text).filter((each) => protocols.includes(each)), [], path);
  }
});
