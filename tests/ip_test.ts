import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatHex, formatInteger, ipv4, ipv6, unmapped } from "../address/ip.ts";
import { formatBinaryIp, formatIp, formatReverse, formOf, parseIp } from "../address/ip_text.ts";
import {
  formatBinary,
  formatIpv4,
  IPV4_FORMS,
  ipv4FormOf,
  parseDotted,
  parseIpv4,
} from "../address/ipv4.ts";
import { IPV6_FORMS, IPV6_INTEGERS } from "../address/ipv6_forms.ts";
import { characterName, ParseError } from "../address/parse_error.ts";
import { codePoint } from "./code_points.ts";

/** 32 characters `0` or `1`. */
const bits = fc.array(fc.constantFrom("0", "1"), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join(""));

const address = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map(ipv4);

/** The oracle: an integer from its bits as one learns it, doubling and adding. */
function integerOf(digits: string): bigint {
  let sum = 0n;
  for (const digit of digits) sum = sum * 2n + (digit === "1" ? 1n : 0n);
  return sum;
}

/** The oracle: dotted decimal from the place values of each octet. */
function dottedOf(digits: string): string {
  const octets = [];
  for (let i = 0; i < 32; i += 8) {
    let octet = 0;
    [128, 64, 32, 16, 8, 4, 2, 1].forEach((place, j) => {
      if (digits[i + j] === "1") octet += place;
    });
    octets.push(octet);
  }
  return octets.join(".");
}

for (const form of IPV4_FORMS) {
  Deno.test(`IPV4_FORMS parse what they format: ${form.name}`, () => {
    fc.assert(fc.property(address, (value) => {
      const text = form.format(value);
      assertEquals(form.parse(text), value);
      assertEquals(parseIpv4(text), value);
      assertEquals(ipv4FormOf(text), form);
    }));
  });
}

Deno.test("formatIpv4() and the other formats agree with arithmetic by place values", () => {
  fc.assert(fc.property(bits, (digits) => {
    const value = ipv4(integerOf(digits));
    assertEquals(formatIpv4(value), dottedOf(digits));
    assertEquals(formatBinary(value).replaceAll(".", ""), digits);
    assertEquals(formatInteger(value), `${integerOf(digits)}`);
    let hex = "0x";
    for (let i = 0; i < 32; i += 4) {
      hex += "0123456789abcdef"[Number(`0b${digits.slice(i, i + 4)}`)];
    }
    assertEquals(formatHex(value), hex);
    assertEquals(parseIpv4(dottedOf(digits)), value);
  }));
});

/** Texts that are nearly addresses. */
const nearly = fc.tuple(
  fc.array(fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "0", "00", "007", "1 ", "0x1")), {
    minLength: 2,
    maxLength: 5,
  }),
  fc.constantFrom(".", "..", ":", ". "),
  fc.integer({ min: 0, max: 20 }),
).map(([parts, other, where]) => parts.reduce((a, b, i) => a + (i === where ? other : ".") + b));

Deno.test("parseIpv4() reads dotted decimal exactly where a list of the 256 octets does", () => {
  const octets = new Set(Array.from({ length: 256 }, (_, octet) => `${octet}`));
  fc.assert(fc.property(nearly, (text) => {
    const parts = text.split(".");
    if (parts.length === 4 && parts.every((part) => octets.has(part))) {
      assertEquals(formatIpv4(parseIpv4(text)), text);
    } else {
      assertThrows(() => parseIpv4(text), ParseError);
    }
  }));
});

Deno.test("parseIpv4() returns an address or throws a ParseError that points into its input", () => {
  const any = fc.oneof(fc.string({ unit: codePoint }), fc.string({ unit: "grapheme" }), nearly);
  fc.assert(fc.property(any, (text) => {
    try {
      assertEquals(parseIpv4(text).version, 4);
    } catch (error) {
      assert(error instanceof ParseError);
      assertEquals(error.input, text);
      const [start, end] = error.at;
      assert(0 <= start && start <= end && end <= text.length, `${error.at}`);
    }
  }));
});

const ACCEPTED: [text: string, dotted: string, form: string][] = [
  ["0.0.0.0", "0.0.0.0", "dotted decimal"],
  ["127.0.0.1", "127.0.0.1", "dotted decimal"],
  ["255.255.255.255", "255.255.255.255", "dotted decimal"],
  ["1.0.1.0", "1.0.1.0", "dotted decimal"],
  ["10.11.100.101", "10.11.100.101", "dotted decimal"],
  ["00000001.00000000.00000001.00000000", "1.0.1.0", "binary octets"],
  ["11000000.10101000.00000001.00000001", "192.168.1.1", "binary octets"],
  ["0", "0.0.0.0", "decimal integer"],
  ["10", "0.0.0.10", "decimal integer"],
  ["2130706433", "127.0.0.1", "decimal integer"],
  ["2147483648", "128.0.0.0", "decimal integer"],
  ["4294967295", "255.255.255.255", "decimal integer"],
  ["0x0", "0.0.0.0", "hexadecimal integer"],
  ["0xC0a80101", "192.168.1.1", "hexadecimal integer"],
  ["0XFFFFFFFF", "255.255.255.255", "hexadecimal integer"],
  ["0b1", "0.0.0.1", "binary integer"],
  ["0b11000000101010000000000100000001", "192.168.1.1", "binary integer"],
];

for (const [text, dotted, form] of ACCEPTED) {
  Deno.test(`parseIpv4() reads ${text} as ${dotted}, a ${form}`, () => {
    assertEquals(formatIpv4(parseIpv4(text)), dotted);
    assertEquals(ipv4FormOf(text).name, form);
  });
}

/** What is refused: the reason, the place, and the hint. */
const REFUSED: [text: string, reason: string, at: [number, number], hint: string | null][] = [
  ["", "it is empty", [0, 0], null],
  [
    "010.8.8.8",
    "a leading zero is ambiguous: 8.8.8.8 if octal (as inet_aton reads it), 10.8.8.8 if decimal",
    [0, 3],
    "write 8.8.8.8 or 10.8.8.8",
  ],
  [
    "1.2.3.08",
    "a leading zero is ambiguous: no address if octal (as inet_aton reads it), 1.2.3.8 if decimal",
    [6, 8],
    "write 1.2.3.8",
  ],
  [
    "0377.0.0.1",
    "a leading zero is ambiguous: 255.0.0.1 if octal (as inet_aton reads it), no address if decimal",
    [0, 4],
    "write 255.0.0.1",
  ],
  ["127.0.0.01", "a leading zero may mean octal", [8, 10], "write 127.0.0.1"],
  ["00.0.0.0", "a leading zero may mean octal", [0, 2], "write 0.0.0.0"],
  [
    "0999.1.1.1",
    "it has a leading zero and is no address, neither in octal nor in decimal",
    [0, 4],
    null,
  ],
  [
    "017700000001",
    "a leading zero is ambiguous: 127.0.0.1 if octal (as inet_aton reads it), no address if decimal",
    [0, 12],
    "write 127.0.0.1",
  ],
  [
    "00001010000000000000000000000001",
    "it has a leading zero and is no address, neither in octal nor in decimal",
    [0, 32],
    "write 0b00001010000000000000000000000001 if these are binary digits",
  ],
  [
    "127.1",
    "it has 2 octets instead of 4",
    [0, 5],
    "inet_aton reads it as 127.0.0.1: write that if it is meant",
  ],
  [
    "1.2.3",
    "it has 3 octets instead of 4",
    [0, 5],
    "inet_aton reads it as 1.2.0.3: write that if it is meant",
  ],
  ["1.2.3.4.5", "it has 5 octets instead of 4", [0, 9], null],
  [
    "0x7f.1",
    '"x" is neither a decimal digit nor a dot',
    [1, 2],
    "inet_aton reads it as 127.0.0.1: write that if it is meant",
  ],
  ["1.2.3.4.", "an octet is missing", [7, 8], "write 1.2.3.4"],
  [".1.2.3.4", "an octet is missing", [0, 1], "write 1.2.3.4"],
  ["1..3.4", "an octet is missing", [1, 2], null],
  ["1.2.3.256", "256 is more than 255", [6, 9], null],
  ["1.1000.3.4", "1000 is more than 255", [2, 6], null],
  [
    "11000000.10101000.1.1",
    "11000000 is more than 255",
    [0, 8],
    "binary octets have 8 digits each",
  ],
  ["4294967296", "the integer is more than 4294967295", [0, 10], null],
  [
    "11000000101010000000000100000001",
    "the integer is more than 4294967295",
    [0, 32],
    "write 0b11000000101010000000000100000001 if these are binary digits",
  ],
  ["-1", '"-" is neither a decimal digit nor a dot', [0, 1], null],
  ["1e3", '"e" is neither a decimal digit nor a dot', [1, 2], null],
  [" 1.2.3.4", "a blank is neither a decimal digit nor a dot", [0, 1], "write 1.2.3.4"],
  ["1.2.3.4\n", "U+000A is neither a decimal digit nor a dot", [7, 8], "write 1.2.3.4"],
  ["1.2.3.4\0", "U+0000 is neither a decimal digit nor a dot", [7, 8], "write 1.2.3.4"],
  ["\ufeff1.2.3.4", "U+FEFF is neither a decimal digit nor a dot", [0, 1], "write 1.2.3.4"],
  ["1.2.3.4\u200b", "U+200B is neither a decimal digit nor a dot", [7, 8], "write 1.2.3.4"],
  ["１.2.3.4", "U+FF11 is neither a decimal digit nor a dot", [0, 1], "write 1.2.3.4"],
  ["1.2.3.٤", "U+0664 is neither a decimal digit nor a dot", [6, 7], null],
  ["1.2.3.𝟜", "U+1D7DC is neither a decimal digit nor a dot", [6, 8], "write 1.2.3.4"],
  ["1.2.3.4:80", '":" is neither a decimal digit nor a dot', [7, 8], "write 1.2.3.4"],
  ["00:1c:42:00:00:01", '":" is neither a decimal digit nor a dot', [2, 3], null],
  ["::1", "it looks like IPv6, and only IPv4 is read here", [0, 3], null],
  [
    "fe80::1%eth0",
    "it looks like IPv6, and only IPv4 is read here",
    [0, 12],
    null,
  ],
  [
    "2001:db8:0:0:0:0:0:1",
    "it looks like IPv6, and only IPv4 is read here",
    [0, 20],
    null,
  ],
  [
    "1:2:3:4:5:6:1.2.3.4",
    "it looks like IPv6, and only IPv4 is read here",
    [0, 19],
    null,
  ],
  ["[::1]:80", "it looks like IPv6, and only IPv4 is read here", [0, 8], null],
  ["0x", "there is no digit behind 0x", [0, 2], null],
  ["0b", "there is no digit behind 0b", [0, 2], null],
  ["0xfg", '"g" is not a hexadecimal digit', [3, 4], null],
  ["0b12", '"2" is not a binary digit', [3, 4], null],
  ["0x123456789", "it has more than 8 hexadecimal digits", [10, 11], null],
  [`0b${"0".repeat(33)}`, "it has more than 32 binary digits", [34, 35], null],
  ["9".repeat(65), "65 characters are too many", [0, 65], null],
];

for (const [text, reason, at, hint] of REFUSED) {
  Deno.test(`parseIpv4() refuses ${JSON.stringify(text)}: ${reason}`, () => {
    const error = assertThrows(() => parseIpv4(text), ParseError);
    assertEquals(
      { reason: error.reason, at: [...error.at], hint: error.hint },
      { reason, at, hint },
    );
  });
}

Deno.test("ipv4FormOf() names the form in which parseIpv4() fails", () => {
  assertEquals(ipv4FormOf("0xfg").name, "hexadecimal integer");
  assertEquals(ipv4FormOf("010").name, "decimal integer");
  assertEquals(ipv4FormOf("127.1").name, "dotted decimal");
});

Deno.test("parseDotted() reads dotted decimal and none of the other forms", () => {
  for (const [text, dotted, form] of ACCEPTED) {
    if (form === "dotted decimal") assertEquals(formatIpv4(parseDotted(text)), dotted);
    else assertThrows(() => parseDotted(text), ParseError);
  }
  assertThrows(() => parseDotted("1.".repeat(1e6)), ParseError, "2000000 characters are too many");
});

const EITHER: [text: string, formatted: string, form: string][] = [
  ["192.0.2.1", "192.0.2.1", "dotted decimal"],
  ["0xC0000201", "192.0.2.1", "hexadecimal integer"],
  ["2001:DB8::1", "2001:db8::1", "colon hexadecimal"],
  ["::192.0.2.1", "::c000:201", "colon hexadecimal"],
  ["fe80::1%eth0", "fe80::1%eth0", "colon hexadecimal"],
];

for (const [text, formatted, form] of EITHER) {
  Deno.test(`parseIp() reads ${text} as ${formatted}, in ${form}`, () => {
    assertEquals(formatIp(parseIp(text)), formatted);
    assertEquals(formOf(text).name, form);
  });
}

const NEITHER: [text: string, message: string][] = [
  ["", '"" is not an IP address: it is empty'],
  ["localhost", '"localhost" is not an IP address: "l" is neither a decimal digit nor a dot'],
  ["1.2.3.4:80", '"1.2.3.4:80" is not an IP address: ":" is neither a decimal digit nor a dot'],
  ["1.2.3.4::", '"1.2.3.4::" is not an IPv6 address: an IPv4 address may stand only at the end'],
  ["1.2.3.4%eth0", '"1.2.3.4%eth0" is not an IP address: "%" is neither a decimal digit nor a dot'],
  [
    "[::1]:80",
    '"[::1]:80" is not an IPv6 address: "[" is neither a hexadecimal digit nor a colon',
  ],
];

for (const [text, message] of NEITHER) {
  Deno.test(`parseIp() says that ${message}`, () => {
    assertEquals(assertThrows(() => parseIp(text), ParseError).message, message);
  });
}

const UNMAPPED: [text: string, unmapped: string][] = [
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::ffff:0:0", "0.0.0.0"],
  ["::ffff:ffff:ffff", "255.255.255.255"],
  ["::ffff:192.0.2.1%eth0", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["::192.0.2.1", "::c000:201"],
  ["::fffe:192.0.2.1", "::fffe:c000:201"],
  ["::1:ffff:192.0.2.1", "::1:ffff:c000:201"],
  ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
  ["fe80::1%eth0", "fe80::1%eth0"],
];

for (const [text, expected] of UNMAPPED) {
  Deno.test(`unmapped() turns ${text} into ${expected}`, () => {
    assertEquals(formatIp(unmapped(parseIp(text))), expected);
  });
}

Deno.test("unmapped() gives back every IPv4 address that was mapped", () => {
  fc.assert(fc.property(address, (value) => {
    assertEquals(unmapped(ipv6(0xffff_0000_0000n + value.value)), value);
    assertEquals(unmapped(value), value);
  }));
});

for (const value of [-1n, 2n ** 32n]) {
  Deno.test(`ipv4() refuses ${value}`, () => {
    assertThrows(() => ipv4(value), RangeError, "Not 32 bits");
  });
}

for (const value of [-1n, 2n ** 128n]) {
  Deno.test(`ipv6() refuses ${value}`, () => {
    assertThrows(() => ipv6(value), RangeError, "Not 128 bits");
  });
}

const ALL_BITS: [version: 4 | 6, width: number][] = [[4, 32], [6, 128]];

for (const [version, width] of ALL_BITS) {
  Deno.test(`parseIp() reads every form of IPv${version} that is written`, () => {
    const most = 2n ** BigInt(width) - 1n;
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: most }), (value) => {
      const address = version === 4 ? ipv4(value) : ipv6(value);
      const forms = version === 4 ? IPV4_FORMS : IPV6_FORMS;
      for (const form of forms) {
        const text = form.format(address);
        assertEquals(parseIp(text), address);
        assertEquals(formOf(text), form);
      }
      if (version === 6) {
        for (const form of IPV6_INTEGERS) {
          const text = form.format(address);
          assertEquals(parseIp(text, 6), address);
          assertEquals(formOf(text, 6).name, form.name);
        }
      }
      const binary = formatBinaryIp(address).replace(/[.:]/g, "");
      assertEquals(integerOf(binary), value);
      assertEquals(binary.length, width);
    }));
  });

  Deno.test(`formatReverse() writes IPv${version} backwards as a stack of its parts`, () => {
    const most = 2n ** BigInt(width) - 1n;
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: most }), (value) => {
      const parts: string[] = [];
      const [base, count] = version === 4 ? [256n, 4] : [16n, 32];
      for (let rest = value; parts.length < count; rest /= base) {
        parts.push((rest % base).toString(version === 4 ? 10 : 16));
      }
      const zone = version === 4 ? "in-addr.arpa" : "ip6.arpa";
      const address = version === 4 ? ipv4(value) : ipv6(value);
      assertEquals(formatReverse(address), [...parts, zone].join("."));
    }));
  });
}

const AS_IPV6: [text: string, formatted: string][] = [
  ["0", "::"],
  ["4294967296", "::1:0:0"],
  ["340282366920938463463374607431768211455", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["0x1", "::1"],
  ["0b11", "::3"],
  ["1.2.3.4", "1.2.3.4"],
];

for (const [text, formatted] of AS_IPV6) {
  Deno.test(`parseIp() reads ${text} as ${formatted} where integers are IPv6`, () => {
    assertEquals(formatIp(parseIp(text, 6)), formatted);
  });
}

const NO_IPV6_INTEGER: [text: string, reason: string][] = [
  ["340282366920938463463374607431768211456", "the integer has more than 128 bits"],
  ["012", "a leading zero may mean octal"],
  ["0x", "there is no digit behind 0x"],
  ["0xfg", '"g" is not a hexadecimal digit'],
  ["0b2", '"2" is not a binary digit'],
  ["9".repeat(131), "131 characters are too many"],
];

for (const [text, reason] of NO_IPV6_INTEGER) {
  Deno.test(`parseIp() refuses ${text} where integers are IPv6: ${reason}`, () => {
    assertEquals(assertThrows(() => parseIp(text, 6), ParseError).reason, reason);
  });
}

Deno.test("characterName() makes what is invisible visible", () => {
  assertEquals(
    ["x", " ", "\t", "\u202e", "😀"].map(characterName),
    ['"x"', "a blank", "U+0009", "U+202E", "U+1F600"],
  );
});
