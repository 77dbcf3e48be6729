/**
 * Conversations for the bad wire with a third party in it, with ends that crash, and with copies that come
 * late, made up at random.
 *
 * @module
 */
import fc from "fast-check";
import type { Call, Forgery, Rule, Talk } from "./wire.ts";

const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const pause = fc.constantFrom(0, 5, 30, 100);
const side = fc.constantFrom<"a" | "b">("a", "b");

function sleep(milliseconds: number): Call[] {
  return milliseconds === 0 ? [] : [["sleep", milliseconds]];
}

const client: readonly Call[] = [["begin"], ["connect"]];
const server: readonly Call[] = [["listen"], ["accept"]];

/** The packets behind which something happens, as a rule sees them. */
const place = fc.constantFrom<Pick<Rule, "flags" | "data"> & { readonly skip?: number }>(
  { flags: FLAG.syn },
  { flags: FLAG.syn | FLAG.ack },
  { flags: FLAG.ack },
  { flags: FLAG.ack, skip: 1 },
  { flags: FLAG.psh | FLAG.ack, data: true },
  { flags: FLAG.fin | FLAG.ack },
);

/** A segment of a third party: resets most of all, with numbers that hit, or that miss. */
const forgery: fc.Arbitrary<Forgery> = fc.record({
  flags: fc.constantFrom(
    FLAG.rst,
    FLAG.rst | FLAG.ack,
    FLAG.rst,
    FLAG.syn,
    FLAG.syn | FLAG.ack,
    FLAG.ack,
    FLAG.fin | FLAG.ack,
  ),
  back: fc.boolean(),
  seq: fc.constantFrom(0, 0, 0, 1, -1, 100, 5000, -5000, 100_000_000, -100_000_000),
  ack: fc.constantFrom(0, 0, 1, -1, 5000, -5000, 100_000_000),
  ttl: fc.constantFrom(64, 200),
  id: fc.constantFrom(0, 1, 4711),
  delay: fc.constantFrom(1, 4, 25),
});

/** A conversation, and what a third party says in it. */
const forged = fc.tuple(
  place,
  side,
  fc.array(forgery, { minLength: 1, maxLength: 3 }),
  pause,
  pause,
)
  .map(([where, from, forge, first, second]) => (port: number): Talk => ({
    port,
    a: [...client, ["send", 5], ["receive", 5], ...sleep(first), ["send", 7], ["shutdown"], [
      "drain",
    ]],
    b: [...server, ["receive", 5], ["send", 5], ...sleep(second), ["drain"], ["close"]],
    // A SYN,ACK that comes before the SYN it is named after is a riddle that only the other end could solve.
    rules: [{
      from,
      port,
      count: 1,
      ...where,
      forge: forge.map((each) => where.flags === FLAG.syn ? { ...each, delay: 25 } : each),
    }],
  }));

/** A conversation of which a segment comes again, late. */
const doubled = fc.tuple(place, side, fc.constantFrom(10, 60, 300), pause).map((
  [where, from, again, wait],
) =>
(port: number): Talk => ({
  port,
  a: [...client, ["send", 5], ["receive", 5], ...sleep(wait), ["shutdown"], ["drain"], ["close"]],
  b: [...server, ["receive", 5], ["send", 5], ["drain"], ...sleep(wait), ["close"]],
  rules: [{ from, port, count: 1, ...where, again }],
}));

/** One end crashes without a word; the other one goes on, and the same ports may be used again. */
const crashed = fc.tuple(side, pause, fc.boolean(), fc.boolean()).map((
  [which, wait, speaks, again],
) =>
(port: number): Talk => {
  const own = port + 20_000;
  const more: Call[] = again ? [["connect", own], ["send", 5], ["receive", 5], ["close"]] : [];
  const next: Call[] = again ? [["accept"], ["receive", 5], ["send", 5], ["drain"], ["close"]] : [];
  const goOn: Call[] = speaks ? [["send", 9], ["sleep", 50], ["send", 9]] : [["sleep", 120]];
  return which === "a"
    ? {
      port,
      a: [
        ["begin"],
        ["connect", own],
        ["send", 5],
        ["receive", 5],
        ["crash"],
        ...sleep(wait),
        ...more,
      ],
      b: [...server, ["receive", 5], ["send", 5], ["sleep", 20], ...goOn, ["close"], ...next],
    }
    : {
      port,
      a: [["begin"], ["connect", own], ["send", 5], ["receive", 5], ["sleep", 20], ...goOn, [
        "close",
      ]],
      b: [...server, ["receive", 5], ["send", 5], ["crash"], ...sleep(wait)],
    };
});

/** Returns `count` talks that follow from `seed`. */
export function forgedTalks(seed: number, count: number): Talk[] {
  const kinds = fc.oneof(
    { weight: 5, arbitrary: forged },
    { weight: 2, arbitrary: doubled },
    { weight: 2, arbitrary: crashed },
  );
  return fc.sample(kinds, { seed, numRuns: count }).map((make, i) => make(9000 + i));
}
