/**
 * The findings as text: aligned tables of at most 100 columns.
 *
 * @module
 */
import { figureOf, ratioOf, type Results, type Run, type Spread } from "./results.ts";
import type { Figure, Scenario } from "./scenarios.ts";

/** The longest line. */
const COLUMNS = 100;

/** Returns a number with about three digits that count: `1234`, `117`, `11.2`, `0.61`, `0.013`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.0995 ? value.toFixed(2) : Number(value.toPrecision(2)).toString();
}

/** Returns a median and its range: `117 [98-121]`. */
export function formatSpread({ median, min, max, count }: Spread): string {
  const middle = formatNumber(median);
  return count === 1 ? middle : `${middle} [${formatNumber(min)}-${formatNumber(max)}]`;
}

/** Returns rows of cells as lines; the first column begins at the left, all others end at the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
      .trimEnd()
  );
  return `${lines.join("\n")}\n`;
}

/** Returns what stands above all tables. */
export function formatHead(results: Omit<Results, "runs">): string {
  const { machine, servers, missing, rounds, subject } = results;
  const rows = Object.entries({ date: results.date, ...machine });
  const lines = rows.map(([title, text]) => `${title.padEnd(10)} ${text}`);
  lines.push(...fold("servers", Object.entries(servers).map(([name, of]) => `${name} (${of})`)));
  for (const { name, reason } of missing) lines.push(`left out   ${name}: ${reason}`);
  lines.push(
    ...fold("figures", [
      `medians [least-greatest] of ${rounds} round${rounds === 1 ? "" : "s"}`,
      `ratios are ${subject}'s figure divided by the other's in the same round`,
      "load is the generator's share of a core",
    ]),
  );
  return `${lines.join("\n")}\n`;
}

/** Returns parts in lines behind a title. */
function fold(title: string, parts: readonly string[]): string[] {
  const lines = [title.padEnd(11)];
  parts.forEach((part, i) => {
    const piece = i < parts.length - 1 ? `${part}, ` : part;
    if (lines.at(-1)!.length + piece.length > COLUMNS) lines.push(" ".repeat(11));
    lines[lines.length - 1] += piece;
  });
  return lines.map((line) => line.trimEnd());
}

/** Returns the tables of a scenario, of which `all` may hold other runs as well. */
export function formatScenario(scenario: Scenario, all: readonly Run[], subject: string): string {
  const runs = all.filter((run) => run.scenario === scenario.name);
  const servers = [...new Set(runs.map(({ server }) => server))]
    .sort((a, b) => placeIn(scenario, a) - placeIn(scenario, b));
  const { figures } = scenario;
  const absolute = formatTable([
    [scenario.name, ...figures.map(({ title }) => title)],
    ...servers.map((server) => [server, ...figures.map((figure) => cell(runs, server, figure))]),
  ]);
  const compared = figures.filter(({ better }) => better !== undefined);
  const others = servers.filter((server) => server !== subject);
  const has = servers.includes(subject) && others.length > 0;
  const ratios = !has ? "" : "\n" + formatTable([
    [`${subject} /`, ...compared.map(({ title }) => title.replace(/^k /, ""))],
    ...others.map((other) => [
      other,
      ...compared.map(({ key }) => {
        const ratio = ratioOf(runs, { subject, other, key });
        return ratio ? formatSpread(ratio) : "-";
      }),
    ]),
  ]);
  return `\n${scenario.name}: ${scenario.title}\n\n${absolute}${ratios}${formatNotes(runs)}`;
}

/** Returns where a server stands in the tables; those that the scenario does not name are last. */
function placeIn(scenario: Scenario, server: string): number {
  const place = scenario.servers.indexOf(server);
  return place < 0 ? Infinity : place;
}

function cell(runs: readonly Run[], server: string, figure: Figure): string {
  const spread = figureOf(runs, server, figure.key);
  if (spread === null) return "-";
  const { scale = 1, shows = "median" } = figure;
  const scaled = {
    median: spread.median * scale,
    min: spread.min * scale,
    max: spread.max * scale,
    count: spread.count,
  };
  switch (shows) {
    case "spread":
      return formatSpread(scaled);
    case "median":
      return formatNumber(scaled.median);
    case "least":
      return figure.key === "jain" ? scaled.min.toFixed(4) : formatNumber(scaled.min);
    case "greatest":
      return formatNumber(scaled.max);
  }
}

/** Returns what went wrong, a line for each kind of wrong. */
function formatNotes(runs: readonly Run[]): string {
  const notes = new Map<string, number>();
  for (const { server, error, sample } of runs) {
    const wrong = typeof sample?.wrongAt === "number"
      ? "its answer is wrong; the figures are what it takes to be wrong"
      : error;
    if (wrong === null) continue;
    const note = `${server}: ${wrong.replace(/\s+/g, " ")}`;
    notes.set(note, (notes.get(note) ?? 0) + 1);
  }
  const lines = [...notes].map(([note, count]) => `  ${note} (${count} of the rounds)\n`);
  return lines.length === 0 ? "" : `\n${lines.join("")}`;
}
