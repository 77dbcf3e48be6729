import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  type Option,
  option,
  optionalValue,
  optionName,
  port,
  seconds,
} from "../cli/command.ts";
import { commandHelp, fieldsHelp, programHelp, usage } from "../cli/help.ts";
import { documented, type DocumentedCommand, type Program } from "../cli/program.ts";
import { palette, PLAIN } from "../cli/terminal.ts";
import { width } from "../text/layout.ts";
import { client } from "../client.ts";
import { speak } from "../cli/language.ts";
import { loadNetkit } from "../main.ts";
import { serve } from "../server.ts";
import { fakeIo } from "./fakes.ts";

/** A made-up command with one of everything, but for the fields of its JSON output. */
const WALK: Command = command({
  name: "walk",
  description: [
    "Walks, one step after the other, until it is there. Who walks in circles (绕圈) is told so " +
    "and walks on.",
    "A second paragraph.",
  ],
  operands: [
    { name: "FROM", summary: "where to start", required: true },
    {
      name: "TO[/VIA]",
      summary: "where to go, by way of another place if need be",
      repeated: true,
    },
  ],
  options: {
    port: port("leave by this port", null),
    order: choice("ORDER", "which way", ["up", "down"], "up"),
    connectTimeout: seconds("give up after this time; 10 if left out", 10_000),
    certificateAuthority: option({
      value: "CERTIFICATE-FILE",
      summary: "trust this one",
      parse: anyText,
    }, null),
    json: flag("print JSON", "j"),
    way: optionalValue({
      value: "WAY",
      summary: "by this way",
      bare: "",
      takes: () => false,
      parse: anyText,
    }, null),
  },
  examples: [
    { line: "netkit walk here there", says: "walks" },
    { line: "echo a long way | netkit walk --order down here there", says: "walks down" },
  ],
  permissions: ["--allow-net", "--allow-read=/tmp"],
  run: () => Promise.resolve(),
});

const walk: DocumentedCommand = {
  ...WALK,
  summary: "walk from one place to another",
  json: [
    { name: "steps", type: "number", says: "how many it took" },
    { name: "route.places", type: "array of strings", says: "where it came by" },
  ],
};

const rest: DocumentedCommand = {
  ...walk,
  name: "rest",
  summary: "do nothing",
  operands: [],
  options: {},
  examples: [],
  json: [],
  permissions: [],
};

const netkit = await loadNetkit();

const program: Program = {
  name: "netkit",
  version: "1.2.3",
  summary: "a toolkit",
  commands: [walk, rest, await documented(serve, netkit), await documented(client, netkit)],
  groups: { "on foot": ["walk", "rest"], "by wire": ["serve", "client"] },
};

const plain = (columns: number) => ({ columns, palette: PLAIN });

Deno.test("commandHelp() says everything about a command", () => {
  assertEquals(
    commandHelp(program, walk, plain(72)),
    `netkit walk: walk from one place to another

usage:
  netkit walk [OPTION]... FROM [TO[/VIA]...]

examples:
  netkit walk here there  walks
  echo a long way | netkit walk --order down here there
                          walks down

Walks, one step after the other, until it is there. Who walks in circles
(绕圈) is told so and walks on.

A second paragraph.

operands:
  FROM      where to start
  TO[/VIA]  where to go, by way of another place if need be

options:
  -p, --port PORT    leave by this port
      --order ORDER  which way (up, down)
      --connect-timeout SECONDS
                     give up after this time; 10 if left out
      --certificate-authority CERTIFICATE-FILE
                     trust this one
  -j, --json         print JSON
      --way [WAY]    by this way
  -h, --help         explain this command

fields in JSON:
  netkit help walk json

permissions:
  --allow-net, --allow-read=/tmp
`,
  );
});

Deno.test("fieldsHelp() explains the fields of a command's output in JSON", () => {
  assertEquals(
    fieldsHelp(program, walk, plain(72)),
    `netkit walk, fields in JSON:
  steps         number: how many it took
  route.places  array of strings: where it came by
`,
  );
});

Deno.test("commandHelp() prints options that have a purpose in common together, those of none first", () => {
  const options = {
    port: port("leave by this port", null),
    json: flag("print JSON"),
    stop: flag("do not move"),
    fast: flag("run"),
  };
  const groups = { "the way": ["port", "fast"], resting: ["stop"] };
  assertStringIncludes(
    commandHelp(program, { ...rest, options, groups }, plain(72)),
    `
options:
      --json       print JSON
  -h, --help       explain this command
  the way:
  -p, --port PORT  leave by this port
      --fast       run
  resting:
      --stop       do not move

`,
  );
});

for (const each of netkit.commands) {
  const { name, options, groups, examples } = each;
  if (Object.keys(options).length > 10) {
    Deno.test(`each option of ${name} has one purpose`, () => {
      assertEquals(Object.values(groups ?? {}).flat().toSorted(), Object.keys(options).toSorted());
    });
  }

  Deno.test(`help of ${name} begins with three examples`, () => {
    const help = commandHelp(program, each, plain(200));
    const [first, ...more] = help.split(/^(?:more )?examples:\n/m).slice(1);
    const shown = (part: string) => {
      const lines = part.split("\n\n")[0]!.split("\n");
      return examples.filter(({ line }) =>
        lines.some((each) => each === `  ${line}` || each.startsWith(`  ${line}  `))
      );
    };
    assertEquals(shown(first!), examples.slice(0, 3));
    assertEquals(more.flatMap(shown), examples.slice(3));
    assert(help.indexOf("examples:") < help.indexOf(each.description[0]!.slice(0, 20)));
  });
}

for (const each of [serve, client]) {
  Deno.test(`help of ${each.name} stays on two screens: a hundred lines of 80 columns`, async () => {
    const help = commandHelp(program, await documented(each, netkit), plain(80));
    assert(help.split("\n").length - 1 <= 100);
  });
}

Deno.test("help of netkit fits a screen of 24 lines, with the prompt below it, in each language", async () => {
  for (const language of ["en", "zh"] as const) {
    await speak(language);
    try {
      const lines = programHelp(netkit, plain(80)).split("\n").length - 1;
      assert(lines < 24, `${language}: ${lines} lines`);
    } finally {
      await speak("en");
    }
  }
});

Deno.test("every command of netkit has one purpose", () => {
  const { commands, groups = {} } = netkit;
  assertEquals(Object.values(groups).flat(), commands.map(({ name }) => name));
});

Deno.test("commandHelp() leaves out what a command does not have", () => {
  assertEquals(
    commandHelp(program, { ...rest, description: [] }, plain(80)),
    `netkit rest: do nothing

usage:
  netkit rest [OPTION]...

options:
  -h, --help  explain this command

permissions:
  none
`,
  );
});

Deno.test("commandHelp() breaks a long example so that a shell can still read it", () => {
  assertStringIncludes(
    commandHelp(program, walk, plain(40)),
    "\n  echo a long way | netkit walk \\\n    --order down here there\n",
  );
});

Deno.test("programHelp() names the program, the commands by purpose, the services and the exit codes", () => {
  const help = programHelp(program, plain(80));
  assert(help.startsWith("netkit 1.2.3: a toolkit\nusage: netkit COMMAND [OPTION]..."));
  for (const { name, summary } of program.commands) {
    assertStringIncludes(help.replace(/\s+/g, " "), ` ${name} ${summary} `);
  }
  assertStringIncludes(help, "\non foot:\n  walk    walk from");
  assertStringIncludes(help, "\nby wire:\n  serve ");
  for (const word of ["help [COMMAND [json]]", "completions SHELL", "-V, --version"]) {
    assertStringIncludes(help, `\n  ${word} `);
  }
  assertStringIncludes(help, "0 it worked, 1 it could not, 2 the request was wrong");
});

const USAGES: readonly (readonly [operands: Command["operands"], text: string])[] = [
  [[], ""],
  [[{ name: "A", summary: "", required: true }], " A"],
  [[{ name: "A", summary: "" }], " [A]"],
  [[{ name: "A", summary: "", required: true, repeated: true }], " A..."],
  [[{ name: "A", summary: "", required: true }, { name: "B", summary: "" }], " A [B]"],
];

for (const [operands, text] of USAGES) {
  Deno.test(`usage() writes "netkit walk [OPTION]...${text}"`, () => {
    assertEquals(usage(program, { ...walk, operands }), `netkit walk [OPTION]...${text}`);
  });
}

/** Returns `text` without the breaks that the layout has made. */
function unbroken(text: string): string {
  return text.replace(/ \\\n/g, "\n").replace(/\s+/g, " ");
}

for (const each of program.commands) {
  for (const columns of [40, 60, 80, 120]) {
    Deno.test(`help of ${each.name} in ${columns} columns has no line longer than that`, () => {
      const help = commandHelp(program, each, plain(columns)) +
        programHelp(program, plain(columns));
      for (const line of help.split("\n")) {
        const breakable = line.trim().replace(/ \\$/, "").includes(" ");
        assert(width(line) <= columns || !breakable, `${width(line)} columns: ${line}`);
        assertEquals(line, line.trimEnd());
      }
    });

    Deno.test(`help of ${each.name} in ${columns} columns leaves nothing out`, () => {
      const style = plain(columns);
      const help = unbroken(
        commandHelp(program, each, style) + fieldsHelp(program, each, style),
      );
      const parts = [
        each.summary,
        ...each.description,
        ...each.operands.flatMap(({ name, summary }) => [name, summary]),
        ...Object.entries(each.options).flatMap(([key, option]) => [
          `${option.short ? `-${option.short}, ` : ""}--${optionName(key)}${valueOf(option)}`,
          option.summary,
          ...option.choices ?? [],
        ]),
        ...each.examples.flatMap(({ line, says }) => [line, says]),
        ...each.json.flatMap(({ name, type, says }) => [name, `${type}: ${says}`]),
        each.permissions.join(", "),
      ];
      for (const part of parts) assertStringIncludes(help, unbroken(part));
    });
  }
}

/** Returns how the value of an option is written behind its name. */
function valueOf({ value, takes }: Option<unknown>): string {
  return value === null ? "" : takes ? ` [${value}]` : ` ${value}`;
}

for (const columns of [-5, 0, 1, 10, NaN, Infinity]) {
  Deno.test(`help loses no word in ${columns} columns`, () => {
    // A line ends at a blank, and between Chinese characters.
    const words = (text: string) => text.replace(/ \\\n/g, "\n").replace(/\s+/g, "");
    assertEquals(
      words(commandHelp(program, walk, plain(columns))),
      words(commandHelp(program, walk, plain(80))),
    );
  });
}

Deno.test("help has no escape sequence where standard output is no terminal", () => {
  const io = fakeIo();
  const style = { columns: io.columns(), palette: palette(io, io.stdout) };
  const help = programHelp(program, style) + commandHelp(program, walk, style);
  assert(!help.includes("\x1b"));
});

Deno.test("help is the same on a terminal but for styles, which change no width", () => {
  const bold = (text: string) => `\x1b[1m${text}\x1b[22m`;
  const style = { columns: 60, palette: { ...PLAIN, bold } };
  const styled = programHelp(program, style) + commandHelp(program, walk, style);
  const help = programHelp(program, plain(60)) + commandHelp(program, walk, plain(60));
  assertNotEquals(styled, help);
  // deno-lint-ignore no-control-regex -- escape sequences are what this is about
  assertEquals(styled.replace(/\x1b\[\d+m/g, ""), help);
});
