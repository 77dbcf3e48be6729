/**
 * What tshark says of packets, and whether netkit says the same.
 *
 * @module
 */
import type { ExplainedLayer } from "../packet/explain.ts";
import { type Field, formatValue } from "../packet/field.ts";

/** A field as tshark tells it. */
export interface TsharkField {
  /** Its name. */
  readonly name: string;
  /** Where it begins, and its bytes. */
  readonly pos: number;
  readonly size: number;
  /** Its content, as people write it and as hexadecimal digits. */
  readonly show: string;
  readonly value: string;
}

/** Settings by which tshark shows each packet alone, as it stands on the wire. */
export const SETTINGS: readonly string[] = [
  ...["ip", "tcp", "udp"].map((each) => `${each}.check_checksum:TRUE`),
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.relative_sequence_numbers:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "tcp.analyze_sequence_numbers:FALSE",
];

/**
 * Resolves to the fields that tshark finds in each packet of the capture at `path`; `more` are settings that
 * replace the usual ones.
 */
export async function askTshark(
  path: string,
  more: readonly string[] = [],
): Promise<TsharkField[][]> {
  const settings = [...SETTINGS, ...more].flatMap((each) => ["-o", each]);
  const { stdout, stderr, success } = await new Deno.Command("tshark", {
    args: ["-r", path, "-n", "-T", "pdml", ...settings],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  return text.split("<packet>").slice(1).map((packet) =>
    [...packet.matchAll(/<field ([^>]*)>/g)].map(([, tag]) => {
      const attribute = (name: string) =>
        plainText(tag!.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "");
      return {
        name: tag!.match(/name="([^"]*)"/)![1]!,
        pos: Number(attribute("pos")),
        size: Number(attribute("size")),
        show: attribute("show"),
        value: attribute("value"),
      };
    })
  );
}

function plainText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** What tshark calls content: it may be dissected by its port, and a reset may say why. */
const CONTENT: readonly string[] = [
  "data.data",
  "tcp.payload",
  "udp.payload",
  "tcp.segment_data",
  "tcp.reset_cause",
];

/** Returns whether tshark has the field with the same place and value. */
function agrees(field: Field, theirs: readonly TsharkField[]): boolean {
  // These bytes have no name in Wireshark.
  if (field.name.endsWith(".rest")) return true;
  // It takes random data of a ping for the time that some programs put there, if that is near the packet's.
  const isTime = theirs.some(({ name }) => name.startsWith("icmp.data_time"));
  if (field.name === "data.data" && isTime) return true;
  const shown = formatValue(field);
  const isNumber = field.spec.form !== "ipv4";
  const names = field.name === "data.data" ? CONTENT : [field.name];
  return theirs.some(({ name, pos, size, show, value }) => {
    if (!names.includes(name) || pos !== field.pos || size !== field.size) return false;
    if (typeof field.value === "number") {
      return show === shown || isNumber && Number(show) === Number(shown);
    }
    const isTree = show === "" && value === ""; // it shows no value of what has parts
    return isTree || show === shown || value === field.value.toHex();
  });
}

/** Returns in which way tshark does not agree on a field, or `null` if it does. */
export function disagreement(field: Field, theirs: readonly TsharkField[]): string | null {
  if (agrees(field, theirs)) return null;
  const { name, pos, size } = field;
  const near = theirs.filter((each) =>
    each.name === name || each.pos === pos && each.size === size
  );
  return `${name} at ${pos}, ${size} bytes, ${formatValue(field)}; tshark: ` +
    near.map((each) => `${each.name} at ${each.pos}, ${each.size}, ${each.show}`).join("; ");
}

/** Returns the disagreements on the fields of `layers`; usually none. */
export function disagreements(
  layers: readonly ExplainedLayer[],
  theirs: readonly TsharkField[],
): string[] {
  return layers.flatMap(({ fields }) => fields).flatMap((field) =>
    disagreement(field, theirs) ?? []
  );
}
