import { assertEquals, assertMatch } from "@std/assert";
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import { Browser } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { fakeIo } from "./fakes.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { freePort, listening } from "./free_port.ts";
import { Netkit } from "./processes.ts";
import { exchangeText } from "./servers.ts";
import { arrived, click, example, LAMPS, ServedTrace, text } from "./trace_pages.ts";
import { until } from "./waiting.ts";

const BROWSER = { what: "a browser", isHere: findBrowser() !== null };

Deno.test({
  name: "trace --serve --web shows connections as they pass, and the newest one",
  ...needs(BROWSER, await capturing()),
  async fn() {
    const port = freePort();
    await using netkit = new Netkit(["trace", "--serve", `${port}`, "--web", "0"]);
    const [, url] = await netkit.says(/(http:\S+\/) shows it/);
    await netkit.says(/capturing on lo/);
    await using browser = await Browser.start();
    const page = await browser.open(url!);
    await page.until(`document.getElementById("status").dataset.link === "open"`);
    assertEquals(await page.evaluate(text("#no-connections")), "No connection yet.");

    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await page.until(`JSON.stringify(${LAMPS}) === '["ESTABLISHED","ESTABLISHED"]'`);
    assertMatch(
      await page.evaluate<string>(text("#rungs")),
      /handshake 3\/3: accept\(\) can return/,
    );
    assertEquals(await exchangeText(conn, "hello"), "HELLO");
    await page.until(`JSON.stringify(${LAMPS}) === '["TIME-WAIT","CLOSED"]'`);
    await page.until(`/^2 MSL \\d+ s$/.test(${text(".wait")})`);
    await page.until(`document.querySelector("#grid .connection.over") !== null`);

    const second = await Deno.connect({ hostname: "127.0.0.1", port });
    await page.until(`${text("#ladder-name")}.startsWith("#2 ")`);
    await page.until(`JSON.stringify(${LAMPS}) === '["ESTABLISHED","ESTABLISHED"]'`);
    second.close();
    await page.until(`${text("#grid")}.includes("closed by")`);

    netkit.signal("SIGINT");
    await page.until(`/stopped|lost/.test(document.getElementById("status").dataset.link)`);
    assertEquals((await netkit.child.status).code, 0, netkit.err);
    assertMatch(await page.evaluate<string>(text("#ladder-name")), /^#2 /);
  },
});

Deno.test({
  name: "a page whose server has gone says so, finds it again, and keeps its place",
  ...needs(BROWSER),
  async fn() {
    const capture = await example("four-segment-close.pcap");
    const port = freePort(); // nobody takes it while there is no netkit
    const first = await ServedTrace.start(capture, port);
    await using browser = await Browser.start();
    const page = await browser.open(`${first.url}#conn=1&segment=3`);
    await arrived(page, 11);
    await page.until(`${text("#position")} === "3 of 11"`);
    assertEquals(await first.end(), 0);
    await page.until(`/stopped|lost/.test(document.getElementById("status").dataset.link)`);
    assertEquals(await page.evaluate(text("#position")), "3 of 11"); // all is still there

    // A program that is being started may still have the socket of the first one.
    await until(() => !listening()?.has(port));
    await using _ = await ServedTrace.start(await example("simultaneous-close.pcap"), port);
    await page.until(`document.getElementById("status").dataset.link === "complete"`);
    await page.until(`${text("#summary")}.includes("closed by both ends at once")`);
    assertMatch(await page.evaluate<string>("location.hash"), /conn=1/);
  },
});

Deno.test({
  name: "without tcpdump the page says what helps, and netkit ends with exit code 2",
  ...needs(BROWSER),
  async fn() {
    const io = fakeIo();
    const done = main(["trace", "8000", "--web", "0"], io);
    await until(() => io.err().includes("apt install"));
    assertMatch(io.err(), /\nnetkit trace: tcpdump is not installed\n {2}apt install tcpdump; /);
    const [url] = io.err().match(/http:\S+/)!;
    await using browser = await Browser.start();
    const page = await browser.open(url);
    await page.until(`!document.getElementById("problem").hidden`);
    assertMatch(
      await page.evaluate<string>(text("#problem")),
      /tcpdump is not installed.*apt install tcpdump/,
    );
    assertEquals(page.console, []);
    io.interrupt(new Stopped("SIGINT"));
    assertEquals(await done, 2);
    await click(page, "[value=zh]"); // it lives on without netkit
  },
});
