import { assert, assertEquals, assertRejects } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { didYouMean } from "../cli/suggest.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import { type Wanted, wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { formatValue } from "../packet/field.ts";
import { compileFilter } from "../packet/filter.ts";
import { FilterNames, rowsOf } from "../packet/filter_names.ts";
import { kindOf, type Value } from "../packet/filter_source.ts";
import { compilePattern } from "../packet/filter_pattern.ts";
import { filterPackets } from "./filter_packets.ts";
import { assertLinear } from "./linear.ts";

function packet(payload: string, ...layers: readonly Wanted[]): Promise<DissectedPacket> {
  const bytes = wrap(layers, new TextEncoder().encode(payload));
  return Promise.resolve(
    dissectFully({ number: 7, time: 1_500_000_000n, linkType: 1, bytes, length: bytes.length + 4 }),
  );
}

const ETH: Wanted = {
  name: "eth",
  set: new Map([["eth.src", Uint8Array.fromHex("00005e005301")]]),
};
const IP: Wanted = { name: "ip", set: new Map([["ip.src", 0x0a000001], ["ip.dst", 0xc0000202]]) };
const TCP: Wanted = {
  name: "tcp",
  set: new Map([["tcp.srcport", 51000], ["tcp.dstport", 80], ["tcp.flags", 0x18]]),
};
const REQUEST = await packet("GET /a.html HTTP/1.1\r\nHost: www.example\r\n\r\n", ETH, IP, TCP);

/** Expressions, and whether the request is so. */
const EXPRESSIONS: readonly (readonly [expression: string, isSo: boolean])[] = [
  ["tcp", true],
  ["udp", false],
  ["!udp", true],
  ["not not tcp", true],
  ["tcp && !arp", true],
  ["udp || tcp and ip", true],
  ["(udp or tcp) and arp", false],
  ["udp or tcp and arp", false],
  ["tcp.port == 80", true],
  ["tcp.port eq 0x50", true],
  ["tcp.port == 0120", true],
  ["tcp.port == 0b1010000", true],
  ["80 == tcp.port", true],
  ["100 > tcp.dstport", true],
  ["tcp.port != 80", false],
  ["tcp.port !== 80", true],
  ["tcp.port === 80", false],
  ["any tcp.port > 50000", true],
  ["all tcp.port > 50000", false],
  ["udp.port != 80", false],
  ["!(udp.port == 80)", true],
  ["tcp.port in {80, 443}", true],
  ["tcp.port in {1..79,81..100}", false],
  ["tcp.port not in {443, 8000..8100}", true],
  ["ip.src == 10.0.0.1", true],
  ["ip.addr == 10.0.0.0/8", true],
  ["ip.addr == 192.0.2.0/31", false],
  ["ip.addr in {172.16.0.0/12, 192.0.2.0/24}", true],
  ["ip.dst > 192.0.2.1", true],
  ["ip.src == ip.dst", false],
  ["ip.src != ip.dst", true],
  ["tcp.srcport > tcp.dstport", true],
  ["ipv6.addr == ::/0", false],
  ["eth.src == 00:00:5e:00:53:01", true],
  ["eth.addr[0:3] == 00:00:00", true],
  ["eth.src[0:3] == 00-00-5e", true],
  ["eth.src[3-5] == 005301", true],
  ["eth.src[-1:] == 01", true],
  ["eth.src[2] == 5e", true],
  ["eth.src[5:4] == 01", false],
  ["frame[12:2] == 08:00", true],
  ["tcp[13] == 18", true],
  ["tcp.flags.syn == 1", false],
  ["tcp.flags.push == true", true],
  ["tcp.flags.syn", true],
  ["tcp.flags & 0x10", true],
  ["tcp.flags & 2", false],
  ["tcp.flags & 0x18 == 0x18", true],
  ["tcp.len == 43", true],
  ["tcp.hdr_len == 20", true],
  ["len(tcp.payload) == 43", true],
  ["count(tcp.port) == 2", true],
  ["ip.flags == 2", true],
  ["ip.dsfield == 0", true],
  ["frame.number == 7", true],
  ["frame.len > frame.cap_len", true],
  ["frame.time_epoch == 1.5", true],
  ["frame.time_relative == 0", true],
  ['frame contains "GET"', true],
  ['tcp contains "www"', true],
  ["tcp.payload contains 47:45:54", true],
  ['tcp.payload contains "POST"', false],
  ["http", true],
  ["http.request", true],
  ["http.response", false],
  ['http.request.method == "GET"', true],
  ["http.request.method == GET", true],
  ['http.host == "www.example"', true],
  ["http.host contains example", true],
  ['upper(http.host) == "WWW.EXAMPLE"', true],
  ['http.request.uri matches "\\.html?$"', true],
  ['http.request.uri matches r"^/[A-Z]\\."', true],
  ['http.request.uri ~ "^a"', false],
  ["tcp.checksum.status == good", true],
  ["ip.checksum.status == 0", false],
  ["tcp.options.mss_val", false],
  ["tcp.port==80&&ip.ttl>=64", true],
];

for (const [expression, isSo] of EXPRESSIONS) {
  Deno.test(`compileFilter() of ${expression}: ${isSo}`, async () => {
    assertEquals((await compileFilter(expression))(REQUEST), isSo);
  });
}

/** Expressions that are none: the reason, the part that it is about, the hint. */
const REFUSED:
  readonly (readonly [expression: string, reason: RegExp, part: string, hint?: RegExp])[] = [
    ["", /it is empty/, ""],
    [
      "tcp.prot == 80",
      /there is no field or protocol tcp\.prot/,
      "tcp.prot",
      /did you mean tcp\.port\?/,
    ],
    ["ip.adr == 10.0.0.1", /no field/, "ip.adr", /ip\.addr/],
    ["dns.qry.nam == x", /no field/, "dns.qry.nam", /dns\.qry\.name/],
    ["tcp.seq == 1", /relative in Wireshark/, "tcp.seq", /tcp\.seq_raw/],
    ["udp && tcp.ack > 5", /relative in Wireshark/, "tcp.ack", /tcp\.ack_raw/],
    ["tcp.window_size == 0", /scaled/, "tcp.window_size", /tcp\.window_size_value/],
    ["tcp.stream == 3", /whole connection/, "tcp.stream", /--conn/],
    ["tcp.analysis.retransmission", /whole connection/, "tcp.analysis.retransmission"],
    ["tcp.port = 80", /"=" means nothing here/, "=", /equal is ==/],
    ["tcp.port == ", /it ends where/, ""],
    ["tcp.port == 80 81", /nothing joins "81"/, "81", /&& or \|\|/],
    ["(tcp", /it ends where \) is missing/, ""],
    ["tcp)", /nothing joins/, ")"],
    ["tcp.port == 70000", /at most 65535/, "70000"],
    ["tcp.port == x", /x is no number/, "x"],
    ["tcp.port == -1", /-1 is no number/, "-1"],
    ["ptp.v2.logmessageperiod == 128", /at most 127/, "128"],
    ["ptp.v2.logmessageperiod == -129", /at least -128/, "-129"],
    ['tcp.port == "80"', /no quotes/, '"80"'],
    ["ip.src == 10.0.0.256", /./, "256"],
    ["ip.src == 10.0.0.0/33", /prefix length/, "10.0.0.0/33"],
    ["ip.src == 2001:db8::1", /IPv6/, "2001:db8::1", /ipv6\.addr/],
    ["ip.src == www", /no address/, "www"],
    ["eth.src == 00:00:5e", /./, "00:00:5e"],
    ["ip.src contains 10", /contains nothing/, "10", /\/24/],
    ['tcp.port matches "8"', /neither/, '"8"'],
    ['tcp matches "("', /\( without its \)/, '"("'],
    ['tcp matches "(?=a)"', /linear time/, '"(?=a)"'],
    ['tcp matches r"(a)\\1"', /linear time/, 'r"(a)\\1"'],
    ["tcp.port in {80 443}", /comma/, "443", /80, 443/],
    ["tcp.port in 80", /where \{ is missing/, "80"],
    ["http.host == “x”", /./, "“", /"/],
    ['http.host == "x', /second "/, '"x'],
    ["tcp[1:2", /] is missing/, "[1:2"],
    ["tcp[x] == 01", /a slice is written/, "[x]"],
    ["tcp.port[0] == 01", /no slices/, "tcp.port"],
    ["frame.time > 3", /date/, "frame.time", /time_epoch/],
    ["ip.host == x", /no names/, "ip.host"],
    ["80 == 80", /no field/, "80"],
    ["any tcp", /comparison/, ""],
    ["tcp.port == ip.src", /another kind/, "ip.src"],
    [`${"(".repeat(200)}tcp`, /more than 100/, "("],
  ];

for (const [expression, reason, part, hint] of REFUSED) {
  Deno.test(`compileFilter() refuses ${expression.slice(0, 40)} and says where`, async () => {
    const error = await assertRejects(() => compileFilter(expression, didYouMean), ParseError);
    assert(reason.test(error.reason), error.reason);
    assertEquals(expression.slice(...error.at), part, error.reason);
    if (hint) assert(hint.test(error.hint ?? ""), `${error.hint}`);
  });
}

Deno.test("FilterNames reads the same values as explain(), for every field of every protocol", async () => {
  const packets = await filterPackets();
  const names = new FilterNames();
  await names.source("no.such.field"); // then all are known
  const expected = packets.map((each) => {
    const values = new Map<string, string[]>();
    for (const { fields } of explain(each)) {
      for (const field of fields) {
        if (field.name.endsWith(".rest")) continue;
        const list = values.get(field.name) ?? [];
        list.push(
          field.spec.form === "text" ? formatValue(field).replace(/\0.*/s, "") : formatValue(field),
        );
        values.set(field.name, list);
      }
    }
    return values;
  });
  const found = new Set(expected.flatMap((each) => [...each.keys()]));
  assert(found.size > 250, `${found.size}`);
  for (const name of found) {
    const source = await names.source(name);
    assert(source !== null, `${name} is read, and not known`);
    packets.forEach((each, i) => {
      const shown: string[] = [];
      source.visit(each, (value) => shown.push(show(value, source.kind)) === 0);
      const wanted = (expected[i]!.get(name) ?? []).map((text) => plain(text, source.kind));
      assertEquals(shown, wanted, `${name} in packet ${i + 1}`);
    });
  }
});

function show(value: Value, kind: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "object") return value.toHex();
  return kind === "ipv4"
    ? [24, 16, 8, 0].map((shift) => value >>> shift & 0xff).join(".")
    : String(value);
}

/** Returns what `show` says of a value that `formatValue` says so. */
function plain(text: string, kind: string): string {
  if (kind === "number") return String(Number(text));
  if (kind === "text" || kind === "ipv4") return text;
  if (kind === "ipv6") return hexOfIpv6(text);
  return text.replaceAll(":", "");
}

function hexOfIpv6(text: string): string {
  const [left = "", right] = text.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((each) => each.padStart(4, "0"));
  const [front, back] = [groups(left), groups(right ?? "")];
  if (right === undefined) return front.join("");
  return [...front, ...Array(8 - front.length - back.length).fill("0000"), ...back].join("");
}

Deno.test("rowsOf() gives each name one kind of values, whatever protocol has it", async () => {
  await filterPackets();
  const { loadedProtocols } = await import("../packet/protocols.ts");
  const kinds = new Map<string, string>();
  for (const protocol of loadedProtocols()) {
    for (const spec of rowsOf(protocol)) {
      const kind = kindOf(spec);
      assertEquals(kinds.get(spec.name) ?? kind, kind, spec.name);
      kinds.set(spec.name, kind);
    }
  }
});

Deno.test("frame.time_relative and frame.time_delta count from the first packet, wanted or not", async () => {
  const packets = await filterPackets();
  for (
    const expression of ["frame.time_relative == 3", "frame.number == 4 && frame.time_delta == 1"]
  ) {
    const filter = await compileFilter(expression);
    const numbers = packets.filter(filter).map(({ number }) => number);
    assertEquals(numbers, [4], expression);
  }
});

const PATTERNS: readonly (readonly [pattern: string, text: string, isFound: boolean])[] = [
  ["abc", "xxABCxx", true],
  ["^abc", "xabc", false],
  ["abc$", "abc\n", true],
  ["a.c", "a\nc", false],
  ["a|bc|", "", true],
  ["x(ab|cd)+y", "xabcdaby", true],
  ["x(ab|cd)+y", "xy", false],
  ["[^a-c]", "abc", false],
  ["[]a]", "]", true],
  ["[a\\-z]", "-", true],
  ["\\d{2,3}x", "1x", false],
  ["\\d{2,3}x", "123x", true],
  ["a{2}", "a", false],
  ["(a*)*b", "aaab", true],
  ["(|a)*b", "aab", true],
  ["\\bfoo\\b", "a foo b", true],
  ["\\bfoo\\b", "afoob", false],
  ["\\x41\\.", "a.", true],
  ["(?:a|b)c", "bc", true],
  ["a+?b", "aab", true],
  ["((){9}){9}x", "x", true],
];

for (const [pattern, text, isFound] of PATTERNS) {
  Deno.test(`compilePattern() of ${pattern} in ${JSON.stringify(text)}: ${isFound}`, () => {
    const matches = compilePattern(pattern, (reason) => {
      throw new Error(reason);
    });
    assertEquals(matches(text), isFound);
    assertEquals(matches(new TextEncoder().encode(text)), isFound);
  });
}

Deno.test("compilePattern() takes linear time where backtracking takes exponential", async () => {
  const matches = compilePattern("(a*)*b|(a|aa)+$x", (reason) => {
    throw new Error(reason);
  });
  await assertLinear((size) => new Uint8Array(size).fill(0x61), matches, { limit: 100_000 });
});
