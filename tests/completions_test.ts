import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  option,
  optionalValue,
  optionName,
  port,
  repeated,
} from "../cli/command.ts";
import { completions, type Shell, SHELLS } from "../cli/completions.ts";
import { documented, type Program } from "../cli/program.ts";
import { client } from "../client.ts";
import { serve } from "../server.ts";
import { needs } from "./needs.ts";

/** Everything that a shell could take for something else. */
const NASTY =
  'it\'s [a] "b": c\\d \\n $HOME ${HOME} $(echo ran) `echo ran` 100% ~ *; (e) <f> | & #!';

const text = { value: "TEXT", parse: anyText };
const none = { description: [], examples: [], permissions: [], run: () => Promise.resolve() };

const SUMMARIES = [
  { name: "walk", summary: NASTY },
  { name: "show", summary: "show a file" },
];

/** A made-up program. */
const PROGRAM: Program = {
  name: "netkit",
  version: "1.2.3",
  summary: NASTY,
  commands: await Promise.all(([
    command({
      ...none,
      name: "walk",
      operands: [{ name: "ENDPOINT", summary: NASTY }],
      options: {
        port: port(NASTY, null),
        host: option({ ...text, value: "HOST", summary: "a host" }, null),
        order: choice("ORDER", NASTY, ["up", "down", "$HOME", "`id`", "it's"], "up"),
        keyFile: option({ ...text, value: "FILE", summary: "a key", short: "k" }, null),
        header: repeated({ ...text, summary: NASTY, short: "H" }),
        json: flag("print JSON", "j"),
        way: optionalValue({
          ...text,
          summary: "by this way",
          bare: "",
          takes: () => false,
        }, null),
      },
    }),
    command({
      ...none,
      name: "show",
      operands: [{ name: "FILE", summary: "which" }],
      options: {},
    }),
    serve,
    client,
  ] as readonly Command[]).map((each) => documented(each, { commands: SUMMARIES }))),
};

const WALK_OPTIONS = [
  "--port",
  "--host",
  "--order",
  "--key-file",
  "--header",
  "--json",
  "--way",
  "--help",
  "--lang",
];
const COMMANDS = ["walk", "show", "serve", "client"];
const FILES = ["a b.key", "c.key"];

/** Declares a test that runs `shell`; where all must be installed, it is never skipped. */
function withShell(shell: Shell, name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs(shell), fn });
}

/** How each shell runs a script without the user's settings. */
const BARE: Readonly<Record<Shell, readonly string[]>> = {
  bash: ["--norc", "--noprofile"],
  zsh: ["-f"],
  fish: ["--no-config"],
};

/** Runs `script` in `shell`, in a folder with `FILES`; resolves to the lines that it prints. */
async function runShell(shell: Shell, script: string, args: readonly string[] = []) {
  const cwd = await Deno.makeTempDir();
  try {
    for (const file of FILES) await Deno.writeTextFile(`${cwd}/${file}`, "");
    const { code, stdout, stderr } = await new Deno.Command(shell, {
      args: [...BARE[shell], "-c", script, ...args],
      cwd,
      env: { HOME: cwd, LC_ALL: "C.UTF-8" },
    }).output();
    const errors = new TextDecoder().decode(stderr);
    assertEquals({ code, errors }, { code: 0, errors: "" });
    return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

for (const shell of SHELLS) {
  withShell(shell, `completions() writes a script without errors for ${shell}`, async () => {
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(path, completions(PROGRAM, shell));
      const { code, stderr } = await new Deno.Command(shell, { args: ["-n", path] }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    } finally {
      await Deno.remove(path);
    }
  });

  Deno.test(`completions() names every command and option for ${shell}`, () => {
    const script = completions(PROGRAM, shell);
    for (const { name, options } of PROGRAM.commands) {
      assertStringIncludes(script, name);
      for (const key of Object.keys(options)) assertStringIncludes(script, optionName(key));
    }
    assert(script.endsWith("\n"));
  });
}

interface Completed {
  /** The words behind the program's name; the last one is being typed. */
  readonly words: readonly string[];
  readonly offered: readonly string[];
  /** The words as bash cuts them, if it does so in another way. */
  readonly bash?: readonly string[];
}

const CHOICES = ["up", "down", "$HOME", "`id`", "it's"];

const COMPLETED: readonly Completed[] = [
  { words: ["w"], offered: ["walk"] },
  { words: ["s"], offered: ["show", "serve"] },
  { words: ["com"], offered: ["completions"] },
  { words: ["walk", "--"], offered: WALK_OPTIONS },
  { words: ["walk", "--he"], offered: ["--header", "--help"] },
  { words: ["walk", "--json", "--po"], offered: ["--port"] },
  { words: ["serve", "--asc"], offered: ["--ascii"] },
  { words: ["walk", "--order", ""], offered: CHOICES },
  { words: ["walk", "--order", "d"], offered: ["down"] },
  { words: ["walk", "--key-file", ""], offered: FILES },
  { words: ["walk", "-k", "c"], offered: ["c.key"] },
  { words: ["walk", "--host", ""], offered: [] },
  { words: ["walk", "--port", ""], offered: [] },
  { words: ["walk", "-p", ""], offered: [] },
  { words: ["walk", "-H", ""], offered: [] },
  { words: ["walk", ""], offered: [] },
  { words: ["walk", "--way", "--po"], offered: ["--port"] },
  { words: ["serve", ""], offered: [] },
  { words: ["show", ""], offered: FILES },
  { words: ["help", ""], offered: COMMANDS },
  { words: ["help", "cl"], offered: ["client"] },
  { words: ["completions", ""], offered: SHELLS },
  { words: ["completions", "f"], offered: ["fish"] },
  { words: ["nonsense", ""], offered: [] },
];

const BASH_ONLY: readonly Completed[] = [
  {
    words: [""],
    offered: [...COMMANDS, "help", "man", "completions", "--help", "--version", "--lang"],
  },
  { words: ["walk", "--order", "=", "d"], offered: ["down"] },
  { words: ["walk", "--order", "="], offered: CHOICES },
  { words: ["walk", "--key-file", "=", "c"], offered: ["c.key"] },
  { words: ["walk", "--host", "=", "l"], offered: [] },
  { words: ["help", "walk", ""], offered: ["json"] },
  { words: ["help", "walk", "json", ""], offered: [] },
  { words: ["completions", "bash", ""], offered: [] },
];

for (const { words, offered } of [...COMPLETED, ...BASH_ONLY]) {
  const line = JSON.stringify(words.join(" "));
  withShell("bash", `bash completes ${line} with ${offered.join(", ") || "nothing"}`, async () => {
    const script = `${completions(PROGRAM, "bash")}
      COMP_WORDS=(netkit "$@"); COMP_CWORD=$#; _netkit
      if ((\${#COMPREPLY[@]} > 0)); then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
    const lines = await runShell("bash", script, ["bash", ...words]);
    assertEquals(lines.toSorted(), offered.toSorted());
  });
}

withShell("bash", "bash completes with a function that is registered for the program", async () => {
  const lines = await runShell("bash", `${completions(PROGRAM, "bash")} complete -p netkit`);
  assertEquals(lines, ["complete -F _netkit netkit"]);
});

for (const { words, offered } of COMPLETED) {
  const line = JSON.stringify(words.join(" "));
  withShell("fish", `fish completes ${line} with ${offered.join(", ") || "nothing"}`, async () => {
    const script = `${completions(PROGRAM, "fish")}complete -C "netkit ${words.join(" ")}"`;
    const lines = await runShell("fish", script);
    assertEquals(lines.map((each) => each.split("\t")[0]!).toSorted(), offered.toSorted());
  });
}

withShell("fish", "fish shows the summaries of commands and options as they are", async () => {
  const script = completions(PROGRAM, "fish");
  assertEquals(await runShell("fish", `${script}complete -C "netkit wal"`), [`walk\t${NASTY}`]);
  assertEquals(
    await runShell("fish", `${script}complete -C "netkit walk --por"`),
    [`--port\t${NASTY}`],
  );
});

/** Stands in for zsh's completion system: prints what it is given, an argument a line. */
const ZSH_STUBS = `
  compdef() { print -r -- compdef "$@" }
  _arguments() { print -rl -- "$@" }
  _describe() { print -rl -- "\${(@P)2}" }
  compadd() { print -rl -- "$@" }
`;

/** Asks the script for zsh; resolves to what it hands to zsh's completion system. */
async function askZsh(words: readonly string[]): Promise<string[]> {
  const script = `${ZSH_STUBS}${completions(PROGRAM, "zsh")}
    words=(netkit "$@"); CURRENT=$#words; _netkit`;
  const [registered, ...lines] = await runShell("zsh", script, ["zsh", ...words]);
  assertEquals(registered, "compdef _netkit netkit");
  return lines;
}

/** `NASTY` as zsh's completion system wants it. */
const NASTY_ESCAPED = NASTY.replace(/[\\:[\]]/g, "\\$&");

withShell("zsh", "zsh is offered the commands with their summaries, escaped", async () => {
  const offered = await askZsh([""]);
  assertEquals(offered[0], `walk:${NASTY_ESCAPED}`);
  assertEquals(
    offered.map((each) => each.split(":")[0]!),
    [...COMMANDS, "help", "man", "completions"],
  );
});

withShell("zsh", "zsh is offered the options with their summaries and values", async () => {
  assertEquals(await askZsh(["walk", ""]), [
    "-s",
    "-S",
    `(-p --port)-p+[${NASTY_ESCAPED}]:PORT: `,
    `(-p --port)--port=[${NASTY_ESCAPED}]:PORT: `,
    "--host=[a host]:HOST: ",
    `--order=[${NASTY_ESCAPED}]:ORDER:(up down \\$HOME \\\`id\\\` it\\'s)`,
    "(-k --key-file)-k+[a key]:FILE:_files",
    "(-k --key-file)--key-file=[a key]:FILE:_files",
    `*-H+[${NASTY_ESCAPED}]:TEXT: `,
    `*--header=[${NASTY_ESCAPED}]:TEXT: `,
    "(-j --json)-j[print JSON]",
    "(-j --json)--json[print JSON]",
    "--way=[by this way]::TEXT: ",
    "(-h --help)-h[explain this command]",
    "(-h --help)--help[explain this command]",
    "--lang=[the language of messages]:LANGUAGE:(en zh)",
    "*:operand: ",
  ]);
});

withShell("zsh", "zsh completes files, commands and shells where they belong", async () => {
  assertEquals((await askZsh(["show", ""])).at(-1), "*:operand:_files");
  assertEquals((await askZsh(["help", ""])).map((each) => each.split(":")[0]), COMMANDS);
  assertEquals(await askZsh(["help", "walk", ""]), ["json"]);
  assertEquals(await askZsh(["completions", ""]), [...SHELLS]);
});

withShell("zsh", "zsh loads the script into its completion system", async () => {
  const script = `autoload -Uz compinit && compinit -D -u && eval "$1" && print $_comps[netkit]`;
  assertEquals(await runShell("zsh", script, ["zsh", completions(PROGRAM, "zsh")]), ["_netkit"]);
});
