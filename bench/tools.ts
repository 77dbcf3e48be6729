/**
 * The processor time of the commands that end by themselves beside the programs that they replace, in turns
 * on the same packets, lists, sockets and neighbours.
 *
 * It is user and system time, with that of the children: of a busy machine it depends much less than the time
 * on the clock. A figure is the median of all rounds, a ratio the median of those within a round. It needs
 * root on Linux, util-linux, iproute2 and Python 3 (`bench/tables.ts` says for what); peers that are not
 * installed are left out.
 *
 *     deno task bench-tools [--quick] [--rounds N] [--readme FILE]
 *
 * `--quick` has a tenth of the packets, lines and sockets. `--readme` writes the table into FILE, between
 * `<!-- bench-tools -->` and `<!-- /bench-tools -->`; it can be given several times.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { runDeno } from "../tasks/deno.ts";
import { makeTraffic } from "./frame.ts";
import { COLLAPSE, makeList, randomNetwork, randomNumbers } from "./lists.ts";
import { describeMachine } from "./machine.ts";
import { processorTime } from "./processor_time.ts";
import { findProgram } from "./processes.ts";
import { formatMarkdown, formatNumber } from "./report.ts";
import { spreadOf } from "./results.ts";
import { inNamespace, makeTables } from "./tables.ts";
import { makeCapture, shortConnections } from "./trace.ts";
import { count } from "../text/units.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** netkit as it is measured: without a type check. */
const NETKIT = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", MAIN];

/** A line of the table: what netkit does, and what its peers do of the same. */
export interface Task {
  /** The title of the line. */
  readonly title: string;
  /** The arguments of netkit. */
  readonly netkit: readonly string[];
  /** The commands of the peers, by what they are called. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
  /** The file that is their standard input, if there is one. */
  readonly input?: string;
}

/** What is measured of a task: seconds of processor time, a value a round; of a peer that is missing none. */
export interface Finding {
  /** The task. */
  readonly task: Task;
  /** The times of netkit. */
  readonly own: readonly number[];
  /** The times of each peer. */
  readonly others: Readonly<Record<string, readonly number[]>>;
}

/** How much there is of everything. */
interface Amounts {
  readonly packets: number;
  readonly connections: number;
  readonly networks: number;
  readonly sockets: number;
  readonly neighbours: number;
}

const AMOUNTS: Amounts = {
  packets: 100_000,
  connections: 20_000,
  networks: 100_000,
  sockets: 20_000,
  neighbours: 10_000,
};

/** Returns a tenth of everything. */
function tenth(amounts: Amounts): Amounts {
  const entries = Object.entries(amounts).map(([name, amount]) => [name, amount / 10] as const);
  return Object.fromEntries(entries) as unknown as Amounts;
}

/** Makes the files in `folder`; resolves to the tasks on them, and on the tables of the namespace. */
async function prepare(folder: string, amounts: Amounts): Promise<readonly Task[]> {
  const { packets, connections, networks, sockets, neighbours } = amounts;
  const [traffic, few, capture] = [`${folder}/traffic`, `${folder}/few`, `${folder}/capture`];
  const [list, empty] = [`${folder}/list`, `${folder}/empty.js`];
  await makeTraffic(traffic, packets);
  await makeTraffic(few, packets / 10);
  await makeCapture(capture, shortConnections(connections));
  const numbers = randomNumbers();
  await makeList(list, networks, () => randomNetwork(() => numbers.next().value));
  await Deno.writeTextFile(empty, "");
  const words = (amount: number) => amount.toLocaleString("en");
  return [
    {
      title: `frame -r, ${words(packets)} packets`,
      netkit: ["frame", "-r", traffic],
      peers: {
        tshark: ["tshark", "-n", "-r", traffic],
        tcpdump: ["tcpdump", "-n", "-r", traffic],
      },
    },
    {
      title: `frame -v, ${words(packets / 10)} packets`,
      netkit: ["frame", "-v", "-r", few],
      peers: { "tshark -V": ["tshark", "-n", "-V", "-r", few] },
    },
    {
      title: `frame --json, ${words(packets / 10)} packets`,
      netkit: ["frame", "--json", "-r", few],
      peers: { "tshark -T json": ["tshark", "-n", "-T", "json", "-r", few] },
    },
    {
      title: `trace -r, ${words(connections)} connections`,
      netkit: ["trace", "-r", capture],
      peers: { tshark: ["tshark", "-n", "-r", capture] },
    },
    {
      title: `ipinfo --merge, ${words(networks)} networks`,
      netkit: ["ipinfo", "--merge", "-"],
      peers: { "Python ipaddress": ["python3", "-c", COLLAPSE] },
      input: list,
    },
    {
      title: `port, ${words(sockets)} sockets`,
      netkit: ["port"],
      peers: { "lsof -nP": ["lsof", "-nP"], "ss -tuanp": ["ss", "-tuanp"] },
    },
    {
      title: `arp, ${words(neighbours)} neighbours`,
      netkit: ["arp"],
      peers: { "arp -an": ["arp", "-an"], "ip neigh": ["ip", "neigh"] },
    },
    {
      title: "ipinfo 10.0.0.1: the start",
      netkit: ["ipinfo", "10.0.0.1"],
      peers: {
        "an empty program of Deno": [Deno.execPath(), "run", "-A", "--quiet", empty],
        "Python ipaddress": ["python3", "-c", "import ipaddress; ipaddress.ip_address('10.0.0.1')"],
      },
    },
  ];
}

/** Runs a command; resolves to the seconds of processor time that it took. */
async function measure(words: readonly string[], input: string | undefined): Promise<number> {
  const fed = input === undefined ? words : ["sh", "-c", 'exec "$@" <"$0"', input, ...words];
  const { seconds, code } = await processorTime(fed);
  if (code !== 0) throw new Error(`${words.join(" ")} has failed`);
  return seconds;
}

/** Measures the tasks in turns; resolves to what was found. */
async function measureAll(tasks: readonly Task[], rounds: number): Promise<Finding[]> {
  const findings = tasks.map((task) => {
    const names = Object.keys(task.peers).filter((name) => findProgram(task.peers[name]![0]!));
    const others = names.map((name) => [name, [] as number[]] as const);
    return { task, own: [] as number[], others: Object.fromEntries(others) };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { task, own, others } of findings) {
      own.push(await measure([...NETKIT, ...task.netkit], task.input));
      for (const [name, times] of Object.entries(others)) {
        times.push(await measure(task.peers[name]!, task.input));
      }
    }
  }
  return findings;
}

/** Returns the table in Markdown: netkit's time, and how many times that of each peer it is. */
export function formatFindings(findings: readonly Finding[], head: string): string {
  const rows = findings.map(({ task, own, others }) => {
    const ratios = Object.entries(others).map(([name, times]) =>
      `${formatNumber(spreadOf(own.map((each, i) => each / times[i]!))!.median)} × ${name}`
    );
    return [task.title, `${formatNumber(spreadOf(own)!.median)} s`, ratios.join(", ") || "–"];
  });
  return formatMarkdown([[head, "netkit", "that is"], ...rows]);
}

/** The place of the table in a page. */
const PLACE = /(<!-- bench-tools -->\n)[\s\S]*(<!-- \/bench-tools -->)/;

/**
 * Returns `text` with the table in its place.
 *
 * @throws {Error} If it has no place for it.
 */
export function withFindings(text: string, table: string): string {
  if (!PLACE.test(text)) {
    throw new Error("there is no <!-- bench-tools --> … <!-- /bench-tools -->");
  }
  return text.replace(PLACE, (_, start, end) => `${start}\n${table}\n${end}`);
}

async function bench(): Promise<void> {
  const options = parseArgs(Deno.args, {
    string: ["rounds", "readme"],
    boolean: ["quick"],
    collect: ["readme"],
  });
  const amounts = options.quick ? tenth(AMOUNTS) : AMOUNTS;
  const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
  const folder = await Deno.makeTempDir();
  try {
    const { processor, kernel, load } = describeMachine();
    const tasks = await prepare(folder, amounts);
    await using _tables = await makeTables(amounts.sockets, amounts.neighbours);
    const findings = await measureAll(tasks, rounds);
    const date = new Date().toISOString().slice(0, 10);
    const table = formatFindings(
      findings,
      `${date}, ${count(rounds, "round")}${options.quick ? " of --quick" : ""}`,
    ) +
      `\nMeasured on ${processor}, ${kernel}, at load ${load?.split(" ")[0]}.\n`;
    await Deno.stdout.write(new TextEncoder().encode(table));
    const pages = options.readme as string[];
    for (const page of pages) {
      await Deno.writeTextFile(page, withFindings(await Deno.readTextFile(page), table));
    }
    if (pages.length > 0) await runDeno(["fmt", "--quiet", ...pages]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await inNamespace(import.meta.filename!, bench);
