/**
 * The scenarios of the bench: each is a load, the servers that stand it, and the figures that count.
 *
 * @module
 */
import type { Address } from "./servers.ts";

/** A figure of a scenario: a column of its table. */
export interface Figure {
  /** The name of the generator's field. */
  readonly key: string;
  /** The head of its column. */
  readonly title: string;
  /** The factor for the table; 1 if not given. */
  readonly scale?: number;
  /** The values of all rounds that are shown; the median if not given. */
  readonly shows?: "median" | "spread" | "least" | "greatest";
  /** Whether more of it or less of it is better: then it is compared. */
  readonly better?: "more" | "less";
  /** Whether the comparison goes into the chart. */
  readonly chart?: boolean;
}

/** The time and the bytes of a measurement. */
export interface Amount {
  /** Seconds that are counted. */
  readonly seconds: number;
  /** Seconds before that. */
  readonly warmUp: number;
  /** The factor for the megabytes of a bulk scenario. */
  readonly bulk: number;
}

/** Something that is measured. */
export interface Scenario {
  /** Its name on the command line; what stands before a hyphen names all that begin so. */
  readonly name: string;
  /** A title that says what happens in it. */
  readonly title: string;
  /** The servers in it, apart from those given on the command line. */
  readonly servers: readonly string[];
  /** The transport. */
  readonly over: Address["kind"];
  /** The text that is sent. */
  readonly text: "ascii" | "mixed";
  /** The number of connections that the server must be able to have. */
  readonly connections: number;
  /** Returns the arguments of the generator. */
  readonly load: (amount: Amount) => readonly string[];
  /** The columns of its table. */
  readonly figures: readonly Figure[];
}

/** Servers that answer messages; `readable` and those of one process per connection stand less. */
const MESSAGE_SERVERS = ["netkit", "go", "node", "bun", "c", "loop"] as const;
const ALL_SERVERS = [...MESSAGE_SERVERS, "readable", "ncat", "socat"] as const;

const GENERATOR: Figure = { key: "generatorCores", title: "load" };

const LATENCY_FIGURES: readonly Figure[] = [
  {
    key: "messagesPerSecond",
    title: "k msg/s",
    scale: 1e-3,
    shows: "spread",
    better: "more",
    chart: true,
  },
  { key: "latencyP50Ms", title: "p50 ms" },
  { key: "latencyP99Ms", title: "p99 ms", shows: "spread", better: "less", chart: true },
  { key: "latencyMaxMs", title: "max ms", better: "less" },
  { key: "serverCpuUs", title: "CPU µs", better: "less" },
  { key: "fewestPercent", title: "least", shows: "least" },
  { key: "mostPercent", title: "most", shows: "greatest" },
  { key: "zero", title: "none", shows: "greatest" },
  { key: "jain", title: "Jain", shows: "least" },
];

const BULK_FIGURES: readonly Figure[] = [
  { key: "megabytes", title: "MB" },
  { key: "megabytesPerSecond", title: "MB/s", shows: "spread", better: "more", chart: true },
  { key: "serverCpuMs", title: "CPU ms/MB", shows: "spread", better: "less" },
  GENERATOR,
];

const IDLE_FIGURES: readonly Figure[] = [
  { key: "beforeMiB", title: "MiB before", better: "less" },
  { key: "withMiB", title: "MiB with", better: "less" },
  { key: "afterMiB", title: "MiB after", better: "less" },
  {
    key: "kibPerConnection",
    title: "KiB each",
    shows: "spread",
    better: "less",
    chart: true,
  },
  { key: "idleCpuPercent", title: "CPU %", shows: "spread" },
];

const ACCEPT_FIGURES: readonly Figure[] = [
  { key: "allServedMs", title: "all ms", shows: "spread", better: "less", chart: true },
  { key: "arrivalP50Ms", title: "half ms", shows: "spread", better: "less" },
  { key: "busyMaxMs", title: "busy max ms", better: "less" },
  GENERATOR,
];

const START_FIGURES: readonly Figure[] = [
  { key: "replyMs", title: "ms to reply", shows: "spread", better: "less", chart: true },
  { key: "connectMs", title: "ms to connect", shows: "spread" },
  { key: "residentMiB", title: "MiB then", better: "less" },
];

/** Connections from which on more is counted: a share of ten replies is known to a tenth only. */
const THRONG = 5000;

/** Connections from which on the warm-up is longer: a server needs it to forget the opening burst. */
const CROWD = 1000;

/** Returns the arguments for ping-pong. */
function pingPong(mode: string, connections: number) {
  return ({ seconds, warmUp }: Amount) => [
    mode,
    ...[
      "--connections",
      `${connections}`,
      "--seconds",
      `${connections >= THRONG ? 4 * seconds : seconds}`,
    ],
    ...["--warm-up", `${connections >= CROWD ? 2 * warmUp : warmUp}`],
  ];
}

/** Returns the arguments for sending `megabytes`. */
function sending(megabytes: number) {
  return ({ bulk }: Amount) => [
    "bulk",
    "--tolerate",
    "--megabytes",
    `${Math.ceil(megabytes * bulk)}`,
  ];
}

function latency(connections: number): Scenario {
  const s = connections === 1 ? "" : "s";
  return {
    name: `latency-${connections}`,
    title: `ping-pong of 64 bytes over ${connections.toLocaleString("en")} connection${s}`,
    servers: connections === 50 ? ALL_SERVERS : MESSAGE_SERVERS,
    over: "tcp",
    text: "ascii",
    connections,
    load: pingPong("latency", connections),
    figures: LATENCY_FIGURES,
  };
}

/** Connections of the scenario idle. */
const IDLE_CONNECTIONS = 10_000;

/** Everything that can be measured, in this order. */
export const SCENARIOS: readonly Scenario[] = [
  ...[1, 50, 200, 500, 1000, 5000].map(latency),
  {
    name: "bulk-ascii",
    title: "one connection sends ASCII, ends its half, reads to the end",
    servers: ALL_SERVERS,
    over: "tcp",
    text: "ascii",
    connections: 1,
    load: sending(256),
    figures: BULK_FIGURES,
  },
  {
    name: "bulk-mixed",
    title: "one connection sends Chinese, Greek, German, Turkish, emoji",
    servers: ["netkit", "go", "node", "bun", "readable", "decoder"],
    over: "tcp",
    text: "mixed",
    connections: 1,
    load: sending(64),
    figures: BULK_FIGURES,
  },
  {
    name: "idle",
    title: "10,000 connections that have had one message each and are silent",
    servers: MESSAGE_SERVERS,
    over: "tcp",
    text: "ascii",
    connections: IDLE_CONNECTIONS,
    load: ({ seconds, warmUp }) => [
      "idle",
      ...["--connections", `${IDLE_CONNECTIONS}`],
      ...["--seconds", `${seconds / 2}`, "--warm-up", `${warmUp}`],
    ],
    figures: IDLE_FIGURES,
  },
  {
    name: "accept",
    title: "1,000 arrive at once beside 200 busy ones: until all are answered",
    servers: MESSAGE_SERVERS,
    over: "tcp",
    text: "ascii",
    connections: 1200,
    load: (amount) => [...pingPong("accept", 200)(amount), "--newcomers", "1000"],
    figures: ACCEPT_FIGURES,
  },
  {
    name: "start",
    title: "from the start of the process to the first reply (empty: to its end)",
    servers: ["netkit", "bundle", "file", "go", "node", "bun", "c", "loop", "empty"],
    over: "tcp",
    text: "ascii",
    connections: 1,
    load: () => ["start"],
    figures: START_FIGURES,
  },
  {
    name: "tls-50",
    title: "TLS: ping-pong of 64 bytes over 50 connections (client in Deno)",
    servers: ["netkit", "node"],
    over: "tls",
    text: "ascii",
    connections: 50,
    load: pingPong("latency", 50),
    figures: LATENCY_FIGURES,
  },
  {
    name: "tls-bulk",
    title: "TLS: one connection sends ASCII (client in Deno)",
    servers: ["netkit", "node"],
    over: "tls",
    text: "ascii",
    connections: 1,
    load: sending(64),
    figures: BULK_FIGURES,
  },
  {
    name: "unix-50",
    title: "Unix socket: ping-pong of 64 bytes over 50 connections",
    servers: ["netkit", "go", "node", "c"],
    over: "unix",
    text: "ascii",
    connections: 50,
    load: pingPong("latency", 50),
    figures: LATENCY_FIGURES,
  },
  {
    name: "unix-bulk",
    title: "Unix socket: one connection sends ASCII",
    servers: ["netkit", "go", "node", "c"],
    over: "unix",
    text: "ascii",
    connections: 1,
    load: sending(256),
    figures: BULK_FIGURES,
  },
];

/** Returns the scenarios that `names` name; all for no name. A name also names what begins with it and a hyphen. */
export function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS;
  return SCENARIOS.filter((scenario) =>
    names.some((name) => scenario.name === name || scenario.name.startsWith(`${name}-`))
  );
}
