/**
 * What the bench makes of its figures.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatChart } from "../bench/chart.ts";
import { parseOptions, UsageError } from "../bench/options.ts";
import { formatHead, formatNumber, formatScenario, formatTable } from "../bench/report.ts";
import { figureOf, ratioOf, type Results, type Run, spreadOf } from "../bench/results.ts";
import { SCENARIOS } from "../bench/scenarios.ts";
import { formatShortSummary, formatSummary, ROWS, withSummary } from "../bench/summary.ts";
import { formatFindings, withFindings } from "../bench/tools.ts";
import { asciiText, mixedText } from "../bench/texts.ts";

Deno.test("spreadOf() finds the median of an odd and of an even number of values", () => {
  assertEquals(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 });
  assertEquals(spreadOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4, count: 4 });
  assertEquals(spreadOf([]), null);
});

function runOf(server: string, round: number, value: number | null): Run {
  const sample = value === null ? null : { value };
  return { scenario: "s", server, round, sample, error: value === null ? "it failed" : null };
}

Deno.test("ratioOf() divides within a round, and leaves out rounds that one of the two has not", () => {
  const runs = [
    ...[runOf("a", 1, 10), runOf("b", 1, 5)], // a fast minute
    ...[runOf("b", 2, 1), runOf("a", 2, 3)], // a slow one
    ...[runOf("a", 3, 7), runOf("b", 3, null)],
  ];
  assertEquals(ratioOf(runs, { subject: "a", other: "b", key: "value" }), {
    median: 2.5,
    min: 2,
    max: 3,
    count: 2,
  });
  assertEquals(figureOf(runs, "b", "value")?.count, 2);
});

Deno.test("formatNumber() keeps about three digits that count", () => {
  const cases: [number, string][] = [
    ...[[0, "0"], [0.0134, "0.013"], [0.612, "0.61"], [9.994, "9.99"]] as [number, string][],
    ...[[9.996, "10.0"], [99.94, "99.9"], [99.96, "100"], [1234.5, "1235"]] as [number, string][],
  ];
  for (const [value, text] of cases) assertEquals(formatNumber(value), text);
});

Deno.test("formatTable() puts columns for which there is no room below", () => {
  const wide = "x".repeat(60);
  const lines = formatTable([["a", "b", "c"], ["1", wide, wide]]).split("\n");
  assertEquals(lines[0], `a  ${"b".padStart(60)}`);
  assertEquals(lines[3], `a  ${"c".padStart(60)}`);
});

/** Returns findings in all scenarios, of which the figures have many digits. */
function someResults(): Results {
  const runs: Run[] = [];
  for (const { name, servers, figures } of SCENARIOS) {
    for (const server of servers) {
      for (let round = 1; round <= 5; round++) {
        const value = (i: number) => (10 + i + round * 1.111) * (server.length + 1);
        const sample = Object.fromEntries(figures.map(({ key }, i) => [key, value(i)]));
        runs.push({ scenario: name, server, round, sample, error: null });
      }
    }
  }
  return {
    date: "2026-01-01T00:00:00.000Z",
    machine: { processor: "p <&>", kernel: "k" },
    servers: { netkit: "deno 2" },
    missing: [{ name: "bun", reason: "bun is not installed" }],
    subject: "netkit",
    rounds: 5,
    runs,
  };
}

Deno.test("no line of the bench's tables is longer than 100 columns", () => {
  const results = someResults();
  const text = formatHead(results) +
    SCENARIOS.map((each) => formatScenario(each, results.runs, "netkit")).join("");
  assertEquals(text.split("\n").filter((line) => line.length > 100), []);
});

Deno.test("formatChart() escapes texts and closes what it opens", () => {
  const svg = formatChart(someResults());
  assert(svg.includes("p &lt;&amp;&gt;"));
  for (const name of ["svg", "g", "text", "style"]) {
    const opened = svg.match(new RegExp(`<${name}[ >]`, "g"))?.length;
    assertEquals(opened, svg.match(new RegExp(`</${name}>`, "g"))?.length, name);
  }
  assert(!svg.includes("NaN"));
});

Deno.test("every line of the short table is a figure of a scenario", () => {
  for (const { title, scenario, figure } of ROWS) {
    const { figures = [] } = SCENARIOS.find(({ name }) => name === scenario) ?? {};
    for (const key of [figure].flat()) assert(figures.some((each) => each.key === key), title);
  }
});

Deno.test("formatSummary() has no gap where everything was measured, and a dash where nothing was", () => {
  const columns = (table: string) => table.split("\n").filter((line) => line.startsWith("|"));
  const whole = columns(formatSummary(someResults()));
  assertEquals(whole.length, ROWS.length + 2);
  assert(whole.every((line) => line.split("|").length === 9 && !line.includes("NaN")));
  const empty = columns(formatSummary({ ...someResults(), runs: [] }));
  assert(empty.slice(2).every((line) => line.endsWith("| – | – | – | – | – | – |")));
});

Deno.test("withSummary() writes the same text twice, between its comments only", () => {
  const once = withSummary("a\n<!-- bench -->\nold\n<!-- /bench -->\nz", someResults());
  assert(once.startsWith("a\n<!-- bench -->\n\n| ") && once.endsWith("\n\n<!-- /bench -->\nz"));
  assertEquals(withSummary(once, someResults()), once);
  const short = withSummary("a\n<!-- bench: short -->\n<!-- /bench -->\nz", someResults());
  assert(
    short.startsWith("a\n<!-- bench: short -->\n\n| ") && short.endsWith("|\n\n<!-- /bench -->\nz"),
  );
  assertEquals(withSummary(short, someResults()), short);
  const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(rows(short).filter((line) => !rows(once).includes(line)), []);
  assertThrows(() => withSummary("no place", someResults()), Error, "<!-- bench -->");
});

Deno.test("the short table has the lines that README has, in both languages", async () => {
  const titles = (text: string) =>
    [...text.matchAll(/^\| ([^|]*?) +\|/gm)].map(([, title]) => title);
  const written = titles(formatShortSummary(someResults())).slice(2);
  for (const path of ["README.md", "README.zh-CN.md"]) {
    const text = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    const [, table] = text.match(/<!-- bench: short -->\n([\s\S]*?)<!-- \/bench -->/)!;
    assertEquals(titles(table!).slice(2), written, path);
  }
});

Deno.test("the bench's texts have a prime length and the answer that toUpperCase() gives", () => {
  for (const { request, reply } of [asciiText(), mixedText()]) {
    const { length } = request;
    for (let i = 2; i * i <= length; i++) assert(length % i !== 0, `${length} = ${i} * …`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(request);
    assertEquals(new TextDecoder().decode(reply), text.toUpperCase());
  }
  assert(mixedText().reply.length !== mixedText().request.length);
});

Deno.test("parseOptions() knows its scenarios and servers, and refuses others", () => {
  const options = parseOptions(["--only", "latency,idle", "--extra", "x=run PORT", "--quick"]);
  assertEquals(options?.scenarios.length, 7);
  assertEquals(options?.extras.get("x"), "run PORT");
  assertEquals(options?.rounds, 2);
  assertEquals(parseOptions(["--help"]), null);
  const wrong = [["--only", "x"], ["--peers", "x"], ["--rounds", "0"], ["--extra", "x"], ["--x"]];
  for (const args of wrong) assertThrows(() => parseOptions(args), UsageError);
});

Deno.test("formatFindings() divides within a round, and names no peer that is missing", () => {
  const task = { title: "arp", netkit: ["arp"], peers: { "arp -an": ["arp", "-an"], x: ["x"] } };
  const others = { "arp -an": [1, 1, 4] }; // the third round met a slow minute
  assertEquals(
    formatFindings([{ task, own: [2, 3, 8], others }, { task, own: [2], others: {} }], "day"),
    `| day | netkit | that is |
| --- | --- | --- |
| arp | 3.00 s | 2.00 × arp -an |
| arp | 2.00 s | – |
`,
  );
});

Deno.test("withFindings() fills the place of its own table, and no other", () => {
  const page = (bench: string, tools: string) =>
    `<!-- bench -->\n${bench}<!-- /bench -->\n<!-- bench-tools -->\n${tools}<!-- /bench-tools -->\n`;
  assertEquals(withFindings(page("a\n", "b\n"), "c"), page("a\n", "\nc\n"));
  assertThrows(() => withFindings("<!-- bench -->\n<!-- /bench -->\n", "c"), Error);
});
