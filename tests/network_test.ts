import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type IpAddress, ipv4, ipv6 } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import {
  addressCount,
  broadcast,
  contains,
  firstHost,
  formatNetwork,
  hostBits,
  hostCount,
  type IpNetwork,
  lastHost,
  netmask,
  networkOf,
  parseNetwork,
  parsePrefix,
  parsePrefixedAddress,
  type PrefixForm,
  wildcardMask,
} from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { needs } from "./needs.ts";
import { askPython } from "./python.ts";

const bits = fc.array(fc.constantFrom("0", "1"), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join(""));
const prefixes = fc.integer({ min: 0, max: 32 });

function ofBits(digits: string): IpAddress {
  return ipv4(BigInt(`0b${digits}`));
}

/** What is known of a network, as text. */
interface Facts {
  readonly network: string;
  readonly netmask: string;
  readonly wildcard: string;
  readonly broadcast: string | null;
  readonly first: string;
  readonly last: string;
  readonly addresses: string;
  readonly usable: string;
}

function factsOf(network: IpNetwork): Facts {
  const end = broadcast(network);
  return {
    network: formatNetwork(network),
    netmask: formatIp(netmask(network)),
    wildcard: formatIp(wildcardMask(network)),
    broadcast: end && formatIp(end),
    first: formatIp(firstHost(network)),
    last: formatIp(lastHost(network)),
    addresses: `${addressCount(network)}`,
    usable: `${hostCount(network)}`,
  };
}

/** The oracle: a network drawn as strings of bits, without arithmetic on addresses. */
function drawn(digits: string, prefix: number): Facts {
  const host = 32 - prefix;
  const start = digits.slice(0, prefix);
  const dotted = (all: string) => all.match(/.{8}/g)!.map((octet) => parseInt(octet, 2)).join(".");
  const low = start + "0".repeat(host);
  const high = start + "1".repeat(host);
  const small = host < 2;
  return {
    network: `${dotted(low)}/${prefix}`,
    netmask: dotted("1".repeat(prefix) + "0".repeat(host)),
    wildcard: dotted("0".repeat(prefix) + "1".repeat(host)),
    broadcast: small ? null : dotted(high),
    first: dotted(small ? low : `${low.slice(0, -1)}1`),
    last: dotted(small ? high : `${high.slice(0, -1)}0`),
    addresses: `${2 ** host}`,
    usable: `${small ? 2 ** host : 2 ** host - 2}`,
  };
}

Deno.test("networkOf() and what follows from it agree with a drawing in bits", () => {
  fc.assert(fc.property(bits, prefixes, (digits, prefix) => {
    assertEquals(factsOf(networkOf(ofBits(digits), prefix)), drawn(digits, prefix));
  }));
});

Deno.test("networkOf() gives the same network for every address in it", () => {
  fc.assert(fc.property(bits, bits, prefixes, (digits, other, prefix) => {
    const sibling = digits.slice(0, prefix) + other.slice(prefix);
    assertEquals(networkOf(ofBits(sibling), prefix), networkOf(ofBits(digits), prefix));
  }));
});

const EDGES: [text: string, facts: Facts][] = [
  ["192.168.1.130/25", {
    network: "192.168.1.128/25",
    netmask: "255.255.255.128",
    wildcard: "0.0.0.127",
    broadcast: "192.168.1.255",
    first: "192.168.1.129",
    last: "192.168.1.254",
    addresses: "128",
    usable: "126",
  }],
  ["192.0.2.3/30", {
    network: "192.0.2.0/30",
    netmask: "255.255.255.252",
    wildcard: "0.0.0.3",
    broadcast: "192.0.2.3",
    first: "192.0.2.1",
    last: "192.0.2.2",
    addresses: "4",
    usable: "2",
  }],
  ["192.0.2.1/31", {
    network: "192.0.2.0/31",
    netmask: "255.255.255.254",
    wildcard: "0.0.0.1",
    broadcast: null,
    first: "192.0.2.0",
    last: "192.0.2.1",
    addresses: "2",
    usable: "2",
  }],
  ["255.255.255.255/32", {
    network: "255.255.255.255/32",
    netmask: "255.255.255.255",
    wildcard: "0.0.0.0",
    broadcast: null,
    first: "255.255.255.255",
    last: "255.255.255.255",
    addresses: "1",
    usable: "1",
  }],
  ["200.1.2.3/0", {
    network: "0.0.0.0/0",
    netmask: "0.0.0.0",
    wildcard: "255.255.255.255",
    broadcast: "255.255.255.255",
    first: "0.0.0.1",
    last: "255.255.255.254",
    addresses: "4294967296",
    usable: "4294967294",
  }],
  ["255.0.0.1/1", {
    network: "128.0.0.0/1",
    netmask: "128.0.0.0",
    wildcard: "127.255.255.255",
    broadcast: "255.255.255.255",
    first: "128.0.0.1",
    last: "255.255.255.254",
    addresses: "2147483648",
    usable: "2147483646",
  }],
  ["2001:db8::1/64", {
    network: "2001:db8::/64",
    netmask: "ffff:ffff:ffff:ffff::",
    wildcard: "::ffff:ffff:ffff:ffff",
    broadcast: null,
    first: "2001:db8::1",
    last: "2001:db8::ffff:ffff:ffff:ffff",
    addresses: "18446744073709551616",
    usable: "18446744073709551615",
  }],
  ["ffff::1/0", {
    network: "::/0",
    netmask: "::",
    wildcard: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    broadcast: null,
    first: "::1",
    last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    addresses: "340282366920938463463374607431768211456",
    usable: "340282366920938463463374607431768211455",
  }],
  ["::1/128", {
    network: "::1/128",
    netmask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    wildcard: "::",
    broadcast: null,
    first: "::1",
    last: "::1",
    addresses: "1",
    usable: "1",
  }],
];

for (const [text, facts] of EDGES) {
  Deno.test(`parsePrefixedAddress() puts ${text} into ${facts.network}`, () => {
    assertEquals(factsOf(parsePrefixedAddress(text).network!), facts);
  });
}

Deno.test("networkOf() leaves the zone out", () => {
  const network = networkOf(parseIp("fe80::1%eth0"), 64);
  assertEquals([formatNetwork(network), network.address.zone], ["fe80::/64", null]);
});

Deno.test("contains() agrees with a comparison of the first bits as text", () => {
  for (const [width, make] of [[32, ipv4], [128, ipv6]] as const) {
    const digit = fc.constantFrom("0", "1");
    const digits = fc.array(digit, { minLength: width, maxLength: width }).map((all) =>
      all.join("")
    );
    const prefix = fc.integer({ min: 0, max: width });
    fc.assert(fc.property(digits, digits, prefix, prefix, (left, other, shared, size) => {
      const right = left.slice(0, shared) + other.slice(shared); // else they would rarely agree
      const network = networkOf(make(BigInt(`0b${left}`)), size);
      const address = make(BigInt(`0b${right}`));
      assertEquals(contains(network, address), left.slice(0, size) === right.slice(0, size));
    }));
  }
});

const CONTAINED: [network: string, address: string, contained: boolean][] = [
  ["fe80::/10", "fe80::1%eth0", true],
  ["::/0", "0.0.0.1", false],
  ["0.0.0.0/0", "::1", false],
  ["192.0.2.0/24", "::ffff:192.0.2.1", false],
  ["::/0", "::ffff:192.0.2.1", true],
];

for (const [network, address, contained] of CONTAINED) {
  Deno.test(`contains() says ${contained} for ${address} in ${network}`, () => {
    assertEquals(contains(parsePrefixedAddress(network).network!, parseIp(address)), contained);
  });
}

for (const prefix of [-1, 33, 1.5, NaN]) {
  Deno.test(`networkOf() refuses the prefix ${prefix}`, () => {
    assertThrows(() => networkOf(ipv4(0n), prefix), RangeError, "Not a prefix length");
  });
}

Deno.test("parsePrefix() reads each length, its netmask and its wildcard mask", () => {
  for (let prefix = 0; prefix <= 32; prefix++) {
    const network = networkOf(ipv4(0n), prefix);
    assertEquals(parsePrefix(`${prefix}`, 4), { prefix, form: "prefix length" });
    assertEquals(parsePrefix(formatIp(netmask(network)), 4), { prefix, form: "netmask" });
    assertEquals(hostBits(network), 32 - prefix);
    if (prefix === 0 || prefix === 32) continue; // these masks are netmasks, of /32 and /0
    assertEquals(parsePrefix(formatIp(wildcardMask(network)), 4), {
      prefix,
      form: "wildcard mask",
    });
  }
});

Deno.test("parsePrefix() refuses masks that are not among the 64 that can be drawn", () => {
  const ones = Array.from({ length: 33 }, (_, n) => "1".repeat(n) + "0".repeat(32 - n));
  const zeros = ones.map((mask) => [...mask].reverse().join(""));
  const known = new Set([...ones, ...zeros]);
  const mask = fc.oneof(bits, fc.tuple(fc.constantFrom(...known), fc.nat(31)).map(flip));
  fc.assert(fc.property(mask, (digits) => {
    const text = formatIp(ofBits(digits));
    if (known.has(digits)) return assert(parsePrefix(text, 4).prefix >= 0);
    const error = assertThrows(() => parsePrefix(text, 4), ParseError, "not contiguous");
    assert(error.reason.endsWith(digits.match(/.{8}/g)!.join(".")), error.reason);
  }));
});

function flip([digits, at]: [string, number]): string {
  return digits.slice(0, at) + (digits[at] === "1" ? "0" : "1") + digits.slice(at + 1);
}

const READ: [text: string, address: string, network: string | null, forms: string[]][] = [
  ["10.0.0.1", "10.0.0.1", null, ["dotted decimal"]],
  ["10.0.0.1/8", "10.0.0.1", "10.0.0.0/8", ["dotted decimal", "prefix length"]],
  ["0x0a000001/8", "10.0.0.1", "10.0.0.0/8", ["hexadecimal integer", "prefix length"]],
  ["10.0.0.1/255.0.0.0", "10.0.0.1", "10.0.0.0/8", ["dotted decimal", "netmask"]],
  ["10.0.0.1/0.255.255.255", "10.0.0.1", "10.0.0.0/8", ["dotted decimal", "wildcard mask"]],
  ["10.0.0.1/0xffffff00", "10.0.0.1", "10.0.0.0/24", ["dotted decimal", "netmask"]],
  ["10.0.0.1/0x000000FF", "10.0.0.1", "10.0.0.0/24", ["dotted decimal", "wildcard mask"]],
  ["10.0.0.1/0.0.0.0", "10.0.0.1", "0.0.0.0/0", ["dotted decimal", "netmask"]],
  ["10.0.0.1/255.255.255.255", "10.0.0.1", "10.0.0.1/32", ["dotted decimal", "netmask"]],
  ["2001:DB8::1/32", "2001:db8::1", "2001:db8::/32", ["colon hexadecimal", "prefix length"]],
  ["fe80::1%eth0", "fe80::1%eth0", null, ["colon hexadecimal"]],
  ["fe80::1%eth0/64", "fe80::1%eth0", "fe80::/64", ["colon hexadecimal", "prefix length"]],
  ["256/8", "0.0.1.0", "0.0.0.0/8", ["decimal integer", "prefix length"]],
  [
    "0x20010db8000000000000000000000001/32",
    "2001:db8::1",
    "2001:db8::/32",
    ["hexadecimal integer", "prefix length"],
  ],
];

for (const [text, address, network, forms] of READ) {
  Deno.test(`parsePrefixedAddress() reads ${text} as ${forms.join(" and ")}`, () => {
    const parsed = parsePrefixedAddress(text);
    assertEquals(formatIp(parsed.address), address);
    assertEquals(parsed.network && formatNetwork(parsed.network), network);
    assertEquals(parsed.forms, forms);
  });
}

const SOCKET = "it is a socket address, an address and a port";
const BRACKETS = "an address has brackets only in URLs and before ports";

/** Texts that are refused; places are in the whole text. */
const REFUSED: [text: string, reason: string, at: [number, number], hint: string | null][] = [
  ["1.2.3.4/", "the prefix length is missing", [8, 8], null],
  ["1.2.3.4/33", "a prefix length is 0 to 32", [8, 10], null],
  ["1.2.3.4/024", "a prefix length has no leading zero", [8, 11], "write /24"],
  ["1.2.3.4/00", "a prefix length has no leading zero", [8, 10], "write /0"],
  ["1.2.3.4/+8", '"+" is not a decimal digit', [8, 9], null],
  ["1.2.3.4/-8", '"-" is not a decimal digit', [8, 9], null],
  ["1.2.3.4/ 8", "a blank is not a decimal digit", [8, 9], "write /8"],
  ["1.2.3.4/24\n", "U+000A is not a decimal digit", [10, 11], "write /24"],
  ["1.2.3.4/２4", "U+FF12 is not a decimal digit", [8, 9], "write /24"],
  ["1.2.3.4/8/8", '"/" is not a decimal digit', [9, 10], null],
  ["1.2.3.4/0x8", '"x" is not a decimal digit', [9, 10], null],
  ["1.2.3.4/255.0.256.0", "256 is more than 255", [14, 17], null],
  [
    "1.2.3.4/255.0.255.0",
    "the ones of the mask are not contiguous: 11111111.00000000.11111111.00000000",
    [8, 19],
    null,
  ],
  [
    "1.2.3.4/255.255.255.1",
    "the ones of the mask are not contiguous: 11111111.11111111.11111111.00000001",
    [8, 21],
    null,
  ],
  [
    "1.2.3.4.5/24",
    "it has 5 octets instead of 4",
    [0, 9],
    null,
  ],
  ["10/8", "octets are missing", [0, 2], "write 10.0.0.0/8"],
  ["192.168/16", "octets are missing", [0, 7], "write 192.168.0.0/16"],
  ["1.2.3/24", "an octet is missing", [0, 5], "write 1.2.3.0/24"],
  ["1.2.3./24", "an octet is missing", [0, 6], "write 1.2.3.0/24"],
  ["10/33", "a prefix length is 0 to 32", [3, 5], null],
  [
    "1.2.3.4:80",
    "it is a socket address, an address and a port",
    [0, 10],
    "write 1.2.3.4",
  ],
  ["[::1]:80", "it is a socket address, an address and a port", [0, 8], "write ::1"],
  ["[::1]", "an address has brackets only in URLs and before ports", [0, 5], "write ::1"],
  ["http://1.2.3.4/5", "it is a URL", [0, 16], "write 1.2.3.4"],
  ["https://user@[2001:db8::1]:8/5", "it is a URL", [0, 30], "write 2001:db8::1"],
  ["https://example.org/24", "it is a URL", [0, 22], null],
  ["2001:db8::/", "the prefix length is missing", [11, 11], null],
  ["2001:db8::/129", "a prefix length is 0 to 128", [11, 14], null],
  ["2001:db8::/064", "a prefix length has no leading zero", [11, 14], "write /64"],
  ["2001:db8::/64 ", "a blank is not a decimal digit", [13, 14], "write /64"],
  ["2001:db8::/255.255.0.0", "IPv6 has prefix lengths, no masks", [11, 22], null],
  ["2001:db8::/ffff::", "IPv6 has prefix lengths, no masks", [11, 17], "write /16"],
  ["2001:db8::/ffff::ffff", "IPv6 has prefix lengths, no masks", [11, 21], null],
  ["2001:db8::g/64", '"g" is neither a hexadecimal digit nor a colon', [10, 11], null],
  ["[2001:db8::]/48", BRACKETS, [0, 15], "write 2001:db8::/48"],
  ["[2001:db8::]/129", BRACKETS, [0, 16], null],
  ["1.2.3.4:80/24", SOCKET, [0, 13], "write 1.2.3.4/24"],
  ["10。0。0。1", 'U+3002 is not the "." of ASCII', [2, 3], "write 10.0.0.1"],
  ["10｡0｡0｡1/8", 'U+FF61 is not the "." of ASCII', [2, 3], "write 10.0.0.1/8"],
  ["2001：db8：：1", 'U+FF1A is not the ":" of ASCII', [4, 5], "write 2001:db8::1"],
  ["192.168.1.0／24", 'U+FF0F is not the "/" of ASCII', [11, 12], "write 192.168.1.0/24"],
  ["10。0。0", 'U+3002 is not the "." of ASCII', [2, 3], null],
  ["/24", "it is empty", [0, 0], null],
];

for (const [text, reason, at, hint] of REFUSED) {
  Deno.test(`parsePrefixedAddress() refuses ${JSON.stringify(text)}: ${reason}`, () => {
    const error = assertThrows(() => parsePrefixedAddress(text), ParseError);
    assertEquals(error.input, text);
    assertEquals(
      { reason: error.reason, at: [...error.at], hint: error.hint },
      { reason, at, hint },
    );
  });
}

Deno.test("parseNetwork() takes an address alone for a network of one", () => {
  const read = (text: string) => formatNetwork(parseNetwork(text));
  assertEquals(["10.1.2.3/8", "10.1.2.3", "fe80::1%eth0"].map(read), [
    "10.0.0.0/8",
    "10.1.2.3/32",
    "fe80::1/128",
  ]);
});

/** Reads lines of JSON, writes for each what the module `ipaddress` of Python knows, or `null`. */
const PYTHON = `
import ipaddress, json, sys
def facts(text):
    try:
        ip = ipaddress.IPv4Interface(text)
    except ValueError:
        return None
    net = ip.network
    hosts = net.num_addresses if net.prefixlen > 30 else net.num_addresses - 2
    skip = 0 if net.prefixlen > 30 else 1
    return {
        "address": str(ip.ip), "integer": str(int(ip.ip)), "network": str(net),
        "netmask": str(net.netmask), "wildcard": str(net.hostmask),
        "broadcast": str(net.broadcast_address) if skip else None,
        "first": str(net[skip]), "last": str(net[-1 - skip]),
        "addresses": str(net.num_addresses), "usable": str(hosts),
    }
print(json.dumps([facts(text) for text in json.load(sys.stdin)]))
`;

Deno.test({
  name: "parsePrefixedAddress() agrees with Python's ipaddress (skipped without python3)",
  ...needs("python3"),
  async fn() {
    const octet = fc.oneof(fc.nat(255), fc.nat(300), fc.constantFrom(0, 255)).map(String);
    const address = fc.oneof(
      fc.tuple(octet, octet, octet, octet).map((octets) => octets.join(".")),
      fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join(".")),
      fc.constantFrom("1.2.3.4.", ".1.2.3", "1.2.3.4 ", "1.2.3.-4", "1.2.3.٤", "a.b.c.d", "1.2..4"),
    );
    const mask = fc.tuple(prefixes, fc.constantFrom(netmask, wildcardMask)).map(([prefix, of]) =>
      formatIp(of(networkOf(ipv4(0n), prefix)))
    );
    const size = fc.oneof(fc.nat(40).map(String), mask, fc.constantFrom("", " 8", "+8", "8/8"));
    const texts = fc.array(fc.tuple(address, size).map(([left, right]) => `${left}/${right}`), {
      minLength: 2500,
      maxLength: 2500,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const answers = await askPython(PYTHON, list);
        list.forEach((text, i) => assertEquals(answer(text), answers[i], text));
      }),
      { numRuns: 4, endOnFailure: true }, // a smaller list would ask Python a thousand times
    );
  },
});

function answer(text: string): unknown {
  try {
    const { address, network } = parsePrefixedAddress(text);
    const integer = `${address.value}`;
    return { address: formatIp(address), integer, ...factsOf(network!) };
  } catch (error) {
    assert(error instanceof ParseError);
    return null;
  }
}

Deno.test("parsePrefix() and parseIp() share their strictness", () => {
  assertThrows(() => parsePrefix("255.255.255.0 ", 4), ParseError);
  assertThrows(() => parseIp("255.255.255.0 "), ParseError);
});

Deno.test("parsePrefix() names masks by what they are", () => {
  const forms: PrefixForm[] = ["24", "255.255.255.0", "0.0.0.255"].map((text) =>
    parsePrefix(text, 4).form
  );
  assertEquals(forms, ["prefix length", "netmask", "wildcard mask"]);
});
