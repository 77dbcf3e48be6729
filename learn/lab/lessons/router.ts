/**
 * Lesson "router": what changes in a packet on its way into another network, and what does not.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import type { Lesson } from "../../lesson.ts";
import { spellings } from "../../mac.ts";
import { type Dissected, fieldOf } from "../../packet.ts";
import { addressOf, CARDS } from "../lab.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** The last line of a packet's header of IPv4. */
const HEAD = / ip\.dst /;

/** Lets a talk to c, behind the router. */
async function talk(stage: LabStage): Promise<void> {
  await converse(stage, "hello\n", { to: "c", client: ["--mode", "half"] });
}

/** Shows the first segment as it has passed the card of a host. */
async function syn(stage: LabStage, host: "a" | "c"): Promise<Dissected> {
  const [packet] = await stage.frame(host, ["-Y", "tcp", "-c", "1"], { head: HEAD });
  return packet!;
}

/** Returns the IP address of the card with a MAC address. */
function addressWith(mac: string): string {
  return Object.values(CARDS).flat().find((card) => card.mac === mac)!.address.split("/")[0]!;
}

/** The lesson. */
export const router: Lesson = {
  name: "router",
  title: () => t`Through a router`,
  steps: [
    labStep({
      says: () => [
        t`Host c has the address 198.51.100.3: that is not in the network of a, 192.0.2.0/24. So a gives
        the packet to its router r. This is the first segment, as it leaves a.`,
      ],
      run: async (stage) => {
        await talk(stage);
        return { address: addressWith(`${fieldOf(await syn(stage, "a"), "eth.dst")}`) };
      },
      asks: {
        text: () => t`Which IP address has the card to which the frame goes?`,
        answer: ({ address }) => [address],
        rule: () => t`Look for eth.dst in the list of the cards, at the beginning.`,
        mistakes: () => [
          {
            given: addressOf("c"),
            hint: t`The packet goes to c. The frame goes no further than the wire.`,
          },
          { given: addressOf("a"), hint: t`That is eth.src, the sender.` },
          { given: addressOf("b"), hint: t`b is on the same wire, and has no part in it.` },
        ],
        why: ({ address }) =>
          t`${address}, the router: eth.dst says the next card, ip.dst says the destination. a has asked
          by ARP for the router's address, not for that of c.`,
      },
    }),
    labStep({
      says: () => [t`And the same segment as it arrives at c:`],
      run: async (stage) => {
        await talk(stage);
        const [near, far] = [await syn(stage, "a"), await syn(stage, "c")];
        return {
          fallen: Number(fieldOf(near, "ip.ttl")) - Number(fieldOf(far, "ip.ttl")),
          left: `${fieldOf(far, "ip.ttl")}`,
        };
      },
      asks: {
        text: () => t`By how much has the TTL fallen on the way?`,
        answer: ({ fallen }) => [`${fallen}`],
        rule: () => t`Compare ip.ttl in both.`,
        mistakes: ({ left }) => [
          { given: left, hint: t`That is what is left of it.` },
          { given: "0", hint: t`Look at ip.ttl in both packets.` },
          { given: "2", hint: t`There are two wires, but one router between them.` },
        ],
        why: ({ fallen }) =>
          t`${fallen}: each router takes one, and drops a packet that has none left, so that none goes
          in a circle for ever. The checksum of the header changes with it.`,
      },
    }),
    labStep({
      says: () => [t`Once more both. Who has sent the frame that arrives at c?`],
      run: async (stage) => {
        await talk(stage);
        const [near, far] = [await syn(stage, "a"), await syn(stage, "c")];
        return { from: `${fieldOf(far, "eth.src")}`, sender: `${fieldOf(near, "eth.src")}` };
      },
      asks: {
        text: () => t`Which MAC address is the sender of the frame at c?`,
        answer: ({ from }) => spellings(from),
        rule: () => t`It is the field eth.src of the second packet.`,
        mistakes: ({ sender }) => [
          { given: sender, hint: t`That is a, on the other wire.` },
          { given: CARDS.r[0]!.mac, hint: t`That is the router's card on the wire of a.` },
          { given: CARDS.c[0]!.mac, hint: t`That is c itself: it receives.` },
        ],
        why: ({ from }) =>
          t`${from}, the router's card on this wire. The frame is a new one on each wire; the IP addresses
          of both ends, the ports and the data are the same on both.`,
      },
    }),
  ],
};
