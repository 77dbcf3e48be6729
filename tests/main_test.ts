import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadNetkit, main, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";
import { useCatalogue } from "../text/messages.ts";
import { type FakeIo, fakeIo, type FakeOptions } from "./fakes.ts";
import { transcript } from "./hints.ts";

const netkit = await loadNetkit();

/** Runs netkit with `args` in a fake system. */
async function runMain(args: readonly string[], options: FakeOptions = {}) {
  const io: FakeIo = fakeIo(options);
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

Deno.test("main() prints help on standard error and ends with 2 when there is nothing to do", async () => {
  const { code, out, err } = await runMain([]);
  assertEquals({ code, out }, { code: 2, out: "" });
  for (const { name, summary } of netkit.commands) {
    assertMatch(err, new RegExp(`${name} +${summary}`));
  }
});

for (
  const args of [
    ["-h"],
    ["--help"],
    ["help"],
    ["help", "completions"],
    ["help", "man"],
    ["completions", "--help"],
    ["man", "--help"],
  ]
) {
  Deno.test(`main() prints help on standard output for ${args.join(" ")}`, async () => {
    const { code, out, err } = await runMain(args);
    assertEquals({ code, err }, { code: 0, err: "" });
    assertEquals(out, (await runMain([])).err);
  });
}

for (const { name } of netkit.commands) {
  Deno.test(`main() explains ${name} in four ways`, async () => {
    const { code, out } = await runMain(["help", name]);
    assertEquals(code, 0);
    assertStringIncludes(out, `netkit ${name} `);
    assertEquals(await runMain([name, "--help"]), { code: 0, out, err: "" });
    assertEquals(await runMain(["--help", name]), { code: 0, out, err: "" });
    assertEquals(await runMain([name, "--no-such-option", "-h"]), { code: 0, out, err: "" });
  });

  Deno.test(`main() explains the fields of the JSON output of ${name}`, async () => {
    const { code, out } = await runMain(["help", name, "json"]);
    assertEquals(code, 0);
    assert(out.startsWith(`netkit ${name}, fields in JSON:\n  `));
  });
}

for (const flag of ["-V", "--version"]) {
  Deno.test(`main() prints the version of deno.json for ${flag}`, async () => {
    const config = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
    const { version } = JSON.parse(config);
    assertEquals(await runMain([flag]), { code: 0, out: `netkit ${version}\n`, err: "" });
  });
}

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`main() prints completions for ${shell}`, async () => {
    const { code, out } = await runMain(["completions", shell]);
    assertEquals(code, 0);
    for (const { name } of netkit.commands) assertStringIncludes(out, name);
  });
}

const WRONG: [args: string[], first: RegExp, second?: RegExp][] = [
  [["srve"], /^netkit: unknown command "srve"$/, /^ {2}did you mean serve\?$/],
  [["xyzzy"], /^netkit: unknown command "xyzzy"$/, /^ {2}see netkit --help$/],
  [["--versoin"], /^netkit: unknown option --versoin$/],
  [
    ["help", "serve", "yaml"],
    /^netkit: help has no part "yaml"$/,
    /^ {2}for example: netkit help serve json$/,
  ],
  [["help", "serve", "json", "x"], /^netkit: "x" is one operand too many$/],
  [["man", "wrong"], /^netkit: "wrong": man takes no operands$/],
  [["man", "--wrong"], /^netkit: unknown option --wrong$/],
  [["--version", "wrong"], /^netkit: "wrong": --version takes no operands$/],
  [["completions", "bash", "zsh"], /^netkit: "zsh" is one operand too many$/],
  [["help", "clinet"], /^netkit: unknown command "clinet"$/, /^ {2}did you mean client\?$/],
  [["completions"], /^netkit: .*SHELL is missing$/, /^ {2}choose bash, zsh, fish$/],
  [["completions", "tcsh"], /^netkit: "tcsh" is no shell known here$/],
  [["serve", "--prot=1"], /^netkit serve: unknown option --prot$/, /^ {2}did you mean --port\?$/],
  [
    ["serve", "--log=jsno"],
    /^netkit serve: --log: "jsno" is not a form/,
    /^ {2}did you mean json\?$/,
  ],
  [["serve", "80x"], /^netkit serve: "80x" is not a port: a port is a decimal number$/],
  [["serve", "70000"], /^netkit serve: "70000" is not a port: ports are 16 bits, 0-65535$/],
  [["serve", "--host="], /^netkit serve: --host: "" is not a host: it is empty$/],
  [["serve", "1", "2"], /^netkit serve: "2" is one operand too many$/],
  [["client", "127.0.0.1:0"], /^netkit client: cannot connect to 127.0.0.1:0: 0 is no port/],
  [
    ["client", "--connect-timeout", "soon"],
    /^netkit client: --connect-timeout: "soon" is not a time/,
  ],
  [["ipinfo", "a\x07b\x1b[2J"], /^netkit ipinfo: "a\\x07b\\x1b\[2J" is not an IP address/],
];

for (const [args, first, second] of WRONG) {
  Deno.test(`main() says what is wrong with: netkit ${JSON.stringify(args.join(" "))}`, async () => {
    const { code, out, err } = await runMain(args);
    assertEquals({ code, out }, { code: 2, out: "" });
    const lines = err.trimEnd().split("\n");
    assert(lines.length <= 2, err);
    assertMatch(lines[0]!, first);
    if (second) assertMatch(lines[1]!, second);
  });
}

Deno.test("main() points at the place on a terminal", async () => {
  const { err } = await runMain(["ipinfo", "1.2.3.256"], {
    terminal: true,
    env: { NO_COLOR: "1" },
  });
  const [, input, carets] = err.split("\n");
  assertEquals([input, carets], ["  1.2.3.256", "        ^^^"]);
});

Deno.test("main() ends with 70 on a bug, and says that it is one", async () => {
  const io = fakeIo();
  const columns = () => {
    throw new TypeError("no columns");
  };
  assertEquals(await main(["--help"], { ...io, columns }), 70);
  assertStringIncludes(io.err(), "netkit: this is a bug in netkit");
});

Deno.test("main() ends quietly when standard output has been closed", async () => {
  const io = fakeIo();
  const write = () => Promise.reject(new Deno.errors.BrokenPipe());
  const code = await main(["--help"], { ...io, stdout: { write, isTerminal: () => false } });
  assertEquals({ code, err: io.err() }, { code: 0, err: "" });
});

Deno.test("main() says when standard output cannot be written", async () => {
  const io = fakeIo();
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  const stdout = { write: () => Promise.reject(full), isTerminal: () => false };
  const code = await main(["--version"], { ...io, stdout });
  const err = "netkit: cannot write to standard output: no space left on device\n";
  assertEquals({ code, err: io.err() }, { code: 1, err });
});

Deno.test("main() points at what is wrong by columns of the terminal: Chinese has two", async () => {
  const io = fakeIo({ terminal: true, env: { NO_COLOR: "1" } });
  assertEquals(await main(["ipinfo", "你1.2.3.4"], io), 2);
  assertStringIncludes(io.err(), "\n  你1.2.3.4\n  ^^\n");
});

/** An error that is wider than 80 columns, in both languages. */
const WIDE = ["ipinfo", "010.8.8.8"];

Deno.test("main() folds an error at the width of the terminal, and leaves it on one line in a pipe", async () => {
  const words = 'netkit ipinfo: "010.8.8.8" is not an IP address: a leading zero is ambiguous: ' +
    "8.8.8.8 if octal (as inet_aton reads it), 10.8.8.8 if decimal";
  const piped = await runMain(WIDE, { env: { COLUMNS: "40" } });
  assertEquals(piped.err.split("\n")[0], words);
  const terminal = { terminal: true, env: { NO_COLOR: "1" } };
  assertEquals((await runMain(WIDE, { ...terminal, columns: 80 })).err.split("\n").slice(0, 4), [
    'netkit ipinfo: "010.8.8.8" is not an IP address: a leading zero is ambiguous:',
    "  8.8.8.8 if octal (as inet_aton reads it), 10.8.8.8 if decimal",
    "  010.8.8.8",
    "  ^^^",
  ]);
  const coloured = await runMain(WIDE, { terminal: true, columns: 80 });
  // Where the tests themselves run with NO_COLOR, @std/fmt colours nothing.
  const name = Deno.noColor ? "netkit ipinfo:" : "\x1b[31mnetkit ipinfo:\x1b[39m";
  assert(coloured.err.startsWith(`${name} "010.8.8.8" is`), coloured.err);
});

Deno.test("main() folds an error in Chinese between characters, and begins no line with a mark", async () => {
  for (let columns = 20; columns <= 120; columns++) {
    const { err } = await runMain([...WIDE, "--lang", "zh"], {
      terminal: true,
      columns,
      env: { NO_COLOR: "1" },
    });
    useCatalogue(null);
    const lines = err.trimEnd().split("\n");
    const isTooWide = (line: string) => width(line) > columns && !line.includes("netkit ipinfo 8");
    assertEquals(lines.filter(isTooWide), []);
    assertEquals(lines.filter((line) => /^ *[，。：；）]/.test(line)), []);
  }
});

Deno.test("main() loses no word of an error on a narrow terminal, and breaks no command line of a hint", async () => {
  const lines = [...await transcript("habits.txt"), ...await transcript("hints.txt")];
  for (const { args } of lines) {
    if (await refusalOf(args) === null) continue; // it would be run
    const options = { language: "en-US", env: { NO_COLOR: "1" } };
    const wide = await runMain(args, { ...options, terminal: true, columns: 1000 });
    const narrow = await runMain(args, { ...options, terminal: true, columns: 49 });
    const commands = wide.err.split("\n").filter((line) => /^ .*\bnetkit /.test(line));
    for (const line of commands) assert(narrow.err.includes(`${line}\n`), narrow.err);
    for (const line of narrow.err.split("\n")) {
      assert(width(line) <= 49 || /netkit |sudo |--\w/.test(line), line);
    }
    const words = (text: string) => text.replace(/\s+/g, "");
    assert(words(narrow.err).includes(words(wide.err.split("\n")[0]!)), narrow.err);
  }
});
