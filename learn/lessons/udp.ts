/**
 * Lesson "udp": datagrams, and how a closed port tells.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { type Dissected, fieldOf, layerOf } from "../packet.ts";

/** The lesson. */
export const udp: Lesson = {
  name: "udp",
  title: () => t`UDP`,
  steps: [
    step({
      says: () => [
        t`UDP has no connection: no handshake, no numbers, no close. A program sends a datagram, and it
        comes as a whole, or not at all. Its header is small.`,
      ],
      run: async (stage) => {
        const args = ["frame", "--udp", "hello"];
        await stage.run(args);
        const [frame] = await stage.json<Dissected>(args);
        const [tcp] = await stage.json<Dissected>(["frame", "hello"]);
        return {
          udp: layerOf(frame!, "udp")!.size,
          length: Number(fieldOf(frame!, "udp.length")),
          tcp: layerOf(tcp!, "tcp")!.size,
        };
      },
      asks: {
        text: () => t`How many bytes does the header of UDP have?`,
        answer: ({ udp }) => [`${udp}`],
        rule: () => t`It is in the picture, behind UDP +.`,
        mistakes: ({ tcp, length }) => [
          { given: `${tcp}`, hint: t`That is the header of TCP, or of IP.` },
          { given: `${length}`, hint: t`That is the field udp.length: header and data.` },
        ],
        why: ({ udp, tcp }) =>
          t`${udp}, where TCP has ${tcp}: two ports, a length, a checksum. All that TCP does with the
          other ${tcp - udp}, order, repetition, flow control, is left to the program.`,
      },
    }),
    step({
      says: () => [t`A server and a client with datagrams. Each line is one datagram.`],
      run: async (stage) => {
        const server = await stage.serve(["--udp", "-v"]);
        const { out } = await stage.run(["client", "--udp", `${server.port}`], {
          input: "one\ntwo\nthree\n",
        });
        await server.end();
        return { lines: out.split("\n").length - 1 };
      },
      asks: {
        text: () => t`How many datagrams came back?`,
        answer: ({ lines }) => [`${lines}`],
        rule: () => t`One for each line.`,
        mistakes: ({ lines }) => [
          { given: "1", hint: t`A datagram is a message of its own: they are not joined.` },
          { given: `${2 * lines}`, hint: t`Those are the ones of both directions.` },
        ],
        why: ({ lines }) =>
          t`${lines}: a datagram is never cut or joined, as TCP does with its bytes.`,
      },
    }),
    step({
      says: () => [
        t`And when nobody has the port? TCP answers with RST. For UDP the host of the receiver sends a
        message of another protocol. This one was captured:`,
      ],
      run: async (stage) => {
        const file = await stage.file("first-contact");
        await stage.run(["frame", "-r", file, "-n", "16"]);
        const [packet] = await stage.json<Dissected>(["frame", "-r", file, "-n", "16"]);
        return { protocol: packet!.layers[2]!.name };
      },
      asks: {
        text: () => t`Which protocol tells that the port is closed?`,
        answer: ({ protocol }) => [protocol],
        rule: () => t`It is the layer behind IP.`,
        mistakes: () => [
          {
            given: "udp",
            hint: t`UDP is in it only as a quotation of what could not be delivered.`,
          },
          { given: "tcp", hint: t`There is no TCP here.` },
          { given: "ip", hint: t`IP carries it. What is in it?` },
        ],
        why: () =>
          t`ICMP, destination unreachable, port unreachable: with the beginning of the datagram in it, so
          that the sender knows which one. Many hosts and firewalls send none: then silence means
          nothing.`,
      },
    }),
  ],
};
