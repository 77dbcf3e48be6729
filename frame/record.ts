/**
 * An explained packet as JSON. One table for each kind of object makes both the record and its
 * documentation.
 *
 * @module
 */
import type { JsonField } from "../cli/command.ts";
import { addRecord, Records } from "../cli/json_writer.ts";
import { documentationOf, type Field as RecordField, recordOf } from "../cli/record.ts";
import { formatTimestamp } from "../capture/timestamp.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { isChecksumField } from "../packet/checksum_status.ts";
import { explain, type ExplainedLayer } from "../packet/explain.ts";
import { type Field, formatValue } from "../packet/field.ts";
import type { Reassembled } from "../packet/reassembly.ts";
import type { TextBuffer } from "../text/text_buffer.ts";
import { textOf } from "./payload.ts";

/** A packet with its layers. */
interface ExplainedPacket {
  /** The packet in its file; `null` if it comes from no file. */
  readonly captured: CapturedPacket | null;
  /** The packet that its fragment has completed; `null` for most. */
  readonly whole: Reassembled | null;
  readonly layers: readonly ExplainedLayer[];
  readonly bytes: Uint8Array;
}

/** A field in its layer, with its value as text. */
interface ShownField {
  readonly field: Field;
  readonly layer: ExplainedLayer;
  readonly show: string;
}

const FIELD_ROWS: readonly RecordField<ShownField>[] = [
  {
    name: "name",
    type: "string",
    says: "its Wireshark display-filter name",
    of: ({ field }) => field.name,
  },
  { name: "pos", type: "number", says: "the offset of its bytes", of: ({ field }) => field.pos },
  {
    name: "size",
    type: "number",
    says: "the number of bytes that it is in",
    of: ({ field }) => field.size,
  },
  {
    name: "value",
    type: "number or string",
    says: "a number, or an address or bytes as text",
    of: ({ field: { spec, value }, show }) =>
      typeof value === "number" && spec.form !== "ipv4" ? value * (spec.unit ?? 1) : show,
  },
  { name: "show", type: "string", says: "the same as people write it", of: ({ show }) => show },
  {
    name: "status",
    type: "string",
    says: "of a checksum: good, bad, offload, unchecked or none",
    of: ({ field, layer: { checksum } }) =>
      checksum !== null && isChecksumField(field.name) ? checksum.status : undefined,
  },
  {
    name: "text",
    type: "string",
    says: "of data that is text: the text",
    of: ({ field: { name, value } }) =>
      name === "data.data" ? textOf(value as Uint8Array) ?? undefined : undefined,
  },
];

const LAYER_ROWS: readonly RecordField<ExplainedLayer>[] = [
  {
    name: "name",
    type: "string",
    says: "as Wireshark calls it, such as eth, vlan, ip, tcp or data",
    of: ({ name }) => name,
  },
  { name: "pos", type: "number", says: "the offset of its header", of: ({ pos }) => pos },
  { name: "size", type: "number", says: "the bytes of its header", of: ({ size }) => size },
  {
    name: "pdu",
    type: "string",
    says: "the name of header and content together: frame, packet, segment, datagram or message",
    of: ({ protocol }) => protocol.pdu,
  },
  {
    name: "quoted",
    type: "boolean",
    says: "whether it belongs to the packet that an ICMP message is about",
    of: ({ quoted }) => quoted,
  },
  {
    name: "problems",
    type: "array of strings",
    says: "problems and remarkable things",
    of: ({ problems }) => problems,
  },
  {
    name: "fields",
    type: "array of objects",
    says: "the fields of its header",
    inner: documentationOf(FIELD_ROWS),
    of: (layer) =>
      new Records(
        FIELD_ROWS,
        layer.fields.map((field) => ({ field, layer, show: formatValue(field) })),
      ),
  },
];

/** The layers of a packet. */
const LAYERS: RecordField<Pick<ExplainedPacket, "layers">> = {
  name: "layers",
  type: "array of objects",
  says: "the layers from the outermost on",
  inner: documentationOf(LAYER_ROWS),
  of: ({ layers }) => new Records(LAYER_ROWS, layers),
};

/** All bytes of a packet. */
const HEX: RecordField<Pick<ExplainedPacket, "bytes">> = {
  name: "hex",
  type: "string",
  says: "all bytes in hexadecimal digits",
  of: ({ bytes }) => bytes.toHex(),
};

/** The rows of a packet that was joined from fragments. */
const WHOLE_ROWS: readonly RecordField<Pick<ExplainedPacket, "layers" | "bytes">>[] = [LAYERS, HEX];

const PACKET_ROWS: readonly RecordField<ExplainedPacket>[] = [
  {
    name: "number",
    type: "number",
    says: "with -r: its number in the file, from 1",
    of: ({ captured }) => captured?.number,
  },
  {
    name: "time",
    type: "string or null",
    says:
      "with -r: the time of its capture (RFC 3339, UTC); null if there is none, or no such date",
    of: ({ captured }) =>
      captured === null ? undefined : captured.time === 0n ? null : formatTimestamp(captured.time),
  },
  {
    name: "length",
    type: "number",
    says: "with -r: its bytes on the wire",
    of: ({ captured }) => captured?.length,
  },
  {
    name: "bytes",
    type: "number",
    says: "the number of bytes that are there",
    of: ({ bytes }) => bytes.length,
  },
  {
    name: "link",
    type: "string",
    says: "the outermost layer, such as eth, ip or sll",
    of: ({ layers }) => layers[0]?.name ?? "data",
  },
  LAYERS,
  HEX,
  {
    name: "reassembled",
    type: "object",
    says: "with -r, where the last missing fragment came: the whole packet, from its IP header on",
    inner: documentationOf(WHOLE_ROWS),
    of: ({ whole }) =>
      whole === null
        ? undefined
        : recordOf(WHOLE_ROWS, { layers: explain(whole), bytes: whole.bytes }),
  },
];

/** The fields of the record, for the help. */
export const FIELDS: readonly JsonField[] = documentationOf(PACKET_ROWS);

/**
 * Adds an explained packet as `--json` prints it, on a line of its own.
 *
 * @param captured The packet in its file; `null` if it comes from no file.
 * @param whole The packet that its fragment has completed.
 */
export function addPacketRecord(
  text: TextBuffer,
  layers: readonly ExplainedLayer[],
  bytes: Uint8Array,
  captured: CapturedPacket | null = null,
  whole: Reassembled | null = null,
): void {
  addRecord(text, PACKET_ROWS, { layers, bytes, captured, whole });
  text.line();
}
