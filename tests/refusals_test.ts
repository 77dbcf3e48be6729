import { assert, assertEquals } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { type Command, optionName } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { UnknownOption } from "../cli/parse.ts";
import { loadNetkit, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";

const { commands } = await loadNetkit();

/** Operands with which each pair of options is given. */
const OPERANDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  serve: [[], ["8000"], ["unix:/a"]],
  client: [[], ["localhost:80"], ["unix:/a"], ["localhost:80", "localhost:81"]],
  arp: [[], ["192.0.2.1"]],
  ipinfo: [[], ["10.0.0.0/24"]],
  port: [[], ["8000"], ["8000", "8001"]],
  frame: [[], ["hello"]],
  trace: [[], ["80"]],
  learn: [[], ["1"]],
};

/** Values of which one is right for each option. */
const VALUES = [
  ...["10.0.0.0/8", "3", "127.0.0.1", "/26", "192.0.2.1:80", "00:00:5e:00:53:01", "ip.ttl=1", "x"],
];

/** Returns each option of `command` with a value that is right, each of its choices if there are few. */
function given(command: Command): string[] {
  return Object.entries(command.options).flatMap(([key, option]) => {
    const typed = `--${optionName(key)}`;
    if (option.value === null) return [typed];
    const right = (option.choices ?? VALUES).filter((value) => reads(option.read, value));
    return (option.choices ? right : right.slice(0, 1)).map((value) => `${typed}=${value}`);
  });
}

function reads(read: (texts: readonly string[]) => unknown, value: string): boolean {
  try {
    read([value]);
    return true;
  } catch {
    return false;
  }
}

/** A refusal, and the first command line that has got it. */
interface Refusal {
  readonly error: UserError | ParseError;
  readonly line: readonly string[];
}

/** Returns the refusals of all pairs of options, by their messages. */
async function refusalsOf(command: Command): Promise<ReadonlyMap<string, Refusal>> {
  const found = new Map<string, Refusal>();
  const options = given(command);
  const pairs = options.flatMap((one, i) => options.slice(i).map((other) => [one, other]));
  for (const pair of pairs) {
    for (const operands of OPERANDS[command.name] ?? [[]]) {
      const line = [command.name, ...new Set(pair), ...operands];
      const error = await refusalOf(line);
      if (error === null) continue;
      assert(error instanceof UserError || error instanceof ParseError, `${line}: ${error}`);
      if (!found.has(error.message)) found.set(error.message, { error, line });
    }
  }
  return found;
}

for (const command of commands) {
  const refusals = await refusalsOf(command);

  Deno.test(`what netkit ${command.name} refuses of each pair of options is two lines of 80 columns`, () => {
    for (const [message, { error, line }] of refusals) {
      assert(width(`netkit ${command.name}: ${message}`) <= 80, `${line.join(" ")}: ${message}`);
      assert(width(error.hint ?? "") <= 78, `${line.join(" ")}: ${error.hint}`);
    }
  });

  Deno.test(`the hints of netkit ${command.name} for pairs of options lead somewhere else`, async () => {
    for (const [message, { error, line }] of refusals) {
      for (const [hint, next] of followed(error.hint ?? "", line)) {
        const after = await refusalOf(next);
        assert(!(after instanceof UnknownOption), `${hint} leads to ${after}`);
        if (after instanceof Error) assert(after.message !== message, `${hint} leads to itself`);
      }
    }
  });
}

/** Returns the command lines to which a hint leads: `add …`, `leave … out`, `netkit …`. */
function followed(hint: string, line: readonly string[]): [hint: string, next: string[]][] {
  const next: [string, string[]][] = [];
  const [, added] = hint.match(/^add ([^,]+)/) ?? [];
  if (added !== undefined) next.push([hint, [...line, ...added.split(" ")]]);
  const [, out] = hint.match(/^leave (-.*) out$/) ?? [];
  if (out !== undefined) {
    const gone = out.split(" and ").map((each) =>
      ({ "-4": "--ipv4", "-6": "--ipv6" })[each] ?? each
    );
    next.push([hint, line.filter((word) => !gone.includes(word.split("=")[0]!))]);
  }
  for (const [, called] of hint.matchAll(/\bnetkit (?!\w+s )(.+)$/g)) {
    next.push([hint, called!.split(" ")]);
  }
  return next;
}

Deno.test("the pairs of options have found refusals of every command, and hints of each form", async () => {
  const all = await Promise.all(commands.map(refusalsOf));
  assertEquals(all.filter((each) => each.size === 0), []);
  const hints = all.flatMap((each) => [...each.values()].map(({ error }) => error.hint ?? ""));
  for (const form of [/^add /, /^leave -/, /\bnetkit /]) {
    assert(hints.some((hint) => form.test(hint)), `${form}`);
  }
});
