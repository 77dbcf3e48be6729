import { assert, assertEquals, assertMatch } from "@std/assert";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { main } from "../main.ts";
import { wrap } from "../packet/encode.ts";
import { FLAG } from "../tcp/segment.ts";
import { Browser } from "./browser.ts";
import { findBrowser } from "./browser_process.ts";
import { fakeIo } from "./fakes.ts";
import { needs } from "./needs.ts";
import { arrived, assertUsable, ServedTrace, text } from "./trace_pages.ts";

/** Declares a test in a browser; in CI there must be one. */
function inBrowser(name: string, fn: (test: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, ...needs({ what: "a browser", isHere: findBrowser() !== null }), fn });
}

/** Resolves to a capture of one segment with this payload. */
async function segmentWith(payload: Uint8Array): Promise<Uint8Array> {
  const io = fakeIo({ stdin: payload });
  assertEquals(await main(["frame", "-", "-w", "it.pcap"], io), 0, io.err());
  return io.written("it.pcap")!;
}

/** Returns a capture of a connection of `count` segments: data of the client, each acknowledged. */
function longCapture(count: number): Uint8Array {
  const [client, server] = [0xc0000201, 0xc0000202];
  const parts: Uint8Array[] = [pcapHeader(101)];
  for (let i = 0; i < count; i++) {
    const isData = i % 2 === 0;
    const bytes = wrap([
      {
        name: "ip",
        set: new Map([["ip.src", isData ? client : server], ["ip.dst", isData ? server : client]]),
      },
      {
        name: "tcp",
        set: new Map([
          ["tcp.srcport", isData ? 50000 : 80],
          ["tcp.dstport", isData ? 80 : 50000],
          ["tcp.seq_raw", isData ? 1 + 4 * i : 1],
          ["tcp.ack_raw", isData ? 1 : 9 + 4 * (i - 1)],
          ["tcp.flags", isData ? FLAG.psh | FLAG.ack : FLAG.ack],
          ["tcp.window_size_value", 5000],
        ]),
      },
    ], new Uint8Array(isData ? 8 : 0));
    parts.push(pcapRecord({ time: BigInt(i) * 1_000_000n, bytes, length: bytes.length }));
  }
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

inBrowser("axe-core finds nothing, in both languages, narrow and light", async () => {
  await using browser = await Browser.start();
  await assertUsable(browser, "zero-window.pcap", 375, "light");
});

inBrowser("bytes that command a terminal, a page or the direction of text are text", async () => {
  const payload = new TextEncoder().encode(
    `</script><img src=x onerror=alert(1)><b>bold</b>\x1b[31m\x00\u202eevil\u2066\uffff\ufeff"'&amp;`,
  );
  const capture = await segmentWith(payload);
  await using served = await ServedTrace.start(capture);
  const io = fakeIo({ files: { "it.pcap": capture } });
  assertEquals(await main(["trace", "-r", "it.pcap", "--html", "out.html"], io), 0);
  const file = await Deno.makeTempFile({ suffix: ".html" });
  await Deno.writeFile(file, io.written("out.html")!);
  await using browser = await Browser.start();
  try {
    for (const url of [served.url, `file://${file}`]) {
      const page = await browser.open(url);
      await page.until(`document.querySelector("#rungs .payload") !== null`);
      const shown = await page.evaluate<string>(text("#rungs .payload"));
      assertMatch(shown, /<\/script><img src=x/);
      assertEquals(
        await page.evaluate(`document.querySelectorAll("#rungs img, #rungs b.bold").length`),
        0,
      );
      const all = await page.evaluate<string>("document.body.textContent");
      const main = all.replace(/\{"title".*/s, ""); // the data of the document has escapes of its own
      // deno-lint-ignore no-control-regex -- control characters are what this is about
      assert(!/[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ufeff]/.test(main));
      assertEquals(page.console, []);
      await page.close();
    }
  } finally {
    await Deno.remove(file);
  }
});

inBrowser(
  "10,000 segments: few rows are made, they tell their places, and print has 500",
  async (test) => {
    await using served = await ServedTrace.start(longCapture(10_000));
    await using browser = await Browser.start();
    const page = await browser.open(`${served.url}#all=1`);
    await arrived(page, 10_000);

    await test.step("only those in sight are in the document", async () => {
      const made = `document.querySelectorAll("#rungs .rung").length`;
      assert(await page.evaluate<number>(made) < 80);
      await page.evaluate(`document.getElementById("rungs").scrollTop = 200000`);
      await page.until(`Number(document.querySelector("#rungs .rung").ariaPosInSet) > 1000`);
      assert(await page.evaluate<number>(made) < 80);
      const places = await page.evaluate<string[]>(`[...document.querySelectorAll("#rungs .rung")]
      .map((rung) => rung.ariaPosInSet + " of " + rung.ariaSetSize)`);
      assert(places.every((place) => / of 10000$/.test(place)), places[0]);
      assertEquals(places.map(parseInt), places.map(parseInt).toSorted((a, b) => a - b));
    });

    await test.step("the search finds what is not in the document", async () => {
      await page.evaluate(`document.getElementById("find").focus()`);
      await page.type("seq=20001");
      await page.until(`${text("#position")}.startsWith("5001 of")`);
      assert(await page.evaluate(`document.querySelector(".rung[aria-selected=true]") !== null`));
    });

    await test.step("print has 500 rungs, and says what is left out", async () => {
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      assertEquals(await page.evaluate(`document.querySelectorAll("#print .rung").length`), 500);
      assertEquals(
        await page.evaluate(text("#print-left")),
        "The first 500 rungs are printed, 9500 are left out.",
      );
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      const { data } = await page.send("Page.printToPDF", {}) as { data: string };
      const pdf = Uint8Array.fromBase64(data);
      assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
      const pages = new TextDecoder("latin1").decode(pdf).match(/\/Type \/Page\b/g)?.length ?? 0;
      assert(pages > 10, `${pages} pages`);
    });

    assertEquals(page.console, []);
  },
);
