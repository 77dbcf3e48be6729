import { assert, assertEquals, assertMatch } from "@std/assert";
import { violationsIn } from "./axe.ts";
import { Browser, inBrowser, type Page } from "./browser.ts";
import { clientFrame } from "./client_frames.ts";
import { LINUX, needs } from "./needs.ts";
import { ServerWithWeb } from "./web_servers.ts";

/** The system from which the states of sockets are read. */
const system = {
  platform: Deno.build.os,
  readTextFile: (path: string) => Deno.readTextFile(path),
};

/** Opens the page of a server; resolves when it watches. */
async function openPage(
  server: ServerWithWeb,
  browser: Browser,
  host = "127.0.0.1",
): Promise<Page> {
  const page = await browser.open(`http://${host}:${server.web}/`);
  await page.until(`document.getElementById("status").dataset.state === "live"`);
  return page;
}

/** Opens the row of the table that contains a text. */
async function openRow(page: Page, text: string): Promise<void> {
  const button = `[...document.querySelectorAll("#rows button")]
    .find((each) => each.innerText.includes(${JSON.stringify(text)}))`;
  await page.until(`${button} !== undefined`);
  await page.evaluate(`${button}.click()`);
  await page.until(`${button}?.getAttribute("aria-expanded") === "true"`);
}

/** The lines of the row that is opened: the call and what stands behind it. */
const LINES = `[...document.querySelectorAll(".opened > ol > li")].map((line) =>
  [...line.querySelectorAll(":scope > :not(time)")].map((each) => each.textContent))`;

inBrowser(
  "a row opens into its calls, with the beginning of their bytes as text that does nothing",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const page = await openPage(server, browser);
    const conn = await server.connect();
    await openRow(page, `127.0.0.1:${conn.localAddr.port}`);
    await conn.write(new TextEncoder().encode("<b>hé\x1b[31m\u202e\n"));
    await conn.read(new Uint8Array(100));
    await conn.closeWrite();
    await page.until(`document.querySelector(".opened .close") !== null`);
    const text = "<b>hé\\x1b[31m\\u202e\\n";
    assertEquals(await page.evaluate(LINES), [
      ["accept"],
      ["read", "15 B", text],
      ["write", "15 B", text.replace("<b>hé", "<B>HÉ").replace("31m", "31M")],
      ["read", "0 B", "the client has ended its half"],
      ["close"],
    ]);
    assertEquals(await page.evaluate(`document.querySelectorAll(".opened ol b").length`), 5);
    assertEquals(await violationsIn(page), []);
    // It stays when the table has forgotten the connection, and goes when it is closed.
    await page.until(`document.querySelectorAll("#rows tr.ended").length === 1`);
    await page.evaluate(`document.querySelector("#rows tr.ended button").click()`);
    await page.until(`document.querySelector(".opened") === null`);
    await page.until(`document.querySelector("#rows tr.ended") === null`);
    conn.close();
    assertEquals(page.console, []);
  },
);

inBrowser(
  "a connection that was accepted before anybody looked says what is not seen",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const conn = await server.connect();
    await conn.write(new TextEncoder().encode("secret"));
    await conn.read(new Uint8Array(100));
    const page = await openPage(server, browser);
    await openRow(page, `127.0.0.1:${conn.localAddr.port}`);
    await page.until(`document.querySelector(".opened .accept") !== null`);
    const text = await page.evaluate<string>(`document.querySelector(".opened").innerText`);
    assertMatch(text, /Before a page looked: 6 B received, 6 B sent\./);
    assert(!text.includes("secret"));
    conn.close();
  },
);

inBrowser(
  "of many calls the first and the last are shown, and the number of those between",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const page = await openPage(server, browser);
    const conn = await server.connect();
    await openRow(page, `127.0.0.1:${conn.localAddr.port}`);
    const buffer = new Uint8Array(10);
    for (let i = 0; i < 300; i++) {
      await conn.write(Uint8Array.of(0x61));
      await conn.read(buffer);
    }
    conn.close();
    await page.until(`document.querySelector(".opened .close, .opened .reset") !== null`);
    assertEquals(await page.evaluate(`document.querySelectorAll(".opened > ol > li").length`), 129);
    const gap = await page.evaluate<string>(`document.querySelector(".opened .gap").innerText`);
    assertMatch(gap, /^\d+ calls between are not kept$/);
    assertEquals(
      await page.evaluate(`document.querySelectorAll(".opened > ol > li")[32].className`),
      "gap",
    );
  },
);

inBrowser("a message opens into its frame, beside the same message as TCP carries it", async () => {
  await using server = await ServerWithWeb.start();
  await using browser = await Browser.start();
  const page = await openPage(server, browser);
  await page.evaluate(`document.getElementById("message").value = "hello"`);
  await page.evaluate(`document.getElementById("form").requestSubmit()`);
  await page.until(`document.querySelectorAll("#log li").length === 2`);
  await page.evaluate(
    `for (const each of document.querySelectorAll("#messages > li > button")) each.click()`,
  );
  await page.until(`document.querySelectorAll(".frames .frame").length === 2`);
  const frames = await page.evaluate<string[][]>(`[...document.querySelectorAll(".frames .frame")]
    .map((frame) => [...frame.querySelectorAll("p, code, li span, li bdi")].map((each) => each.textContent))`);
  const [asked, answered] = frames;
  const [, key, masked] = [asked![4], asked![5], asked![7]];
  assertEquals(asked!.filter((_, i) => i !== 5 && i !== 7), [
    "11 B over the WebSocket",
    ...["81", "FIN 1 · RSV 0 · opcode 1 text"],
    ...["85", "MASK 1 · length 5"],
    "masking key",
    "content, each byte XOR one of the key",
    "5 B over TCP: the message and nothing else",
    ...["68 65 6c 6c 6f", "hello"],
  ]);
  const bytes = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));
  const unmasked = bytes(masked!).map((byte, i) => byte ^ bytes(key!)[i % 4]!);
  assertEquals(new TextDecoder().decode(unmasked), "hello");
  assertEquals(answered, [
    "7 B over the WebSocket",
    ...["81", "FIN 1 · RSV 0 · opcode 1 text"],
    ...["05", "MASK 0 · length 5"],
    ...["48 45 4c 4c 4f", "content"],
    "5 B over TCP: the message and nothing else",
    ...["48 45 4c 4c 4f", "HELLO"],
  ]);
  assertEquals(await violationsIn(page), []);
  await page.evaluate(`document.querySelector("[value=zh]").click()`);
  await page.until(`document.querySelector(".frames").innerText.includes("经WebSocket：11 B")`);
});

inBrowser(
  "a message that is opened before the page knows its connection has its frame too",
  async () => {
    await using server = await ServerWithWeb.start();
    await using browser = await Browser.start();
    const page = await browser.open("about:blank");
    // The number of its own connection comes late, as it does when that was opened after the last sample.
    await page.send("Page.addScriptToEvaluateOnNewDocument", {
      source: `const fetched = fetch;
      fetch = async (...args) => {
        const { body } = await fetched(...args);
        const late = new TransformStream({
          transform: (text, controller) =>
            controller.enqueue(window.isKnown ? text : text.replace(/"own":\\d+/g, '"own":null')),
        });
        return new Response(
          body.pipeThrough(new TextDecoderStream()).pipeThrough(late).pipeThrough(new TextEncoderStream()),
        );
      };`,
    });
    await page.go(`http://127.0.0.1:${server.web}/`);
    await page.until(`document.getElementById("status").dataset.state === "live"`);
    await page.evaluate(`document.getElementById("message").value = "hello"`);
    await page.evaluate(`document.getElementById("form").requestSubmit()`);
    await page.until(`document.querySelectorAll("#log li").length === 2`);
    await page.evaluate(
      `for (const each of document.querySelectorAll("#messages > li > button")) each.click()`,
    );
    await page.evaluate(`window.isKnown = true`);
    await page.until(`document.querySelectorAll(".frames .frame").length === 2`);
    assertEquals(page.console, []);
  },
);

inBrowser(
  "a WebSocket's row opens into the bytes that were read, and the frames in them",
  async () => {
    await using server = await ServerWithWeb.start({}, { pingInterval: 600_000 }); // no ping but the client's
    await using browser = await Browser.start();
    const page = await openPage(server, browser);
    using socket = await server.upgrade();
    await openRow(page, `127.0.0.1:${(socket.conn.localAddr as Deno.NetAddr).port}`);
    const long = clientFrame({ data: "x".repeat(300), final: false });
    await socket.send(clientFrame({ opcode: 9, data: "?" }));
    await socket.send(long);
    await socket.send(clientFrame({ opcode: 0, data: "y" }));
    await page.until(`document.querySelectorAll(".opened details").length >= 5`);
    const titles = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".opened summary span")].map((each) => each.textContent)`,
    );
    assertEquals(titles.toSorted(), [
      "frame received continuation, 1 B, FIN",
      "frame received ping, 1 B, FIN",
      "frame received text, 300 B",
      "frame sent pong, 1 B, FIN",
      "frame sent text, 301 B, FIN",
    ]);
    await page.evaluate(
      `for (const each of document.querySelectorAll(".opened details")) each.open = true`,
    );
    await page.until(`document.querySelectorAll(".opened .frame").length === 5`);
    const text = await page.evaluate<string>(`document.querySelector(".opened").innerText`);
    for (
      const part of ["the length is in the next 2 bytes", "length 300", "opcode 9 ping", "FIN 0"]
    ) {
      assert(text.includes(part), `${part} is not in ${text}`);
    }
    assertEquals(await violationsIn(page), []);
  },
);

Deno.test({
  name: "the states of a connection's sockets are the kernel's, until the last has gone",
  ...needs(LINUX),
  async fn() {
    await using server = await ServerWithWeb.start({}, { system });
    const conn = await server.connect();
    const peer = `127.0.0.1:${conn.localAddr.port}`;
    await server.saw((event) => event.event === "accept" && event.peer === peer);
    using page = await server.connect(server.web);
    await page.write(
      new TextEncoder().encode("GET /events?open=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    );
    const until = async (pattern: RegExp) => {
      const buffer = new Uint8Array(65536);
      for (let text = ""; !pattern.test(text);) {
        const count = await page.read(buffer);
        assert(count !== null, `it ended with ${text}`);
        text += new TextDecoder().decode(buffer.subarray(0, count));
      }
    };
    const states = (server: string, client: string) => {
      const socket = (state: string) =>
        state === "null" ? "null" : `\\{"state":"${state}","secondsLeft":(null|\\d+)\\}`;
      return new RegExp(`"states":\\{"server":${socket(server)},"client":${socket(client)}\\}`);
    };
    await until(states("ESTABLISHED", "ESTABLISHED"));
    conn.close(); // the client ends first: it is the one in TIME-WAIT
    await until(states("null", "TIME-WAIT"));
  },
});
