/**
 * Lesson "address": an IPv4 address is a number of 32 bits.
 *
 * @module
 */
import { t } from "../../text/messages.ts";
import { type Lesson, step } from "../lesson.ts";
import type { Stage } from "../stage.ts";

/** An address as `netkit ipinfo --json` prints it, as far as it is asked about. */
interface Address {
  /** The address. */
  readonly address: string;
  /** 4 or 6. */
  readonly version: number;
  /** The 32 bits, with a period between octets. */
  readonly binary: string;
  /** Its purpose, if it has one. */
  readonly special: { readonly name: string; readonly globally_reachable: boolean | null } | null;
}

/** Resolves to an address of an exercise. */
async function exercise(stage: Stage): Promise<{ address: string; octet: string; bits: string }> {
  const octets = [192, 168, stage.random.integer(1, 9), stage.random.integer(130, 250)];
  const [found] = await stage.json<Address>(["ipinfo", octets.join(".")]);
  const { address, binary } = found!;
  return { address, octet: address.split(".")[3]!, bits: binary.split(".")[3]! };
}

/** The lesson. */
export const address: Lesson = {
  name: "address",
  title: () => t`An address is 32 bits`,
  steps: [
    step({
      says: () => [
        t`For a host, an IPv4 address is one number of 32 bits. People write it as four numbers of 8
        bits: dotted decimal. Each of the eight bits of an octet counts twice the one to its right:
        128 64 32 16 8 4 2 1.`,
      ],
      run: async (stage) => {
        await stage.run(["ipinfo", "192.168.1.1"], { head: 1 });
        return await exercise(stage);
      },
      asks: {
        text: ({ address, octet }) =>
          t`Write ${octet}, the last octet of ${address}, in eight bits.`,
        answer: ({ bits }) => [bits],
        rule: () =>
          t`From 128 down to 1: where the number still fits, write 1 and take it off, else write 0.`,
        mistakes: ({ bits, octet }) => [
          {
            given: [...bits].reverse().join(""),
            hint: t`The largest bit, 128, stands at the left.`,
          },
          {
            given: [...bits].map((bit) => bit === "1" ? "0" : "1").join(""),
            hint: t`You have 0 and 1 the other way round.`,
          },
          { given: bits.slice(0, 7), hint: t`An octet has eight bits; there are seven.` },
          { given: octet, hint: t`That is decimal.` },
        ],
        why: ({ bits, octet, address }) =>
          t`${octet} is ${bits}. ${`netkit ipinfo ${address}`} shows all four.`,
      },
    }),
    step({
      says: () => [t`And back: bits to decimal.`],
      run: (stage) => exercise(stage),
      asks: {
        text: ({ bits }) => t`Which number is ${bits}?`,
        answer: ({ octet }) => [octet],
        rule: () => t`Add up 128 64 32 16 8 4 2 1 where there is a 1.`,
        mistakes: ({ bits, octet }) => [
          {
            given: `${parseInt([...bits].reverse().join(""), 2)}`,
            hint: t`The largest bit, 128, stands at the left.`,
          },
          { given: `${2 * Number(octet)}`, hint: t`The bit at the right counts 1, not 2.` },
          { given: `${Number(bits)}`, hint: t`Those are the bits. Write the number in decimal.` },
        ],
        why: ({ bits, octet }) =>
          t`${
            [...bits].map((bit, i) => bit === "1" ? 2 ** (7 - i) : 0).filter((n) => n > 0).join(
              " + ",
            )
          } = ${octet}`,
      },
    }),
    step({
      says: () => [t`These are the addresses of this machine:`],
      run: async (stage) => {
        await stage.run(["ipinfo"]);
        const all = await stage.json<Address>(["ipinfo"]);
        const own = all.find(({ version, special }) =>
          version === 4 && special?.name !== "Loopback"
        ) ??
          all.find(({ version }) => version === 4);
        return own ?? (await stage.json<Address>(["ipinfo", "192.168.1.2"]))[0]!;
      },
      asks: {
        text: ({ address }) => t`Can hosts all over the Internet reach ${address}: yes or no?`,
        answer: ({ special }) =>
          special !== null && special.globally_reachable !== true
            ? ["no", "n", "不能", "否", "不"]
            : ["yes", "y", "能", "是"],
        rule: () =>
          t`It is said after the word special, where the address has a purpose of its own.`,
        mistakes: ({ special }) =>
          special === null ? [] : [{
            given: "yes",
            hint: t`Look at the purpose of its block: ${special.name}.`,
          }],
        why: ({ special, address }) =>
          special === null
            ? t`${address} is in no block for a special purpose: the address is unique in the world.`
            : t`${address} is for a special purpose: ${special.name}. The same address is used in many
            places; a router translates it for the way out (NAT).`,
      },
    }),
  ],
};
