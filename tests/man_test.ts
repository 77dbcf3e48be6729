import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { anyText, type Command, command, flag, option } from "../cli/command.ts";
import { manPage } from "../cli/man.ts";
import { documented, type Program } from "../cli/program.ts";
import { loadNetkit, main } from "../main.ts";
import { fakeIo } from "./fakes.ts";
import { LINUX, needs } from "./needs.ts";

const netkit = await loadNetkit();

/** What `netkit man` prints. */
async function netkitMan(): Promise<string> {
  const io = fakeIo();
  assertEquals(await main(["man"], io), 0);
  assertEquals(io.err(), "");
  return io.out();
}

/** Everything that roff could take for something else. */
const NASTY = [
  ".TH is no macro here",
  "'br is none either, 'quoted' and \"quoted\"",
  "back\\slash \\fBno bold\\fR \\n \\e \\*(x \\(aq",
  "-x --long-option `id` ^caret ~tilde #hash %percent $dollar",
  "straße 你好 ŉ ﬁ 😀 é ... …",
  "one two three four five six seven eight nine ten eleven twelve thirteen four .teen .fifteen",
];

const program: Program = {
  name: "walk",
  version: "1.2.3",
  summary: "walk \\- there",
  commands: [
    await documented(
      command({
        name: "far",
        description: NASTY,
        operands: [{ name: "TO[/VIA]", summary: NASTY[1]!, repeated: true }],
        options: {
          header: option({ value: "TEXT", summary: NASTY[2]!, short: "H", parse: anyText }, null),
          json: flag(NASTY[3]!),
        },
        examples: NASTY.map((line) => ({ line: `walk far ${line}`, says: line })),
        fields: () => Promise.resolve([{ name: "a.b", type: "string", says: NASTY[4]! }]),
        permissions: ["--allow-net"],
        run: () => Promise.resolve(),
      }) as Command,
      { commands: [{ name: "far", summary: NASTY[0]! }] },
    ),
  ],
};

/** The programs that print manual pages, and how: without hyphens in words, in wide lines. */
const PRINTERS = [
  ["man", "--warnings", "-E", "UTF-8", "--nh", "--nj", "-Tutf8", "-l"],
  ["mandoc", "-T", "utf8", "-O", "width=100"],
] as const;

/** Prints a page with one of the programs; resolves to the text, in one line without styles. */
async function printed(page: string, [printer, ...args]: readonly [string, ...string[]]) {
  const file = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(file, page);
    const { stdout, stderr, code } = await new Deno.Command(printer, {
      args: [...args, file],
      env: { LC_ALL: "C.UTF-8", MANWIDTH: "100", GROFF_NO_SGR: "1" },
      stdin: "null",
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return oneLine(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(file);
  }
}

/** Returns `text` without overstriking (a letter, a backspace, a letter), blanks taken together. */
function oneLine(text: string): string {
  return text.replaceAll(/.[\b]/gu, "").replace(/\s+/g, " ");
}

for (const printer of PRINTERS) {
  // man has other options elsewhere.
  const test = needs(...(printer[0] === "man" ? [LINUX] : []), printer[0]);
  Deno.test(`manPage() is printed as it is meant by ${printer[0]}`, test, async () => {
    const text = await printed(manPage(program, "2026-01-31"), printer);
    assertStringIncludes(text, "walk - walk \\- there");
    assertStringIncludes(text, "walk far [OPTION]... [TO[/VIA]...]");
    assertStringIncludes(text, `-H, --header TEXT ${oneLine(NASTY[2]!)}`);
    assertStringIncludes(text, `--json ${oneLine(NASTY[3]!)}`);
    for (const line of NASTY) assertEquals(text.split(oneLine(line)).length >= 4, true, line);
  });

  Deno.test(`netkit man has no warning from ${printer[0]}`, test, async () => {
    const text = await printed(await netkitMan(), printer);
    for (const { name, examples } of netkit.commands) {
      assertStringIncludes(text, `NETKIT ${name.toUpperCase()} `);
      for (const { line } of examples) assertStringIncludes(text, oneLine(line));
    }
  });
}

Deno.test("netkit man is clean for mandoc -T lint", needs("mandoc"), async () => {
  const file = await Deno.makeTempFile({ suffix: ".1" });
  await Deno.writeTextFile(file, await netkitMan());
  const { stdout, stderr, code } = await new Deno.Command("mandoc", {
    args: ["-T", "lint", "-W", "warning", file],
  }).output();
  await Deno.remove(file);
  assertEquals(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "");
  assertEquals(code, 0);
});

Deno.test("netkit man names the version and its day, all in ASCII", async () => {
  const page = await netkitMan();
  const title = /^\.TH NETKIT 1 "\d{4}-\d\d-\d\d" "netkit ([\d.]+)" "User Commands"$/m;
  assertMatch(page, title);
  assertEquals(page.match(title)![1], netkit.version);
  assert(/^[\n\x20-\x7e]*$/.test(page));
});

for (const [platform, reader] of [["linux", "man -l -"], ["darwin", "mandoc -a"]] as const) {
  Deno.test(`netkit man says on a terminal how to read it (${platform})`, async () => {
    const io = fakeIo({ terminal: true, platform });
    assertEquals(await main(["man"], io), 0);
    assertEquals([io.out(), io.err()], [await netkitMan(), `to read it: netkit man | ${reader}\n`]);
  });
}
