/**
 * PPPoE: PPP over Ethernet, its discovery and its sessions (RFC 2516).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

/** The codes of discovery. */
const CODES: Readonly<Record<number, string>> = {
  0x00: "session data",
  0x07: "PADO, an offer",
  0x09: "PADI, who is there?",
  0x19: "PADR, a request",
  0x65: "PADS, the session begins",
  0xa7: "PADT, the session ends",
};

const TABLE: HeaderTable = headerTable(
  field("pppoe.version", 4, "decimal", "1"),
  field("pppoe.type", 4, "decimal", "1"),
  field("pppoe.code", 8, "hex", "what it says", { names: CODES }),
  field("pppoe.session_id", 16, "hex", "which session; 0 before it begins"),
  field("pppoe.payload_length", 16, "decimal", "bytes behind this header"),
);

/** The tags of discovery (RFC 2516, appendix A). */
const TAGS: Readonly<Record<number, OptionSpec>> = {
  0x0101: tag("pppoed.tags.service_name", "the service that is wanted or offered"),
  0x0102: tag("pppoed.tags.ac_name", "the name of the access concentrator"),
  0x0103: tag("pppoed.tags.host_uniq", "tells answers apart; sent back as it is"),
  0x0104: tag("pppoed.tags.ac_cookie", "sent back as it is, against floods"),
  0x0120: tag("pppoed.tags.max_payload", "the longest packet, if more than 1492 bytes (RFC 4638)"),
  0x0110: tag("pppoed.tags.relay_session_id", "of a relay"),
  0x0201: tag("pppoed.tags.service_name_error", "why the service is refused"),
  0x0202: tag("pppoed.tags.ac_system_error", "what is wrong"),
  0x0203: tag("pppoed.tags.generic_error", "what is wrong"),
};

function tag(name: string, about: string): OptionSpec {
  return { rest: raw(name, about) };
}

const UNKNOWN: OptionSpec = tag("pppoed.tag.unknown_data", "a tag not known here");

const FAMILY: OptionFamily = {
  end: null,
  hidesHead: true,
  single: [],
  head: headerTable(
    field("pppoed.tag", 16, "hex", "the kind of tag"),
    field("pppoed.tag_length", 16, "decimal", "bytes of its value"),
  ),
  size: (length) => length + 4,
  specOf: (kind) => TAGS[kind] ?? UNKNOWN,
  kinds: [...Object.values(TAGS), UNKNOWN],
};

/** A session. */
export const PPPOE: Protocol = {
  name: "pppoes",
  title: "PPPoE",
  model: "link",
  table: TABLE,
  extent: (bytes, start) => TABLE.size + u16(bytes, start + 4),
  next: () => keyOf(SPACE.link, LINK.ppp),
  line({ start }, bytes, line) {
    line.around += `PPPoE ${u16(bytes, start + 2)}, `;
    line.what = "";
  },
  build: {
    defaults: { "pppoe.version": 1, "pppoe.type": 1, "pppoe.session_id": 1 },
    lengths: (_, content) => ({ "pppoe.payload_length": content }),
  },
};

/** The discovery, which begins and ends sessions. */
export const PPPOE_DISCOVERY: Protocol = {
  name: "pppoed",
  title: "PPPoE discovery",
  model: "link",
  table: TABLE,
  size: (bytes, start, end) => Math.min(TABLE.size + u16(bytes, start + 4), end - start),
  extent: (bytes, start) => TABLE.size + u16(bytes, start + 4),
  options: (_, start) => ({ family: FAMILY, start: start + TABLE.size }),
  others: [FAMILY],
  line({ start }, bytes, line) {
    const code = bytes[start + 1]!;
    line.what = `PPPoE ${CODES[code] ?? `code ${code}`}`;
  },
};
