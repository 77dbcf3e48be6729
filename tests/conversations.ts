/**
 * Conversations for the bad wire, made up at random.
 *
 * @module
 */
import fc from "fast-check";
import type { Call, Talk } from "./wire.ts";

const pause = fc.constantFrom(0, 0, 1, 3, 10, 50, 250);
const amount = fc.constantFrom(1, 5, 1000, 3000, 40_000);

function sleep(milliseconds: number): Call[] {
  return milliseconds === 0 ? [] : [["sleep", milliseconds]];
}

/** The role of a side: client or server. */
const client: readonly Call[] = [["begin"], ["connect"]];
const server: readonly Call[] = [["listen"], ["accept"]];

/** Ways to end a side. */
const ending = fc.constantFrom<readonly Call[]>(
  [["drain"], ["close"]],
  [["shutdown"], ["drain"], ["close"]],
  [["close"]],
  [["drain"], ["sleep", 100], ["close"]],
  [["abort"]],
  [["shutdown"], ["sleep", 30], ["close"]],
);

/** A side that sends and receives and ends in some way. */
const chat = fc.tuple(amount, amount, pause, pause, ending, ending).map((
  [there, back, first, second, local, far],
): Omit<Talk, "port"> => ({
  a: [...client, ["send", there], ["receive", back], ...sleep(first), ...local],
  b: [...server, ["receive", there], ["send", back], ...sleep(second), ...far],
}));

/** Both ends close within moments of each other. */
const crossing = fc.tuple(pause, pause).map(([first, second]): Omit<Talk, "port"> => ({
  a: [...client, ["send", 5], ["receive", 5], ["sleep", 20], ...sleep(first), ["shutdown"], [
    "drain",
  ]],
  b: [...server, ["receive", 5], ["send", 5], ["sleep", 20], ...sleep(second), ["shutdown"], [
    "drain",
  ]],
}));

/** One end sends on after the other has ended its half, or all of it. */
const oneSided = fc.tuple(amount, pause, fc.constantFrom("shutdown", "close")).map((
  [bytes, wait, how],
): Omit<Talk, "port"> => ({
  a: [...client, ["send", 1], [how], ["drain"], ["close"]],
  b: [...server, ["drain"], ...sleep(wait), ["send", bytes], ["sleep", 20], ["send", 5], ["close"]],
}));

/** Nobody listens. */
const refused = fc.constant<Omit<Talk, "port">>({ a: client });

/** Nothing is said at all. */
const silent = fc.tuple(pause, pause, ending, ending).map((
  [first, second, local, far],
): Omit<Talk, "port"> => ({
  a: [...client, ...sleep(first), ...local],
  b: [...server, ...sleep(second), ...far],
}));

/** The receiver does not read for a while. */
const slow = fc.tuple(fc.constantFrom(20_000, 60_000), pause).map((
  [bytes, wait],
): Omit<Talk, "port"> => ({
  a: [...client, ["send", bytes], ["shutdown"], ["drain"]],
  b: [["listen"], ["buffer", 4096], ["accept"], ["sleep", 300], ["drain"], ...sleep(wait), [
    "close",
  ]],
}));

/** A request in the SYN (RFC 7413); the first of two gets the cookie. */
const early = fc.tuple(amount, ending).map(([bytes, end]): Omit<Talk, "port"> => ({
  a: [
    ["begin"],
    ["fastopen", 0, 5],
    ["receive", 5],
    ["close"],
    ["sleep", 300],
    ["fastopen", 0, Math.min(bytes, 1000)],
    ["receive", 5],
    ...end,
  ],
  b: [["listen"], ["accept"], ["send", 5], ["drain"], ["accept"], ["send", 5], ["drain"], [
    "close",
  ]],
}));

/** The same two ports twice; the server closes first, so that its end is in TIME-WAIT. */
const again = fc.tuple(amount, pause).map(([bytes, wait]): Omit<Talk, "port"> => ({
  a: [
    ["begin"],
    ["connect", 5000],
    ["send", 5],
    ["drain"],
    ["close"],
    ...sleep(wait),
    [
      "connect",
      5000,
    ],
    ["send", bytes],
    ["shutdown"],
    ["drain"],
  ],
  b: [["listen"], ["accept"], ["receive", 5], ["close"], ["accept"], ["drain"], ["close"]],
}));

/** Both ends connect at once. */
function simultaneous(port: number): Talk {
  const rest: Call[] = [["send", 5], ["receive", 5], ["shutdown"], ["drain"]];
  return {
    port,
    a: [["begin"], ["connect", port + 10_000, port], ...rest],
    b: [["begin"], ["connect", port, port + 10_000], ...rest],
    rules: [
      { from: "a", port, flags: 2, count: 1, delay: 200 },
      { from: "b", port, flags: 2, count: 1, delay: 200 },
    ],
  };
}

/** Returns `count` talks that follow from `seed`. */
export function randomTalks(seed: number, count: number): Talk[] {
  const kinds = fc.oneof(
    { weight: 6, arbitrary: chat },
    { weight: 2, arbitrary: crossing },
    { weight: 2, arbitrary: oneSided },
    { weight: 1, arbitrary: refused },
    { weight: 2, arbitrary: silent },
    { weight: 1, arbitrary: slow },
    { weight: 1, arbitrary: early },
    { weight: 1, arbitrary: again },
  );
  const talks = fc.sample(kinds, { seed, numRuns: count }).map((talk, i) => ({
    ...talk,
    port: 9000 + i,
  }));
  return [...talks, simultaneous(9000 + count)];
}

/** Flags in a `Rule`. */
const FIN_ACK = 0x11;
const ACK = 0x10;

/**
 * Returns talks in which exactly one segment is lost, the one that makes the states hard to tell; by their
 * names.
 */
export function hardTalks(): Record<string, Talk> {
  // A segment without payload takes 60 ms, so that FINs cross, and nothing overtakes anything.
  const cross = (port: number) =>
    [
      { from: "a", port, flags: 0, mask: 0, count: 99, delay: 60 },
      { from: "b", port, flags: 0, mask: 0, count: 99, delay: 60 },
    ] as const;
  const both: Pick<Talk, "a" | "b"> = {
    a: [...client, ["send", 5], ["receive", 5], ["sleep", 100], ["shutdown"], ["drain"]],
    b: [...server, ["receive", 5], ["send", 5], ["sleep", 100], ["shutdown"], ["drain"]],
  };
  const polite: Pick<Talk, "a" | "b"> = {
    a: [...client, ["send", 5], ["receive", 5], ["shutdown"], ["drain"], ["close"]],
    b: [...server, ["receive", 5], ["send", 5], ["drain"], ["sleep", 150], ["close"]],
  };
  const lose = (from: "a" | "b", port: number, flags: number, skip = 0) =>
    ({ from, port, flags, count: 1, skip }) as const;
  return {
    "both FINs cross": { ...both, port: 9100, rules: cross(9100) },
    "both FINs cross, and the server's is lost": {
      ...both,
      port: 9101,
      rules: [lose("b", 9101, FIN_ACK), ...cross(9101)],
    },
    "both FINs cross, and the client's is lost": {
      ...both,
      port: 9102,
      rules: [lose("a", 9102, FIN_ACK), ...cross(9102)],
    },
    "both FINs cross, and the client sends its own again with the ACK of the other": {
      ...both,
      port: 9114,
      rules: [
        { from: "a", port: 9114, flags: FIN_ACK, count: 99, delay: 60 },
        { from: "a", port: 9114, flags: ACK, count: 99, skip: 2, delay: 60 },
        { from: "b", port: 9114, flags: FIN_ACK, count: 99, delay: 100 },
        { from: "b", port: 9114, flags: ACK, count: 99, skip: 1, delay: 100 },
      ],
    },
    "the first FIN is lost": { ...polite, port: 9103, rules: [lose("a", 9103, FIN_ACK)] },
    "the second FIN is lost": { ...polite, port: 9104, rules: [lose("b", 9104, FIN_ACK)] },
    "the ACK of the first FIN is lost": { ...polite, port: 9105, rules: [lose("b", 9105, ACK, 1)] },
    "the last ACK is lost": { ...polite, port: 9106, rules: [lose("a", 9106, ACK, 2)] },
    "the SYN is lost": { ...polite, port: 9107, rules: [lose("a", 9107, 0x02)] },
    "the SYN,ACK is lost": { ...polite, port: 9108, rules: [lose("b", 9108, 0x12)] },
    "the ACK of the SYN,ACK is lost": { ...polite, port: 9109, rules: [lose("a", 9109, ACK)] },
    "the server breaks off": {
      port: 9110,
      a: [...client, ["send", 5], ["receive", 5], ["drain"]],
      b: [...server, ["receive", 5], ["send", 5], ["sleep", 50], ["abort"]],
    },
    "the client writes to a closed server": {
      port: 9111,
      a: [...client, ["sleep", 50], ["send", 5], ["sleep", 50], ["send", 5]],
      b: [...server, ["close"]],
    },
  };
}
