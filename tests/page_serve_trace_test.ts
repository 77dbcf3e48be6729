import { assertEquals, assertMatch } from "@std/assert";
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import { violationsIn } from "./axe.ts";
import { Browser } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { fakeIo } from "./fakes.ts";
import { freePort } from "./free_port.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { openTracedRow, talkOver } from "./served_pages.ts";
import { click, LAMPS, text } from "./trace_pages.ts";
import { until } from "./waiting.ts";

const BROWSER = { what: "a browser", isHere: findBrowser() !== null };

const LIVE = `document.getElementById("status").dataset.state === "live"`;

Deno.test({
  name: "serve --web --trace: the row of each of two clients opens into its ladder, which grows",
  ...needs(BROWSER, await capturing()),
  async fn() {
    await using netkit = new Netkit(["serve", "0", "--web", "0", "--trace"]);
    const port = Number((await netkit.says(/127\.0\.0\.1:(\d+), waiting/))[1]);
    const url = (await netkit.says(/(http:\S+\/),/))[1]!;
    await using browser = await Browser.start();
    const page = await browser.open(url);
    await page.until(LIVE);
    const clients = [
      await Deno.connect({ hostname: "127.0.0.1", port }),
      await Deno.connect({ hostname: "127.0.0.1", port }),
    ] as const;
    const names = clients.map(({ localAddr }) => `127.0.0.1:${localAddr.port}`);
    assertEquals(await talkOver(clients[0], "alpha"), "ALPHA");
    assertEquals(await talkOver(clients[1], "beta"), "BETA");
    for (const [i, word] of ["alpha", "beta"].entries()) {
      const link = await openTracedRow(page, names[i]!);
      assertMatch(link, new RegExp(`/trace/#client=127\\.0\\.0\\.1%3A${names[i]!.split(":")[1]}$`));
      assertEquals(await violationsIn(page), []);
      const ladder = await browser.open(link);
      await ladder.until(`${text("#ladder-name")}.includes(${JSON.stringify(names[i])})`);
      await ladder.until(`${text("#rungs")}.includes(${JSON.stringify(word.toUpperCase())})`);
      await ladder.until(`JSON.stringify(${LAMPS}) === '["ESTABLISHED","ESTABLISHED"]'`);
      assertEquals(
        await ladder.evaluate(`document.querySelectorAll("#grid .connection").length`),
        2,
      );
      if (i === 1) {
        assertEquals(await talkOver(clients[1], "more"), "MORE");
        await ladder.until(`${text("#rungs")}.includes("MORE")`);
        clients[1].close();
        await ladder.until(`JSON.stringify(${LAMPS}) === '["TIME-WAIT","CLOSED"]'`);
        await ladder.until(`${text("#summary")}.includes("closed by the client")`);
        await ladder.reload(); // the place is kept
        await ladder.until(`${text("#ladder-name")}.includes(${JSON.stringify(names[i])})`);
      }
      assertEquals(ladder.console, []);
      await ladder.close();
    }
    clients[0].close();
    netkit.signal("SIGINT");
    assertEquals((await netkit.child.status).code, 0, netkit.err);
    assertEquals(page.console, []);
  },
});

Deno.test({
  name: "serve --web --trace: the ladder stays when netkit has gone, and the next one is found",
  ...needs(BROWSER, await capturing()),
  async fn() {
    const open = `document.getElementById("status").dataset.link === "open"`;
    const web = `${freePort()}`; // nobody takes it while there is no netkit
    const start = async () => {
      const netkit = new Netkit(["serve", "0", "--web", web, "--trace"]);
      const port = Number((await netkit.says(/127\.0\.0\.1:(\d+), waiting/))[1]);
      return { netkit, port, url: (await netkit.says(/(http:\S+\/),/))[1]! };
    };
    const first = await start();
    await using _first = first.netkit;
    await using browser = await Browser.start();
    const page = await browser.open(`${first.url}trace/`);
    await page.until(open);
    const client = await Deno.connect({ hostname: "127.0.0.1", port: first.port });
    assertEquals(await talkOver(client, "before"), "BEFORE");
    await page.until(`${text("#rungs")}.includes("BEFORE")`);
    client.close();
    await page.until(`${text("#summary")}.includes("closed by the client")`);
    first.netkit.signal("SIGINT");
    assertEquals((await first.netkit.child.status).code, 0, first.netkit.err);
    await page.until(`/stopped|lost/.test(document.getElementById("status").dataset.link)`);
    assertMatch(await page.evaluate<string>(text("#rungs")), /BEFORE/);
    assertEquals(await violationsIn(page), []);

    const second = await start();
    await using _second = second.netkit;
    await page.until(open);
    assertEquals(await page.evaluate(text("#no-connections")), "No connection yet.");
    const other = await Deno.connect({ hostname: "127.0.0.1", port: second.port });
    assertEquals(await talkOver(other, "after"), "AFTER");
    await page.until(`${text("#rungs")}.includes("AFTER")`);
    await page.reload();
    await page.until(`${text("#rungs")}.includes("AFTER")`);
    other.close();
    second.netkit.signal("SIGINT");
    assertEquals((await second.netkit.child.status).code, 0, second.netkit.err);
  },
});

Deno.test({
  name: "serve --web --trace without tcpdump serves all the same, and the page says what helps",
  ...needs(BROWSER),
  async fn() {
    const io = fakeIo();
    const done = main(["serve", "0", "--web", "0", "--trace"], io);
    await until(() => /http:\S+\/,/.test(io.err()));
    assertMatch(
      io.err(),
      /netkit serve: --trace: tcpdump is not installed\n {2}apt install tcpdump; /,
    );
    const [, url] = io.err().match(/(http:\S+\/),/)!;
    const [, port] = io.err().match(/127\.0\.0\.1:(\d+), waiting/)!;
    await using browser = await Browser.start();
    const page = await browser.open(url!);
    await page.until(LIVE);
    const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    assertEquals(await talkOver(client, "delta"), "DELTA");
    await openTracedRow(page, `127.0.0.1:${client.localAddr.port}`);
    await click(page, ".opened a.segments");
    await page.until(`document.getElementById("problem")?.hidden === false`);
    assertMatch(
      await page.evaluate<string>(text("#problem")),
      /tcpdump is not installed.*apt install tcpdump/,
    );
    client.close();
    io.interrupt(new Stopped("SIGINT"));
    assertEquals(await done, 0);
  },
});
