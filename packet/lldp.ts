/**
 * LLDP: a switch or host tells its neighbour what it is (IEEE 802.1AB).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { field, type FieldSpec, headerTable, latin1, raw, text } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

/** The name of a station or port, and the same where it is a MAC address. */
interface Named {
  /** The subtype of names that are MAC addresses. */
  readonly mac: number;
  readonly forms: readonly [any: OptionSpec, mac: OptionSpec];
}

function named(name: string, about: string, mac: number, rest: FieldSpec): Named {
  const subtype = field(`${name}.subtype`, 8, "decimal", "the kind of its name");
  const address = field(`${name}.id.mac`, 48, "mac", about);
  return {
    mac,
    forms: [
      { head: headerTable(subtype), rest },
      { head: headerTable(subtype, address) },
    ],
  };
}

const CHASSIS = named("lldp.chassis", "the station", 4, raw("lldp.chassis.id", "the station"));
const PORT = named("lldp.port", "the port", 3, text("lldp.port.id", "the port"));

function formOf({ mac, forms }: Named, body: Uint8Array): OptionSpec {
  return forms[body[0] === mac && body.length === 7 ? 1 : 0];
}

const KINDS: Readonly<Record<number, OptionSpec>> = {
  0: {},
  3: {
    head: headerTable(
      field("lldp.time_to_live", 16, "decimal", "seconds; 0: the station goes away"),
    ),
  },
  4: { rest: text("lldp.port.desc", "the port in words") },
  5: { rest: text("lldp.tlv.system.name", "the name") },
  6: { rest: text("lldp.tlv.system.desc", "the system in words") },
  7: {
    head: headerTable(
      field("lldp.tlv.system_cap", 16, "hex", "what it can: 0x04 bridge, 0x08 WLAN, 0x10 router"),
      field("lldp.tlv.enable_system_cap", 16, "hex", "what it does of that"),
    ),
  },
};
const UNKNOWN: OptionSpec = { rest: raw("lldp.rest", "not known here") };

const FAMILY: OptionFamily = {
  end: 0,
  single: [],
  head: headerTable(
    field("lldp.tlv.type", 7, "decimal", "the kind of information", { container: [0, 2] }),
    field("lldp.tlv.len", 9, "decimal", "bytes of it", { container: [0, 2] }),
  ),
  size: (length) => length + 2,
  specOf(kind, body) {
    if (kind === 1) return formOf(CHASSIS, body);
    return kind === 2 ? formOf(PORT, body) : KINDS[kind] ?? UNKNOWN;
  },
  kinds: [...CHASSIS.forms, ...PORT.forms, ...Object.values(KINDS), UNKNOWN],
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
        escapeLine(latin1(bytes.subarray(at + 2, at + 2 + size))),
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
  others: [FAMILY],
  line: addLine,
};
