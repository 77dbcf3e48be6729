import { assert, assertEquals, assertRejects } from "@std/assert";
import { BLOCKED_PORTS } from "../address/blocked_ports.ts";
import { Browser, inBrowser, type Page } from "./browser.ts";
import { freePort } from "./free_port.ts";
import { exchangeText } from "./servers.ts";
import { ServerWithWeb } from "./web_servers.ts";

/** Types text into the page's conversation and sends it with the keyboard. */
async function say(page: Page, text: string): Promise<void> {
  await page.evaluate(`document.getElementById("message").focus()`);
  await page.type(text);
  await page.press("Enter");
}

/** An expression for the text of the nth message, 0 for the last one, without its note. */
const message = (n: number) =>
  `[...document.querySelectorAll("#log li")].at(${-1 - n})?.firstChild.textContent`;

/** An expression for the rows of the table that contain a text, without those that have ended. */
const rows = (text: string) =>
  `[...document.querySelectorAll("#rows tr:not(.ended)")]
    .filter((row) => row.innerText.includes(${JSON.stringify(text)}))`;

inBrowser("the page talks, and shows who comes and goes", async (test) => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const url = `http://127.0.0.1:${server.web}/`;
  const page = await browser.open(url);
  const step = (name: string, fn: () => Promise<void>) => test.step(name, fn);

  await step("markup comes back as text, in upper case", async () => {
    await say(page, "<i>héllo</i>");
    await page.until(`${message(0)} === "<I>HÉLLO</I>"`);
    assertEquals(await page.evaluate(message(1)), "<i>héllo</i>");
    assertEquals(await page.evaluate(`document.querySelectorAll("#log i").length`), 0);
  });

  await step("it finds its own row", () => page.until(`${rows("this page")}.length === 1`));

  await step("a TCP client is in the table, and gone when it has ended", async () => {
    const conn = await server.connect();
    const peer = `127.0.0.1:${conn.localAddr.port}`;
    await page.until(`${rows(peer)}.length === 1`);
    await conn.write(new TextEncoder().encode("hello"));
    await page.until(`${rows(peer)}[0]?.innerText.includes("5 B")`);
    assertEquals(await page.evaluate(`document.getElementById("open-tcp").innerText`), "1");
    assertEquals(await exchangeText(conn, ""), "HELLO");
    await page.until(`${rows(peer)}.length === 0`);
    await page.until(`!document.getElementById("rows").innerText.includes("${peer}")`);
  });

  await step("a second tab sees the first one, and both have their own row", async () => {
    const second = await browser.open(url);
    await second.until(`document.querySelectorAll("#rows tr.web:not(.ended)").length === 2`);
    await second.until(`${rows("this page")}.length === 1`);
    await page.until(`document.getElementById("open-web").innerText === "2"`);
    assertEquals(second.console, []);
    await second.close();
    await page.until(`document.getElementById("open-web").innerText === "1"`);
  });

  await step("a page that is loaded again leaves no ghost", async () => {
    await page.reload();
    await page.until(`${rows("this page")}.length === 1`);
    await page.until(`document.querySelectorAll("#rows tr").length === 1`);
  });

  await step("messages of 64 KB and binary ones are answered", async () => {
    const answer = (message: string, result: string) =>
      page.evaluate(`new Promise((resolve, reject) => {
        const socket = new WebSocket("ws://" + location.host + "/ws");
        socket.binaryType = "arraybuffer";
        socket.onopen = () => socket.send(${message});
        socket.onmessage = ({ data }) => { socket.close(); resolve(${result}); };
        socket.onerror = reject;
      })`);
    assertEquals(await answer(`"ß".repeat(32768)`, `data === "S".repeat(65536)`), true);
    assertEquals(
      await answer(
        "Uint8Array.of(0x61, 0xff, 0x62)",
        "data instanceof ArrayBuffer && [...new Uint8Array(data)].join()",
      ),
      "65,255,66",
    );
  });

  for (const width of [320, 375, 1280]) {
    await step(`nothing is wider than ${width} pixels, also with long words`, async () => {
      await page.resize(width);
      await say(page, `${"ß".repeat(500)}${width}`);
      await page.until(`${message(0)} === "S".repeat(1000) + "${width}"`);
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
        .map((each) => each.tagName + "#" + each.id)`);
      assertEquals(wide, []);
      assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
    });
  }

  await step("it can be used with the keyboard alone, and every control has a name", async () => {
    await page.evaluate("document.activeElement.blur()");
    const seen = new Set<string>();
    for (let i = 0; i < 14; i++) {
      await page.press("Tab");
      seen.add(
        await page.evaluate(`document.activeElement.id || document.activeElement.innerText`),
      );
      // Asked at once: the row of a connection goes, and the focus with it.
      const isSeen = await page.evaluate(`document.activeElement === document.body ||
        getComputedStyle(document.activeElement).outlineStyle !== "none"`);
      assert(isSeen, "the focus is not seen");
    }
    for (
      const control of ["EN", "中文", "log", "message", "Send", "plot", "/metrics", "/healthz"]
    ) {
      assert(seen.has(control), `${control} is not among ${[...seen]}`);
    }
    const { nodes } = await page.send("Accessibility.getFullAXTree") as {
      nodes: { role?: { value: string }; name?: { value: string }; ignored: boolean }[];
    };
    const controls = nodes.filter(({ role, ignored }) =>
      !ignored && /^(button|textbox|link|log|table|image|canvas|slider)$/.test(role?.value ?? "")
    );
    assert(controls.length >= 8);
    assertEquals(controls.filter(({ name }) => !name?.value), []);
  });

  await step("words have contrast, light and dark (WCAG 2.2, 1.4.3)", async () => {
    for (const scheme of ["light", "dark"] as const) {
      await page.prefer(scheme);
      assertEquals(await page.evaluate<string[]>(`(${lowContrast})()`), [], scheme);
    }
  });

  await step("it speaks Chinese when asked", async () => {
    await page.evaluate(`document.querySelector("[value=zh]").click()`);
    await page.until(`document.body.innerText.includes("与服务器对话")`);
    await page.until(`${rows("本页")}.length === 1`);
    assertEquals(await page.evaluate("document.documentElement.lang"), "zh-CN");
  });

  await step("when the server stops, the page says so", async () => {
    server.stop();
    await server.done;
    await page.until(`document.getElementById("status").dataset.state === "stopped"`);
    await page.until(`document.getElementById("closed").checkVisibility()`);
    await page.until(`document.getElementById("reason").innerText === "服务器正在停止。"`);
    await page.until(`document.querySelectorAll("#rows tr").length === 0`);
    assertEquals(await page.evaluate(`document.getElementById("open-web").innerText`), "0");
  });

  assertEquals(page.console, []);
  assertEquals([...page.hosts], [`127.0.0.1:${server.web}`]);
});

/** Runs in the page: returns the texts that do not stand out from what is behind them by 4.5 to 1. */
function lowContrast(): string[] {
  // deno-lint-ignore no-explicit-any -- the page has types of its own
  const page = globalThis as any;
  const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = (color: readonly number[]) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const over = (top: number[], below: number[]) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((i) => top[i]! * alpha + below[i]! * (1 - alpha));
  };
  const bad: string[] = [];
  for (const element of page.document.querySelectorAll("body *")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !element.checkVisibility()) continue;
    const layers: number[][] = [];
    for (let each = element; each; each = each.parentElement) {
      layers.unshift(parse(page.getComputedStyle(each).backgroundColor));
    }
    const behind = layers.reduce((below, top) => over(top, below), [255, 255, 255]);
    const color = over(parse(page.getComputedStyle(element).color), behind);
    const [a, b] = [light(color) + 0.05, light(behind) + 0.05];
    const ratio = Math.max(a, b) / Math.min(a, b);
    if (ratio < 4.5) bad.push(`${element.id || element.className}: ${ratio.toFixed(2)}`);
  }
  return bad;
}

inBrowser("the page keeps the last 200 messages, and one that cannot be sent", async () => {
  await using server = await ServerWithWeb.start({}, { address: "[::]:8000" });
  await using browser = await Browser.start();
  const page = await browser.open(`http://127.0.0.1:${server.web}/`);
  // Nobody can connect to "::", but to the host that the page came from.
  const command = `document.getElementById("command").innerText`;
  await page.until(`${command} === "netkit client 127.0.0.1:8000"`);
  await page.evaluate(`for (let i = 1; i <= 150; i++) {
    document.getElementById("message").value = "m" + i;
    document.getElementById("form").requestSubmit();
  }`);
  await page.until(`${message(0)} === "M150"`);
  assertEquals(await page.evaluate(`document.querySelectorAll("#log li").length`), 200);

  server.stop();
  await server.done;
  await page.until(`document.getElementById("closed").checkVisibility()`);
  await say(page, "not lost");
  await page.until(`document.getElementById("message").value === "not lost"`);
});

inBrowser("a page that begins in Chinese for a browser that speaks it", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start("zh-CN,zh");
  const page = await browser.open(`http://127.0.0.1:${server.web}/`, 375, "dark");
  await page.until(`document.body.innerText.includes("接受连接中")`);
  assertEquals(await page.evaluate("document.documentElement.lang"), "zh-CN");
  assertEquals(page.console, []);
});

inBrowser("a page of another server gets at nothing", async () => {
  await using server = await ServerWithWeb.start();
  const other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response("<!DOCTYPE html><title>foreign</title>", {
        headers: { "Content-Type": "text/html" },
      }),
  );
  await using browser = await Browser.start();
  const page = await browser.open(`http://127.0.0.1:${other.addr.port}/`);
  const target = `127.0.0.1:${server.web}`;
  const outcome = (open: string) =>
    page.evaluate(`new Promise((resolve) => {
      const it = ${open};
      it.onopen = it.onmessage = () => resolve("open");
      it.onerror = () => resolve("refused");
    })`);
  assertEquals(await outcome(`new WebSocket("ws://${target}/ws")`), "refused");
  assertEquals(await outcome(`new EventSource("http://${target}/events")`), "refused");
  const read = `fetch("http://${target}/metrics").then(() => "read", () => "refused")`;
  assertEquals(await page.evaluate(read), "refused");
  await page.evaluate(`new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.src = "http://${target}/";
    frame.onload = resolve;
    document.body.append(frame);
  })`);
  assertEquals(server.events.filter(({ event }) => event === "accept"), []);
  await other.shutdown();
});

inBrowser("a browser refuses the ports on which netkit refuses to wait for it", async () => {
  await using browser = await Browser.start();
  const page = await browser.open("about:blank");
  const reasonOf = async (port: number) =>
    (await assertRejects(() => page.go(`http://127.0.0.1:${port}/`), Error)).message;
  // The standard has these two since 2024 (whatwg/fetch#1663), Chromium 156 has not.
  for (const port of BLOCKED_PORTS.filter((port) => port !== 4190 && port !== 6679)) {
    assert((await reasonOf(port)).endsWith("ERR_UNSAFE_PORT"), `${port}`);
  }
  assert((await reasonOf(freePort())).endsWith("ERR_CONNECTION_REFUSED"));
});
