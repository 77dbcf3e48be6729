/**
 * Lesson "reordering": a segment that another one overtakes, and one that is lost while others arrive.
 *
 * @module
 */
import { t } from "../../../text/messages.ts";
import type { Lesson } from "../../lesson.ts";
import { type Dissected, fieldOf } from "../../packet.ts";
import { segmentsOf, type TraceRecord } from "../../watched.ts";
import { converse, labStep } from "../lesson.ts";
import type { LabStage } from "../stage.ts";

/** The data: four segments, as one of them has 1448 bytes in Ethernet (1500 without 52 of headers). */
const DATA = "abc\n".repeat(1250);

/** The first line of a packet's header of TCP. */
const TCP = /^TCP /;

/** Lets a send the data to b; the wire holds the second segment until the third has passed, or loses it. */
async function send(stage: LabStage, fate: "held" | "lost"): Promise<void> {
  const wire = stage.lab.wires.near;
  wire.delay = 20;
  let number = 0;
  wire.fate = ({ length }) => {
    if (length === 0) return null;
    number++;
    if (number === 3) queueMicrotask(() => wire.release());
    return number === 2 ? fate : null;
  };
  await converse(stage, DATA, { to: "b", client: ["--mode", "send"], server: ["--hold"] });
}

/** Returns the segments with data that have passed. */
function dataOf(records: readonly TraceRecord[]): TraceRecord[] {
  return segmentsOf(records).filter(({ from, bytes }) => from === "client" && bytes > 0);
}

/** Returns the segments that come before all that is in front of them has come. */
function earlyOf(data: readonly TraceRecord[]): TraceRecord[] {
  return data.filter(({ seq }, i) =>
    seq > Math.max(1, ...data.slice(0, i).map(({ seq, bytes }) => seq + bytes))
  );
}

/** A block of bytes that SACK names. */
interface Block {
  /** The number of the first one. */
  readonly left: number;
  /** The number behind the last one. */
  readonly right: number;
  /** The number of its bytes. */
  readonly there: number;
  /** The number of bytes that are missing in front of it; not above 0 if they came twice (D-SACK, RFC 2883). */
  readonly missing: number;
}

/** Returns the first block that a packet names. */
function blockOf(packet: Dissected): Block {
  const [ack, left, right] = ["ack_raw", "options.sack_le", "options.sack_re"]
    .map((name) => Number(fieldOf(packet, `tcp.${name}`))) as [number, number, number];
  return { left, right, there: (right - left) >>> 0, missing: (left - ack) | 0 };
}

/** The lesson. */
export const reordering: Lesson = {
  name: "reordering",
  title: () => t`A segment is overtaken, another one lost`,
  steps: [
    labStep({
      says: () => [
        t`Where a network has several ways, a segment can overtake another one. This wire holds the second
        segment with data until the third has passed. The capture was taken at b: the segments stand in
        the order in which they arrived.`,
      ],
      run: async (stage) => {
        await send(stage, "held");
        const records = await stage.ladder("b");
        const segments = segmentsOf(records);
        const early = earlyOf(dataOf(records))[0]!;
        const answers = segments.slice(segments.indexOf(early)).filter(({ from }) =>
          from === "server"
        );
        const acks = answers.map(({ ack }) => ack!);
        return { ack: acks[0]!, later: acks.find((each) => each > acks[0]!) ?? 0, early };
      },
      asks: {
        text: () => t`Which ack is the first one that b sends below "missing segment before it"?`,
        answer: ({ ack }) => [`${ack}`],
        rule: () => t`Look for the first arrow to the left below that line.`,
        mistakes: ({ later, early: { seq, bytes } }) => [
          { given: `${seq}`, hint: t`That is the seq of the segment that has come too early.` },
          {
            given: `${seq + bytes}`,
            hint: t`That would say that everything before it has come, too.`,
          },
          { given: `${later}`, hint: t`That comes when the missing segment has come, too.` },
          { given: `${bytes}`, hint: t`Those are bytes of a segment. The SYN counts one, too.` },
        ],
        why: ({ ack }) =>
          t`${ack}: an ack says up to where everything has come, so what comes behind a gap does not
          change it. b sends it all the same, a duplicate ACK: a hears that something has come, and
          something is missing. When it is there, b hands all to its program in the right order.`,
      },
    }),
    labStep({
      says: () => [
        t`Now the wire loses the second segment with data; the others arrive. The capture was taken at a,
        which sends them.`,
      ],
      run: async (stage) => {
        await send(stage, "lost");
        const data = dataOf(await stage.ladder("a"));
        const isAgain = ({ seq }: TraceRecord, i: number) =>
          data.findIndex((each) => each.seq === seq) < i;
        // The lost one first: where this machine is slow, a may have sent others again, too.
        const again = new Set([data[1]!, ...data.filter(isAgain)].map(({ seq }) => seq));
        return { again: [...again], once: data.filter(({ seq }) => !again.has(seq)) };
      },
      asks: {
        text: () => t`Which seq has the segment that a sends again?`,
        answer: ({ again }) => again.map((seq) => `${seq}`),
        rule: () => t`Look for the line "retransmission": the rung above it is the segment.`,
        mistakes: ({ once }) =>
          once.map(({ seq }) => ({
            given: `${seq}`,
            hint: t`That one has arrived, and was sent once.`,
          })),
        why: ({ again }) =>
          t`${again[0]!}, and not those behind it. Each of them has led to a duplicate ACK, and from
          these a has learned of the gap before its timer was over (RFC 5681, section 3.2, and for
          Linux RFC 8985). When nothing comes behind a lost segment, as in the lesson before, there
          is only the timer.`,
      },
    }),
    labStep({
      says: () => [
        t`How does a know that the others have arrived? With the duplicate ACKs comes an option, SACK (RFC
        2018): the bytes behind the gap that are there, from tcp.options.sack_le on, up to the one before
        tcp.options.sack_re. This is the last ACK with SACK; what is missing begins at its tcp.ack_raw.`,
      ],
      run: async (stage) => {
        await send(stage, "lost");
        const frame = ["frame", "-r", await stage.capture("a")];
        const all = await stage.json<Dissected>([...frame, "-Y", "tcp.options.sack"]);
        const last = all.findLast((packet) => blockOf(packet).missing > 0)!;
        await stage.run([...frame, "-n", `${last.number}`], { tail: TCP });
        return blockOf(last);
      },
      asks: {
        text: () => t`How many bytes has b behind the gap, as SACK says?`,
        answer: ({ there }) => [`${there}`],
        rule: () => t`It is tcp.options.sack_re less tcp.options.sack_le.`,
        mistakes: ({ missing, left, right, there }) => [
          { given: `${missing}`, hint: t`So many are missing: from tcp.ack_raw on.` },
          {
            given: `${left}`,
            hint: t`That is the number of the first of them. How many are there?`,
          },
          { given: `${right}`, hint: t`That is the number behind the last of them.` },
          {
            given: `${there + 1}`,
            hint: t`The byte with the number tcp.options.sack_re is not there.`,
          },
          { given: `${there - 1}`, hint: t`From 5 up to the one before 8 there are 8 − 5.` },
        ],
        why: ({ there, missing }) =>
          t`${there}, and ${missing} are missing in front of them: just these are sent again. Without SACK
          a would know no more than the ack, and could send all of it twice. A FIN counts one here, too.`,
      },
    }),
  ],
};
