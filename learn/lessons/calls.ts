/**
 * Lesson "calls": the calls of a server and of a client.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { found } from "../said.ts";
import { callsOf, type LoggedCall, servedCalls, showLog } from "../server_log.ts";
import type { Stage } from "../stage.ts";

/** Words for a client. */
const WORDS = ["hello", "socket", "straße", "network"];

/** Lets a client say a word to a server, and waits for the answer; resolves to the calls of the server. */
function served(stage: Stage, word: string): Promise<readonly LoggedCall[]> {
  return servedCalls(stage, `${word}\n`, ["--mode", "half"]);
}

/** The lesson. */
export const calls: Lesson = {
  name: "calls",
  title: () => t`The calls of a server and a client`,
  steps: [
    step({
      says: () => [
        t`A server calls socket, bind (its address and port), listen, and then accept, again and again:
        accept returns a connection when a client has come. On the connection it calls read and write,
        and at the end close. A client calls socket, connect, write, read, close. The option -v logs
        these calls.`,
      ],
      run: async (stage) => ({ calls: await served(stage, stage.random.one(WORDS)) }),
      asks: {
        text: () => t`Which call of the server returns because a client has connected?`,
        answer: ({ calls }) => [calls[0]!.call, `${calls[0]!.call}()`],
        rule: () => t`It is the first line with #1.`,
        mistakes: () => [
          {
            given: "listen",
            hint: t`listen says that clients may come; it does not wait for one.`,
          },
          { given: "connect", hint: t`That is the call of the client.` },
          { given: "read", hint: t`read is called on the connection, which must be there before.` },
          { given: "bind", hint: t`bind gives the server its address and port.` },
        ],
        why: () =>
          t`accept() gives a new socket for this connection; the listening socket goes on waiting. So a
          server can have many clients at once.`,
      },
    }),
    step({
      says: () => [
        t`read returns the number of bytes that have come: as many as the network has delivered, not as
        many as the client has written at once. A letter outside of ASCII has more than one byte.`,
      ],
      run: async (stage) => {
        const word = stage.random.one(WORDS);
        const calls = await served(stage, word);
        const read = calls.find(({ call }) => call === "read");
        return { word, bytes: read?.bytes ?? 0 };
      },
      asks: {
        text: () => t`How many bytes did the first read return?`,
        answer: ({ bytes }) => [`${bytes}`],
        rule: () => t`It stands in the line with read. The line feed is a byte, too.`,
        mistakes: ({ word, bytes }) => [
          { given: `${bytes - 1}`, hint: t`One more: the line feed at the end.` },
          { given: `${[...word].length}`, hint: t`Those are the letters of the word.` },
          { given: "0", hint: t`That is the last read: the client has closed.` },
        ],
        why: ({ word, bytes }) => t`"${word}" and a line feed are ${bytes} bytes in UTF-8.`,
      },
    }),
    step({
      says: () => [
        t`Two clients at once: the server gives each connection a number, and serves both. In Go this is
        a goroutine for each connection.`,
      ],
      run: async (stage) => {
        const server = await stage.serve(["-v"]);
        const client = ["client", "--mode", "half", `${server.port}`];
        await Promise.all(
          WORDS.slice(0, 2).map((word) => stage.run(client, { input: `${word}\n` })),
        );
        await Promise.all([server.says(/ close +#1/), server.says(/ close +#2/)]);
        const calls = callsOf(await showLog(stage, server));
        return { accepted: calls.filter(({ call }) => call === "accept").length, calls };
      },
      asks: {
        text: () => t`How many times has accept returned?`,
        answer: ({ accepted }) => [`${accepted}`],
        rule: () => t`Count the lines with accept.`,
        mistakes: ({ accepted, calls }) => [
          { given: `${accepted - 1}`, hint: t`Each client has a connection of its own.` },
          { given: `${accepted + 1}`, hint: t`The listening socket is no connection.` },
          { given: `${calls.length}`, hint: t`Those are all the calls.` },
        ],
        why: ({ accepted }) =>
          t`${accepted}, once for each client. The lines of #1 and #2 may stand in any order: nobody
          waits for the other one.`,
      },
    }),
    step({
      says: () => [t`The calls of the client are logged in the same way.`],
      run: async (stage) => {
        const server = await stage.serve();
        const { err } = await stage.run(
          ["client", "--log", "text", "--mode", "half", `${server.port}`],
          { input: "hello\n" },
        );
        await server.end();
        return { call: found(err, /\b(\w+) +127\.0\.0\.1/) };
      },
      asks: {
        text: () => t`Which call of the client makes the connection?`,
        answer: ({ call }) => [call, `${call}()`, ...call === "connect" ? ["dial"] : []],
        rule: () => t`It names the address and port of the server.`,
        mistakes: () => [
          { given: "accept", hint: t`That is the call of the server.` },
          { given: "socket", hint: t`socket makes a socket; it does not know yet where to.` },
          { given: "write", hint: t`write needs a connection.` },
        ],
        why: () =>
          t`connect() sends the SYN, and returns when the server's SYN,ACK has come: lesson 7.`,
      },
    }),
  ],
};
