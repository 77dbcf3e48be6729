/**
 * The results as the tables in docs/performance.md and, with fewer lines, in README.md.
 *
 * @module
 */
import { formatMarkdown, formatNumber } from "./report.ts";
import { figureOf, ratioOf, type Results, type Run } from "./results.ts";

/** A line of the table. */
export interface Row {
  /** The title of the line. */
  readonly title: string;
  /** The name of the scenario. */
  readonly scenario: string;
  /** The figure; two of them are the ends of a range, shown for each server and not compared. */
  readonly figure: string | readonly [least: string, most: string];
  /** The factor for the subject's own figure; 1 if not given. */
  readonly scale?: number;
  /** The unit. */
  readonly unit: string;
  /** The form of the subject that is compared; the subject if not given. */
  readonly server?: string;
}

/** The lines. */
export const ROWS: readonly Row[] = [
  ...[50, 200, 500, 1000, 5000].map((count) => rate(`${inWords(count)} connections`, count)),
  {
    title: "processor time a message, 50 connections",
    scenario: "latency-50",
    figure: "serverCpuUs",
    unit: " µs",
  },
  ...[50, 500, 1000].map((count) => ({
    title: `99 of 100 replies within, ${inWords(count)} connections`,
    scenario: `latency-${count}`,
    figure: "latencyP99Ms",
    unit: " ms",
  })),
  ...[1000, 5000].map((count) => ({
    title: `share of a connection, ${inWords(count)} busy (100 % is equal)`,
    scenario: `latency-${count}`,
    figure: ["fewestPercent", "mostPercent"] as const,
    unit: " %",
  })),
  ...[["ASCII", "bulk-ascii"], ["Chinese, Greek, German", "bulk-mixed"]].map((
    [text, scenario],
  ) => ({
    title: `bulk, ${text}`,
    scenario: scenario!,
    figure: "megabytesPerSecond",
    unit: " MB/s",
  })),
  {
    title: "1,000 arrivals beside 200 busy, until all are answered",
    scenario: "accept",
    figure: "allServedMs",
    unit: " ms",
  },
  {
    title: "memory of an idle connection, 10,000 of them",
    scenario: "idle",
    figure: "kibPerConnection",
    unit: " KiB",
  },
  {
    title: "memory when they have gone",
    scenario: "idle",
    figure: "afterMiB",
    unit: " MiB",
  },
  { title: "start to the first reply", scenario: "start", figure: "replyMs", unit: " ms" },
  {
    title: "start to the first reply, from deno task bundle",
    scenario: "start",
    figure: "replyMs",
    unit: " ms",
    server: "bundle",
  },
  { ...rate("50 connections over TLS", 50), scenario: "tls-50" },
  { ...rate("50 connections over a Unix socket", 50), scenario: "unix-50" },
];

/** The titles of the lines that the short table has. */
const SHORT: ReadonlySet<string> = new Set([
  "messages a second, 50 connections",
  "messages a second, 1,000 connections",
  "99 of 100 replies within, 50 connections",
  "bulk, ASCII",
  "memory of an idle connection, 10,000 of them",
  "start to the first reply",
  "start to the first reply, from deno task bundle",
]);

/** The servers to compare with, and what they are called. */
const PEERS = [
  ["go", "Go"],
  ["node", "Node"],
  ["bun", "Bun"],
  ["c", "C"],
  ["loop", "plain Deno"],
] as const;

/** The text for a figure that there is not. */
const NOTHING = "–";

function rate(over: string, connections: number): Row {
  return {
    title: `messages a second, ${over}`,
    scenario: `latency-${connections}`,
    figure: "messagesPerSecond",
    scale: 1e-3,
    unit: " k",
  };
}

function inWords(count: number): string {
  return count.toLocaleString("en");
}

/** Returns the table in Markdown: the subject's figures, and how many times those of each peer they are. */
export function formatSummary(results: Results): string {
  const { processor, kernel } = results.machine;
  return `${formatRows(ROWS, results)}\nMeasured on ${processor}, ${kernel}.\n`;
}

/** Returns the table with the lines for a page that has other things to say as well. */
export function formatShortSummary(results: Results): string {
  return formatRows(ROWS.filter(({ title }) => SHORT.has(title)), results);
}

function formatRows(rows: readonly Row[], results: Results): string {
  const { date, subject, rounds } = results;
  const names = [subject, ...PEERS.map(([, title]) => title)];
  const head = [`${date.slice(0, 10)}, ${rounds} rounds`, ...names];
  return formatMarkdown([head, ...rows.map((row) => cellsOf(row, results))]);
}

function cellsOf(row: Row, results: Results): string[] {
  const { title, scenario, figure, scale = 1, unit, server: subject = results.subject } = row;
  const runs = results.runs.filter((run) => run.scenario === scenario);
  if (typeof figure !== "string") {
    return [
      title,
      ...[subject, ...PEERS.map(([name]) => name)].map((name) => range(runs, name, figure)),
    ];
  }
  const own = figureOf(runs, subject, figure);
  const ratios = PEERS.map(([other]) => ratioOf(runs, { subject, other, key: figure }));
  return [
    title,
    own ? `${formatNumber(own.median * scale)}${unit}` : NOTHING,
    ...ratios.map((ratio) => ratio ? `${formatNumber(ratio.median)} ×` : NOTHING),
  ];
}

/** Returns the least and the most of all rounds. */
function range(
  runs: readonly Run[],
  server: string,
  [least, most]: readonly [string, string],
): string {
  const [low, high] = [figureOf(runs, server, least), figureOf(runs, server, most)];
  return low && high ? `${low.min.toFixed(0)}–${high.max.toFixed(0)} %` : NOTHING;
}

/** The place of a table in a text; the comment before it says whether it is the short one. */
const PLACE = /(<!-- bench(: short)? -->\n)[\s\S]*(<!-- \/bench -->)/;

/**
 * Returns `text` with the table between its two comments: the whole one, or behind `<!-- bench: short -->`
 * the short one.
 *
 * @throws {Error} If they are not there.
 */
export function withSummary(text: string, results: Results): string {
  if (!PLACE.test(text)) {
    throw new Error("there is no <!-- bench --> or <!-- bench: short --> … <!-- /bench -->");
  }
  return text.replace(PLACE, (_, start, short, end) => {
    const table = short === undefined ? formatSummary(results) : formatShortSummary(results);
    return `${start}\n${table}\n${end}`;
  });
}
