/**
 * Lesson "layers": how data is wrapped by TCP, IP and Ethernet.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { type Dissected, fieldOf, layerOf } from "../packet.ts";
import type { Stage } from "../stage.ts";

/** Words that are wrapped, of different lengths. */
const WORDS = [
  "socket",
  "listen",
  "connect",
  "accept",
  "handshake",
  "toolkit",
  "segment",
  "datagram",
];

/** Wraps `word`, shown; resolves to the sizes of what came out. */
async function wrapped(stage: Stage, word: string) {
  await stage.run(["frame", word], { head: 4 });
  return await sizesOf(stage, word);
}

async function sizesOf(stage: Stage, word: string) {
  const [frame] = await stage.json<Dissected>(["frame", word]);
  const [eth = 0, ip = 0, tcp = 0, data = 0] = frame!.layers.map(({ size }) => size);
  const length = Number(fieldOf(frame!, "ip.len"));
  return { word, frame: frame!.bytes, eth, ip, tcp, data, headers: frame!.bytes - data, length };
}

/** The lesson. */
export const layers: Lesson = {
  name: "layers",
  title: () => t`Layers and encapsulation`,
  steps: [
    step({
      says: () => [
        t`A program hands five letters to the network. On their way down each layer puts its header in
        front: TCP says which programs talk, IP which hosts, Ethernet which network cards. The OSI model
        counts seven layers; its upper three, session, presentation and application, are one in the
        Internet: the application does it all.`,
        t`Read the picture: one row a layer, and how many bytes its header adds.`,
      ],
      run: (stage) => wrapped(stage, "hello"),
      asks: {
        text: () => t`How many bytes do the three headers take together?`,
        answer: ({ headers }) => [`${headers}`],
        rule: () =>
          t`Add up what stands behind + in the picture, or take the letters off the frame.`,
        mistakes: ({ frame, eth, ip, tcp }) => [
          { given: `${frame}`, hint: t`That is the whole frame. The letters are no header.` },
          { given: `${ip + tcp}`, hint: t`Those are TCP and IP. Ethernet has a header, too.` },
          { given: `${eth + ip}`, hint: t`Those are Ethernet and IP. TCP has a header, too.` },
        ],
        why: ({ eth, ip, tcp, headers }) =>
          t`${eth} of Ethernet, ${ip} of IPv4 and ${tcp} of TCP are ${headers}, without options. A
          letter on its own costs as much: so programs write as much at once as they have.`,
      },
    }),
    step({
      says: () => [
        t`Now another word. A header is as long as before, whatever stands behind it.`,
      ],
      run: (stage) => sizesOf(stage, stage.random.one(WORDS)),
      asks: {
        text: ({ word }) => t`How many bytes does a frame with the word "${word}" have?`,
        answer: ({ frame }) => [`${frame}`],
        rule: ({ headers }) => t`One byte for each letter, and ${headers} for the headers.`,
        mistakes: ({ data, headers, ip, tcp }) => [
          { given: `${data}`, hint: t`Those are the letters alone.` },
          { given: `${headers}`, hint: t`Those are the headers alone.` },
          { given: `${ip + tcp + data}`, hint: t`That is the packet. Around it is a frame.` },
        ],
        why: ({ word, data, headers }) =>
          t`"${word}" has ${data} letters; with ${headers} bytes of headers it is a frame. Try it:
          ${`netkit frame ${word}`}`,
      },
    }),
    step({
      says: () => [
        t`Each layer counts only what is its own. IP has a field for its length, ip.len: it counts IP's
        header and everything in it, but not what is around it.`,
      ],
      run: (stage) => sizesOf(stage, stage.random.one(WORDS)),
      asks: {
        text: ({ word }) => t`Which number stands in ip.len of the packet with "${word}"?`,
        answer: ({ length }) => [`${length}`],
        rule: ({ ip, tcp }) => t`${ip} of IP, ${tcp} of TCP, and the letters.`,
        mistakes: ({ frame, tcp, data, ip }) => [
          { given: `${frame}`, hint: t`Ethernet's header is around the packet, not in it.` },
          { given: `${tcp + data}`, hint: t`IP counts its own header, too.` },
          { given: `${data}`, hint: t`IP does not know where TCP's header ends: it counts both.` },
          { given: `${ip}`, hint: t`That is the length of the header, ip.hdr_len.` },
        ],
        why: ({ length, eth }) =>
          t`${length}: the frame without the ${eth} bytes of Ethernet. So a receiver knows where the
          packet ends, even if the card has padded the frame.`,
      },
    }),
    step({
      says: () => [
        t`The other way round: a frame that was captured is unwrapped. Each header says what is in it:
        eth.type, ip.proto, and the port.`,
      ],
      run: async (stage) => {
        const args = ["frame", "-r", await stage.file("hello"), "-n", "4"];
        await stage.run(args, { head: / (tcp|udp)\.dstport / });
        const [frame] = await stage.json<Dissected>(args);
        return {
          hops: `${fieldOf(frame!, "ip.ttl")}`,
          protocol: `${fieldOf(frame!, "ip.proto")}`,
          size: `${layerOf(frame!, "ip")?.size}`,
        };
      },
      asks: {
        text: () => t`By which number in its header does IP know that TCP is in it?`,
        answer: ({ protocol }) => [protocol],
        rule: () => t`It is the field ip.proto.`,
        mistakes: ({ hops, size }) => [
          { given: "2048", hint: t`That is eth.type: by it Ethernet knows that IP is in it.` },
          { given: "0x0800", hint: t`That is eth.type: by it Ethernet knows that IP is in it.` },
          { given: hops, hint: t`That is ip.ttl, the hops that are left.` },
          { given: size, hint: t`That is the length of IP's header.` },
        ],
        why: ({ protocol }) =>
          t`ip.proto is ${protocol}, TCP's number at IANA; 17 would be UDP, 1 ICMP. Ethernet has
          0x0800 for IPv4 in the same way, and TCP the port for the program.`,
      },
    }),
  ],
};
