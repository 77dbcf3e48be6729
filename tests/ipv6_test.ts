import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type IpAddress, ipv6 } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import { formatExploded, formatIpv6, IPV6_FORM, parseIpv6 } from "../address/ipv6.ts";
import { contains, formatNetwork, parsePrefixedAddress } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { codePoint } from "./code_points.ts";
import { needs } from "./needs.ts";
import { askPython } from "./python.ts";

/** Eight groups; many are zero, as in real addresses. */
const groups = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(0xffff) },
    { weight: 2, arbitrary: fc.nat(0xffff) },
  ),
  { minLength: 8, maxLength: 8 },
);

const zones = fc.constantFrom(null, "eth0", "1", "en0.100", "wlan0@if3");

function ofGroups(values: readonly number[], zone: string | null = null): IpAddress {
  return ipv6(values.reduce((sum, group) => sum * 65536n + BigInt(group), 0n), zone);
}

/** One of the many ways in which RFC 4291 lets an address be written. */
const spellings = fc.tuple(groups, zones, fc.infiniteStream(fc.nat(1000))).map(
  ([values, zone, dice]) => {
    const roll = (sides: number) => dice.next().value! % sides;
    const written = values.map((group) => {
      const digits = group.toString(16).padStart(1 + roll(4), "0");
      return roll(2) === 0 ? digits : digits.toUpperCase();
    });
    if (roll(3) === 0) {
      const [high, low] = [values[6]!, values[7]!];
      written.splice(6, 2, [high >> 8, high & 255, low >> 8, low & 255].join("."));
    }
    const start = roll(8);
    let end = start;
    while (end < written.length && /^0+$/.test(written[end]!) && roll(5) !== 0) end++;
    const text = end === start
      ? written.join(":")
      : `${written.slice(0, start).join(":")}::${written.slice(end).join(":")}`;
    return { text: zone === null ? text : `${text}%${zone}`, address: ofGroups(values, zone) };
  },
);

/** Texts that are nearly IPv6 addresses, without a zone. */
const nearly = fc.oneof(
  fc.tuple(spellings, fc.nat(50), fc.nat(2), fc.constantFrom("", ":", "::", "0", "f", "g", "."))
    .map(
      ([{ text }, at, cut, put]) => {
        const bare = text.replace(/%.*/, "");
        const i = at % (bare.length + 1);
        return bare.slice(0, i) + put + bare.slice(i + cut);
      },
    ),
  fc.array(fc.constantFrom("::", ":", ":", "0", "1", "ffff", "1.2.3.4", "00"), { maxLength: 17 })
    .map((parts) => parts.join("")),
);

Deno.test("parseIpv6() reads what formatIpv6() and formatExploded() write", () => {
  fc.assert(fc.property(groups, zones, (values, zone) => {
    const address = ofGroups(values, zone);
    for (const text of [formatIpv6(address), formatExploded(address)]) {
      assertEquals(parseIpv6(text), address);
      assertEquals(parseIp(text), address);
    }
    assertEquals(IPV6_FORM.parse(IPV6_FORM.format(address)), address);
  }));
});

Deno.test("parseIpv6() reads every spelling as the same address", () => {
  fc.assert(fc.property(spellings, ({ text, address }) => {
    assertEquals(parseIpv6(text), address);
    assertEquals(formatIpv6(parseIpv6(text)), formatIpv6(address));
  }));
});

/** The oracle: of all places for "::", the longest that RFC 5952 allows, the first on a tie. */
function shortest(values: readonly number[]): string {
  const hex = values.map((group) => group.toString(16));
  for (let length = 8; length >= 2; length--) {
    for (let start = 0; start + length <= 8; start++) {
      if (values.slice(start, start + length).every((group) => group === 0)) {
        return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
      }
    }
  }
  return hex.join(":");
}

Deno.test("formatIpv6() chooses the place of :: as a search of all places does", () => {
  fc.assert(fc.property(groups, (values) => {
    const mapped = values.slice(0, 6).join() === "0,0,0,0,0,65535";
    fc.pre(!mapped);
    assertEquals(formatIpv6(ofGroups(values)), shortest(values));
  }));
});

Deno.test("formatExploded() writes 32 digits in 8 groups", () => {
  fc.assert(fc.property(groups, (values) => {
    const digits = values.map((group) => group.toString(16).padStart(4, "0"));
    assertEquals(formatExploded(ofGroups(values)), digits.join(":"));
  }));
});

/** The oracle: the host of a URL, which is read and written by the rules of browsers. */
function hostOf(text: string): string | null {
  const url = URL.parse(`http://[${text}]/`);
  return url === null ? null : url.hostname.slice(1, -1);
}

Deno.test("parseIpv6() reads and refuses what a URL's host in brackets does", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      const host = hostOf(text);
      if (host === null) return void assertThrows(() => parseIpv6(text), ParseError);
      // URLs write IPv4-mapped addresses in hexadecimal too.
      assertEquals(formatIpv6(parseIpv6(text)), formatIpv6(parseIpv6(host)));
      if (!formatIpv6(parseIpv6(text)).includes(".")) {
        assertEquals(formatIpv6(parseIpv6(text)), host);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseIpv6() returns an address or throws a ParseError that points into its input", () => {
  const any = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.string({ unit: fc.constantFrom(..."0f:.%/[]g \n\u{1d7dc}") }),
    nearly,
  );
  fc.assert(fc.property(any, (text) => {
    try {
      assertEquals(parseIpv6(text).version, 6);
    } catch (error) {
      assert(error instanceof ParseError, `${error}`);
      assertEquals(error.input, text);
      const [start, end] = error.at;
      assert(0 <= start && start <= end && end <= text.length, `${error.at}`);
      error.hint?.replace(/^write /, "").split(" or ").forEach(parseIpv6); // all can be written
    }
  }));
});

/** The examples of RFC 4291 (section 2.2) and RFC 5952 (sections 2 to 5), and edges. */
const ACCEPTED: [text: string, formatted: string, exploded: string][] = [
  ["::", "::", "0000:0000:0000:0000:0000:0000:0000:0000"],
  ["::1", "::1", "0000:0000:0000:0000:0000:0000:0000:0001"],
  ["1::", "1::", "0001:0000:0000:0000:0000:0000:0000:0000"],
  [
    "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
    "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
    "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
  ],
  [
    "2001:DB8:0:0:8:800:200C:417A",
    "2001:db8::8:800:200c:417a",
    "2001:0db8:0000:0000:0008:0800:200c:417a",
  ],
  ["FF01::101", "ff01::101", "ff01:0000:0000:0000:0000:0000:0000:0101"],
  ["::13.1.68.3", "::d01:4403", "0000:0000:0000:0000:0000:0000:0d01:4403"],
  ["::FFFF:129.144.52.38", "::ffff:129.144.52.38", "0000:0000:0000:0000:0000:ffff:8190:3426"],
  ["::ffff:8190:3426", "::ffff:129.144.52.38", "0000:0000:0000:0000:0000:ffff:8190:3426"],
  ["::ffff:0:1", "::ffff:0.0.0.1", "0000:0000:0000:0000:0000:ffff:0000:0001"],
  ["64:ff9b::192.0.2.1", "64:ff9b::c000:201", "0064:ff9b:0000:0000:0000:0000:c000:0201"],
  ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304", "0001:0002:0003:0004:0005:0006:0102:0304"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "2001:0db8:0000:0001:0001:0001:0001:0001"],
  ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "2001:0db8:0000:0001:0001:0001:0001:0001"],
  ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "2001:0000:0000:0001:0000:0000:0000:0001"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:0db8:0000:0000:0001:0000:0000:0001"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "0001:0002:0003:0004:0005:0006:0007:0000"],
  ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", "0000:0002:0003:0004:0005:0006:0007:0008"],
  ["fe80::1%eth0", "fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001%eth0"],
  ["fe80::1%2", "fe80::1%2", "fe80:0000:0000:0000:0000:0000:0000:0001%2"],
  ["::ffff:1.2.3.4%a:b", "::ffff:1.2.3.4%a:b", "0000:0000:0000:0000:0000:ffff:0102:0304%a:b"],
];

for (const [text, formatted, exploded] of ACCEPTED) {
  Deno.test(`parseIpv6() reads ${text} as ${formatted}`, () => {
    assertEquals(formatIpv6(parseIpv6(text)), formatted);
    assertEquals(formatExploded(parseIpv6(text)), exploded);
  });
}

/** What is refused: the reason, the place, and the hint. */
const REFUSED: [text: string, reason: string, at: [number, number], hint: string | null][] = [
  ["", "it is empty", [0, 0], null],
  [":", "it starts with a single colon", [0, 1], null],
  [":1", "it starts with a single colon", [0, 1], null],
  ["1:", "there is no group behind the last colon", [1, 2], null],
  ["1:2:3:4:5:6:7:", "there is no group behind the last colon", [13, 14], null],
  ["fe80:%eth0", "there is no group behind the last colon", [4, 5], null],
  [":::", '":::" has a colon too many', [2, 3], null],
  ["1:::2", '":::" has a colon too many', [3, 4], null],
  ["1::2::3", '"::" may stand only once', [4, 6], null],
  [
    "1:2:3:4::5:6:7:8",
    '"::" stands for at least one group, and there are 8 others',
    [7, 9],
    null,
  ],
  ["1:2:3:4:5:6:7", "it has 7 groups instead of 8", [0, 13], null],
  ["1:2:3:4:5:6:7:8:9", "it has 9 groups instead of 8", [0, 17], null],
  ["1:2:3:4:5:6:7:1.2.3.4", "it has 9 groups instead of 8", [0, 21], null],
  ["00:00:5e:00:53:01", "it has 6 groups instead of 8, as a MAC address has", [0, 17], null],
  ["abcd", "it has no colon", [0, 4], null],
  ["1.2.3.4", "it has no colon", [0, 7], null],
  ["12345::", "12345 has more than 4 hexadecimal digits", [0, 5], null],
  ["::00000", "00000 has more than 4 hexadecimal digits", [2, 7], "write ::0000"],
  ["02001:db8::1", "02001 has more than 4 hexadecimal digits", [0, 5], "write 2001:db8::1"],
  ["::g", '"g" is neither a hexadecimal digit nor a colon', [2, 3], null],
  ["::-1", '"-" is neither a hexadecimal digit nor a colon', [2, 3], null],
  ["::1/64", '"/" is neither a hexadecimal digit nor a colon', [3, 4], null],
  [" ::1", "a blank is neither a hexadecimal digit nor a colon", [0, 1], "write ::1"],
  ["::1\n", "U+000A is neither a hexadecimal digit nor a colon", [3, 4], "write ::1"],
  ["::１", "U+FF11 is neither a hexadecimal digit nor a colon", [2, 3], "write ::1"],
  ["::𝟜", "U+1D7DC is neither a hexadecimal digit nor a colon", [2, 4], "write ::4"],
  ["::١", "U+0661 is neither a hexadecimal digit nor a colon", [2, 3], null],
  ["[::1]", '"[" is neither a hexadecimal digit nor a colon', [0, 1], "write ::1"],
  ["[fe80::1%2]:80", '"[" is neither a hexadecimal digit nor a colon', [0, 1], "write fe80::1%2"],
  ["1.2.3.4::", "an IPv4 address may stand only at the end", [0, 7], null],
  ["::1.2.3.4:5", "an IPv4 address may stand only at the end", [2, 9], null],
  ["::1.2.3", "it has 3 octets instead of 4", [2, 7], null],
  ["::1.2.3.256", "256 is more than 255", [8, 11], null],
  ["::ffff:1.2.3.x", '"x" is neither a hexadecimal digit nor a colon', [13, 14], null],
  ["::ffff:1.2.3.04", "a leading zero may mean octal", [13, 15], "write ::ffff:1.2.3.4"],
  [
    "::010.8.8.8%1",
    "a leading zero is ambiguous: 8.8.8.8 if octal (as inet_aton reads it), 10.8.8.8 if decimal",
    [2, 5],
    "write ::8.8.8.8%1 or ::10.8.8.8%1",
  ],
  [
    "1:010.8.8.8", // no hint: with either reading it is still too short
    "a leading zero is ambiguous: 8.8.8.8 if octal (as inet_aton reads it), 10.8.8.8 if decimal",
    [2, 5],
    null,
  ],
  ["::1%", "the zone is missing", [4, 4], "write ::1"],
  ["::1%a%b", '"%" is in no zone', [5, 6], null],
  ["::1%a/64", '"/" is in no zone', [5, 6], null],
  ["::1%eth0 ", "a blank is in no zone", [8, 9], "write ::1%eth0"],
  ["::1%\u200beth0", "U+200B is in no zone", [4, 5], null],
  ["1".repeat(65), "65 characters are too many", [0, 65], null],
];

for (const [text, reason, at, hint] of REFUSED) {
  Deno.test(`parseIpv6() refuses ${JSON.stringify(text)}: ${reason}`, () => {
    const error = assertThrows(() => parseIpv6(text), ParseError);
    assertEquals(
      { reason: error.reason, at: [...error.at], hint: error.hint },
      { reason, at, hint },
    );
  });
}

/** Reads texts as JSON, writes for each what the module `ipaddress` of Python knows, or `null`. */
const PYTHON = `
import ipaddress, json, sys
def written(ip):
    # Before Python 3.13, mapped addresses were not written as RFC 5952, section 5, recommends.
    zone = "%" + ip.scope_id if ip.scope_id else ""
    bare = ipaddress.IPv6Address(int(ip))
    return (f"::ffff:{bare.ipv4_mapped}" if bare.ipv4_mapped else bare.compressed) + zone
def facts(text):
    try:
        ip = ipaddress.IPv6Interface(text)
    except ValueError:
        return None
    net = ip.network
    return {
        "address": written(ip), "integer": str(int(ip)), "exploded": f"{int(ip):032x}",
        "prefix": net.prefixlen, "network": str(int(net.network_address)),
        "first": ipaddress.IPv6Address("2001:db8::1") in net,
    }
print(json.dumps([facts(text) for text in json.load(sys.stdin)]))
`;

/** Where Python and netkit differ: what Python accepts that netkit refuses, and why. */
const DIFFERENCES: [reads: RegExp, why: string][] = [
  [/\/0[0-9]+$/, "a leading zero in a prefix length may mean octal"],
  [/%.*[\s\p{C}\p{Z}]/u, "a zone with blanks or invisible characters is a mistake or an attack"],
];

function answer(text: string): unknown {
  try {
    const { address, network } = parsePrefixedAddress(text);
    const net = network ?? { address: { ...address, zone: null }, prefix: 128 };
    return {
      address: formatIp(address),
      integer: `${address.value}`,
      exploded: formatExploded({ ...address, zone: null }).replaceAll(":", ""),
      prefix: net.prefix,
      network: `${parseIpv6(formatNetwork(net).replace(/\/.*/, "")).value}`,
      first: contains(net, parseIpv6("2001:db8::1")),
    };
  } catch (error) {
    assert(error instanceof ParseError);
    return null;
  }
}

Deno.test({
  name: "parsePrefixedAddress() agrees with Python's ipaddress on IPv6 (skipped without python3)",
  ...needs("python3"),
  async fn() {
    const address = fc.oneof(spellings.map(({ text }) => text), nearly);
    const size = fc.oneof(
      { weight: 4, arbitrary: fc.constant("") },
      { weight: 4, arbitrary: fc.nat(140).map((prefix) => `/${prefix}`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("/", "/ 8", "/+8", "/8/8", "/064", "/ffff::", "/0.0.0.0"),
      },
      { weight: 1, arbitrary: fc.constantFrom("%", "%1", "%a%b", "%a b", " ", "\n", "%eth0/64") },
    );
    const texts = fc.array(
      fc.tuple(address, size).map(([left, right]) => left + right)
        .filter((text) => text.includes(":")), // else it may be IPv4
      { minLength: 2500, maxLength: 2500 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const answers = await askPython(PYTHON, list);
        list.forEach((text, i) => {
          const known = DIFFERENCES.some(([reads]) => reads.test(text));
          assertEquals(answer(text), known ? null : answers[i], JSON.stringify(text));
        });
      }),
      { numRuns: 4, endOnFailure: true }, // a smaller list would ask Python a thousand times
    );
  },
});
