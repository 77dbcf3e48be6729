/**
 * `deno task bench`: compares `netkit serve` with its peers. README.md beside this file explains it.
 *
 * The folder, in reading order:
 *
 * - `bench.ts`, `options.ts`: the command
 * - `scenarios.ts`, `servers.ts`, `peers/`, `texts.ts`: loads, servers, and the text that is sent
 * - `measure.ts`, `processes.ts`, `machine.ts`, `load.c`, `tls_load.ts`: measuring
 * - `results.ts`, `report.ts`, `summary.ts`, `chart.ts`: tables and the chart
 * - `udp.ts`, `udp_load.c`: datagrams in a flood; `web.ts`: WebSocket beside TCP; `frame.ts`: captures
 *
 * @module
 */
import { formatChart } from "./chart.ts";
import { describeMachine } from "./machine.ts";
import { type Laboratory, makeCertificate, measure, prepare } from "./measure.ts";
import { type BenchOptions, HELP, parseOptions, UsageError } from "./options.ts";
import { connectionsThatFit, killAll } from "./processes.ts";
import { formatHead, formatScenario } from "./report.ts";
import type { Missing, Results, Run } from "./results.ts";
import { type Amount, type Scenario, SCENARIOS } from "./scenarios.ts";
import { withSummary } from "./summary.ts";
import { type Address, findServers, type Server } from "./servers.ts";

const FULL: Amount = { seconds: 1, warmUp: 0.5, bulk: 1 };
const QUICK: Amount = { seconds: 0.5, warmUp: 0.2, bulk: 1 / 8 };

const encoder = new TextEncoder();

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}

/** Shows what is going on in a line that the next one replaces; nothing where nobody looks. */
function showProgress(text: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(encoder.encode(`\r\x1b[K${text}`));
}

/** Ends with every process that the bench has started. */
function endWithAll(folder: string): void {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      killAll();
      Deno.removeSync(folder, { recursive: true });
      Deno.exit(code);
    });
  }
}

/** Measures what is asked for, and prints each table when it is ready. */
async function bench(options: BenchOptions): Promise<Results> {
  const folder = await Deno.makeTempDir({ prefix: "netkit-bench-" });
  endWithAll(folder);
  try {
    return await benchIn(folder, options);
  } finally {
    killAll();
    await Deno.remove(folder, { recursive: true });
  }
}

async function benchIn(folder: string, options: BenchOptions): Promise<Results> {
  const { quick, rounds, subject, extras } = options;
  showProgress("building");
  await prepare(folder);
  const needed = new Set(options.scenarios.flatMap(({ servers }) => servers));
  needed.add(subject);
  const found = await findServers(options.servers.intersection(needed), extras);
  const { scenarios, missing } = await choose(options.scenarios, folder);
  const head = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    servers: Object.fromEntries(found.servers.map(({ name, version }) => [name, version])),
    missing: [...found.missing, ...missing],
    subject,
    rounds,
  };
  showProgress("");
  print(formatHead(head));
  const amount = quick ? QUICK : FULL;
  const laboratory: Laboratory = { folder, amount, onProgress: showProgress };
  const runs: Run[] = [];
  for (const scenario of scenarios) {
    const servers = found.servers.filter((server) => takesPart(server, scenario, options));
    runs.push(...await measure(scenario, { servers, rounds, laboratory }));
    showProgress("");
    print(formatScenario(scenario, runs, subject));
  }
  const minutes = (Date.now() - Date.parse(head.date)) / 60_000;
  print(`\nIt took ${minutes.toFixed(1)} min; load at the end ${describeMachine().load}\n`);
  return { ...head, runs };
}

/** Returns the scenarios that are possible here, and why the others are not. */
async function choose(
  wanted: readonly Scenario[],
  folder: string,
): Promise<{ scenarios: readonly Scenario[]; missing: readonly Missing[] }> {
  const most = await connectionsThatFit();
  const tls = wanted.some(({ over }) => over === "tls") && await makeCertificate(folder);
  const missing: Missing[] = [];
  const scenarios = wanted.filter(({ name, connections, over }) => {
    const reason = connections > most
      ? `the limit of open files allows ${most} connections (ulimit -n)`
      : over === "tls" && !tls
      ? "it needs openssl for a certificate"
      : null;
    if (reason) missing.push({ name, reason });
    return reason === null;
  });
  return { scenarios, missing };
}

/** Whether a server is measured in a scenario. */
function takesPart(server: Server, scenario: Scenario, options: BenchOptions): boolean {
  const extra = options.extras.has(server.name) || server.name === options.subject;
  if (!extra && !scenario.servers.includes(server.name)) return false;
  return server.command(exampleOf(scenario.over)) !== null;
}

/** Returns an address of a kind, to ask a server whether it can. */
function exampleOf(kind: Address["kind"]): Address {
  if (kind === "unix") return { kind, path: "/" };
  return kind === "tcp" ? { kind, port: 1 } : { kind, port: 1, cert: "", key: "" };
}

/** Prints the tables of an earlier bench. */
async function show(path: string): Promise<Results> {
  const results = JSON.parse(await Deno.readTextFile(path)) as Results;
  print(formatHead(results));
  for (const scenario of SCENARIOS) {
    if (results.runs.some((run) => run.scenario === scenario.name)) {
      print(formatScenario(scenario, results.runs, results.subject));
    }
  }
  return results;
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === null) {
    print(HELP);
    return 0;
  }
  if (Deno.build.os !== "linux") throw new UsageError("The bench needs Linux: epoll and /proc");
  const results = options.from === null ? await bench(options) : await show(options.from);
  if (options.json) await Deno.writeTextFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.svg) await Deno.writeTextFile(options.svg, formatChart(results));
  if (options.readme) {
    const text = await Deno.readTextFile(options.readme);
    await Deno.writeTextFile(options.readme, withSummary(text, results));
  }
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    Deno.stderr.writeSync(encoder.encode(`bench: ${error.message}\n`));
    Deno.exit(2);
  }
}
