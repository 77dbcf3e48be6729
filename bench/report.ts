/**
 * The findings as text: aligned tables of at most 100 columns.
 *
 * @module
 */
import { figureOf, ratioOf, type Results, type Run, type Spread, spreadOf } from "./results.ts";
import type { Figure, Scenario } from "./scenarios.ts";

/** The longest line. */
const COLUMNS = 100;

/** Blanks between two columns. */
const GAP = 2;

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

/** Returns the ratios of two figures, round by round, as a median and its range; `-` if there are none. */
export function formatRatios(over: readonly number[], under: readonly number[]): string {
  const spread = spreadOf(over.map((each, i) => each / under[i]!).filter(Number.isFinite));
  return spread === null ? "-" : formatSpread(spread);
}

/**
 * Returns rows of cells as lines; the first column begins at the left, all others end at the right.
 * Columns for which there is no room follow below, behind the first column once more.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  let blocks = "";
  for (let next = 1; next < widths.length;) {
    const columns = [0];
    let width = widths[0]!;
    while (next < widths.length) {
      width += GAP + widths[next]!;
      if (width > COLUMNS && columns.length > 1) break;
      columns.push(next++);
    }
    const lines = rows.map((row) =>
      columns.map((i) => i === 0 ? row[i]!.padEnd(widths[i]!) : row[i]!.padStart(widths[i]!))
        .join(" ".repeat(GAP)).trimEnd()
    );
    blocks += `${blocks && "\n"}${lines.join("\n")}\n`;
  }
  return blocks;
}

/** Returns rows of cells as a table in Markdown; the first row is its head. */
export function formatMarkdown([head, ...rows]: readonly [string[], ...string[][]]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join(
    "",
  );
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
      "least and most: replies to one connection in percent of an equal share, over all rounds",
      "none: connections without a reply in the worst round",
      "Jain: of the worst round",
      "load: the generator's share of a core",
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
    ["server", ...figures.map(({ title }) => title)],
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
  return `\n${scenario.name}: ${scenario.title}\n\n${absolute}${ratios}${
    formatNotes(servers, runs)
  }`;
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

/** The generator's share of a core from which on it, and not the server, may be the limit. */
const BUSY = 0.95;

/** Returns what went wrong, a line for each server and kind of wrong, and where the generator was the limit. */
function formatNotes(servers: readonly string[], runs: readonly Run[]): string {
  const notes = new Map<string, { text: string; count: number }>();
  for (const { server, error, sample } of runs) {
    const wrong = typeof sample?.wrongAt === "number"
      ? "its answer is wrong; the figures are what it takes to be wrong"
      : error;
    if (wrong === null) continue;
    const text = `${server}: ${wrong.replace(/\s+/g, " ")}`.slice(0, COLUMNS - 20);
    const kind = text.replace(/\d+/g, "");
    const known = notes.get(kind);
    notes.set(kind, { text: known?.text ?? text, count: (known?.count ?? 0) + 1 });
  }
  const lines = [...notes.values()].map(({ text, count }) => `  ${text} (${count} x)\n`);
  const limited = servers.filter((server) =>
    (figureOf(runs, server, "generatorCores")?.median ?? 0) >= BUSY
  );
  if (limited.length > 0) {
    lines.push("  the generator was the limit, they may be faster:\n", `  ${limited.join(", ")}\n`);
  }
  return lines.length === 0 ? "" : `\n${lines.join("")}`;
}
