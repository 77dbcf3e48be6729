/**
 * Lesson "ports": the number by which a host finds the program.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { found } from "../said.ts";

/** A port as `netkit port --json` prints it, as far as it is asked about. */
interface Port {
  /** `system`, `registered` or `dynamic`. */
  readonly class: string;
  /** Whether a server could have it. */
  readonly free: boolean | null;
  /** Its sockets. */
  readonly sockets: readonly { readonly processes: readonly { readonly pid: number }[] }[];
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
        t`A server takes a port, and nobody else gets it as long as it listens. Here is one: who holds
        its port?`,
      ],
      run: async (stage) => {
        const server = await stage.serve();
        await stage.run(["port", `${server.port}`]);
        const [held] = await stage.json<Port>(["port", `${server.port}`]);
        await server.end();
        const pids = held!.sockets.flatMap(({ processes }) => processes.map(({ pid }) => `${pid}`));
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
          t`The kernel knows which process has opened which socket; ${"netkit port"} shows it in words. A
          connection is known by four numbers: two addresses and two ports.`,
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
