/**
 * DNS: names to addresses and more (RFC 1035), over UDP, TCP and multicast (RFC 6762).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { formatIpv6Octets } from "../address/ipv6.ts";
import { escapeLine } from "../text/escape.ts";
import { readDnsName } from "./dns_name.ts";
import {
  type Field,
  field,
  type FieldSpec,
  gap,
  type HeaderTable,
  headerTable,
  text,
} from "./field.ts";
import {
  DATA_FIELDS,
  DATA_OF_TYPE,
  DNS_TYPES,
  readRecordData,
  readServiceName,
  SERVICE,
} from "./dns_record.ts";
import { FieldList } from "./field_list.ts";
import { u16, u32 } from "./numbers.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

/** The result of a question (IANA, DNS RCODEs). */
const CODES: Readonly<Record<number, string>> = {
  0: "no error",
  1: "format error",
  2: "server failure",
  3: "no such name",
  4: "not implemented",
  5: "refused",
};
const OPERATIONS = { 0: "query", 4: "notify", 5: "update" };

/** The carriers of a message, by which its header differs. */
type Carrier = "udp" | "tcp" | "llmnr";

/** Returns the header's table: where TCP carries it, its length stands in front. */
function header(isResponse: boolean, carrier: Carrier): HeaderTable {
  const flags = carrier === "tcp" ? 4 : 2;
  const place = { container: [flags, 2] as const };
  const bit = (name: string, about: string) =>
    field(`dns.flags.${name}`, 1, "decimal", about, place);
  const hidden = (spec: FieldSpec) => isResponse ? spec : { ...spec, name: "" };
  const middle = carrier === "llmnr"
    ? [
      bit("conflict", "1: another host has the name, too"),
      bit("truncated", "1: too long for UDP"),
      bit("tentative", "1: not yet sure that the name is its own"),
      gap(4),
    ]
    : [
      hidden(bit("authoritative", "1: by a server of the zone")),
      bit("truncated", "1: too long for UDP, ask by TCP"),
      bit("recdesired", "1: ask other servers for me"),
      hidden(bit("recavail", "1: it would do that")),
      bit("z", "reserved"),
      hidden(bit("authenticated", "1: the signatures are right")),
      bit("checkdisable", "1: do not check signatures"),
    ];
  return headerTable(
    ...carrier === "tcp" ? [field("dns.length", 16, "decimal", "bytes of the message")] : [],
    field("dns.id", 16, "hex", "the answer has that of its question"),
    bit("response", "1: an answer"),
    field("dns.flags.opcode", 4, "decimal", "what is wanted", { ...place, names: OPERATIONS }),
    ...middle,
    hidden(field("dns.flags.rcode", 4, "decimal", "the result", { ...place, names: CODES })),
    field("dns.count.queries", 16, "decimal", "how many questions follow"),
    field("dns.count.answers", 16, "decimal", "how many answers follow"),
    field("dns.count.auth_rr", 16, "decimal", "how many servers of the zone follow"),
    field("dns.count.add_rr", 16, "decimal", "how many records follow besides"),
  );
}

const TYPE = { names: DNS_TYPES };
const CLASSES = { names: { 1: "IN", 3: "CH", 254: "none", 255: "any" } };
const QUESTION_NAME = text("dns.qry.name", "the name that is asked for");
const QUESTION_TYPE = field("dns.qry.type", 16, "decimal", "what is wanted of it", TYPE);
const QUESTION_CLASS = field("dns.qry.class", 16, "hex", "IN: Internet", CLASSES);
const NAME = text("dns.resp.name", "the name that it is about");
const RECORD_TYPE = field("dns.resp.type", 16, "decimal", "what is said of it", TYPE);
const CLASS = field("dns.resp.class", 16, "hex", "IN: Internet", CLASSES);
const TTL = field("dns.resp.ttl", 32, "decimal", "seconds for which it may be kept");
const LENGTH = field("dns.resp.len", 16, "decimal", "bytes of what follows");
/** The record by which both tell their abilities has other fields (RFC 6891). */
const OPT = 41;
const OPT_FIELDS: readonly FieldSpec[] = [
  field("dns.rr.udp_payload_size", 16, "decimal", "the longest datagram that is taken"),
  field("dns.resp.ext_rcode", 8, "hex", "the upper bits of the result"),
  field("dns.resp.edns0_version", 8, "decimal", "0"),
  field("dns.resp.z", 16, "hex", "0x8000: with signatures (DNSSEC)"),
];

/** All fields behind the header. */
const FIELDS: readonly FieldSpec[] = [
  ...[QUESTION_NAME, QUESTION_TYPE, QUESTION_CLASS],
  ...[NAME, RECORD_TYPE, CLASS, TTL, LENGTH, ...OPT_FIELDS, ...DATA_FIELDS],
];

/** Returns the questions and records of the message that begins at `message`. */
function recordsOf(bytes: Uint8Array, message: number, at: number, end: number): Field[] {
  const list = new FieldList(bytes, at, end);
  const nextName = () => readDnsName(bytes, list.at, message, list.end);
  const counts = [4, 6, 8, 10].map((offset) => u16(bytes, message + offset));
  for (let left = counts[0]!; left > 0 && list.left > 0; left--) {
    const name = nextName();
    if (name === null) return list.fields;
    list.bytes(QUESTION_NAME, name.size, name.text);
    list.take(QUESTION_TYPE);
    list.take(QUESTION_CLASS);
  }
  for (let left = counts[1]! + counts[2]! + counts[3]!; left > 0 && list.left > 0; left--) {
    const name = nextName();
    if (name === null) return list.fields;
    if (u16(bytes, list.at + name.size) === SERVICE) readServiceName(list, name);
    else list.bytes(NAME, name.size, name.text);
    const type = list.take(RECORD_TYPE);
    for (const spec of type === OPT ? OPT_FIELDS : [CLASS, TTL]) list.take(spec);
    const size = list.take(LENGTH);
    if (size === -1) return list.fields;
    readRecordData(list, type, Math.min(size, list.left), bytes, message);
  }
  return list.fields;
}

/** Says the first question, and its first answers or the result. */
function addLine(bytes: Uint8Array, message: number, end: number, line: Line): void {
  const flags = u16(bytes, message + 2);
  const question = readDnsName(bytes, message + 12, message, end);
  const isAnswer = (flags & 0x8000) !== 0;
  line.what = isAnswer ? "DNS answer" : "DNS";
  if (question === null || u16(bytes, message + 4) === 0) {
    if (isAnswer) addAnswers(bytes, message, message + 12, end, line);
    return;
  }
  let at = message + 12 + question.size;
  const type = DNS_TYPES[u16(bytes, at)] ?? `type ${u16(bytes, at)}`;
  line.what = `DNS ${type} ${escapeLine(question.text)}`;
  if (!isAnswer) {
    line.what += "?";
    return;
  }
  at += 4;
  const code = flags & 0xf;
  if (code !== 0) line.what += `: ${CODES[code] ?? `error ${code}`}`;
  else addAnswers(bytes, message, at, end, line);
}

/** The most answers in a line. */
const MAX_ANSWERS = 2;

function addAnswers(bytes: Uint8Array, message: number, at: number, end: number, line: Line): void {
  const words: string[] = [];
  const count = u16(bytes, message + 6);
  for (let i = 0; i < Math.min(count, MAX_ANSWERS); i++) {
    const name = readDnsName(bytes, at, message, end);
    if (name === null) break;
    at += name.size;
    if (at + 10 > end) break;
    const [type, size] = [u16(bytes, at), u16(bytes, at + 8)];
    at += 10;
    if (at + size > end) break;
    words.push(answerWords(bytes, type, at, size, message, end));
    at += size;
  }
  if (words.length > 0) line.what += ` = ${words.join(", ")}${count > words.length ? ", …" : ""}`;
  else if (count === 0) line.what += ": no such record";
}

function answerWords(
  bytes: Uint8Array,
  type: number,
  at: number,
  size: number,
  message: number,
  end: number,
): string {
  if (type === 1 && size === 4) return formatQuickIpv4(u32(bytes, at));
  if (type === 28 && size === 16) return formatIpv6Octets(bytes, at);
  const name = DATA_OF_TYPE[type]?.form === "text" ? readDnsName(bytes, at, message, end) : null;
  return name === null ? DNS_TYPES[type] ?? `type ${type}` : escapeLine(name.text);
}

function dns(name: string, title: string, carrier: Carrier): Protocol {
  const shift = carrier === "tcp" ? 2 : 0;
  const [query, response] = [header(false, carrier), header(true, carrier)];
  return {
    name,
    title,
    model: "application",
    table: (bytes, start) => (bytes[start + shift + 2] ?? 0) & 0x80 ? response : query,
    size: (_bytes, start, end) => end - start,
    rest: ({ start, body }: Layer, bytes, at) => recordsOf(bytes, start + shift, at, body),
    others: [query, response, ...FIELDS],
    line: ({ start, body }, bytes, line) => addLine(bytes, start + shift, body, line),
  };
}

/** DNS over UDP. */
export const DNS: Protocol = dns("dns", "DNS", "udp");
/** DNS over TCP, with a length in front. */
export const DNS_TCP: Protocol = {
  ...dns("dns", "DNS", "tcp"),
  read: (cursor) => {
    // A segment that does not begin with the length of all of it is the middle of a longer message.
    if (cursor.has(14) && cursor.u16(0) === cursor.limit - cursor.at - 2) cursor.header(DNS_TCP);
    return 0;
  },
};
/** DNS by multicast, without a server (RFC 6762). */
export const MDNS: Protocol = dns("mdns", "mDNS", "udp");
/** DNS by multicast, as Windows has it (RFC 4795). */
export const LLMNR: Protocol = dns("llmnr", "LLMNR", "llmnr");
