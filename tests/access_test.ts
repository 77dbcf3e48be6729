import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ipv4, ipv6 } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { formatExploded } from "../address/ipv6.ts";
import { contains, formatNetwork, networkOf } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { accessList, parseCidr } from "../server/access.ts";
import { codePoint } from "./code_points.ts";

const CIDR: [text: string, network: string][] = [
  ["192.0.2.0/24", "192.0.2.0/24"],
  ["192.0.2.77/24", "192.0.2.0/24"],
  ["192.0.2.77", "192.0.2.77/32"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["2001:DB8:0:1::1/48", "2001:db8::/48"],
  ["::1", "::1/128"],
  ["::ffff:192.0.2.0/120", "::ffff:192.0.2.0/120"],
];

for (const [text, network] of CIDR) {
  Deno.test(`parseCidr() reads ${text} as ${network}`, () => {
    assertEquals(formatNetwork(parseCidr(text)), network);
  });
}

/** What is refused; a rule that is misread lets the wrong ones in. */
const REFUSED: [text: string, reason: string, at: [number, number], hint: string | null][] = [
  ["", "it is empty", [0, 0], null],
  [
    "10",
    "it has not all octets",
    [0, 2],
    "write 10.0.0.0/8 if that network is meant",
  ],
  ["10.1.2", "it has not all octets", [0, 6], "write 10.1.2.0/24 if that network is meant"],
  ["0x0a000000/8", 'the address is in the form "hexadecimal integer"', [0, 10], "write 10.0.0.0/8"],
  [
    "00001010.00000000.00000000.00000001",
    'the address is in the form "binary octets"',
    [0, 35],
    "write 10.0.0.1",
  ],
  ["10.0.0.0/255.0.0.0", "a netmask is no prefix length", [9, 18], "write 10.0.0.0/8"],
  ["10.0.0.0/0.255.255.255", "a wildcard mask is no prefix length", [9, 22], "write 10.0.0.0/8"],
  ["10.0.0.0/33", "a prefix length is 0 to 32", [9, 11], null],
  ["::/129", "a prefix length is 0 to 128", [3, 6], null],
  ["fe80::1%eth0", "a network has no zone", [7, 12], "write fe80::1"],
  ["fe80::1%eth0/64", "a network has no zone", [7, 12], "write fe80::1/64"],
  ["example.com", '"e" is neither a decimal digit nor a dot', [0, 1], null],
];

for (const [text, reason, at, hint] of REFUSED) {
  Deno.test(`parseCidr() refuses ${JSON.stringify(text)}: ${reason}`, () => {
    const error = assertThrows(() => parseCidr(text), ParseError, "is not a network");
    assertEquals(
      { input: error.input, reason: error.reason, at: [...error.at], hint: error.hint },
      { input: text, reason, at, hint },
    );
  });
}

/** Who passes which rules: `+` before what is allowed, `-` before what is denied. */
const ACCESS: [rules: string, peer: string, passes: boolean][] = [
  ["", "192.0.2.1", true],
  ["", "::1", true],
  ["-192.0.2.0/24", "192.0.2.1", false],
  ["-192.0.2.0/24", "192.0.3.1", true],
  ["-192.0.2.0/24", "::1", true],
  ["+192.0.2.0/24", "192.0.2.1", true],
  ["+192.0.2.0/24", "192.0.3.1", false],
  ["+192.0.2.0/24", "::1", false],
  ["+192.0.2.0/24 +::1", "::1", true],
  ["+192.0.2.0/24 -192.0.2.1", "192.0.2.1", false],
  ["+192.0.2.0/24 -192.0.2.1", "192.0.2.2", true],
  ["-192.0.2.0/24 +192.0.2.1", "192.0.2.1", false],
  ["+192.0.2.1 -0.0.0.0/0", "192.0.2.1", false],
  // A socket bound to :: sees IPv4 peers as mapped addresses; a rule may be written like that too.
  ["-192.0.2.0/24", "::ffff:192.0.2.1", false],
  ["-192.0.2.0/24", "::ffff:c000:201", false],
  ["+192.0.2.0/24", "::ffff:192.0.2.1", true],
  ["-::ffff:192.0.2.0/120", "192.0.2.1", false],
  ["-::ffff:192.0.2.1", "192.0.2.1", false],
  ["-::ffff:192.0.2.1", "192.0.2.2", true],
  ["-::ffff:0:0/96", "::ffff:192.0.2.1", false],
  ["-::/0", "::ffff:192.0.2.1", true],
  ["+::/0", "::ffff:192.0.2.1", false],
  ["-0.0.0.0/0", "::1", true],
  // The link on which a peer is does not matter.
  ["-fe80::/10", "fe80::1%eth0", false],
  ["-fe80::1", "fe80::1%2", false],
  ["-fe80::1", "fe80::1%an odd name/%", false],
  ["+fe80::/10", "fe80::1%eth0", true],
  ["+fe80::/10", "2001:db8::1", false],
  // What is no IP address is no matter of these rules.
  ["+192.0.2.1", "/run/netkit.sock", true],
  ["-0.0.0.0/0 -::/0", "/run/netkit.sock", true],
  ["+192.0.2.1", "", true],
  ["+192.0.2.1", "3232235777", true],
  ["+192.0.2.1", "cafe", true],
  ["+192.0.2.1", "./::1", true],
];

for (const [rules, peer, passes] of ACCESS) {
  const given = rules === "" ? "no rules" : rules;
  Deno.test(`accessList() with ${given} ${passes ? "passes" : "stops"} "${peer}"`, () => {
    const of = (sign: string) =>
      rules.split(" ").filter((rule) => rule.startsWith(sign)).map((rule) =>
        parseCidr(rule.slice(1))
      );
    assertEquals(accessList({ allow: of("+"), deny: of("-") })(peer), passes);
  });
}

Deno.test("accessList() without allow and deny passes everyone", () => {
  assertEquals(accessList({})("192.0.2.1"), true);
});

const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 15n }).map(ipv4), // few, so that rules meet peers
  fc.bigInt({ min: 0n, max: 15n }).map((value) => ipv6(value)),
);

const networks = fc.array(
  fc.tuple(address, fc.nat(5)).map(([value, host]) =>
    networkOf(value, (value.version === 4 ? 32 : 128) - host)
  ),
  { maxLength: 4 },
);

Deno.test("accessList() decides as the sentence says: in allow, if any, and not in deny", () => {
  fc.assert(fc.property(networks, networks, address, (allow, deny, peer) => {
    const within = (list: typeof allow) => list.filter((each) => contains(each, peer)).length > 0;
    const expected = (allow.length === 0 || within(allow)) && !within(deny);
    const passes = accessList({ allow, deny });
    assertEquals(passes(formatIp(peer)), expected);
    if (peer.version === 6) assertEquals(passes(`${formatExploded(peer)}%eth0`), expected);
    else assertEquals(passes(`::ffff:${formatIp(peer)}`), expected);
  }));
});

Deno.test("accessList() never throws, whatever the peer is called", () => {
  const passes = accessList({ allow: [parseCidr("::1")] });
  const text = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.string({ unit: fc.constantFrom(..."1f:.%") }),
  );
  fc.assert(fc.property(text, (peer) => {
    assertEquals(typeof passes(peer), "boolean");
  }));
});
