/**
 * LLDP: a switch or host tells its neighbour what it is (IEEE 802.1AB).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { field, headerTable, raw, text } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

/** Subtypes of names of stations and ports that are MAC addresses. */
const MAC_CHASSIS = 4;
const MAC_PORT = 3;

function chassis(body: Uint8Array): OptionSpec {
  const about = "the station";
  const subtype = field("lldp.chassis.subtype", 8, "decimal", "the kind of its name");
  return body[0] === MAC_CHASSIS && body.length === 7
    ? {
      name: null,
      about,
      head: headerTable(subtype, field("lldp.chassis.id.mac", 48, "mac", about)),
    }
    : { name: null, about, head: headerTable(subtype), rest: raw("lldp.chassis.id", about) };
}

function port(body: Uint8Array): OptionSpec {
  const about = "the port";
  const subtype = field("lldp.port.subtype", 8, "decimal", "the kind of its name");
  return body[0] === MAC_PORT && body.length === 7
    ? { name: null, about, head: headerTable(subtype, field("lldp.port.id.mac", 48, "mac", about)) }
    : { name: null, about, head: headerTable(subtype), rest: text("lldp.port.id", about) };
}

const KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: null, about: "the end" },
  3: {
    name: null,
    about: "how long it is valid",
    head: headerTable(
      field("lldp.time_to_live", 16, "decimal", "seconds; 0: the station goes away"),
    ),
  },
  4: { name: null, about: "the port", rest: text("lldp.port.desc", "the port in words") },
  5: { name: null, about: "the name", rest: text("lldp.tlv.system.name", "the name") },
  6: { name: null, about: "in words", rest: text("lldp.tlv.system.desc", "the system in words") },
  7: {
    name: null,
    about: "what it can do",
    head: headerTable(
      field("lldp.tlv.system_cap", 16, "hex", "what it can: 0x04 bridge, 0x08 WLAN, 0x10 router"),
      field("lldp.tlv.enable_system_cap", 16, "hex", "what it does of that"),
    ),
  },
};
const UNKNOWN: OptionSpec = { name: null, about: "", rest: raw("lldp.rest", "not known here") };

const FAMILY: OptionFamily = {
  end: 0,
  single: [],
  head: headerTable(
    field("lldp.tlv.type", 7, "decimal", "the kind of information", { container: [0, 2] }),
    field("lldp.tlv.len", 9, "decimal", "bytes of it", { container: [0, 2] }),
  ),
  size: (length) => length + 2,
  specOf: (kind, body) =>
    kind === 1 ? chassis(body) : kind === 2 ? port(body) : KINDS[kind] ?? UNKNOWN,
};

/** Says the names of station and port. */
function addLine({ start, body }: Layer, bytes: Uint8Array, line: Line): void {
  const words: string[] = [];
  for (let at = start; at + 2 <= body && words.length < 2;) {
    const head = u16(bytes, at);
    const [type, size] = [head >> 9, head & 0x1ff];
    if (type === 0 || at + 2 + size > body) break;
    if (type === 4 || type === 5) {
      words.push(
        escapeLine(new TextDecoder("latin1").decode(bytes.subarray(at + 2, at + 2 + size))),
      );
    }
    at += 2 + size;
  }
  line.what = words.length === 0 ? "LLDP" : `LLDP ${words.join(", ")}`;
}

/** LLDP. */
export const LLDP: Protocol = {
  name: "lldp",
  title: "LLDP",
  model: "link",
  table: headerTable(),
  size: (_bytes, start, end) => end - start,
  options: (_bytes, start) => ({ family: FAMILY, start }),
  line: addLine,
};
