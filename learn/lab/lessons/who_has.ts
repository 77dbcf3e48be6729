/**
 * Lesson "who-has": the question and the answer of ARP, as two hosts meet.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import type { Lesson } from "../../lesson.ts";
import { BROADCAST, spellings } from "../../mac.ts";
import { type Dissected, fieldOf, layerOf } from "../../packet.ts";
import { CARDS } from "../lab.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** The MAC addresses of the hosts a and b. */
const [MAC_A, MAC_B] = [CARDS.a[0]!.mac, CARDS.b[0]!.mac];

/** Lets a talk to b for the first time. */
async function meet(stage: LabStage): Promise<void> {
  await converse(stage, "hello\n", { to: "b", client: ["--mode", "half"] });
}

/** Shows the question, or the answer: the first packet of ARP with this operation. */
async function message(stage: LabStage, operation: 1 | 2): Promise<Dissected> {
  await meet(stage);
  const [packet] = await stage.frame("a", ["-Y", `arp.opcode == ${operation}`, "-c", "1"]);
  return packet!;
}

/** The lesson. */
export const whoHas: Lesson = {
  name: "who-has",
  title: () => t`Who has 192.0.2.2? Asked on the wire`,
  steps: [
    labStep({
      says: () => [
        t`Host a has something for 192.0.2.2, which is b. They are on one wire, and have never met: a
        knows no MAC address to which the frame could go. This is what its card sends first.`,
      ],
      run: async (stage) => ({ to: `${fieldOf(await message(stage, 1), "eth.dst")}` }),
      asks: {
        text: () => t`To which MAC address is the question sent?`,
        answer: ({ to }) => spellings(to),
        rule: () => t`It is the field eth.dst.`,
        mistakes: () => [
          {
            given: "00:00:00:00:00:00",
            hint:
              t`That is in ARP's question: the address that is not known yet. The frame needs one.`,
          },
          { given: MAC_A, hint: t`That is the host that asks.` },
          { given: MAC_B, hint: t`That is the answer. Who asks does not know it yet.` },
        ],
        why: ({ to }) =>
          t`${to} is the broadcast address: every card on the wire takes the frame, that of the router,
          too, and only the owner of the IP address answers.`,
      },
    }),
    labStep({
      says: () => [t`They have forgotten each other, and meet again. Now the answer:`],
      run: async (stage) => ({ to: `${fieldOf(await message(stage, 2), "eth.dst")}` }),
      asks: {
        text: () => t`To which MAC address is the answer sent?`,
        answer: ({ to }) => spellings(to),
        rule: () => t`It is the field eth.dst.`,
        mistakes: () => [
          { given: BROADCAST, hint: t`The question went to all, the answer does not.` },
          { given: MAC_B, hint: t`That is the host that answers.` },
        ],
        why: ({ to }) =>
          t`${to}, a's card alone: the question has told b from where it came. So b has a in its table
          now, without having asked.`,
      },
    }),
    labStep({
      says: () => [t`All frames of such a meeting, a line each, and the table of a behind it:`],
      run: async (stage) => {
        await meet(stage);
        const packets = await stage.frame("a", []);
        await stage.at("a").run(["arp", "-a"]);
        return { before: packets.findIndex((each) => layerOf(each, "tcp") !== undefined) };
      },
      asks: {
        text: () => t`How many frames pass before the first segment of TCP?`,
        answer: ({ before }) => [`${before}`],
        rule: () => t`Count the lines in front of the first one with SYN.`,
        mistakes: ({ before }) => [
          { given: "0", hint: t`A SYN, too, travels in a frame, and a frame needs a MAC address.` },
          { given: `${before - 1}`, hint: t`The question, and its answer.` },
          { given: `${before + 1}`, hint: t`The SYN itself does not count.` },
        ],
        why: ({ before }) =>
          t`${before}: the question and the answer. The kernel keeps the SYN until it has the address;
          then it goes out at once.`,
      },
    }),
  ],
};
