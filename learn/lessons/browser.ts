/**
 * Lesson "browser": a client of one's own, or the browser that everybody has.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { found } from "../said.ts";
import type { Stage } from "../stage.ts";

/** A request as a browser makes it (RFC 9112). */
const REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

/** A request for a WebSocket, with the key of the example in RFC 6455, section 1.3. */
const UPGRADE = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** Asks a server for browsers, and shows the beginning of its answer; resolves to its status code. */
async function asked(stage: Stage, request: string, headers: RegExp, note: string) {
  const server = await stage.serve(["--web", "0"]);
  const [, port] = await server.says(/http:\/\/127\.0\.0\.1:(\d+)\//);
  const { out } = await stage.run(["client", port!], { input: request, quiet: true });
  await stage.note(note);
  const [head] = out.split("\r\n\r\n");
  const shown = head!.split("\r\n").filter((line, i) => i === 0 || headers.test(line));
  await stage.show(shown.map((line) => `${line}\n`).join(""));
  await server.end();
  return { status: found(out, /^HTTP\/1\.1 (\d+)/) };
}

/** The lesson. */
export const browser: Lesson = {
  name: "browser",
  title: () => t`Client and server, browser and server`,
  steps: [
    step({
      says: () => [
        t`Client and server (C/S): both programs are yours, and so is what they say. Browser and server
        (B/S): the client is on every machine already, and speaks HTTP. HTTP is text over TCP: so
        ${"netkit client"} can play the browser.`,
      ],
      run: (stage) =>
        asked(
          stage,
          REQUEST,
          /^(content-|connection)[^:]*: .{1,50}$/i,
          t`The first line of what the server answers to "GET / HTTP/1.1", and some others:`,
        ),
      asks: {
        text: () => t`Which status code does the server answer with?`,
        answer: ({ status }) => [status],
        rule: () => t`It is the number in the first line.`,
        mistakes: () => [
          { given: "1.1", hint: t`That is the version of HTTP.` },
          { given: "404", hint: t`That would mean that there is no such page.` },
        ],
        why: ({ status }) =>
          t`${status}. ${"netkit serve --web"} shows the page in a real browser: the same service over
          TCP and over a WebSocket.`,
      },
    }),
    step({
      says: () => [
        t`A browser asks, and the server answers: nothing comes unasked. For a conversation both ways
        there is WebSocket (RFC 6455): it begins as HTTP, and then the connection is full duplex
        again, so that the server may speak first.`,
      ],
      run: (stage) =>
        asked(
          stage,
          UPGRADE,
          /^(upgrade|connection):/i,
          t`The client asks for ${'"Upgrade: websocket"'}, and this comes back:`,
        ),
      asks: {
        text: () => t`With which status code does the server leave HTTP?`,
        answer: ({ status }) => [status],
        rule: () => t`It is the number in the first line.`,
        mistakes: () => [
          { given: "200", hint: t`That would be the answer to a request that stays HTTP.` },
          { given: "13", hint: t`That is the version of WebSocket.` },
          { given: "1.1", hint: t`That is the version of HTTP.` },
        ],
        why: ({ status }) =>
          t`${status}. From there on both sides send messages, each wrapped in a small frame of its own:
          bytes have borders again, which TCP does not keep.`,
      },
    }),
  ],
};
