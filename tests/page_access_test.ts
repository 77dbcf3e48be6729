import { assert, assertEquals, assertMatch } from "@std/assert";
import { violationsIn } from "./axe.ts";
import { Browser, inBrowser } from "./browser.ts";
import { ServerWithWeb } from "./web_servers.ts";

/** Opens a page with content: a message and its answer, a client that talks, and one that has ended. */
async function openedPage(server: ServerWithWeb, browser: Browser) {
  const page = await browser.open(`http://127.0.0.1:${server.web}/`);
  await page.until(`document.getElementById("status").dataset.state === "live"`);
  await page.evaluate(`document.querySelector(".chips button").click()`);
  await page.until(`document.querySelectorAll("#log li").length === 2`);
  const client = await server.connect();
  await client.write(new TextEncoder().encode("hello"));
  await page.until(`document.querySelectorAll("#rows tr.tcp").length > 0`);
  return { page, client };
}

inBrowser(
  "axe-core finds nothing in a page with content, at any width, light or dark",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const { page, client } = await openedPage(server, browser);
    for (const width of [320, 1280, 2560]) {
      await page.resize(width);
      for (const scheme of ["light", "dark"] as const) {
        await page.prefer(scheme);
        for (const language of ["en", "zh"]) {
          await page.evaluate(`document.querySelector("[value=${language}]").click()`);
          assertEquals(await violationsIn(page), [], `${width} pixels, ${scheme}, ${language}`);
        }
      }
      assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
    }
    client.close();
    await page.until(`document.querySelector("#rows tr.tcp.ended") !== null`);
    assertEquals(await violationsIn(page), []);
    server.stop();
    await server.done;
    await page.until(`document.getElementById("status").dataset.state === "stopped"`);
    assertEquals(await violationsIn(page), []);
  },
);

inBrowser("a connection that has ended is told by a word, at any width", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const { page, client } = await openedPage(server, browser);
  const peer = `127.0.0.1:${client.localAddr.port}`;
  const state = `(() => {
    const row = [...document.querySelectorAll("#rows tr")].find((row) => row.innerText.includes("${peer}"));
    const cell = row?.querySelector(".state");
    return cell?.checkVisibility() ? cell.innerText : null;
  })()`;
  for (const width of [320, 1280]) {
    await page.resize(width);
    assertEquals(await page.evaluate(state), "open", `${width}`);
  }
  await page.resize(320);
  client.close();
  await page.until(`${state} === "closed"`);
});

/** Runs in the page: returns the element with the focus if something cuts its ring off or lies over it. */
function cutRing(): string {
  // deno-lint-ignore no-explicit-any -- the page has types of its own
  const page = globalThis as any;
  const { document } = page;
  const element = document.activeElement;
  if (element === document.body) return "";
  const style = page.getComputedStyle(element);
  const size = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const box = element.getBoundingClientRect();
  const ring = {
    left: box.left - size,
    right: box.right + size,
    top: box.top - size,
    bottom: box.bottom + size,
  };
  if (style.outlineStyle === "none") return `${element.outerHTML}: no ring`;
  const scrollable = document.documentElement;
  if (ring.left < 0 || ring.right > scrollable.clientWidth) return `${element.id}: cut at the side`;
  for (let each = element.parentElement; each; each = each.parentElement) {
    if (page.getComputedStyle(each).overflow === "visible" || each === scrollable) continue;
    const clip = each.getBoundingClientRect();
    const isWhole = ring.left >= clip.left && ring.right <= clip.right && ring.top >= clip.top &&
      ring.bottom <= clip.bottom;
    if (!isWhole) return `${element.id || element.innerText}: cut by #${each.id}`;
  }
  const y = (box.top + box.bottom) / 2;
  for (const x of [box.left - size / 2, box.right + size / 2]) {
    const over = document.elementFromPoint(x, y);
    const isBehind = over === null || over.contains(element) || style.zIndex !== "auto";
    if (!isBehind) return `${element.id || element.innerText}: under ${over.outerHTML}`;
  }
  return "";
}

inBrowser("the ring around what has the focus is whole, at any width", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const { page, client } = await openedPage(server, browser);
  for (const width of [320, 1280]) {
    await page.resize(width);
    await page.evaluate("document.activeElement.blur()");
    const seen = new Set<string>();
    for (let i = 0; i < 16; i++) {
      await page.press("Tab");
      assertEquals(await page.evaluate(`(${cutRing})()`), "", `${width} pixels`);
      seen.add(
        await page.evaluate("document.activeElement.id || document.activeElement.innerText"),
      );
    }
    for (const control of ["EN", "log", "message", "plot", "/metrics"]) {
      assert(seen.has(control), `${control} is not among ${[...seen]}`);
    }
  }
  client.close();
});

inBrowser("characters that turn the direction of text turn no other text", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const page = await browser.open(`http://127.0.0.1:${server.web}/`);
  await page.evaluate(`document.getElementById("message").value = "\\u202ehello \\u2066שלום"`);
  await page.evaluate(`document.getElementById("form").requestSubmit()`);
  await page.until(`document.querySelectorAll("#log li").length === 2`);
  // The characters of the note stand from left to right, behind the message.
  const places = await page.evaluate<number[]>(`(() => {
    const { firstChild } = document.querySelector("#log li small");
    return [...firstChild.data].map((_, i) => {
      const range = document.createRange();
      range.setStart(firstChild, i);
      range.setEnd(firstChild, i + 1);
      return range.getBoundingClientRect().left;
    });
  })()`);
  assert(places.length > 3);
  assertEquals(places, places.toSorted((a, b) => a - b));
});

inBrowser("the plot is read with the keys, bar after bar, in words", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const { page, client } = await openedPage(server, browser);
  const reading = `document.getElementById("reading").innerText`;
  await page.until(`document.getElementById("bytes").innerText === "34 B"`);
  assertMatch(await page.evaluate(reading), /32 times the rate is 4 times as high/);
  // What is read at once after each key: a sample later the bar is another, or has gone.
  await page.evaluate(`globalThis.readings = [];
    const plot = document.getElementById("plot");
    plot.addEventListener("keydown", () =>
      readings.push({ text: ${reading}, told: plot.getAttribute("aria-valuetext") }));
    plot.focus()`);
  for (const key of ["ArrowLeft", "Home", "Escape"]) await page.press(key);
  await page.until("readings.length === 3");
  const [newest, oldest, none] = await page.evaluate<{ text: string; told: string }[]>("readings");
  assertMatch(newest!.text, /^0\.0 s ago: .* in, .* out, the same$/);
  assertMatch(oldest!.text, /^\d\d\.\d s ago: 0 B\/s in, 0 B\/s out/);
  assertEquals(oldest!.told, oldest!.text);
  assertMatch(none!.text, /32 times/);
  client.close();
});

inBrowser(
  "a page on which nothing moves draws nothing, and one without a sample waits for none",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const page = await browser.open(`http://127.0.0.1:${server.web}/`);
    await page.until(`document.getElementById("status").dataset.state === "live"`);
    const drawn = await page.evaluate<number[]>(`import("/plot.js").then(async ({ Plot }) => {
    let count = 0;
    const canvas = document.createElement("canvas");
    document.body.append(canvas);
    const plot = new Plot(canvas);
    const frame = () => new Promise((resolve) =>
      requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
    await frame(); // it was drawn for the first time, with its size
    const { draw } = plot;
    plot.draw = () => { count++; draw.call(plot); };
    const counts = [];
    for (const [bytes, times] of [[0, 10], [5, 1], [0, 10]]) {
      for (let i = 0; i < times; i++) {
        plot.add([{ received: bytes, sent: bytes }], plot.number + 1);
        await frame();
      }
      counts.push(count);
    }
    for (let i = 0; i < 200; i++) plot.add([{ received: 0, sent: 0 }], plot.number + 1);
    await frame();
    const settled = count;
    for (let i = 0; i < 200; i++) plot.add([{ received: 0, sent: 0 }], plot.number + 1);
    await frame();
    canvas.remove();
    return [...counts, count - settled];
  })`);
    assertEquals(drawn, [0, 1, 11, 0]);
    assertEquals(await page.evaluate("document.getAnimations().length"), 0);
  },
);

inBrowser("an hour of samples and connections takes no more memory than a minute", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const page = await browser.open(`http://127.0.0.1:${server.web}/`);
  await page.until(`document.getElementById("status").dataset.state === "live"`);
  const run = (samples: number) =>
    page.evaluate<number>(`Promise.all([import("/plot.js"), import("/table.js")]).then(
      ([{ Plot }, { Table }]) => {
        globalThis.hourPlot ??= new Plot(document.createElement("canvas"));
        globalThis.hourTable ??= new Table(document.createElement("tbody"));
        globalThis.hourTotal ??= 0;
        for (let i = 0; i < ${samples}; i++) {
          hourPlot.add([{ received: i, sent: i }], hourPlot.number + 1);
          hourTotal++;
          const rows = Array.from({ length: 100 }, (_, k) => ({ number: hourTotal + k, listener: "tcp",
            peer: "192.0.2.1:" + k, since: 0, received: i, sent: i, state: "open", ended: null }));
          if (i % 20 === 0) hourTable.show(rows, 0);
        }
        return hourPlot.samples.length + hourTable.rows.length + hourTable.lines.size;
      })`);
  const nodes = async () => {
    await page.send("HeapProfiler.collectGarbage");
    const { metrics } = await page.send("Performance.getMetrics") as {
      metrics: { name: string; value: number }[];
    };
    return metrics.find(({ name }) => name === "Nodes")!.value;
  };
  await page.send("Performance.enable");
  assertEquals(await run(120), 320);
  const before = await nodes();
  assertEquals(await run(7200), 320);
  const after = await nodes();
  assert(after < before + 200, `${before} nodes before, ${after} after an hour`);
});

inBrowser("the page is printed: what was said, the plot and the table, on white", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const { page, client } = await openedPage(server, browser);
  await page.prefer("dark");
  const { data } = await page.send("Page.printToPDF") as { data: string };
  const pdf = new TextDecoder("latin1").decode(Uint8Array.fromBase64(data));
  assertMatch(pdf, /^%PDF-/);
  await page.send("Emulation.setEmulatedMedia", {
    media: "print",
    features: [{ name: "prefers-color-scheme", value: "dark" }],
  });
  const seen = (id: string) => page.evaluate(`document.getElementById("${id}").checkVisibility()`);
  assertEquals(
    [await seen("log"), await seen("plot"), await seen("rows"), await seen("form")],
    [true, true, true, false],
  );
  assertEquals(
    await page.evaluate("getComputedStyle(document.body).backgroundColor"),
    "rgb(255, 255, 255)",
  );
  client.close();
});

inBrowser("the language that was chosen is kept", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const page = await browser.open(`http://127.0.0.1:${server.web}/`);
  await page.evaluate(`document.querySelector("[value=zh]").click()`);
  await page.reload();
  await page.until(`document.documentElement.lang === "zh-CN"`);
});
