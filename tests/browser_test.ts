import { assertEquals, assertRejects } from "@std/assert";
import { Browser, inBrowser } from "./browser.ts";
import { startBrowser } from "./browser_process.ts";

inBrowser("a test has a browser of its own where the one that all share has gone", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("no DevTools"),
  );
  await using browser = await Browser.start("en", [], `ws://127.0.0.1:${server.addr.port}/`);
  const page = await browser.open("about:blank");
  assertEquals(await page.evaluate("6 * 7"), 42);
});

inBrowser("a test fails at once, and ends, when the browser that all share goes", async () => {
  const shared = await startBrowser();
  await using browser = await Browser.start("en", [], shared.address);
  const page = await browser.open("about:blank");
  const under = assertRejects(() => page.evaluate("new Promise(() => {})"), Error);
  await shared[Symbol.asyncDispose]();
  await under;
  await assertRejects(() => page.evaluate("6 * 7"), Error, "the browser has gone");
});
