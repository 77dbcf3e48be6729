/**
 * Lesson "arp": the MAC address that belongs to an IP address.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import { BROADCAST, spellings } from "../mac.ts";
import { type Dissected, fieldOf } from "../packet.ts";
import type { Stage } from "../stage.ts";

/** A table for machines that know no neighbour, as `arp -a` of Linux prints it (RFC 5737, RFC 7042). */
const TABLE = `? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0
? (192.0.2.7) at <incomplete> on eth0
? (192.0.2.9) at 00:00:5e:00:53:09 [ether] on eth0
`;

/** A row of `netkit arp --json`. */
interface Row {
  /** The IP address. */
  readonly address: string;
  /** The MAC address, `null` where nobody has answered. */
  readonly mac: string | null;
}

/** Shows the neighbours of this machine, or of another one if it knows none. */
async function neighbours(stage: Stage): Promise<readonly Row[]> {
  const own = await stage.json<Row>(["arp"]);
  await stage.run(["arp", "-a"]);
  if (own.some(({ mac }) => mac !== null)) return own;
  await stage.note(t`This machine knows no neighbour yet; so here is the table of another one.`);
  await stage.run(["arp", "--read", "-"], { input: TABLE });
  return await stage.json<Row>(["arp", "--read", "-"], TABLE);
}

/** Shows a packet of a capture of two hosts that meet. */
async function packet(stage: Stage, number: number): Promise<Dissected> {
  const args = ["frame", "-r", await stage.file("first-contact"), "-n", `${number}`];
  await stage.run(args);
  const [dissected] = await stage.json<Dissected>(args);
  return dissected!;
}

/** The lesson. */
export const arp: Lesson = {
  name: "arp",
  title: () => t`Who has this MAC address?`,
  steps: [
    step({
      says: () => [
        t`On a link, frames go from network card to network card, by MAC addresses. Programs know IP
        addresses only. ARP finds the one for the other: a host asks everybody on the link, the owner
        answers, and the answer is kept for a while in a table.`,
      ],
      run: async (stage) => {
        const rows = await neighbours(stage);
        const known = rows.filter(({ mac }) => mac !== null);
        return { rows, wanted: stage.random.one(known) };
      },
      asks: {
        text: ({ wanted }) => t`Which MAC address does the table have for ${wanted.address}?`,
        answer: ({ wanted }) => spellings(wanted.mac!),
        rule: () => t`It is in the row of that address: six bytes in hexadecimal.`,
        mistakes: ({ rows, wanted }) => [
          ...rows.filter(({ mac }) => mac !== null && mac !== wanted.mac)
            .map(({ mac }) => ({ given: mac!, hint: t`That one is in another row.` })),
          { given: wanted.address, hint: t`That is the IP address. The MAC address is asked for.` },
        ],
        why: ({ wanted }) =>
          t`Frames for ${wanted.address} go to ${wanted
            .mac!}. The first three bytes say who has made
          the card (${"netkit arp --vendor"}).`,
      },
    }),
    step({
      says: () => [
        t`Now the question on the wire, as two hosts meet for the first time: 192.0.2.1 wants to talk
        to 192.0.2.2, and does not know its card.`,
      ],
      run: async (stage) => ({ to: `${fieldOf(await packet(stage, 1), "eth.dst")}` }),
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
          {
            given: "00:00:5e:00:53:01",
            hint: t`That is the host that asks.`,
          },
          {
            given: "00:00:5e:00:53:02",
            hint: t`That is the answer. Who asks does not know it yet.`,
          },
        ],
        why: ({ to }) =>
          t`${to} is the broadcast address: every card on the link takes the frame, and only the owner
          of the IP address answers. Routers do not pass it on.`,
      },
    }),
    step({
      says: () => [t`And the answer:`],
      run: async (stage) => {
        const answer = await packet(stage, 2);
        return { mac: `${fieldOf(answer, "arp.src.hw_mac")}`, to: `${fieldOf(answer, "eth.dst")}` };
      },
      asks: {
        text: () => t`Which MAC address does the host that asked write into its table?`,
        answer: ({ mac }) => spellings(mac),
        rule: () => t`The owner names itself as the sender: arp.src.hw_mac.`,
        mistakes: ({ to }) => [
          { given: to, hint: t`That is the host that asked: the answer goes to it alone.` },
          { given: BROADCAST, hint: t`The question went to all, the answer does not.` },
        ],
        why: ({ mac }) =>
          t`${mac}. From now on frames go there without a question, until the row has expired. A host
          in another network has no row: what is for it goes to the MAC address of the router.`,
      },
    }),
  ],
};
