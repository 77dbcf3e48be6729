/**
 * TCP segments made by hand, for connections that no kernel of today makes.
 *
 * @module
 */
import { FLAG, NO_OPTIONS, type Segment } from "../tcp/segment.ts";

const LETTERS: Readonly<Record<string, number>> = {
  S: FLAG.syn,
  F: FLAG.fin,
  R: FLAG.rst,
  P: FLAG.psh,
  A: FLAG.ack,
};

/** The ends of most connections in tests. */
export const CLIENT = "192.0.2.1:50000";
/** The server. */
export const SERVER = "192.0.2.2:80";

let count = 0;

/**
 * Makes a segment.
 *
 * @param way `>` from the client to the server, `<` back.
 * @param flags The first letters of the flags that are set: `SA`.
 */
export function segment(
  way: ">" | "<",
  flags: string,
  seq: number,
  ack = 0,
  length = 0,
  more: Partial<Segment> = {},
): Segment {
  const [source, destination] = way === ">" ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return {
    number: ++count,
    time: BigInt(count) * 1_000_000n,
    source,
    destination,
    seq: seq >>> 0,
    ack: ack >>> 0,
    flags: [...flags].reduce((sum, letter) => sum | LETTERS[letter]!, 0),
    ttl: 64,
    id: null,
    window: 1000,
    length,
    data: new Uint8Array(),
    options: NO_OPTIONS,
    ...more,
  };
}

/** An ordinary connection from the SYN to the last ACK: `hello` to the server and back. */
export function ordinary(more: Partial<Segment> = {}, iss = 100, irs = 900): Segment[] {
  const rows = [
    [">", "S", iss, 0, 0],
    ["<", "SA", irs, iss + 1, 0],
    [">", "A", iss + 1, irs + 1, 0],
    [">", "PA", iss + 1, irs + 1, 5],
    ["<", "A", irs + 1, iss + 6, 0],
    ["<", "PA", irs + 1, iss + 6, 5],
    [">", "A", iss + 6, irs + 6, 0],
    [">", "FA", iss + 6, irs + 6, 0],
    ["<", "A", irs + 6, iss + 7, 0],
    ["<", "FA", irs + 6, iss + 7, 0],
    [">", "A", iss + 7, irs + 7, 0],
  ] as const;
  return rows.map(([way, flags, seq, ack, length]) => {
    const own = way === ">" || more.source === undefined
      ? more
      : { ...more, source: more.destination!, destination: more.source };
    return segment(way, flags, seq, ack, length, own);
  });
}
