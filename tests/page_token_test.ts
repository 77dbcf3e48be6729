import { assert, assertEquals, assertMatch } from "@std/assert";
import { Browser, inBrowser, type Page } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { openTracedRow, talkOver } from "./served_pages.ts";
import { click, text } from "./trace_pages.ts";
import { ServerWithWeb } from "./web_servers.ts";

const LIVE = `document.getElementById("status").dataset.state === "live"`;

/** Resolves to what becomes of a connection that a page opens: `open`, or `refused`. */
function outcome(page: Page, open: string): Promise<string> {
  return page.evaluate(`new Promise((resolve) => {
    const it = ${open};
    it.onopen = it.onmessage = () => { it.close(); resolve("open"); };
    it.onerror = () => resolve("refused");
  })`);
}

inBrowser(
  "a page with the token talks and watches, and one without says what is missing",
  async () => {
    await using server = await ServerWithWeb.start({}, {
      names: { names: ["lab.local"], origins: [] },
    });
    await using browser = await Browser.start();
    const url = `http://127.0.0.1:${server.web}/`;
    const without = await browser.open(url);
    await without.until(`document.getElementById("status").innerText === "token missing"`);
    const words = `document.getElementById("reason").innerText`;
    await without.until(`${words}.includes("Open the URL that netkit serve has printed")`);
    await without.close();

    const page = await browser.open(`${url}#token=${server.token}`);
    await page.until(LIVE);
    await page.evaluate(`document.querySelector(".chips button").click()`);
    await page.until(`document.querySelectorAll("#log li").length === 2`);
    assertEquals(await page.evaluate("location.href"), url);
    await page.reload();
    await page.until(LIVE);
    assertEquals(page.console, []);
    const sent = page.urls.filter((each) => !each.includes("#")); // a fragment is not sent
    assert(sent.some((each) => each.startsWith("ws:")) && sent.some((each) => /events/.test(each)));
    assertEquals(sent.filter((each) => each.includes(server.token!)), []);
    await page.close();

    // Another tab does not have it.
    const other = await browser.open(url);
    await other.until(`document.getElementById("status").innerText === "token missing"`);
  },
);

inBrowser("a page of one's own may look, and one of another origin may not", async () => {
  const serve = () =>
    Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () =>
        new Response("<!DOCTYPE html><title>another page</title>", {
          headers: { "Content-Type": "text/html" },
        }),
    );
  const own = serve();
  const foreign = serve();
  const originOf = ({ addr }: typeof own) => `http://127.0.0.1:${addr.port}`;
  await using server = await ServerWithWeb.start({}, {
    names: { names: [], origins: [originOf(own)] },
  });
  assertEquals(server.token, null);
  await using browser = await Browser.start();
  const target = `127.0.0.1:${server.web}`;
  for (const [page, expected] of [[own, "open"], [foreign, "refused"]] as const) {
    const opened = await browser.open(`${originOf(page)}/`);
    assertEquals(await outcome(opened, `new WebSocket("ws://${target}/ws")`), expected);
    assertEquals(await outcome(opened, `new EventSource("http://${target}/events")`), expected);
  }
  await own.shutdown();
  await foreign.shutdown();
});

inBrowser("a page whose own name leads here gets at nothing (DNS rebinding)", async () => {
  await using server = await ServerWithWeb.start({}, {
    names: { names: ["lab.local"], origins: [] },
  });
  await using browser = await Browser.start("en", [
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP lab.local 127.0.0.1",
  ]);
  const page = await browser.open(`http://evil.test:${server.web}/`);
  const text = await page.evaluate<string>("document.body.innerText");
  assert(text.startsWith("this server has another name"), text);
  // The page of evil.test knows the token, and it does not help.
  const events = `fetch("/events", { headers: { Authorization: "Bearer ${server.token}" } })
    .then(({ status }) => status)`;
  assertEquals(await page.evaluate(events), 421);
  assertEquals(
    await outcome(
      page,
      `new WebSocket("ws://evil.test:${server.web}/ws",
    ["netkit", "netkit-token.${server.token}"])`,
    ),
    "refused",
  );
  const named = await browser.open(`http://lab.local:${server.web}/#token=${server.token}`);
  await named.until(LIVE);
});

inBrowser("a tab that slept catches up by the numbers of its samples", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  // It is hidden when the test says so, and a minute is no time.
  const script = `
    const wait = setTimeout;
    globalThis.setTimeout = (call, time, ...rest) => wait(call, time === 60000 ? 0 : time, ...rest);
    globalThis.seen = "visible";
    Object.defineProperty(Document.prototype, "visibilityState", { get: () => seen });
    globalThis.show = (next) => { seen = next; document.dispatchEvent(new Event("visibilitychange")); };`;
  const page = await browser.open(`http://127.0.0.1:${server.web}/`, 1280, "light", script);
  await page.until(LIVE);
  const client = await server.connect();
  await page.until(`document.querySelectorAll("#rows tr.tcp").length === 1`);
  await page.evaluate(`show("hidden")`);
  using other = await server.connect(server.web);
  await other.write(
    new TextEncoder().encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  );
  const buffer = new Uint8Array(65536);
  let text = "";
  for (let i = 1; i <= 3; i++) {
    await client.write(new Uint8Array(1000).fill(0x61));
    while (!text.includes(`"received":${1000 * i},"sent":${1000 * i},"state":"open"`)) {
      const count = await other.read(buffer);
      text += new TextDecoder().decode(buffer.subarray(0, count!));
    }
  }
  client.close();
  await page.evaluate(`show("visible")`);
  await page.until(`document.getElementById("bytes").innerText === "5.9 KiB"`);
  const readings = await page.evaluate<string[]>(`(() => {
    const plot = document.getElementById("plot");
    const press = (key) => plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const all = [];
    press("End");
    for (let i = 0; i < 60; i++) {
      all.push(document.getElementById("reading").innerText);
      press("ArrowLeft");
    }
    return all;
  })()`);
  const moved = readings.filter((each) => !each.includes(": 0 B/s in"));
  const rates = moved.map((each) => parseFloat(each.match(/: ([\d.]+) KiB\/s in/)![1]!));
  // 3000 bytes in so many samples of half a second, each rounded to a tenth.
  const sum = rates.reduce((sum, rate) => sum + rate, 0);
  assert(Math.abs(sum - 6000 / 1024) <= 0.05 * rates.length + 1e-9, moved.join());
  assertEquals(page.console, []);
});

Deno.test({
  name: "serve --web --trace beyond this machine: both pages need the token, also in another tab",
  ...needs({ what: "a browser", isHere: findBrowser() !== null }, await capturing()),
  async fn() {
    await using netkit = new Netkit(["serve", "0.0.0.0:0", "--web", "0", "--trace"]);
    const [line] = await Array.fromAsync(firstLines(netkit.child.stdout));
    const token = line!.match(/#token=(\S+)/)![1]!;
    const port = Number((await netkit.says(/0\.0\.0\.0:(\d+), waiting/))[1]);
    const web = Number((await netkit.says(/http:\/\/localhost:(\d+)\/,/))[1]);
    const url = `http://127.0.0.1:${web}/`;
    await using browser = await Browser.start();
    const page = await browser.open(`${url}#token=${token}`);
    await page.until(LIVE);
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    const name = `127.0.0.1:${client.localAddr.port}`;
    assertEquals(await talkOver(client, "gamma"), "GAMMA");
    const link = await openTracedRow(page, name);
    await click(page, ".opened a.segments");
    for (const each of [page, await browser.open(link)]) {
      await each.until(`document.getElementById("rungs")?.textContent.includes("GAMMA")`);
      const href = await each.evaluate<string>("location.href");
      assert(!href.includes(token) && href.includes("/trace/#conn="), href);
      assertEquals(each.urls.filter((sent) => !sent.includes("#") && sent.includes(token)), []);
      assertEquals(each.console, []);
      await each.close();
    }
    const without = await browser.open(`${url}trace/`);
    await without.until(`document.getElementById("status").dataset.link === "refused"`);
    assertMatch(await without.evaluate<string>(text("#status-text")), /^token missing/);
    client.close();
  },
});

/** Yields the first text of a stream, and lets go of it. */
async function* firstLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  for await (const each of stream.pipeThrough(new TextDecoderStream())) {
    yield each;
    return;
  }
}
