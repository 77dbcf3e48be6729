import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../address/parse_error.ts";
import { BUILT_IN_NAMES } from "../sockets/port_names.ts";
import { parsePorts, UnknownService, type WantedPorts } from "../port/operand.ts";
import { codePoint } from "./code_points.ts";

const READ: readonly (readonly [
  text: string,
  wanted: Omit<WantedPorts, "hostname">,
  hostname?: string,
])[] = [
  ["8000", { range: [8000, 8000], protocol: "tcp" }],
  ["1", { range: [1, 1], protocol: "tcp" }],
  ["65535", { range: [65535, 65535], protocol: "tcp" }],
  ["8000/tcp", { range: [8000, 8000], protocol: "tcp" }],
  ["53/UDP", { range: [53, 53], protocol: "udp" }],
  ["8000-8010", { range: [8000, 8010], protocol: "tcp" }],
  ["1-65535/udp", { range: [1, 65535], protocol: "udp" }],
  ["7-7", { range: [7, 7], protocol: "tcp" }],
  ["https", { range: [443, 443], protocol: "tcp" }],
  ["HTTPS", { range: [443, 443], protocol: "tcp" }],
  ["postgres", { range: [5432, 5432], protocol: "tcp" }],
  ["ms-sql-s", { range: [1433, 1433], protocol: "tcp" }],
  ["domain/udp", { range: [53, 53], protocol: "udp" }],
  ["iperf3", { range: [5201, 5201], protocol: "tcp" }],
  ["127.0.0.1:22018", { range: [22018, 22018], protocol: "tcp" }, "127.0.0.1"],
  ["[::1]:8000", { range: [8000, 8000], protocol: "tcp" }, "::1"],
  ["[0:0::1]:53/udp", { range: [53, 53], protocol: "udp" }, "::1"],
  ["[fe80::1%eth0]:8000", { range: [8000, 8000], protocol: "tcp" }, "fe80::1%eth0"],
  ["0.0.0.0:https", { range: [443, 443], protocol: "tcp" }, "0.0.0.0"],
  ["[::]:8000-8010", { range: [8000, 8010], protocol: "tcp" }, "::"],
  ["*:8000", { range: [8000, 8000], protocol: "tcp" }],
];

for (const [text, wanted, hostname = null] of READ) {
  Deno.test(`parsePorts() reads ${text}`, () => {
    assertEquals(parsePorts(text, "tcp", BUILT_IN_NAMES), { ...wanted, hostname });
  });
}

Deno.test("parsePorts() takes the service of the protocol that is asked for", () => {
  assertEquals(parsePorts("tftp", "udp", BUILT_IN_NAMES).range, [69, 69]);
});

const REFUSED: readonly (readonly [text: string, reason: string, hint: string | null])[] = [
  ["", "it is empty", null],
  ["65536", "ports are 16 bits, 0-65535", null],
  ["-1", "a port is a decimal number", null],
  ["80.5", "a port is a decimal number", null],
  ["８０００", "a port is a decimal number", "write it in ASCII digits: 8000"],
  ["８０００-８０１０", "a port is a decimal number", "write it in ASCII digits: 8000"],
  ["080", "a leading zero is ambiguous", "write 80"],
  [
    "0",
    "0 asks the system to choose a free port; nothing can connect to 0",
    "a free one is printed by: netkit port --free",
  ],
  [
    "0-10",
    "0 asks the system to choose a free port; nothing can connect to 0",
    "a free one is printed by: netkit port --free",
  ],
  ["9000-8000", "it ends before it begins", "write 8000-9000"],
  ["8000-65536", "ports are 16 bits, 0-65535", null],
  ["8000-", "a port is a decimal number", null],
  ["9000-8000/udp", "it ends before it begins", "write 8000-9000/udp"],
  ["127.0.0.1:9000-8000", "it ends before it begins", "write 127.0.0.1:8000-9000"],
  ["8000–8010", "a range is written with a hyphen", "write 8000-8010"],
  ["8000..8010", "a range is written with a hyphen", "write 8000-8010"],
  ["8000:8010", "a range is written with a hyphen", "write 8000-8010"],
  ["80x", "a port is a decimal number", null],
  ["htttp", "no service is called that", null],
  ["tftp", "it is udp", "write 69/udp"],
  ["127.0.0.1", "it is an address without a port", "write 127.0.0.1:8000"],
  ["::1", "it is an address without a port", "write [::1]:8000"],
  ["[::1]", "it is an address without a port", "write [::1]:8000"],
  ["::1:8000", "IPv6 before a port stands in brackets", "write [::1]:8000"],
  ["localhost:8000", "it is a name with a port", "write 127.0.0.1:8000 or [::1]:8000"],
  ["http://localhost:8000/", "it is a URL", "give its port alone"],
  ["127.0.0.300:80", "what stands before the colon is no IP address", "write 80"],
  ["server:80", "what stands before the colon is no IP address", "write 80"],
  ["192.0.2.1:80:81", "what stands before the colon is no IP address", "write 81"],
  ["127.0.0.1:", "it is empty", null],
  ["端口", "a port is a decimal number", null],
  ["80/sctp", "TCP and UDP are looked at, not SCTP", null],
];

for (const [text, reason, hint] of REFUSED) {
  Deno.test(`parsePorts() refuses ${JSON.stringify(text)}: ${reason}`, () => {
    const error = assertThrows(() => parsePorts(text, "tcp", BUILT_IN_NAMES), ParseError);
    assertEquals([error.reason, error.hint], [reason, hint]);
    assertEquals(error.input, text);
  });
}

Deno.test("parsePorts() tells an unknown service apart, for who can propose another", () => {
  assertThrows(() => parsePorts("htttp", "tcp", BUILT_IN_NAMES), UnknownService);
});

Deno.test("parsePorts() returns ports from 1 to 65535 in order, or throws a ParseError", () => {
  const text = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.string({ unit: fc.constantFrom(..."0123456789-/:.tcpud８ ") }),
    fc.tuple(fc.nat(70000), fc.nat(70000)).map(([first, last]) => `${first}-${last}`),
  );
  fc.assert(fc.property(text, (text) => {
    try {
      const { range: [first, last] } = parsePorts(text, "tcp", BUILT_IN_NAMES);
      return 1 <= first && first <= last && last <= 65535;
    } catch (error) {
      return error instanceof ParseError;
    }
  }));
});
