import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { speak } from "../cli/language.ts";
import { main } from "../main.ts";
import { Browser } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { fakeIo } from "./fakes.ts";
import { needs } from "./needs.ts";
import {
  arrived,
  assertSteps,
  click,
  example,
  LAMPS,
  ServedTrace,
  text,
  traceIn,
} from "./trace_pages.ts";

/** Declares a test in a browser; in CI there must be one. */
function inBrowser(name: string, fn: (test: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, ...needs({ what: "a browser", isHere: findBrowser() !== null }), fn });
}

inBrowser("stepping lights the states that --json tells", async () => {
  await using browser = await Browser.start();
  await assertSteps(browser, "simultaneous-close.pcap");
});

inBrowser("the page says what trace -r says", async (test) => {
  await using browser = await Browser.start();
  for (const name of ["four-segment-close.pcap", "simultaneous-close.pcap", "lost-syn.pcap"]) {
    await test.step(name, async () => {
      const capture = await example(name);
      const { out } = await traceIn(capture, "--all");
      await using served = await ServedTrace.start(capture);
      const page = await browser.open(`${served.url}#all=1`);
      await page.until(`document.querySelectorAll("#summary p").length > 0`);
      await page.resize(1280, 4000); // every rung is in sight
      await page.until(`document.querySelectorAll(".rung").length > 5`);
      const rungs = await page.evaluate<string[][]>(`[...document.querySelectorAll(".rung")]
        .map((rung) => [".time", ".label", ".remark", ".note > span:not(.remark)"]
          .map((each) => rung.querySelector(each)?.textContent ?? ""))`);
      for (const [time, label, remark, meaning] of rungs) {
        const line = out.split("\n").find((each) => each.includes(` ${time} `));
        assertStringIncludes(line!, ` ${label} `);
        assertStringIncludes(line!, remark !== "" ? remark! : meaning!);
      }
      assertStringIncludes(out, await page.evaluate<string>(text("#summary p")));
      const paths = await page.evaluate<string[]>(
        `[...document.querySelectorAll("#paths p:not(.soft)")].map((each) => each.textContent)`,
      );
      for (const each of paths) assertStringIncludes(out, each);
      assertEquals(paths.length, 2);
      await page.close();
    });
  }
});

inBrowser(
  "the page says in Chinese what trace -r --lang zh says, and changes what is there",
  async () => {
    await using browser = await Browser.start();
    const capture = await example("lost-syn.pcap");
    let out: string;
    try {
      ({ out } = await traceIn(capture, "--all", "--lang", "zh"));
    } finally {
      await speak("en");
    }
    await using served = await ServedTrace.start(capture);
    const page = await browser.open(`${served.url}#all=1`);
    await page.until(`document.querySelectorAll("#summary p").length > 0`);
    await page.until(`document.querySelectorAll("#boxes .field").length > 10`);
    await page.resize(1280, 4000); // every rung is in sight
    await click(page, "[value=zh]");
    await page.until(`${text("#diagram-title")} === "状态转换图"`);
    await page.until(`document.getElementById("rungs").textContent.includes("第一次握手")`);
    const notes = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".rung .note > span")].map((each) => each.textContent)`,
    );
    assert(notes.length > 3, `${notes}`);
    for (const each of notes) assertStringIncludes(out, each);
    assertStringIncludes(out, await page.evaluate<string>(text("#summary p")));
    const verdict = await page.evaluate<string>(text(".connection .end"));
    assertStringIncludes(out, verdict);
    await page.until(`[...document.querySelectorAll("#boxes .field")]
    .every(({ title }) => !/[a-z]{2}/.test(title) || /\\p{Script=Han}/u.test(title))`);
    await click(page, "[value=en]");
    await page.until(`${text("#diagram-title")} === "State diagram"`);
    await page.until(`!/\\p{Script=Han}/u.test(document.querySelector("main").innerText)`);
    assertEquals(page.console, []);
  },
);

inBrowser("the page of a recording: bytes, filter, link, language, widths", async (test) => {
  await using served = await ServedTrace.start(await example("first-contact.pcap"));
  await using browser = await Browser.start();
  const page = await browser.open(served.url);
  const step = (name: string, fn: () => Promise<void>) => test.step(name, fn);
  await page.until(`document.querySelectorAll("#summary p").length > 0`);
  await page.until(`document.querySelectorAll("#boxes .field").length > 10`);

  await step("pointing at a field lights its bytes, and at a byte its field", async () => {
    await page.evaluate(`[...document.querySelectorAll(".field")]
      .find((each) => each.querySelector(".name").textContent === "tcp.dstport").focus()`);
    const lit = await page.evaluate<number[]>(`[...document.querySelectorAll(".byte.lit")]
      .map((each) => Number(each.dataset.at))`);
    assertEquals(lit.length, 2);
    await page.evaluate(`document.querySelector('.byte[data-at="${lit[0]}"]').dispatchEvent(
      new PointerEvent("pointerover", { bubbles: true }))`);
    assertEquals(await page.evaluate(text(".field.lit .name")), "tcp.dstport");
    assertMatch(await page.evaluate<string>(text("#told")), /tcp\.dstport \d+/);
    await page.evaluate(`document.getElementById("hex").focus()`);
    await page.press("ArrowRight");
    assertEquals(
      await page.evaluate(`document.querySelector(".byte.cursor").dataset.at`),
      `${lit[0]! + 1}`,
    );
  });

  await step("a state that is pointed at lights its rungs, and a rung its edge", async () => {
    await page.evaluate(`document.querySelector('[data-state="ESTABLISHED"]').focus()`);
    assert(await page.evaluate<number>(`document.querySelectorAll(".rung.lit").length`) > 0);
    await page.evaluate(`document.querySelector(".rung .states b").dispatchEvent(
      new PointerEvent("pointerover", { bubbles: true }))`);
    const edges = `[...document.querySelectorAll(".edge.lit")].map((e) => e.dataset.edge)`;
    assertEquals(await page.evaluate(edges), ["CLOSED>SYN-SENT"]);
    // The page looks once more for what has come a little later, and leaves them lit.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))");
    assertEquals(await page.evaluate(edges), ["CLOSED>SYN-SENT"]);
  });

  await step("words and a kind filter the list, and the search finds segments", async () => {
    const rows = `document.querySelectorAll("#grid .connection").length`;
    const all = await page.evaluate<number>(rows);
    await page.evaluate(`document.getElementById("filter").focus()`);
    await page.type("nothing like it");
    await page.until(`${rows} === 0`);
    assertEquals(await page.evaluate(text("#no-connections")), "No connection fits the filter.");
    await page.evaluate(`(() => {
      const filter = document.getElementById("filter");
      filter.value = "";
      filter.dispatchEvent(new Event("input"));
    })()`);
    await page.until(`${rows} === ${all}`);
    await page.evaluate(`document.getElementById("find").focus()`);
    await page.type("SYN,ACK");
    await page.until(`${text("#position")}.startsWith("2 of")`);
    assertEquals(await page.evaluate(text("#found")), "1 of 1");
  });

  await step("a reload shows the same", async () => {
    await page.evaluate(`document.getElementById("find").blur()`);
    await click(page, "#to-scale");
    assertMatch(await page.evaluate<string>("location.hash"), /conn=1&segment=2&scale=time/);
    await page.reload();
    await page.until(`${text("#position")}.startsWith("2 of")`);
    assertEquals(await page.evaluate(`document.getElementById("to-scale").ariaPressed`), "true");
  });

  for (const width of [320, 640, 1280, 2560]) {
    await step(`nothing is wider than ${width} pixels`, async () => {
      await page.resize(width);
      await page.until(`document.documentElement.scrollWidth === ${width}`);
    });
  }

  await step("it speaks Chinese when asked, also the next time", async () => {
    await click(page, "[value=zh]");
    await page.until(`${text("#diagram-title")} === "状态转换图"`);
    await page.reload();
    await page.until(`${text("#diagram-title")} === "状态转换图"`);
    await page.until(`document.getElementById("rungs").textContent.includes("第二次握手：")`);
    assertEquals(await page.evaluate("document.documentElement.lang"), "zh-CN");
  });

  assertEquals(page.console, []);
  assertEquals([...page.hosts], [new URL(served.url).host]);
});

inBrowser(
  "a document of --html works from disk, loads nothing, and leaves the payload out if asked",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const file = `${folder}/one page.html`;
      const capture = await example("four-segment-close.pcap");
      const left = await traceIn(capture, "--html", "one page.html");
      assertEquals([left.code, left.out], [0, ""]);
      await Deno.writeFile(file, left.written("one page.html")!);
      assertMatch(left.err, /one page\.html: 1 connection, \d+\.\d KiB\n/);
      await using browser = await Browser.start();
      const page = await browser.open("about:blank");
      await page.send("Network.emulateNetworkConditions", {
        offline: true,
        latency: 0,
        downloadThroughput: 0,
        uploadThroughput: 0,
      });
      await page.go(`file://${encodeURI(file)}`);
      await arrived(page, 11);
      await page.until(`document.querySelectorAll("#boxes .field").length > 10`);
      assertEquals(await page.evaluate(LAMPS), ["TIME-WAIT", "LAST-ACK"]);
      await click(page, "#first");
      assertEquals(await page.evaluate(LAMPS), ["SYN-SENT", "?"]);
      assertMatch(await page.evaluate<string>("location.hash"), /conn=1&segment=1/);
      await page.reload();
      await page.until(`${text("#position")} === "1 of 11"`);
      assertEquals(page.console, []);
      assertEquals([...page.hosts], [""]);

      const without = await traceIn(capture, "--html", "one page.html", "--no-payload");
      const document = new TextDecoder().decode(without.written("one page.html")!);
      await Deno.writeTextFile(file, document);
      const [, data] = document.match(/id="recording">(.*?)<\/script>/)!;
      const { connections: [{ packets }] } = JSON.parse(data!);
      const all = packets.map((packet: unknown[]) => atob(packet[4] as string)).join("\n");
      assert(!/hello/i.test(all));
      await page.go(`file://${encodeURI(file)}`);
      await arrived(page, 11);
      await page.until(`${text("#summary")}.includes("5 B →, 5 B ←; closed by the client in 4")`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("trace --web and --html refuse what they cannot do", async () => {
  const refused = async (...args: readonly string[]) => {
    const io = fakeIo();
    assertEquals(await main(["trace", ...args], io), 2);
    return io.err();
  };
  assertMatch(await refused("8000", "--web", "8000"), /--web needs a port of its own/);
  assertMatch(await refused("--web", "6000"), /they refuse to connect to it/);
  assertMatch(await refused("-r", "x", "--web", "--json"), /--web and --json do not go together/);
  assertMatch(await refused("-r", "x", "--no-payload"), /means nothing without --html/);
  assertMatch(await refused("-r", "x", "--web", "--html", "y"), /--web and --html/);
});
