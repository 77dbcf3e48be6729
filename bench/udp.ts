/**
 * The datagrams that `netkit serve --udp` answers in a flood, beside the plain way to write it.
 *
 * One client sends lines at a rate, whether they are answered or not, and a slow one beside it sends 100
 * a second. Each round measures every server at every rate, in another order each time.
 *
 *     deno task bench-udp [--rates 2000,10000,40000] [--seconds N] [--rounds N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { findProgram, killAll, Process, run } from "./processes.ts";
import { formatRatios, formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";
import { BUILT } from "./servers.ts";

const HERE = new URL(".", import.meta.url).pathname;
const MAIN = new URL("../main.ts", import.meta.url).pathname;
const GENERATOR = `${BUILT}udp_load`;
const DENO = [Deno.execPath(), "run", "-A", "--quiet"];

/** The servers; the port is put behind. */
const SERVERS: Readonly<Record<string, readonly string[]>> = {
  netkit: [...DENO, MAIN, "serve", "--log", "none", "--udp"],
  "node:dgram in Deno": [...DENO, `${HERE}peers/dgram.mjs`],
  "node:dgram in Node": ["node", `${HERE}peers/dgram.mjs`],
};

/** The figures of one run of `udp_load`. */
interface Sample {
  readonly error?: string;
  readonly sent: number;
  readonly answered: number;
  readonly slowSent: number;
  readonly slowAnswered: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly serverCores: number;
}

/** The figures: title, value, and whether netkit's is to be divided by the others'. */
const FIGURES: readonly (readonly [string, (sample: Sample) => number, boolean])[] = [
  ["answers/s", ({ answered, seconds }) => answered / seconds, true],
  ["% answered", ({ answered, sent }) => 100 * answered / sent, false],
  ["% of the slow client's", ({ slowAnswered, slowSent }) => 100 * slowAnswered / slowSent, true],
  ["CPU us/answer", (s) => s.serverCores * s.seconds / s.answered * 1e6, true],
];

/** Returns a port at which nothing listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Measures a server of its own. */
async function measure(command: readonly string[], rate: number, seconds: number): Promise<Sample> {
  const port = `${freePort()}`;
  await using server = new Process([...command, port]);
  const words = [GENERATOR, port, `${rate}`, `${seconds}`, `${server.pid}`];
  const { out, complaint } = await run(words, 60_000 + 1000 * seconds);
  if (out === "") throw new Error(`the generator has failed: ${complaint}`);
  const sample: Sample = JSON.parse(out);
  if (sample.error !== undefined) throw new Error(`${command.join(" ")}: ${sample.error}`);
  if (sample.wrong > 0) throw new Error(`${command.join(" ")}: ${sample.wrong} wrong answers`);
  return sample;
}

/** Returns the figures of all servers at one rate as a table, and netkit's in relation to them. */
function tableOf(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const own = samples.get("netkit")!;
  const rows = [...samples].map(([name, all]) => [
    name,
    ...FIGURES.flatMap(([, value, compared]) => {
      const figure = formatSpread(spreadOf(all.map(value))!);
      if (!compared) return [figure];
      return [figure, formatRatios(own.map(value), all.map(value))];
    }),
  ]);
  const titles = FIGURES.flatMap(([title, , compared]) => compared ? [title, "ratio"] : [title]);
  return formatTable([["server", ...titles], ...rows]);
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["rates", "rounds", "seconds"] });
  const rates = String(options.rates ?? "2000,10000,40000").split(",").map(Number);
  const rounds = Number(options.rounds ?? 5);
  const seconds = Number(options.seconds ?? 3);
  const names = Object.keys(SERVERS).filter((name) => findProgram(SERVERS[name]![0]!) !== null);
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  await Deno.mkdir(BUILT, { recursive: true });
  const cc = ["cc", "-O2", "-Wall", "-Wextra", "-o", GENERATOR, `${HERE}udp_load.c`];
  const { success, complaint } = await run(cc, 60_000);
  if (!success) throw new Error(`udp_load.c cannot be compiled: ${complaint}`);
  try {
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print(`medians of ${rounds} rounds of ${seconds} s [least-most]`);
    print("ratio: netkit's figure divided by the other's in the same round");
    for (const rate of rates) {
      const samples = new Map(names.map((name) => [name, [] as Sample[]]));
      for (let round = 0; round < rounds; round++) {
        for (let i = 0; i < names.length; i++) {
          const name = names[(i + round) % names.length]!;
          samples.get(name)!.push(await measure(SERVERS[name]!, rate, seconds));
        }
      }
      print(`\n${rate} datagrams a second\n\n${tableOf(samples)}`);
    }
  } finally {
    killAll();
  }
}
