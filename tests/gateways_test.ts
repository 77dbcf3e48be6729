import { assertEquals } from "@std/assert";
import {
  parseIpRoute,
  parseNetstat,
  parseProcIpv6Route,
  parseProcRoute,
  parseRoutePrint,
  readGateways,
} from "../system/gateways.ts";
import { fakeIo, missing } from "./fakes.ts";

const told = (
  address: string,
  device: string | null = null,
  interfaceIndex: number | null = null,
) => ({ address, interface: device, interfaceIndex });

Deno.test("parseIpRoute() reads default routes: one hop, several, and one by way of IPv6", () => {
  assertEquals(
    parseIpRoute(JSON.stringify([
      { dst: "default", gateway: "192.0.2.1", dev: "eth0", protocol: "dhcp", flags: [] },
      { dst: "192.0.2.0/24", dev: "eth0", protocol: "kernel", scope: "link", flags: [] },
      { dst: "198.51.100.0/24", gateway: "192.0.2.9", dev: "eth0", flags: [] },
      {
        dst: "default",
        nexthops: [
          { gateway: "192.0.2.2", dev: "eth1", weight: 1, flags: [] },
          { gateway: "192.0.2.3", dev: "eth2", weight: 1, flags: [] },
        ],
      },
      { dst: "default", via: { family: "inet6", host: "fe80::1" }, dev: "eth3", flags: [] },
      { dst: "default", dev: "ppp0", scope: "link", flags: [] },
      { dst: "default", gateway: "192.0.2.7", dev: "eth0", table: "77", flags: [] },
    ])),
    [
      told("192.0.2.1", "eth0"),
      told("192.0.2.2", "eth1"),
      told("192.0.2.3", "eth2"),
      told("fe80::1", "eth3"),
    ],
  );
});

for (const text of ["", "[]", "{}", "[null]", '[{"dst":"default","gateway":7}]', "[1]"]) {
  Deno.test(`parseIpRoute() finds nothing in ${JSON.stringify(text)}`, () => {
    assertEquals(parseIpRoute(text), []);
  });
}

Deno.test("parseProcRoute() reads the default routes of /proc/net/route", () => {
  const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0
tun0\t00000000\t0100000A\t0003\t0\t0\t0\t00000080\t0\t0\t0
`;
  assertEquals(parseProcRoute(text), [told("192.0.2.1", "eth0")]);
});

Deno.test("parseProcIpv6Route() reads the default routes of /proc/net/ipv6_route", () => {
  const none = "0".repeat(32);
  const text = [
    `fd000000000000000000000000000000 40 ${none} 00 ${none} 00000100 00000001 00000000 00000001     eth0`,
    `${none} 00 ${none} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0`,
    `${none} 00 ${none} 00 ${none} ffffffff 00000001 00000000 00200200       lo`,
  ].join("\n");
  assertEquals(parseProcIpv6Route(text), [told("fd00::1", "eth0")]);
});

const NETSTAT: readonly (readonly [system: string, text: string])[] = [
  [
    "macOS",
    `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.0.2.1          UGScg                 en0
127                127.0.0.1          UCS                   lo0
192.0.2.1          0:0:5e:0:53:1      UHLWIir               en0   1173
default            link#12            UCSIg           bridge100      !

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::1%en0                             UGcg                  en0
`,
  ],
  [
    "OpenBSD",
    `Routing tables

Internet:
Destination        Gateway            Flags   Refs      Use   Mtu  Prio Iface
default            192.0.2.1          UGS        5       97     -     8 en0
224/4              127.0.0.1          URS        0        0 32768     8 lo0

Internet6:
Destination                        Gateway                        Flags   Refs      Use   Mtu  Prio Iface
default                            fe80::1%en0                    UGS        0        0     -     8 en0
`,
  ],
  [
    "Solaris",
    `
Routing Table: IPv4
  Destination           Gateway           Flags  Ref     Use     Interface
-------------------- -------------------- ----- ----- ---------- ---------
default              192.0.2.1            UG        4       1207 en0
127.0.0.1            127.0.0.1            UH        2          0 lo0

Routing Table: IPv6
  Destination/Mask            Gateway                   Flags Ref   Use    If
--------------------------- --------------------------- ----- --- ------- -----
default                     fe80::1%en0                 UG      2       0 en0
`,
  ],
];

for (const [system, text] of NETSTAT) {
  Deno.test(`parseNetstat() reads the default routes of ${system}`, () => {
    assertEquals(parseNetstat(text), [told("192.0.2.1", "en0"), told("fe80::1%en0", "en0")]);
  });
}

Deno.test("parseRoutePrint() reads the default routes of Windows in any language", () => {
  const text = `===========================================================================
Schnittstellenliste
 11...00 00 5e 00 53 10 ......Ethernet
===========================================================================

IPv4-Routentabelle
===========================================================================
Aktive Routen:
     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik
          0.0.0.0          0.0.0.0        192.0.2.1       192.0.2.10     25
          0.0.0.0          0.0.0.0   Auf Verbindung      198.51.100.20     35
        127.0.0.0        255.0.0.0   Auf Verbindung         127.0.0.1    331
===========================================================================
Ständige Routen:
  Netzwerkadresse          Netzmaske  Gatewayadresse  Metrik
          0.0.0.0          0.0.0.0        192.0.2.3  Standard

IPv6-Routentabelle
===========================================================================
Aktive Routen:
 If Metrik Netzwerkziel             Gateway
 11    281 ::/0                     fe80::1
 12    281 ::/0
                                    2001:db8:ffff:ffff:ffff:ffff:ffff:fff1
  1    331 ::1/128                  Auf Verbindung
`.replaceAll("\n", "\r\n");
  assertEquals(parseRoutePrint(text), [
    told("192.0.2.1", "192.0.2.10"),
    told("192.0.2.3"),
    told("fe80::1", null, 11),
    told("2001:db8:ffff:ffff:ffff:ffff:ffff:fff1", null, 12),
  ]);
});

Deno.test("readGateways() reads /proc where there is no ip, and finds nothing without either", async () => {
  const files = {
    "/proc/net/route": "eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0\n",
    "/proc/net/ipv6_route": "",
  };
  assertEquals(await readGateways(fakeIo({ files })), [told("192.0.2.1", "eth0")]);
  for (const platform of ["linux", "windows", "darwin"]) {
    assertEquals(await readGateways(fakeIo({ platform })), []);
  }
});

Deno.test("readGateways() asks netstat on macOS and route on Windows", async () => {
  const output = (text: string) => ({
    code: 0,
    stdout: new TextEncoder().encode(text),
    stderr: new Uint8Array(),
  });
  const programs = (program: string) =>
    program === "netstat"
      ? output("default 192.0.2.1 UG en0\n")
      : program === "route"
      ? output("0.0.0.0 0.0.0.0 192.0.2.1 192.0.2.10 25\r\n")
      : missing(program);
  assertEquals(await readGateways(fakeIo({ platform: "darwin", programs })), [
    told("192.0.2.1", "en0"),
  ]);
  assertEquals(await readGateways(fakeIo({ platform: "windows", programs })), [
    told("192.0.2.1", "192.0.2.10"),
  ]);
});
