import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BUILT_IN_NAMES, parseServices, portsNamed, practiceOf } from "../sockets/port_names.ts";
import { portClassOf } from "../address/port_class.ts";
import { MAX_PORT } from "../address/port.ts";
import { codePoint } from "./code_points.ts";

const TEXT = `# a comment
http\t\t80/tcp\t\twww www-http\t# WorldWideWeb HTTP
domain          53/tcp                          # Domain Name Server
domain          53/udp
amqp            5672/sctp
nonsense        70000/tcp
no port
bare            7/tcp`;

Deno.test("parseServices() reads names, ports and aliases, and leaves the rest out", () => {
  assertEquals(parseServices(TEXT), [
    { name: "http", port: 80, protocol: "tcp", aliases: ["www", "www-http"] },
    { name: "domain", port: 53, protocol: "tcp", aliases: [] },
    { name: "domain", port: 53, protocol: "udp", aliases: [] },
    { name: "bare", port: 7, protocol: "tcp", aliases: [] },
  ]);
});

Deno.test("parseServices() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    for (const { port } of parseServices(text)) assert(port <= MAX_PORT);
  }));
});

Deno.test("portsNamed() finds names before aliases, in any case of letters", () => {
  const names = parseServices("www 8/tcp\nhttp 80/tcp www\n");
  assertEquals(portsNamed("WWW", names).map(({ port }) => port), [8, 80]);
  assertEquals(portsNamed("gopher", names), []);
});

Deno.test("the built-in names are in order, each once, in letters that a service may have", () => {
  const keys = BUILT_IN_NAMES.map(({ port, protocol }) => `${port}/${protocol}`);
  assertEquals(new Set(keys).size, keys.length);
  const ports = BUILT_IN_NAMES.map(({ port }) => port);
  assertEquals(ports, ports.toSorted((a, b) => a - b));
  for (const { name, aliases } of BUILT_IN_NAMES) {
    // RFC 6335, section 5.1
    for (const each of [name, ...aliases]) {
      assert(/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(each), each);
    }
  }
});

Deno.test("practiceOf() tells what ports are used for, by protocol", () => {
  assertEquals(practiceOf(8000, "tcp"), "development web servers");
  assertEquals(practiceOf(443, "udp"), "web servers (HTTP/3)");
  assertEquals(practiceOf(8000, "udp"), null);
  assertEquals(practiceOf(80, "udp"), null);
});

Deno.test("portClassOf() divides all ports as RFC 6335 does", () => {
  const counts: Record<string, number> = {};
  for (let port = 0; port <= MAX_PORT; port++) {
    const { name } = portClassOf(port);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  assertEquals(counts, { system: 1024, registered: 48128, dynamic: 16384 });
  assertEquals([1023, 1024, 49151, 49152].map((port) => portClassOf(port).name), [
    "system",
    "registered",
    "registered",
    "dynamic",
  ]);
});
