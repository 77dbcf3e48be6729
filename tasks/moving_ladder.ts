/**
 * Makes `examples/moving-ladder.svg`: the ladder of an example, in which one segment appears after the
 * other; all of them are there at once for readers who prefer less motion, and on paper.
 *
 * @module
 */
import { runDeno } from "./deno.ts";

const MADE = new URL("../examples/moving-ladder.svg", import.meta.url);
const CAPTURE = "examples/four-segment-close.pcap";

/** Seconds from a segment to the next, before the first, and for which the whole is shown. */
const [STEP, BEFORE, AFTER] = [1, 0.5, 5];

/** The beginning of a row of the picture: its time. */
const ROW =
  /^<text class="dim" x="90" y="(\d+)" text-anchor="end" xml:space="preserve">[\d.]+<\/text>$/;

/** Resolves to the picture as `netkit trace --svg` draws it. */
async function picture(): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".svg" });
  try {
    const how = ["--at", "both", "--lang", "en", "--svg", path];
    await runDeno(["run", "-A", "main.ts", "trace", "-r", CAPTURE, ...how]);
    return await Deno.readTextFile(path);
  } finally {
    await Deno.remove(path);
  }
}

/** Returns the picture without its state diagram, each row of it with the time at which it appears. */
function moving(svg: string): string {
  const lines = svg.split("\n");
  const starts = lines.flatMap((line, i) => ROW.test(line) ? [i] : []);
  const end = lines.findIndex((line, i) => i > starts.at(-1)! && line.includes(">opened in "));
  const height = Number(lines[end]!.match(/ y="(\d+)"/)![1]);
  const all = BEFORE + STEP * starts.length + AFTER;
  const percent = (seconds: number) => (seconds / all * 100).toFixed(1);
  const rules = starts.map((_, i) => {
    const from = BEFORE + STEP * i;
    return `    .step${i} { animation: ${all}s step${i} infinite; }
    @keyframes step${i} { 0%, ${percent(from)}% { opacity: 0; } ${
      percent(from + 0.3)
    }%, 97% { opacity: 1; } 100% { opacity: 0; } }`;
  });
  const rows = starts.map((start, i) =>
    `<g class="step${i}">\n${lines.slice(start, starts[i + 1] ?? end).join("\n")}\n</g>`
  );
  const style = lines.findIndex((line) => line === "</style>");
  const head = [
    ...lines.slice(0, style),
    "  @media screen and (prefers-reduced-motion: no-preference) {",
    ...rules,
    "  }",
    ...lines.slice(style, starts[0]),
  ].join("\n");
  const whole = `${head}\n${rows.join("\n")}\n</g>\n</svg>\n`;
  return whole.replace(
    /viewBox="0 0 (\d+) \d+" width="(\d+)" height="\d+"/,
    (_, box, width) => `viewBox="0 0 ${box} ${height}" width="${width}" height="${height}"`,
  );
}

/** Resolves to the moving picture. */
export async function movingLadder(): Promise<string> {
  return moving(await picture());
}

if (import.meta.main) await Deno.writeTextFile(MADE, await movingLadder());
