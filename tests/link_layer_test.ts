import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ipv6 } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import {
  eui64Address,
  groupFlags,
  groupMac,
  groupScope,
  macOfEui64,
  solicitedNodeGroup,
} from "../address/link_layer.ts";
import { formatMac, parseMac } from "../address/mac.ts";
import { contains, networkOf, parseNetwork } from "../address/network.ts";
import { UserError } from "../cli/errors.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";

const EUI64: [mac: string, network: string, address: string][] = [
  ["34:56:78:9a:bc:de", "fe80::/64", "fe80::3656:78ff:fe9a:bcde"], // RFC 2464, sections 4 and 5
  ["02:fc:00:00:00:01", "fe80::/64", "fe80::fc:ff:fe00:1"], // as Linux makes it
  ["00:00:5e:00:53:01", "2001:db8::/48", "2001:db8::200:5eff:fe00:5301"],
];

for (const [mac, network, address] of EUI64) {
  Deno.test(`eui64Address() and macOfEui64() know ${mac} and ${address}`, () => {
    assertEquals(formatIp(eui64Address(parseNetwork(network), parseMac(mac))), address);
    assertEquals(formatMac(macOfEui64(parseIp(address))!), mac);
  });
}

Deno.test("eui64Address() and macOfEui64() undo each other", () => {
  const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
  fc.assert(fc.property(mac, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (mac, value) => {
    const network = networkOf(ipv6(value), 64);
    if (value >> 120n === 0xffn) return;
    const address = eui64Address(network, mac);
    assert(contains(network, address));
    assertEquals(macOfEui64(address), Uint8Array.from(mac));
  }));
  assertThrows(() => eui64Address(parseNetwork("fe80::/65"), new Uint8Array(6)), RangeError);
});

const NO_EUI64 = ["2001:db8::17", "192.0.2.1", "ff02::1:ffff:fe00:1", "fe80::1"];

for (const text of NO_EUI64) {
  Deno.test(`macOfEui64() finds no MAC address in ${text}`, () => {
    assertEquals(macOfEui64(parseIp(text)), null);
  });
}

const GROUPS: [address: string, mac: string | null, scope: string | null, flags: string | null][] =
  [
    ["224.0.0.251", "01:00:5e:00:00:fb", "link-local (local network control)", null],
    ["224.0.1.1", "01:00:5e:00:01:01", "global (internetwork control)", null],
    ["239.129.1.1", "01:00:5e:01:01:01", "administratively scoped (RFC 2365)", null],
    ["239.192.0.1", "01:00:5e:40:00:01", "organization-local (RFC 2365)", null],
    ["239.255.255.250", "01:00:5e:7f:ff:fa", "local (RFC 2365)", null],
    ["232.1.2.3", "01:00:5e:01:02:03", "global (source-specific, RFC 4607)", null],
    ["233.252.0.1", "01:00:5e:7c:00:01", "global (GLOP, RFC 3180)", null],
    ["230.0.0.1", "01:00:5e:00:00:01", "global", null],
    ["223.255.255.255", null, null, null],
    ["ff02::fb", "33:33:00:00:00:fb", "link-local", "well-known"],
    ["ff05::1:3", "33:33:00:01:00:03", "site-local", "well-known"],
    ["ff0e::101", "33:33:00:00:01:01", "global", "well-known"],
    ["ff3e:30:2001:db8::1", "33:33:00:00:00:01", "global", "transient (T), made from a prefix (P)"],
    ["ff0f::1", "33:33:00:00:00:01", "unassigned", "well-known"],
    ["fe80::1", null, null, null],
  ];

for (const [text, mac, scope, flags] of GROUPS) {
  Deno.test(`groupMac(), groupScope() and groupFlags() of ${text} are ${mac}, ${scope}`, () => {
    const address = parseIp(text);
    const found = groupMac(address);
    assertEquals([found && formatMac(found), groupScope(address), groupFlags(address)], [
      mac,
      scope,
      flags,
    ]);
  });
}

const SOLICITED: [address: string, group: string | null][] = [
  ["4037::1:800:200e:8c6c", "ff02::1:ff0e:8c6c"], // RFC 4291, section 2.7.1
  ["fe80::1%eth0", "ff02::1:ff00:1"],
  ["ff02::1", null],
  ["::", null],
  ["192.0.2.1", null],
];

for (const [text, group] of SOLICITED) {
  Deno.test(`solicitedNodeGroup() of ${text} is ${group}`, () => {
    const found = solicitedNodeGroup(parseIp(text));
    assertEquals(found && formatIp(found), group);
  });
}

async function inspect(...args: string[]): Promise<string> {
  const io = fakeIo();
  await run(ipinfo, args, io);
  return io.out();
}

Deno.test("ipinfo shows the MAC address and the groups of an IPv6 address", async () => {
  const out = await inspect("fe80::3656:78ff:fe9a:bcde");
  assert(/^EUI-64 +from MAC 34:56:78:9a:bc:de /m.test(out), out);
  assert(/^solicited +ff02::1:ff9a:bcde, MAC 33:33:ff:9a:bc:de /m.test(out), out);
});

Deno.test("ipinfo --eui64 gives an address in each network, and refuses others", async () => {
  const args = ["--eui64", "34-56-78-9A-BC-DE"];
  assertEquals(await inspect(...args, "fe80::/64"), "fe80::3656:78ff:fe9a:bcde/128\n");
  for (const network of ["10.0.0.0/8", "fe80::/65"]) {
    await assertRejects(() => inspect(...args, network), UserError, "has no 64 bits for a host");
  }
});

Deno.test("ipinfo --ula gives another random prefix each time, and takes no operand", async () => {
  const [one, other] = [await inspect("--ula"), await inspect("--ula")];
  for (const text of [one, other]) {
    assertEquals(parseNetwork(text.trim()).prefix, 48);
    assert(contains(parseNetwork("fd00::/8"), parseNetwork(text.trim()).address), text);
  }
  assert(one !== other);
  await assertRejects(() => inspect("--ula", "::1"), UserError, "takes no operand");
});
