import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UserError } from "../cli/errors.ts";
import { trace } from "../trace.ts";
import { Browser } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";

/** The picture of a capture. */
async function picture(url: string, args: readonly string[] = []): Promise<string> {
  const io = fakeIo({ files: { x: await Deno.readFile(new URL(url, import.meta.url)) } });
  await run(trace, ["-r", "x", "--svg", "x.svg", ...args], io);
  return new TextDecoder("utf-8", { fatal: true }).decode(io.written("x.svg")!);
}

/** Start and end of each arrow of a class, as heights. */
function arrowsOf(svg: string, kind: string): [x: number, y: number, toX: number, toY: number][] {
  const pattern = new RegExp(
    `<line class="arrow ${kind}" x1="([\\d.]+)" y1="([\\d.]+)" x2="([\\d.]+)" y2="([\\d.]+)"`,
    "g",
  );
  return [...svg.matchAll(pattern)].map(([, ...numbers]) =>
    numbers.map(Number) as [number, number, number, number]
  );
}

for (const scale of ["rows", "time"]) {
  for (const [name, kind] of [["simultaneous-close", "fin"], ["simultaneous-open", "syn"]]) {
    Deno.test(`the picture of a ${name} shows both segments crossing (--scale ${scale})`, async () => {
      const svg = await picture(`../examples/${name}.pcap`, [
        "--at",
        "10.9.0.1",
        "--scale",
        scale,
      ]);
      const [one, other] = arrowsOf(svg, kind!);
      assert(one![0] < one![2] && other![0] > other![2], "they go in opposite directions");
      assert(one![1] < other![3] && other![1] < one![3], "each starts above the head of the other");
    });
  }
}

Deno.test("--scale time has heights in proportion to time", async () => {
  const svg = await picture("../examples/four-segment-close.pcap", [
    "--at",
    "both",
    "--scale",
    "time",
  ]);
  const heights = ["syn", "data", "fin"].flatMap((kind) => arrowsOf(svg, kind).map(([, y]) => y))
    .sort((one, other) => one - other);
  const times = [0, 4.741, 4.776, 7.125, 11.462, 11.833, 11.842, 11.885, 60.988, 164.235, 164.25];
  assertEquals(heights.length, times.length);
  const scale = (heights.at(-1)! - heights[0]!) / times.at(-1)!;
  times.forEach((time, i) => {
    assert(Math.abs(heights[i]! - heights[0]! - time * scale) < 0.1, `${i}: ${heights[i]}`);
  });
});

Deno.test("the picture lights the way of both ends through the state diagram", async () => {
  const svg = await picture("../examples/four-segment-close.pcap", ["--at", "both"]);
  assertEquals(svg.match(/<polyline class="edge taken"/g)?.length, 10);
  assertEquals(svg.match(/<polyline class="edge"/g)?.length, 8);
  assertStringIncludes(svg, ">●5</text>");
});

Deno.test("--blank leaves out states and acknowledgment numbers to be filled in", async () => {
  const svg = await picture("../examples/four-segment-close.pcap", [
    "--at",
    "both",
    "--blank",
    "states,ack",
  ]);
  assert(!/ack=\d/.test(svg), "an ACK is told");
  assertStringIncludes(svg, "ack=____");
  // Each state stands only in the diagram.
  assertEquals(svg.match(/>ESTABLISHED</g)?.length, 1);
  assert(!svg.includes('class="edge taken"'), "a way is lit");
});

for (
  const [args, message] of [
    [["--scale", "time"], "--scale means nothing without --svg FILE"],
    [["--blank", "ack"], "--blank means nothing without --svg FILE"],
    [["--svg", "y", "--scale", "log"], "they are rows, time"],
    [["--svg", "y", "--blank", "seq"], "they are states, ack"],
  ] as const
) {
  Deno.test(`trace -r x ${args.join(" ")} is refused`, async () => {
    const error = await assertRejects(
      async () => await run(trace, ["-r", "x", ...args], fakeIo()),
      Error,
    );
    assert(error instanceof UserError || error instanceof SyntaxError);
    assertStringIncludes(error.message, message);
  });
}

Deno.test({
  name: "a browser draws pictures in light, dark and print, with no text over the edge",
  ...needs({ what: "Chromium", isHere: findBrowser() !== null }),
  async fn() {
    const folder = await Deno.makeTempDir();
    await using browser = await Browser.start();
    try {
      for (
        const [url, args] of [
          ["../examples/simultaneous-close.pcap", ["--at", "10.9.0.1"]],
          ["../examples/zero-window.pcap", ["--all", "--scale", "time"]],
          ["../examples/injected-resets.pcap", []],
          ["testdata/trace/svg-uffff.pcap", ["--scale", "time"]],
          ["testdata/trace/blind_rst.b.pcap", ["--blank", "states"]],
        ] as const
      ) {
        const svg = await picture(url, args);
        await Deno.writeTextFile(`${folder}/x.svg`, svg);
        const page = await browser.open(`file://${folder}/x.svg`, 1060, "light");
        const [name, texts, outside] = await page.evaluate<[string, number, string[]]>(`(() => {
          const root = document.documentElement;
          const { width, height } = root.viewBox.baseVal;
          const texts = [...root.querySelectorAll("text")];
          const outside = texts.filter((text) => {
            const place = text.getBoundingClientRect();
            const frame = root.getBoundingClientRect();
            return place.left < frame.left || place.right > frame.right || place.top < frame.top ||
              place.bottom > frame.bottom;
          }).map((text) => text.textContent);
          return [root.localName, texts.length, outside];
        })()`);
        assertEquals([name, outside], ["svg", []], url);
        assertEquals(texts, svg.match(/<text /g)!.length, "all of it was read");
        const fill = `getComputedStyle(document.querySelector("text.title")).fill`;
        assertEquals(await page.evaluate(fill), "rgb(26, 26, 26)");
        await page.prefer("dark");
        assertEquals(await page.evaluate(fill), "rgb(236, 236, 236)");
        await page.prefer("dark", "print"); // paper is white
        assertEquals(await page.evaluate(fill), "rgb(26, 26, 26)");
        const ground = "getComputedStyle(document.documentElement).backgroundColor";
        assertEquals(await page.evaluate(ground), "rgba(0, 0, 0, 0)");
        await page.close();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
