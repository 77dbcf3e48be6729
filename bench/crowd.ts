/**
 * The rate that a server keeps when more connections are busy: the cost of a crowd, and of fairness in it.
 *
 * Every server is started once. Each round measures a third of a second of each server at each number of
 * connections, so that what is compared was measured within seconds: the speed of a shared machine, above all
 * of its memory, changes within minutes.
 *
 *     deno task bench-crowd [--connections 50,200,500,1000] [--peers go,c,...] [--rounds N] [--seconds N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { prepare, type RunningServer, startServer, withText } from "./measure.ts";
import { killAll } from "./processes.ts";
import { formatRatios, formatSpread, formatTable } from "./report.ts";
import { type Sample, spreadOf } from "./results.ts";
import { findServers, type Server } from "./servers.ts";

/** Seconds before those that are counted; the connections are open by then. */
const WARM_UP = 0.15;

/**
 * The plain loop on a runtime that is fair by itself: with fewer events of sockets for each turn of its event
 * loop than the 128 of which tokio lets one task make progress. The most that a queue could reach.
 */
const FAIR = "fair loop";
const FAIR_RUNTIME = "env DENO_TOKIO_MAX_IO_EVENTS_PER_TICK=64";

/** The samples of a server at a number of connections, one for each round. */
type Samples = ReadonlyMap<string, ReadonlyMap<number, Sample[]>>;

/** Returns one figure of the samples, by round. */
function figures(samples: readonly Sample[], key: string): number[] {
  return samples.map((sample) => sample[key] ?? NaN);
}

/** Returns a table with a row for each server and a column for each number of connections. */
function tableOf(
  title: string,
  samples: Samples,
  cell: (of: ReadonlyMap<number, Sample[]>, connections: number) => string,
): string {
  const counts = [...[...samples.values()][0]!.keys()];
  return formatTable([
    [title, ...counts.map(String)],
    ...[...samples].map(([name, of]) => [name, ...counts.map((count) => cell(of, count))]),
  ]);
}

/** Returns the tables of all samples. */
function tablesOf(samples: Samples): string[] {
  const own = samples.get("netkit")!;
  const others: Samples = new Map([...samples].filter(([name]) => name !== "netkit"));
  const first = [...own.keys()][0]!;
  const beside = (key: string) => (of: ReadonlyMap<number, Sample[]>, count: number) =>
    formatRatios(figures(own.get(count)!, key), figures(of.get(count)!, key));
  return [
    tableOf("k messages/s", samples, (of, count) => {
      const values = figures(of.get(count)!, "messagesPerSecond");
      return formatSpread(spreadOf(values.map((each) => each / 1000))!);
    }),
    tableOf(`rate / at ${first}`, samples, (of, count) => {
      const key = "messagesPerSecond";
      return formatRatios(figures(of.get(count)!, key), figures(of.get(first)!, key));
    }),
    tableOf(
      `CPU at ${first} /`,
      samples,
      (of, count) =>
        formatRatios(
          figures(of.get(first)!, "serverCpuUs"),
          figures(of.get(count)!, "serverCpuUs"),
        ),
    ),
    tableOf("netkit's rate /", others, beside("messagesPerSecond")),
    tableOf("netkit's p99 /", others, beside("latencyP99Ms")),
    tableOf(
      "least share, %",
      samples,
      (of, count) => Math.min(...figures(of.get(count)!, "fewestPercent")).toFixed(0),
    ),
  ];
}

/** Measures; `running` are the servers by their names. */
async function measure(
  running: ReadonlyMap<string, RunningServer>,
  { counts, rounds, seconds, folder }: {
    readonly counts: readonly number[];
    readonly rounds: number;
    readonly seconds: number;
    readonly folder: string;
  },
): Promise<Samples> {
  const names = [...running.keys()];
  const samples = new Map(
    names.map((name) => [name, new Map(counts.map((count) => [count, [] as Sample[]]))]),
  );
  for (let round = 0; round <= rounds; round++) { // the first one warms up and is not counted
    for (const count of counts) {
      for (let i = 0; i < names.length; i++) {
        const name = names[(i + round) % names.length]!;
        const found = await running.get(name)!.load([
          ...["latency", "--connections", `${count}`],
          ...["--seconds", `${seconds}`, "--warm-up", `${WARM_UP}`],
          ...withText(folder, "ascii"),
        ]);
        if (typeof found === "string") throw new Error(`${name}: ${found}`);
        if (round > 0) samples.get(name)!.get(count)!.push(found);
      }
    }
  }
  return samples;
}

/** Resolves to the servers that are here, netkit first. */
async function serversNamed(peers: readonly string[]): Promise<readonly Server[]> {
  const loop = new URL("peers/loop.ts", import.meta.url).pathname;
  const extras = new Map([[FAIR, `${FAIR_RUNTIME} '${Deno.execPath()}' run -A '${loop}' PORT`]]);
  const { servers } = await findServers(
    new Set(["netkit", ...peers]),
    peers.includes("loop") ? extras : new Map(),
  );
  return servers;
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["connections", "peers", "rounds", "seconds"] });
  const counts = String(options.connections ?? "50,200,500,1000").split(",").map(Number);
  const peers = String(options.peers ?? "go,node,c,loop").split(",").filter(Boolean);
  const rounds = Number(options.rounds ?? 15);
  const seconds = Number(options.seconds ?? 0.35);
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  const folder = await Deno.makeTempDir();
  try {
    await prepare(folder);
    const running = new Map<string, RunningServer>();
    for (const server of await serversNamed(peers)) {
      const started = await startServer(server, "tcp", folder);
      if (typeof started === "string") throw new Error(`${server.name}: ${started}`);
      running.set(server.name, started);
    }
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print(
      `medians of ${rounds} rounds of ${seconds} s [least-most], by the number of connections\n`,
    );
    const samples = await measure(running, { counts, rounds, seconds, folder });
    for (const table of tablesOf(samples)) print(table);
  } finally {
    killAll();
    await Deno.remove(folder, { recursive: true });
  }
}
