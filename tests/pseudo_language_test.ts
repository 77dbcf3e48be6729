/**
 * A language that exists only here: English in letters of double width. What is not a message, or is laid out
 * by the number of its characters, shows.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command } from "../cli/command.ts";
import { commandHelp, programHelp } from "../cli/help.ts";
import { PLAIN } from "../cli/terminal.ts";
import { frame } from "../frame.ts";
import { loadNetkit } from "../main.ts";
import { keyOf } from "../tasks/catalogue.ts";
import { allMessages } from "../tasks/messages.ts";
import { width } from "../text/layout.ts";
import { type Catalogue, useCatalogue } from "../text/messages.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";

const NAMES =
  /\{\w+\}|(?<![\w-])--?[a-z][\w-]*|\b[a-z0-9]+[._][\w.]+|\b[A-Z][A-Z0-9_-]+\b|netkit [a-z]+/g;

/** Returns `text` with letters of double width, but for names, which are the same in all languages. */
function pseudo(text: string): string {
  let done = "";
  let from = 0;
  const wide = (part: string) =>
    part.replace(/[A-Za-z]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));
  for (const match of text.matchAll(NAMES)) {
    done += wide(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return done + wide(text.slice(from));
}

const CATALOGUE: Catalogue = {
  language: "en-x-pseudo",
  messages: Object.fromEntries((await allMessages()).map((message) => {
    const numbered = (text: string) =>
      (message.places ?? []).reduce(
        (sum, name, i) => sum.replace(`{${name}}`, `{${i}}`),
        pseudo(text),
      );
    const { id, plural } = message;
    return [keyOf(message), plural === undefined ? numbered(id) : [numbered(id), numbered(plural)]];
  })),
};

/** Resolves to what `print` returns in the pseudo-language. */
async function inPseudo<T>(print: () => T | Promise<T>): Promise<T> {
  useCatalogue(CATALOGUE);
  try {
    return await print();
  } finally {
    useCatalogue(null);
  }
}

/** Two English words that follow each other: a text that is no message. */
const WORDS = /(?!\b[a-f]+ )\b[a-z]{2,} [a-z]{2,}/;

/** Refuses lines that are wider than the terminal though they could be broken. */
function fits(text: string, columns: number): void {
  for (const line of text.split("\n")) {
    const isBreakable = line.trim().replace(/ \\$/, "").includes(" ");
    assert(width(line) <= columns || !isBreakable, `${width(line)} columns: ${line}`);
  }
}

const program = await loadNetkit();

for (const command of program.commands) {
  for (const columns of [40, 80, 120]) {
    Deno.test(`help of ${command.name} in letters of double width fits ${columns} columns`, async () => {
      const style = { columns, palette: PLAIN };
      const help = await inPseudo(() => commandHelp(program, command, style));
      fits(help, columns);
      fits(await inPseudo(() => programHelp(program, style)), columns);
    });
  }
}

/** What is printed on a terminal of so many columns. */
async function printed(command: Command, args: readonly string[], columns: number) {
  const io = fakeIo({ columns, terminal: true, stdin: CAPTURE, env: { NO_COLOR: "1" } });
  return await inPseudo(async () => {
    await run(command, args, io);
    return io.out() + io.err();
  });
}

const CAPTURE = await Deno.readFile(
  new URL("../examples/four-segment-close.pcap", import.meta.url),
);

/** Commands, and the fewest columns in which they fit: the state diagram is a drawing of 60. */
const CASES: readonly (readonly [command: Command, line: string, least?: number])[] = [
  [frame, "hello"],
  [frame, "--udp --to [2001:db8::53]:53 hello"],
  [frame, "--set help"],
  [frame, "--arp --to 192.0.2.7"],
  [trace, "-r -"],
  [trace, "-r - --explain"],
  [trace, "-r - --at both"],
  [trace, "-r - --list"],
  [trace, "-r - --states", 60],
  [frame, "-r -"],
  [frame, "-r - -v"],
];

for (const [command, line, least = 40] of CASES) {
  for (const columns of [least, 80, 120]) {
    Deno.test(`${command.name} ${line} in letters of double width: ${columns} columns, and no text but messages`, async () => {
      const text = await printed(command, line.split(" "), columns);
      fits(text, columns);
      assertEquals(text.split("\n").filter((each) => WORDS.test(each)), []);
    });
  }
}
