/**
 * The questions of all lessons: for each one a change of its run, and the answer that is right then.
 *
 * @module
 */
import type { TraceRecord } from "../learn/watched.ts";
import type { Change, Typed } from "./changed_stage.ts";

/** The reason for which no run can change an answer. */
export interface Constant {
  /** The reason. */
  readonly always: string;
}

/** Returns a change of the line of a command: those words, or that input, whatever was asked for. */
function instead(
  command: string,
  { words, input }: { readonly words?: readonly string[]; readonly input?: string },
): NonNullable<Change["line"]> {
  return (asked, text): Typed =>
    asked[0] === command ? [words ?? asked, input ?? text] : [asked, text];
}

/** Returns a change of the packet that is shown. */
function packet(from: number, to: number): NonNullable<Change["line"]> {
  return (words, input) => [words.with(-1, words.at(-1) === `${from}` ? `${to}` : ""), input];
}

/** Returns the change after which a port is looked at that is held by the test. */
const atHeldPort: NonNullable<Change["line"]> = (words, input, held) => [
  words[0] === "port" ? ["port", held] : words,
  input,
];

/** Returns a connection whose ends have changed places. */
function mirrored(objects: readonly unknown[]): unknown[] {
  const other = { client: "server", server: "client", both: "both" } as const;
  return (objects as TraceRecord[]).map((each) => ({
    ...each,
    ...each.from && { from: other[each.from] },
    ...each.moves && { moves: each.moves.toReversed() },
    ...each.paths && { paths: each.paths.toReversed() },
    ...each.close && { close: { ...each.close, by: other[each.close.by as "client"] } },
  }));
}

/** Returns the change after which all connections of a port are those of one client, at 192.0.2.1:80. */
function withPeers(client: string): NonNullable<Change["objects"]> {
  const changed = (socket: { peer: string | null }) =>
    socket.peer === null ? socket : { ...socket, local: "192.0.2.1:80", peer: client };
  return (objects) =>
    (objects as { sockets: { peer: string | null }[] }[])
      .map((each) => ({ ...each, sockets: each.sockets.map(changed) }));
}

/** A table of another machine (RFC 5737; the address of the card is one of nobody's). */
const NEIGHBOURS = "? (198.51.100.1) at 02:00:00:00:00:01 [ether] on eth0\n";

const OFFICE = instead("ipinfo", { words: ["ipinfo", "10.1.2.3/20"] });
const SIX = instead("ipinfo", { words: ["ipinfo", "10.0.0.6"] });
const LONG_WORD = instead("frame", { words: ["frame", "a longer word"] });

/** The changes by the names of the lessons: a row for each step; `null` for one that asks nothing. */
export const CHANGES: Readonly<Record<string, readonly (Change | Change[] | Constant | null)[]>> = {
  layers: [
    { answer: "42", line: (words, input) => [[words[0]!, "--udp", ...words.slice(1)], input] },
    { answer: "67", line: LONG_WORD },
    { answer: "53", line: LONG_WORD },
    { answer: "17", line: packet(4, 15), capture: "first-contact" },
  ],
  arp: [
    {
      answer: "02:00:00:00:00:01",
      line: instead("arp", { words: ["arp", "--read", "-"], input: NEIGHBOURS }),
    },
    { answer: "00:00:5e:00:53:01", line: packet(1, 2) },
    { answer: "00:00:5e:00:53:01", line: packet(2, 1) },
  ],
  address: [
    { answer: "00000110", line: SIX },
    { answer: "6", line: SIX },
    [
      { answer: "yes", line: instead("ipinfo", { words: ["ipinfo", "8.8.8.8"] }) },
      { answer: "no", line: SIX },
    ],
  ],
  subnets: [
    { answer: "12", line: OFFICE },
    { answer: "10.1.0.0/20", line: OFFICE },
    { answer: "10.1.15.255", line: OFFICE },
    { answer: "4094", line: OFFICE },
    {
      answer: "10.1.1.0/26",
      line: instead("ipinfo", { words: ["ipinfo", "--hosts", "200,50", "10.1.0.0/20"] }),
    },
  ],
  ports: [
    [
      { answer: "dynamic", line: instead("port", { words: ["port", "60000"] }) },
      { answer: "system", line: instead("port", { words: ["port", "80"] }) },
    ],
    { answer: `${Deno.pid}`, line: atHeldPort },
    { answer: "192.0.2.1:80 ⇄ 198.51.100.7:50000", objects: withPeers("198.51.100.7:50000") },
    { answer: "4095", said: (text) => text.replace("0-65535", "0-4095") },
  ],
  calls: [
    { answer: "read", said: (text) => text.replace(/^.* accept .*\n/gm, "") },
    { answer: "2", line: instead("client", { input: "a\n" }) },
    { answer: "4", twice: true },
    { answer: "dial", said: (text) => text.replaceAll("connect", "dial") },
  ],
  handshake: [
    { answer: "SYN", capture: "lost-syn" },
    {
      answer: "8",
      objects: (all) =>
        (all as TraceRecord[]).map((each) => ({ ...each, ack: each.ack && each.ack + 7 })),
    },
    { answer: "4", capture: "lost-syn" },
  ],
  end: [
    { answer: "6", said: (text) => text.replace(/^.* read .* 0 B\n/gm, "") },
    { answer: "2", line: instead("client", { input: "a\n" }) },
  ],
  "half-close": [
    { answer: "0", capture: "four-segment-close" },
    { answer: "CLOSING", capture: "simultaneous-close" },
    { answer: "close", said: (text) => text.replace(/^.* shutdown\n/gm, "") },
  ],
  close: [
    { answer: "server", objects: mirrored },
    [
      { answer: "4", capture: "four-segment-close" },
      { answer: "3", capture: "three-segment-close" },
    ],
  ],
  states: [
    { answer: "FIN-WAIT-1", capture: "simultaneous-close" },
    { answer: "FIN-WAIT-2", capture: "three-segment-close" },
  ],
  "time-wait": [
    { answer: "server", objects: mirrored },
    { answer: "no", line: atHeldPort },
  ],
  duplex: [
    { answer: "5", line: (words, input) => [words, input === "hello\n" ? "four\n" : input] },
    { answer: "3", line: instead("client", { input: "1\n2\n3\n" }) },
    { answer: "3", line: instead("serve", { input: "hi\n" }) },
  ],
  udp: [
    {
      answer: "12",
      objects: (all) =>
        (all as { layers: { name: string; size: number }[] }[]).map((each) => ({
          ...each,
          layers: each.layers.map((layer) => layer.name === "udp" ? { ...layer, size: 12 } : layer),
        })),
    },
    { answer: "2", line: instead("client", { input: "a\nb\n" }) },
    { answer: "udp", line: packet(16, 15) },
  ],
  browser: [
    {
      answer: "404",
      line: instead("client", { input: "GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" }),
    },
    {
      answer: "200",
      line: instead("client", { input: "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" }),
    },
  ],
  spin: [
    {
      always: "asked for is a statement; that the program ends with it is what the next step runs",
    },
    { answer: "4", program: (text) => text.replace("0, count))", "0, count), { stream: true })") },
    { answer: "1", line: instead("program", { input: "x\n" }) },
    null,
    null,
  ],
};
