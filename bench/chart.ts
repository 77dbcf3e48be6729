/**
 * The comparison as a picture: SVG with bars for ratios, readable on light and dark ground.
 *
 * @module
 */
import { ratioOf, type Results, type Spread } from "./results.ts";
import { type Figure, type Scenario, SCENARIOS } from "./scenarios.ts";

/** A comparison in one figure of one scenario. */
interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly name: string; readonly times: Spread }[];
}

/** Pixels. */
const PANEL_WIDTH = 440;
const NAME_WIDTH = 80;
const VALUE_WIDTH = 64;
const BAR_HEIGHT = 18;
const TITLE_HEIGHT = 30;
const MARGIN = 20;
const HEAD_HEIGHT = 70;

/** The ends of the scale are this many times as bad and as good; what is beyond is cut. */
const LARGEST = 32;

const STYLE = `
  svg { font: 13px system-ui, sans-serif; background: #fff; color: #1b1f24; }
  text { fill: currentColor; }
  .title { font-weight: 600; }
  .head { font-size: 18px; font-weight: 600; }
  .quiet { opacity: 0.7; }
  .value { text-anchor: end; font-variant-numeric: tabular-nums; }
  .better { fill: #2b7bba; }
  .worse { fill: #c2660c; }
  .line { stroke: currentColor; }
  @media screen and (prefers-color-scheme: dark) {
    svg { background: #15181c; color: #e8eaed; }
    .better { fill: #5aa9e6; }
    .worse { fill: #f0944d; }
  }`;

/** Returns the chart of `results` as an SVG document. */
export function formatChart(results: Results): string {
  const panels = SCENARIOS.flatMap((scenario) =>
    scenario.figures.filter(({ chart }) => chart).map((figure) =>
      panelOf(results, scenario, figure)
    )
  ).filter(({ bars }) => bars.length > 0);
  const columns: string[][] = [[], []];
  const heights = [HEAD_HEIGHT, HEAD_HEIGHT];
  for (const panel of panels) {
    const column = heights[0]! <= heights[1]! ? 0 : 1;
    const x = MARGIN + column * (PANEL_WIDTH + MARGIN);
    columns[column]!.push(`<g transform="translate(${x} ${heights[column]})">${draw(panel)}</g>`);
    heights[column]! += TITLE_HEIGHT + panel.bars.length * BAR_HEIGHT + MARGIN;
  }
  const width = 2 * PANEL_WIDTH + 3 * MARGIN;
  const height = Math.max(...heights) + MARGIN;
  const { subject, machine, date, rounds } = results;
  const source = [machine.processor, machine.kernel, `${rounds} rounds`, date.slice(0, 10)].join(
    ", ",
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
  width="${width}" height="${height}" role="img" aria-labelledby="head">
<style>${STYLE}
</style>
<text id="head" class="head" x="${MARGIN}" y="30">How many times as good ${
    escapeXml(subject)
  } is as each other server</text>
<text class="quiet" x="${MARGIN}" y="50">${
    escapeXml(source)
  }; logarithmic scale, thin line: all rounds</text>
${columns.flat().join("\n")}
</svg>
`;
}

function panelOf(results: Results, scenario: Scenario, { key, title, better }: Figure): Panel {
  const runs = results.runs.filter((run) => run.scenario === scenario.name);
  const { subject } = results;
  const others = [...new Set(runs.map(({ server }) => server))].filter((name) => name !== subject);
  const bars = others.flatMap((other) => {
    const ratio = ratioOf(runs, { subject, other, key });
    if (ratio === null || ratio.min <= 0) return [];
    return [{ name: other, times: better === "less" ? inverse(ratio) : ratio }];
  });
  bars.sort((a, b) => b.times.median - a.times.median);
  return { title: `${scenario.name}, ${title.replace(/^k /, "")}`, bars };
}

/** Returns how much better something is of which less is better. */
function inverse({ median, min, max, count }: Spread): Spread {
  return { median: 1 / median, min: 1 / max, max: 1 / min, count };
}

/** Returns the place of a ratio, 1 in the middle. */
function place(times: number): number {
  const share = Math.log(Math.min(LARGEST, Math.max(1 / LARGEST, times))) / Math.log(LARGEST);
  const room = PANEL_WIDTH - NAME_WIDTH - VALUE_WIDTH;
  return NAME_WIDTH + room * (1 + share) / 2;
}

function draw({ title, bars }: Panel): string {
  const middle = place(1).toFixed(1);
  const bottom = TITLE_HEIGHT + bars.length * BAR_HEIGHT - 6;
  const drawn = bars.map(({ name, times }, i) => {
    const y = TITLE_HEIGHT + i * BAR_HEIGHT;
    const x = Math.min(place(1), place(times.median));
    const width = Math.abs(place(times.median) - place(1));
    const kind = times.median >= 1 ? "better" : "worse";
    return `<text x="0" y="${y + 4}">${escapeXml(name)}</text>` +
      `<rect class="${kind}" x="${x.toFixed(1)}" y="${y - 6}" width="${
        width.toFixed(1)
      }" height="12"/>` +
      `<path class="line" d="M${place(times.min).toFixed(1)} ${y}H${
        place(times.max).toFixed(1)
      }"/>` +
      `<text class="value" x="${PANEL_WIDTH}" y="${y + 4}">${times.median.toFixed(2)} ×</text>`;
  });
  return `<text class="title" x="0" y="10">${escapeXml(title)}</text>` +
    `<path class="line quiet" d="M${middle} ${TITLE_HEIGHT - 10}V${bottom}"/>${drawn.join("")}`;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
