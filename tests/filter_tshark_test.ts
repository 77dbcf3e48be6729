import { assert, assertEquals } from "@std/assert";
import { compileFilter } from "../packet/filter.ts";
import { FilterNames } from "../packet/filter_names.ts";
import type { Source, Value } from "../packet/filter_source.ts";
import type { DissectedPacket } from "../packet/dissect.ts";
import { generator } from "./damage.ts";
import { filterPackets, pcapngOf } from "./filter_packets.ts";
import { needs } from "./needs.ts";
import { SETTINGS } from "./tshark.ts";
import { SEED } from "./seed.ts";

/** Random expressions. */
const COUNT = 900;
/** Expressions that tshark is asked in one run. */
const BATCH = 300;

/** The types of Wireshark whose values are compared as netkit does, by kind. */
const TYPES: Readonly<Record<string, RegExp>> = {
  number: /^FT_(U?INT(8|16|24|32)|BOOLEAN)$/,
  ipv4: /^FT_IPv4$/,
  ipv6: /^FT_IPv6$/,
  mac: /^FT_ETHER$/,
  bytes: /^FT_BYTES$/,
  text: /^FT_STRING(Z|ZPAD)?$/,
};

/** Names that tshark takes for something else, or reads more of than netkit, and why. */
const OTHERWISE = new RegExp(`^(${
  [
    "data(\\..*)?", // tshark dissects more
    "dhcp\\.option\\.type", // to tshark padding is an option of type 0
    "dhcpv6\\..*", // netkit does not read the message inside that of a relay
    "fddi\\.(src|dst)", // tshark turns the bits of each byte around, tcpdump does not
    "erspan|udpencap", // tshark also has layers of them without a byte: type I, ESP
    "isakmp\\.nextpayload", // netkit reads no payloads of IKE
    "ip\\.version", // tshark gives it to IPv6, too
    "wlan\\.(bssid|sa|da|staa)", // tshark names an address twice
    "tcp\\.options\\.sack_[lr]e", // relative
    "vxlan\\.flags", // tshark takes the bits of one byte only
  ].join("|")
})$`);

async function tshark(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("tshark", {
    args: [...args],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Resolves to the types of fields that tshark knows, by name; with the bits that booleans have. */
async function fieldTypes(): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  for (const line of (await tshark("-G", "fields")).split("\n")) {
    const [kind, , name, type] = line.split("\t");
    if (kind === "F") {
      types.set(
        name!,
        types.get(name!) === undefined ? type! : types.get(name!) === type ? type! : "several",
      );
    }
  }
  return types;
}

/**
 * Resolves to the numbers of the packets that tshark selects by each of `filters`. Packets are a second apart:
 * the statistics of each second tell of one packet.
 */
async function selected(path: string, filters: readonly string[]): Promise<number[][]> {
  const text = await tshark(
    ...["-r", path, "-n", "-q"],
    ...SETTINGS.flatMap((each) => ["-o", each]),
    ...["-z", `io,stat,1,${filters.join(",")}`],
  );
  const numbers: number[][] = filters.map(() => []);
  for (const line of text.split("\n")) {
    const match = line.match(/^\|\s*(\d+) <> +(?:\d+|Dur)\s*\|(.*)\|$/);
    if (match === null) continue;
    match[2]!.split("|").filter((_, i) => i % 2 === 0).forEach((frames, i) => {
      if (Number(frames) > 0) numbers[i]!.push(Number(match[1]) + 1);
    });
  }
  return numbers;
}

/** Returns a packet to stand behind all others: the statistics do not count the last one. */
function lastOf(packets: readonly DissectedPacket[]): DissectedPacket {
  const last = packets.at(-1)!;
  return { ...last, time: last.time + 1_000_000_000n };
}

/** A field with the values that the packets have. */
interface Known {
  readonly source: Source;
  readonly values: readonly Value[];
  readonly isBoolean: boolean;
}

function literalOf(value: Value, kind: string): string {
  if (typeof value === "string") return `"${value.replace(/["\\]/g, "\\$&")}"`;
  if (kind === "ipv4") {
    return [24, 16, 8, 0].map((shift) => value as number >>> shift & 0xff).join(".");
  }
  if (typeof value === "number") return String(value);
  const hex = value.toHex();
  return kind === "ipv6" ? hex.match(/.{4}/g)!.join(":") : hex.match(/../g)!.join(":");
}

Deno.test({
  name:
    `compileFilter() selects the same packets as tshark -Y, by ${COUNT} random expressions (seed ${SEED})`,
  ...needs("tshark"),
  async fn() {
    const random = generator(SEED);
    const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
    const packets = await filterPackets();
    const types = await fieldTypes();
    const names = new FilterNames();
    await names.source("no.such.field");
    const fields: Known[] = [];
    const protocols: string[] = [];
    for (const name of names.all()) {
      const source = (await names.source(name))!;
      if (!name.includes(".") && !OTHERWISE.test(name)) protocols.push(name);
      if (OTHERWISE.test(name) || !TYPES[source.kind]!.test(types.get(name) ?? "")) continue;
      const values: Value[] = [];
      for (const packet of packets) source.visit(packet, (value) => values.push(value) === 0);
      const good = values.filter((each) =>
        typeof each === "string"
          ? /^[\x20-\x7e]+$/.test(each)
          : typeof each === "number" || each.length > 1 // "ff" alone is a protocol to tshark
      );
      if (good.length > 0) {
        fields.push({ source, values: good, isBoolean: types.get(name) === "FT_BOOLEAN" });
      }
    }
    assert(fields.length > 150, `${fields.length} fields`);
    const test = (): string => {
      if (random(8) === 0) return pick(protocols);
      const { source: { name, kind, least = 0, most }, values, isBoolean } = pick(fields);
      let value = pick(values);
      if (random(12) === 0) return name;
      if (kind === "number" && !isBoolean && random(3) === 0) {
        value = Math.max(least, Math.min(most, value as number + random(3) - 1));
      }
      const literal = literalOf(value, kind);
      if ((kind === "text" || kind === "bytes" || kind === "mac") && random(3) === 0) {
        const size = (value as string).length;
        const least = kind === "text" ? 1 : 2;
        const at = random(size - least + 1);
        const part = (value as string | Uint8Array).slice(
          at,
          at + least + random(size - at - least + 1),
        );
        return `${name} contains ${literalOf(part, kind)}`;
      }
      if (kind === "ipv4" && random(3) === 0) return `${name} == ${literal}/${1 + random(32)}`;
      if (kind === "ipv6" && random(3) === 0) return `${name} == ${literal}/${1 + random(128)}`;
      if (kind === "number" && !isBoolean && least === 0 && random(6) === 0) {
        return `${name} & ${1 + random(255)}`;
      }
      const relation = isBoolean || kind === "text"
        ? pick(["==", "!="])
        : pick(["==", "==", "!=", "<", ">", "<=", ">=", "!=="]);
      return `${name} ${relation} ${literal}`;
    };
    const expression = (depth: number): string => {
      if (depth === 0 || random(3) === 0) return test();
      const [one, other] = [expression(depth - 1), expression(depth - 1)];
      return pick([
        `${one} && ${other}`,
        `${one} || ${other}`,
        `!(${one})`,
        `(${one}) and not ${test()}`,
      ]);
    };
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      await Deno.writeFile(path, pcapngOf([...packets, lastOf(packets)]));
      let matched = 0;
      const differences: string[] = [];
      for (let done = 0; done < COUNT; done += BATCH) {
        // The statistics divide their filters by commas.
        const filters = Array.from({ length: BATCH }, () => expression(random(3)))
          .filter((each) => !each.includes(","));
        const theirs = await selected(path, filters);
        for (const [i, each] of filters.entries()) {
          differences.push(...await compare(each, packets, theirs[i]!));
          matched += theirs[i]!.length;
        }
      }
      assertEquals(differences, []);
      assert(matched > COUNT, `only ${matched} packets were selected`);
    } finally {
      await Deno.remove(path);
    }
  },
});

/** Resolves to the packets that only one of both selects by `expression`; nothing if there are none. */
async function compare(
  expression: string,
  packets: readonly DissectedPacket[],
  theirs: readonly number[],
): Promise<string[]> {
  const filter = await compileFilter(expression);
  const ours = packets.filter(filter).map(({ number }) => number);
  const only = (some: readonly number[], others: readonly number[]) =>
    some.filter((number) => !others.includes(number)).join(" ");
  const [more, less] = [only(ours, theirs), only(theirs, ours)];
  return more === less ? [] : [`${expression}: netkit alone ${more}; tshark alone ${less}`];
}

/** Expressions of each kind, also those that the statistics cannot take. */
const EXPRESSIONS = [
  "tcp.port in {80, 8000..8010, 44750}",
  "ip.addr in {10.0.0.0/8, 192.0.2.1}",
  "ip.ttl not in {64, 255}",
  "tcp.flags.syn",
  "tcp.flags.syn == 1 && tcp.flags.ack == 0",
  "tcp.flags & 0x12 == 0x12",
  "tcp.port === 8000 || udp.port === 53",
  "all tcp.port > 1000",
  "any ip.addr != 192.0.2.1",
  "ip.src != ip.dst",
  "udp.srcport == udp.dstport",
  "tcp.srcport < tcp.dstport",
  "eth.dst[0:2] == ff:ff",
  "eth.src[0:3] == 00:00:5e && arp",
  "eth.src[4-5] == 53:01",
  "frame[12:2] == 86:dd",
  "frame[-2:] == 6c:6f",
  "tcp[13] == 12",
  'tcp contains "hello"',
  'frame contains "HELLO"',
  'ip contains "hello"',
  'udp contains "hello"',
  "frame contains 68:65:6c:6c:6f",
  'tcp.payload contains "hello"',
  "len(tcp.payload) > 5",
  "count(ip.src) > 1",
  "count(arp.opcode) == 0",
  'lower(http.request.method) == "get"',
  'http.request.uri matches "^/.*[a-z]$"',
  'frame matches "h[aeiou]l+o\\\\b"',
  'dns.qry.name matches "EXAMPLE"',
  "http.response.code == 200",
  "http.response.code >= 400",
  "http.request or http.response",
  "frame.number <= 5 or frame.len > 1000",
  "frame.time_relative > 10 and frame.time_relative < 15.5",
  "frame.time_epoch >= 1000000100",
  "frame.time_delta == 1",
  "ip.flags == 2",
  "ip.flags.df == 1 and ip.dsfield == 0",
  "vlan.id in {7, 100..200} or mpls or gre",
  "tcp.len > 0 && tcp.len < 7",
  "data.len == 5",
  "not (ip or ipv6)",
  "!arp && !ip && not ipv6",
  "tcp and ip.src == 192.0.2.1 or udp",
  "ipv6.addr == fe80::/10",
  "ptp.v2.logmessageperiod == -3",
  "ptp.v2.logmessageperiod < 0",
  "bgp.type == 4",
  "can.id > 2047",
];

Deno.test({
  name: "compileFilter() selects the same packets as tshark -Y, by expressions of every kind",
  ...needs("tshark"),
  async fn() {
    const packets = await filterPackets();
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      await Deno.writeFile(path, pcapngOf([...packets, lastOf(packets)]));
      const plain = EXPRESSIONS.filter((each) => !each.includes(","));
      const theirs = await selected(path, plain);
      const differences: string[] = [];
      for (const [i, each] of plain.entries()) {
        differences.push(...await compare(each, packets, theirs[i]!));
      }
      for (const each of EXPRESSIONS.filter((each) => each.includes(","))) {
        const text = await tshark(
          ...["-r", path, "-n", "-Y", each, "-T", "fields", "-e", "frame.number"],
          ...SETTINGS.flatMap((setting) => ["-o", setting]),
        );
        const numbers = text.split("\n").filter(Boolean).map(Number)
          .filter((number) => number <= packets.length);
        differences.push(...await compare(each, packets, numbers));
      }
      assertEquals(differences, []);
    } finally {
      await Deno.remove(path);
    }
  },
});
