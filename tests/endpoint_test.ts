import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../address/parse_error.ts";
import {
  chooseEndpoint,
  type Endpoint,
  formatEndpoint,
  parseEndpoint,
  parseHost,
} from "../net/endpoint.ts";
import { codePoint } from "./code_points.ts";

const tcp = (hostname: string, port: number): Endpoint => ({ transport: "tcp", hostname, port });

const GOOD: [string, Endpoint][] = [
  ["8000", tcp("127.0.0.1", 8000)],
  ["0", tcp("127.0.0.1", 0)],
  [":7000", tcp("127.0.0.1", 7000)],
  ["localhost:7000", tcp("localhost", 7000)],
  ["192.0.2.1:65535", tcp("192.0.2.1", 65535)],
  ["0.0.0.0:80", tcp("0.0.0.0", 80)],
  ["[::1]:80", tcp("::1", 80)],
  ["[::]:0", tcp("::", 0)],
  ["[fe80::1%eth0]:80", tcp("fe80::1%eth0", 80)],
  ["[::ffff:192.0.2.1]:80", tcp("::ffff:192.0.2.1", 80)],
  ["ex-ample.test:80", tcp("ex-ample.test", 80)],
  ["xn--fsqu00a.test:80", tcp("xn--fsqu00a.test", 80)],
  ["example.test.:80", tcp("example.test.", 80)],
  ["_http.test:80", tcp("_http.test", 80)],
  [`${"a".repeat(63)}.test:80`, tcp(`${"a".repeat(63)}.test`, 80)],
  [`${"a.".repeat(126)}a:80`, tcp(`${"a.".repeat(126)}a`, 80)],
  ["例子.test:80", tcp("xn--fsqu00a.test", 80)],
  ["测试:80", tcp("xn--0zwm56d", 80)],
  ["😀.example:80", tcp("xn--e28h.example", 80)],
  ["localhost:http", tcp("localhost", 80)],
  ["[::1]:HTTPS", tcp("::1", 443)],
  [":dhcp", tcp("127.0.0.1", 67)], // of UDP alone
  ["unix:./@x", { transport: "unix", path: "./@x" }],
  ["unix:@x", { transport: "unix", path: "\0x" }],
  ["unix:@@ /x", { transport: "unix", path: "\0@ /x" }],
  ["unix:/tmp/a b.sock", { transport: "unix", path: "/tmp/a b.sock" }],
  ["unix:relative:8000", { transport: "unix", path: "relative:8000" }],
];

for (const [text, endpoint] of GOOD) {
  Deno.test(`parseEndpoint() reads "${text}"`, () => {
    assertEquals(parseEndpoint(text), endpoint);
    assertEquals(parseEndpoint(formatEndpoint(endpoint)), endpoint);
  });
}

const BAD: [text: string, reason: string, hint?: string][] = [
  ["", "it is empty", "the forms are HOST:PORT"],
  ["80x", "a port is a decimal number"],
  ["70000", "16 bits"],
  ["-1", "the port is missing"],
  ["localhost", "the port is missing", "write localhost:8000"],
  ["192.0.2.1", "the port is missing", "write 192.0.2.1:8000"],
  ["localhost:", "it is empty"],
  [":", "it is empty"],
  ["localhost:htttp", "no service is known by that name", "well-known names like http"],
  ["localhost:080", "a leading zero is ambiguous", "write 80"],
  ["８０００", "U+FF18 is no character of ASCII", "write 8000"],
  ["127.0.0.1：80", "U+FF1A is no character of ASCII", "write 127.0.0.1:80"],
  ["127。0。0。1:80", "U+3002 is no character of ASCII", "write 127.0.0.1:80"],
  ["ｌocalhost:80", "U+FF4C is no character of ASCII", "write localhost:80"],
  ["测试：80", "U+FF1A is no character of ASCII", "write 测试:80"],
  ["［::1］:80", "U+FF3B is no character of ASCII", "write [::1]:80"],
  ["0177.0.0.1:80", "a leading zero is ambiguous", "write 127.0.0.1:80 or 177.0.0.1:80"],
  ["08.1.1.1:80", "a leading zero is ambiguous", "write 8.1.1.1:80"],
  ["127.1:80", "IPv4 is four", "write 127.0.0.1:80"],
  ["2130706433:80", "IPv4 is four", "write 127.0.0.1:80"],
  ["0x7f000001:80", "IPv4 is four", "write 127.0.0.1:80"],
  ["0x7f.0.0.0x1:80", "IPv4 is four", "write 127.0.0.1:80"],
  ["0:80", "IPv4 is four", "write 0.0.0.0:80"],
  ["1.2.3.256:80", "IPv4 is four"],
  ["127.1", "IPv4 is four"],
  ["::1", "IPv6 needs brackets", "write [::1]:8000"],
  ["::1:80", "IPv6 needs brackets", "write [::1:80]:8000"],
  ["x:b:80", "it has two colons"],
  ["[:]:80", "it is no IPv6 address"],
  ["[fe80:]:1", "it is no IPv6 address"],
  ["[::1]", "the port is missing", "write [::1]:8000"],
  ["[::1]80", "the port is missing"],
  ["[::1:80", "the bracket is not closed"],
  ["[localhost]:80", "only an IPv6 address stands in brackets"],
  ["[]:80", "only an IPv6 address stands in brackets"],
  ["http://localhost:80/", "it is a URL"],
  ["tcp://127.0.0.1:80", "it is a URL"],
  ["*:80", '"*" is no host name', "write 0.0.0.0"],
  ["local host:80", "no host name contains a blank"],
  ["host/path:80", 'no host name contains "/"'],
  ["user@host:22", 'no host name contains "@"'],
  ["a\x1b[31m:80", "no host name contains U+001B"],
  ["büro.example", "the port is missing", "write büro.example:8000"],
  ["\u212a.example:80", "host names are ASCII", "write k.example:80"], // a Kelvin sign
  [".:80", "a part of the name is empty"],
  [".a:80", "a part of the name is empty"],
  ["a..b:80", "a part of the name is empty"],
  ["192.0.2.1.:80", "an address has no dot at its end", "write 192.0.2.1:80"],
  ["127.0.0.1%lo:80", "only an IPv6 address has an interface behind %"],
  [`${"a".repeat(64)}.test:80`, "a part of the name is longer than 63 characters"],
  [`${"a.".repeat(126)}aa:80`, "the name is longer than 253 characters"],
  ["unix:@", "the name is missing"],
  ["unix:@a\0b", "a path has no NUL"],
  ["unix:", "the path is missing"],
  ["unix:a\0b", "a path has no NUL"],
];

for (const [text, reason, hint] of BAD) {
  Deno.test(`parseEndpoint() refuses ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => parseEndpoint(text), ParseError, reason);
    if (hint !== undefined) assertEquals(error.hint?.includes(hint), true, error.hint ?? "no hint");
  });
}

Deno.test("parseEndpoint() throws nothing but ParseError, and what it reads it can write", () => {
  const text = fc.oneof(
    fc.string({ unit: codePoint, maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(..."[]:.0189a%/ "), maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (text) => {
      let endpoint;
      try {
        endpoint = parseEndpoint(text);
      } catch (error) {
        if (error instanceof ParseError) return;
        throw error;
      }
      assertEquals(parseEndpoint(formatEndpoint(endpoint)), endpoint);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("parseHost() refuses a port behind the host, and colons without an IPv6 address", () => {
  for (const text of ["0.0.0.0:8000", "a:b:c", "::g", "1:2", "::1::"]) {
    assertThrows(() => parseHost(text), ParseError);
  }
});

Deno.test("parseHost() takes an IPv6 address with and without brackets", () => {
  assertEquals(parseHost("::1"), "::1");
  assertEquals(parseHost("[::1]"), "::1");
  assertThrows(() => parseHost(""), ParseError, "it is empty");
  assertThrows(() => parseHost("*"), ParseError);
});

Deno.test("chooseEndpoint() takes a host and a port from the operand or from --host and --port", () => {
  const none = { host: null, port: null };
  assertEquals(chooseEndpoint(undefined, none), tcp("127.0.0.1", 8000));
  assertEquals(chooseEndpoint("7000", none), tcp("127.0.0.1", 7000));
  assertEquals(chooseEndpoint("7000", { host: "::1", port: null }), tcp("::1", 7000));
  assertEquals(chooseEndpoint("a.test", { host: null, port: 1 }), tcp("a.test", 1));
  assertEquals(chooseEndpoint("::1", { host: null, port: 1 }), tcp("::1", 1));
  assertEquals(chooseEndpoint("192.0.2.1", { host: null, port: 1 }), tcp("192.0.2.1", 1));
  assertEquals(chooseEndpoint(undefined, { host: "a.test", port: 0 }), tcp("a.test", 0));
});

Deno.test("chooseEndpoint() refuses a host or a port that is given in both ways", () => {
  const port = { host: null, port: 1 };
  for (const operand of ["7000", ":7000", "a.test:7000", "[::1]:7000"]) {
    assertThrows(() => chooseEndpoint(operand, port), ParseError, "it has a port of its own");
  }
  const host = { host: "a.test", port: null };
  for (const operand of ["b.test:7000", "a.test:7000", "[::1]:7000"]) {
    assertThrows(() => chooseEndpoint(operand, host), ParseError, "it has a host of its own");
  }
  assertEquals(chooseEndpoint(":7000", host), tcp("a.test", 7000));
});

Deno.test("chooseEndpoint() refuses a host or a port for a Unix socket", () => {
  assertEquals(chooseEndpoint("unix:/a", { host: null, port: null }).transport, "unix");
  assertThrows(() => chooseEndpoint("unix:/a", { host: null, port: 1 }), ParseError, "Unix socket");
});
