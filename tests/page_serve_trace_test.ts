import { assert, assertEquals, assertMatch } from "@std/assert";
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import { violationsIn } from "./axe.ts";
import { Browser, findBrowser, type Page } from "./browser.ts";
import { fakeIo } from "./fakes.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { click, LAMPS, text } from "./trace_pages.ts";
import { until } from "./waiting.ts";

const BROWSER = { what: "a browser", isHere: findBrowser() !== null };

const LIVE = `document.getElementById("status").dataset.state === "live"`;

/** Opens the row of a client in the page of a server, and returns the link to its ladder. */
async function openRow(page: Page, client: string): Promise<string> {
  const button = `[...document.querySelectorAll("#rows button")]
    .find((each) => each.innerText.includes(${JSON.stringify(client)}))`;
  await page.until(`${button} !== undefined`);
  await page.evaluate(`${button}.click()`);
  await page.until(`document.querySelector(".opened a.segments") !== null`);
  return await page.evaluate(`document.querySelector(".opened a.segments").href`);
}

/** Talks over a connection; resolves to the answer. */
async function talk(conn: Deno.TcpConn, words: string): Promise<string> {
  await conn.write(new TextEncoder().encode(words));
  const buffer = new Uint8Array(100);
  return new TextDecoder().decode(buffer.subarray(0, (await conn.read(buffer))!));
}

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
    assertEquals(await talk(clients[0], "alpha"), "ALPHA");
    assertEquals(await talk(clients[1], "beta"), "BETA");
    for (const [i, word] of ["alpha", "beta"].entries()) {
      const link = await openRow(page, names[i]!);
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
        assertEquals(await talk(clients[1], "more"), "MORE");
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
  name: "serve --web --trace beyond this machine: both pages need the token, also in another tab",
  ...needs(BROWSER, await capturing()),
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
    assertEquals(await talk(client, "gamma"), "GAMMA");
    const link = await openRow(page, name);
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
async function* firstLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  for await (const each of stream.pipeThrough(new TextDecoderStream())) {
    yield each;
    return;
  }
}

Deno.test({
  name: "serve --web --trace without tcpdump serves all the same, and the page says what helps",
  ...needs(BROWSER),
  async fn() {
    const io = fakeIo();
    const done = main(["serve", "0", "--web", "0", "--trace"], io);
    await until(() => /http:\S+\/,/.test(io.err()));
    assertMatch(io.err(), /netkit serve: --trace: tcpdump is not installed\napt install tcpdump; /);
    const [, url] = io.err().match(/(http:\S+\/),/)!;
    const [, port] = io.err().match(/127\.0\.0\.1:(\d+), waiting/)!;
    await using browser = await Browser.start();
    const page = await browser.open(url!);
    await page.until(LIVE);
    const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    assertEquals(await talk(client, "delta"), "DELTA");
    await openRow(page, `127.0.0.1:${client.localAddr.port}`);
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
