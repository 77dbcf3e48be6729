/**
 * The command line of the bench.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { chooseScenarios, type Scenario, SCENARIOS } from "./scenarios.ts";
import { SERVER_NAMES } from "./servers.ts";

/** The options of a bench. */
export interface BenchOptions {
  /** Whether only a short look is wanted. */
  readonly quick: boolean;
  /** The number of times that every server is measured. */
  readonly rounds: number;
  /** The scenarios that are measured. */
  readonly scenarios: readonly Scenario[];
  /** The servers that may take part. */
  readonly servers: ReadonlySet<string>;
  /** Further servers: commands for a shell, by name. */
  readonly extras: ReadonlyMap<string, string>;
  /** The server that is compared with all others. */
  readonly subject: string;
  /** The file to write everything into, or `null`. */
  readonly json: string | null;
  /** The file to draw into, or `null`. */
  readonly svg: string | null;
  /** The file with a place for the table, or `null`. */
  readonly readme: string | null;
  /** A file that `--json` wrote, shown instead of a new measurement, or `null`. */
  readonly from: string | null;
}

/** The text of `--help`. */
export const HELP = `Compares netkit serve with its peers.

usage: deno task bench [OPTION...]

  --quick               two short rounds, for trying
  --rounds N            measure every server N times (5; with --quick 2)
  --only NAME,...       these scenarios: ${wrap(SCENARIOS.map(({ name }) => name))}
                        (latency is all that begin with latency-)
  --peers NAME,...      netkit and these servers: ${wrap(SERVER_NAMES.slice(1))}
  --extra NAME=COMMAND  one more server; the word PORT in COMMAND becomes the port
                        (can be given several times)
  --subject NAME        compare this server with the others (netkit)
  --json FILE           write everything that was measured into FILE
  --svg FILE            draw the comparison into FILE
  --readme FILE         write the table into FILE, between <!-- bench --> and <!-- /bench -->,
                        or one of fewer lines behind <!-- bench: short -->, as in README.md
  --from FILE           measure nothing: show what --json wrote into FILE
  --help                show this

Bun is found in PATH, or where the environment variable BUN says.
`;

/** Returns names in lines that go on below the column of the explanations. */
function wrap(names: readonly string[]): string {
  const lines: string[] = [""];
  for (const name of names) {
    const longer = `${lines.at(-1)}${name}, `;
    if (longer.length > 50) lines.push(`${name}, `);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => `\n${" ".repeat(24)}${line}`.trimEnd()).join("").replace(/,$/, "");
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  /** Always the same. */
  override readonly name: string = "UsageError";
}

/** Returns what `args` ask for, or `null` if it is help. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const words = parseArgs([...args], {
    boolean: ["quick", "help"],
    string: ["rounds", "only", "peers", "extra", "subject", "json", "svg", "readme", "from"],
    collect: ["extra"],
    unknown: (word) => {
      throw new UsageError(`There is no ${word}`);
    },
  });
  if (words.help) return null;
  const text = (name: string) => words[name] === undefined ? null : String(words[name]);
  const list = (name: string) => text(name)?.split(",").filter(Boolean) ?? [];
  const quick = words.quick === true;
  const rounds = Number(text("rounds") ?? (quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new UsageError("--rounds takes a number from 1");
  }
  const extras = parseExtras(words.extra as string[]); // collected: an array
  const peers = list("peers");
  const subject = text("subject") ?? "netkit";
  requireNames("server", [...peers, subject], [...SERVER_NAMES, ...extras.keys()]);
  const names = peers.length > 0 ? [subject, "netkit", ...peers] : SERVER_NAMES;
  for (const name of list("only")) {
    if (chooseScenarios([name]).length === 0) throw new UsageError(`There is no scenario ${name}`);
  }
  return {
    quick,
    rounds,
    scenarios: chooseScenarios(list("only")),
    servers: new Set(names),
    extras,
    subject,
    json: text("json"),
    svg: text("svg"),
    readme: text("readme"),
    from: text("from"),
  };
}

function parseExtras(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word) => {
    const [, name, command] = word.match(/^([\w.-]+)=(.+)$/s) ?? [];
    if (name === undefined || command === undefined) {
      throw new UsageError(`--extra takes NAME=COMMAND, not ${word}`);
    }
    return [name, command];
  }));
}

function requireNames(what: string, names: readonly string[], known: readonly string[]): void {
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new UsageError(`There is no ${what} ${wrong}`);
}
