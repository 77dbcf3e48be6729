/**
 * Lesson "browser": a client of one's own, or the browser that everybody has.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";

/** A request as a browser makes it (RFC 9112). */
const REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

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
      run: async (stage) => {
        const server = await stage.serve(["--web", "0"]);
        const [, port] = await server.says(/http:\/\/127\.0\.0\.1:(\d+)\//);
        const { out } = await stage.run(["client", port!], { input: REQUEST, quiet: true });
        const head = out.split("\r\n\r\n")[0]!.split("\r\n");
        await stage.note(
          t`The first line of what the server answers to "GET / HTTP/1.1", and some others:`,
        );
        const shown = head.filter((line, i) =>
          i === 0 || /^(content-|connection)[^:]*: .{1,50}$/i.test(line)
        );
        await stage.show(shown.map((line) => `${line}\n`).join(""));
        await server.end();
        return { status: out.match(/^HTTP\/1\.1 (\d+)/)?.[1] ?? "200" };
      },
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
        there is WebSocket (RFC 6455): it begins as HTTP, and then the connection is full duplex again.`,
      ],
      asks: {
        text: () => t`Which of the two can a server use to speak first: HTTP or WebSocket?`,
        answer: () => ["websocket", "web socket", "ws"],
        rule: () => t`It is the one that is full duplex.`,
        mistakes: () => [
          { given: "http", hint: t`In HTTP/1.1 the server only answers.` },
        ],
        why: () =>
          t`WebSocket. Each message is wrapped in a small frame of its own: bytes have borders again,
          which TCP does not keep.`,
      },
    }),
  ],
};
