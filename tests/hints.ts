/**
 * Hints followed as a person follows them: to the command lines that they lead to.
 *
 * @module
 */
import { main, refusalOf } from "../main.ts";
import { fakeIo } from "./fakes.ts";

/** A command line, and what netkit says to it. */
export interface Line {
  /** The words behind `netkit`. */
  readonly args: readonly string[];
  /** The lines on standard error, none if netkit takes it. */
  readonly said: readonly string[];
}

/** Resolves to the lines of a transcript in testdata: `$ netkit …`, and below each what netkit says. */
export async function transcript(name: string): Promise<readonly Line[]> {
  const text = await Deno.readTextFile(new URL(`testdata/${name}`, import.meta.url));
  return text.split(/^\$ netkit /m).slice(1).map((part) => {
    const [typed = "", ...said] = part.trimEnd().split("\n");
    return { args: words(typed), said };
  });
}

/** Returns the words of a line for a shell, with double or single quotes. */
export function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
}

/**
 * Returns for each command line in `hint` the ways in which it can be read; none for a hint that explains and
 * leads to no command line.
 */
export function followed(hint: string, args: readonly string[]): string[][][] {
  const [, out] = hint.match(/\bleave (.+) out(?=,|$)/) ?? [];
  if (hint.startsWith("leave one of them")) return [args.map((_, i) => args.toSpliced(i, 1))];
  if (out !== undefined) {
    return [without(args, words(out.replace(" and ", " ").replace(/^it or /, "")))];
  }
  const commands = [
    ...hint.matchAll(
      /\bnetkit (?!\w+s |never )((?:(?![,;:] |\.\.\.| (?:divides|works|shows)\b).)+)/g,
    ),
  ];
  if (commands.length > 0) {
    return commands.map(([, line]) => [words(line!.replace(/ <\S+/, ""))]);
  }
  const [, added] = hint.match(/^add (--.+?)(?:, or .*)?$/) ?? [];
  if (added !== undefined) return [[[...args, ...words(added)]]];
  const options = [...hint.matchAll(/(?:^|; )(-[\w-]+)(?: [A-Z0-9]+)? [a-z]+s?\b/g)];
  if (options.length > 0) {
    return options.map(([, option]) =>
      VALUES.map((value) => [args[0]!, option!, ...value, ...args.slice(1)])
    );
  }
  const [, first] = hint.match(/^give (\S+) first\b/) ?? [];
  if (first !== undefined) {
    return [[[
      args[0]!,
      first,
      ...args.slice(1).filter((arg) => arg !== first),
    ]]];
  }
  const [, choices] = hint.match(/^choose (?:from )?([^,]+(?:, [\w-]+)+)/) ?? [];
  if (choices !== undefined) return choices.split(", ").map((each) => instead(args, [each]));
  const [, read] = hint.match(/ reads it as (\S+): write that if it is meant$/) ?? [];
  const [, written] = hint.match(
    /(?:^|[?:] )write (?:it in ASCII: |it in ASCII digits: |it like |names .*, as in )?(.+)$/,
  ) ?? [];
  const meant = read ?? written ?? hint.match(/^did you mean (.+)\?$/)?.[1];
  return (meant?.replace(/ if .*$|, or give .*$/, "").split(" or ") ?? [])
    .map((each) => instead(args, words(each)));
}

/** Values of an option that a hint names: none, and those that some option takes. */
const VALUES: readonly (readonly string[])[] = [[], ["5"], ["x"], ["localhost"], ["10.0.0.0/8"]];

/** Returns `args` without `out`, or without one of it and its value; of letters that stand together only the one goes. */
function without(args: readonly string[], out: readonly string[]): string[][] {
  const at = args.findIndex((_, i) => out.every((word, k) => args[i + k] === word));
  if (at !== -1) return [args.toSpliced(at, out.length), args.toSpliced(at, out.length + 1)];
  const option = args.findIndex((arg) => out.includes(arg));
  if (option !== -1) return [args.toSpliced(option, 1), args.toSpliced(option, 2)];
  const letter = out[0]!.slice(1);
  return args.flatMap((arg, i) => {
    const rest = arg.replaceAll(letter, "");
    if (!arg.startsWith("-") || rest === arg) return [];
    return [rest === "-" ? args.toSpliced(i, 1) : args.with(i, rest)];
  });
}

/** Returns `args` with `meant` in the place of any words, or of the end of one. */
function instead(args: readonly string[], meant: readonly string[]): string[][] {
  const whole = args.flatMap((_, i) =>
    [1, 2, 3].map((count) => args.toSpliced(i, count, ...meant))
  );
  const parts = args.flatMap((arg, i) =>
    [/^(--[\w-]+=)/, /^(.*\/)/, /^(.*:)/].flatMap((start) => {
      const front = arg.match(start)?.[1];
      return front === undefined || meant.length !== 1
        ? []
        : [args.with(i, front.replace(/\/$/, meant[0]!.startsWith("/") ? "" : "/") + meant[0]!)];
    })
  );
  return [...whole, [...args, ...meant], ...parts, [...meant]];
}

/** Whether netkit takes one of `lines`, or what its next hint leads to: a line can have two faults. */
export async function some(
  lines: readonly (readonly string[])[],
  hints = 1,
  takes: (line: readonly string[]) => Promise<boolean> = isTaken,
): Promise<boolean> {
  for (const line of lines) {
    if (await takes(line)) return true;
    if (hints === 0 || await refusalOf(line) === null) continue;
    const io = fakeIo();
    await main(line, io);
    const next = followed(io.err().split("\n")[1]?.trim() ?? "", line);
    if (next.length > 0 && await some(next.flat(), hints - 1, takes)) return true;
  }
  return false;
}

/** Whether netkit takes a command line, as far as that can be said without doing what it asks for. */
async function isTaken(line: readonly string[]): Promise<boolean> {
  return await refusalOf(line) === null;
}
