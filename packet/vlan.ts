/**
 * VLAN tags: which virtual LAN a frame belongs to (IEEE 802.1Q), and that of the provider (IEEE 802.1ad).
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, FIRST_ETHERTYPE, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

function table(
  name: string,
  etype: FieldSpec,
  lan: string,
  place: Pick<FieldSpec, "container">,
): HeaderTable {
  return headerTable(
    field(`${name}.priority`, 3, "decimal", "which frame goes first when a queue is full", place),
    field(`${name}.dei`, 1, "decimal", "1: may be dropped first", place),
    field(`${name}.id`, 12, "decimal", lan),
    etype,
  );
}

function type(name: string): FieldSpec {
  return field(name, 16, "hex", "what the next header is", { names: ETHERTYPES });
}

/** A length stands in place of a type below 0x600. */
const LENGTH = field("vlan.len", 16, "decimal", "bytes behind this header, without padding");

function tag(
  name: string,
  title: string,
  short: string,
  fields: HeaderTable,
  withLength: HeaderTable = fields,
): Protocol {
  const protocol: Protocol = {
    name,
    title,
    short,
    model: "link",
    table: (bytes, start) => u16(bytes, start + 2) < FIRST_ETHERTYPE ? withLength : fields,
    others: [fields, withLength],
    read(cursor) {
      if (!cursor.header(protocol)) return 0;
      return cursor.behindType(cursor.u16(-2));
    },
    line({ start }, bytes, line) {
      line.around += `VLAN ${u16(bytes, start) & 0xfff}, `;
    },
    build: {
      table: fields,
      announces: { field: fields.fields[3]!.name, space: SPACE.ethertype, nothing: 0xffff },
    },
  };
  return protocol;
}

/** The VLAN tag of IEEE 802.1Q. */
export const VLAN: Protocol = tag(
  "vlan",
  "802.1Q VLAN",
  "802.1Q",
  table("vlan", type("vlan.etype"), "the virtual LAN", { container: [0, 2] }),
  table("vlan", LENGTH, "the virtual LAN", { container: [0, 2] }),
);

/** The outer VLAN tag of IEEE 802.1ad, that of the provider. */
export const SERVICE_VLAN: Protocol = tag(
  "ieee8021ad",
  "802.1ad VLAN",
  "802.1ad",
  table("ieee8021ad", type("ieee8021ah.etype"), "the virtual LAN of the provider", {}),
);
