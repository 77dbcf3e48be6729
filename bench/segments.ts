/**
 * Packets of connections to measure with.
 *
 * @module
 */
import { wrap } from "../packet/encode.ts";
import type { FieldValue } from "../packet/field.ts";

/** A segment: whether the server sends it, numbers, flags, and bytes of payload. */
export type Row = readonly [back: boolean, seq: number, ack: number, flags: number, size: number];

/** A short connection: a request, an answer, and the close. */
export const SHORT: readonly Row[] = [
  [false, 0, 0, 0x02, 0],
  [true, 0, 1, 0x12, 0],
  [false, 1, 1, 0x10, 0],
  [false, 1, 1, 0x18, 6],
  [true, 1, 7, 0x10, 0],
  [true, 1, 7, 0x18, 6],
  [false, 7, 7, 0x11, 0],
  [true, 7, 8, 0x11, 0],
  [false, 8, 8, 0x10, 0],
];

/** Returns the packet of a row between a client, told by its number, and the server. */
export function packetOf(client: number, [back, seq, ack, flags, size]: Row): Uint8Array {
  const host = 0x0a000000 + Math.floor(client / 60_000) + 1;
  const [port, server] = [1024 + client % 60_000, 0x0a640001];
  const set = (entries: readonly [string, FieldValue][]) => new Map(entries);
  return wrap([
    { name: "ip", set: set([["ip.src", back ? server : host], ["ip.dst", back ? host : server]]) },
    {
      name: "tcp",
      set: set([
        ["tcp.srcport", back ? 8000 : port],
        ["tcp.dstport", back ? port : 8000],
        ["tcp.seq_raw", seq],
        ["tcp.ack_raw", ack],
        ["tcp.flags", flags],
      ]),
    },
  ], new Uint8Array(size).fill(0x78));
}

/**
 * Yields the rows of one connection with `count` segments of data, each with its acknowledgment; the
 * handshake comes first.
 */
export function* bulkRows(count: number): Generator<Row> {
  yield* SHORT.slice(0, 3);
  for (let i = 0; i < count / 2; i++) {
    const seq = (1 + i * 1448) >>> 0;
    yield [false, seq, 1, 0x10, 1448];
    yield [true, 1, (seq + 1448) >>> 0, 0x10, 0];
  }
}

/** Bytes of a request and of an answer. */
const [REQUEST, ANSWER] = [40, 120];

/** Yields the rows of one connection that asks for ever: a request, its acknowledgment, the answer, its own. */
export function* talkRows(): Generator<Row, never> {
  yield* SHORT.slice(0, 3);
  let [seq, ack] = [1, 1];
  while (true) {
    yield [false, seq, ack, 0x18, REQUEST];
    seq = (seq + REQUEST) >>> 0;
    yield [true, ack, seq, 0x10, 0];
    yield [true, ack, seq, 0x18, ANSWER];
    ack = (ack + ANSWER) >>> 0;
    yield [false, seq, ack, 0x10, 0];
  }
}
