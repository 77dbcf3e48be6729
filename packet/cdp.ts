/**
 * CDP: a device of Cisco tells its neighbour what it is.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { field, type HeaderTable, headerTable, latin1, raw, text } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

const TABLE: HeaderTable = headerTable(
  field("cdp.version", 8, "decimal", "1 or 2"),
  field("cdp.ttl", 8, "decimal", "seconds for which it is valid"),
  field("cdp.checksum", 16, "hex", "covers the message"),
);

const DEVICE = 1;
const PORT = 3;

const KINDS: Readonly<Record<number, OptionSpec>> = {
  [DEVICE]: { rest: text("cdp.deviceid", "the device") },
  [PORT]: { rest: text("cdp.portid", "its port") },
  4: {
    head: headerTable(field("cdp.capabilities", 32, "hex", "1: router, 8: switch, 16: host")),
  },
  6: { rest: text("cdp.platform", "the model") },
  9: { rest: text("cdp.vtp_management_domain", "the domain of its VLANs") },
  10: {
    head: headerTable(field("cdp.native_vlan", 16, "decimal", "the VLAN of frames without a tag")),
  },
  11: {
    head: headerTable(field("cdp.duplex", 8, "decimal", "1: both ways at once")),
  },
};
const OTHER: OptionSpec = { rest: raw("cdp.rest", "not known here") };

const FAMILY: OptionFamily = {
  end: null,
  single: [],
  head: headerTable(
    field("cdp.tlv.type", 16, "hex", "the kind of information"),
    field("cdp.tlv.len", 16, "decimal", "bytes of it, with these"),
  ),
  size: (length) => length,
  specOf: (kind) => KINDS[kind] ?? OTHER,
  kinds: [...Object.values(KINDS), OTHER],
};

/** CDP. */
export const CDP: Protocol = {
  name: "cdp",
  title: "CDP",
  model: "link",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  options: (_bytes, start) => ({ family: FAMILY, start: start + TABLE.size }),
  others: [FAMILY],
  line({ start, body }, bytes, line) {
    const words: string[] = [];
    for (let at = start + TABLE.size; at + 4 <= body && words.length < 2;) {
      const [kind, size] = [u16(bytes, at), u16(bytes, at + 2)];
      if (size < 4 || at + size > body) break;
      const value = bytes.subarray(at + 4, at + size);
      if (kind === DEVICE || kind === PORT) {
        words.push(escapeLine(latin1(value)));
      }
      at += size;
    }
    line.what = `CDP ${words.join(", ")}`.trimEnd();
  },
};
