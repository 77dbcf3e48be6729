/**
 * Lesson "ports": the number by which a host finds the program.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { found } from "../said.ts";
import type { Stage } from "../stage.ts";

/** A port as `netkit port --json` prints it, as far as it is asked about. */
interface Port {
  /** `system`, `registered` or `dynamic`. */
  readonly class: string;
  /** Whether a server could have it. */
  readonly free: boolean | null;
  /** Its sockets; `null` if they may not be seen. */
  readonly sockets: readonly Socket[] | null;
}

/** A socket of a port. */
interface Socket {
  /** Its own address and port. */
  readonly local: string;
  /** Those of the other end, `null` if it has none. */
  readonly peer: string | null;
  /** The processes that hold it. */
  readonly processes: readonly { readonly pid: number }[];
}

/** A pair of sockets: the address and port of the server, and those of the client. */
type Pair = readonly [server: string, client: string];

/** Lets two clients come to a server, and shows their connections; resolves to both pairs of sockets. */
async function connected(stage: Stage): Promise<{ readonly first: Pair; readonly second: Pair }> {
  const server = await stage.serve(["--hold"]);
  const port = `${server.port}`;
  const clients: string[] = [];
  for (const number of [1, 2]) {
    await stage.client(["--mode", "half", port], `${number}\n`);
    const accepted = new RegExp(`^.* accept +#${number} (\\S+).*$`, "m");
    const [line, client] = await server.says(accepted);
    await stage.show(line);
    clients.push(client!);
  }
  const [one, other] = clients as [string, string];
  const both = new RegExp(`${one}[^]*${other}|${other}[^]*${one}`);
  await stage.run(["port", "--watch", port], { until: both });
  const [{ sockets }] = await stage.json<Port>(["port", port]) as [Port];
  const pairs = (sockets ?? []).flatMap(({ local, peer }): Pair[] =>
    peer === null ? [] : [[local, peer]]
  );
  const local = pairs[0]?.[0] ?? `127.0.0.1:${port}`;
  return {
    first: [local, one],
    second: pairs.find(([, client]) => client !== one) ?? [local, other],
  };
}

/** Returns a pair in the forms in which it is typed; which end comes first makes no difference. */
function written([server, client]: Pair): string[] {
  return [[server, client], [client, server]].flatMap((ends) =>
    [" ", ",", ", ", "-", " - ", " | "].map((between) => ends.join(between))
  );
}

/** Ports whose classes are asked for (RFC 6335, section 6). */
const PORTS = [22, 53, 80, 443, 3306, 5000, 8000, 8080, 50_000, 60_000];

/** The lesson. */
export const ports: Lesson = {
  name: "ports",
  title: () => t`Ports`,
  steps: [
    step({
      says: () => [
        t`An IP address finds a host; on it there are many programs. A port, a number of 16 bits, says
        which one. Up to 1023 they are for the system's services, up to 49151 they are registered at
        IANA, the rest is dynamic: the system gives them to clients.`,
      ],
      run: async (stage) => {
        const port = stage.random.one(PORTS);
        await stage.run(["port", "8080"]);
        const [{ class: kind }] = await stage.json<Port>(["port", `${port}`]) as [Port];
        return { port, kind };
      },
      asks: {
        text: ({ port }) => t`Is ${port} a system port, a registered or a dynamic one?`,
        answer: ({ kind }) => [
          kind,
          ...{
            system: [t`system port`, "系统", "熟知端口"],
            registered: [t`registered port`, "注册", "已注册"],
            dynamic: [t`dynamic port`, "动态", "私有端口"],
          }[kind] ?? [],
        ],
        rule: () => t`Up to 1023 system, up to 49151 registered, above dynamic.`,
        mistakes: ({ kind, port }) =>
          ["system", "registered", "dynamic"].filter((each) => each !== kind)
            .map((given) => ({ given, hint: t`Compare ${port} with 1023 and with 49151.` })),
        why: ({ port, kind }) =>
          t`${port} is ${kind}: ${`netkit port ${port}`} says more about it.`,
      },
    }),
    step({
      says: () => [
        t`A server takes a port, and nobody else gets it as long as it listens: a second server is
        refused. Who holds the port?`,
      ],
      run: async (stage) => {
        const server = await stage.serve();
        await stage.run(["serve", `${server.port}`]);
        await stage.run(["port", `${server.port}`]);
        const [held] = await stage.json<Port>(["port", `${server.port}`]);
        await server.end();
        const pids = (held!.sockets ?? []).flatMap(({ processes }) =>
          processes.map(({ pid }) => `${pid}`)
        );
        return { port: server.port, pids, free: held!.free };
      },
      asks: {
        text: ({ port, pids }) =>
          pids.length > 0
            ? t`What is the number (pid) of the process that holds port ${port}?`
            : t`Could a second server have port ${port} at the same time: yes or no?`,
        answer: ({ pids, free }) =>
          pids.length > 0 ? pids : free ? ["yes", "能"] : ["no", "不能", "否"],
        rule: ({ pids }) =>
          pids.length > 0 ? t`It stands behind pid.` : t`The output says whether the port is free.`,
        mistakes: ({ port }) => [{ given: `${port}`, hint: t`That is the port.` }],
        why: () =>
          t`The kernel knows which process has opened which socket; ${"netkit port"} shows it in words.`,
      },
    }),
    step({
      says: () => [
        t`One port is enough for any number of clients: a connection is known by a pair of sockets, that
        is two addresses and two ports. Here two clients have come to one server, and wait for an answer.
        The option --watch shows each connection with both of its ends, until Ctrl-C.`,
      ],
      run: connected,
      asks: {
        text: () => t`Which pair of sockets (address:port address:port) is connection #2?`,
        answer: ({ second }) => [second.join(" ⇄ "), ...written(second)],
        rule: () =>
          t`The server logs the client's address and port behind accept #2; look for them in the last
          lines.`,
        mistakes: ({ first, second: [server, client] }) => [
          ...written(first).map((given) => ({ given, hint: t`That is connection #1.` })),
          { given: client, hint: t`That is the client's end alone. Which is the other one?` },
          {
            given: server,
            hint:
              t`That is the server's end: it is the same in both connections. With which other end?`,
          },
        ],
        why: ({ first: [, one], second: [server, client] }) =>
          t`Both connections have ${server} at the server. Only the other end, ${one} or ${client}, tells
          the kernel to which socket a segment belongs.`,
      },
    }),
    step({
      says: () => [t`Ports have 16 bits.`],
      run: async (stage) => {
        const { err } = await stage.run(["port", "65536"]);
        return { largest: found(err, /\b0-(\d+)/) };
      },
      asks: {
        text: () => t`What is the largest port?`,
        answer: ({ largest }) => [largest],
        rule: () => t`The largest number of 16 bits, 2^16 − 1.`,
        mistakes: () => [
          { given: "65536", hint: t`So many there are; they are counted from 0.` },
          { given: "32767", hint: t`Ports have no sign: all 16 bits count.` },
          { given: "1023", hint: t`That is the last system port.` },
          { given: "49151", hint: t`That is the last registered port.` },
        ],
        why: ({ largest }) =>
          t`${largest}. Port 0 is not used on the wire: a server that asks for 0 gets a free one from the
          system.`,
      },
    }),
  ],
};
