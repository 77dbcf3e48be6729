/**
 * The data of records of DNS, by their types.
 *
 * @module
 */
import { type DnsName, readDnsName } from "./dns_name.ts";
import { field, type FieldSpec, raw, text } from "./field.ts";
import type { FieldList } from "./field_list.ts";

/** The types of records (IANA, Resource Record TYPEs). */
export const DNS_TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  13: "HINFO",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  35: "NAPTR",
  41: "OPT",
  43: "DS",
  46: "RRSIG",
  47: "NSEC",
  48: "DNSKEY",
  50: "NSEC3",
  64: "SVCB",
  65: "HTTPS",
  251: "IXFR",
  252: "AXFR",
  255: "any",
  257: "CAA",
};

/** The data of types that is one field: an address, or a name, which has the form of text. */
export const DATA_OF_TYPE: Readonly<Record<number, FieldSpec>> = {
  1: field("dns.a", 32, "ipv4", "the address"),
  2: text("dns.ns", "a server of the zone"),
  5: text("dns.cname", "the name that this one stands for"),
  12: text("dns.ptr.domain_name", "the name of the address"),
  28: field("dns.aaaa", 128, "ipv6", "the address"),
};

const SOA: readonly FieldSpec[] = [
  text("dns.soa.mname", "the first server of the zone"),
  text("dns.soa.rname", "the mailbox of who keeps it"),
  field("dns.soa.serial_number", 32, "decimal", "grows with each change"),
  field(
    "dns.soa.refresh_interval",
    32,
    "decimal",
    "seconds between two looks of the other servers",
  ),
  field("dns.soa.retry_interval", 32, "decimal", "seconds until the next try"),
  field("dns.soa.expire_limit", 32, "decimal", "seconds after which they give up"),
  field("dns.soa.minimum_ttl", 32, "decimal", "seconds for which a missing name is kept"),
];
const MX: readonly FieldSpec[] = [
  field("dns.mx.preference", 16, "decimal", "less is better"),
  text("dns.mx.mail_exchange", "the mail server"),
];
const SRV: readonly FieldSpec[] = [
  field("dns.srv.priority", 16, "decimal", "less is better"),
  field("dns.srv.weight", 16, "decimal", "the share among the same priority"),
  field("dns.srv.port", 16, "decimal", "the port"),
  text("dns.srv.target", "the server"),
];
/** The type of a record of a service, whose name has three parts: `_sip._tcp.example.com` (RFC 2782). */
export const SERVICE = 33;
const SERVICE_PARTS: readonly FieldSpec[] = [
  text("dns.srv.service", "the service that it is about"),
  text("dns.srv.proto", "what carries the service"),
  text("dns.srv.name", "the domain that has the service"),
];
const OF_SEVERAL: Readonly<Record<number, readonly FieldSpec[]>> = {
  6: SOA,
  15: MX,
  [SERVICE]: SRV,
};

const TXT = 16;
const TXT_LENGTH = field("dns.txt.length", 8, "decimal", "bytes of a text");
const TXT_TEXT = text("dns.txt", "a text");
const OTHER = raw("dns.data", "data of a type that is not read");

/** All fields of the data of records. */
export const DATA_FIELDS: readonly FieldSpec[] = [
  ...Object.values(DATA_OF_TYPE),
  ...Object.values(OF_SEVERAL).flat(),
  ...SERVICE_PARTS,
  TXT_LENGTH,
  TXT_TEXT,
  OTHER,
];

/** Reads the name of a record of a service: the parts that it has, each of them over the whole name. */
export function readServiceName(list: FieldList, { text, size }: DnsName): void {
  const labels = text.split(".");
  const parts = labels.length < 3 ? labels : [labels[0]!, labels[1]!, labels.slice(2).join(".")];
  parts.forEach((part, i) => list.over(SERVICE_PARTS[i]!, size, part));
  list.skip(size);
}

/** Reads the `size` bytes of data of a record of `type`. */
export function readRecordData(
  list: FieldList,
  type: number,
  size: number,
  bytes: Uint8Array,
  message: number,
): void {
  const end = list.at + size;
  const one = DATA_OF_TYPE[type];
  if (one !== undefined && one.form !== "text") {
    if (8 * size === one.bits) list.take(one);
  } else if (type === TXT) {
    while (list.at < end) {
      const length = list.take(TXT_LENGTH);
      if (list.at + length > end) break;
      list.bytes(TXT_TEXT, length);
    }
  } else {
    for (const spec of one === undefined ? OF_SEVERAL[type] ?? [] : [one]) {
      if (spec.form !== "text") {
        if (list.at + spec.bits / 8 > end) break;
        list.take(spec);
        continue;
      }
      const found = readDnsName(bytes, list.at, message, end);
      if (found === null) break;
      list.bytes(spec, found.size, found.text);
    }
  }
  if (list.at < end) list.bytes(OTHER, end - list.at);
}
