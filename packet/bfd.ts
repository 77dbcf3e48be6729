/**
 * BFD: two routers test the path between them many times a second (RFC 5880).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import type { Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

const STATES: Readonly<Record<number, string>> = { 0: "admin down", 1: "down", 2: "init", 3: "up" };
const MICROSECONDS = "microseconds";

const TABLE: HeaderTable = headerTable(
  field("bfd.version", 3, "decimal", "1"),
  field("bfd.diag", 5, "hex", "why the state changed last; 0: it did not"),
  field("bfd.sta", 2, "decimal", "the sender's state", { names: STATES }),
  field("bfd.flags.p", 1, "decimal", "1: an answer is wanted"),
  field("bfd.flags.f", 1, "decimal", "1: this is the answer"),
  field("bfd.flags.c", 1, "decimal", "1: it does not share the fate of the control plane"),
  field("bfd.flags.a", 1, "decimal", "1: authentication follows"),
  field("bfd.flags.d", 1, "decimal", "1: only on demand"),
  field("bfd.flags.m", 1, "decimal", "reserved"),
  field("bfd.detect_time_multiplier", 8, "decimal", "lost packets after which the path is down"),
  field("bfd.message_length", 8, "decimal", "bytes of the message"),
  field("bfd.my_discriminator", 32, "hex", "the session, by the sender's number"),
  field("bfd.your_discriminator", 32, "hex", "the session, by the receiver's number"),
  field("bfd.desired_min_tx_interval", 32, "decimal", `${MICROSECONDS} between two, as it likes`),
  field("bfd.required_min_rx_interval", 32, "decimal", `${MICROSECONDS} between two, at least`),
  field("bfd.required_min_echo_interval", 32, "decimal", `${MICROSECONDS} between echoes; 0: none`),
);

/** BFD. */
export const BFD: Protocol = {
  name: "bfd",
  title: "BFD",
  model: "application",
  table: TABLE,
  extent: (bytes, start) => bytes[start + 3]!,
  refusal: (bytes, start) => bytes[start]! >> 5 === 1 ? null : t`the version is not 1`,
  line({ start }, bytes, line) {
    line.what = `BFD ${STATES[bytes[start + 1]! >> 6]}`;
  },
};
