import { assert, assertEquals } from "@std/assert";
import { assertLinear } from "./linear.ts";
import { regexLiterals, slowInputs } from "./regex_literals.ts";
import { ROOT, sources } from "./sources.ts";
import { threadTime } from "./thread_time.ts";

/** The regular expressions of the sources, with the places at which they stand. */
const REGEXES = new Map<string, { readonly regex: RegExp; readonly places: string[] }>();
for (const path of await sources()) {
  for (const { line, regex } of regexLiterals(await Deno.readTextFile(new URL(path, ROOT)))) {
    const known = REGEXES.get(`${regex}`) ?? { regex, places: [] };
    known.places.push(`${path}:${line}`);
    REGEXES.set(`${regex}`, known);
  }
}

/** Milliseconds that no regular expression needs which takes linear time, on a machine at rest. */
const SUSPICIOUS = 1;

/** Takes `regex` through all of `text`, as `replace` does. */
function run(regex: RegExp, text: string): void {
  text.replace(regex, "");
}

/** Returns the milliseconds that `regex` takes for `text`. */
function timeOf(regex: RegExp, text: string): number {
  const before = threadTime();
  run(regex, text);
  return threadTime() - before;
}

/** Returns the least milliseconds of five runs on a text of 24 characters. */
function shortTimeOf(regex: RegExp, input: (size: number) => string): number {
  return Math.min(...Array.from({ length: 5 }, () => timeOf(regex, input(24))));
}

/** Resolves to the error of the first input for which `regex` takes more than linear time, or `null`. */
async function slownessOf(regex: RegExp): Promise<string | null> {
  for (const input of slowInputs(regex)) {
    const name = `${regex} on ${JSON.stringify(input(8))}`;
    // Sizes grow, so that exponential or cubic time is noticed at once.
    const size = [24, 512, 16_384].find((size) => timeOf(regex, input(size)) > SUSPICIOUS);
    if (size === undefined) continue;
    if (size === 24 && shortTimeOf(regex, input) > SUSPICIOUS) return `exponential (${name})`;
    try {
      await assertLinear(input, (text) => run(regex, text), { name, limit: 32_768 });
    } catch (error) {
      return (error as Error).message;
    }
  }
  return null;
}

Deno.test("regexLiterals() finds regular expressions, and nothing else", () => {
  const source = [
    'const a = b / c / d; // not /this/ and "this"',
    'const e = /\\/[/\\]]/g.test(`${f.replace(/\'/, "}")}/no/`) && !/x/.test(g);',
    "/* /no/ */ return /y{2}/ ; h[0]! / 2 / i;",
    "const j = k < 1 ? /[`]/u : '/no/';",
  ].join("\n");
  assertEquals(
    regexLiterals(source).map(({ line, regex }) => [line, `${regex}`]),
    [[2, "/\\/[/\\]]/g"], [2, "/'/"], [2, "/x/"], [3, "/y{2}/"], [4, "/[`]/u"]],
  );
});

const SLOW: readonly RegExp[] = [
  /\s+$/,
  /(a+)+$/,
  /\/\*.*?\*\//,
  /^x:\s*(.*?)\s*$/,
  /^(.*?)([A-Z]{0,6}) +(\S+)$/,
];

for (const regex of SLOW) {
  Deno.test(`${regex} is noticed as slow`, async () => {
    const slowness = await slownessOf(regex);
    assert(slowness !== null);
  });
}

for (const regex of [/^\s+/, /^(\S+) (\S+)$/, /(?<! ) +x/, /[,;]/g]) {
  Deno.test(`${regex} is not`, async () => assertEquals(await slownessOf(regex), null));
}

Deno.test("every regular expression of the sources takes linear time", async () => {
  assert(REGEXES.size > 250);
  const slow: string[] = [];
  for (const { regex, places } of REGEXES.values()) {
    const slowness = await slownessOf(regex);
    if (slowness !== null) slow.push(`${places.join(", ")}: ${slowness}`);
  }
  assertEquals(slow, []);
});
