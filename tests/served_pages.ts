/**
 * What tests do in the page of `serve --web --trace`, and beside it.
 *
 * @module
 */
import type { Page } from "./browser.ts";

/** Opens the row of a client in the page of a server, and returns the link to its ladder. */
export async function openTracedRow(page: Page, client: string): Promise<string> {
  const button = `[...document.querySelectorAll("#rows button")]
    .find((each) => each.innerText.includes(${JSON.stringify(client)}))`;
  await page.until(`${button} !== undefined`);
  await page.evaluate(`${button}.click()`);
  await page.until(`document.querySelector(".opened a.segments") !== null`);
  return await page.evaluate(`document.querySelector(".opened a.segments").href`);
}

/** Talks over a connection; resolves to the answer. */
export async function talkOver(conn: Deno.TcpConn, words: string): Promise<string> {
  await conn.write(new TextEncoder().encode(words));
  const buffer = new Uint8Array(100);
  return new TextDecoder().decode(buffer.subarray(0, (await conn.read(buffer))!));
}
