/**
 * Lesson "time-wait": the end that closes first waits.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { pathOf } from "../watched.ts";

/** A port as `netkit port --json` prints it, as far as it is asked about. */
interface Port {
  /** Whether a server could have it. */
  readonly free: boolean | null;
}

/** The lesson. */
export const timeWait: Lesson = {
  name: "time-wait",
  title: () => t`TIME-WAIT and using a port again`,
  steps: [
    step({
      says: () => [
        t`The last ACK may be lost: then the other end sends its FIN again, and somebody must be there to
        answer. So the end that closes first stays in TIME-WAIT for twice the longest life of a segment
        (2 MSL); Linux takes 60 seconds.`,
      ],
      run: async (stage) => {
        const records = await stage.showCapture("three-segment-close");
        const ends = ["client", "server"] as const;
        return { waiting: ends.find((end) => pathOf(records, end).includes("TIME-WAIT"))! };
      },
      asks: {
        text: () => t`Which end waits in TIME-WAIT: client or server?`,
        answer: ({ waiting }) => [waiting, waiting === "client" ? "客户端" : "服务器"],
        rule: () => t`The one that has sent the first FIN.`,
        mistakes: ({ waiting }) => [{
          given: waiting === "client" ? "server" : "client",
          hint: t`Look at which side TIME-WAIT stands.`,
        }],
        why: ({ waiting }) =>
          t`The ${waiting} has closed first. A server that closes first collects sockets in TIME-WAIT:
          so protocols let the client close where they can.`,
      },
    }),
    step({
      says: () => [
        t`On this machine: a client connects and closes first, and then the port that it had is looked
        at. A server that starts again must be able to listen although connections of its predecessor
        wait: servers set SO_REUSEADDR for that.`,
      ],
      run: async (stage) => {
        const server = await stage.serve();
        // A port that the system chooses could not be had again: only such sockets have no SO_REUSEADDR.
        const own = `${await stage.freePort()}`;
        const client = ["client", "--source", `127.0.0.1:${own}`, `${server.port}`];
        await stage.run(client, { input: "hello\n" });
        await server.end();
        await stage.run(["port", own]);
        const [port] = await stage.json<Port>(["port", own]);
        return { free: port!.free !== false, port: own };
      },
      asks: {
        text: ({ port }) => t`Could a server listen at port ${port} now: yes or no?`,
        answer: ({ free }) => free ? ["yes", "能", "可以"] : ["no", "不能", "不可以"],
        rule: () => t`The output says whether the port is free.`,
        mistakes: ({ free }) => [{
          given: free ? "no" : "yes",
          hint: t`Read the line about the port itself: free or not.`,
        }],
        why: () =>
          t`TIME-WAIT holds the pair of both ends, not the port: with SO_REUSEADDR, which netkit and most
          servers set, a server listens again at once. Without it, bind fails: "address already in use".`,
      },
    }),
  ],
};
