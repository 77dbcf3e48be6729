import { assert, assertEquals } from "@std/assert";
import { type Advice, adviseOnOption } from "../cli/advice.ts";
import type { Command } from "../cli/command.ts";
import { COMMON, GUESSES, PROGRAMS } from "../cli/habits.ts";
import { parse, UnknownOption } from "../cli/parse.ts";
import { adviseOnProgram } from "../cli/program_advice.ts";
import { loadNetkit, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";

const { commands } = await loadNetkit();

/** Command lines into which an option of another program is typed, by command. */
const CONTEXTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  serve: [[], ["8000"], ["--talk", "8000"], ["unix:/tmp/a"], ["--tls-cert", "a"], [
    "--tls-key",
    "b",
  ]],
  client: [[], ["localhost:8000"], ["--tls", "localhost:443"], ["--udp", "8000"], [
    "--tls",
    "--cert",
    "a",
  ], ["--tls", "--key", "a"]],
  arp: [[], ["192.0.2.1"]],
  ipinfo: [["192.0.2.1/24"], [], ["192.0.2.1-192.0.2.9"], ["2001:db8::/32"]],
  port: [["8000"], [], ["8000", "8001"]],
  frame: [["hello"], ["-r", "x.pcap"], []],
  trace: [["8000"], ["-r", "x.pcap"], ["-w", "x.pcap"]],
  learn: [[], ["1"]],
};

const VALUES = [
  "3",
  "127.0.0.1",
  "localhost:80",
  "/26",
  "10,20",
  "x",
  "tcp:8000",
  "2001:db8::1",
  "ab".repeat(32),
];

/** Returns the advice on the unknown option in `args`, or `null` if all options are known. */
async function adviceFor(command: Command, args: readonly string[]): Promise<Advice | null> {
  const error = await refusalOf([command.name, ...args]);
  if (!(error instanceof UnknownOption)) return null;
  return await adviseOnOption(error, command, args, refusalOf);
}

/** Resolves to the command of a name. */
function load(name: string): Promise<Command> {
  return Promise.resolve(commands.find((each) => each.name === name)!);
}

/** Follows `advice`, and the advice on what it leads to, to command lines that netkit takes. */
async function follow(advice: Advice): Promise<void> {
  const { hint, lines } = advice;
  const without = await Promise.all(advice.without.map(refusalOf)); // faults of the rest
  for (const line of lines) {
    let args = line;
    for (let steps = 0; steps < 8; steps++) {
      const error = await refusalOf(args);
      if (error === null) break;
      if (without.some((other) => other !== null && `${other}` === `${error}`)) break;
      assert(error instanceof UnknownOption, `"${hint}" leads to ${args.join(" ")}: ${error}`);
      const command = commands.find(({ name }) => name === args[0])!;
      const next = await adviseOnOption(error, command, args.slice(1), refusalOf);
      assert(next !== null && next.lines.length > 0, `"${hint}" leads to ${error}`);
      args = next.lines[0]!;
    }
  }
}

for (const command of commands) {
  for (const [row, text] of (await command.habits?.())?.HABITS ?? []) {
    Deno.test(`the advice of ${command.name} on ${row} leads to what netkit takes`, async () => {
      const unanswered = [];
      for (const key of row.split(" ")) {
        const option = key.replace(/=+$/, "");
        let isGiven = false;
        for (const context of CONTEXTS[command.name]!) {
          for (const value of key.endsWith("=") ? VALUES : [null]) {
            const words = value === null ? [option] : [option, value];
            for (const args of [[...words, ...context], [...context, ...words]]) {
              const advice = await adviceFor(command, args);
              if (advice === null) continue;
              await follow(advice);
              isGiven ||= isMadeFrom(text, advice.hint);
            }
          }
        }
        if (!isGiven) unanswered.push(option);
      }
      assertEquals(unanswered, [], text);
    });
  }
}

/** Whether `hint` is the advice `text`, with its placeholders filled. */
function isMadeFrom(text: string, hint: string): boolean {
  const [start = "", end = ""] = text.replace("leave it out", "{}").split(/\{.*\}/);
  return hint.startsWith(start) && hint.includes(end);
}

for (const [row] of PROGRAMS) {
  Deno.test(`the advice on ${row} leads to what netkit takes`, async () => {
    for (const name of row.split(" ")) {
      for (const args of [[], ["8000"], ["-l", "8000"], ["-x", "localhost"], ["192.0.2.1"]]) {
        const advice = await adviseOnProgram(name, args, refusalOf, load);
        assert(advice !== null && advice.lines.length > 0, name);
        await follow(advice);
        for (const line of advice.lines) assertEquals(await refusalOf(line), null, advice.hint);
        assert(width(advice.hint) <= 78, advice.hint);
      }
    }
  });
}

Deno.test("an advice fits a line, with its default and with what was typed", () => {
  const tables = [...COMMON, ...PROGRAMS, ...GUESSES];
  for (const [, text] of tables) assert(width(text) <= 78, text);
});

for (const command of commands) {
  Deno.test(`the advice of ${command.name} fits a line, and is about foreign options`, async () => {
    for (const [row, text] of (await command.habits?.())?.HABITS ?? []) {
      assert(width(text) <= 76, text);
      for (const key of row.split(" ")) {
        const option = key.replace(/=+$/, "");
        const error = await Promise.resolve().then(() => parse(command, [option, "1"])).then(
          () => null,
          (error) => error,
        );
        assert(error instanceof UnknownOption, `${command.name} has ${option}`);
      }
    }
  });
}

/** Letters that other programs have for what netkit calls the same in every command, or explains. */
const LETTERS: Readonly<Record<string, string | null>> = {
  u: "udp",
  v: "verbose",
  l: null,
  z: "check",
  4: "ipv4",
  6: "ipv6",
};

for (const [letter, meaning] of Object.entries(LETTERS)) {
  for (const command of commands) {
    Deno.test(`-${letter} of netkit ${command.name} is ${meaning ?? "no option"}, or is explained`, async () => {
      const own = Object.entries(command.options).find(([, { short }]) => short === letter);
      if (own !== undefined) return assertEquals(own[0], meaning);
      for (const context of CONTEXTS[command.name]!.slice(0, 2)) {
        const advice = await adviceFor(command, [`-${letter}`, ...context]);
        assert(advice !== null, context.join(" "));
      }
    });
  }
}

Deno.test("a letter is short for one option in all commands", () => {
  const names = new Map<string, string>();
  for (const command of commands) {
    for (const [name, { short }] of Object.entries(command.options)) {
      if (short === undefined) continue;
      assertEquals(name, names.get(short) ?? name, `-${short} of ${command.name}`);
      names.set(short, name);
    }
  }
});
