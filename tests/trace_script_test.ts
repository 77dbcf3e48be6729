import { assert, assertEquals } from "@std/assert";
import { movingLadder } from "../tasks/moving_ladder.ts";
import { bundledScript } from "../tasks/trace_page.ts";
import { traceResources, traceScript } from "../web/trace_resources.ts";
import { GUARD } from "./waiting.ts";

Deno.test("the script of the page is fresh: deno task trace-page", { timeout: GUARD }, async () => {
  assertEquals(await traceScript() === await bundledScript(), true, "run: deno task trace-page");
});

Deno.test("the page of a recording says nothing in HTML, and asks no other host for anything", async () => {
  for (const [name, { content }] of await traceResources()) {
    assert(
      !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|<\/script(?=.*<\/script)/
        .test(name === "" ? "" : content),
      name,
    );
    const urls = (content.match(/\b(https?|wss?):\/\/[^"'`\s)]*/g) ?? [])
      .filter((url) => url !== "http://www.w3.org/2000/svg"); // a name, no address
    assertEquals(urls, [], name);
    if (name === "trace.js") assert(!/<\/script|<!--/i.test(content), "it would end its element");
    if (name === "trace.css") assert(!/<\/style/i.test(content));
  }
  const html = (await traceResources()).get("")!.content;
  assert(!/\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\ssrc=)/.test(html), "the policy forbids it");
});

Deno.test("the moving picture is of this program, and moves only where that is wanted", async () => {
  const svg = await Deno.readTextFile(new URL("../examples/moving-ladder.svg", import.meta.url));
  assertEquals(svg, await movingLadder(), "run: deno task moving-ladder");
  const [style] = svg.match(/<style>.*<\/style>/s)!;
  const moves = style.indexOf("@media screen and (prefers-reduced-motion: no-preference)");
  assertEquals(style.indexOf("animation") > moves && moves > 0, true);
  assertEquals(svg.match(/<g class="step\d+">/g)?.length, 11);
});
