/**
 * WireGuard: a tunnel whose packets are encrypted.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  1: "handshake",
  2: "handshake response",
  3: "cookie",
  4: "packet",
};

const SENDER = field("wg.sender", 32, "hex", "the sender's number", { little: true });
const RECEIVER = field("wg.receiver", 32, "hex", "the receiver's number", { little: true });
const EPHEMERAL = field("wg.ephemeral", 256, "bytes", "a key for this handshake");
const CHECKS = [
  field("wg.mac1", 128, "bytes", "proves that the sender knows the receiver"),
  field("wg.mac2", 128, "bytes", "proves its address, if it must"),
];

const OF_TYPE: Readonly<Record<number, readonly FieldSpec[]>> = {
  1: [
    ...[SENDER, EPHEMERAL],
    field("wg.encrypted_static", 384, "bytes", "who the sender is, encrypted"),
    field("wg.encrypted_timestamp", 224, "bytes", "when, encrypted"),
    ...CHECKS,
  ],
  2: [SENDER, RECEIVER, EPHEMERAL, field("wg.encrypted_empty", 128, "bytes", "a proof"), ...CHECKS],
  3: [
    RECEIVER,
    field("wg.nonce", 192, "bytes", "for the cookie"),
    field("wg.encrypted_cookie", 256, "bytes", "the cookie, encrypted"),
  ],
  4: [RECEIVER, field("wg.counter", 64, "bytes", "the number of the packet")],
};

const TABLES: ReadonlyMap<number, HeaderTable> = new Map(
  [1, 2, 3, 4].map((type) => [
    type,
    headerTable(
      field("wg.type", 8, "decimal", "what it is", { names: TYPES }),
      field("wg.reserved", 24, "bytes", "zero"),
      ...OF_TYPE[type]!,
    ),
  ]),
);
const NONE = headerTable();

/** WireGuard; what is no message of it is content. */
export const WIREGUARD: Protocol = {
  name: "wg",
  title: "WireGuard",
  model: "network",
  table: (bytes, start) => TABLES.get(bytes[start] ?? 0) ?? NONE,
  others: [...TABLES.values()],
  read(cursor) {
    const { bytes, at } = cursor;
    const table = TABLES.get(bytes[at] ?? 0);
    const isZero = bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
    if (table !== undefined && isZero && cursor.has(table.size)) cursor.header(WIREGUARD);
    return 0;
  },
  line({ start }, bytes, line) {
    line.what = `WireGuard ${TYPES[bytes[start]!]}`;
  },
};
