import { assertEquals } from "@std/assert";
import { rowKey } from "../arp/address.ts";
import { classifyRows, type Context, NO_CONTEXT } from "../arp/classify.ts";
import { type Neighbour, neighbour } from "../arp/neighbour.ts";

const LAN: Context = {
  gateways: [
    { address: "192.0.2.1", interface: "eth0", interfaceIndex: null },
    { address: "fe80::1", interface: "eth0", interfaceIndex: null },
  ],
  addresses: [
    { name: "eth0", address: "192.0.2.10", netmask: "255.255.255.0" },
    { name: "eth1", address: "198.51.100.20", netmask: "255.255.255.192" },
    { name: "ppp0", address: "203.0.113.1", netmask: "255.255.255.255" },
    { name: "eth0", address: "fe80::10", netmask: "ffff:ffff:ffff:ffff::" },
    { name: "eth0", address: "febf::10", netmask: "ffff:ffff:ffff:ffff::" },
    { name: "eth0", address: "2001:db8::10", netmask: "ffff:ffff:ffff:ffff::" },
  ],
};

function rows(neighbours: readonly Neighbour[], context: Context = LAN) {
  return classifyRows([{ source: "arp -an", neighbours }], context);
}

const KINDS:
  readonly (readonly [address: string, known: Partial<Neighbour>, kind: string | null])[] = [
    ["192.0.2.1", { interface: "eth0" }, "gateway"],
    ["192.0.2.1", { interface: null }, "gateway"],
    ["192.0.2.1", { interface: "eth1", kind: "dynamic" }, "dynamic"],
    ["fe80::1", { interface: "eth0" }, "gateway"],
    ["FE80:0::1%eth0", { interface: "eth0" }, "gateway"],
    ["fe80::1", { interface: "eth1" }, null],
    ["192.0.2.10", { interface: "eth0", kind: "static" }, "own"],
    ["192.0.2.10", { interface: "br0" }, "own"],
    ["2001:db8:0:0::10", { interface: "eth0" }, "own"],
    ["fe80::10", { interface: "eth0" }, "own"],
    ["fe80::10", { interface: "eth1" }, null],
    ["febf::10", { interface: "eth0" }, "own"],
    ["febf::10", { interface: "eth1" }, null], // fe80::/10 is link-local (RFC 4291, section 2.4)
    ["192.0.2.255", { kind: "static" }, "broadcast"],
    ["198.51.100.63", {}, "broadcast"],
    ["198.51.100.255", {}, null],
    ["203.0.113.1", {}, "own"],
    ["255.255.255.255", {}, "broadcast"],
    ["10.255.255.255", { mac: "ff:ff:ff:ff:ff:ff" }, "broadcast"],
    ["224.0.0.251", { kind: "static" }, "multicast"],
    ["239.255.255.250", {}, "multicast"],
    ["223.255.255.1", {}, null],
    ["240.0.0.1", {}, null],
    ["ff02::1", {}, "multicast"],
    ["192.0.2.20", { mac: "03:bf:c0:00:02:14" }, null],
    ["192.0.2.20", { kind: "static" }, "static"],
    ["192.0.2.20", { kind: "static", flags: ["local"] }, "own"],
  ];

for (const [address, known, kind] of KINDS) {
  Deno.test(`classifyRows() takes ${address} ${JSON.stringify(known)} for ${kind}`, () => {
    const [row] = rows([neighbour(address, known)]);
    assertEquals(row!.kind, kind);
  });
}

Deno.test("classifyRows() knows an interface of Windows by its name, number or address", () => {
  const context: Context = {
    gateways: [
      { address: "192.0.2.1", interface: "192.0.2.10", interfaceIndex: null },
      { address: "fe80::1", interface: null, interfaceIndex: 11 },
    ],
    addresses: [{ name: "Ethernet", address: "192.0.2.10", netmask: "255.255.255.0" }],
  };
  const marked = (address: string, device: string, interfaceIndex: number | null) => {
    const told = neighbour(address, { interface: device, interfaceIndex });
    return rows([told], context)[0]!.gateway;
  };
  assertEquals(marked("192.0.2.1", "192.0.2.10", 11), true);
  assertEquals(marked("192.0.2.1", "Ethernet", 11), true);
  assertEquals(marked("192.0.2.1", "WLAN", 12), false);
  assertEquals(marked("fe80::1", "Ethernet", 11), true);
  assertEquals(marked("fe80::1", "WLAN", 12), false);
});

Deno.test("classifyRows() keeps an address on two interfaces and one with two MACs, duplicates once", () => {
  const mac = "00:00:5e:00:53:01";
  const all = [
    neighbour("192.0.2.20", { interface: "eth1", mac }),
    neighbour("192.0.2.20", { interface: "eth0", mac }),
    neighbour("192.0.2.9", { interface: "eth0", mac }),
    neighbour("192.0.2.20", { interface: "eth0", mac }),
    neighbour("192.0.2.20", { interface: "eth0", mac: "00:00:5e:00:53:02" }),
    neighbour("2001:db8::1", { interface: "eth0", mac }),
    neighbour("2001:DB8:0::1", { interface: "eth0", mac }),
  ];
  assertEquals(
    rows(all, NO_CONTEXT).map(({ address, interface: device, mac }) =>
      `${address} ${device} ${mac!.slice(-2)}`
    ),
    [
      "192.0.2.9 eth0 01",
      "192.0.2.20 eth0 01",
      "192.0.2.20 eth0 02",
      "2001:db8::1 eth0 01",
      "192.0.2.20 eth1 01",
    ],
  );
});

Deno.test("rowKey() is the same for every spelling of an address", () => {
  assertEquals(
    rowKey(neighbour("FE80:0::1%eth0", { interface: "eth0" })),
    rowKey(neighbour("fe80::1", { interface: "eth0" })),
  );
});
