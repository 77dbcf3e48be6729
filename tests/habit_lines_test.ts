import { assert, assertEquals } from "@std/assert";
import { main, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";
import { fakeIo } from "./fakes.ts";

/** A command line as somebody types it out of habit. */
interface Line {
  /** The words behind `netkit`. */
  readonly args: readonly string[];
  /** The lines on standard error, none if netkit takes it. */
  readonly said: readonly string[];
}

/** Returns the lines of a transcript: `$ netkit …`, and below each what netkit says. */
function linesOf(transcript: string): Line[] {
  return transcript.split(/^\$ netkit /m).slice(1).map((part) => {
    const [typed = "", ...said] = part.trimEnd().split("\n");
    return { args: words(typed), said };
  });
}

/** Returns the words of a line for a shell, with double or single quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
}

const TRANSCRIPT = await Deno.readTextFile(new URL("testdata/habits.txt", import.meta.url));
const LINES = linesOf(TRANSCRIPT);

for (const { args, said } of LINES) {
  const typed = args.join(" ");
  if (said.length === 0) {
    Deno.test(`netkit takes ${typed}`, async () => assertEquals(await refusalOf(args), null));
    continue;
  }

  Deno.test(`netkit ${typed}: ${said.at(-1)!.trim()}`, async () => {
    const io = fakeIo();
    assert(await refusalOf(args) !== null, "it is taken"); // or what follows would do it
    assertEquals(await main(args, io), 2);
    assertEquals({ err: io.err().trimEnd().split("\n"), out: io.out() }, { err: said, out: "" });
  });

  Deno.test(`the hint for netkit ${typed} leads to what netkit takes`, async () => {
    for (const line of followed(said[1]?.trim() ?? "", args)) {
      assert(await some(line), `${said[1]} leads to ${JSON.stringify(line)}`);
    }
  });

  Deno.test(`the error for netkit ${typed} is two lines for a terminal of 80 columns`, () => {
    assert(said.length <= 2);
    for (const line of said) {
      const own = line.replace(/^(.*?: (?:--\w+: )?)".*" (?=is not )/, "$1");
      assert(width(own) <= 80, `${width(own)} columns: ${own}`);
      assert(width(line) <= 160);
    }
  });
}

/** Returns for each command line in `hint` the ways in which it can be read. */
function followed(hint: string, args: readonly string[]): string[][][] {
  const [, out] = hint.match(/\bleave (.+) out(?=,|$)/) ?? [];
  if (out !== undefined) return [without(args, words(out))];
  const commands = [...hint.matchAll(/\bnetkit (?!\w+s |never )((?:(?![,;:] ).)+)/g)];
  if (commands.length > 0) {
    return commands.map(([, line]) => [words(line!.replace(/ <\S+/, ""))]);
  }
  const [, written] = hint.match(/(?:^|[?:] )write (?:it in ASCII: )?(.+)$/) ?? [];
  const meant = written ?? hint.match(/^did you mean (.+)\?$/)?.[1];
  return (meant?.split(" or ") ?? []).map((each) => instead(args, words(each)));
}

/** Returns `args` without `out`; of letters that stand together only the one goes. */
function without(args: readonly string[], out: readonly string[]): string[][] {
  const at = args.findIndex((_, i) => out.every((word, k) => args[i + k] === word));
  if (at !== -1) return [args.toSpliced(at, out.length)];
  const letter = out[0]!.slice(1);
  return args.flatMap((arg, i) => {
    const rest = arg.replaceAll(letter, "");
    if (!arg.startsWith("-") || rest === arg) return [];
    return [rest === "-" ? args.toSpliced(i, 1) : args.with(i, rest)];
  });
}

/** Returns `args` with `meant` in the place of any words. */
function instead(args: readonly string[], meant: readonly string[]): string[][] {
  return args.flatMap((_, i) => [1, 2, 3].map((count) => args.toSpliced(i, count, ...meant)))
    .concat([[...meant]]);
}

/** Whether netkit takes one of `lines`, or what its next hint leads to: a line can have two faults. */
async function some(lines: readonly (readonly string[])[], hints = 1): Promise<boolean> {
  for (const line of lines) {
    if (await refusalOf(line) === null) return true;
    if (hints === 0) continue;
    const io = fakeIo();
    await main(line, io);
    const next = followed(io.err().split("\n")[1]?.trim() ?? "", line);
    if (next.length > 0 && await some(next.flat(), hints - 1)) return true;
  }
  return false;
}

Deno.test("the transcript has the lines of the report, and forty more", () => {
  assert(LINES.length > 130, `${LINES.length}`);
  assertEquals(new Set(LINES.map(({ args }) => args.join(" "))).size, LINES.length);
});
